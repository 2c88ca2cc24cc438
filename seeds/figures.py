"""The rules of figures: known unit and indicator, ordered ranges, an origin for every value."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping

from kg.errors import UnitError
from kg.model import Figure
from kg.units import parse
from search.lexicon import Indicator
from seeds.errors import Problem
from seeds.records import Sown

_ORIGIN = re.compile(r"[a-z]+-(item|demand)-\d{3}#\d+")


def figure_problems(
    figures: Iterable[tuple[Sown, Figure]],
    indicators: Mapping[str, Indicator],
    documents: Container[str],
) -> Iterator[Problem]:
    """Check each figure of an entry or demand; the problem stands at the line of its record."""
    seen: dict[str, str] = {}
    for part, figure in figures:
        for reason in _reasons(figure, indicators):
            yield part.line.problem(f"指标“{figure.name}”：{reason}")
        if figure.source is not None and figure.source not in documents:
            yield part.line.problem(f"指标“{figure.name}”：来源“{figure.source}”不存在。")
        if figure.origin and seen.setdefault(figure.origin, figure.name) != figure.name:
            yield part.line.problem(
                f"指标“{figure.name}”：出处 {figure.origin} 已被另一个指标使用。"
            )


def _reasons(figure: Figure, indicators: Mapping[str, Indicator]) -> Iterator[str]:
    try:
        parse(figure.unit)
    except UnitError as error:
        yield str(error)
    if figure.indicator != "other" and figure.indicator not in indicators:
        yield f"没有代码为“{figure.indicator}”的指标。"
    if figure.origin is None:
        yield "没有写出处（origin）。"
    elif not _ORIGIN.fullmatch(figure.origin):
        yield f"出处“{figure.origin}”应写作“记录编号#序号”。"
    for low, high in (
        (figure.low, figure.high),
        (figure.baseline_low, figure.baseline_high),
    ):
        if low is not None and high is not None and low > high:
            yield f"范围的下限 {low:g} 大于上限 {high:g}。"
