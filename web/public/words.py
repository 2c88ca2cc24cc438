"""How values are worded on pages: dates, numbers, figures, statuses. No HTML here."""

import re
from collections.abc import Sequence
from datetime import date
from itertools import groupby

from kg.model import Figure
from kg.units import display

UNKNOWN = "未知"
_UNSAID = "：没有写明，无法判断"
_EVIDENCE = re.compile(r"(.+)（([^（）]+)）")
STATUS_NAMES = {"需求": "待解决", "在建": "在建", "已实施": "已实施"}
PROVINCES = {"500000": "重庆", "510000": "四川"}


def number(value: int) -> str:
    """Return 1,234."""
    return f"{value:,}"


def long_date(value: date | str | None) -> str:
    """Return 2026年11月23日 for a date or an ISO date; 未知 for anything else."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value[:10])
        except ValueError:
            return UNKNOWN
    return f"{value.year}年{value.month}月{value.day}日" if value else UNKNOWN


def year(value: int | None) -> str:
    """Return 2021年 or 未知."""
    return f"{value}年" if value else UNKNOWN


def amount(figure: Figure) -> str:
    """Return value or range with unit: 约 70 kWh/kg, 180～200 kWh/kg, 12 万kWh/a."""
    return figure.amount


def by_certainty(misses: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part what differs from a condition from what is only not known; the latter by its name."""
    unsaid = [one for one in misses if one.endswith(_UNSAID)]
    different = [one for one in misses if one not in unsaid]
    return different, [one.removesuffix(_UNSAID) for one in unsaid]


def by_evidence(figures: Sequence[str]) -> list[str]:
    """Return worded figures, evidence and year once behind neighbours that share them.

    节能率 30%（自报，2021）, 投资 5 万元（自报，2021） -> 节能率 30%, 投资 5 万元（均为自报，2021）
    """
    out: list[str] = []
    parted = [_EVIDENCE.fullmatch(figure) for figure in figures]
    parts = [m.groups() if m else (f, "") for f, m in zip(figures, parted, strict=True)]
    for evidence, group in groupby(parts, lambda part: part[1]):
        plain = [text for text, _evidence in group]
        shared = "均为" if len(plain) > 1 else ""
        out += [*plain[:-1], plain[-1] + (f"（{shared}{evidence}）" if evidence else "")]
    return out


def against(figure: Figure) -> str:
    """Return what a figure is compared with: 改造前 180～200 kWh/kg, or an empty text.

    A wording that has numbers of its own says it already.
    """
    low, high = figure.baseline_low, figure.baseline_high
    worded = figure.baseline or ""
    first = low if low is not None else high
    last = high if high is not None else low
    if first is None or last is None or any(c.isdigit() for c in worded):
        return worded
    span = display(last, figure.unit)
    if first != last:
        span = f"{display(first, '')}～{span}"
    return f"{worded} {span}".strip()
