"""Store -> search documents: what is said of an entry or a demand anywhere in the graph."""

import logging
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeVar

from kg.errors import InvalidNode
from kg.model import Case, Demand, Entry, Node, Record
from kg.store import GraphStore
from kg.vocabulary import ENTRY_LABELS, KIND_NAMES, Evidence, Label, Relation
from search.documents import Card, SearchDocument
from search.surroundings import Surroundings
from search.trees import Trees, all_nodes
from search.wording import (
    best_figures,
    codes,
    figure_words,
    lay_terms,
    measures,
    passages,
    place_terms,
    sentence,
    terms,
    topics,
)

log = logging.getLogger(__name__)
R = TypeVar("R", bound=Record)
_ENTRY_EDGES = (
    Relation.APPLIES_TO, Relation.IN_CONCEPT, Relation.LOCATED_IN, Relation.CONSUMES,
    Relation.PRODUCES,
)  # fmt: skip
_ENTRY_SIDES = (Relation.SUPPLIES, Relation.HOLDS, Relation.CASE_OF)
_DEMAND_EDGES = (Relation.CONCERNS, Relation.LOCATED_IN, Relation.SOLVED_BY)
_THEMES = frozenset({"technology", "process"})


class Collector:
    """Builds documents; holds the vocabularies, which it reads once."""

    def __init__(self, store: GraphStore, trees: Trees | None = None) -> None:
        self._store = store
        self.trees = trees or Trees.read(store)

    def entries(self, ids: Iterable[str] | None = None) -> list[SearchDocument]:
        """Return the documents of these entries, or of all; ids of other things are left out."""
        nodes = self._nodes(ENTRY_LABELS, ids)
        around = self._around(nodes, _ENTRY_EDGES, _ENTRY_SIDES, ids)
        return [entry_document(entry, around) for entry in _valid(Entry, nodes.values())]

    def demands(self, ids: Iterable[str] | None = None) -> list[SearchDocument]:
        """Return the documents of these demands, or of all."""
        nodes = self._nodes(frozenset({Label.DEMAND}), ids)
        around = self._around(nodes, _DEMAND_EDGES, (Relation.POSTED,), ids)
        return [demand_document(demand, around) for demand in _valid(Demand, nodes.values())]

    def _nodes(self, labels: frozenset[Label], ids: Iterable[str] | None) -> dict[str, Node]:
        if ids is None:
            return {node.id: node for node in all_nodes(self._store, labels)}
        return {i: n for i, n in self._store.get_many(ids).items() if n.label in labels}

    def _around(
        self,
        nodes: dict[str, Node],
        forwards: tuple[Relation, ...],
        backwards: tuple[Relation, ...],
        ids: Iterable[str] | None,
    ) -> Surroundings:
        return Surroundings.read(
            self._store, self.trees, nodes, forwards, backwards, everything=ids is None
        )


def _valid(record: type[R], nodes: Iterable[Node]) -> Iterator[R]:
    """Read the nodes; one that breaks the model is logged and left out of the index, so that it
    does not keep all others from being found."""
    for node in nodes:
        try:
            yield record.from_node(node)
        except InvalidNode as error:
            log.warning("left out of the index: %s", error)


