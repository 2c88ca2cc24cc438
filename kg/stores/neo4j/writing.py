"""Writes: all is read and checked first, so that a refused write has changed nothing.

Neo4j has no savepoints: what is written inside a transaction can only be undone with all of it.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kg.errors import DuplicateNode, NodeNotFound, StaleRevision
from kg.model import Edge, Node
from kg.stores.checks import check_ends, check_label_change, checked_edge, checked_node
from kg.stores.neo4j import queries
from kg.stores.neo4j.columns import columns
from kg.stores.neo4j.connection import Row, Writing
from kg.stores.neo4j.records import label_of
from kg.vocabulary import Label, Relation

BATCH = 1000
"""Nodes, edges or changes that one query takes."""


@dataclass(frozen=True, slots=True)
class NodeWrite:
    """A checked node: its canonical text and its properties."""

    id: str
    label: Label
    text: str
    props: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _State:
    """What is stored of a node; revision 0 is a node that is not there."""

    label: Label | None = None
    revision: int = 0
    text: str = ""


Key = tuple[str, Relation, str]


def checked_nodes(nodes: Iterable[Node]) -> list[NodeWrite]:
    """Return the nodes ready to be written.

    Raises:
        InvalidNode.
    """
    return [NodeWrite(node.id, *checked_node(node)) for node in nodes]


def checked_edges(edges: Iterable[Edge]) -> list[tuple[Edge, str]]:
    """Return the edges with the canonical text of their properties.

    Raises:
        InvalidRelation, NodeNotFound.
    """
    return [(edge, checked_edge(edge)[1]) for edge in edges]


def put(work: Writing, write: NodeWrite, expect: int | None) -> Node:
    """Write one node and return it as stored."""
    state = _stored(work, [write.id]).get(write.id, _State())
    if expect is not None and expect != state.revision:
        if expect == 0:
            raise DuplicateNode(write.id)
        raise StaleRevision(write.id, expect, state.revision)
    new = _next(state, write)
    if new is not state:
        store(work, [(write, new.revision)])
    return Node(write.id, write.label, json.loads(write.text), new.revision)


def put_many(work: Writing, writes: Sequence[NodeWrite]) -> int:
    """Write nodes and return how many writes changed something."""
    states = _stored(work, [write.id for write in writes])
    fresh: list[tuple[NodeWrite, int]] = []
    for write in writes:
        state = states.get(write.id, _State())
        new = _next(state, write)
        if new is not state:
            states[write.id] = new
            fresh.append((write, new.revision))
    store(work, fresh)
    return len(fresh)


def _next(state: _State, write: NodeWrite) -> _State:
    """Return what a write makes of a node: the very same when it changes nothing."""
    if state.label is not None:
        check_label_change(write.id, state.label, write.label)
    if (state.label, state.text) == (write.label, write.text):
        return state
    return _State(write.label, state.revision + 1, write.text)


def _stored(work: Writing, ids: Iterable[str]) -> dict[str, _State]:
    return {
        row["id"]: _State(label_of(row["labels"]), row["revision"], row["props"])
        for some in batches(dict.fromkeys(ids))
        for row in work.rows(queries.GET, ids=list(some))
    }


def store(work: Writing, writes: Sequence[tuple[NodeWrite, int]]) -> None:
    """Write changed nodes with their new revisions, and record it."""
    last = {write.id: (write, revision) for write, revision in writes}
    by_label: dict[Label, list[Row]] = {}
    for write, revision in last.values():
        own = {"id": write.id, "props": write.text, "revision": revision}
        row = {"id": write.id, "columns": {**columns(write.props), **own}}
        by_label.setdefault(write.label, []).append(row)
    for label, rows in by_label.items():
        for some in batches(rows):
            work.rows(queries.STORE[label], rows=list(some))
    record(work, [{"action": "put", "id": one.id, "label": one.label} for one, _ in writes])


def record(work: Writing, changes: Sequence[Row]) -> None:
    """Append to the change feed."""
    for some in batches(changes):
        rows = [{"seq": work.seq + i, **_plain(change)} for i, change in enumerate(some, 1)]
        work.seq += len(rows)
        work.rows(queries.RECORD, seq=work.seq, changes=rows)


def _plain(change: Row) -> Row:
    """Return the texts of a change without their enum types."""
    return {name: str(value) for name, value in change.items()}


def remove(work: Writing, node_id: str, expect: int | None) -> None:
    """Remove a node after its edges."""
    state = _stored(work, [node_id]).get(node_id)
    if state is None:
        raise NodeNotFound(node_id)
    if expect is not None and expect != state.revision:
        raise StaleRevision(node_id, expect, state.revision)
    rows = work.rows(queries.EDGES_OF, id=node_id)
    gone = sorted((edge[1], edge[0], edge[2]) for edge in (row["edge"] for row in rows))
    work.rows(queries.REMOVE, id=node_id)
    changes = [edge_change("unrelate", (source, one, target)) for one, source, target in gone]
    record(work, [*changes, {"action": "remove", "id": node_id, "label": str(state.label)}])


def relate_many(work: Writing, edges: Sequence[tuple[Edge, str]]) -> int:
    """Write edges and return how many writes changed something."""
    ends = dict.fromkeys(end for edge, _ in edges for end in (edge.source, edge.target))
    labels = {
        row["id"]: label_of(row["labels"])
        for some in batches(ends)
        for row in work.rows(queries.LABELS, ids=list(some))
    }
    for edge, _ in edges:
        for end in (edge.source, edge.target):
            if end not in labels:
                raise NodeNotFound(end)
        check_ends(edge, labels[edge.source], labels[edge.target])
    keyed = [((edge.source, Relation(edge.relation), edge.target), text) for edge, text in edges]
    texts = _stored_edges(work, (key for key, _ in keyed))
    fresh: list[tuple[Key, str]] = []
    for key, text in keyed:
        if texts.get(key) != text:
            texts[key] = text
            fresh.append((key, text))
    store_edges(work, fresh)
    return len(fresh)


def _stored_edges(work: Writing, keys: Iterable[Key]) -> dict[Key, str]:
    return {
        (source, Relation(relation), target): text
        for some in batches(dict.fromkeys(keys))
        for row in work.rows(queries.EDGES_STORED, rows=[edge_row(key) for key in some])
        for source, relation, target, text in [row["edge"]]
    }


def store_edges(work: Writing, writes: Sequence[tuple[Key, str]]) -> int:
    """Write changed edges, record it, and return how many had both ends."""
    written = 0
    by_type: dict[Relation, list[Row]] = {}
    for key, text in dict(writes).items():
        by_type.setdefault(key[1], []).append({**edge_row(key), "props": text})
    for relation, rows in by_type.items():
        for some in batches(rows):
            written += work.rows(queries.RELATE[relation], rows=list(some))[0]["written"]
    record(work, [edge_change("relate", key) for key, _ in writes])
    return written


def edge_row(key: Key) -> Row:
    """Return what the queries of edges look one up by."""
    source, relation, target = key
    return {"source": source, "relation": str(relation), "target": target}


def edge_change(action: str, key: tuple[str, str, str]) -> Row:
    """Return the change of an edge for `record`."""
    source, relation, target = key
    return {"action": action, "id": source, "relation": relation, "target": target}


def unrelate(work: Writing, key: Key) -> bool:
    """Remove an edge, if it is there."""
    source, relation, target = key
    gone = work.rows(queries.UNRELATE[relation], source=source, target=target)[0]["gone"]
    if gone:
        record(work, [edge_change("unrelate", key)])
    return bool(gone)


def batches(things: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield lists of at most BATCH things."""
    rest = list(things)
    for i in range(0, len(rest), BATCH):
        yield rest[i : i + BATCH]
