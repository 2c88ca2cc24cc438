"""How a query is answered: walk in its order and probe, or drive from its rarest condition.

Walking is right when many nodes fit (a page is full after a few rows); driving when few do.
The choice rests on counts that stop at a tenth of the nodes, so it costs about a millisecond.
"""

# Only fixed words are put together to SQL; every value is a question mark.
# ruff: noqa: S608

import math
import sqlite3  # noqa: TID251 - this folder owns SQL
from dataclasses import dataclass

from kg.query import Filter, Op, Query, Related
from kg.stores.sqlite.conditions import (
    Sql,
    both,
    ends,
    holds,
    id_list,
    linked,
    marks,
    row_fits,
)
from kg.vocabulary import Label

_LEAST_CAP = 2000
_SAMPLE = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """What to drive from, with `drive`; else what to walk along (an `EQ` filter) or None."""

    lead: Filter | Related | None
    drive: bool


def choose(db: sqlite3.Connection, query: Query) -> Plan:
    """Return the plan for one page of the query."""
    total = size(db, query.labels)
    leads = _leads(query)
    if not leads or not total:
        return Plan(None, drive=False)
    cap = _cap(total)
    counted = [(_count(db, query.labels, lead, cap), i) for i, lead in enumerate(leads)]
    least, first = min(counted)
    if not least:
        return Plan(leads[first], drive=True)
    share = math.prod(count / total for count, _ in counted)
    along, steps = None, 1.0
    equal = [(count, i) for count, i in counted if _is_equality(leads[i])]
    if query.order_by is None and equal:
        count, i = min(equal)
        along, steps = leads[i], count / total
    walk = min(float(total), query.limit / share) * steps
    if least < cap and least <= walk:
        return Plan(leads[first], drive=True)
    if len(leads) > 1:
        # the conditions may shun each other (or contradict): then a walk would never end
        together = _sampled(db, query, leads[first]) * least / total
        if query.limit >= together * total:
            return Plan(leads[first], drive=True)
    return Plan(along, drive=False)


def _sampled(db: sqlite3.Connection, query: Query, lead: Filter | Related) -> float:
    """Return the share of the first rows of `lead` that fit the rest of the query."""
    rows = lead_rows(query.labels, lead)
    rest = probes(query, "s.id", lead)
    text = (
        f"SELECT count(*) FROM (SELECT {lead_id(lead)} AS id FROM {rows.text} LIMIT ?) s"
        f" WHERE {rest.text}"
    )
    fitting = db.execute(text, (*rows.args, _SAMPLE, *rest.args)).fetchone()[0]
    return float(max(fitting, 0.5) / _SAMPLE)


def rarest(db: sqlite3.Connection, query: Query) -> Filter | Related | None:
    """Return the condition that fits the fewest nodes, None without a usable one."""
    leads = _leads(query)
    cap = _cap(size(db, query.labels))
    counted = [(_count(db, query.labels, lead, cap), i) for i, lead in enumerate(leads)]
    return leads[min(counted)[1]] if counted else None


def size(db: sqlite3.Connection, labels: frozenset[Label]) -> int:
    """Return how many nodes have these labels."""
    text = f"SELECT total(n) FROM tally WHERE sort = 'node' AND name IN ({marks(len(labels))})"
    return int(db.execute(text, tuple(labels)).fetchone()[0])


def _cap(total: int) -> int:
    """Return where counting stops."""
    return max(_LEAST_CAP, total // 10)


def _leads(query: Query) -> list[Filter | Related]:
    """Return the conditions that can be walked by an index: all but `EXISTS` false."""
    filters = [one for one in query.filters if one.op is not Op.EXISTS or one.value]
    return [*filters, *query.related]


def _is_equality(lead: Filter | Related) -> bool:
    return isinstance(lead, Filter) and lead.op is Op.EQ


def _count(
    db: sqlite3.Connection, labels: frozenset[Label], lead: Filter | Related, cap: int
) -> int:
    rows = lead_rows(labels, lead)
    text = f"SELECT count(*) FROM (SELECT 1 FROM {rows.text} LIMIT ?)"
    return int(db.execute(text, (*rows.args, cap)).fetchone()[0])


def lead_rows(labels: frozenset[Label], lead: Filter | Related) -> Sql:
    """Return FROM and WHERE of the rows that a condition finds (a node may come repeatedly).

    The node's id is `p.id` for a filter; for a relation see `lead_id`, and its rows may have
    other labels.
    """
    if isinstance(lead, Filter):
        fits = row_fits(lead)
        text = (
            f"prop p INDEXED BY prop_by_value WHERE p.label IN ({marks(len(labels))})"
            f" AND p.field = ? AND {fits.text}"
        )
        return Sql(text, (*sorted(labels), lead.field, *fits.args))
    _, far = ends(lead)
    text = f"edges p WHERE p.relation = ? AND p.{far} IN (SELECT value FROM json_each(?))"
    return Sql(text, (lead.relation, id_list(lead.ids)))


def lead_id(lead: Filter | Related) -> str:
    """Return the SQL of the node's id in `lead_rows`."""
    return "p.id" if isinstance(lead, Filter) else f"p.{ends(lead)[0]}"


def hits(query: Query, lead: Filter | Related | None) -> Sql:
    """Return a SELECT of the distinct ids that fit the query, found from `lead`."""
    labels = marks(len(query.labels))
    if lead is None:
        rest = probes(query, "n.id")
        text = f"SELECT n.id FROM nodes n WHERE n.label IN ({labels}) AND {rest.text}"
        return Sql(text, (*sorted(query.labels), *rest.args))
    rows, node = lead_rows(query.labels, lead), lead_id(lead)
    rest = probes(query, node, lead)
    text = f"SELECT DISTINCT {node} AS id FROM {rows.text} AND {rest.text}"
    if isinstance(lead, Filter):
        return Sql(text, (*rows.args, *rest.args))
    text += f" AND (SELECT n.label FROM nodes n WHERE n.id = {node}) IN ({labels})"
    return Sql(text, (*rows.args, *rest.args, *sorted(query.labels)))


def probes(query: Query, node: str, *done: Filter | Related | None) -> Sql:
    """Return all conditions of the query but those done, for the node with this id."""
    # by identity: Filter("a", EQ, 1) equals Filter("a", EQ, True) in Python, but not here
    known = {id(one) for one in done}
    parts = [holds(one, node) for one in query.filters if id(one) not in known]
    parts += [linked(one, node) for one in query.related if id(one) not in known]
    return both(parts)
