"""Neighbours, degrees and subgraphs.

`ABOUT` is the only relation with private ends, and each of its sources is private. So a
traversal that starts at public nodes and leaves such relations alone never meets a private one.
"""

# Only fixed words are put together to SQL; every value is a question mark.
# ruff: noqa: S608

import sqlite3  # noqa: TID251 - this folder owns SQL
from collections.abc import Collection, Iterable
from typing import Literal

from kg.errors import NodeNotFound
from kg.model import Edge
from kg.store import Degrees, Neighbour, Subgraph
from kg.stores.sqlite.conditions import id_list, marks
from kg.stores.sqlite.reading import NODE, edge_of, existing, get_many, label_of, node_of
from kg.vocabulary import PRIVATE_LABELS, RELATION_ENDS, Relation

Way = Literal["out", "in"]
_WAYS: tuple[Way, Way] = ("out", "in")
COLUMNS: dict[Way, tuple[str, str]] = {"out": ("source", "target"), "in": ("target", "source")}
_PRIVATE = ", ".join(f"'{label}'" for label in sorted(PRIVATE_LABELS))


def _may_hide(relation: Relation, way: Way) -> bool:
    """Say whether a neighbour by this relation may be private."""
    ends = RELATION_ENDS[relation]
    return bool((ends.targets if way == "out" else ends.sources) & PRIVATE_LABELS)


def passable(relations: Collection[Relation] | None, *, private: bool) -> list[Relation]:
    """Return the relations that a traversal may follow, in order."""
    chosen = sorted(set(Relation) if relations is None else set(relations))
    return [one for one in chosen if private or not any(_may_hide(one, way) for way in _WAYS)]


def neighbours(
    db: sqlite3.Connection,
    node_id: str,
    relations: Collection[Relation] | None,
    direction: Literal["out", "in", "both"],
    *,
    limit: int,
    private: bool,
) -> list[Neighbour]:
    """Return the neighbours by relation, direction and id: one short index walk for each."""
    label_of(db, node_id)
    found: list[Neighbour] = []
    ways = _WAYS if direction == "both" else (direction,)
    for relation in sorted(set(Relation) if relations is None else set(relations)):
        for way in ways:
            near, far = COLUMNS[way]
            hide = "" if private else f" AND n.label NOT IN ({_PRIVATE})"
            rows = db.execute(
                f"SELECT e.source, e.relation, e.target, e.props, {NODE} FROM edges e"
                f" CROSS JOIN nodes n ON n.id = e.{far} WHERE e.{near} = ? AND e.relation = ?"
                f"{hide} ORDER BY e.{far} LIMIT ?",
                (node_id, relation, limit - len(found)),
            )
            found += [Neighbour(edge_of(row[:4]), node_of(row[4:])) for row in rows]
            if len(found) == limit:
                return found
    return found


def degrees(db: sqlite3.Connection, ids: Collection[str]) -> dict[str, Degrees]:
    """Count public neighbours of the nodes that exist, in the order of `ids`."""
    return {node_id: _degrees(db, node_id) for node_id in existing(db, ids)}


def _degrees(db: sqlite3.Connection, node_id: str) -> Degrees:
    """Count public neighbours; a label is looked up only where it may be private."""
    counted: dict[tuple[Relation, Way], int] = {}
    for relation in sorted(Relation):
        for way in _WAYS:
            near, far = COLUMNS[way]
            text = f"SELECT count(*) FROM edges e WHERE e.{near} = ? AND e.relation = ?"
            if _may_hide(relation, way):
                label = f"(SELECT n.label FROM nodes n WHERE n.id = e.{far})"
                text += f" AND {label} NOT IN ({_PRIVATE})"
            number = db.execute(text, (node_id, relation)).fetchone()[0]
            if number:
                counted[relation, way] = number
    return counted


def subgraph(
    db: sqlite3.Connection,
    ids: Collection[str],
    depth: int,
    *,
    relations: Collection[Relation] | None,
    limit: int,
    private: bool,
) -> Subgraph:
    """Return the nodes near `ids`, level by level."""
    for node_id in ids:
        check_visible(db, node_id, private=private)
    followed = passable(relations, private=private)
    level = set(ids)
    seen = set(level)
    ordered = sorted(level)
    for _ in range(depth):
        level = set(_around(db, level, followed)) - seen
        seen |= level
        ordered += sorted(level)
    kept = ordered[:limit]
    nodes = get_many(db, kept)
    edges = _edges_among(db, kept, followed)
    return Subgraph(tuple(nodes.values()), tuple(edges), len(ordered) - len(kept))


def check_visible(db: sqlite3.Connection, node_id: str, *, private: bool) -> None:
    """Check that a traversal may begin at a node.

    Raises:
        NodeNotFound: it is missing, or private without `private`.
    """
    if label_of(db, node_id) in PRIVATE_LABELS and not private:
        raise NodeNotFound(node_id)


def _around(db: sqlite3.Connection, ids: Iterable[str], relations: list[Relation]) -> list[str]:
    """Return the neighbours of any of `ids`, each once."""
    if not relations:
        return []
    chosen = marks(len(relations))
    given = id_list(ids)
    text = " UNION ".join(
        f"SELECT e.{far} FROM json_each(?) j CROSS JOIN edges e ON e.{near} = j.value"
        f" WHERE e.relation IN ({chosen})"
        for near, far in COLUMNS.values()
    )
    args = (given, *relations)
    return [row[0] for row in db.execute(text, (*args, *args))]


def _edges_among(
    db: sqlite3.Connection, ids: Collection[str], relations: list[Relation]
) -> list[Edge]:
    given = id_list(ids)
    rows = db.execute(
        "SELECT e.source, e.relation, e.target, e.props FROM json_each(?) j"
        " CROSS JOIN edges e ON e.source = j.value"
        f" WHERE e.relation IN ({marks(len(relations))})"
        " AND e.target IN (SELECT value FROM json_each(?))"
        " ORDER BY e.source, e.relation, e.target",
        (given, *relations, given),
    )
    return [edge_of(row) for row in rows]
