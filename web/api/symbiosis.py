"""Questions about the whole graph: who could use whose by-products, what is in use together."""

from typing import Annotated

from fastapi import APIRouter
from fastapi import Query as Parameter
from fastapi.requests import Request
from fastapi.responses import Response

from kg.query import MAX_VALUES
from kg.store import Chain, CoApplied, End
from kg.vocabulary import ENTRY_LABELS, Label
from web.api.access import public_node, store_of
from web.api.answers import answer
from web.api.parameters import MAX_ID, NodeId
from web.api.refs import Addresses, Json
from web.api.responses import UNKNOWN, plain
from web.api.schemas.symbiosis import SymbiosisAnswer, UsedWith

router = APIRouter(tags=["图谱"])
Id = Annotated[str, Parameter(max_length=MAX_ID)]
DISTANCES = ("同一区县", "同一市州", "同一省市", "跨省市")


@router.get(
    "/symbiosis",
    summary="看谁的副产物谁能用",
    responses={**plain(SymbiosisAnswer, "配对，近的在前。"), **UNKNOWN},
)
def symbiosis(
    request: Request,
    material: Annotated[
        list[Id] | None,
        Parameter(
            max_length=MAX_VALUES,
            description="物料的编号，如 material-mat-phosphogypsum，可重复，含它的下级；"
            "不给则全部物料。",
        ),
    ] = None,
    node: Annotated[
        str | None,
        Parameter(
            max_length=MAX_ID,
            description="只要有一头是它的：条目；或单位，含它供应、持有、用过的条目。",
            examples=["org-0001"],
        ),
    ] = None,
    region: Annotated[
        str | None,
        Parameter(
            max_length=MAX_ID,
            description="只要有一头在这个地区（含下级）的。",
            examples=["region-500000"],
        ),
    ] = None,
    limit: Annotated[int, Parameter(ge=1, le=200, description="最多多少对。")] = 50,
) -> Response:
    """一方产出、另一方能消纳同一种物料（或它的上一级）为一对，是按物料推断的可能。

    距离按所在地区分级，不是里程：0 同一区县，1 同一市州，2 同一省市，3 跨省市，null 未知。
    """
    store, at = store_of(request), Addresses.of(request)
    for one in material or ():
        public_node(store, one, {Label.MATERIAL})
    if region is not None:
        public_node(store, region, {Label.REGION})
    found = store.symbiosis(materials=material, node=node, region=region, limit=limit)
    return answer({"total": found.total, "chains": [_chain(one, at) for one in found.chains]})


@router.get(
    "/entries/{id}/used-with",
    summary="看与条目一起用的条目",
    responses={**plain(UsedWith, "一起用的条目，共同点多的在前。"), **UNKNOWN},
)
def used_with(
    request: Request,
    id: NodeId,  # noqa: A002 - the name in the address
    limit: Annotated[int, Parameter(ge=1, le=100, description="最多多少个。")] = 20,
) -> Response:
    """给出有案例、且与它在同一案例、同一用户、同一工艺或同一行业里用过的条目，并说明共同点。"""
    store, at = store_of(request), Addresses.of(request)
    node = public_node(store, id, ENTRY_LABELS)
    return answer({"items": [_shared(one, at) for one in store.co_applied(node.id, limit)]})


def _chain(chain: Chain, at: Addresses) -> Json:
    return {
        "source": _end(chain.source, at),
        "material": at.ref(chain.material),
        "target": _end(chain.target, at),
        "wanted": at.ref(chain.wanted),
        "distance": chain.distance,
        "distance_name": "未知" if chain.distance is None else DISTANCES[chain.distance],
        "within": at.ref(chain.within) if chain.within else None,
    }


def _end(end: End, at: Addresses) -> Json:
    return {**at.ref(end.node), "regions": at.refs(end.regions)}


def _shared(one: CoApplied, at: Addresses) -> Json:
    return {
        "entry": at.ref(one.node),
        "cases": at.refs(one.cases),
        "users": at.refs(one.users),
        "processes": at.refs(one.processes),
        "industries": at.refs(one.industries),
    }
