"""Plain reads of the SQLite graph: nodes, edges, the change feed, numbers."""

# Only fixed words are put together to SQL; every value is a question mark.
# ruff: noqa: S608

import json
import sqlite3  # noqa: TID251 - this folder owns SQL
from collections.abc import Collection, Iterable
from typing import Any

from kg.errors import NodeNotFound
from kg.model import Edge, Node
from kg.store import Change, Counts
from kg.stores.checks import checked_id
from kg.stores.sqlite.conditions import id_list, marks
from kg.vocabulary import Label, Relation

NODE = "n.id, n.label, n.props, n.revision"
"""Columns that `node_of` reads."""


def node_of(row: tuple[Any, ...]) -> Node:
    """Return the node of a row with the columns `NODE`."""
    return Node(row[0], Label(row[1]), json.loads(row[2]), row[3])


def edge_of(row: tuple[Any, ...]) -> Edge:
    """Return the edge of a row with source, relation, target and properties."""
    return Edge(Relation(row[1]), row[0], row[2], json.loads(row[3]))


def get(db: sqlite3.Connection, node_id: str) -> Node:
    """Return a node."""
    text = f"SELECT {NODE} FROM nodes n WHERE n.id = ?"
    row = db.execute(text, (checked_id(node_id),)).fetchone()
    if row is None:
        raise NodeNotFound(node_id)
    return node_of(row)


def get_many(db: sqlite3.Connection, ids: Collection[str]) -> dict[str, Node]:
    """Return the nodes that exist, in the order of `ids`."""
    text = f"SELECT {NODE} FROM json_each(?) j CROSS JOIN nodes n ON n.id = j.value"
    # ordered here: a sort in SQL would carry all properties through it
    rows = {row[0]: row for row in db.execute(text, (id_list(ids),))}
    return {node_id: node_of(rows[node_id]) for node_id in ids if node_id in rows}


def existing(db: sqlite3.Connection, ids: Collection[str]) -> list[str]:
    """Return the ids of nodes that exist, each once, in the order of `ids`."""
    text = "SELECT n.id FROM json_each(?) j CROSS JOIN nodes n ON n.id = j.value"
    found = {row[0] for row in db.execute(text, (id_list(ids),))}
    return [node_id for node_id in dict.fromkeys(ids) if node_id in found]


def label_of(db: sqlite3.Connection, node_id: str) -> Label:
    """Return a node's label.

    Raises:
        NodeNotFound.
    """
    text = "SELECT label FROM nodes WHERE id = ?"
    row = db.execute(text, (checked_id(node_id),)).fetchone()
    if row is None:
        raise NodeNotFound(node_id)
    return Label(row[0])


def edges(
    db: sqlite3.Connection, sources: Iterable[str], relations: Collection[Relation]
) -> list[Edge]:
    """Return all edges of these types from these nodes."""
    rows = db.execute(
        "SELECT e.source, e.relation, e.target, e.props FROM edges e"
        f" WHERE e.source IN (SELECT value FROM json_each(?))"
        f" AND e.relation IN ({marks(len(relations))}) ORDER BY e.source, e.relation, e.target",
        (id_list(sources), *relations),
    )
    return [edge_of(row) for row in rows]


def changes(db: sqlite3.Connection, since: int, limit: int) -> list[Change]:
    """Return the changes after `since`."""
    rows = db.execute(
        "SELECT seq, action, id, label, relation, target FROM changes WHERE seq > ?"
        " ORDER BY seq LIMIT ?",
        (since, limit),
    )
    return [
        Change(
            seq, action, node_id, label and Label(label), relation and Relation(relation), target
        )
        for seq, action, node_id, label, relation, target in rows
    ]


def position(db: sqlite3.Connection) -> int:
    """Return the number of the newest change."""
    return int(db.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchone()[0])


def counts(db: sqlite3.Connection) -> Counts:
    """Return nodes by label and edges by type."""
    rows = db.execute("SELECT sort, name, n FROM tally WHERE n > 0 ORDER BY name").fetchall()
    return Counts(
        {Label(name): n for sort, name, n in rows if sort == "node"},
        {Relation(name): n for sort, name, n in rows if sort == "edge"},
    )


def mark_of(db: sqlite3.Connection) -> str | None:
    """Return the mark of an unfinished import."""
    row = db.execute("SELECT mark FROM unfinished").fetchone()
    return str(row[0]) if row else None
