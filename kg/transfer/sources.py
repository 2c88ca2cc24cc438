"""Where a graph comes from: a store that is open. (A backup file is in `backup`.)"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

from kg.query import MAX_LIMIT
from kg.store import Change
from kg.transfer.records import NO_EDGE, EdgeKey, StoredEdge, StoredNode, Summary, canonical
from kg.transfer.replica import Replica
from kg.vocabulary import Relation

PAGE = 2000
"""Nodes or edges that are read at a time."""
CHANGES = MAX_LIMIT
"""Changes that are read at a time."""


@dataclass(frozen=True, slots=True)
class News:
    """What some changes up to `position` touched, as it is now; None is no longer there.

    A node that is gone comes with the change that removed it, never before: until then it has
    edges whose removal comes in between.
    """

    position: int
    nodes: dict[str, StoredNode | None]
    edges: dict[EdgeKey, StoredEdge | None]


class Source(Protocol):
    """A whole graph in order. What is read inside `frozen` is of one state."""

    @property
    def task(self) -> Literal["copy", "restore"]:
        """What an import of it is called."""
        ...

    @property
    def identity(self) -> str:
        """What tells it from other sources; the same at the next try."""
        ...

    def frozen(self) -> AbstractContextManager[None]:
        """Hold one state."""
        ...

    def position(self) -> int:
        """Return the seq of its newest change; 0 when it never changes."""
        ...

    def news(self, since: int) -> News | None:
        """Return what the next changes after `since` touched; None when there are none."""
        ...

    def size(self) -> tuple[int, int]:
        """Return the numbers of nodes and edges."""
        ...

    def nodes(self, after: str = "") -> Iterator[StoredNode]:
        """Yield the nodes after an id, in order."""
        ...

    def edges(self, after: EdgeKey = NO_EDGE) -> Iterator[StoredEdge]:
        """Yield the edges after a key, in order."""
        ...

    def summary(self) -> Summary | None:
        """Return its sums where they are known already; None: read everything."""
        ...


class StoreSource:
    """A store as a source; also how a target is read back."""

    task: Literal["copy", "restore"] = "copy"

    def __init__(self, store: Replica, identity: str = "") -> None:
        self._store, self.identity = store, identity

    def frozen(self) -> AbstractContextManager[None]:
        """Hold one state."""
        return self._store.frozen()

    def position(self) -> int:
        """Return the seq of the newest change."""
        return self._store.position()

    def news(self, since: int) -> News | None:
        """Return what the next changes touched."""
        changes = self._store.changes(since, CHANGES)
        if not changes:
            return None
        nodes: dict[str, StoredNode | None] = {c.id: None for c in changes if c.action == "remove"}
        for node in self._store.get_many({c.id for c in changes if c.relation is None}).values():
            nodes[node.id] = StoredNode(node.id, node.label, node.revision, canonical(node.props))
        edges: dict[EdgeKey, StoredEdge | None] = dict.fromkeys(filter(None, map(_key, changes)))
        for edge in self._store.edges({source for source, _, _ in edges}, set(Relation)):
            one = StoredEdge(edge.source, edge.relation, edge.target, canonical(edge.props))
            if one.key in edges:
                edges[one.key] = one
        return News(changes[-1].seq, nodes, edges)

    def size(self) -> tuple[int, int]:
        """Return the numbers of nodes and edges."""
        counts = self._store.counts()
        return sum(counts.nodes.values()), sum(counts.edges.values())

    def nodes(self, after: str = "") -> Iterator[StoredNode]:
        """Yield the nodes."""
        while page := self._store.node_page(after, PAGE):
            yield from page
            after = page[-1].id

    def edges(self, after: EdgeKey = NO_EDGE) -> Iterator[StoredEdge]:
        """Yield the edges."""
        while page := self._store.edge_page(after, PAGE):
            yield from page
            after = page[-1].key

    def summary(self) -> Summary | None:
        """Nobody knows them."""
        return None


def _key(change: Change) -> EdgeKey | None:
    """Return the edge that a change is about."""
    if change.relation is None or change.target is None:
        return None
    return change.id, str(change.relation), change.target
