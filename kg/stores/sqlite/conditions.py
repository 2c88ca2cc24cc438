"""SQL of single conditions: filters on rows of `prop` and relations in `edges`.

Text keys are cut to `ORDER_WIDTH`, so an operand of that length or more is compared twice: its
cut with the key (which the index can do, and which never loses a fit), then whole with whole.
"""

# Only fixed words are put together to SQL; every value is a question mark.
# ruff: noqa: S608

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kg.model import Scalar
from kg.query import ORDER_WIDTH, Filter, Op, Related
from kg.stores.checks import is_id

NUMBER, TEXT, TRUTH, HELD = range(4)
"""Kinds in their order; `HELD` rows say only that a nested value or an empty list is there."""

_SIGNS = {Op.GE: ">=", Op.LE: "<=", Op.GT: ">", Op.LT: "<"}
_WHOLE = (
    "CASE WHEN {p}.long THEN (SELECT l.value FROM long_text l WHERE l.id = {p}.id"
    " AND l.field = {p}.field AND l.pos = {p}.pos) ELSE {p}.key END"
)


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL and the values of its question marks."""

    text: str
    args: tuple[Any, ...] = ()


def both(parts: Iterable[Sql]) -> Sql:
    """Join conditions with AND; none at all is true."""
    parts = tuple(parts)
    text = " AND ".join(part.text for part in parts) or "1"
    return Sql(text, tuple(arg for part in parts for arg in part.args))


def marks(count: int) -> str:
    """Return `count` question marks with commas."""
    return ", ".join("?" * count)


def kind_of(value: Scalar) -> int:
    """Return the kind of a scalar; True is no number."""
    if isinstance(value, bool):
        return TRUTH
    return TEXT if isinstance(value, str) else NUMBER


def key_of(value: Scalar) -> Scalar:
    """Return the key of a scalar: itself, or the beginning of a text."""
    return value[:ORDER_WIDTH] if isinstance(value, str) else value


def is_long(value: Scalar) -> bool:
    """Say whether the key is not the whole value."""
    return isinstance(value, str) and len(value) > ORDER_WIDTH


def row_fits(condition: Filter, p: str = "p") -> Sql:
    """Return when the `prop` row `p` of the field makes the filter hold (EXISTS: any row)."""
    value = condition.value
    if condition.op is Op.EXISTS:
        return Sql("1")
    if isinstance(value, tuple):
        return _any_of(value, p)
    if condition.op is Op.EQ:
        return _equal(value, p)
    if condition.op is Op.PREFIX:
        return _begins(str(value), p)
    return _beyond(_SIGNS[condition.op], value, p)


def _equal(value: Scalar, p: str) -> Sql:
    text = f"{p}.kind = ? AND {p}.key = ? AND {p}.long = ?"
    args = (kind_of(value), key_of(value), is_long(value))
    if not is_long(value):
        return Sql(text, args)
    return Sql(f"{text} AND {_WHOLE.format(p=p)} = ?", (*args, value))


def _any_of(values: tuple[Scalar, ...], p: str) -> Sql:
    parts = [_equal(value, p) for value in values if is_long(value)]
    for kind in (NUMBER, TEXT, TRUTH):
        short = [value for value in values if kind_of(value) == kind and not is_long(value)]
        if short:
            text = f"{p}.kind = {kind} AND {p}.key IN ({marks(len(short))}) AND {p}.long = 0"
            parts.append(Sql(text, tuple(short)))
    if len(parts) == 1:
        return parts[0]
    text = " OR ".join(f"({part.text})" for part in parts) or "0"
    return Sql(f"({text})", tuple(arg for part in parts for arg in part.args))


def _begins(prefix: str, p: str) -> Sql:
    parts = [Sql(f"{p}.kind = {TEXT} AND {p}.key >= ?", (key_of(prefix),))]
    if is_long(prefix):
        whole = _WHOLE.format(p=p)
        parts.append(Sql(f"{p}.key = ? AND {p}.long = 1", (key_of(prefix),)))
        parts.append(Sql(f"substr({whole}, 1, ?) = ?", (len(prefix), prefix)))
    elif (end := _after(prefix)) is not None:
        parts.append(Sql(f"{p}.key < ?", (end,)))
    return both(parts)


def _after(prefix: str) -> str | None:
    """Return the least text above all that begin with `prefix`; None when there is none."""
    for i in range(len(prefix) - 1, -1, -1):
        code = ord(prefix[i]) + 1
        if code < 0x110000:
            return prefix[:i] + chr(0xE000 if code == 0xD800 else code)
    return None


def _beyond(sign: str, value: Scalar, p: str) -> Sql:
    kind = kind_of(value)
    if not isinstance(value, str) or len(value) < ORDER_WIDTH:
        return Sql(f"{p}.kind = ? AND {p}.key {sign} ?", (kind, value))
    text = f"{p}.kind = ? AND {p}.key {sign[0]}= ? AND {_WHOLE.format(p=p)} {sign} ?"
    return Sql(text, (kind, key_of(value), value))


def holds(condition: Filter, node: str) -> Sql:
    """Return when the filter holds for the node whose id is the SQL expression `node`."""
    fits = row_fits(condition, "f")
    absent = condition.op is Op.EXISTS and not condition.value
    text = f"SELECT 1 FROM prop f WHERE f.id = {node} AND f.field = ? AND {fits.text}"
    return Sql(f"{'NOT ' * absent}EXISTS ({text})", (condition.field, *fits.args))


def linked(related: Related, node: str) -> Sql:
    """Return when the node whose id is the SQL expression `node` has the relation."""
    near, far = ends(related)
    text = (
        f"EXISTS (SELECT 1 FROM edges e WHERE e.{near} = {node} AND e.relation = ?"
        f" AND e.{far} IN (SELECT value FROM json_each(?)))"
    )
    return Sql(text, (related.relation, id_list(related.ids)))


def ends(related: Related) -> tuple[str, str]:
    """Return the column of the node and the column of the given ids."""
    return ("source", "target") if related.direction == "out" else ("target", "source")


def id_list(ids: Iterable[str]) -> str:
    """Return ids as one JSON argument; what no node can be called is left out."""
    return json.dumps([node_id for node_id in ids if is_id(node_id)])
