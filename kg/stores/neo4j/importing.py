"""Whole graphs in and out of Neo4j: the part of `Replica` that is more than a `GraphStore`.

The mark of an unfinished import is a property of the node that every writer locks, so that it
costs ordinary writes nothing to see it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from kg.errors import ImportConflict, NodeNotFound
from kg.stores.checks import checked_import
from kg.stores.neo4j import queries, writing
from kg.stores.neo4j.connection import Connection, Work, Writing
from kg.stores.neo4j.records import label_of
from kg.transfer.records import Batch, EdgeKey, StoredEdge, StoredNode
from kg.vocabulary import Label, Relation

_NODES = (
    "MATCH (n:Node) WHERE n.id > $after"
    " RETURN n.id AS id, labels(n) AS labels, n.revision AS revision, n.props AS props"
    " ORDER BY n.id LIMIT $limit"
)
_EDGES = (
    "MATCH (s:Node) WHERE s.id >= $source WITH s ORDER BY s.id"
    " MATCH (s)-[r]->(t:Node) WHERE s.id > $source OR type(r) > $relation"
    " OR (type(r) = $relation AND t.id > $target)"
    " RETURN s.id AS source, type(r) AS relation, t.id AS target, r.props AS props"
    " ORDER BY source, relation, target LIMIT $limit"
)
_MARK = "MATCH (m:Meta {name: 'graph'}) RETURN m.mark AS mark"
_SET_MARK = "MATCH (m:Meta {name: 'graph'}) SET m.mark = $mark"
_ANY_NODE = "MATCH (n:Node) RETURN n.id AS id LIMIT 1"
# emptied first: see `queries.REMOVE`
_REMOVE = "UNWIND $ids AS wanted MATCH (n:Node {id: wanted}) SET n = {} DELETE n"
# OPTIONAL makes the plan look between the two ends; else it walks all edges of a hub for each row
_UNRELATE = {
    one: (
        "UNWIND $rows AS row MATCH (s:Node {id: row.source}) MATCH (t:Node {id: row.target})"
        f" OPTIONAL MATCH (s)-[r:{one}]->(t) WITH row, r, r IS NOT NULL AS there DELETE r"
        " RETURN row.source AS source, row.target AS target, there"
    )
    for one in Relation
}


class Importing:
    """See `kg.transfer.replica`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def connection(self) -> Connection:
        """The connection, for what lies beside the graph in the same database."""
        return self._connection

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Hold up all writers."""
        with self._connection.begin():
            yield

    def node_page(self, after: str, limit: int) -> list[StoredNode]:
        """Return the next nodes by id."""
        rows = self._connection.read(lambda work: work.rows(_NODES, after=after, limit=limit))
        return [
            StoredNode(row["id"], label_of(row["labels"]), row["revision"], row["props"])
            for row in rows
        ]

    def edge_page(self, after: EdgeKey, limit: int) -> list[StoredEdge]:
        """Return the next edges by key."""
        source, relation, target = after
        rows = self._connection.read(
            lambda work: work.rows(
                _EDGES, source=source, relation=relation, target=target, limit=limit
            )
        )
        return [
            StoredEdge(row["source"], Relation(row["relation"]), row["target"], row["props"])
            for row in rows
        ]

    def mark(self) -> str | None:
        """Return the mark of an unfinished import."""
        return self._connection.read(_mark_of)

    def set_mark(self, before: str | None, after: str | None, *, empty: bool = False) -> None:
        """Exchange the mark."""

        def exchange(work: Writing) -> None:
            if empty and work.rows(_ANY_NODE):
                raise ImportConflict
            _exchange(work, before, after)

        self._connection.write(exchange)

    def absorb(self, batch: Batch, before: str, after: str) -> None:
        """Write a batch and exchange the mark."""
        nodes = [
            (
                writing.NodeWrite(node.id, node.label, node.props, checked_import(node)),
                node.revision,
            )
            for node in batch.nodes
        ]
        edges = [((one.source, one.relation, one.target), one.props) for one in batch.edges]

        def take_in(work: Writing) -> None:
            _exchange(work, before, after)
            _erase_edges(work, batch.gone_edges)
            _erase_nodes(work, batch.gone_nodes)
            writing.store(work, nodes)
            if writing.store_edges(work, edges) < len(edges):
                raise NodeNotFound(_missing_end(work, batch.edges))

        self._connection.write(take_in, bulk=True)


def _mark_of(work: Work) -> str | None:
    for row in work.rows(_MARK):
        mark: str | None = row["mark"]
        return mark
    return None


def _exchange(work: Writing, before: str | None, after: str | None) -> None:
    if work.mark != before:
        raise ImportConflict
    work.rows(_SET_MARK, mark=after)


def _erase_edges(work: Writing, keys: Sequence[EdgeKey]) -> None:
    by_type: dict[Relation, list[dict[str, str]]] = {}
    for source, relation, target in keys:
        by_type.setdefault(Relation(relation), []).append({"source": source, "target": target})
    for relation, rows in by_type.items():
        gone = work.rows(_UNRELATE[relation], rows=rows)
        changes = [
            writing.edge_change("unrelate", (row["source"], relation, row["target"]))
            for row in gone
            if row["there"]
        ]
        writing.record(work, changes)


def _erase_nodes(work: Writing, ids: Sequence[str]) -> None:
    if not ids:
        return
    labels: dict[str, Label] = {
        row["id"]: label_of(row["labels"]) for row in work.rows(queries.LABELS, ids=ids)
    }
    work.rows(_REMOVE, ids=ids)
    writing.record(
        work,
        [{"action": "remove", "id": one, "label": labels[one]} for one in ids if one in labels],
    )


def _missing_end(work: Work, edges: Sequence[StoredEdge]) -> str:
    ends = list(dict.fromkeys(end for edge in edges for end in (edge.source, edge.target)))
    found = {row["id"] for row in work.rows(queries.LABELS, ids=ends)}
    return next((end for end in ends if end not in found), "")
