"""The list of organisations: by type and place, and by words, in the order of their pinyin."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.model import Node
from kg.vocabulary import ORGANIZATION_TYPES, Label, Relation
from search.errors import InvalidRequest
from search.trees import Trees
from web.bootstrap import Platform
from web.deps import Served
from web.public.around import Party, parties_of
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
    sounds,
    tree_names,
)
from web.public.render import Context, render
from web.public.site import Facts, facts_of

router = APIRouter()


@dataclass(frozen=True, slots=True)
class OrganizationsPage(Context):
    """One page of the list."""

    template: ClassVar[str] = "organizations.html"

    listed: Listed
    rows: Sequence[Party]


@router.get("/organizations", name="organizations")
def show(request: Request, served: Served) -> Response:
    """Show the organisations."""
    facts = facts_of(request)
    try:
        listed = list_organizations(request, served, facts)
    except InvalidRequest as error:
        return error_page(request, 422, "筛选条件有误", str(error))
    rows = parties_of(served.store, facts.trees, listed.nodes)
    return render(request, OrganizationsPage(title="单位", listed=listed, rows=rows))


def list_organizations(request: Request, served: Platform, facts: Facts) -> Listed:
    """Return the page of the list that an address asks for.

    Raises:
        InvalidRequest: an unknown value or page.
    """
    keeper = cast("ListKeeper", request.app.state.lists)
    catalogue = keeper.read("organizations", facts, lambda: _catalogue(served, facts))
    return read_list(catalogue, read_asked(request.query_params.items(), catalogue))


def _catalogue(served: Platform, facts: Facts) -> Catalogue:
    """Read all organisations."""
    nodes = all_nodes(served.store, Label.ORGANIZATION)
    ends = Ends.read(served.store, nodes, (Relation.LOCATED_IN,))
    items = [_item(node, ends, facts.trees) for node in nodes]
    places = frozenset(value for item in items for value in item.values["region"])
    return Catalogue(
        sorted(items, key=lambda item: item.order),
        (
            Choosable("type", "类型", {name: (name, 0) for name in ORGANIZATION_TYPES}),
            Choosable("region", "地区", tree_names(facts.trees, Label.REGION, places)),
        ),
    )


def _item(node: Node, ends: Ends, trees: Trees) -> Item:
    props, name = node.props, str(node.props["name"])
    pinyin, initials = sounds(name)
    places = codes_above(trees, (one.id for one in ends.of(node.id, Relation.LOCATED_IN)))
    words = [name, *props.get("aliases", ()), props.get("business") or ""]
    return Item(
        node,
        {
            "type": frozenset({props["type"]}) if props.get("type") else frozenset(),
            "region": places,
        },
        folded("\n".join([*words, pinyin.replace(" ", ""), initials])),
        (pinyin, name, node.id),
    )
