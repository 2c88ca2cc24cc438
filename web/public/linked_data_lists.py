"""Heads of the pages that lead on: the first page, lists, browsing, comparison, errors.

Result lists with a question or filters are endless in number and are not to be kept by search
engines; their canonical address has its parameters in one order.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import quote, urlencode

from search.results import Hit, SearchRequest
from web.public.browse import BrowsePage, Crumb, NodePage
from web.public.browse_lists import GapsPage, ListPage
from web.public.compare import ComparePage
from web.public.demands import DemandsPage
from web.public.errors import ErrorPage
from web.public.head import At, Export, Feed, Head, Thing, described, head_of
from web.public.home import HomePage
from web.public.linked_data_values import listing, way_down
from web.public.listing import Listed
from web.public.organizations import OrganizationsPage
from web.public.results_context import ResultsPage
from web.public.search_address import params_of

SUBJECT = "重庆、四川两地的绿色低碳技术、装备、产品，供应方和需求案例"
EXPORT_NAMES = {".xlsx": "电子表格（xlsx）", ".csv": "CSV", ".json": "JSON"}
NEW_ENTRIES, OPEN_DEMANDS = "新收录的条目", "新收录的待解决需求"


@head_of.register
def of_home(page: HomePage, at: At) -> Head:
    """Return the head of the first page: the site, and how to search it."""
    links = at.links
    here = at.whole(links.home())
    search = at.whole(links.search())
    site: Thing = {
        "@type": "WebSite",
        "@id": here,
        "name": at.site.name,
        "url": here,
        "inLanguage": "zh-CN",
        "publisher": {"@type": "Organization", "name": at.site.owner} if at.site.owner else None,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{search}?q={{query}}"},
            "query-input": "required name=query",
        },
    }
    inside = "，".join(f"{row.name} {row.cells[-1].count:,}" for row in page.inside)
    feeds = [Feed(NEW_ENTRIES, links.file("feed.xml")), demand_feed(at)]
    return Head(here, described(f"{SUBJECT}。", f"收有{inside}。"), feeds=feeds, things=[site])


@head_of.register
def of_results(page: ResultsPage, at: At) -> Head:
    """Return the head of a result list; only the list of everything may be kept."""
    request, links = normal(page.request), at.links
    everything = not (request.text or request.filters or request.dropped)
    if page.error is not None or not page.total:
        return Head(None if page.error or page.long else at.whole(_address(at, page)), index=False)
    if page.long:
        again = urlencode(params_of(request, text=False))
        return Head(None, index=False, exports=_exports(links.search, ()), again=again)
    here = _address(at, page)
    hits = [*page.fitting, *page.partial]
    found = f"{page.total:,} 项" + (f"，其中 {page.good:,} 项符合" if request.text else "")
    feed = links.search(params_of(replace(request, sort="relevance", page=1)), ".atom")
    things = [_results(at, page, hits, here), way_down(at, (page.title, here))] if hits else []
    return Head(
        at.whole(here),
        described(f"{page.title}：{found}。{SUBJECT}。"),
        index=everything,
        feeds=[Feed("这个列表新收录的条目", feed)],
        things=things,
        exports=_exports(links.search, params_of(replace(request, page=1))),
    )


def _address(at: At, page: ResultsPage) -> str:
    return at.links.search(params_of(normal(page.request)))


def _exports(
    address: Callable[[Sequence[tuple[str, str]], str], str], params: Sequence[tuple[str, str]]
) -> list[Export]:
    return [Export(name, address(params, form)) for form, name in EXPORT_NAMES.items()]


def normal(request: SearchRequest) -> SearchRequest:
    """Return the request with the values of each filter in order: the same list, one address."""
    filters = {name: tuple(sorted(values)) for name, values in request.filters.items()}
    return replace(request, filters=filters)


def _results(at: At, page: ResultsPage, hits: Sequence[Hit], here: str) -> Thing:
    first = (page.request.page - 1) * page.request.size + 1
    items = [
        (hit.title.text, at.links.demand(hit.id) if hit.card.status else at.links.entry(hit.id))
        for hit in hits
    ]
    return {
        "@type": "SearchResultsPage" if page.request.text else "CollectionPage",
        "@id": at.whole(here),
        "inLanguage": "zh-CN",
        "mainEntity": listing(at, page.title, page.total, items, first),
    }


@head_of.register
def of_demands(page: DemandsPage, at: At) -> Head:
    """Return the head of the list of demands."""
    params = _params(page.listed)
    here = at.links.demands(params)
    items = [(row.demand.title, at.links.demand(row.demand.id)) for row in page.rows]
    return Head(
        at.whole(here),
        described(f"{page.listed.total:,} 个两地企业公开过的节能、降碳和资源利用需求。"),
        index=bool(page.rows) and page.listed.first,
        feeds=[demand_feed(at)],
        things=_list(at, page.title, here, page.listed, items),
        exports=_exports(at.links.demands, params) if page.rows else (),
    )


@head_of.register
def of_organizations(page: OrganizationsPage, at: At) -> Head:
    """Return the head of the list of organisations."""
    params = _params(page.listed)
    here = at.links.organizations(params)
    items = [(row.name, at.links.organization(row.id)) for row in page.rows]
    return Head(
        at.whole(here),
        described(f"{page.listed.total:,} 个供应、持有或使用绿色低碳技术、装备、产品的单位。"),
        index=bool(page.rows) and page.listed.first,
        things=_list(at, page.title, here, page.listed, items),
        exports=_exports(at.links.organizations, params) if page.rows else (),
    )


def demand_feed(at: At) -> Feed:
    """Return the feed of open demands."""
    return Feed(OPEN_DEMANDS, at.links.file("feeds/demands.xml"))


def _params(listed: Listed) -> Sequence[tuple[str, str]]:
    """Return the choice that a list shows; each of its pages has the first as canonical."""
    return next((tab.params for tab in listed.choices if tab.current), ())


def _list(
    at: At, title: str, here: str, listed: Listed, items: Sequence[tuple[str, str]]
) -> list[Thing]:
    if not listed.first or not items:
        return []
    page: Thing = {
        "@type": "CollectionPage",
        "@id": at.whole(here),
        "inLanguage": "zh-CN",
        "mainEntity": listing(at, title, listed.total, items),
    }
    return [page, way_down(at, (title, here))]


@head_of.register
def of_browse(page: BrowsePage, at: At) -> Head:
    """Return the head of the page of all ways to browse."""
    lead = "，".join(f"{row.name} {row.cells[-1].count:,} 项" for row in page.areas)
    ways = "、".join(door.name for door in page.doors)
    return Head(at.here, described(f"按{ways}浏览{SUBJECT}。", lead))


@head_of.register
def of_node(page: NodePage, at: At) -> Head:
    """Return the head of a way to browse or of one of its nodes."""
    held = [
        f"{name} {preview.number.count:,} {unit}"
        for name, unit, preview in (
            ("条目", "项", page.entries),
            ("需求", "个", page.demands),
            ("单位", "个", page.organizations),
        )
        if preview
    ]
    words = described(page.lead, "，".join(held))
    return Head(at.here, words, things=[_crumbs(at, page.crumbs, page.title)])


@head_of.register
def of_list(page: ListPage, at: At) -> Head:
    """Return the head of a list behind a number of a browse page; it repeats other pages."""
    return Head(None, index=False, things=[_crumbs(at, page.crumbs, page.title)])


@head_of.register
def of_gaps(page: GapsPage, at: At) -> Head:
    """Return the head of the page of gaps."""
    words = described("有需求没有供给的工艺、行业和物料，有产出没有消纳的废物和余能。")
    return Head(at.here, words, things=[_crumbs(at, page.crumbs, page.title)])


def _crumbs(at: At, crumbs: Sequence[Crumb], title: str) -> Thing:
    here = quote(f"{at.links.prefix}{at.site.path}")
    return way_down(at, *((crumb.name, crumb.href) for crumb in crumbs), (title, here))


@head_of.register
def of_comparison(page: ComparePage, at: At) -> Head:
    """Return the head of a comparison: one of very many, not to be kept."""
    return Head(at.whole(at.links.compare(sorted(page.ids))), index=False)


@head_of.register
def of_error(_page: ErrorPage, _at: At) -> Head:
    """Return the head of an error page, which has no address of its own."""
    return Head(None, index=False)
