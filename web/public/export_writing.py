"""Exports as text files, written while they are read: CSV for spreadsheets, JSON for programs."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO

from web.public.export_items import Item
from web.public.export_tables import Kind, cells, harmless, heads

BOM = "\ufeff"
"""Without it the usual spreadsheet program takes UTF-8 for GBK."""

NATURE = "公开资料的整理，没有任何条目经确认列入《川渝绿色低碳技术产品装备推广目录》。"


@dataclass(frozen=True, slots=True)
class Statement:
    """What an export says of itself: of which list, from when, how much, where to read on."""

    site: str
    title: str
    address: str
    day: str
    total: int
    exported: int
    notes: str
    advice: str

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The statement as names and words."""
        amount = f"共 {self.total:,} 项，导出 {self.exported:,} 项。"
        return [
            ("导出自", self.site),
            ("列表", self.title),
            ("网址", self.address),
            ("导出日期", self.day),
            ("数量", amount + self.advice),
            ("数据说明", self.notes),
            (
                "性质",
                NATURE,
            ),
        ]

    @property
    def json(self) -> Mapping[str, object]:
        """The statement as values."""
        return {
            "site": self.site, "list": self.title, "url": self.address, "exported_on": self.day,
            "total": self.total, "exported": self.exported,
            "complete": self.exported >= self.total, "notes": self.notes,
        }  # fmt: skip


def csv_lines(
    kind: Kind, items: Iterable[Item], figures: int, statement: Statement
) -> Iterator[str]:
    """Yield the lines: heads, items, an empty line, the statement."""
    yield BOM + _line(heads(kind, figures))
    for item in items:
        yield _line([harmless(cell) for cell in cells(kind, item, figures)])
    yield _line([])
    for name, words in statement.lines:
        yield _line([name, harmless(words)])


def _line(row: Iterable[object]) -> str:
    out = StringIO()
    csv.writer(out).writerow(row)
    return out.getvalue()


def json_parts(items: Iterable[Item], statement: Statement) -> Iterator[str]:
    """Yield one document: `about` and `items`."""
    yield f'{{"about":{_dumped(statement.json)},"items":['
    for n, item in enumerate(items):
        yield f"{',' if n else ''}\n{_dumped(item)}"
    yield "\n]}\n"


def _dumped(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "replace").decode("utf-8")
