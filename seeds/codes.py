"""The shape of codes: GB/T 2260 regions and GB/T 4754-2017 industries, each under its parent."""

import re
from collections.abc import Iterator

from kg.model import Industry, Region
from kg.vocabulary import Relation
from seeds.errors import Problem
from seeds.read import Seeds

_REGION_SHAPES = {
    "country": r"100000",
    "province": r"[1-9]\d0000",
    "prefecture": r"[1-9]\d(?!00)\d\d00",
    "county": r"[1-9]\d{3}(?!00)\d\d",
    "zone": r"Z-[a-z0-9-]+",
}
_INDUSTRY_SHAPES = {
    "section": r"[A-T]",
    "division": r"[A-T]\d\d",
    "group": r"[A-T]\d{3}",
    "class": r"[A-T]\d{4}",
}


def code_problems(seeds: Seeds) -> Iterator[Problem]:
    """Check each code against its level and its parent's code."""
    codes = {
        part.record.id: part.record.code
        for part in seeds.sown
        if isinstance(part.record, Region | Industry)
    }
    for part in seeds.sown:
        record = part.record
        if not isinstance(record, Region | Industry):
            continue
        above = next(
            (codes.get(e.target) for e in part.edges if e.relation == Relation.PART_OF), None
        )
        shapes = _REGION_SHAPES if isinstance(record, Region) else _INDUSTRY_SHAPES
        if not re.fullmatch(shapes[record.level], record.code):
            yield part.line.problem(f"代码“{record.code}”不合 {record.level} 一级的格式。")
        elif not _fits(record, above):
            yield part.line.problem(f"代码“{record.code}”不在上级“{above or '（无）'}”之下。")


def _fits(record: Region | Industry, above: str | None) -> bool:
    if record.level in {"country", "section"}:
        return above is None
    if above is None:
        return False
    if isinstance(record, Industry):
        return record.code.startswith(above) and len(record.code) > len(above)
    if record.level == "zone":
        return True
    if record.level == "province":
        return above == "100000"
    return record.code.startswith(above[:2] if above.endswith("0000") else above[:4])
