"""Writes of the SQLite graph: nodes with their property rows, edges, and the change feed."""

# Only fixed words are put together to SQL; every value is a question mark.
# ruff: noqa: S608

import json
import sqlite3  # noqa: TID251 - this folder owns SQL
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kg.errors import DuplicateNode, NodeNotFound, StaleRevision
from kg.model import Edge, Node
from kg.stores.checks import check_ends, check_label_change, checked_edge, checked_node
from kg.stores.sqlite.conditions import HELD, id_list, is_long, key_of, kind_of
from kg.vocabulary import Label, Relation

BATCH = 2000
"""Nodes or edges that are compared with the stored ones at a time."""

_CHANGE = "INSERT INTO changes (action, id, label, relation, target) VALUES (?, ?, ?, ?, ?)"
_NODE = (
    "INSERT INTO nodes (id, label, revision, props) VALUES (?, ?, ?, ?) ON CONFLICT (id)"
    " DO UPDATE SET label = excluded.label, revision = excluded.revision, props = excluded.props"
)
_PROP = "INSERT INTO prop (id, field, pos, label, kind, key, long) VALUES (?, ?, ?, ?, ?, ?, ?)"
_EDGE = (
    "INSERT INTO edges (source, relation, target, props) VALUES (?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET props = excluded.props"
)


@dataclass(frozen=True, slots=True)
class NodeWrite:
    """A checked node on its way into the tables."""

    id: str
    label: Label
    text: str
    props: dict[str, Any]


def put(db: sqlite3.Connection, node: Node, expect: int | None) -> Node:
    """Write one node and return it as stored."""
    label, text, props = checked_node(node)
    stored = db.execute(
        "SELECT label, revision, props FROM nodes WHERE id = ?", (node.id,)
    ).fetchone()
    revision = stored[1] if stored else 0
    if expect is not None and expect != revision:
        if expect == 0:
            raise DuplicateNode(node.id)
        raise StaleRevision(node.id, expect, revision)
    if stored:
        check_label_change(node.id, Label(stored[0]), label)
    if not stored or (stored[0], stored[2]) != (label, text):
        revision += 1
        store(db, [(NodeWrite(node.id, label, text, props), revision)])
    return Node(node.id, label, json.loads(text), revision)


def put_many(db: sqlite3.Connection, nodes: Iterable[Node]) -> int:
    """Write nodes and return how many writes changed something."""
    changed = 0
    batch: dict[str, NodeWrite] = {}
    for node in nodes:
        label, text, props = checked_node(node)
        if node.id in batch or len(batch) == BATCH:
            changed += _put_batch(db, batch)
            batch.clear()
        batch[node.id] = NodeWrite(node.id, label, text, props)
    return changed + _put_batch(db, batch)


def _put_batch(db: sqlite3.Connection, batch: dict[str, NodeWrite]) -> int:
    stored = {
        row[0]: row[1:]
        for row in db.execute(
            "SELECT n.id, n.label, n.revision, n.props FROM json_each(?) j"
            " CROSS JOIN nodes n ON n.id = j.value",
            (id_list(batch),),
        )
    }
    writes: list[tuple[NodeWrite, int]] = []
    for write in batch.values():
        label, revision, text = stored.get(write.id, (None, 0, ""))
        if label is not None:
            check_label_change(write.id, Label(label), write.label)
        if (label, text) != (write.label, write.text):
            writes.append((write, revision + 1))
    store(db, writes)
    return len(writes)


def store(
    db: sqlite3.Connection, writes: list[tuple[NodeWrite, int]], *, imported: bool = False
) -> None:
    """Write changed nodes with their new revisions, and record it.

    A revision above 1 says that rows of an older one are there; of an imported one it does not.
    """
    old = id_list(write.id for write, revision in writes if revision > 1 or imported)
    for table in ("prop", "long_text"):
        db.execute(f"DELETE FROM {table} WHERE id IN (SELECT value FROM json_each(?))", (old,))
    db.executemany(_NODE, [(one.id, one.label, revision, one.text) for one, revision in writes])
    rows = [row for write, _ in writes for row in _prop_rows(write)]
    # in the order of the value index, which is the larger part of the work
    rows.sort(key=lambda row: (row[1], row[4], row[5]))
    db.executemany(_PROP, rows)
    longer = [row for write, _ in writes for row in _long_rows(write)]
    db.executemany("INSERT INTO long_text (id, field, pos, value) VALUES (?, ?, ?, ?)", longer)
    db.executemany(_CHANGE, [("put", one.id, one.label, None, None) for one, _ in writes])


def _cells(props: dict[str, Any]) -> Iterator[tuple[str, int, Any]]:
    """Yield field, place and value of what can be filtered; None for the rest."""
    for name, value in props.items():
        if not isinstance(value, list):
            yield name, -1, None if isinstance(value, dict) else value
        elif value and all(isinstance(one, str | int | float) for one in value):
            distinct = {(kind_of(one), one): one for one in value}
            for pos, one in enumerate(distinct.values()):
                yield name, pos, one
        else:
            yield name, -1, None


