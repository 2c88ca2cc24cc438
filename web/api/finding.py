"""Searching, completing while typing, and matching a need that is not in the graph."""

from typing import Annotated

from fastapi import APIRouter, Body
from fastapi import Query as Parameter
from fastapi.requests import Request
from fastapi.responses import Response

from search.results import MAX_TEXT, SearchRequest
from web.api.access import engine_of
from web.api.answers import again, answer
from web.api.bounded import BoundedRoute
from web.api.encoding import match_json, search_json, suggestions_json
from web.api.refs import Addresses
from web.api.responses import plain
from web.api.schemas.asked import MatchBody, SearchBody, SearchParameters
from web.api.schemas.finding import MatchAnswer, SearchAnswer, SuggestAnswer

router = APIRouter(tags=["检索与匹配"], route_class=BoundedRoute)
FOUND = plain(SearchAnswer, "检索结果。")


@router.get("/search", summary="检索", responses=FOUND)
def search(request: Request, asked: Annotated[SearchParameters, Parameter()]) -> Response:
    """用自己的话检索条目，分面筛选，给出列出的理由。

    分面参数可重复：同一分面之内为“或”，分面之间为“且”。
    """
    question = asked.request()
    return _found(request, question, paged=True)


@router.post("/search", summary="检索（大段文字）", responses=FOUND)
def search_with_body(request: Request, asked: SearchBody) -> Response:
    """与 GET 相同，条件放在请求体中，适合整段文字。"""
    return _found(request, asked.request(), paged=False)


@router.get("/suggest", summary="输入时补全", responses=plain(SuggestAnswer, "补全。"))
def suggest(
    request: Request,
    q: Annotated[
        str, Parameter(max_length=MAX_TEXT, description="已输入的文字。", examples=["余热"])
    ],
    limit: Annotated[int, Parameter(ge=1, le=50, description="最多给出多少条。")] = 8,
) -> Response:
    """按开头、中间、拼音或拼音首字母补全。"""
    found = engine_of(request).suggest(q, limit)
    return answer(suggestions_json(found, Addresses.of(request)))


@router.post("/match", summary="匹配一项需求", responses=plain(MatchAnswer, "条目，最合适的在前。"))
def match(request: Request, asked: Annotated[MatchBody, Body()]) -> Response:
    """把一项未登记的需求与全部条目逐项对照。文字必填，字段可选。"""
    found = engine_of(request).match_demand(asked.demand(), asked.limit)
    return answer(match_json(found, Addresses.of(request)))


def _found(request: Request, question: SearchRequest, *, paged: bool) -> Response:
    result = engine_of(request).search(question)
    links = {}
    if paged and question.page < result.pages:
        links["next"] = again(request, page=question.page + 1)
    if paged and 1 < question.page <= result.pages:
        links["prev"] = again(request, page=question.page - 1)
    return answer(search_json(result, Addresses.of(request)), links)
