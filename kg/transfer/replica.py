"""`Replica`: what a store can do beside the `GraphStore` protocol so that it can be copied.

Ordinary writes count revisions themselves and check each node against its old state. A copy
carries revisions over and comes in large pieces; after each piece the target knows how far it
is. Both stores implement this; nothing but `kg.transfer` calls it.
"""

from contextlib import AbstractContextManager
from typing import Protocol

from kg.store import GraphStore
from kg.transfer.records import Batch, EdgeKey, StoredEdge, StoredNode


class Replica(GraphStore, Protocol):
    """A store that can be read whole, and filled piece by piece.

    A graph with a mark is unfinished. It is refused with `StoreUnfinished` when it is opened
    (unless for importing), and so are `position`, `ping` and every write of a process that had
    opened it before.
    """

    def frozen(self) -> AbstractContextManager[None]:
        """Make all reads of this thread inside see one state.

        An embedded store lets others write meanwhile; a server holds them up (they wait, and
        after their patience raise `StoreBusy`).
        """
        ...

    def node_page(self, after: str, limit: int) -> list[StoredNode]:
        """Return the next `limit` nodes by id, private ones too; `after` "" begins."""
        ...

    def edge_page(self, after: EdgeKey, limit: int) -> list[StoredEdge]:
        """Return the next `limit` edges by key; `after` NO_EDGE begins."""
        ...

    def mark(self) -> str | None:
        """Return the mark of the unfinished import; None for a whole graph."""
        ...

    def set_mark(self, before: str | None, after: str | None, *, empty: bool = False) -> None:
        """Exchange the mark; `empty` demands that the graph has no nodes.

        Raises:
            ImportConflict: the mark is not `before`, or the graph is not empty.
        """
        ...

    def absorb(self, batch: Batch, before: str, after: str) -> None:
        """Write the batch and exchange the mark in one transaction.

        Nodes and edges are written as they are, with their revisions, whatever was there. The
        change feed has all of it, like any write. Nodes that go may have no edges left.

        Raises:
            ImportConflict: the mark is not `before`: another process is importing here.
            NodeNotFound: an end of an edge is missing. InvalidNode, InvalidRelation.
        """
        ...
