"""Figures of several entries side by side: rows of one indicator in one unit, and what is better.

Pure: knows figures, not where they come from. Better is said only where it is really better: a
rate or a specific figure, of the same thing, against no other baseline, with ranges apart.
"""

import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, log10

from kg.errors import UnitError
from kg.model import Figure
from kg.units import annual, convert, normal_spelling, parse, to_base
from search.lexicon import Indicator
from search.wording import comparable
from web.public.topics import GROUP_ORDER

NAMELESS = frozenset({"other", "count"})
"""Indicators that say nothing: only figures of the same name belong together."""
SAME_THING = frozenset(
    {
        "energy_saving_rate", "power_saving_rate", "water_saving_rate", "water_reuse_rate",
        "co2_reduction_rate", "cost_reduction_rate", "weight_reduction", "payback",
    }
)  # fmt: skip
"""Indicators whose general wordings mean the same: 节能率, 综合能耗降幅. Of all others, and of
narrower wordings (烧成系统热耗下降), only equal names do: 脱硫率 and 除尘效率 never compare."""
STATES = frozenset({"water_reuse_rate", "payback"})
"""Those of them that are no changes and so need no baseline."""
NEVER = frozenset({"market_share", "count"})
"""Rates that make nothing better for a buyer."""
PLAIN = frozenset({"ratio", "point", "times"})
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]|\s")
_OPEN_ABOVE = frozenset({"超过", "不低于"})


@dataclass(frozen=True, slots=True)
class Converted:
    """A figure with its bounds in the unit of its row."""

    figure: Figure
    value: float
    low: float
    high: float

    @property
    def bounds(self) -> tuple[float, float]:
        """What the true value may be: 超过 30 has no end above."""
        if self.figure.qualifier in _OPEN_ABOVE:
            return self.low, inf
        return (-inf, self.high) if self.figure.qualifier == "不超过" else (self.low, self.high)


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One indicator in one unit; `entries[i]` are the figures of entry i, heaviest first.

    `best` is the entry that is really better, `why_not` says why none is called so although one
    might expect it. `in_other_unit` are entries whose figure does not convert into this unit.
    """

    indicator: str
    name: str
    group: str
    unit: str
    entries: Sequence[Sequence[Converted]]
    best: int | None = None
    why_not: str = ""
    in_other_unit: frozenset[int] = frozenset()

    @property
    def known(self) -> int:
        """How many entries have a figure here."""
        return sum(1 for figures in self.entries if figures)


def figure_lines(
    entries: Sequence[Sequence[Figure]], indicators: Mapping[str, Indicator]
) -> list[FigureLine]:
    """Return the lines by group, those that most entries share first; then as they come.

    `indicators` are known by code. A unit that is not known stands in a line of its
    own spelling.
    """
    found: dict[tuple[str, str, str], list[list[Figure]]] = {}
    for i, figures in enumerate(entries):
        for figure in figures:
            cells = found.setdefault(_key(figure), [[] for _ in entries])
            cells[i].append(figure)
    lines = [_line(*key, cells, indicators) for key, cells in found.items()]
    holders = {
        (line.indicator, line.name, i)
        for line in lines
        for i, figures in enumerate(line.entries)
        if figures
    }
    return sorted(
        (_judged_line(line, holders, indicators.get(line.indicator)) for line in lines),
        key=lambda line: (GROUP_ORDER.index(line.group), -line.known),
    )


def _judged_line(
    line: FigureLine, holders: Container[tuple[str, str, int]], indicator: Indicator | None
) -> FigureLine:
    best, why_not = judged(line.entries, indicator)
    elsewhere = frozenset(
        i
        for i, figures in enumerate(line.entries)
        if not figures and (line.indicator, line.name, i) in holders
    )
    return replace(line, best=best, why_not=why_not, in_other_unit=elsewhere)


def core(name: str) -> str:
    """Return a figure's name without what stands in brackets."""
    return _BRACKETS.sub("", name)


def unit_of(figure: Figure) -> str:
    """Return the unit as figures are shown with it: per year where the quantity is annual."""
    try:
        return annual(figure.unit) if figure.per_year else normal_spelling(figure.unit)
    except UnitError:
        return normal_spelling(figure.unit)


def _key(figure: Figure) -> tuple[str, str, str]:
    """Return indicator, name (where the indicator is none) and the unit to compare in."""
    name = core(figure.name) if figure.indicator in NAMELESS else ""
    try:
        _value, unit = to_base(figure.value, figure.unit, per_year=figure.per_year)
    except UnitError:
        return figure.indicator, name, unit_of(figure)
    return figure.indicator, name, comparable(figure.indicator, unit)


def _line(
    indicator: str,
    name: str,
    base: str,
    cells: Sequence[Sequence[Figure]],
    indicators: Mapping[str, Indicator],
) -> FigureLine:
    figures = [figure for some in cells for figure in some]
    unit = _shown_unit(figures, base)
    groups = Counter(figure.group for figure in figures)
    shown = [
        sorted((_converted(f, unit, base) for f in some), key=lambda c: -c.figure.evidence.weight)
        for some in cells
    ]
    known = indicators.get(indicator)
    called = name or (known.name if known else core(figures[0].name))
    return FigureLine(indicator, called, groups.most_common(1)[0][0], unit, shown)


