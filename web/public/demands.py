"""The list of demands, by status and province."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.errors import InvalidQuery
from kg.model import Demand
from kg.vocabulary import Label, Relation
from search.errors import InvalidRequest
from web.deps import Served
from web.public.around import Around, Party
from web.public.errors import error_page
from web.public.listing import Asked, Listed, read_list
from web.public.render import Context, render
from web.public.site import Facts, facts_of
from web.public.words import STATUS_NAMES

router = APIRouter()


@dataclass(frozen=True, slots=True)
class DemandRow:
    """A demand of the list with the number of entries that solved it."""

    demand: Demand
    status: str
    parties: Sequence[Party]
    places: Sequence[str]
    solved_by: int


@dataclass(frozen=True, slots=True)
class DemandsPage(Context):
    """One page of the list."""

    template: ClassVar[str] = "demands.html"

    listed: Listed
    rows: Sequence[DemandRow]


@router.get("/demands", name="demands")
def show(
    request: Request, served: Served, status: str = "", region: str = "", after: str = ""
) -> Response:
    """Show the demands."""
    facts = facts_of(request)
    asked = Asked(Label.DEMAND, "status", status, region, after)
    try:
        listed = read_list(served.store, facts, asked, STATUS_NAMES, "year")
    except (InvalidRequest, InvalidQuery) as error:
        return error_page(request, 422, "筛选条件有误", str(error))
    rows = [_row(served, facts, Demand.from_node(node)) for node in listed.nodes]
    return render(request, DemandsPage(title="需求案例", listed=listed, rows=rows))


def _row(served: Served, facts: Facts, demand: Demand) -> DemandRow:
    around = Around(served.store, facts.trees, demand.id)
    parties = around.parties(around.nodes(Relation.POSTED, "in"))
    return DemandRow(
        demand=demand,
        status=STATUS_NAMES[demand.status],
        parties=parties,
        places=around.places() or [place for party in parties for place in party.places],
        solved_by=len(around.nodes(Relation.SOLVED_BY, "out")),
    )
