"""The `GraphStore` protocol: everything the rest of the system may ask of a graph.

No backend words here. What a store does on absence, duplicate and empty input stands with each
method and is held to by `tests/contracts`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol

from kg.model import Edge, Node, Scalar
from kg.query import MAX_LIMIT, Query
from kg.vocabulary import Label, Relation

MAX_DEPTH = 3
"""Deepest subgraph."""
MAX_PATH = 6
"""Longest path, in relations."""
MAX_RISE = 8
"""How many `PART_OF` steps a tree is followed up or down in `symbiosis`."""
FAR: Mapping[str, int] = {"county": 0, "prefecture": 1, "province": 2, "country": 3}
"""How far apart two places are, by the `level` of the least region that holds both."""


Degrees = dict[tuple[Relation, Literal["out", "in"]], int]
"""How many neighbours a node has by relation and direction."""


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
class End:
    """One end of a chain: who, its relation to the material, and its regions by id."""

    node: Node
    edge: Edge
    regions: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """`source` PRODUCES `material`, `target` CONSUMES `wanted`: the same or one above it.

    `distance` is a value of FAR, and `within` the region it comes from (of several the first by
    id); None when a place is unknown or no region of FAR holds both.
    """

    source: End
    material: Node
    target: End
    wanted: Node
    distance: int | None
    within: Node | None


@dataclass(frozen=True, slots=True)
class Symbiosis:
    """The nearest chains, and how many there are in all."""

    chains: tuple[Chain, ...]
    total: int


@dataclass(frozen=True, slots=True)
class CoApplied:
    """An entry that is in use where another one is, and what the two share, each by id."""

    node: Node
    cases: tuple[Node, ...]
    users: tuple[Node, ...]
    processes: tuple[Node, ...]
    industries: tuple[Node, ...]


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

    Any method may raise `StoreUnavailable`, any write `StoreBusy`. A write that raises changes
    nothing, inside a transaction too. Text is stored exactly as given.

    Ids look like `tech-0001` (see `Record.id`; at most 50 letters before the hyphen and 200
    characters after it); one that no node can have is simply not found. Property names are
    `[a-z][a-z0-9_]*`. Values are JSON values: whole numbers of 64 bits, finite floats, text
    without NUL and lone surrogates, lists (tuples come back as lists), maps; at the top no None.
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
        is ignored. A write that changes nothing leaves revision and change feed alone (the order
        of keys is no change; 1, 1.0 and True differ).

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
        """Remove the node and its edges.

        The change feed has each removed edge, by (relation, source, target), then the node.

        Raises:
            NodeNotFound: also with `expect`. StaleRevision.
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

        A list property counts once for each distinct element; nested values do not count.
        Order: count down, then value (numbers before text before truths). A field that no node
        has: an empty list.

        Raises:
            InvalidQuery: as `find`, or a bad field name.
        """
        ...

    def relate(self, edge: Edge) -> None:
        """Write an edge; an equal one is left alone, other properties replace the old ones.

        Raises:
            NodeNotFound: an end is missing (the source is looked for first).
            InvalidRelation: the type is not allowed between these labels, a loop, or a bad
                property.
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

        Private nodes appear only with `private=True`; the node itself may be private.
        `relations=None` means all, an empty collection none.

        Raises:
            NodeNotFound, InvalidQuery (bad limit, direction or relation type).
        """
        ...

    def degrees(self, node_id: str) -> Degrees:
        """Return how many public neighbours the node has by relation and direction, zeros left out.

        Raises:
            NodeNotFound.
        """
        ...

    def degrees_many(self, ids: Iterable[str]) -> dict[str, Degrees]:
        """Return `degrees` of the nodes that exist, by id, in the order asked; absent ids are left
        out."""
        ...

    def edges(self, sources: Iterable[str], relations: Collection[Relation]) -> list[Edge]:
        """Return all edges of these types that start at these nodes.

        Ordered by (source, relation, target); ids without edges, and unknown ids, give none.
        For building indexes: it has no limit but the ids given.

        Raises:
            InvalidQuery: there is no such relation type.
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

        At most `limit` nodes (by distance, then id; the given ids have distance 0), all edges
        of `relations` among them by (source, relation, target), and how many reachable nodes
        were cut off. Directions do not matter. Private nodes are neither shown, nor counted,
        nor passed through without `private=True`.

        Raises:
            NodeNotFound: one of `ids` is missing, or private without `private=True`.
            InvalidQuery: bad depth, limit or relation type.
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
        along the path. Each sequence of nodes is one path; of several edges between two nodes
        the first by (relation, source) stands. No private nodes. `a == b` or no connection: an
        empty list.

        Raises:
            NodeNotFound: an end is missing or private. InvalidQuery.
        """
        ...

    def symbiosis(
        self,
        *,
        materials: Collection[str] | None = None,
        node: str | None = None,
        region: str | None = None,
        limit: int = 100,
    ) -> Symbiosis:
        """Return who could use whose by-products, the nearest first.

        A chain is a node that PRODUCES a material and another that CONSUMES it or a material
        above it (PART_OF, at most MAX_RISE steps): who takes 工业副产石膏 takes 磷石膏. Only
        chains whose produced material is one of `materials` or lies below one (an empty
        collection: none); with an end at `node` or, when that is an organisation, at an entry
        that it SUPPLIES or HOLDS or of which it has a case; with an end in `region` or below.

        The distance has steps, not kilometres: FAR of the least region that holds both ends
        (LOCATED_IN, then up PART_OF); regions whose `level` is not in FAR do not count. Order:
        distance (unknown last), then the ids of source, target, material, wanted. `total`
        counts all such chains, whatever `limit` (1..MAX_LIMIT) is.

        Raises:
            NodeNotFound: one of `materials` is no material, `node` is missing or private,
                `region` is no region; the first of these, in this order. InvalidQuery: bad limit.
        """
        ...

    def co_applied(self, entry_id: str, limit: int = 20) -> list[CoApplied]:
        """Return other entries in use where this one is, those that share most first.

        Only entries with a case (CASE_OF) count, on both sides. They share a case; a user: an
        organisation at which both have a case (CASE_AT); a process: a concept with scheme
        `process` that the entry, or a case of it, is IN_CONCEPT; or an industry (APPLIES_TO).
        Order: more cases, then more users, processes, industries, then id. An entry without a
        case, or that shares nothing: an empty list. `limit` is 1..MAX_LIMIT.

        Raises:
            NodeNotFound: there is no such entry. InvalidQuery: bad limit.
        """
        ...

    def changes(self, since: int, limit: int = MAX_LIMIT) -> list[Change]:
        """Return committed changes with `seq > since`, oldest first; none is ever skipped.

        What is seen once is never followed by a smaller `seq` later. `limit` is 1..MAX_LIMIT.

        Raises:
            InvalidQuery: bad limit.
        """
        ...

    def position(self) -> int:
        """Return the seq of the newest committed change, 0 in an empty store."""
        ...

    def counts(self) -> Counts:
        """Return the numbers of nodes by label and edges by type (zeros left out)."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Group the writes of this thread: all are committed at the end, or none on an error.

        Reads inside see the writes before them; other threads and processes see them after the
        end. A transaction inside another joins it: only the outermost commits or undoes, so an
        error that is caught between the two undoes nothing by itself.
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