def _shown_unit(figures: Sequence[Figure], base: str) -> str:
    """Return the unit of those given in which no value is very long or very small."""
    given = Counter(unit_of(figure) for figure in figures)
    ranked = []
    for unit, count in given.items():
        try:
            values = [_turned(f.value, f, unit, base) for f in figures]
        except UnitError:
            continue
        ranked.append((max(map(_clumsy, values)), -count, unit))
    return min(ranked)[2] if ranked else base


def _clumsy(value: float) -> float:
    return 0 if value == 0 or 0.1 <= abs(value) < 10_000 else abs(log10(abs(value)) - 2)


def _turned(value: float, figure: Figure, unit: str, base: str) -> float:
    """Return a value of the figure in a unit of the row.

    Raises:
        UnitError: it has no meaning there.
    """
    own = unit_of(figure)
    if own == unit:
        return value
    try:
        turned = convert(value, own, unit)
    except UnitError:
        # a tonne of water is a cubic metre: `comparable` has changed the base
        in_base, own_base = to_base(value, figure.unit, per_year=figure.per_year)
        if own_base == base:
            raise
        turned = convert(in_base, base, unit)
    return float(f"{turned:.12g}")


def _converted(figure: Figure, unit: str, base: str) -> Converted:
    low = figure.value if figure.low is None else figure.low
    high = figure.value if figure.high is None else figure.high
    value, low, high = (_turned(v, figure, unit, base) for v in (figure.value, low, high))
    return Converted(figure, value, low, high)


def judged(
    entries: Sequence[Sequence[Converted]], indicator: Indicator | None
) -> tuple[int | None, str]:
    """Return which entry is better, or why none is called so (empty where nobody would expect).

    Unknown ones take no part. All figures of the better one are better than all of the others.
    """
    known = [i for i, figures in enumerate(entries) if figures]
    figures = [one.figure for i in known for one in entries[i]]
    way = {figure.better for figure in figures}
    if len(known) < 2 or len(way) != 1 or None in way or not all(map(_is_rate, figures)):
        return None, ""
    if not _same_thing(figures, indicator):
        return None, "所指不同，不比较优劣"
    if _relative(figures) and len({f.baseline for f in figures}) > 1:
        return None, "对比的基准不同或没有写明，不比较优劣"
    spans = {i: _span([one.bounds for one in entries[i]]) for i in known}
    if way == {"lower"}:
        spans = {i: (-high, -low) for i, (low, high) in spans.items()}
    best = max(known, key=lambda i: spans[i][0])
    if all(spans[best][0] > spans[i][1] for i in known if i != best):
        return best, ""
    same = len(set(spans.values())) == 1
    return None, "数值相同" if same else "数值有重叠，分不出优劣"


def same_basis(one: Figure, other: Figure, indicator: Indicator | None) -> bool:
    """Say whether two figures may be put in order: rates of the same thing, on the same basis.

    A figure that may not be put in order at all has no same basis as itself.
    """
    pair = (one, other)
    if one.indicator != other.indicator or one.better is None or one.better != other.better:
        return False
    if one.indicator in NAMELESS or not all(map(_is_rate, pair)):
        return False
    if not _same_thing(pair, indicator) or _key(one) != _key(other):
        return False
    return not _relative(pair) or one.baseline == other.baseline


def is_change(figure: Figure) -> bool:
    """Say whether the figure means nothing without what it starts from: 节能率, 成本降幅."""
    return _relative([figure])


def _span(bounds: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return min(low for low, _ in bounds), max(high for _, high in bounds)


def _same_thing(figures: Sequence[Figure], indicator: Indicator | None) -> bool:
    """Say whether all measure the same: one name, or general wordings of a general indicator."""
    names = {core(figure.name) for figure in figures}
    if indicator is None or indicator.code not in SAME_THING:
        return len(names) == 1
    return len(names) == 1 or names <= {indicator.name, *indicator.aliases}


def _relative(figures: Sequence[Figure]) -> bool:
    """Say whether the figures are changes, which mean nothing without what they start from."""
    return all(
        f.indicator in SAME_THING - STATES or "降" in f.name or "提" in f.name for f in figures
    )


def _is_rate(figure: Figure) -> bool:
    """Say whether the figure does not grow with the size of the plant: %, kWh/t, mg/m³, 年."""
    if figure.indicator in NEVER or figure.per_year:
        return False
    try:
        unit = parse(figure.unit)
    except UnitError:
        return False
    if unit.bottom is None:
        return unit.top.kind in PLAIN or (figure.indicator, unit.top.kind) in {
            ("payback", "duration"), ("lifetime", "duration"),
        }  # fmt: skip
    return unit.bottom.kind not in {"day", "year"}
