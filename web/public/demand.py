"""A demand's page: what is needed, who can solve it, or what has solved it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.errors import NodeNotFound
from kg.model import Demand, Node
from kg.vocabulary import KIND_NAMES, Label, Relation
from web.deps import Served
from web.matches import match_demand
from web.public.around import Around, Party
from web.public.citation import citation
from web.public.links import Links
from web.public.matches import MatchTable, Row, match_table
from web.public.neighbourhood import Picture
from web.public.pictures import demand_picture
from web.public.render import Context, render
from web.public.similar import SimilarDemand, similar_demands
from web.public.site import facts_of
from web.public.topics import FigureGroup, Source, Topic, figure_groups, numbered, topics
from web.public.words import STATUS_NAMES

MATCHES_SHOWN = 20
NEAREST_SHOWN = 3
PICTURED = 4

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Solver:
    """An entry that the record names as what solved the demand."""

    id: str
    name: str
    kind: str
    use: str


@dataclass(frozen=True, slots=True)
class DemandPage(Context):
    """A demand with its matches."""

    template: ClassVar[str] = "demand.html"

    demand: Demand
    status: str
    parties: Sequence[Party]
    places: Sequence[str]
    industries: Sequence[Topic]
    concepts: Sequence[Topic]
    materials: Sequence[Topic]
    targets: Sequence[FigureGroup]
    solvers: Sequence[Solver]
    nearest: Sequence[Row]
    matches: MatchTable
    similar: Sequence[SimilarDemand]
    picture: Picture | None
    sources: Sequence[Source]
    citation: str


@router.get("/demands/{demand_id}", name="demand")
def show(request: Request, served: Served, demand_id: str) -> Response:
    """Show one demand."""
    return render(request, demand_page(request, served, demand_id))


def demand_page(request: Request, served: Served, demand_id: str) -> DemandPage:
    """Return all that is shown of a demand.

    Raises:
        NodeNotFound: there is no such demand.
    """
    node = served.store.get(demand_id)
    if node.label is not Label.DEMAND:
        raise NodeNotFound(demand_id)
    return _page(request, served, node)


def _page(request: Request, served: Served, node: Node) -> DemandPage:
    demand = Demand.from_node(node)
    links = Links.of(request)
    around = Around(served.store, facts_of(request).trees, demand.id)
    parties = around.parties(around.nodes(Relation.POSTED, "in"))
    cited = [
        *around.ids(Relation.CITES, "out"),
        *(figure.source for figure in demand.targets if figure.source),
    ]
    sources = numbered(around.documents(cited))
    concerns = around.nodes(Relation.CONCERNS, "out")
    of = {
        label: topics(links, [n for n in concerns if n.label is label])
        for label in (Label.INDUSTRY, Label.CONCEPT, Label.MATERIAL)
    }
    solvers = [
        Solver(n.id, n.props["name"], KIND_NAMES[n.label], n.props.get("use", ""))
        for n in around.nodes(Relation.SOLVED_BY, "out")
    ]
    matches = match_table(match_demand(served.engine, demand.id, MATCHES_SHOWN))
    similar = similar_demands(served.store, facts_of(request).trees, around, demand.id)
    nearest = () if solvers or demand.status == "已实施" else _nearest(matches.rows)
    shown = [row.match for row in matches.rows[:PICTURED]]
    return DemandPage(
        title=demand.title,
        demand=demand,
        status=STATUS_NAMES[demand.status],
        parties=parties,
        places=around.places() or [place for party in parties for place in party.places],
        industries=of[Label.INDUSTRY],
        concepts=of[Label.CONCEPT],
        materials=of[Label.MATERIAL],
        targets=figure_groups(demand.targets, sources),
        solvers=solvers,
        nearest=nearest,
        matches=matches,
        similar=similar,
        picture=demand_picture(links, demand.title, around, parties, shown, similar),
        sources=sources,
        citation=citation(request, f"{demand.title}（{demand.id}）", links.demand(demand.id)),
    )


def _nearest(rows: Sequence[Row]) -> list[Row]:
    """Return the few that stand at the head of the page of an unsolved demand."""
    return [row for row in rows if row.match.fit != "供参考"][:NEAREST_SHOWN]
