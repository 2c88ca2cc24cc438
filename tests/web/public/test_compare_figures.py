"""Figures side by side: one unit, and better only where it is really better."""

import pytest

from kg.model import Figure
from search.lexicon import Indicator
from web.public.compare_figures import FigureLine, figure_lines

INDICATORS = {
    code: Indicator(code, name, "", better, aliases)
    for code, name, better, aliases in (
        ("energy_saving_rate", "节能率", "higher", ("综合能耗降幅",)),
        ("power_saving", "年节电量", "higher", ()),
        ("removal_efficiency", "去除效率", "higher", ("脱硫率", "除尘效率")),
        ("unit_energy", "单位产品能耗", "lower", ()),
        ("water_saving", "年节水量", "higher", ()),
        ("payback", "投资回收期", "lower", ()),
        ("market_share", "占有率", "higher", ()),
    )
}


def rate(value: float, name: str = "节能率", **more: object) -> Figure:
    usual = {"unit": "%", "indicator": "energy_saving_rate", "better": "higher"}
    return Figure.model_validate({"name": name, "value": value, **usual, **more})


def only(*entries: list[Figure]) -> FigureLine:
    (line,) = figure_lines(entries, INDICATORS)
    return line


def values(line: FigureLine) -> list[list[float]]:
    return [[one.value for one in figures] for figures in line.entries]


def power(value: float, unit: str, **more: object) -> Figure:
    return rate(value, "节电", unit=unit, indicator="power_saving", **more)


def test_amounts_are_shown_in_one_unit_that_reads_well() -> None:
    line = only([power(50, "万kWh/a")], [power(3_000_000, "kWh", per_year=True)], [])
    assert (line.name, line.unit, line.known) == ("年节电量", "万kWh/a", 2)
    assert values(line) == [[50], [300], []]


def test_a_tonne_of_water_saved_is_a_cubic_metre() -> None:
    tonnes = rate(2, "节水", unit="万t/a", indicator="water_saving")
    metres = rate(30_000, "节水", unit="m³/a", indicator="water_saving")
    line = only([tonnes], [metres])
    assert line.known == 2
    assert values(line) in ([[2], [3]], [[20_000], [30_000]])


def test_what_does_not_convert_stands_in_lines_of_its_own() -> None:
    energy = {"indicator": "unit_energy", "better": "lower"}
    heat, coal = rate(5, "能耗", unit="GJ/t", **energy), rate(90, "能耗", unit="kgce/t", **energy)
    first, second = figure_lines([[heat], [coal]], INDICATORS)
    assert {first.unit, second.unit} == {"GJ/t", "kgce/t"}
    assert {first.in_other_unit, second.in_other_unit} == {frozenset({0}), frozenset({1})}
    assert first.best is second.best is None


def test_a_unit_that_nobody_knows_is_left_as_it_stands() -> None:
    assert values(only([rate(3, unit="瓶/箱")], [rate(4, unit="瓶/箱")])) == [[3], [4]]


def test_other_figures_belong_together_by_name_only() -> None:
    unnamed = {"indicator": "other", "better": None}
    lines = figure_lines([[rate(1, "甲", **unnamed)], [rate(2, "乙", **unnamed)]], INDICATORS)
    assert [(line.name, line.known) for line in lines] == [("甲", 1), ("乙", 1)]
    assert only([rate(1, "甲（某厂）", **unnamed)], [rate(2, "甲", **unnamed)]).known == 2


def test_the_higher_rate_is_better() -> None:
    assert only([rate(30)], [rate(12, "综合能耗降幅")], []).best == 0


def test_the_lower_consumption_is_better_whatever_its_unit() -> None:
    energy = {"indicator": "unit_energy", "better": "lower"}
    line = only(
        [rate(2, "电耗", unit="kWh/kg", **energy)], [rate(500, "电耗", unit="kWh/t", **energy)]
    )
    assert (line.best, line.why_not) == (1, "")


def test_the_shorter_payback_is_better() -> None:
    payback = {"indicator": "payback", "better": "lower"}
    pair = [rate(2, "回收期", unit="年", **payback)], [rate(18, "回收期", unit="月", **payback)]
    assert only(*pair).best == 1


def test_evidence_of_more_weight_stands_first() -> None:
    line = only([rate(3, evidence="自报"), rate(5, evidence="实施案例")], [])
    assert values(line)[0] == [5, 3]


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (power(5, "万kWh/a"), power(9, "万kWh/a"), ""),
        (rate(5, per_year=True), rate(9, per_year=True), ""),
        (rate(5, better=None), rate(9), ""),
        (rate(5, indicator="market_share"), rate(9, indicator="market_share"), ""),
        (rate(5, baseline="传统空调"), rate(9, baseline="传统蒸发"), "基准"),
        (rate(5, baseline="传统空调"), rate(9), "基准"),
        (rate(5, "烧成系统热耗下降"), rate(9), "所指不同"),
        (
            rate(90, "脱硫率", indicator="removal_efficiency"),
            rate(99, "除尘效率", indicator="removal_efficiency"),
            "所指不同",
        ),
        (rate(5), rate(5), "相同"),
        (rate(10, low=5, high=15), rate(12), "重叠"),
        (rate(30, qualifier="超过"), rate(35), "重叠"),
        (rate(30), rate(35, qualifier="不超过"), "重叠"),
    ],
)
def test_nothing_is_called_better_that_need_not_be(one: Figure, other: Figure, why: str) -> None:
    line = only([one], [other])
    assert line.best is None
    assert why in line.why_not
    assert bool(why) == bool(line.why_not)


def test_an_open_end_may_still_be_better() -> None:
    assert only([rate(40, qualifier="超过")], [rate(35)]).best == 0
    assert only([rate(40)], [rate(35, qualifier="不超过")]).best == 0


def test_one_alone_is_not_better() -> None:
    assert only([rate(40)], []).best is None


def test_every_figure_of_the_better_one_is_better() -> None:
    assert only([rate(40), rate(20)], [rate(30)]).best is None
    assert only([rate(40), rate(50)], [rate(30)]).best == 0


def test_what_most_share_comes_first_within_its_group() -> None:
    effect = {"group": "效果"}
    lines = figure_lines(
        [[power(1, "万kWh/a", **effect), rate(3, **effect)], [rate(4, **effect)]], INDICATORS
    )
    assert [line.name for line in lines] == ["节能率", "年节电量"]
