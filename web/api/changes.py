"""The change feed for harvesters, private things left out."""

from itertools import islice
from typing import Annotated

from fastapi import APIRouter
from fastapi import Query as Parameter
from fastapi.requests import Request
from fastapi.responses import Response

from kg.store import Change
from kg.vocabulary import PUBLIC_LABELS
from web.api.access import store_of
from web.api.answers import again, answer
from web.api.listing import feed
from web.api.parameters import MAX_SEQ, PUBLIC_RELATIONS
from web.api.refs import Json
from web.api.responses import LINK, Responses
from web.api.schemas.graph import Changes

router = APIRouter(tags=["采集"])
FOUND: Responses = {200: {"model": Changes, "description": "一段变更。", "headers": {"Link": LINK}}}
WINDOW = 10_000
"""How many changes, private ones included, are looked through for one answer."""


@router.get("/changes", summary="看有哪些变更", responses=FOUND)
def changes(
    request: Request,
    since: Annotated[int, Parameter(ge=0, le=MAX_SEQ, description="从哪个序号之后起。")] = 0,
    limit: Annotated[int, Parameter(ge=1, le=1000, description="最多多少条。")] = 200,
) -> Response:
    """按先后列出公开的变更，一条不漏；从 0 起可得到全部历史。只说明什么变了，内容另取。"""
    store = store_of(request)
    position = store.position()
    items: list[Json] = []
    reached = since
    for change in islice(feed(store, since), WINDOW):
        reached = change.seq
        if is_public(change):
            items.append(_json(change))
            if len(items) == limit:
                break
    body = {"items": items, "next_since": reached, "position": max(position, reached)}
    links = {"next": again(request, since=reached)} if reached < position else None
    return answer(body, links)


def is_public(change: Change) -> bool:
    """Say whether outsiders may know of the change: nothing private is at either end of it."""
    if change.relation is not None:
        return change.relation in PUBLIC_RELATIONS
    return change.label in PUBLIC_LABELS


def _json(change: Change) -> Json:
    return {
        "seq": change.seq,
        "action": change.action,
        "id": change.id,
        "label": change.label.value if change.label and change.relation is None else None,
        "relation": change.relation.value if change.relation else None,
        "target": change.target,
    }
