"""`Neo4jGraphStore`: the `GraphStore` protocol on Neo4j. What it means stands with `kg.store`."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Literal

from kg.errors import NodeNotFound, StoreUnavailable
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
from kg.stores.neo4j import pages, paths, questions, reading, traversal, writing
from kg.stores.neo4j.connection import Address, Connection, Patience
from kg.stores.neo4j.failures import GAP
from kg.stores.neo4j.importing import Importing
from kg.vocabulary import Relation


class Neo4jGraphStore(Importing):
    """A graph in one Neo4j database, for any number of threads, processes and machines.

    `uri` is `neo4j://` (also a cluster) or `bolt://`, with `+s` for TLS. The database must be
    empty or hold a graph of ours. Opening it raises `StoreUnavailable` when the server cannot
    be reached, is too old or refuses the password, `StoreTooNew` for data of a newer version.
    `importing` opens an unfinished graph too.
    """

    def __init__(
        self,
        uri: str,
        user: str,
        password: str,
        *,
        database: str | None = None,
        patience: Patience | None = None,
        importing: bool = False,
    ) -> None:
        address = Address(uri, user, password, database)
        connection = Connection(address, patience or Patience(), importing=importing)
        super().__init__(connection)
        try:
            self.ping()
        except BaseException:
            self.close()
            raise

    def get(self, node_id: str) -> Node:
        """Return the node."""
        return self._connection.read(lambda work: reading.get(work, node_id))

    def get_many(self, ids: Iterable[str]) -> dict[str, Node]:
        """Return the nodes that exist."""
        wanted = list(ids)
        return self._connection.read(lambda work: reading.get_many(work, wanted))

    def put(self, node: Node, expect: int | None = None) -> Node:
        """Write a node."""
        (write,) = writing.checked_nodes([node])
        return self._connection.write(lambda work: writing.put(work, write, expect))

    def put_many(self, nodes: Iterable[Node]) -> int:
        """Write nodes, all or none."""
        writes = writing.checked_nodes(nodes)
        return self._connection.write(
            lambda work: writing.put_many(work, writes), bulk=len(writes) > 1
        )

    def remove(self, node_id: str, expect: int | None = None) -> None:
        """Remove a node and its edges."""
        checked_id(node_id)
        self._connection.write(lambda work: writing.remove(work, node_id, expect))

    def find(self, query: Query) -> Page:
        """Return one page."""
        check_query(query)
        return self._connection.read(lambda work: pages.find(work, query))

    def count(self, query: Query) -> int:
        """Return how many nodes fit."""
        check_query(query)
        return self._connection.read(lambda work: pages.count(work, query))

    def facets(self, query: Query, fields: Sequence[str]) -> dict[str, list[tuple[Scalar, int]]]:
        """Count the values of fields."""
        check_query(query)
        for name in fields:
            check_field(name)
        return self._connection.read(lambda work: pages.facets(work, query, fields))

    def relate(self, edge: Edge) -> None:
        """Write an edge."""
        self.relate_many([edge])

    def relate_many(self, edges: Iterable[Edge]) -> int:
        """Write edges, all or none."""
        writes = writing.checked_edges(edges)
        return self._connection.write(
            lambda work: writing.relate_many(work, writes), bulk=len(writes) > 1
        )

    def unrelate(self, relation: Relation, source: str, target: str) -> bool:
        """Remove an edge."""
        key = (source, checked_relation(relation), target)
        if not (is_id(source) and is_id(target)):
            self.ping()
            return False
        return self._connection.write(lambda work: writing.unrelate(work, key))

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
        return self._connection.read(
            lambda work: traversal.neighbours(
                work, node_id, relations, direction, limit=limit, private=private
            )
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
        return self._connection.read(lambda work: traversal.degrees(work, wanted))

    def edges(self, sources: Iterable[str], relations: Collection[Relation]) -> list[Edge]:
        """Return all edges of these types from these nodes."""
        wanted = list(sources)
        check_relations(relations)
        return self._connection.read(lambda work: reading.edges(work, wanted, relations))

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
        return self._connection.read(
            lambda work: traversal.subgraph(
                work, ids, depth, relations=relations, limit=limit, private=private
            )
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
        return self._connection.read(
            lambda work: paths.paths(
                work, a, b, max_length=max_length, relations=relations, limit=limit
            )
        )

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
        return self._connection.read(
            lambda work: questions.symbiosis(
                work, materials=materials, node=node, region=region, limit=limit
            )
        )

    def co_applied(self, entry_id: str, limit: int = 20) -> list[CoApplied]:
        """Return entries in use where this one is."""
        check_limit(limit)
        return self._connection.read(lambda work: questions.co_applied(work, entry_id, limit))

    def changes(self, since: int, limit: int = MAX_LIMIT) -> list[Change]:
        """Return the changes after `since`."""
        check_limit(limit)
        # beyond 64 bits there are no numbers, and nobody has written so much
        start = max(0, min(since, 2**63 - 1))
        for _ in range(2):
            told = self._connection.read(lambda work: reading.changes(work, start, limit))
            if told is not None:
                return told
        # what was on its way at the first look is there at the second (see `connection`)
        raise StoreUnavailable(GAP.format(start + 1))

    def position(self) -> int:
        """Return the number of the newest change."""
        return self._connection.read(reading.position)

    def counts(self) -> Counts:
        """Return nodes by label and edges by type."""
        return self._connection.read(reading.counts)

    def transaction(self) -> AbstractContextManager[None]:
        """Group the writes of this thread."""
        return self._connection.begin()

    def ping(self) -> None:
        """Return when the server answers."""
        self.position()

    def close(self) -> None:
        """Close all connections."""
        self._connection.close()
