"""What routes declare of their answers, for the OpenAPI document."""

from typing import Any

from pydantic import BaseModel

from web.api.schemas.shape import Problem

Responses = dict[int | str, dict[str, Any]]
TAG = {"schema": {"type": "string"}, "description": "内容的标记，可放在 If-None-Match 中再问。"}
LINK = {"schema": {"type": "string"}, "description": '下一页的地址（rel="next"）。'}
COMMON: Responses = {
    422: {"model": Problem, "description": "参数有误，errors 中逐项说明。"},
    503: {"model": Problem, "description": "数据暂时不可用，Retry-After 为多少秒后再试。"},
}
UNKNOWN: Responses = {404: {"model": Problem, "description": "没有这个编号。"}}
REFUSED: Responses = {400: {"model": Problem, "description": "条件有误。"}}


def one(model: type[BaseModel], description: str) -> Responses:
    """Declare a resource with an entity tag."""
    return {
        200: {"model": model, "description": description, "headers": {"ETag": TAG}},
        304: {"description": "与 If-None-Match 给出的标记相同，没有变化。"},
    }


def listing(model: type[BaseModel], description: str) -> Responses:
    """Declare a list with pages."""
    return {200: {"model": model, "description": description, "headers": {"Link": LINK}}, **REFUSED}


def plain(model: type[BaseModel], description: str) -> Responses:
    """Declare an answer without tag and pages."""
    return {200: {"model": model, "description": description}, **REFUSED}
