"""An entry's page: is it real, does it suit us, what does it cost, whom do we call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.errors import NodeNotFound
from kg.model import Entry, Node
from kg.vocabulary import ENTRY_LABELS, KIND_NAMES, Label, Relation
from search.results import Match
from web.deps import Served
from web.matches import match_entry
from web.public.around import Around, CaseView, Party, entry_places
from web.public.citation import citation
from web.public.entry_glance import Glimpse, glance
from web.public.entry_peers import PeerKeeper, Peers
from web.public.links import Links
from web.public.neighbourhood import Picture
from web.public.pictures import entry_picture
from web.public.related import RelatedEntry, related_entries
from web.public.render import Context, render
from web.public.site import facts_of
from web.public.topics import (
    FigureGroup,
    Source,
    Topic,
    figure_groups,
    missing_groups,
    numbered,
    topics,
)

DEMANDS_SHOWN = 5

router = APIRouter()


@dataclass(frozen=True, slots=True)
class EntryPage(Context):
    """An entry with everything that the graph says of it."""

    template: ClassVar[str] = "entry.html"

    entry: Entry
    kind: str
    places: Sequence[str]
    glance: Sequence[Glimpse]
    figures: Sequence[FigureGroup]
    missing: Sequence[str]
    peers: Mapping[str, Peers]
    scale: Sequence[str]
    industries: Sequence[Topic]
    processes: Sequence[Topic]
    technologies: Sequence[Topic]
    consumes: Sequence[Topic]
    produces: Sequence[Topic]
    replaced: Sequence[Topic]
    cases: Sequence[CaseView]
    suppliers: Sequence[Party]
    related: Sequence[RelatedEntry]
    demands: Sequence[Match]
    picture: Picture | None
    sources: Sequence[Source]
    numbers: Mapping[str, int]
    citation: str
    updated: str | None


@router.get("/entries/{entry_id}", name="entry")
def show(request: Request, served: Served, entry_id: str) -> Response:
    """Show one entry."""
    return render(request, entry_page(request, served, entry_id))


def entry_page(request: Request, served: Served, entry_id: str) -> EntryPage:
    """Return all that is shown of an entry.

    Raises:
        NodeNotFound: there is no such entry.
    """
    node = served.store.get(entry_id)
    if node.label not in ENTRY_LABELS:
        raise NodeNotFound(entry_id)
    return _page(request, served, node)


def _page(request: Request, served: Served, node: Node) -> EntryPage:
    entry = Entry.from_node(node)
    facts, links = facts_of(request), Links.of(request)
    around = Around(served.store, facts.trees, entry.id)
    cases = around.cases(around.nodes(Relation.CASE_OF, "in"))
    cited = [
        *around.ids(Relation.CITES, "out"),
        *(figure.source for figure in entry.figures if figure.source),
        *(source for case in cases for source in case.sources),
    ]
    sources = numbered(around.documents(cited))
    related = related_entries(served.store, facts.trees, around, entry.id)
    demands = match_entry(served.engine, entry.id, DEMANDS_SHOWN).matches
    suppliers = _suppliers(around)
    concepts = around.nodes(Relation.IN_CONCEPT, "out")
    replaced = [n for n in around.nodes(Relation.REPLACES, "out") if n.label is Label.CONCEPT]
    industries = topics(links, around.nodes(Relation.APPLIES_TO, "out"))
    return EntryPage(
        title=entry.name,
        entry=entry,
        kind=KIND_NAMES[entry.kind],
        places=entry_places(around, suppliers, cases),
        glance=glance(entry, industries, cases, suppliers),
        figures=figure_groups(entry.figures, sources),
        missing=missing_groups(entry.figures),
        peers=cast("PeerKeeper", request.app.state.peers).of(entry),
        scale=[f"{f.name} {f.amount}" for f in entry.figures if f.group == "规模"],
        industries=industries,
        processes=topics(links, concepts, "process"),
        technologies=topics(links, concepts, "technology"),
        consumes=topics(links, around.nodes(Relation.CONSUMES, "out")),
        produces=topics(links, around.nodes(Relation.PRODUCES, "out")),
        replaced=topics(links, replaced),
        cases=cases,
        suppliers=suppliers,
        related=related,
        demands=demands,
        picture=entry_picture(links, entry.name, around, suppliers, cases, related),
        sources=sources,
        numbers={source.document.id: source.number for source in sources},
        citation=citation(request, f"{entry.name}（{entry.id}）", links.entry(entry.id)),
        updated=facts.updated,
    )


def _suppliers(around: Around) -> list[Party]:
    """Return suppliers, then holders; one who is both stands once."""
    supplying = around.nodes(Relation.SUPPLIES, "in")
    holding = around.nodes(Relation.HOLDS, "in")
    both = {node.id for node in supplying} & {node.id for node in holding}
    out = around.parties([n for n in supplying if n.id in both], "持有并供应")
    out += around.parties([n for n in supplying if n.id not in both], "供应")
    return out + around.parties([n for n in holding if n.id not in both], "持有")
