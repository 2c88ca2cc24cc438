"""About the catalogue: what is in it, from when and whom, and what is not; counted, not written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.model import Node
from kg.vocabulary import AREAS, KIND_NAMES, Evidence, Label
from search.criteria import NAMES
from web.deps import Served
from web.public.about_counts import Survey, survey_of
from web.public.browse import holdings_of
from web.public.browse_holdings import Holdings
from web.public.browse_kinds import HOME_PROVINCES, KINDS, Kind
from web.public.links import Links
from web.public.render import Context, render
from web.public.site import Facts, facts_of
from web.public.words import UNKNOWN
from web.public.words import year as year_words

MEANINGS = {
    Evidence.CATALOGUE: "列入国家或地方公布的目录、名单，经过主管部门的审核。",
    Evidence.CASE: "写明用户单位的工程，运行后得到的数据。",
    Evidence.THIRD_PARTY: "检测、核查机构出具报告的数据。",
    Evidence.PRESS: "媒体或政府网站报道的数据，没有写明是谁测的。",
    Evidence.SELF_DECLARED: "企业自己给出的数据，没有旁证。",
}
SHOWN_PUBLISHERS = 12
SHOWN_YEARS = 12
FILES = {".xlsx": "电子表格（xlsx）", ".csv": "CSV", ".json": "JSON"}

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Amount:
    """A line of a table: name, number, and where it leads when it leads anywhere."""

    name: str
    count: int
    href: str | None = None


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A kind of evidence, what it means, how many figures rest on it."""

    name: str
    weight: int
    meaning: str
    count: int


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year with its entries and sources; shares are of the longest bar, in percent."""

    name: str
    entries: int
    entry_share: int
    sources: int
    source_share: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Nodes of a kind: how many hold entries, and those that hold none."""

    name: str
    filled: int
    empty: Sequence[Amount]

    @property
    def all(self) -> int:
        """How many there are."""
        return self.filled + len(self.empty)


@dataclass(frozen=True, slots=True)
class Files:
    """A whole list as files: name of the list, then names and addresses of the files."""

    name: str
    files: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class AboutPage(Context):
    """Everything that is said of the catalogue. `updated` is the ISO day of the newest entry."""

    template: ClassVar[str] = "about.html"

    survey: Survey
    updated: str | None
    inside: Sequence[Amount]
    areas: Sequence[Amount]
    regions: Sequence[Amount]
    evidence: Sequence[EvidenceRow]
    years: Sequence[YearRow]
    publishers: Sequence[tuple[str, int]]
    more_publishers: Sequence[tuple[str, int]]
    missing: Sequence[Amount]
    coverage: Sequence[Coverage]
    files: Sequence[Files]
    criteria: Sequence[str]
    lexical_only: bool


@router.get("/about", name="about")
def show(request: Request, served: Served) -> Response:
    """Show what the catalogue is."""
    facts, links, survey = facts_of(request), Links.of(request), survey_of(request)
    holdings = holdings_of(request)
    page = AboutPage(
        title="关于本目录",
        survey=survey,
        updated=facts.updated,
        inside=_inside(links, facts, survey),
        areas=[Amount(a, survey.areas.get(a, 0), links.searching(area=a)) for a in AREAS],
        regions=_regions(links, holdings),
        evidence=[
            EvidenceRow(one.value, one.weight, MEANINGS[one], survey.evidence.get(one, 0))
            for one in reversed(Evidence)
        ],
        years=year_rows(survey.entry_years, survey.source_years),
        publishers=survey.publishers[:SHOWN_PUBLISHERS],
        more_publishers=survey.publishers[SHOWN_PUBLISHERS:],
        missing=[Amount(name, count) for name, count in survey.missing.items()],
        coverage=_coverage(links, holdings),
        files=[
            Files(name, [(label, address((), form)) for form, label in FILES.items()])
            for name, address in (
                ("条目", links.search), ("需求", links.demands), ("单位", links.organizations),
            )
        ],
        criteria=NAMES,
        lexical_only=served.encoder.encoder is None,
    )  # fmt: skip
    return render(request, page)


