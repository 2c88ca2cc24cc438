"""The graph itself: what stands around a node, and how two nodes are connected."""

from typing import Annotated

from fastapi import APIRouter
from fastapi import Query as Parameter
from fastapi.requests import Request
from fastapi.responses import Response

from kg.model import Edge
from kg.store import MAX_DEPTH, MAX_PATH, Path
from kg.vocabulary import RELATION_ENDS, Relation
from web.api.access import public_node, store_of
from web.api.answers import answer
from web.api.parameters import MAX_ID, NodeId
from web.api.refs import Addresses, Json, name_of
from web.api.responses import UNKNOWN, plain
from web.api.schemas.graph import Neighbourhood, Paths, PublicRelation

router = APIRouter(prefix="/graph", tags=["图谱"])
MAX_NODES = 200
Relations = Annotated[
    list[PublicRelation] | None,
    Parameter(description="只走这些关系，可重复；不给则全部。见 /vocabularies/relations。"),
]
End = Annotated[str, Parameter(max_length=MAX_ID, examples=["org-0001"])]


@router.get(
    "/neighbourhood/{id}",
    summary="看一个节点的邻域",
    responses={**plain(Neighbourhood, "邻域。"), **UNKNOWN},
)
def neighbourhood(
    request: Request,
    id: NodeId,  # noqa: A002 - the name in the address
    depth: Annotated[int, Parameter(ge=1, le=MAX_DEPTH, description="几步之内。")] = 1,
    relation: Relations = None,
    limit: Annotated[int, Parameter(ge=1, le=MAX_NODES, description="最多多少个节点。")] = 60,
) -> Response:
    """给出几步之内的节点及其间的关系，由近及远；超出 limit 的只计数。"""
    store, at = store_of(request), Addresses.of(request)
    node = public_node(store, id)
    found = store.subgraph([node.id], depth, relations=_chosen(relation), limit=limit)
    body = {
        "nodes": at.refs(found.nodes),
        "edges": [edge_json(edge) for edge in found.edges],
        "hidden": found.hidden,
    }
    return answer(body)


@router.get(
    "/paths",
    summary="看两个节点怎么相连",
    responses={**plain(Paths, "最短路径。"), **UNKNOWN},
)
def paths(
    request: Request,
    start: Annotated[End, Parameter(alias="from", description="一端的编号。")],
    end: Annotated[End, Parameter(alias="to", description="另一端的编号。")],
    relation: Relations = None,
    max_length: Annotated[int, Parameter(ge=1, le=MAX_PATH, description="最多几步。")] = 4,
    limit: Annotated[int, Parameter(ge=1, le=20, description="最多几条。")] = 5,
) -> Response:
    """给出两点之间的最短路径（不计方向），每条写成一句话；不相连则为空。"""
    store, at = store_of(request), Addresses.of(request)
    a, b = public_node(store, start), public_node(store, end)
    found = store.paths(a.id, b.id, max_length=max_length, relations=_chosen(relation), limit=limit)
    body = {
        "length": len(found[0].edges) if found else None,
        "paths": [_path_json(path, at) for path in found],
    }
    return answer(body)


def edge_json(edge: Edge) -> Json:
    """Return an edge with the name of its relation."""
    return {
        "relation": edge.relation.value,
        "name": RELATION_ENDS[edge.relation].forwards,
        "source": edge.source,
        "target": edge.target,
    }


def _chosen(relations: list[str] | None) -> list[Relation] | None:
    return [Relation(name) for name in relations] if relations else None


def _path_json(path: Path, at: Addresses) -> Json:
    return {
        "nodes": at.refs(path.nodes),
        "edges": [edge_json(edge) for edge in path.edges],
        "sentence": _sentence(path),
    }


def _sentence(path: Path) -> str:
    """Write a path as A —持有→ B ←适用行业— C."""
    parts = [name_of(path.nodes[0])]
    for edge, before, after in zip(path.edges, path.nodes, path.nodes[1:], strict=False):
        name = RELATION_ENDS[edge.relation].forwards
        parts.append(f"—{name}→" if edge.source == before.id else f"←{name}—")
        parts.append(name_of(after))
    return " ".join(parts)
