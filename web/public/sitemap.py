"""The sitemap: every page that may be kept by search engines, in parts of at most 50,000.

https://www.sitemaps.org/protocol.html. A date of change is given where the data have one.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from math import ceil
from xml.sax.saxutils import escape

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response, StreamingResponse

from kg.store import GraphStore
from kg.vocabulary import ENTRY_LABELS, Label
from search.trees import all_nodes
from web.deps import Served
from web.public.browse import holdings_of
from web.public.browse_kinds import KINDS
from web.public.links import Links
from web.public.site import facts_of, origin_of

PART = 50_000
"""Most addresses of a part."""
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
LABELS = {
    "entries": ENTRY_LABELS,
    "demands": frozenset({Label.DEMAND}),
    "organizations": frozenset({Label.ORGANIZATION}),
}

router = APIRouter()
Page = tuple[str, str | None]
"""An address on this site and the day of its last change where that is known."""


@router.get("/sitemap.xml", name="sitemap")
def index(request: Request) -> Response:
    """Return the list of parts."""
    links, origin = Links.of(request), origin_of(request)
    parts = [
        f"<sitemap><loc>{escape(origin + links.file(f'sitemaps/{name}-{n}.xml'))}</loc></sitemap>\n"
        for name, total in _totals(request).items()
        for n in range(1, ceil(total / PART) + 1)
    ]
    body = f'{HEAD}<sitemapindex xmlns="{NAMESPACE}">\n{"".join(parts)}</sitemapindex>\n'
    return Response(body, media_type="application/xml")


@router.get("/sitemaps/{name}-{number}.xml", name="sitemap-part")
def part(request: Request, served: Served, name: str, number: str) -> Response:
    """Return the addresses of one part, as they are read."""
    totals = _totals(request)
    last = ceil(totals.get(name, 0) / PART)
    if not (number.isascii() and number.isdecimal() and 1 <= int(number[:9]) <= last):
        raise HTTPException(404)
    first = (int(number) - 1) * PART
    pages = islice(_pages(request, served.store, name), first, first + PART)
    return StreamingResponse(_lines(origin_of(request), pages), media_type="application/xml")


def _lines(origin: str, pages: Iterator[Page]) -> Iterator[str]:
    yield f'{HEAD}<urlset xmlns="{NAMESPACE}">\n'
    for address, day in pages:
        changed = f"<lastmod>{escape(day)}</lastmod>" if day else ""
        yield f"<url><loc>{escape(origin + address)}</loc>{changed}</url>\n"
    yield "</urlset>\n"


def _totals(request: Request) -> dict[str, int]:
    counts = facts_of(request).counts.nodes
    things = {name: sum(counts.get(one, 0) for one in of) for name, of in LABELS.items()}
    return {"pages": len(_fixed(request)), **things, "browse": len(_browsed(request))}


def _pages(request: Request, store: GraphStore, name: str) -> Iterator[Page]:
    if name in LABELS:
        links = Links.of(request)
        address = {
            "entries": links.entry, "demands": links.demand, "organizations": links.organization,
        }[name]  # fmt: skip
        nodes = all_nodes(store, LABELS[name])
        return ((address(node.id), node.props.get("added")) for node in nodes)
    return iter(_fixed(request) if name == "pages" else _browsed(request))


def _fixed(request: Request) -> Sequence[Page]:
    """Return the pages that there are always; those that show the newest have its day."""
    links, updated = Links.of(request), facts_of(request).updated
    day = updated[:10] if updated else None
    dated = [links.home(), links.search(), links.about()]
    others = [
        links.demands(), links.organizations(), links.browse(), links.browse("gaps"),
        *(links.browse(key) for key in KINDS), links.accessibility(),
    ]  # fmt: skip
    return [*((one, day) for one in dated), *((one, None) for one in others)]


def _browsed(request: Request) -> Sequence[Page]:
    """Return the pages of the nodes that hold anything."""
    holdings, links = holdings_of(request), Links.of(request)
    return [
        (kind.href(links, node), None)
        for kind in KINDS.values()
        for node in kind.nodes(holdings.trees)
        if not holdings.of(node.id).empty
    ]
