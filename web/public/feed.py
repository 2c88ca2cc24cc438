"""Atom feeds (RFC 4287): the newest entries, the newest open demands, and any result list.

An item's date is the day when it was taken in, the only date the data have of it; what has none
stands in no feed. Its id is the address of its page. Written with the standard library: the
known feed libraries want a parser of their own and say no more than these elements.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.model import Node
from kg.query import Filter, Op, Query
from kg.vocabulary import DEMAND_STATUSES, ENTRY_LABELS, KIND_NAMES, Label
from search.errors import InvalidRequest
from web.deps import Served
from web.public import xml_writing as xml
from web.public.errors import error_page
from web.public.linked_data_lists import NEW_ENTRIES, OPEN_DEMANDS
from web.public.links import Links
from web.public.search_address import params_of, parse
from web.public.site import NAME, facts_of, origin_of, site_of
from web.public.whole_list import whole_list

NAMESPACE = "http://www.w3.org/2005/Atom"
ATOM = "application/atom+xml"
ITEMS = 50
MIDNIGHT = "T00:00:00+08:00"

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a feed; `day` is an ISO date."""

    title: str
    path: str
    day: str
    text: str
    category: str


@router.get("/feed.xml", name="feed")
def entries(request: Request, served: Served) -> Response:
    """Return the entries that were taken in last."""
    newest = served.store.find(_newest(Query(ENTRY_LABELS))).nodes
    links = Links.of(request)
    return _feed(request, NEW_ENTRIES, _items(links, newest), links.home(), links.file("feed.xml"))


@router.get("/feeds/demands.xml", name="feed-demands")
def demands(request: Request, served: Served) -> Response:
    """Return the open demands that were taken in last."""
    waiting = Filter("status", Op.EQ, DEMAND_STATUSES[0])
    newest = served.store.find(_newest(Query(frozenset({Label.DEMAND}), (waiting,)))).nodes
    links = Links.of(request)
    page = links.demands([("status", DEMAND_STATUSES[0])])
    return _feed(
        request, OPEN_DEMANDS, _items(links, newest), page, links.file("feeds/demands.xml")
    )


@router.get("/search.atom", name="search-atom")
def results(request: Request, served: Served) -> Response:
    """Return what was taken in last of a result list; only what answers the question."""
    links = Links.of(request)
    try:
        asked = replace(parse(request.query_params.multi_items()), sort="relevance", page=1)
        found = [hit.id for hit in whole_list(served.engine, asked).hits if not hit.partial]
    except InvalidRequest as error:
        return error_page(request, 422, "查找条件有误", str(error))
    nodes = served.store.get_many(found).values()
    dated = [node for node in nodes if node.props.get("added")]
    newest = sorted(dated, key=lambda node: str(node.props["added"]), reverse=True)[:ITEMS]
    title = f"{asked.text:.40}：新收录的条目" if asked.text else "所选条件下新收录的条目"
    params = params_of(asked)
    return _feed(
        request, title, _items(links, newest), links.search(params), links.search(params, ".atom")
    )


def _newest(query: Query) -> Query:
    dated = (*query.filters, Filter("added", Op.EXISTS, value=True))
    return replace(query, filters=dated, order_by="added", descending=True, limit=ITEMS)


def _items(links: Links, nodes: Iterable[Node]) -> list[Item]:
    return [_item(links, node) for node in nodes]


def _item(links: Links, node: Node) -> Item:
    props, day = node.props, str(node.props["added"])[:10]
    if node.label is Label.DEMAND:
        text = "".join(filter(None, (props["situation"], props.get("goal"))))
        return Item(props["title"], links.demand(node.id), day, text, "需求")
    text = "。".join(filter(None, (props.get("use"), props["summary"])))
    return Item(props["name"], links.entry(node.id), day, text, KIND_NAMES[node.label])


def _feed(request: Request, title: str, items: Sequence[Item], page: str, own: str) -> Response:
    origin, site = origin_of(request), site_of(request)
    updated = facts_of(request).updated
    day = max((item.day for item in items), default=updated[:10] if updated else "")
    root = xml.root("feed", NAMESPACE, **{"xml:lang": "zh-CN"})
    xml.add(root, "id", origin + own)
    xml.add(root, "title", f"{title} - {NAME}")
    xml.add(root, "updated", day + MIDNIGHT if day else datetime.now(UTC).isoformat())
    xml.add(xml.add(root, "author"), "name", site.owner or NAME)
    xml.add(root, "link", rel="self", type=ATOM, href=origin + own)
    xml.add(root, "link", rel="alternate", type="text/html", href=origin + page)
    for item in items:
        entry = xml.add(root, "entry")
        xml.add(entry, "id", origin + item.path)
        xml.add(entry, "title", item.title)
        xml.add(entry, "link", rel="alternate", type="text/html", href=origin + item.path)
        xml.add(entry, "updated", item.day + MIDNIGHT)
        xml.add(entry, "published", item.day + MIDNIGHT)
        xml.add(entry, "summary", item.text, type="text")
        xml.add(entry, "category", term=item.category)
    return _unless_known(request, xml.document(root))


def _unless_known(request: Request, body: bytes) -> Response:
    """Answer with an entity tag, or 304 to a reader that has the feed already."""
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=ATOM, headers=headers)
