"""About the catalogue: what is in it, from when and whom, and what is not; counted, not written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.model import Document, Entry
from kg.store import GraphStore
from kg.vocabulary import ENTRY_LABELS, KIND_NAMES, Evidence, Label, Relation
from search.trees import all_nodes
from web.deps import Served
from web.public.links import Links
from web.public.render import Context, render
from web.public.site import Facts, facts_of

MEANINGS = {
    Evidence.CATALOGUE: "列入国家或地方公布的目录、名单，经过主管部门的审核。",
    Evidence.CASE: "写明用户单位的工程，运行后得到的数据。",
    Evidence.THIRD_PARTY: "检测、核查机构出具报告的数据。",
    Evidence.PRESS: "媒体或政府网站报道的数据，没有写明是谁测的。",
    Evidence.SELF_DECLARED: "企业自己给出的数据，没有旁证。",
}
SHOWN_PUBLISHERS = 12

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
class AboutPage(Context):
    """Everything that is said of the catalogue."""

    template: ClassVar[str] = "about.html"

    inside: Sequence[Amount]
    figures: int
    evidence: Sequence[EvidenceRow]
    years: Sequence[Amount]
    publishers: Sequence[Amount]
    documents: int
    other_publishers: int
    unnamed: int
    with_address: int
    missing: Sequence[Amount]
    entries: int


@router.get("/about", name="about")
def show(request: Request, served: Served) -> Response:
    """Show what the catalogue is."""
    facts = facts_of(request)
    entries = [Entry.from_node(node) for node in all_nodes(served.store, ENTRY_LABELS)]
    documents = [Document.from_node(node) for node in all_nodes(served.store, [Label.DOCUMENT])]
    figures = [figure for entry in entries for figure in entry.figures]
    by_evidence = Counter(figure.evidence for figure in figures)
    publishers = Counter(one.publisher for one in documents if one.publisher)
    common = publishers.most_common()
    common.sort(key=lambda pair: (-pair[1], pair[0]))
    page = AboutPage(
        title="关于本目录",
        inside=_inside(Links.of(request), facts),
        figures=len(figures),
        evidence=[
            EvidenceRow(one.value, one.weight, MEANINGS[one], by_evidence[one])
            for one in reversed(Evidence)
        ],
        years=_years(documents),
        publishers=[Amount(name, count) for name, count in common[:SHOWN_PUBLISHERS]],
        documents=len(documents),
        other_publishers=max(0, len(common) - SHOWN_PUBLISHERS),
        unnamed=sum(one.publisher is None for one in documents),
        with_address=sum(one.url is not None for one in documents),
        missing=_missing(served.store, entries),
        entries=len(entries),
    )
    return render(request, page)


def _inside(links: Links, facts: Facts) -> list[Amount]:
    counts = facts.counts.nodes
    rows = [
        Amount(name, counts.get(label, 0), links.searching(kind=label.value))
        for label, name in KIND_NAMES.items()
    ]
    return [
        *rows,
        Amount("应用案例", counts.get(Label.CASE, 0)),
        Amount("单位", counts.get(Label.ORGANIZATION, 0), links.organizations()),
        Amount("需求", counts.get(Label.DEMAND, 0), links.demands()),
        Amount("来源", counts.get(Label.DOCUMENT, 0)),
    ]


def _years(documents: Sequence[Document]) -> list[Amount]:
    """Return sources by year: the newest five years singly, older ones together."""
    by_year = Counter(one.year for one in documents)
    known = sorted((year for year in by_year if year), reverse=True)
    single = known[:5]
    rows = [Amount(f"{year}年", by_year[year]) for year in single]
    older = sum(by_year[year] for year in known[5:])
    if older:
        rows.append(Amount(f"{single[-1] - 1}年及以前", older))
    return [*rows, Amount("年份未知", by_year[None])] if by_year[None] else rows


def _missing(store: GraphStore, entries: Sequence[Entry]) -> list[Amount]:
    """Count the entries that lack what every reader asks for."""
    ids = {entry.id for entry in entries}
    offered = {
        edge.target
        for edge in store.edges(
            [node.id for node in all_nodes(store, [Label.ORGANIZATION])],
            [Relation.SUPPLIES, Relation.HOLDS],
        )
    }
    applied = {
        edge.target
        for edge in store.edges(
            [node.id for node in all_nodes(store, [Label.CASE])], [Relation.CASE_OF]
        )
    }
    cited = {edge.source for edge in store.edges(ids, [Relation.CITES])}
    groups = {entry.id: {figure.group for figure in entry.figures} for entry in entries}
    return [
        Amount("没有任何数据指标", sum(not groups[i] for i in ids)),
        Amount("没有投资数据", sum("投资" not in groups[i] for i in ids)),
        Amount("没有写明供应方或持有方", len(ids - offered)),
        Amount("没有应用案例", len(ids - applied)),
        Amount("没有注明年份", sum(entry.year is None for entry in entries)),
        Amount("没有注明来源", len(ids - cited)),
    ]