def _inside(links: Links, facts: Facts, survey: Survey) -> list[Amount]:
    counts = facts.counts.nodes
    rows = [
        Amount(name, survey.kinds.get(label, 0), links.searching(kind=label.value))
        for label, name in KIND_NAMES.items()
    ]
    return [
        *rows,
        Amount("应用案例", counts.get(Label.CASE, 0)),
        Amount("单位", counts.get(Label.ORGANIZATION, 0), links.organizations()),
        Amount("需求", counts.get(Label.DEMAND, 0), links.demands()),
        Amount("来源", survey.documents),
    ]


def _regions(links: Links, holdings: Holdings) -> list[Amount]:
    """Return the entries of the two provinces, of others, and of nowhere known."""
    kind = KINDS["region"]
    provinces = [n for n in kind.nodes(holdings.trees) if n.props["level"] == "province"]
    home = [n for n in provinces if n.props["code"] in HOME_PROVINCES]
    of = {n.id: set(holdings.of(n.id).entries) for n in provinces}
    known = set().union(*of.values())
    near = set().union(*(of[n.id] for n in home))
    rows = [
        Amount(n.props["name"], len(of[n.id]), links.searching(region=n.props["code"]))
        for n in home
    ]
    return [
        *rows,
        Amount("只在其他省、区、市", len(known - near)),
        Amount(f"地区{UNKNOWN}", len(set(holdings.entries) - known)),
    ]


def year_rows(
    entries: Mapping[int | None, int], sources: Mapping[int | None, int]
) -> list[YearRow]:
    """Return the newest years singly, older ones together, and what has no year."""
    known = sorted({y for y in (*entries, *sources) if y}, reverse=True)
    single, older = known[:SHOWN_YEARS], known[SHOWN_YEARS:]
    groups: list[tuple[str, Sequence[int | None]]] = [(year_words(y), [y]) for y in single]
    if older:
        groups.append((f"{older[0]}年及以前", older))
    if entries.get(None) or sources.get(None):
        groups.append((f"年份{UNKNOWN}", [None]))
    sums = [(name, _sum(entries, years), _sum(sources, years)) for name, years in groups]
    longest = max((n for _name, *pair in sums for n in pair), default=1) or 1
    return [
        YearRow(name, a, round(100 * a / longest), b, round(100 * b / longest))
        for name, a, b in sums
    ]


def _sum(counts: Mapping[int | None, int], years: Iterable[int | None]) -> int:
    return sum(counts.get(year, 0) for year in years)


def _coverage(links: Links, holdings: Holdings) -> list[Coverage]:
    """Return which districts, prefectures and industries no entry has to do with."""
    region, industry = KINDS["region"], KINDS["industry"]
    level = {"500000": ("county", "重庆的区、县"), "510000": ("prefecture", "四川的市、州")}
    found = []
    for code, (wanted, name) in level.items():
        nodes = [
            n
            for n in region.nodes(holdings.trees)
            if n.props["level"] == wanted and f"region-{code}" in holdings.trees.line(n.id)
        ]
        found.append(_covered(links, holdings, region, name, nodes))
    divisions = [n for n in industry.nodes(holdings.trees) if n.props["level"] == "division"]
    making = [n for n in divisions if "industry-C" in holdings.trees.line(n.id)]
    others = [n for n in divisions if n not in making]
    return [
        *found,
        _covered(links, holdings, industry, "制造业的大类", making),
        _covered(links, holdings, industry, "其他行业的大类", others),
    ]


def _covered(
    links: Links, holdings: Holdings, kind: Kind, name: str, nodes: Sequence[Node]
) -> Coverage:
    empty = [n for n in nodes if not holdings.of(n.id).entries]
    rows = [
        Amount(n.props["name"], len(holdings.of(n.id).demands), kind.href(links, n)) for n in empty
    ]
    return Coverage(name, len(nodes) - len(empty), rows)
