"""The list of demands: by status, place, year, industry and area, and by words."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.model import Demand, Node
from kg.vocabulary import AREAS, Label, Relation
from search.errors import InvalidRequest
from search.trees import Trees
from web.bootstrap import Platform
from web.deps import Served
from web.public.around import Party, parties_of, places_of
from web.public.ends import Ends
from web.public.errors import error_page
from web.public.listing import (
    Catalogue,
    Choosable,
    Item,
    Listed,
    ListKeeper,
    all_nodes,
    codes_above,
    folded,
    read_asked,
    read_list,
    tree_names,
)
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
class Demands(Catalogue):
    """All demands, each with what its row shows."""

    rows: Mapping[str, DemandRow]


@dataclass(frozen=True, slots=True)
class DemandsPage(Context):
    """One page of the list."""

    template: ClassVar[str] = "demands.html"

    listed: Listed
    rows: Sequence[DemandRow]


@router.get("/demands", name="demands")
def show(request: Request, served: Served) -> Response:
    """Show the demands."""
    facts = facts_of(request)
    try:
        demands = _demands(request, served, facts)
        listed = _listed(request, demands)
    except InvalidRequest as error:
        return error_page(request, 422, "筛选条件有误", str(error))
    rows = [demands.rows[node.id] for node in listed.nodes]
    return render(request, DemandsPage(title="需求案例", listed=listed, rows=rows))


def list_demands(request: Request, served: Platform, facts: Facts) -> Listed:
    """Return the page of the list that an address asks for.

    Raises:
        InvalidRequest: an unknown value or page.
    """
    return _listed(request, _demands(request, served, facts))


def _demands(request: Request, served: Platform, facts: Facts) -> Demands:
    keeper = cast("ListKeeper", request.app.state.lists)
    return cast("Demands", keeper.read("demands", facts, lambda: _catalogue(served, facts)))


def _listed(request: Request, demands: Demands) -> Listed:
    return read_list(demands, read_asked(request.query_params.items(), demands))


def _catalogue(served: Platform, facts: Facts) -> Demands:
    """Read all demands, the newest first. Areas are those of the entries that solved them."""
    store, trees = served.store, facts.trees
    nodes = all_nodes(store, Label.DEMAND)
    ends = Ends.read(store, nodes, (Relation.LOCATED_IN, Relation.CONCERNS, Relation.SOLVED_BY))
    organizations = {one.id: one for one in all_nodes(store, Label.ORGANIZATION)}
    parties: dict[str, list[Node]] = defaultdict(list)
    for edge in store.edges(organizations, [Relation.POSTED]):
        parties[edge.target].append(organizations[edge.source])
    known = {party.id: party for party in parties_of(store, trees, organizations.values())}
    items = [_item(node, parties[node.id], ends, trees) for node in nodes]
    used = {name: _used(items, name) for name in ("region", "industry", "year", "area")}
    return Demands(
        sorted(items, key=lambda item: item.order),
        (
            Choosable("status", "状态", {value: (name, 0) for value, name in STATUS_NAMES.items()}),
            Choosable("region", "地区", tree_names(trees, Label.REGION, used["region"])),
            Choosable("industry", "行业", tree_names(trees, Label.INDUSTRY, used["industry"])),
            Choosable("area", "领域", {area: (area, 0) for area in AREAS if area in used["area"]}),
            Choosable(
                "year", "年份", {y: (f"{y}年", 0) for y in sorted(used["year"], reverse=True)}
            ),
        ),
        {n.id: _row(n, [known[one.id] for one in parties[n.id]], ends, trees) for n in nodes},
    )


def _item(node: Node, parties: Sequence[Node], ends: Ends, trees: Trees) -> Item:
    props, year = node.props, node.props.get("year")
    concerns = ends.of(node.id, Relation.CONCERNS)
    industries = [one.id for one in concerns if one.label is Label.INDUSTRY]
    solved_by = ends.of(node.id, Relation.SOLVED_BY)
    words = [props["title"], props["situation"], *props.get("requirements", ())]
    words += [str(one.props["name"]) for one in (*concerns, *parties)]
    return Item(
        node,
        {
            "status": frozenset({props["status"]}),
            "region": codes_above(trees, (one.id for one in ends.of(node.id, Relation.LOCATED_IN))),
            "industry": codes_above(trees, industries),
            "area": frozenset(str(one.props["area"]) for one in solved_by),
            "year": frozenset({str(year)}) if year else frozenset(),
        },
        folded("\n".join(words)),
        (-(year or 0), node.id),
    )


def _used(items: Sequence[Item], name: str) -> frozenset[str]:
    return frozenset(value for item in items for value in item.values[name])


def _row(node: Node, parties: Sequence[Party], ends: Ends, trees: Trees) -> DemandRow:
    demand = Demand.from_node(node)
    own = places_of(trees, (one.id for one in ends.of(node.id, Relation.LOCATED_IN)))
    return DemandRow(
        demand=demand,
        status=STATUS_NAMES[demand.status],
        parties=parties,
        places=own or [place for party in parties for place in party.places],
        solved_by=len(ends.of(node.id, Relation.SOLVED_BY)),
    )
