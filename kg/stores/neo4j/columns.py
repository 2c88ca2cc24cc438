"""How properties lie in a database node, and how text is made to sort by code point.

`props` is the whole property map as canonical JSON, which is what comes back. Beside it each
property that can be filtered on has native columns, by prefix:

- `p_` a scalar; of a text its first ORDER_WIDTH characters (a longer one would burst the index),
- `l_` the whole of a longer text,
- `i_`, `f_`, `t_`, `b_` the whole numbers, floats, texts and truths of a list: lists of Neo4j
  have one type, and one list for both sorts of numbers would round large whole ones.

`names` holds all property names, `listed` says that an indexed property is a list.
"""

import re
from typing import Any

from kg.model import Scalar
from kg.query import ORDER_WIDTH

INDEXED = (
    "added", "area", "code", "direction", "kind", "level", "name", "scheme", "status", "title",
    "type", "year",
)  # fmt: skip
"""Properties with a range index; a change of this list is a migration."""

NUMBER, TEXT, TRUTH, ABSENT = range(4)
"""Kinds in their order; ABSENT has no scalar."""

LISTS = {NUMBER: ("i", "f"), TEXT: ("t",), TRUTH: ("b",)}
"""Prefixes of the columns of list elements by kind."""

_HIGH = re.compile("[\ufffe-\U0010ffff]")
_SPREAD = re.compile("\ufffe[ab]|\uffff..", re.DOTALL)
_FIRST = 0x4E00


def ordered(text: str) -> str:
    """Return the text so that UTF-16 units sort as code points do.

    Neo4j compares text by UTF-16 units in memory and by code points in an index. They differ
    for characters beyond the first plane alone, so these are spelt with three units each, and
    the two characters that this takes for marks with two. Prefixes stay prefixes.
    """
    return _HIGH.sub(lambda match: _spread(ord(match[0])), text)


def plain(text: str) -> str:
    """Undo `ordered`."""
    return _SPREAD.sub(lambda match: _gather(match[0]), text)


def _spread(code: int) -> str:
    if code < 0x10000:
        return "\ufffe" + "ab"[code - 0xFFFE]
    high, low = divmod(code - 0x10000, 0x400)
    return "\uffff" + chr(_FIRST + high) + chr(_FIRST + low)


def _gather(units: str) -> str:
    if len(units) == 2:
        return chr(0xFFFE + "ab".index(units[1]))
    return chr(0x10000 + (ord(units[1]) - _FIRST) * 0x400 + ord(units[2]) - _FIRST)


def kind_of(value: Scalar) -> int:
    """Return the kind of a scalar; True is no number."""
    if isinstance(value, bool):
        return TRUTH
    return TEXT if isinstance(value, str) else NUMBER


def stored(value: Scalar) -> Scalar:
    """Return a scalar as it stands in a column; an index keeps -0.0 and 0 apart, we do not."""
    if isinstance(value, float):
        return value + 0.0
    return ordered(value) if isinstance(value, str) else value


def key_of(value: Scalar) -> Scalar:
    """Return a scalar as it stands in a `p_` column."""
    return stored(value[:ORDER_WIDTH] if isinstance(value, str) else value)


def columns(props: dict[str, Any]) -> dict[str, Any]:
    """Return the native columns of a checked property map."""
    cells: dict[str, Any] = {"names": list(props)}
    for name, value in props.items():
        if isinstance(value, list):
            lists = _list_columns(name, value)
            cells |= lists
            if lists and name in INDEXED:
                cells["listed"] = True
        elif not isinstance(value, dict):
            cells[f"p_{name}"] = key_of(value)
            if isinstance(value, str) and len(value) > ORDER_WIDTH:
                cells[f"l_{name}"] = ordered(value)
    return cells


def _list_columns(name: str, values: list[Any]) -> dict[str, Any]:
    """Return the columns of a list, each element once; none when it holds more than scalars."""
    if not all(isinstance(value, str | int | float) for value in values):
        return {}
    lists: dict[str, list[Scalar]] = {}
    for value in {(kind_of(value), value): value for value in values}.values():
        prefix = LISTS[kind_of(value)][isinstance(value, float)]
        lists.setdefault(f"{prefix}_{name}", []).append(stored(value))
    return lists
