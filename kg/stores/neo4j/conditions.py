"""Cypher of filters and relations on the node `n`; every value becomes a parameter.

Property names stand in the text (they are checked to be `[a-z][a-z0-9_]*`), so that indexes can
serve them and the plans of the server are used again.
"""

from dataclasses import dataclass, field
from typing import Any

from kg.model import Scalar
from kg.query import Filter, Op, Query, Related
from kg.stores.neo4j.columns import INDEXED, LISTS, TEXT, key_of, kind_of, stored
from kg.stores.neo4j.reading import possible
from kg.vocabulary import Label

_SIGNS = {
    Op.EQ: "=", Op.IN: "IN", Op.GE: ">=", Op.LE: "<=", Op.GT: ">", Op.LT: "<",
    Op.PREFIX: "STARTS WITH",
}  # fmt: skip
_ROUGH = {**_SIGNS, Op.GT: ">=", Op.LT: "<="}


@dataclass(slots=True)
class Given:
    """The parameters of a query."""

    values: dict[str, Any] = field(default_factory=dict)

    def __call__(self, value: Any) -> str:
        """Take a value and return its name in the text."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"${name}"


def impossible(query: Query) -> bool:
    """Say whether nothing fits whatever the data are."""
    empty = any(one.op is Op.IN and not one.value for one in query.filters)
    return not query.labels or empty or any(not one.ids for one in query.related)


def match(query: Query, given: Given, *more: str) -> str:
    """Return the text that binds `n` to each node that fits, once."""
    parts = [*(holds(one, given) for one in query.filters), *more]
    pattern = f"(n:{_labels(query.labels)})"
    if not query.related:
        return f"MATCH {pattern}{_where(parts)}"
    first, *rest = query.related
    parts.append(f"o.id IN {given(possible(first.ids))}")
    parts += [_linked(one, given) for one in rest]
    return f"MATCH {_joined(first, pattern, '(o:Node)')}{_where(parts)} WITH DISTINCT n"


def _labels(labels: frozenset[Label]) -> str:
    if labels == frozenset(Label):
        return "Node"
    return f"Node&({'|'.join(sorted(labels))})"


def _where(parts: list[str]) -> str:
    return f" WHERE {' AND '.join(parts)}" if parts else ""


def _joined(related: Related, near: str, far: str) -> str:
    left, right = ("", ">") if related.direction == "out" else ("<", "")
    return f"{near}{left}-[:{related.relation}]-{right}{far}"


def _linked(related: Related, given: Given) -> str:
    pattern = _joined(related, "(n)", "(x:Node)")
    return f"EXISTS {{ {pattern} WHERE x.id IN {given(possible(related.ids))} }}"


def holds(condition: Filter, given: Given) -> str:
    """Return when a filter holds for `n`."""
    name, value = condition.field, condition.value
    if condition.op is Op.EXISTS:
        text = f"{given(name)} IN n.names"
        return text if value else f"NOT {text}"
    many = isinstance(value, tuple)
    values = value if isinstance(value, tuple) else (value,)
    exact = _exact(condition, {kind_of(one) for one in values}, given(_taken(values, stored, many)))
    if name not in INDEXED:
        return exact
    keys = given(_taken(values, key_of, many))
    return f"(n.p_{name} {_ROUGH[condition.op]} {keys} OR n.listed = true) AND {exact}"


def _taken(values: tuple[Scalar, ...], how: Any, many: bool) -> Any:  # noqa: FBT001
    taken = [how(one) for one in values]
    return taken if many else taken[0]


def _exact(condition: Filter, kinds: set[int], value: str) -> str:
    name, sign = condition.field, _SIGNS[condition.op]
    whole = f"coalesce(n.l_{name}, n.p_{name})" if TEXT in kinds else f"n.p_{name}"
    columns = [f"n.{prefix}_{name}" for kind in sorted(kinds) for prefix in LISTS[kind]]
    parts = [f"{whole} {sign} {value}"]
    parts += [f"any(x IN {column} WHERE x {sign} {value})" for column in columns]
    return f"({' OR '.join(parts)})"
