"""Checks values against the part of JSON Schema that the OpenAPI document uses."""

import re
from typing import Any

KINDS = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
    "array": list,
    "object": dict,
}
KNOWN = {
    "$ref", "additionalProperties", "allOf", "anyOf", "const", "default", "description", "enum",
    "example", "examples", "format", "items", "maxItems", "maxLength", "maximum", "minItems",
    "minLength", "minimum", "pattern", "properties", "required", "title", "type",
    "contentMediaType", "prefixItems",
}  # fmt: skip


def problems(
    value: Any, schema: dict[str, Any], document: dict[str, Any], at: str = ""
) -> list[str]:
    """Return what does not fit, each with its place."""
    unknown = schema.keys() - KNOWN
    assert not unknown, f"this checker does not know {unknown}"
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return problems(value, document["components"]["schemas"][name], document, at)
    if "anyOf" in schema:
        found = [problems(value, option, document, at) for option in schema["anyOf"]]
        return [] if any(not one for one in found) else min(found, key=len)
    if "const" in schema and value != schema["const"]:
        return [f"{at}: {value!r} is not {schema['const']!r}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{at}: {value!r} is none of {schema['enum']}"]
    kind = schema.get("type")
    if kind and not _is(value, kind):
        return [f"{at}: {value!r} is no {kind}"]
    return [*_bounds(value, schema, at), *_inside(value, schema, document, at)]


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool) and kind != "boolean":
        return False
    return isinstance(value, KINDS[kind])


def _bounds(value: Any, schema: dict[str, Any], at: str) -> list[str]:
    out = []
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        out.append(f"{at}: {value} is out of bounds")
    if isinstance(value, str):
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            out.append(f"{at}: the length {len(value)} is out of bounds")
        if "pattern" in schema and not re.search(schema["pattern"], value):
            out.append(f"{at}: {value!r} does not fit {schema['pattern']}")
    if isinstance(value, list) and len(value) > schema.get("maxItems", len(value)):
        out.append(f"{at}: too many items")
    return out


def _inside(value: Any, schema: dict[str, Any], document: dict[str, Any], at: str) -> list[str]:
    out = []
    if isinstance(value, list) and "items" in schema:
        for position, item in enumerate(value):
            out += problems(item, schema["items"], document, f"{at}[{position}]")
    if isinstance(value, dict):
        known = schema.get("properties", {})
        out += [f"{at}.{name}: missing" for name in schema.get("required", ()) if name not in value]
        for name, item in value.items():
            if name in known:
                out += problems(item, known[name], document, f"{at}.{name}")
            elif schema.get("additionalProperties") is False:
                out.append(f"{at}.{name}: not documented")
    return out
