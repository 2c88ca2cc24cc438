"""The whole lists behind the numbers of browse pages, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.errors import NodeNotFound
from kg.model import Node
from kg.vocabulary import Label
from web.public.browse import Crumb, crumbs_of, holdings_of, no_such_kind
from web.public.browse_gaps import GAP_TITLES, Gaps, gaps_of
from web.public.browse_holdings import ROLES, Holdings
from web.public.browse_kinds import KINDS, Kind
from web.public.browse_places import CHONGQING, GROUPS, group_held
from web.public.browse_rows import ROLE_WORDS, Row, Rows
from web.public.errors import error_page
from web.public.links import Links
from web.public.render import Context, render

PAGE_SIZE = 50
LISTS: Mapping[str, str] = {
    "entries": "条目", "demands": "需求", "organizations": "单位", "produces": "产出方",
    "consumes": "消纳方",
}  # fmt: skip

router = APIRouter()


@dataclass(frozen=True, slots=True)
class ListPage(Context):
    """One page of a list; `previous` and `following` are addresses of its neighbours."""

    template: ClassVar[str] = "browse_list.html"

    crumbs: Sequence[Crumb]
    note: str
    total: int
    unit: str
    rows: Sequence[Row]
    page: int
    pages: int
    previous: str | None
    following: str | None


@dataclass(frozen=True, slots=True)
class GapsPage(Context):
    """All gaps of the catalogue."""

    template: ClassVar[str] = "browse_gaps.html"

    crumbs: Sequence[Crumb]
    gaps: Gaps
    titles: Mapping[str, str]


@router.get("/browse/gaps", name="browse-gaps")
def gaps(request: Request) -> Response:
    """Show all gaps."""
    holdings, links = holdings_of(request), Links.of(request)
    crumbs = [Crumb("浏览", links.browse())]
    found = gaps_of(links, holdings)
    return render(request, GapsPage("供需缺口", crumbs=crumbs, gaps=found, titles=GAP_TITLES))


@router.get("/browse/{key}/{slug}/{what}", name="browse-list")
def show(
    request: Request, key: str, slug: str, what: str, part: str = "", page: str = ""
) -> Response:
    """Show a node's list. `part` narrows 重庆 to a group of its districts."""
    kind = KINDS.get(key)
    if kind is None:
        return no_such_kind(request, key)
    if not (page == "" or (page.isascii() and page.isdecimal() and len(page) < 6 and int(page))):
        return error_page(
            request, 422, "页码有误", f"页码“{page:.20}”不对，页码要是从 1 开始的整数。"
        )
    holdings, links = holdings_of(request), Links.of(request)
    node = kind.node(holdings.trees, slug)
    if what not in LISTS or (what in ROLE_WORDS and node.label is not Label.MATERIAL):
        raise NodeNotFound(what)
    if part and (part not in GROUPS or (key, slug) != ("region", CHONGQING)):
        raise NodeNotFound(part)
    ids = _ids(holdings, node, what, part)
    pages, number = max(1, ceil(len(ids) / PAGE_SIZE)), int(page or 1)
    if number > pages:
        return error_page(
            request, 422, "页码有误", f"这个列表只有 {pages} 页，没有第 {number} 页。"
        )

    def at(other: int) -> str | None:
        params = [("part", part)] if part else []
        params += [("page", str(other))] if other > 1 else []
        return links.browse(key, slug, what, params=params) if 1 <= other <= pages else None

    name = GROUPS[part].name if part else node.props["name"]
    shown = ids[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    context = ListPage(
        title=f"{name}：{LISTS[what]}",
        crumbs=[*crumbs_of(links, holdings, kind, node), Crumb(name, kind.href(links, node))],
        note=_note(kind, what),
        total=len(ids),
        unit="项" if what in {"entries", *ROLE_WORDS} else "个",
        rows=_rows(Rows(links, holdings), shown, node),
        page=number,
        pages=pages,
        previous=at(number - 1),
        following=at(number + 1),
    )
    return render(request, context)


def _ids(holdings: Holdings, node: Node, what: str, part: str) -> Sequence[str]:
    for role in ROLES:
        if what == role:
            parties = holdings.flow(role, node.id).all
            everybody = (*holdings.entries, *holdings.organizations)
            return [i for i in everybody if i in parties]
    held = group_held(holdings, part) if part else holdings.of(node.id)
    return {
        "entries": held.entries, "demands": held.demands, "organizations": held.organizations,
    }[what]  # fmt: skip


def _rows(rows: Rows, ids: Sequence[str], node: Node) -> list[Row]:
    return [row for i in ids for row in rows.any(i, node.id)]


def _note(kind: Kind, what: str) -> str:
    if what == "organizations":
        if kind.label is Label.REGION:
            return "所在地在这里的单位。"
        return "供应或持有这些条目的单位，和提出这些需求的单位。"
    if what == "demands" and kind.key == "area":
        return "需求不分领域，这里是由本领域条目解决的需求。"
    if what in ROLE_WORDS:
        return "包括更细的物料。"
    return "包括下级的。"
