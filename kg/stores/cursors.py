"""Cursors of `GraphStore.find`: where a page ended, tied to the query that it belongs to."""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass

from kg.errors import InvalidQuery
from kg.model import Scalar
from kg.query import Query
from kg.stores.checks import is_id, is_scalar


@dataclass(frozen=True, slots=True)
class Position:
    """The place of a node in a query's order: its id and the order property's key.

    `key` is None when the query has no `order_by` or the node lacks the property. Text keys are
    cut to `ORDER_WIDTH`.
    """

    id: str
    key: Scalar | None = None


def encode(query: Query, position: Position) -> str:
    """Return the cursor of a page of `query` that ended at `position`."""
    data = json.dumps([_fingerprint(query), position.id, position.key], ensure_ascii=False)
    return base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")


def decode(query: Query) -> Position | None:
    """Return where the page before ended, None for the first page.

    Raises:
        InvalidQuery: the cursor is damaged, or made for another query.
    """
    if query.after is None:
        return None
    try:
        padded = query.after.encode("ascii") + b"=" * (-len(query.after) % 4)
        data = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        mark, node_id, key = data
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
        raise InvalidQuery("翻页标记已损坏，请从第一页重新查看。") from None
    if mark != _fingerprint(query):
        raise InvalidQuery("翻页标记不属于这次查询，请从第一页重新查看。")
    if not is_id(node_id) or not is_scalar(key):
        raise InvalidQuery("翻页标记已损坏，请从第一页重新查看。")
    return Position(node_id, key)


def _fingerprint(query: Query) -> str:
    """Return a short hash of everything in the query but page size and cursor."""
    parts = (
        sorted(map(str, query.labels)),
        [(one.field, str(one.op), repr(one.value)) for one in query.filters],
        [(str(one.relation), one.direction, sorted(one.ids)) for one in query.related],
        query.order_by,
        query.descending,
    )
    return hashlib.sha256(repr(parts).encode("utf-8", "replace")).hexdigest()[:12]
