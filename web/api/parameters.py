"""Parameters that several endpoints share, and the refusal of unknown ones."""

from typing import Annotated

from fastapi import Path, Query
from fastapi.exceptions import RequestValidationError
from fastapi.requests import Request
from fastapi.routing import APIRoute
from pydantic import BaseModel

from kg.vocabulary import PRIVATE_LABELS, RELATION_ENDS
from web.api.complaints import unknown_name

MAX_ID = 200
MAX_SEQ = 2**53
PUBLIC_RELATIONS = tuple(
    relation
    for relation, ends in RELATION_ENDS.items()
    if not (ends.sources | ends.targets) & PRIVATE_LABELS
)

NodeId = Annotated[str, Path(max_length=MAX_ID, description="编号。", examples=["entry-0001"])]
Limit = Annotated[int, Query(ge=1, le=200, description="一页最多多少条。")]
MatchLimit = Annotated[int, Query(ge=1, le=100, description="最多给出多少条。")]
Cursor = Annotated[
    str | None,
    Query(
        max_length=2000,
        description="上一页给出的 next_cursor；其他条件须与上一页相同。不给则从头开始。",
    ),
]


async def refuse_unknown(request: Request) -> None:
    """Refuse query parameters that the endpoint does not have; names the nearest known one.

    Raises:
        RequestValidationError: at least one name is unknown.
    """
    route = request.scope["route"]
    if not isinstance(route, APIRoute) or not request.query_params:
        return
    known = query_names(route)
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise RequestValidationError([_complaint(name, known) for name in unknown])


def query_names(route: APIRoute) -> list[str]:
    """Return the names of a route's query parameters, in the order of the documentation."""
    names: list[str] = []
    for field in route.dependant.query_params:
        shape = field.field_info.annotation
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            names += shape.model_fields
        else:
            names.append(field.alias)
    return names


def _complaint(name: str, known: list[str]) -> dict[str, object]:
    message = (
        unknown_name(name, known, "查询参数")
        if known
        else f"这个地址没有查询参数，请去掉“{name:.60}”。"
    )
    return {"type": "unknown_name", "loc": ("query", name), "msg": message, "input": name}
