"""Pages, counts and facets of a `Query`."""

# Only fixed words are put together to SQL; every value is a question mark.
# ruff: noqa: S608

import heapq
import sqlite3  # noqa: TID251 - this folder owns SQL
from collections.abc import Iterator, Sequence
from itertools import islice

from kg.model import Scalar
from kg.query import Filter, Op, Query
from kg.stores.cursors import Position, decode
from kg.stores.sqlite import planner, walk
from kg.stores.sqlite.conditions import HELD, TRUTH, Sql, marks


def positions(db: sqlite3.Connection, query: Query) -> list[Position]:
    """Return the places of at most `limit` + 1 nodes in the query's order, after its cursor."""
    after = decode(query)
    if not query.labels or _impossible(query):
        return []
    plan = planner.choose(db, query)
    if plan.drive and plan.lead is not None:
        return walk.driven(db, query, plan.lead, after)
    along = plan.lead if isinstance(plan.lead, Filter) else None
    found: list[Position] = []
    for phase in walk.phases(query, after):
        streams = [
            walk.stream(db, query, label, phase, along, after) for label in sorted(query.labels)
        ]
        merged: Iterator[Position] = heapq.merge(*streams, key=walk.order_key(query, phase))
        found += islice(merged, query.limit + 1 - len(found))
        if len(found) > query.limit:
            break
    return found


def count(db: sqlite3.Connection, query: Query) -> int:
    """Return how many nodes fit."""
    if not query.labels or _impossible(query):
        return 0
    if not query.filters and not query.related:
        return planner.size(db, query.labels)
    hits = planner.hits(query, planner.rarest(db, query))
    return int(db.execute(f"SELECT count(*) FROM ({hits.text})", hits.args).fetchone()[0])


def facets(
    db: sqlite3.Connection, query: Query, fields: Sequence[str]
) -> dict[str, list[tuple[Scalar, int]]]:
    """Count the values of the fields among all fitting nodes."""
    counted: dict[str, list[tuple[int, Scalar, int]]] = {name: [] for name in fields}
    if query.labels and fields and not _impossible(query):
        statement = _facet_rows(db, query, tuple(counted))
        for name, kind, value, number in db.execute(statement.text, statement.args):
            counted[name].append((kind, bool(value) if kind == TRUTH else value, number))
    return {
        name: [
            (value, number)
            for _, value, number in sorted(rows, key=lambda row: (-row[2], row[0], row[1]))
        ]
        for name, rows in counted.items()
    }


def _facet_rows(db: sqlite3.Connection, query: Query, fields: tuple[str, ...]) -> Sql:
    """Return field, kind, value, number; without conditions straight from the value index."""
    chosen = f"p.field IN ({marks(len(fields))}) AND p.kind < {HELD}"
    value = "coalesce(l.value, p.key)"
    longer = "LEFT JOIN long_text l ON p.long AND (l.id, l.field, l.pos) = (p.id, p.field, p.pos)"
    tail = f"GROUP BY p.field, p.kind, {value}"
    if not query.filters and not query.related:
        labels = marks(len(query.labels))
        text = (
            f"SELECT p.field, p.kind, {value}, count(*) FROM prop p INDEXED BY prop_by_value"
            f" {longer} WHERE p.label IN ({labels}) AND {chosen} {tail}"
        )
        return Sql(text, (*sorted(query.labels), *fields))
    hits = planner.hits(query, planner.rarest(db, query))
    text = (
        f"WITH hit AS MATERIALIZED ({hits.text}) SELECT p.field, p.kind, {value}, count(*)"
        f" FROM hit CROSS JOIN prop p ON p.id = hit.id {longer} WHERE {chosen} {tail}"
    )
    return Sql(text, (*hits.args, *fields))


def _impossible(query: Query) -> bool:
    """Say whether a condition fits nothing whatever the data are."""
    empty = any(one.op is Op.IN and not one.value for one in query.filters)
    return empty or any(not one.ids for one in query.related)
