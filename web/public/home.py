"""The first page: can this help me, and what is inside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.model import Demand
from kg.query import Filter, Op, Query, Related
from kg.vocabulary import AREAS, DEMAND_STATUSES, ENTRY_LABELS, KIND_NAMES, Label, Relation
from search.results import Hit, SearchRequest, SearchResult
from web.deps import Served
from web.public.around import Around, Party
from web.public.links import Links
from web.public.render import Context, render
from web.public.site import NAME, Facts, facts_of
from web.public.words import PROVINCES, UNKNOWN

NEWEST = 6
SHADES = 4
EXAMPLES = (
    "焦炉烟气的热量白白排掉，想回收产蒸汽或发电",
    "磷石膏堆不下了，想找企业拿去做建材",
    "重庆有没有企业能回收废旧动力电池",
)

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Cell:
    """A number that leads to its list; `shade` 0..4 grows with the number."""

    count: int
    href: str
    shade: int = 0


@dataclass(frozen=True, slots=True)
class CountRow:
    """One row of numbers: 重庆, 四川, all."""

    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class OpenDemand:
    """A demand that waits for a solution."""

    demand: Demand
    parties: Sequence[Party]
    places: Sequence[str]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the data come from and how old they are: sources, and entries by period."""

    documents: int
    periods: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class HomePage(Context):
    """Everything of the first page."""

    template: ClassVar[str] = "home.html"

    examples: Sequence[str]
    inside: Sequence[CountRow]
    areas: Sequence[CountRow]
    newest: Sequence[Hit]
    open_demands: Sequence[OpenDemand]
    open_count: int
    provenance: Provenance


@router.get("/", name="home")
def show(request: Request, served: Served) -> Response:
    """Show the first page."""
    facts, links = facts_of(request), Links.of(request)
    scopes: list[tuple[tuple[str, str], ...]] = [(("region", code),) for code in PROVINCES]
    scopes.append(())
    lists = [_entries(served, dict(scope)) for scope in scopes]
    found = served.store.find(_demands(status=DEMAND_STATUSES[0], limit=NEWEST))
    page = HomePage(
        title=NAME,
        examples=EXAMPLES,
        inside=[*_kind_rows(links, scopes, lists), *_other_rows(links, served, facts, scopes)],
        areas=_area_rows(links, scopes, lists),
        newest=served.engine.search(SearchRequest(sort="newest", size=NEWEST)).hits,
        open_demands=[_open(served, facts, Demand.from_node(node)) for node in found.nodes],
        open_count=served.store.count(_demands(status=DEMAND_STATUSES[0])),
        provenance=_provenance(served, facts),
    )
    return render(request, page)


def _entries(served: Served, scope: Mapping[str, str]) -> SearchResult:
    filters = {name: (value,) for name, value in scope.items()}
    return served.engine.search(SearchRequest(filters=filters, size=1))


def _counts(result: SearchResult, facet: str) -> dict[str, int]:
    return {v.value: v.count for f in result.facets if f.name == facet for v in f.values}


def _kind_rows(
    links: Links, scopes: Sequence[tuple[tuple[str, str], ...]], lists: Sequence[SearchResult]
) -> list[CountRow]:
    by_scope = [_counts(result, "kind") for result in lists]
    rows = [
        CountRow(
            name,
            [
                Cell(counts.get(label, 0), links.search((("kind", label), *scope)))
                for scope, counts in zip(scopes, by_scope, strict=True)
            ],
        )
        for label, name in KIND_NAMES.items()
    ]
    with_cases = [_counts(result, "has_cases").get("yes", 0) for result in lists]
    cells = [
        Cell(count, links.search((("has_cases", "yes"), *scope)))
        for scope, count in zip(scopes, with_cases, strict=True)
    ]
    return [*rows, CountRow("有应用案例的条目", cells)]


def _other_rows(
    links: Links, served: Served, facts: Facts, scopes: Sequence[tuple[tuple[str, str], ...]]
) -> list[CountRow]:
    rows = []
    for name, label, address in (
        ("单位", Label.ORGANIZATION, links.organizations),
        ("需求案例", Label.DEMAND, links.demands),
    ):
        cells = []
        for scope in scopes:
            within = tuple(
                Related(Relation.LOCATED_IN, "out", facts.province(code)) for _, code in scope
            )
            count = served.store.count(Query(frozenset({label}), related=within))
            cells.append(Cell(count, address(scope)))
        rows.append(CountRow(name, cells))
    return rows


def _area_rows(
    links: Links, scopes: Sequence[tuple[tuple[str, str], ...]], lists: Sequence[SearchResult]
) -> list[CountRow]:
    by_scope = [_counts(result, "area") for result in lists]
    most = max((n for counts in by_scope[:-1] for n in counts.values()), default=0)
    return [
        CountRow(
            area,
            [
                Cell(
                    counts.get(area, 0),
                    links.search((("area", area), *scope)),
                    _shade(counts.get(area, 0), most) if scope else 0,
                )
                for scope, counts in zip(scopes, by_scope, strict=True)
            ],
        )
        for area in AREAS
    ]


def _shade(count: int, most: int) -> int:
    return min(SHADES, 1 + count * SHADES // (most + 1)) if count else 0


def _demands(status: str, limit: int = 1) -> Query:
    return Query(
        frozenset({Label.DEMAND}),
        (Filter("status", Op.EQ, status),),
        order_by="year",
        descending=True,
        limit=limit,
    )


def _open(served: Served, facts: Facts, demand: Demand) -> OpenDemand:
    around = Around(served.store, facts.trees, demand.id)
    parties = around.parties(around.nodes(Relation.POSTED, "in"))
    places = around.places() or [place for party in parties for place in party.places]
    return OpenDemand(demand, parties, places)


def _provenance(served: Served, facts: Facts) -> Provenance:
    years = served.store.facets(Query(ENTRY_LABELS), ["year"])["year"]
    known = [(int(year), count) for year, count in years]
    entries = sum(facts.counts.nodes.get(label, 0) for label in ENTRY_LABELS)
    newest = max((year for year, _ in known), default=0)
    recent = sum(count for year, count in known if year > newest - 5)
    older = sum(count for year, count in known if newest - 15 < year <= newest - 5)
    oldest = sum(count for year, count in known if year <= newest - 15)
    return Provenance(
        documents=facts.counts.nodes.get(Label.DOCUMENT, 0),
        periods=[
            (f"{newest - 4}年以来", recent),
            (f"{newest - 14}—{newest - 5}年", older),
            (f"{newest - 15}年及以前", oldest),
            (f"年份{UNKNOWN}", entries - recent - older - oldest),
        ],
    )
