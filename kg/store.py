"""The `GraphStore` protocol: everything the rest of the system may ask of a graph.

No backend words here. What a store does on absence, duplicate and empty input stands with each
method and is held to by `tests/contracts`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol

from kg.model import Edge, Node, Scalar
from kg.vocabulary import Label, Relation

MAX_LIMIT = 1000
"""Largest page of any list."""
MAX_VALUES = 1000
"""Most values of an `IN` filter."""
ORDER_WIDTH = 100
"""How many characters of a text take part in `order_by`."""
MAX_DEPTH = 3
"""Deepest subgraph."""
MAX_PATH = 6
"""Longest path, in relations."""


class Op(StrEnum):
    """How a filter compares. On a list property a filter holds when any element fits."""

    EQ = "eq"
    IN = "in"
    GE = "ge"
    LE = "le"
    GT = "gt"
    LT = "lt"
    PREFIX = "prefix"
    EXISTS = "exists"


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on a property: `EQ`..`PREFIX` take a scalar, `IN` a tuple, `EXISTS` a bool.

    Numbers compare with numbers, text with text; a value of another type does not fit (no
    coercion). `IN ()` fits nothing.
    """

    field: str
    op: Op
    value: Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """The node has this relation with any of `ids`; `out`: node -> id, `in`: id -> node."""

    relation: Relation
    direction: Literal["out", "in"]
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """Which nodes: any of `labels`, all `filters`, all `related`.

    Order: by `order_by` (a property; nodes without it last; numbers before text), then by id;
    `descending` turns only the property around. `after` is the cursor of the page before and
    belongs to the same query. `limit` is 1..MAX_LIMIT.
    """

    labels: frozenset[Label]
    filters: tuple[Filter, ...] = ()
    related: tuple[Related, ...] = ()
    order_by: str | None = None
    descending: bool = False
    limit: int = 100
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of nodes; `after` is the next cursor, None on the last page."""

    nodes: tuple[Node, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A node beside another one, with the edge between them."""

    edge: Edge
    node: Node


