"""Numeric conditions in a question: 节能率超过30%, 投资低于1000万元, 每年能省100万吨水以上.

A number counts as a condition only with a comparison beside it (超过, 以上, 不高于 ...), as a
range of a named indicator, or as a pay-back time (三年回本). The indicator is the nearest wording
of one whose figures can be in that unit; without any, whatever is stated in that unit counts.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from kg.errors import UnitError
from kg.units import display, parse, to_base
from search.amounts import Amount, amounts
from search.documents import Measure
from search.lexicon import Indicator
from search.wording import comparable

_ANNUAL = re.compile(r"每年|一年|全年|(?<![\d今去明近多几半两三])年")
_PER_TONNE = re.compile(r"(每吨|吨产品|吨钢|吨水)[^，。,.]{0,8}$")
_PER_KWH = re.compile(r"(度电|每度)[^，。,.]{0,8}$")
_PAID_BACK = re.compile(r"\s*(?:就|即|能|可|可以|即可)*(?:回本|收回)")
_SAVED = re.compile(
    r"(?:每年|一年|年)?(?:能|可以|可)?(?:[省节减降]|少排)(?:约|低|排|少|下)?[^，。,.]{0,14}?"
    r"(二氧化碳|co2|碳|标准煤|标煤|煤|水|电|气|能耗|能)"
)
_SAVINGS = {
    "水": ("water_saving", "water_saving_rate"),
    "电": ("power_saving", "power_saving_rate"),
    "气": ("gas_saving",),
    **dict.fromkeys(
        ("煤", "标煤", "标准煤", "能", "能耗"), ("energy_saving", "energy_saving_rate")
    ),
    **dict.fromkeys(("碳", "二氧化碳", "co2"), ("co2_reduction", "co2_reduction_rate")),
}
_MORE_WORDINGS = {
    "回本": ("payback",), "收回投资": ("payback",), "收回成本": ("payback",),
    "处理": ("waste_use", "capacity"), "消纳": ("waste_use",), "成本": ("unit_cost",),
    "预算": ("investment",), "花费": ("investment",), "去除": ("removal_efficiency",),
    "脱除": ("removal_efficiency",),
}  # fmt: skip
_KINDS = {
    "percent": "ratio point", "energy": "coal energy mass", "electricity": "energy",
    "volume": "volume gas mass", "mass": "mass co2 volume", "concentration": "mass ratio",
    "specific_energy": "energy coal", "specific_water": "volume mass", "money": "money dollars",
    "time": "duration", "money_rate": "money dollars", "specific_money": "money dollars",
    "mass_flow": "mass volume gas steam power energy", "power": "power apparent",
    "ratio": "ratio", "length": "length", "temperature": "temperature", "pressure": "pressure",
    "area": "area",
}  # fmt: skip
"""Which kinds of unit (`kg.units`) the figures of an indicator's dimension have."""
_VAGUE = frozenset({"ratio", "point", "duration", "temperature", "times", None})
"""Kinds of unit that say too little without the name of an indicator."""
_YEARLY = frozenset({"capacity", "output"})
"""Without a denominator these are meant by the year."""
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
        self._indicators = indicators
        self._codes: dict[str, set[str]] = {}
        for wording, code in normalized:
            if code != "other":
                self._codes.setdefault(wording, set()).add(code)
        for wording, codes in _MORE_WORDINGS.items():
            self._codes.setdefault(wording, set()).update(codes)
        self._wordings = sorted(self._codes, key=lambda w: (-len(w), w))

    def read(self, normal: str) -> list[NumberFound]:
        """Return the conditions of a normalised question, from left to right."""
        found = (self._one(normal, amount) for amount in amounts(normal))
        return [number for number in found if number is not None]

    def _one(self, normal: str, amount: Amount) -> NumberFound | None:
        paid = _PAID_BACK.match(normal, amount.end)
        if amount.exact and paid is None:
            return None
        codes, unit, start, end = self._asked(normal, amount)
        least, most = amount.at_least, amount.at_most
        if amount.exact and paid is not None:
            if codes != {"payback"}:
                return None
            least, end = None, max(end, paid.end())
        vague = amount.spelled or None not in (least, most) or _kind(unit) in _VAGUE
        if not codes and vague:
            return None
        words = normal[max(0, start - 4) : end]
        if "energy_saving" in codes and "标" in words:
            unit = unit.replace("吨", "tce")
        annual = self._annual(codes, words, unit)
        try:
            low, base = (None, "") if least is None else to_base(least, unit, per_year=annual)
            high, base = (None, base) if most is None else to_base(most, unit, per_year=annual)
        except UnitError:
            return None
        units = {comparable(code, base) for code in codes} or {base}
        for family in _FAMILIES:
            codes |= family if codes & family else set()
        names = [self._indicators[code].name for code in sorted(codes) if code in self._indicators]
        label = f"{'或'.join(names[:2]) or '数值'} {_wording(least, most, unit)}"
        bound = Bound(frozenset(codes), units.pop() if len(units) == 1 else base, low, high)
        return NumberFound(start, end, label, bound)

    def _annual(self, codes: set[str], words: str, unit: str) -> bool:
        """Say whether an amount without a denominator is one of a year."""
        named = any(self._indicators[c].name.startswith("年") for c in codes & {*self._indicators})
        if self._fits("power", unit):
            return False
        return named or bool(codes & _YEARLY) or bool(_ANNUAL.search(words))

    def _fits(self, dimension: str, unit: str) -> bool:
        """Say whether a figure of this dimension can be in the unit."""
        try:
            read = parse(unit)
        except UnitError:
            return False
        if read.top.kind.startswith("count"):
            return dimension in {"count", "mass_flow"}
        return read.top.kind in _KINDS.get(dimension, "").split()

    def _fitting(self, codes: Iterable[str], unit: str, amount: Amount) -> tuple[set[str], str]:
        """Return those of the indicators that the unit suits, and the unit in full.

        Money may go without 元 and a share without %; 度 is ℃ for temperatures.
        """
        known = {
            code: self._indicators[code].dimension for code in codes if code in self._indicators
        }
        kinds = set(known.values())
        if amount.degrees and "temperature" in kinds:
            return {code for code, kind in known.items() if kind == "temperature"}, "℃"
        if unit in {"", "千", "万", "百万", "千万", "亿"}:
            if kinds & {"money", "money_rate", "specific_money"}:
                unit = f"{unit}元"
            elif unit == "" and "percent" in kinds and max(_ends(amount)) > 1:
                unit = "%"
        return {code for code, kind in known.items() if self._fits(kind, unit)}, unit

    def _asked(self, normal: str, amount: Amount) -> tuple[set[str], str, int, int]:
        """Return the indicators that are meant, the unit, and the stretch of the condition."""
        start, end, unit = amount.start, amount.end, amount.unit
        if "/" not in unit and _kind(unit) not in {"ratio", "point", None}:
            before = normal[:start]
            unit += "/t" if _PER_TONNE.search(before) else ""
            unit += "/kWh" if _PER_KWH.search(before) else ""
        nearest: tuple[int, int, str, set[str], str] | None = None
        for wording in self._wordings:
            at, gap = _near(normal, wording, start, end)
            if gap <= _NEAR and (nearest is None or gap < nearest[0]):
                codes, full = self._fitting(self._codes[wording], unit, amount)
                if codes:
                    nearest = (gap, at, wording, codes, full)
        if nearest is not None:
            _gap, at, wording, codes, full = nearest
            return codes, full, min(at, start), max(at + len(wording), end)
        saved = _SAVED.search(normal, max(0, start - 8), min(len(normal), end + 4))
        if saved is not None:
            codes, full = self._fitting(_SAVINGS[saved[1]], unit, amount)
            if codes:
                return codes, full, min(saved.start(), start), max(saved.end(), end)
        return set(), "" if amount.degrees else unit, start, end


def _near(normal: str, wording: str, start: int, end: int) -> tuple[int, int]:
    """Return where the wording stands nearest, and how far off; those before come first."""
    at = normal.rfind(wording, 0, start)
    gap = start - at - len(wording) if at >= 0 else _NEAR + 1
    if gap <= _NEAR:
        return at, gap
    at = normal.find(wording, end)
    return at, at - end + 1 if at >= 0 else _NEAR + 1


def _kind(unit: str) -> str | None:
    """Return the kind of the unit's numerator; None for no unit and for an unknown one."""
    try:
        return parse(unit).top.kind if unit else None
    except UnitError:
        return None


def _ends(amount: Amount) -> list[float]:
    return [end for end in (amount.at_least, amount.at_most) if end is not None]


def _wording(least: float | None, most: float | None, unit: str) -> str:
    if least is not None and most is not None:
        return f"{display(least, unit)} 至 {display(most, unit)}"
    return f"≥ {display(least, unit)}" if least is not None else f"≤ {display(most or 0, unit)}"
