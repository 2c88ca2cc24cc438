"""The OpenAPI document as a text for readers: guide, endpoints, shapes."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from web.api.blocks import Block, Code, Heading, Paragraph, Table
from web.api.guide import GUIDE

_PLACES = {"query": "查询", "path": "地址", "header": "请求头"}
_TYPES = {
    "string": "文字", "integer": "整数", "number": "数字", "boolean": "true/false",
    "null": "null", "object": "对象",
}  # fmt: skip
_SUCCESS = "200"


def reference(described: dict[str, Any]) -> Iterator[Block]:
    """Write the guide, then every endpoint, then every shape."""
    yield from GUIDE
    shapes = described["components"]["schemas"]
    for tag in described["tags"]:
        operations = [
            (path, method, operation)
            for path, methods in described["paths"].items()
            for method, operation in methods.items()
            if tag["name"] in operation["tags"]
        ]
        if operations:
            yield Heading(2, tag["name"])
            yield Paragraph(tag["description"])
        for path, method, operation in operations:
            yield from _operation(path, method, operation, shapes)
    yield Heading(2, "数据结构")
    for name, shape in sorted(shapes.items()):
        yield Heading(3, f"`{name}`")
        yield Paragraph(shape.get("description", "").split("\n")[0])
        required = set(shape.get("required", ()))
        rows = tuple(
            (f"`{field}`" + ("" if field in required else "（可省）"), _type(schema),
             schema.get("description", ""))
            for field, schema in shape.get("properties", {}).items()
        )  # fmt: skip
        yield Table(("字段", "类型", "说明"), rows)


def _operation(
    path: str, method: str, operation: dict[str, Any], shapes: Mapping[str, Any]
) -> Iterator[Block]:
    yield Heading(3, f"`{method.upper()} {path}` {operation['summary']}")
    yield Paragraph(operation["description"].replace("\n\n", " "))
    if parameters := operation.get("parameters"):
        rows = tuple(
            (f"`{one['name']}`", _PLACES[one["in"]], _type(one["schema"]), _usual(one),
             one.get("description", ""))
            for one in parameters
        )  # fmt: skip
        yield Table(("参数", "位置", "类型", "默认", "说明"), rows)
    if "requestBody" in operation:
        wanted = _schema(operation["requestBody"])
        yield Paragraph(f"请求体：{_type(wanted)}。例如：")
        yield Code(json.dumps(shapes[_name(wanted)]["example"], ensure_ascii=False, indent=2))
    answer = _type(_schema(operation["responses"][_SUCCESS]))
    others = "、".join(code for code in sorted(operation["responses"]) if code != _SUCCESS)
    yield Paragraph(f"回答：{answer}。其他状态：{others}。")
    if example := _example(operation):
        yield Code(example)


def _example(operation: dict[str, Any]) -> str:
    given = [
        f"{one['name']}={one['schema']['examples'][0]}"
        for one in operation.get("parameters", ())
        if one["in"] == "query" and one["schema"].get("examples")
    ]
    return "?" + "&".join(given) if given else ""


def _schema(holder: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = holder["content"]["application/json"]["schema"]
    return found


def _name(reference: Mapping[str, str]) -> str:
    return reference["$ref"].rpartition("/")[2]


def _usual(parameter: dict[str, Any]) -> str:
    if parameter.get("required"):
        return "必填"
    value = parameter["schema"].get("default")
    if value is None or value in ([], ""):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _type(schema: Mapping[str, Any]) -> str:
    """Say a schema in a few words."""
    match schema:
        case {"$ref": _}:
            words = f"`{_name(schema)}`"
        case {"anyOf": options}:
            words = " 或 ".join(_type(one) for one in options)
        case {"enum": values}:
            words = "、".join(f"`{value}`" for value in values)
        case {"const": value}:
            words = f"`{value}`"
        case {"type": "array"}:
            words = f"数组（{_type(schema.get('items', {}))}）"
        case {"type": kind, "minimum": low, "maximum": high}:
            words = f"{_TYPES[kind]}，{low} 至 {high}"
        case _:
            words = _TYPES.get(schema.get("type", ""), "任意")
    return words
