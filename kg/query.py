"""What a store may be asked for: labels, filters, relations, an order and a page."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from kg.model import Scalar
from kg.vocabulary import Label, Relation

MAX_LIMIT = 1000
"""Largest page of any list."""
MAX_VALUES = 1000
"""Most values of an `IN` filter."""
ORDER_WIDTH = 100
"""How many characters of a text take part in `order_by`."""


class Op(StrEnum):
    """How a filter compares. On a list property a filter holds when any element fits."""

    EQ = "eq"
    IN = "in"
    GE = "ge"
    LE = "le"
    GT = "gt"
    LT = "lt"
    PREFIX = "prefix"
    EXISTS = "exists"


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on a property: `EQ`..`PREFIX` take a scalar, `IN` a tuple, `EXISTS` a bool.

    Numbers compare with numbers, text with text (by code point), truths with truths; a value of
    another type does not fit (no coercion: True is not 1, but 1 is 1.0). `IN` takes at most
    MAX_VALUES values; `IN ()` fits nothing. A nested value (a map, or a list that holds maps,
    lists or null) fits `EXISTS` alone, and so does an empty list.
    """

    field: str
    op: Op
    value: Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """The node has this relation with any of `ids`; `out`: node -> id, `in`: id -> node."""

    relation: Relation
    direction: Literal["out", "in"]
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """Which nodes: any of `labels`, all `filters`, all `related`.

    Order: by `order_by` (a property; numbers before text before truths; nodes without it last,
    and a list or nested value counts as without), then by id; `descending` turns only the
    property around. Of a text only the first ORDER_WIDTH characters take part. `after` is the
    cursor of the page before and belongs to the same query, though `limit` may differ.
    `limit` is 1..MAX_LIMIT.
    """

    labels: frozenset[Label]
    filters: tuple[Filter, ...] = ()
    related: tuple[Related, ...] = ()
    order_by: str | None = None
    descending: bool = False
    limit: int = 100
    after: str | None = None
