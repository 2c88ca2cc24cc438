"""Exported items as tables: columns with Chinese heads, and cells that no program computes."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from web.public.export_items import Item
from web.public.words import UNKNOWN

Kind = Literal["entries", "demands", "organizations"]
Cell = str | int | float | None
COMPUTING = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""Beginnings that spreadsheet programs take for a formula, in full width too."""
LONGEST = 32_000
"""Characters of a cell; spreadsheets allow 32,767."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column; an unknown value (None or "") is written 未知 unless `blank`."""

    head: str
    read: Callable[[Item], Cell]
    blank: bool = False

    def cell(self, item: Item) -> Cell:
        """Return the value of an item, safe to be written."""
        value = self.read(item)
        if value is None or value == "":
            return "" if self.blank else UNKNOWN
        return plain(value) if isinstance(value, str) else value


def plain(text: str) -> str:
    """Return the text without control characters and bounded."""
    return _CONTROL.sub("", text)[:LONGEST]


def harmless(cell: Cell) -> Cell:
    """Return a cell of a CSV file: a text that would compute gets an apostrophe before it.

    Numbers stay numbers, negative ones too.
    """
    if isinstance(cell, str) and (cell.lstrip().startswith(COMPUTING) or cell[:1] in "\t\r\n"):
        return f"'{cell}" if cell else cell
    return cell


def _of(name: str) -> Callable[[Item], Cell]:
    return lambda item: item[name]


def _joined(name: str, part: str, mark: str = "；") -> Callable[[Item], Cell]:
    """Return what reads one part of each thing in a list; unknown parts are said where any is
    known, so that names and codes stay in step."""

    def read(item: Item) -> str:
        parts = [one[part] for one in item[name]]
        return mark.join(str(p or UNKNOWN) for p in parts) if any(parts) else ""

    return read


def _lines(name: str) -> Callable[[Item], Cell]:
    return lambda item: "；".join(str(one) for one in item[name])


def _sources(item: Item) -> str:
    return "；".join(
        f"{one['title']}（{one['publisher'] or '发布者未知'}，{one['year'] or '年份未知'}）"
        + (one["url"] or "")
        for one in item["sources"]
    )


def _honours(item: Item) -> str:
    return "；".join(
        one["title"] + (f"（{one['year']}年）" if one["year"] else "") for one in item["honours"]
    )


_REGIONS = (
    Column("地区", _joined("regions", "name")),
    Column("地区代码（GB/T 2260）", _joined("regions", "code")),
)
_INDUSTRIES = (
    Column("行业", _joined("industries", "name")),
    Column("行业代码（GB/T 4754-2017）", _joined("industries", "code")),
)
_END = (Column("来源", _sources), Column("网址", _of("url")))
COLUMNS: Mapping[Kind, Sequence[Column]] = {
    "entries": (
        Column("编号", _of("id")),
        Column("类别", _of("kind")),
        Column("名称", _of("name")),
        Column("又称", _lines("aliases"), blank=True),
        Column("用途", _of("use")),
        Column("说明", _of("summary")),
        Column("领域", _of("area")),
        Column("方向", _of("direction")),
        *_REGIONS,
        *_INDUSTRIES,
        Column("供应方或持有方", _joined("suppliers", "name")),
        Column("供应或持有", _joined("suppliers", "role")),
        Column("统一社会信用代码", _joined("suppliers", "credit_code")),
        Column("应用案例数", _of("cases")),
        Column("资料年份", _of("year")),
        Column("收录日期", _of("added")),
        Column("相关程度", _of("relevance")),
        Column("为何列出", _lines("reasons"), blank=True),
        Column("与要求不同", _lines("misses"), blank=True),
        *_END,
    ),
    "demands": (
        Column("编号", _of("id")),
        Column("需求", _of("title")),
        Column("状态", _of("status")),
        Column("现状与问题", _of("situation")),
        Column("关键要求", _lines("requirements")),
        Column("目标", _of("goal")),
        Column("结果", _of("result")),
        Column("需求方", _joined("organizations", "name")),
        Column("统一社会信用代码", _joined("organizations", "credit_code")),
        *_REGIONS,
        *_INDUSTRIES,
        Column("采用的条目", _joined("solved_by", "name"), blank=True),
        Column("采用条目的编号", _joined("solved_by", "id"), blank=True),
        Column("年份", _of("year")),
        Column("收录日期", _of("added")),
        *_END,
    ),
    "organizations": (
        Column("编号", _of("id")),
        Column("单位", _of("name")),
        Column("又称", _lines("aliases"), blank=True),
        Column("统一社会信用代码", _of("credit_code")),
        Column("类型", _of("type")),
        Column("业务", _of("business")),
        *_REGIONS,
        Column("供应或持有的条目", _joined("entries", "name"), blank=True),
        Column("条目编号", _joined("entries", "id"), blank=True),
        Column("需求", _joined("demands", "title"), blank=True),
        Column("需求编号", _joined("demands", "id"), blank=True),
        Column("获得的认定", _honours, blank=True),
        *_END,
    ),
}
FIGURES: Mapping[Kind, str] = {"entries": "figures", "demands": "targets"}
"""The field that holds figures; organisations have none."""
FIGURE_COLUMNS = (
    Column("名称", _of("name")),
    Column("数值", _of("value")),
    Column("单位", _of("unit"), blank=True),
    Column("原值", _of("text")),
    Column("对比", _of("against")),
    Column("证据", _of("evidence")),
    Column("年份", _of("year")),
)


def heads(kind: Kind, figures: int) -> list[str]:
    """Return the heads of a table with room for so many figures in each row."""
    more = [f"指标{n}{column.head}" for n in range(1, figures + 1) for column in FIGURE_COLUMNS]
    return [*(column.head for column in COLUMNS[kind]), *more]


def cells(kind: Kind, item: Item, figures: int) -> list[Cell]:
    """Return an item's row; figures it does not have are blank."""
    row = [column.cell(item) for column in COLUMNS[kind]]
    own = item[FIGURES[kind]][:figures] if kind in FIGURES else ()
    for figure in own:
        row += [column.cell(figure) for column in FIGURE_COLUMNS]
    return row + [""] * (len(FIGURE_COLUMNS) * (figures - len(own)))


def figure_rows(kind: Kind, items: Iterable[Item]) -> Iterable[list[Cell]]:
    """Return a row for each figure: number and name of its item, then the figure."""
    for item in items:
        for figure in item[FIGURES[kind]]:
            name = plain(str(item.get("name") or item.get("title")))
            yield [item["id"], name, *(column.cell(figure) for column in FIGURE_COLUMNS)]