@dataclass(frozen=True, slots=True)
class Subgraph:
    """Nodes and the edges among them; `hidden` counts nodes in reach that the limit cut off."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Path:
    """Nodes in order and the edge between each two (its own direction kept)."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One write: `seq` rises strictly; `target` is None for a node, else the edge's target."""

    seq: int
    action: Literal["put", "remove", "relate", "unrelate"]
    id: str
    label: Label | None = None
    relation: Relation | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many nodes by label and edges by type."""

    nodes: Mapping[Label, int] = field(default_factory=dict)
    edges: Mapping[Relation, int] = field(default_factory=dict)


class GraphStore(Protocol):
    """A property graph. Safe to use from several threads; writes are serialised.

    Any method may raise `StoreUnavailable`. Text is stored exactly as given.
    """

    def get(self, node_id: str) -> Node:
        """Return the node.

        Raises:
            NodeNotFound: no such node.
        """
        ...

    def get_many(self, ids: Iterable[str]) -> dict[str, Node]:
        """Return the nodes that exist, by id, in the order asked; absent ids are left out."""
        ...

    def put(self, node: Node, expect: int | None = None) -> Node:
        """Write the whole node (properties are replaced) and return it with its new revision.

        `expect`: None writes whatever is there; 0 demands a new node; n demands revision n.
        The label of an existing node may change only within the entry labels. `node.revision`
        is ignored. A write that changes nothing leaves revision and change feed alone.

        Raises:
            DuplicateNode: `expect=0` and the node exists.
            StaleRevision: another revision is stored (0 when the node is gone).
            InvalidNode: bad id, property name or value; a change of label.
        """
        ...

    def put_many(self, nodes: Iterable[Node]) -> int:
        """Write many nodes as `put` without `expect`, all or none; return how many changed."""
        ...

    def remove(self, node_id: str, expect: int | None = None) -> None:
        """Remove the node and its edges (each removed edge stands in the change feed).

        Raises:
            NodeNotFound, StaleRevision.
        """
        ...

    def find(self, query: Query) -> Page:
        """Return one page in the query's order. No labels or no fit: an empty page.

        Raises:
            InvalidQuery: bad limit, field name, value type or cursor.
        """
        ...

    def count(self, query: Query) -> int:
        """Return how many nodes fit, whatever `limit` and `after` are."""
        ...

    def facets(self, query: Query, fields: Sequence[str]) -> dict[str, list[tuple[Scalar, int]]]:
        """Count the values of each field among all fitting nodes (not only the page).

        A list property counts once for each distinct element. Order: count down, then value.
        """
        ...

    def relate(self, edge: Edge) -> None:
        """Write an edge; an equal one is left alone, other properties replace the old ones.

        Raises:
            NodeNotFound: an end is missing.
            InvalidRelation: the type is not allowed between these labels, or a loop.
        """
        ...

    def relate_many(self, edges: Iterable[Edge]) -> int:
        """Write many edges as `relate`, all or none; return how many changed."""
        ...

    def unrelate(self, relation: Relation, source: str, target: str) -> bool:
        """Remove the edge; False when there was none."""
        ...

    def neighbours(
        self,
        node_id: str,
        relations: Collection[Relation] | None = None,
        direction: Literal["out", "in", "both"] = "both",
        *,
        limit: int = MAX_LIMIT,
        private: bool = False,
    ) -> list[Neighbour]:
        """Return the neighbours by (relation, direction out before in, neighbour id).

        Private nodes appear only with `private=True`.

        Raises:
            NodeNotFound, InvalidQuery (bad limit).
        """
        ...

    def degrees(self, node_id: str) -> dict[tuple[Relation, Literal["out", "in"]], int]:
        """Return how many public neighbours the node has by relation and direction.

        Raises:
            NodeNotFound.
        """
        ...

    def edges(self, sources: Iterable[str], relations: Collection[Relation]) -> list[Edge]:
        """Return all edges of these types that start at these nodes.

        Ordered by (source, relation, target); ids without edges, and unknown ids, give none.
        For building indexes: it has no limit but the ids given.
        """
        ...

    def subgraph(
        self,
        ids: Collection[str],
        depth: int = 1,
        *,
        relations: Collection[Relation] | None = None,
        limit: int = 60,
        private: bool = False,
    ) -> Subgraph:
        """Return the nodes within `depth` (0..MAX_DEPTH) relations of `ids`, nearest first.

        At most `limit` nodes (the given ids first, then by distance, then id), all edges of
        `relations` among them, and how many reachable nodes were cut off.

        Raises:
            NodeNotFound: one of `ids` is missing. InvalidQuery: bad depth or limit.
        """
        ...

    def paths(
        self,
        a: str,
        b: str,
        *,
        max_length: int = 4,
        relations: Collection[Relation] | None = None,
        limit: int = 5,
    ) -> list[Path]:
        """Return up to `limit` shortest paths between two nodes, ignoring direction.

        All of them have the least length, up to `max_length` (1..MAX_PATH); ordered by the ids
        along the path. No private nodes. `a == b` or no connection: an empty list.

        Raises:
            NodeNotFound, InvalidQuery.
        """
        ...

    def changes(self, since: int, limit: int = MAX_LIMIT) -> list[Change]:
        """Return committed changes with `seq > since`, oldest first; none is ever skipped."""
        ...

    def position(self) -> int:
        """Return the seq of the newest committed change, 0 in an empty store."""
        ...

    def counts(self) -> Counts:
        """Return the numbers of nodes by label and edges by type (zeros left out)."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Group the writes of this thread: all are committed at the end, or none on an error.

        Reads inside see the writes before them. A transaction inside another joins it.
        """
        ...

    def ping(self) -> None:
        """Return when the store answers.

        Raises:
            StoreUnavailable.
        """
        ...

    def close(self) -> None:
        """Release everything; any later call raises `StoreUnavailable`. May be repeated."""
        ...
