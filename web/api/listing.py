"""Lists over the store: one page by cursor, or what has changed since a place in the feed."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from kg.errors import InvalidQuery
from kg.model import Node, Record
from kg.query import MAX_LIMIT, Op, Query
from kg.store import Change, GraphStore
from web.api.access import store_of
from web.api.answers import again, answer
from web.api.refs import Addresses, Json, own


def ordered(query: Query, order: str | None) -> Query:
    """Return the query in the order that a parameter such as `-year` asks for."""
    if order in {None, "id"}:
        return query
    return replace(query, order_by=order.lstrip("-"), descending=order.startswith("-"))


def listed(request: Request, query: Query, record: type[Record]) -> Response:
    """Answer with one page of records.

    The place in the feed is read first: what is written meanwhile is told again, never missed.
    """
    store = store_of(request)
    seq = store.position()
    page = store.find(query)
    return _page(request, page.nodes, record, store.count(query), seq, page.after)


def listed_since(request: Request, query: Query, record: type[Record], since: int) -> Response:
    """Answer with one page of the records that were changed after `since`, by id.

    A record counts as changed when it or a relation of it was written. The cursor is the last
    id of the page before.
    """
    if query.order_by is not None:
        raise InvalidQuery("给出 modified_after 时只能按编号排序，请去掉 order。")
    store = store_of(request)
    seq = store.position()
    fits = _test(query)
    ids = sorted(_touched(store, since))
    nodes = [node for node in store.get_many(ids).values() if fits(node)]
    rest = [node for node in nodes if query.after is None or node.id > query.after]
    shown = rest[: query.limit]
    after = shown[-1].id if len(rest) > len(shown) else None
    return _page(request, shown, record, len(nodes), seq, after)


def feed(store: GraphStore, since: int) -> Iterator[Change]:
    """Walk the change feed to its present end."""
    while changes := store.changes(since, MAX_LIMIT):
        yield from changes
        since = changes[-1].seq


def record_json(node: Node, record: type[Record], at: Addresses) -> Json:
    """Return a record with its addresses."""
    url = at.node(node.id, node.label) or ""
    page = at.base.removesuffix("/api/v1") + url.removeprefix(at.base)
    return {**own(node, record), "url": url, "page": page}


def _page(
    request: Request,
    nodes: list[Node] | tuple[Node, ...],
    record: type[Record],
    total: int,
    seq: int,
    after: str | None,
) -> Response:
    at = Addresses.of(request)
    body = {
        "total": total,
        "seq": seq,
        "next_cursor": after,
        "items": [record_json(node, record, at) for node in nodes],
    }
    return answer(body, {"next": again(request, cursor=after)} if after else None)


def _touched(store: GraphStore, since: int) -> set[str]:
    return {i for change in feed(store, since) for i in (change.id, change.target) if i}


def _test(query: Query) -> Callable[[Node], bool]:
    """Return the query's labels and `IN` filters as a test of a node."""
    wanted = {f.field: f.value for f in query.filters if f.op is Op.IN}

    def fits(node: Node) -> bool:
        return node.label in query.labels and all(
            isinstance(values, tuple) and node.props.get(name) in values
            for name, values in wanted.items()
        )

    return fits
