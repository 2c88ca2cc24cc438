"""Organisations: the list, and one with what it offers, needs and has done."""

from typing import Annotated, Literal

from fastapi import APIRouter
from fastapi import Query as Parameter
from fastapi.requests import Request
from fastapi.responses import Response

from kg.model import Organization
from kg.query import Filter, Op, Query
from kg.vocabulary import Label, Relation
from web.api.access import public_node, store_of
from web.api.answers import tagged
from web.api.around import Around
from web.api.listing import listed, ordered, record_json
from web.api.parameters import Cursor, Limit, NodeId
from web.api.refs import Addresses
from web.api.responses import UNKNOWN, listing, one
from web.api.schemas.details import OrganizationDetail
from web.api.schemas.records import OrganizationList, OrganizationType

router = APIRouter(prefix="/organizations", tags=["单位"])
LABELS = frozenset({Label.ORGANIZATION})


@router.get("", summary="列出单位", responses=listing(OrganizationList, "一页单位。"))
def list_organizations(
    request: Request,
    type: Annotated[  # noqa: A002 - the name in the address
        list[OrganizationType] | None, Parameter(description="单位类型，可重复。")
    ] = None,
    order: Annotated[
        Literal["id", "name", "-name"], Parameter(description="排序，前加 - 为倒序。")
    ] = "id",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """逐页列出单位，每个只出现一次。"""
    filters = (Filter("type", Op.IN, tuple(type)),) if type else ()
    query = Query(LABELS, filters, limit=limit, after=cursor)
    return listed(request, ordered(query, order), Organization)


@router.get(
    "/{id}", summary="看一个单位", responses={**one(OrganizationDetail, "单位。"), **UNKNOWN}
)
def get_organization(request: Request, id: NodeId) -> Response:  # noqa: A002 - the name in the address
    """给出单位的内容，以及它供应的、持有的、需要的和做过的。"""
    store, at = store_of(request), Addresses.of(request)
    node = public_node(store, id, LABELS)
    near = Around(store, node.id, at)
    body = {
        **record_json(node, Organization, at),
        "supplies": near.out(Relation.SUPPLIES),
        "holds": near.out(Relation.HOLDS),
        "demands": near.out(Relation.POSTED),
        "cases": near.cases(Relation.CASE_AT),
        "regions": near.out(Relation.LOCATED_IN),
        "concepts": near.out(Relation.IN_CONCEPT),
        "consumes": near.out(Relation.CONSUMES),
        "produces": near.out(Relation.PRODUCES),
        "parents": near.out(Relation.PART_OF),
        "children": near.into(Relation.PART_OF),
        "sources": near.sources(),
    }
    return tagged(request, body)
