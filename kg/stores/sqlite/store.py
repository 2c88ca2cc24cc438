"""`SqliteGraphStore`: the `GraphStore` protocol on SQLite. What it means stands with `kg.store`."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path as FilePath
from typing import Literal

from kg.errors import NodeNotFound
from kg.model import Edge, Node, Scalar
from kg.query import MAX_LIMIT, Query
from kg.store import (
    MAX_DEPTH,
    MAX_PATH,
    Change,
    CoApplied,
    Counts,
    Degrees,
    Neighbour,
    Page,
    Path,
    Subgraph,
    Symbiosis,
)
from kg.stores.checks import (
    check_direction,
    check_field,
    check_limit,
    check_query,
    check_relations,
    checked_id,
    checked_relation,
    is_id,
)
from kg.stores.cursors import encode
from kg.stores.sqlite import paths, reading, symbiosis, together, traversal, writing
from kg.stores.sqlite import query as pages
from kg.stores.sqlite.connection import Sessions
from kg.stores.sqlite.importing import Importing
from kg.vocabulary import Relation


class SqliteGraphStore(Importing):
    """A graph in one SQLite file, for any number of threads and processes of one machine.

    `path` None keeps it in memory, for this process alone. `wait` is how many seconds a write
    waits for others before `StoreBusy`. `importing` opens an unfinished graph too.
    """

    def __init__(
        self, path: FilePath | None, *, wait: float = 5.0, importing: bool = False
    ) -> None:
        super().__init__(Sessions(path, wait, importing=importing))

    def get(self, node_id: str) -> Node:
        """Return the node."""
        with self._sessions.read() as db:
            return reading.get(db, node_id)

    def get_many(self, ids: Iterable[str]) -> dict[str, Node]:
        """Return the nodes that exist."""
        wanted = list(ids)
        with self._sessions.read() as db:
            return reading.get_many(db, wanted)

    def put(self, node: Node, expect: int | None = None) -> Node:
        """Write a node."""
        with self._sessions.write() as db:
            return writing.put(db, node, expect)

    def put_many(self, nodes: Iterable[Node]) -> int:
        """Write nodes, all or none."""
        with self._sessions.write() as db:
            return writing.put_many(db, nodes)

    def remove(self, node_id: str, expect: int | None = None) -> None:
        """Remove a node and its edges."""
        with self._sessions.write() as db:
            writing.remove(db, checked_id(node_id), expect)

    def find(self, query: Query) -> Page:
        """Return one page."""
        check_query(query)
        with self._sessions.read() as db:
            found = pages.positions(db, query)
            shown = found[: query.limit]
            nodes = reading.get_many(db, [position.id for position in shown])
        after = encode(query, shown[-1]) if len(found) > len(shown) else None
        return Page(tuple(nodes.values()), after)

    def count(self, query: Query) -> int:
        """Return how many nodes fit."""
        check_query(query)
        with self._sessions.read() as db:
            return pages.count(db, query)

    def facets(self, query: Query, fields: Sequence[str]) -> dict[str, list[tuple[Scalar, int]]]:
        """Count the values of fields."""
        check_query(query)
        for name in fields:
            check_field(name)
        with self._sessions.read() as db:
            return pages.facets(db, query, fields)

    def relate(self, edge: Edge) -> None:
        """Write an edge."""
        self.relate_many([edge])

    def relate_many(self, edges: Iterable[Edge]) -> int:
        """Write edges, all or none."""
        with self._sessions.write() as db:
            return writing.relate_many(db, edges)

    def unrelate(self, relation: Relation, source: str, target: str) -> bool:
        """Remove an edge."""
        relation = checked_relation(relation)
        if not (is_id(source) and is_id(target)):
            self.ping()
            return False
        with self._sessions.write() as db:
            return writing.unrelate(db, relation, source, target)

    def neighbours(
        self,
        node_id: str,
        relations: Collection[Relation] | None = None,
        direction: Literal["out", "in", "both"] = "both",
        *,
        limit: int = MAX_LIMIT,
        private: bool = False,
    ) -> list[Neighbour]:
        """Return neighbours."""
        check_limit(limit)
        check_direction(direction, ("out", "in", "both"))
        check_relations(relations)
        with self._sessions.read() as db:
            return traversal.neighbours(
                db, node_id, relations, direction, limit=limit, private=private
            )

    def degrees(self, node_id: str) -> Degrees:
        """Count public neighbours by relation and direction."""
        found = self.degrees_many([checked_id(node_id)])
        if node_id not in found:
            raise NodeNotFound(node_id)
        return found[node_id]

    def degrees_many(self, ids: Iterable[str]) -> dict[str, Degrees]:
        """Count the public neighbours of the nodes that exist."""
        wanted = list(ids)
        with self._sessions.read() as db:
            return traversal.degrees(db, wanted)

    def edges(self, sources: Iterable[str], relations: Collection[Relation]) -> list[Edge]:
        """Return all edges of these types from these nodes."""
        wanted = list(sources)
        check_relations(relations)
        with self._sessions.read() as db:
            return reading.edges(db, wanted, relations)

    def subgraph(
        self,
        ids: Collection[str],
        depth: int = 1,
        *,
        relations: Collection[Relation] | None = None,
        limit: int = 60,
        private: bool = False,
    ) -> Subgraph:
        """Return the nodes near `ids` and the edges among them."""
        check_limit(limit)
        check_limit(depth, MAX_DEPTH, "depth", 0)
        check_relations(relations)
        with self._sessions.read() as db:
            return traversal.subgraph(
                db, ids, depth, relations=relations, limit=limit, private=private
            )

    def paths(
        self,
        a: str,
        b: str,
        *,
        max_length: int = 4,
        relations: Collection[Relation] | None = None,
        limit: int = 5,
    ) -> list[Path]:
        """Return shortest paths."""
        check_limit(limit)
        check_limit(max_length, MAX_PATH, "max_length")
        check_relations(relations)
        with self._sessions.read() as db:
            return paths.paths(db, a, b, max_length=max_length, relations=relations, limit=limit)

    def symbiosis(
        self,
        *,
        materials: Collection[str] | None = None,
        node: str | None = None,
        region: str | None = None,
        limit: int = 100,
    ) -> Symbiosis:
        """Return who could use whose by-products."""
        check_limit(limit)
        with self._sessions.read() as db:
            return symbiosis.symbiosis(
                db, materials=materials, node=node, region=region, limit=limit
            )

    def co_applied(self, entry_id: str, limit: int = 20) -> list[CoApplied]:
        """Return entries in use where this one is."""
        check_limit(limit)
        with self._sessions.read() as db:
            return together.co_applied(db, entry_id, limit)

    def changes(self, since: int, limit: int = MAX_LIMIT) -> list[Change]:
        """Return the changes after `since`."""
        check_limit(limit)
        with self._sessions.read() as db:
            # beyond 64 bits SQLite has no numbers, and nobody has written so much
            return reading.changes(db, max(0, min(since, 2**63 - 1)), limit)

    def position(self) -> int:
        """Return the number of the newest change."""
        with self._sessions.read() as db:
            self._sessions.check_finished(db)
            return reading.position(db)

    def counts(self) -> Counts:
        """Return nodes by label and edges by type."""
        with self._sessions.read() as db:
            return reading.counts(db)

    def transaction(self) -> AbstractContextManager[None]:
        """Group the writes of this thread."""
        return self._sessions.begin()

    def ping(self) -> None:
        """Return when the file answers."""
        self.position()

    def close(self) -> None:
        """Close all connections."""
        self._sessions.close()
