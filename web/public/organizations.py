"""The list of organisations, by type and province."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.errors import InvalidQuery
from kg.vocabulary import ORGANIZATION_TYPES, Label
from search.errors import InvalidRequest
from web.deps import Served
from web.public.around import Party, parties_of
from web.public.errors import error_page
from web.public.listing import Asked, Listed, read_list
from web.public.render import Context, render
from web.public.site import facts_of

router = APIRouter()


@dataclass(frozen=True, slots=True)
class OrganizationsPage(Context):
    """One page of the list."""

    template: ClassVar[str] = "organizations.html"

    listed: Listed
    rows: Sequence[Party]


@router.get("/organizations", name="organizations")
def show(
    request: Request,
    served: Served,
    type: str = "",  # noqa: A002 - the name in the address
    region: str = "",
    after: str = "",
) -> Response:
    """Show the organisations."""
    facts = facts_of(request)
    asked = Asked(Label.ORGANIZATION, "type", type, region, after)
    names = {name: name for name in ORGANIZATION_TYPES}
    try:
        listed = read_list(served.store, facts, asked, names, "name")
    except (InvalidRequest, InvalidQuery) as error:
        return error_page(request, 422, "筛选条件有误", str(error))
    rows = parties_of(served.store, facts.trees, listed.nodes)
    return render(request, OrganizationsPage(title="单位", listed=listed, rows=rows))
