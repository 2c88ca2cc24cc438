"""What the catalogue is made of, counted once for each state of the graph."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import cast

from starlette.requests import Request

from kg.model import Document, Entry
from kg.store import GraphStore
from kg.vocabulary import ENTRY_LABELS, Evidence, Label, Relation
from search.trees import all_nodes
from web.bootstrap import Platform


@dataclass(frozen=True, slots=True)
class Survey:
    """The numbers behind the page about the catalogue; years may be None (not known).

    `missing` counts entries that lack something, by what it is; `publishers` the sources of each,
    most first.
    """

    entries: int
    kinds: Mapping[Label, int]
    areas: Mapping[str, int]
    figures: int
    evidence: Mapping[Evidence, int]
    entry_years: Mapping[int | None, int]
    source_years: Mapping[int | None, int]
    documents: int
    with_address: int
    unnamed: int
    publishers: Sequence[tuple[str, int]]
    missing: Mapping[str, int]

    @property
    def period(self) -> tuple[int, int] | None:
        """The first and the last year that anything is dated with; None when nothing is."""
        known = [year for year in (*self.entry_years, *self.source_years) if year]
        return (min(known), max(known)) if known else None


class SurveyKeeper:
    """Keeps the survey and counts anew when the graph has changed."""

    def __init__(self, platform: Platform) -> None:
        self._store = platform.store
        self._lock = Lock()
        self._known: tuple[int, Survey] | None = None

    def read(self) -> Survey:
        """Return the numbers of the graph as it stands now."""
        position = self._store.position()
        with self._lock:
            if self._known is None or self._known[0] != position:
                self._known = position, survey(self._store)
            return self._known[1]


def survey_of(request: Request) -> Survey:
    """Return the survey that the application keeps."""
    return cast("SurveyKeeper", request.app.state.survey).read()


def survey(store: GraphStore) -> Survey:
    """Count everything; reads all entries and sources."""
    entries = [Entry.from_node(node) for node in all_nodes(store, ENTRY_LABELS)]
    documents = [Document.from_node(node) for node in all_nodes(store, [Label.DOCUMENT])]
    figures = [figure for entry in entries for figure in entry.figures]
    publishers = Counter(one.publisher for one in documents if one.publisher)
    return Survey(
        entries=len(entries),
        kinds=Counter(entry.kind for entry in entries),
        areas=Counter(entry.area for entry in entries),
        figures=len(figures),
        evidence=Counter(figure.evidence for figure in figures),
        entry_years=Counter(entry.year for entry in entries),
        source_years=Counter(one.year for one in documents),
        documents=len(documents),
        with_address=sum(one.url is not None for one in documents),
        unnamed=sum(one.publisher is None for one in documents),
        publishers=sorted(publishers.items(), key=lambda pair: (-pair[1], pair[0])),
        missing=_missing(store, entries),
    )


def _missing(store: GraphStore, entries: Sequence[Entry]) -> dict[str, int]:
    """Count the entries that lack what every reader asks for."""
    ids = {entry.id for entry in entries}
    offered = _reached(store, Label.ORGANIZATION, Relation.SUPPLIES, Relation.HOLDS)
    applied = _reached(store, Label.CASE, Relation.CASE_OF)
    cited = {edge.source for edge in store.edges(ids, [Relation.CITES])}
    suited = {edge.source for edge in store.edges(ids, [Relation.APPLIES_TO])}
    placed = {edge.source for edge in store.edges(ids, [Relation.LOCATED_IN])}
    groups = {entry.id: {figure.group for figure in entry.figures} for entry in entries}
    return {
        "没有任何数据指标": sum(not groups[i] for i in ids),
        "没有投资数据": sum("投资" not in groups[i] for i in ids),
        "没有写明供应方或持有方": len(ids - offered),
        "没有应用案例": len(ids - applied),
        "没有写明适用行业": len(ids - suited),
        "条目自己没有写明地区": len(ids - placed),
        "没有注明年份": sum(entry.year is None for entry in entries),
        "没有注明来源": len(ids - cited),
    }


def _reached(store: GraphStore, label: Label, *relations: Relation) -> set[str]:
    sources = [node.id for node in all_nodes(store, [label])]
    return {edge.target for edge in store.edges(sources, relations)}