def _prop_rows(write: NodeWrite) -> Iterator[tuple[Any, ...]]:
    for name, pos, value in _cells(write.props):
        if value is None:
            yield (write.id, name, pos, write.label, HELD, 0, 0)
        else:
            kind, key = kind_of(value), key_of(value)
            yield (write.id, name, pos, write.label, kind, key, is_long(value))


def _long_rows(write: NodeWrite) -> Iterator[tuple[Any, ...]]:
    for name, pos, value in _cells(write.props):
        if value is not None and is_long(value):
            yield (write.id, name, pos, value)


def remove(db: sqlite3.Connection, node_id: str, expect: int | None) -> None:
    """Remove a node after its edges."""
    stored = db.execute("SELECT label, revision FROM nodes WHERE id = ?", (node_id,)).fetchone()
    if stored is None:
        raise NodeNotFound(node_id)
    if expect is not None and expect != stored[1]:
        raise StaleRevision(node_id, expect, stored[1])
    gone = db.execute(
        "SELECT relation, source, target FROM edges WHERE source = ?1 UNION"
        " SELECT relation, source, target FROM edges WHERE target = ?1 ORDER BY 1, 2, 3",
        (node_id,),
    ).fetchall()
    db.executemany("DELETE FROM edges WHERE (relation, source, target) = (?, ?, ?)", gone)
    changes = [("unrelate", source, None, relation, target) for relation, source, target in gone]
    db.executemany(_CHANGE, changes)
    db.execute("DELETE FROM nodes WHERE id = ?", (node_id,))
    db.execute(_CHANGE, ("remove", node_id, stored[0], None, None))


def relate_many(db: sqlite3.Connection, edges: Iterable[Edge]) -> int:
    """Write edges and return how many writes changed something."""
    changed = 0
    batch: dict[tuple[str, Relation, str], tuple[Edge, str]] = {}
    for edge in edges:
        relation, text = checked_edge(edge)
        key = (edge.source, relation, edge.target)
        if key in batch or len(batch) == BATCH:
            changed += _relate_batch(db, batch)
            batch.clear()
        batch[key] = (edge, text)
    return changed + _relate_batch(db, batch)


def _relate_batch(
    db: sqlite3.Connection, batch: dict[tuple[str, Relation, str], tuple[Edge, str]]
) -> int:
    ids = {node_id for source, _, target in batch for node_id in (source, target)}
    labels = dict(
        db.execute(
            "SELECT n.id, n.label FROM json_each(?) j CROSS JOIN nodes n ON n.id = j.value",
            (id_list(ids),),
        )
    )
    for edge, _ in batch.values():
        for end in (edge.source, edge.target):
            if end not in labels:
                raise NodeNotFound(end)
        check_ends(edge, Label(labels[edge.source]), Label(labels[edge.target]))
    keys = json.dumps(list(batch))
    stored = {
        (source, relation, target): text
        for source, relation, target, text in db.execute(
            "SELECT e.source, e.relation, e.target, e.props FROM json_each(?) j CROSS JOIN edges e"
            " ON e.source = json_extract(j.value, '$[0]')"
            " AND e.relation = json_extract(j.value, '$[1]')"
            " AND e.target = json_extract(j.value, '$[2]')",
            (keys,),
        )
    }
    fresh = [(*key, text) for key, (_, text) in batch.items() if stored.get(key) != text]
    store_edges(db, fresh)
    return len(fresh)


def store_edges(db: sqlite3.Connection, rows: Sequence[tuple[str, str, str, str]]) -> None:
    """Write changed edges (source, relation, target, properties), and record it."""
    db.executemany(_EDGE, rows)
    changes = [("relate", source, None, relation, target) for source, relation, target, _ in rows]
    db.executemany(_CHANGE, changes)


def erase(
    db: sqlite3.Connection, edges: Iterable[tuple[str, str, str]], ids: Iterable[str]
) -> None:
    """Remove edges (those that are there), then nodes that have none left, and record it."""
    for source, relation, target in edges:
        unrelate(db, Relation(relation), source, target)
    for node_id in ids:
        gone = db.execute("DELETE FROM nodes WHERE id = ? RETURNING label", (node_id,)).fetchone()
        if gone:
            db.execute(_CHANGE, ("remove", node_id, gone[0], None, None))


def unrelate(db: sqlite3.Connection, relation: Relation, source: str, target: str) -> bool:
    """Remove an edge, if it is there."""
    done = db.execute(
        "DELETE FROM edges WHERE (source, relation, target) = (?, ?, ?)",
        (source, relation, target),
    ).rowcount
    if done:
        db.execute(_CHANGE, ("unrelate", source, None, relation, target))
    return bool(done)
