"""Any list as a file: the whole of it, in the order of its page, as CSV, spreadsheet or JSON."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from itertools import islice
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from kg.model import Node
from search.errors import InvalidRequest
from search.results import FACET_NAMES, Hit, SearchResult
from web.bootstrap import Platform
from web.deps import Form, Pairs, Served
from web.public.demands import list_demands
from web.public.errors import error_page
from web.public.export_items import Item, Items
from web.public.export_tables import FIGURES, Kind
from web.public.export_writing import Statement, csv_lines, json_parts
from web.public.links import Links
from web.public.listing import Listed
from web.public.organizations import list_organizations
from web.public.search_address import LONGEST_ADDRESS, params_of, parse
from web.public.site import NAME, Facts, facts_of, origin_of
from web.public.whole_list import MOST, whole_list
from web.public.words import long_date

CHINA = timezone(timedelta(hours=8))
PROBLEM_JSON = "application/problem+json"
BATCH = 200
"""Nodes that are read together."""
FORMS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ADVICE = f"一次最多导出 {MOST:,} 项；缩小范围后再导出，或用接口采集全部。"
NAMES: Mapping[Kind, str] = {"entries": "条目", "demands": "需求", "organizations": "单位"}

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list to write: its nodes in order, what makes items of them, and what the list is.

    `path` is the address of its page on this site.
    """

    kind: Kind
    ids: Sequence[str]
    total: int
    item: Callable[[Node], Item]
    title: str
    path: str


@router.api_route("/search.{form}", methods=["GET", "POST"], name="search-export")
def entries(request: Request, served: Served, fields: Form, form: str) -> Response:
    """Return a result list; long questions are posted, as the page does."""
    _known(form)
    try:
        asked = parse(_pairs(request, fields))
        found = whole_list(served.engine, asked)
    except InvalidRequest as error:
        return _refused(request, form, str(error))
    links, origin = Links.of(request), origin_of(request)
    items = Items(served.store, facts_of(request).trees, links, origin)
    hits: Mapping[str, Hit] = {hit.id: hit for hit in found.hits}
    short = len(asked.text) <= LONGEST_ADDRESS
    address = params_of(replace(asked, page=1)) if short else ()
    title = f"查找“{asked.text}”" if asked.text else "全部条目"
    return _file(
        request, served, form,
        Wanted(
            "entries", list(hits), found.first.total,
            lambda node: items.entry(node, hits[node.id]),
            title + _conditions(found.first),
            links.search(address),
        ),
    )  # fmt: skip


def _conditions(result: SearchResult) -> str:
    """Return what was understood as a condition or chosen as a filter, in words."""
    labels = {(f.name, v.value): v.label for f in result.facets for v in f.values}
    chosen = [one.label for one in result.conditions]
    chosen += [
        f"{FACET_NAMES[name]}：{labels.get((name, value), value)}"
        for name, values in result.request.filters.items()
        for value in values
    ]
    return f"，条件：{'、'.join(chosen)}" if chosen else ""


@router.get("/demands.{form}", name="demands-export")
def demands(request: Request, served: Served, form: str) -> Response:
    """Return the list of demands."""
    return _listed(request, served, form, "demands", list_demands)


@router.get("/organizations.{form}", name="organizations-export")
def organizations(request: Request, served: Served, form: str) -> Response:
    """Return the list of organisations."""
    return _listed(request, served, form, "organizations", list_organizations)


def _listed(
    request: Request,
    served: Served,
    form: str,
    kind: Kind,
    read: Callable[[Request, Platform, Facts], Listed],
) -> Response:
    _known(form)
    facts, links = facts_of(request), Links.of(request)
    try:
        listed = read(request, served, facts)
    except InvalidRequest as error:
        return _refused(request, form, str(error))
    items = Items(served.store, facts.trees, links, origin_of(request))
    make, address = {
        "demands": (items.demand, links.demands),
        "organizations": (items.organization, links.organizations),
    }[kind]
    wanted = Wanted(
        kind, listed.found[:MOST], listed.total, make, f"{NAMES[kind]}：{listed.words or '全部'}",
        address(listed.at(1)),
    )  # fmt: skip
    return _file(request, served, form, wanted)


def _known(form: str) -> None:
    """Raises: HTTPException 404 for a form that there is not."""
    if form not in FORMS:
        raise HTTPException(404)


def _pairs(request: Request, fields: Pairs) -> Pairs:
    """Return what is asked for: the address, the posted fields, the state of a posted button."""
    go = [pair for name, value in fields if name == "go" for pair in parse_qsl(value)]
    posted = [(name, value) for name, value in fields if name != "go"]
    return [*request.query_params.multi_items(), *posted, *go]


def _refused(request: Request, form: str, problem: str) -> Response:
    if form != "json":
        return error_page(request, 422, "导出没有进行", problem)
    body = {
        "type": "about:blank", "title": "导出没有进行", "status": 422, "detail": problem,
        "code": "invalid-search",
    }  # fmt: skip
    return JSONResponse(body, 422, media_type=PROBLEM_JSON)


def _file(request: Request, served: Served, form: str, wanted: Wanted) -> Response:
    today = datetime.now(CHINA).date()
    origin = origin_of(request)
    statement = Statement(
        site=NAME,
        title=wanted.title,
        address=origin + wanted.path,
        day=long_date(today),
        total=wanted.total,
        exported=len(wanted.ids),
        notes=origin + Links.of(request).about(),
        advice=ADVICE if wanted.total > len(wanted.ids) else "",
    )
    body = _written(form, served, wanted, statement)
    title = quote(f"{NAMES[wanted.kind]}-{today}.{form}")
    plain = f"{wanted.kind}-{today}.{form}"
    headers = {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{title}",
        "X-Robots-Tag": "noindex",
        "Cache-Control": "no-store",
    }
    return StreamingResponse(body, media_type=FORMS[form], headers=headers)


def _written(
    form: str, served: Served, wanted: Wanted, statement: Statement
) -> Iterator[str] | Iterator[bytes]:
    items = (wanted.item(node) for node in _nodes(served, wanted.ids))
    if form == "json":
        return json_parts(items, statement)
    if form == "csv":
        return csv_lines(wanted.kind, items, _most_figures(served, wanted), statement)
    from web.public.export_xlsx import spreadsheet

    return spreadsheet(wanted.kind, items, statement)


def _nodes(served: Served, ids: Iterable[str]) -> Iterator[Node]:
    """Yield the nodes in their order, read in batches; what is gone meanwhile is left out."""
    left = iter(ids)
    while batch := list(islice(left, BATCH)):
        yield from served.store.get_many(batch).values()


def _most_figures(served: Served, wanted: Wanted) -> int:
    """Return how many figures the item with most of them has: the width of the table."""
    field = FIGURES.get(wanted.kind)
    if field is None:
        return 0
    nodes = _nodes(served, wanted.ids)
    return max((len(node.props.get(field, ())) for node in nodes), default=0)
