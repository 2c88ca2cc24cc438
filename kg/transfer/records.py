"""Nodes and edges exactly as stores keep them, as lines of text, and sums over all of them.

A line is canonical JSON: `["tech-1","Technology",3,{…}]` for a node with its revision,
`["org-1","SUPPLIES","tech-1",{…}]` for an edge. Two graphs are the same when their lines are, in
the order of `node_key` and `edge_key`.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kg.vocabulary import Label, Relation

EdgeKey = tuple[str, str, str]
"""Source, relation, target; the order of edges."""
Kind = TypeVar("Kind", Label, Relation)
NO_EDGE: EdgeKey = ("", "", "")
"""Before all edges, as "" is before all nodes."""


class UnknownKind(ValueError):
    """A label or a relation type that this version does not have."""


def _kind(kinds: type[Kind], name: str) -> Kind:
    try:
        return kinds(name)
    except ValueError:
        raise UnknownKind(name) from None


def canonical(props: Mapping[str, Any]) -> str:
    """Return the one text that stands for these properties; `1`, `1.0` and `True` differ."""
    return json.dumps(
        props, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":")
    )


@dataclass(frozen=True, slots=True)
class StoredNode:
    """A node with the canonical text of its properties."""

    id: str
    label: Label
    revision: int
    props: str

    def line(self) -> bytes:
        """Return the canonical line."""
        return f'["{self.id}","{self.label}",{self.revision},{self.props}]\n'.encode()

    @classmethod
    def of_line(cls, line: bytes) -> "StoredNode":
        """Read a line.

        Raises:
            ValueError: it is none of ours. UnknownKind: of a newer version, perhaps.
        """
        text = line.decode()
        node_id, label, revision, _ = json.loads(text)
        start = len(f'["{node_id}","{label}",{revision},')
        node = cls(node_id, _kind(Label, label), revision, text[start:-2])
        if node.line() != line:
            raise ValueError(text[:80])
        return node


@dataclass(frozen=True, slots=True)
class StoredEdge:
    """An edge with the canonical text of its properties."""

    source: str
    relation: Relation
    target: str
    props: str

    @property
    def key(self) -> EdgeKey:
        """What tells it from all others."""
        return self.source, str(self.relation), self.target

    def line(self) -> bytes:
        """Return the canonical line."""
        return f'["{self.source}","{self.relation}","{self.target}",{self.props}]\n'.encode()

    @classmethod
    def of_line(cls, line: bytes) -> "StoredEdge":
        """Read a line.

        Raises:
            ValueError: it is none of ours. UnknownKind: of a newer version, perhaps.
        """
        text = line.decode()
        source, relation, target, _ = json.loads(text)
        start = len(f'["{source}","{relation}","{target}",')
        edge = cls(source, _kind(Relation, relation), target, text[start:-2])
        if edge.line() != line:
            raise ValueError(text[:80])
        return edge


@dataclass(frozen=True, slots=True)
class Batch:
    """What a target takes in at once: what goes (edges before nodes), then what comes."""

    nodes: tuple[StoredNode, ...] = ()
    edges: tuple[StoredEdge, ...] = ()
    gone_edges: tuple[EdgeKey, ...] = ()
    gone_nodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What a graph holds: numbers by label and type, and SHA-256 over the lines of each."""

    nodes: dict[Label, int] = field(default_factory=dict)
    edges: dict[Relation, int] = field(default_factory=dict)
    node_sum: str = ""
    edge_sum: str = ""

    @property
    def node_count(self) -> int:
        """All nodes."""
        return sum(self.nodes.values())

    @property
    def edge_count(self) -> int:
        """All edges."""
        return sum(self.edges.values())

    @property
    def short(self) -> str:
        """The sums as people compare them by eye."""
        return f"{self.node_sum[:8]}-{self.edge_sum[:8]}"


class Summing:
    """Makes a `Summary` of nodes and edges that pass by, each sort in its order."""

    def __init__(self) -> None:
        self._nodes: Counter[Label] = Counter()
        self._edges: Counter[Relation] = Counter()
        self._node_sum, self._edge_sum = hashlib.sha256(), hashlib.sha256()

    def nodes(self, nodes: Iterable[StoredNode]) -> Iterator[StoredNode]:
        """Pass nodes on."""
        for node in nodes:
            self._nodes[node.label] += 1
            self._node_sum.update(node.line())
            yield node

    def edges(self, edges: Iterable[StoredEdge]) -> Iterator[StoredEdge]:
        """Pass edges on."""
        for edge in edges:
            self._edges[edge.relation] += 1
            self._edge_sum.update(edge.line())
            yield edge

    def summary(self) -> Summary:
        """Return the sums of what has passed."""
        return Summary(
            dict(sorted(self._nodes.items())),
            dict(sorted(self._edges.items())),
            self._node_sum.hexdigest(),
            self._edge_sum.hexdigest(),
        )
