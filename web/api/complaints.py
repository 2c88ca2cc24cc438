"""What is wrong with a request, in Chinese: which field, what is wrong, how to put it right."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from fastapi.exceptions import RequestValidationError

_PLACES = {
    "query": "查询参数 ",
    "path": "地址中的 ",
    "body": "请求体字段 ",
    "header": "请求头 ",
    "cookie": "Cookie ",
}
_SHOWN = 60
_WRONG = (
    ({"missing"}, "没有给出，请补上"),
    ({"int_parsing", "int_type", "int_from_float", "int_parsing_size"}, "应为整数"),
    ({"float_parsing", "float_type", "finite_number"}, "应为数字"),
    ({"bool_parsing", "bool_type"}, "应为 true 或 false"),
    ({"string_type", "string_unicode"}, "应为有效的文字"),
    ({"list_type", "tuple_type"}, "应为数组，写在方括号里"),
    ({"model_type", "model_attributes_type", "dict_type"}, "应为 JSON 对象，写在花括号里"),
    ({"greater_than_equal"}, "不能小于 {ge}"),
    ({"less_than_equal"}, "不能大于 {le}"),
    ({"string_too_long"}, "太长，最多 {max_length} 个字"),
    ({"string_too_short"}, "太短，至少 {min_length} 个字"),
    ({"too_long"}, "太多，最多 {max_length} 个"),
)
"""Types of pydantic's errors, and what to say of them."""
_ELSE = "取值不合要求，请对照接口说明修改"


def complaints(error: RequestValidationError) -> list[dict[str, str]]:
    """Return one complaint per problem: field, in, code, message."""
    return [_complaint(problem) for problem in error.errors()]


def nearest(name: str, known: Sequence[str]) -> str | None:
    """Return the known name that was probably meant."""
    found = get_close_matches(name.lower(), known, 1, 0.5)
    return found[0] if found else None


def unknown_name(name: str, known: Sequence[str], what: str) -> str:
    """Say that a name is not known, and which was probably meant."""
    meant = nearest(name, known)
    hint = f"是否想写 {meant}？" if meant else ""
    return f"没有名为“{name:.{_SHOWN}}”的{what}。{hint}可用的有：{'、'.join(known)}。"


def _complaint(problem: Mapping[str, Any]) -> dict[str, str]:
    place, *rest = [*problem["loc"]] or ["body"]
    kind, context = problem["type"], problem.get("ctx") or {}
    field = str(context.get("name") or _path(rest))
    if kind in {"unknown_name", "nothing_asked"}:
        message = problem["msg"]
    elif kind == "json_invalid":
        field, message = "", "请求体不是合法的 JSON，请检查引号、逗号和括号。"
    else:
        subject = f"{_PLACES.get(str(place), '')}{field}" if field else "请求体"
        given = problem.get("input")
        message = f"{subject} {_wrong(kind, context)}{_given(kind, given)}。"
        if kind == "literal_error" and str(given).replace(" ", "+") in str(context["expected"]):
            message += "地址中的加号要写成 %2B。"
    return {"field": field, "in": str(place), "code": kind, "message": message}


def _path(parts: Sequence[str | int]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.removeprefix(".")


def _wrong(kind: str, context: Mapping[str, Any]) -> str:
    """Say what is expected, by pydantic's type of error."""
    if kind in {"literal_error", "enum"}:
        choices = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        return f"只能取 {'、'.join(choices.split(', '))}"
    wanted = {key: _number(value) for key, value in context.items()}
    return next((text for kinds, text in _WRONG if kind in kinds), _ELSE).format(**wanted)


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _given(kind: str, value: Any) -> str:
    if kind == "missing" or not isinstance(value, str | int | float) or len(str(value)) > _SHOWN:
        return ""
    return f"，收到的是“{value}”"
