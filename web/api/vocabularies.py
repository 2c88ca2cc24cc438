"""The vocabularies: regions, industries, concepts, materials, indicators, relations, labels."""

from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Path
from fastapi import Query as Parameter
from fastapi.requests import Request
from fastapi.responses import Response

from web.api.access import engine_of, store_of
from web.api.answers import json_bytes, tagged, tagged_bytes
from web.api.refs import Addresses
from web.api.responses import UNKNOWN, one
from web.api.schemas.vocabularies import Vocabularies, Vocabulary
from web.api.terms import VOCABULARIES, as_tree, count, graph_terms, terms

router = APIRouter(prefix="/vocabularies", tags=["词表"])
Form = Literal["flat", "tree"]
Name = Annotated[
    str,
    Path(
        max_length=50,
        description="词表的代码。",
        examples=["regions"],
        json_schema_extra={"enum": list(VOCABULARIES)},
    ),
]
Kept = dict[tuple[str, Form], tuple[int, bytes]]


@router.get("", summary="列出词表", responses=one(Vocabularies, "全部词表。"))
def list_vocabularies(request: Request) -> Response:
    """列出全部词表，及其依据的标准和项数。"""
    at = Addresses.of(request)
    nodes = store_of(request).counts().nodes
    lexicon = engine_of(request).lexicon
    lines = [
        {
            "name": name,
            "title": about.title,
            "standard": about.standard,
            "count": count(name, nodes, lexicon),
            "url": at.of_id(name, "vocabularies"),
        }
        for name, about in VOCABULARIES.items()
    ]
    return tagged(request, {"vocabularies": lines})


@router.get("/{name}", summary="看一个词表", responses={**one(Vocabulary, "词表。"), **UNKNOWN})
def get_vocabulary(
    request: Request,
    name: Name,
    form: Annotated[Form, Parameter(description="flat 平铺（带上级编号），tree 树。")] = "flat",
) -> Response:
    """给出整个词表，一次给全。没有上下级的词表（指标、关系、节点类型）只有平铺。"""
    if name not in VOCABULARIES:
        known = "、".join(VOCABULARIES)
        raise HTTPException(404, f"没有“{name}”这个词表，可用的有：{known}。")
    return tagged_bytes(request, _content(request, name, form))


def _content(request: Request, name: str, form: Form) -> bytes:
    """Return the encoded vocabulary, made anew only when the graph has changed."""
    state = request.app.state
    if not hasattr(state, "vocabularies"):
        state.vocabularies = {}
    kept: Kept = state.vocabularies
    position = store_of(request).position()
    have = kept.get((name, form))
    if have is None or have[0] != position:
        have = kept[name, form] = (position, _made(request, name, form))
    return have[1]


def _made(request: Request, name: str, form: Form) -> bytes:
    about = VOCABULARIES[name]
    if about.record is None:
        form = "flat"
        items = terms(name, engine_of(request).lexicon)
    else:
        items = graph_terms(store_of(request), about.record)
    body = {
        "name": name,
        "title": about.title,
        "standard": about.standard,
        "form": form,
        "count": len(items),
        "items": as_tree(items) if form == "tree" else items,
    }
    return json_bytes(body)
