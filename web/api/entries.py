"""Entries of the catalogue: the list for harvesting, one with everything around it, its demands."""

from typing import Annotated, Literal

from fastapi import APIRouter
from fastapi import Query as Parameter
from fastapi.requests import Request
from fastapi.responses import Response

from kg.model import Entry
from kg.query import Filter, Op, Query
from kg.vocabulary import ENTRY_LABELS, Label, Relation
from web.api.access import engine_of, public_node, store_of
from web.api.answers import answer, tagged
from web.api.around import Around
from web.api.encoding import match_json
from web.api.listing import listed, listed_since, ordered, record_json
from web.api.parameters import MAX_SEQ, Cursor, Limit, MatchLimit, NodeId
from web.api.refs import Addresses
from web.api.responses import UNKNOWN, listing, one, plain
from web.api.schemas.details import EntryDetail
from web.api.schemas.finding import MatchAnswer
from web.api.schemas.records import Area, Direction, EntryKind, EntryList
from web.matches import match_entry

router = APIRouter(prefix="/entries", tags=["条目"])
Order = Literal["id", "name", "-name", "year", "-year", "added", "-added"]


@router.get("", summary="列出条目", responses=listing(EntryList, "一页条目。"))
def list_entries(
    request: Request,
    kind: Annotated[list[EntryKind] | None, Parameter(description="类别，可重复。")] = None,
    area: Annotated[list[Area] | None, Parameter(description="领域，可重复。")] = None,
    direction: Annotated[list[Direction] | None, Parameter(description="方向，可重复。")] = None,
    modified_after: Annotated[
        int | None,
        Parameter(
            ge=0,
            le=MAX_SEQ,
            description="只列出此变更序号之后自身或关系有变化的条目（按编号排序）；"
            "删除的条目见 /changes。",
        ),
    ] = None,
    order: Annotated[Order, Parameter(description="排序，前加 - 为倒序。")] = "id",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """按筛选条件逐页列出全部条目，每条只出现一次；适合采集。找技术请用检索。"""
    chosen = {"area": area, "direction": direction}
    query = Query(
        labels=frozenset(Label(k) for k in kind) if kind else ENTRY_LABELS,
        filters=tuple(Filter(n, Op.IN, tuple(values)) for n, values in chosen.items() if values),
        limit=limit,
        after=cursor,
    )
    query = ordered(query, order)
    if modified_after is None:
        return listed(request, query, Entry)
    return listed_since(request, query, Entry, modified_after)


@router.get("/{id}", summary="看一个条目", responses={**one(EntryDetail, "条目。"), **UNKNOWN})
def get_entry(request: Request, id: NodeId) -> Response:  # noqa: A002 - the name in the address
    """给出条目的全部内容，以及持有方、供应方、案例、行业、地区、概念、物料和来源。"""
    store, at = store_of(request), Addresses.of(request)
    node = public_node(store, id, ENTRY_LABELS)
    near = Around(store, node.id, at)
    body = {
        **record_json(node, Entry, at),
        "holders": near.into(Relation.HOLDS),
        "suppliers": near.into(Relation.SUPPLIES),
        "cases": near.cases(Relation.CASE_OF),
        "industries": near.out(Relation.APPLIES_TO),
        "regions": near.out(Relation.LOCATED_IN),
        "concepts": near.out(Relation.IN_CONCEPT),
        "consumes": near.out(Relation.CONSUMES),
        "produces": near.out(Relation.PRODUCES),
        "uses": near.out(Relation.USES),
        "used_by": near.into(Relation.USES),
        "replaced": near.out(Relation.REPLACES),
        "replaced_by": near.into(Relation.REPLACES),
        "solved": near.into(Relation.SOLVED_BY),
        "editions": near.out(Relation.LISTED_IN),
        "sources": near.sources(),
        "links": {
            "demands": f"{at.of_id(node.id, 'entries')}/demands",
            "graph": at.of_id(node.id, "graph/neighbourhood"),
        },
    }
    return tagged(request, body)


@router.get(
    "/{id}/demands",
    summary="找适合条目的需求",
    responses={**plain(MatchAnswer, "需求，最合适的在前。"), **UNKNOWN},
)
def demands_of_entry(
    request: Request,
    id: NodeId,  # noqa: A002 - the name in the address
    limit: MatchLimit = 20,
) -> Response:
    """把条目与全部需求逐项对照，说明每一项是否符合、依据什么。"""
    node = public_node(store_of(request), id, ENTRY_LABELS)
    return answer(
        match_json(match_entry(engine_of(request), node.id, limit), Addresses.of(request))
    )
