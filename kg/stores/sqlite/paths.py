"""Shortest paths: a search from both ends, then reading them off in order of ids."""

# Only fixed words are put together to SQL; every value is a question mark.
# ruff: noqa: S608

import sqlite3  # noqa: TID251 - this folder owns SQL
from collections.abc import Collection, Iterable, Iterator
from itertools import islice, pairwise

from kg.store import Path
from kg.stores.sqlite.conditions import id_list, marks
from kg.stores.sqlite.reading import edge_of, get_many
from kg.stores.sqlite.traversal import COLUMNS, check_visible, passable
from kg.vocabulary import Relation

_Step = dict[str, set[str]]


def paths(
    db: sqlite3.Connection,
    a: str,
    b: str,
    *,
    max_length: int,
    relations: Collection[Relation] | None,
    limit: int,
) -> list[Path]:
    """Return shortest paths: search from both ends, then read them off in order of ids."""
    for node_id in (a, b):
        check_visible(db, node_id, private=False)
    followed = passable(relations, private=False)
    if a == b or not followed:
        return []
    steps = _shortest_steps(db, a, b, max_length, followed)
    trails = islice(_trails([a], steps), limit if steps else 0)
    return [_path(db, ids, followed) for ids in trails]


def _shortest_steps(
    db: sqlite3.Connection, a: str, b: str, max_length: int, relations: list[Relation]
) -> list[_Step]:
    """Return, for each step from `a`, which nodes lead to which on shortest paths; or nothing.

    Breadth first from both ends, always on from the smaller border.
    """
    ahead, back = _Side(a), _Side(b)
    while not (meeting := ahead.border & back.border):
        side = ahead if len(ahead.border) <= len(back.border) else back
        if len(ahead.steps) + len(back.steps) == max_length or not side.border:
            return []
        side.go_on(db, relations)
    first = [_turned(step) for step in ahead.trimmed(meeting)]
    return [*reversed(first), *back.trimmed(meeting)]


class _Side:
    """A search from one end: its border, and each step as a map from a node to those before."""

    def __init__(self, start: str) -> None:
        self.border = {start}
        self.steps: list[_Step] = []
        self._seen = {start}

    def go_on(self, db: sqlite3.Connection, relations: list[Relation]) -> None:
        """Take one step to all nodes beside the border that are new."""
        step: _Step = {}
        for before, after in _pairs(db, self.border, relations):
            if after not in self._seen:
                step.setdefault(after, set()).add(before)
        self.border = set(step)
        self._seen |= self.border
        self.steps.append(step)

    def trimmed(self, ends: set[str]) -> list[_Step]:
        """Return the steps back from `ends`, the last first, without what leads elsewhere."""
        trimmed: list[_Step] = []
        for step in reversed(self.steps):
            kept = {node: step[node] for node in ends}
            trimmed.append(kept)
            ends = set().union(*kept.values())
        return trimmed


def _turned(step: _Step) -> _Step:
    turned: _Step = {}
    for node, others in step.items():
        for other in others:
            turned.setdefault(other, set()).add(node)
    return turned


def _pairs(
    db: sqlite3.Connection, ids: Iterable[str], relations: list[Relation]
) -> Iterator[tuple[str, str]]:
    """Yield each of `ids` with each of its neighbours; several edges give several pairs."""
    text = " UNION ALL ".join(
        f"SELECT j.value, e.{far} FROM json_each(?) j CROSS JOIN edges e ON e.{near} = j.value"
        f" WHERE e.relation IN ({marks(len(relations))})"
        for near, far in COLUMNS.values()
    )
    args = (id_list(ids), *relations)
    yield from db.execute(text, (*args, *args))


def _trails(trail: list[str], steps: list[_Step]) -> Iterator[list[str]]:
    """Yield the id sequences through the steps in order; no step is a dead end."""
    if not steps:
        yield trail
        return
    for node_id in sorted(steps[0][trail[-1]]):
        yield from _trails([*trail, node_id], steps[1:])


def _path(db: sqlite3.Connection, ids: list[str], relations: list[Relation]) -> Path:
    """Return the path; of several edges between two nodes the first by (relation, source)."""
    either = " UNION ALL ".join(
        "SELECT source, relation, target, props FROM edges WHERE source = ? AND target = ?"
        f" AND relation IN ({marks(len(relations))})"
        for _ in COLUMNS
    )
    text = f"{either} ORDER BY relation, source LIMIT 1"
    edges = [
        edge_of(db.execute(text, (one, two, *relations, two, one, *relations)).fetchone())
        for one, two in pairwise(ids)
    ]
    return Path(tuple(get_many(db, ids).values()), tuple(edges))
