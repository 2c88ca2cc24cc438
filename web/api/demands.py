"""Demands: the list, one with what stands around it, and the entries that fit it."""

from typing import Annotated, Literal

from fastapi import APIRouter
from fastapi import Query as Parameter
from fastapi.requests import Request
from fastapi.responses import Response

from kg.model import Demand
from kg.query import Filter, Op, Query
from kg.vocabulary import Label, Relation
from web.api.access import engine_of, public_node, store_of
from web.api.answers import answer, tagged
from web.api.around import Around
from web.api.encoding import match_json
from web.api.listing import listed, ordered, record_json
from web.api.parameters import Cursor, Limit, MatchLimit, NodeId
from web.api.refs import Addresses
from web.api.responses import UNKNOWN, listing, one, plain
from web.api.schemas.details import DemandDetail
from web.api.schemas.finding import MatchAnswer
from web.api.schemas.records import DemandList, Status
from web.matches import match_demand

router = APIRouter(prefix="/demands", tags=["需求"])
LABELS = frozenset({Label.DEMAND})
Order = Literal["id", "year", "-year", "added", "-added"]


@router.get("", summary="列出需求", responses=listing(DemandList, "一页需求。"))
def list_demands(
    request: Request,
    status: Annotated[
        list[Status] | None,
        Parameter(description="状态，可重复：需求（待解决）、在建、已实施。"),
    ] = None,
    order: Annotated[Order, Parameter(description="排序，前加 - 为倒序。")] = "id",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """逐页列出需求，每个只出现一次。"""
    filters = (Filter("status", Op.IN, tuple(status)),) if status else ()
    query = Query(LABELS, filters, limit=limit, after=cursor)
    return listed(request, ordered(query, order), Demand)


@router.get("/{id}", summary="看一个需求", responses={**one(DemandDetail, "需求。"), **UNKNOWN})
def get_demand(request: Request, id: NodeId) -> Response:  # noqa: A002 - the name in the address
    """给出需求的内容，以及需求方、行业、概念、物料、地区和解决它的条目。"""
    store, at = store_of(request), Addresses.of(request)
    node = public_node(store, id, LABELS)
    near = Around(store, node.id, at)
    body = {
        **record_json(node, Demand, at),
        "organizations": near.into(Relation.POSTED),
        "industries": near.out(Relation.CONCERNS, Label.INDUSTRY),
        "concepts": near.out(Relation.CONCERNS, Label.CONCEPT),
        "materials": near.out(Relation.CONCERNS, Label.MATERIAL),
        "regions": near.out(Relation.LOCATED_IN),
        "solved_by": near.out(Relation.SOLVED_BY),
        "sources": near.sources(),
        "links": {
            "matches": f"{at.of_id(node.id, 'demands')}/matches",
            "graph": at.of_id(node.id, "graph/neighbourhood"),
        },
    }
    return tagged(request, body)


@router.get(
    "/{id}/matches",
    summary="找适合需求的条目",
    responses={**plain(MatchAnswer, "条目，最合适的在前。"), **UNKNOWN},
)
def matches_of_demand(
    request: Request,
    id: NodeId,  # noqa: A002 - the name in the address
    limit: MatchLimit = 20,
) -> Response:
    """把需求与全部条目逐项对照，说明每一项是否符合、依据什么。"""
    node = public_node(store_of(request), id, LABELS)
    found = match_demand(engine_of(request), node.id, limit)
    return answer(match_json(found, Addresses.of(request)))
