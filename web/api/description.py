"""The OpenAPI document of the API alone, without pages, with problem details where errors are."""

from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from web.errors import PROBLEM_JSON

TITLE = "川渝绿色低碳技术产品装备供需图谱 接口"
SUMMARY = "检索绿色技术、装备、产品，匹配供需，采集图谱。"
DESCRIPTION = (
    "全部内容公开，不需要登录。用法、翻页、采集和错误代码见 /api/v1/docs。"
    "未知的值一律为 null，不以 0 或空文字代替。"
)
TAGS = (
    ("检索与匹配", "用自己的话找技术，或为一项需求逐项对照。"),
    ("条目", "技术、装备、产品。"),
    ("单位", "供应方、用户、研究和服务机构。"),
    ("需求", "待解决、在建和已实施的需求。"),
    ("图谱", "节点的邻域和两点之间的路径。"),
    ("词表", "地区、行业、概念、物料、指标、关系、节点类型。"),
    ("采集", "变更记录。"),
)
_PROBLEM = {"$ref": "#/components/schemas/Problem"}


def software_version() -> str:
    """Return the version of the installed distribution."""
    try:
        return version("greenkg")
    except PackageNotFoundError:
        return "0"


def document(root: str = "") -> dict[str, Any]:
    """Return the document; `root` is the prefix that the site runs under."""
    return {**_made(), "servers": [{"url": root or "/"}]}


@lru_cache(maxsize=1)
def _made() -> dict[str, Any]:
    from web.api import router

    made = get_openapi(
        title=TITLE,
        version=software_version(),
        summary=SUMMARY,
        description=DESCRIPTION,
        routes=router.routes,
        tags=[{"name": name, "description": text} for name, text in TAGS],
    )
    for path in made["paths"].values():
        for operation in path.values():
            for response in operation["responses"].values():
                _mark_problem(response)
    examples = dict(_examples(BaseModel))
    for name, schema in made["components"]["schemas"].items():
        for field in schema.get("properties", {}).values():
            field.pop("title", None)  # the field's name once more
        if name in examples:
            schema["example"] = examples[name]
    return made


def _mark_problem(response: dict[str, Any]) -> None:
    """Give errors their own media type."""
    content = response.get("content", {})
    if content.get("application/json", {}).get("schema") == _PROBLEM:
        content[PROBLEM_JSON] = content.pop("application/json")


def _examples(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    """Walk the examples of our shapes; the framework drops the nulls in them."""
    for shape in model.__subclasses__():
        extra = shape.model_config.get("json_schema_extra")
        if shape.__module__.startswith("web.api.") and isinstance(extra, dict):
            yield shape.__name__, extra["example"]
        yield from _examples(shape)
