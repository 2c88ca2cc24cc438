"""Numeric conditions in a question: 节能率超过30%, 投资低于1000万元, 每年能省100万吨水以上.

A number counts as a condition only with a comparison beside it (超过, 以上, 不高于 ...). The
indicator is the nearest wording of one; without any, whatever is stated in that unit counts.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from kg.errors import UnitError
from kg.units import display, to_base
from search.documents import Measure
from search.lexicon import Indicator
from search.wording import comparable

_NUMBER = re.compile(
    r"(?P<before>超过|大于|高于|多于|不低于|不少于|至少|达到|低于|小于|少于|不超过|不高于|不大于|[<>≥≤]=?)?"
    r"\s*(?P<value>\d+(?:\.\d+)?)\s*(?P<scale>[千万亿]{0,2})\s*"
    r"(?P<unit>%|‰|[a-zμ°℃²³][a-z0-9μ°℃²³·]*|[平立]方米|[公里]里|公里|千米|度电?|千瓦时|千瓦|兆瓦时?|吉瓦|"
    r"吨标准煤|吨标煤|吨|元|米|年|个月|天|小时|倍|户|辆|台|套|亩|方)?"
    r"(?:\s*/\s*(?P<per>年|天|日|小时|月|吨|[a-z]+[23²³]?))?"
    r"[水电气煤钢油碳]?\s*(?P<after>及以上|以上|以下|以内|之内|之上)?"
)
_AT_LEAST = frozenset("超过 大于 高于 多于 不低于 不少于 至少 达到 > >= ≥ 及以上 以上 之上".split())
_AT_MOST = frozenset("低于 小于 少于 不超过 不高于 不大于 < <= ≤ 以下 以内 之内".split())
_ANNUAL = re.compile(r"每年|一年|全年|年")
_PER_TONNE = re.compile(r"(每吨|吨产品|吨钢|吨水)[^，。,.]{0,8}$")
_PER = {"年": "a", "天": "d", "日": "d", "小时": "h", "月": "月", "吨": "t"}
_UNITS = {
    "度": "kWh", "度电": "kWh", "方": "m³", "mw": "MW", "kw": "kW", "gw": "GW", "mwh": "MWh",
    "kwh": "kWh", "gwh": "GWh", "mpa": "MPa", "m3": "m³", "m2": "m²", "mg": "mg", "l": "L",
    "nm3": "Nm³",
}  # fmt: skip
_SAVED = re.compile(
    r"(?:每年|一年|年)?(?:能|可以|可)?[省节](?:约|下)?[^，。,.]{0,14}?(水|电|气|标煤|煤)"
)
_SAVINGS = {
    "水": "water_saving", "电": "power_saving", "度": "power_saving", "气": "gas_saving",
    "煤": "energy_saving", "标煤": "energy_saving",
}  # fmt: skip
_FAMILIES = ({"waste_use", "capacity"}, {"installed_capacity", "unit_capacity"})
_NEAR = 6
"""Letters that may stand between a number and the wording of its indicator."""

Judgement = Literal["yes", "unknown", "no"]


@dataclass(frozen=True, slots=True)
class Bound:
    """A numeric condition in base units: `indicators` (none: any), at least / at most."""

    indicators: frozenset[str]
    unit: str
    at_least: float | None
    at_most: float | None

    def judge(self, measures: Iterable[Measure]) -> tuple[Judgement, str]:
        """Return whether the stated figures meet the bound, and the figure that decides."""
        stated = [
            m
            for m in measures
            if m.unit == self.unit and (not self.indicators or m.indicator in self.indicators)
        ]
        for measure in stated:
            enough = self.at_least is None or measure.high >= self.at_least
            little = self.at_most is None or measure.low <= self.at_most
            if enough and little:
                return "yes", measure.wording
        return ("no", stated[0].wording) if stated else ("unknown", "")


@dataclass(frozen=True, slots=True)
class NumberFound:
    """A bound with its place in the question and its wording for people."""

    start: int
    end: int
    label: str
    bound: Bound


class NumberReader:
    """Finds numeric conditions; knows how people word each indicator."""

    def __init__(self, indicators: Mapping[str, Indicator], normalized: Iterable[tuple[str, str]]):
        """`normalized`: (normalised wording, indicator code) of every indicator."""
        self._names = {code: indicator.name for code, indicator in indicators.items()}
        self._codes: dict[str, set[str]] = {}
        for wording, code in normalized:
            if code != "other":
                self._codes.setdefault(wording, set()).add(code)
        self._wordings = sorted(self._codes, key=lambda w: (-len(w), w))

    def read(self, normal: str) -> list[NumberFound]:
        """Return the conditions of a normalised question, from left to right."""
        found = (self._one(normal, match) for match in _NUMBER.finditer(normal))
        return [number for number in found if number is not None]

    def _one(self, normal: str, match: re.Match[str]) -> NumberFound | None:
        words = {match["before"] or "", match["after"] or ""}
        least, most = bool(words & _AT_LEAST), bool(words & _AT_MOST)
        if least == most:
            return None
        codes, start, end = self._asked(normal, match)
        value, unit = float(match["value"]), _unit(normal, match)
        if not (unit or codes):
            return None
        annual = "/" not in unit and bool(_ANNUAL.search(normal[:start] + normal[start:end]))
        try:
            base, base_unit = to_base(value, unit, per_year=annual)
        except UnitError:
            return None
        units = {comparable(code, base_unit) for code in codes} or {base_unit}
        base_unit = units.pop() if len(units) == 1 else base_unit
        for family in _FAMILIES:
            codes |= family if codes & family else set()
        names = [self._names[code] for code in sorted(codes) if code in self._names]
        label = f"{'或'.join(names[:2]) or '数值'} {'≥' if least else '≤'} {display(value, unit)}"
        bound = Bound(frozenset(codes), base_unit, base if least else None, base if most else None)
        return NumberFound(start, end, label, bound)

    def _asked(self, normal: str, match: re.Match[str]) -> tuple[set[str], int, int]:
        """Return the indicators that are meant, and the whole stretch of the condition."""
        start, end = match.span()
        nearest: tuple[int, int, str] | None = None
        for wording in self._wordings:
            at = normal.rfind(wording, 0, start)
            gap = start - at - len(wording) if at >= 0 else _NEAR + 1
            if gap > _NEAR or gap < 0:
                at = normal.find(wording, end)
                gap = at - end + 1 if at >= 0 else _NEAR + 1
            if 0 <= gap <= _NEAR and (nearest is None or gap < nearest[0]):
                nearest = (gap, at, wording)
        if nearest is not None:
            _gap, at, wording = nearest
            return set(self._codes[wording]), min(at, start), max(at + len(wording), end)
        first = max(0, start - 8)
        saved = _SAVED.search(normal, first, min(len(normal), end + 4))
        if saved is None:
            return set(), start, end
        return {_SAVINGS[saved[1]]}, min(saved.start(), start), max(saved.end(), end)


def _unit(normal: str, match: re.Match[str]) -> str:
    unit = match["unit"] or ""
    unit = match["scale"] + _UNITS.get(unit, unit)
    if match["per"]:
        per = match["per"]
        return f"{unit}/{_PER.get(per, _UNITS.get(per, per))}"
    return f"{unit}/t" if unit and _PER_TONNE.search(normal[: match.start()]) else unit