def entry_document(entry: Entry, around: Surroundings) -> SearchDocument:
    """Compose the document of an entry."""
    trees = around.trees
    industries = around.of(entry.id, Relation.APPLIES_TO)
    materials = around.of(entry.id, Relation.CONSUMES, Relation.PRODUCES)
    themes = _themes(trees, around.of(entry.id, Relation.IN_CONCEPT))
    case_ids = around.to(entry.id, Relation.CASE_OF)
    cases = [Case.from_node(around.nodes[i]) for i in case_ids]
    providers = around.to(entry.id, Relation.SUPPLIES, Relation.HOLDS)
    users = [i for c in case_ids for i in around.of(c, Relation.CASE_AT)]
    organizations = list(dict.fromkeys((*providers, *users)))
    own = around.of(entry.id, Relation.LOCATED_IN)
    regions = list(dict.fromkeys((*own, *around.regions((*providers, *case_ids)))))
    case_lines = [sentence(c.title, c.user, c.effect) for c in cases]
    stated = (entry.year, *(c.year for c in cases), *(f.year for f in entry.figures))
    # A year to come is a plan (计划到2029年完成), not the age of what is known.
    years = sorted({year for year in stated if year and year <= date.today().year})  # noqa: DTZ011
    evidence = {f.evidence for f in entry.figures}
    if any(c.status == "已投运" for c in cases):
        evidence.add(Evidence.CASE)
    best = max(evidence, key=lambda e: e.weight, default=None)
    summary = sentence(entry.use, entry.summary)
    return SearchDocument(
        id=entry.id,
        title=entry.name,
        text={
            "title": (entry.name, *entry.aliases),
            "terms": (
                *terms(trees, (*themes, *industries, *materials)),
                *around.names(organizations),
                *place_terms(trees, regions),
                entry.area,
                entry.direction,
            ),
            "body": (
                summary,
                *entry.problem,
                *(t for t in (entry.principle, entry.replaces, entry.conditions) if t),
                *case_lines,
                *map(figure_words, entry.figures),
                *lay_terms(trees, (*themes, *materials)),
            ),
        },
        passages=passages(
            ("main", f"{entry.name}。{summary}"),
            *(("problem", line) for line in entry.problem),
            ("topics", f"{entry.name}：{topics(trees, themes, industries, materials)}"),
            *(("case", line) for line in case_lines),
        ),
        facets={
            "kind": (entry.kind.value,),
            "area": (entry.area,),
            "direction": (entry.direction,),
            "industry": codes(trees, industries),
            "region": codes(trees, regions),
            "organization": tuple(organizations),
            "has_cases": ("yes" if cases else "no",),
            "evidence": tuple(sorted(evidence)),
            "year": tuple(map(str, years)),
        },
        measures=measures(entry.figures),
        keys=tuple(entry.keys),
        card=Card(
            kind=KIND_NAMES[entry.kind],
            area=entry.area,
            direction=entry.direction,
            places=tuple(dict.fromkeys(trees.place(r) for r in own or regions[:2])),
            industries=tuple(trees.name(i) for i in industries[:3]),
            figures=best_figures(entry.figures),
            parties=tuple(map(around.party, providers)),
            cases=len(cases),
            evidence=best.value if best else None,
            year=years[-1] if years else None,
        ),
        links={
            "industry": tuple(trees.lines(industries)),
            "concept": tuple(themes),
            "material": tuple(materials),
            "region": tuple(trees.lines(regions)),
            "provider": tuple(providers),
            "user": tuple(users),
        },
        summary=summary,
    )


def demand_document(demand: Demand, around: Surroundings) -> SearchDocument:
    """Compose the document of a demand."""
    trees = around.trees
    concerns = around.of(demand.id, Relation.CONCERNS)
    industries = [i for i in concerns if trees.nodes[i].label is Label.INDUSTRY]
    materials = [i for i in concerns if trees.nodes[i].label is Label.MATERIAL]
    themes = _themes(trees, [i for i in concerns if trees.nodes[i].label is Label.CONCEPT])
    posters = around.to(demand.id, Relation.POSTED)
    regions = around.of(demand.id, Relation.LOCATED_IN) or around.regions(posters)
    needs = sentence(*demand.requirements, demand.goal)
    return SearchDocument(
        id=demand.id,
        title=demand.title,
        text={
            "title": (demand.title,),
            "terms": (
                *terms(trees, (*themes, *industries, *materials)),
                *around.names(posters),
                *place_terms(trees, regions),
            ),
            "body": (
                demand.situation,
                needs,
                demand.result or "",
                *map(figure_words, demand.targets),
            ),
        },
        passages=passages(
            ("main", f"{demand.title}。{demand.situation}"),
            ("problem", needs),
            ("topics", topics(trees, themes, industries, materials)),
        ),
        facets={
            "status": (demand.status,),
            "industry": codes(trees, industries),
            "region": codes(trees, regions),
            "organization": tuple(posters),
            "year": (str(demand.year),) if demand.year else (),
        },
        measures=measures(demand.targets),
        keys=tuple(demand.keys),
        card=Card(
            kind="需求",
            places=tuple(dict.fromkeys(trees.place(r) for r in regions)),
            industries=tuple(trees.name(i) for i in industries[:3]),
            figures=best_figures(demand.targets),
            parties=tuple(map(around.party, posters)),
            year=demand.year,
            status=demand.status,
        ),
        links={
            "industry": tuple(industries),
            "concept": tuple(themes),
            "material": tuple(materials),
            "region": tuple(regions),
            "provider": tuple(posters),
            "solved_by": tuple(around.of(demand.id, Relation.SOLVED_BY)),
        },
        summary=demand.situation,
    )


def _themes(trees: Trees, concepts: Iterable[str]) -> list[str]:
    """Leave out areas and directions, which every entry has."""
    return [i for i in concepts if trees.nodes[i].props["scheme"] in _THEMES]
