"""Numeric conditions as people write them: comparisons, negations, ranges, Chinese numbers."""

import pytest

import seeds
from search.analyzer import Analyzer
from search.documents import Measure
from search.numbers import Bound, NumberReader


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer(seeds.lexicon())


@pytest.fixture(scope="module")
def reader(analyzer: Analyzer) -> NumberReader:
    indicators = seeds.lexicon().indicators
    return NumberReader(
        indicators,
        [
            (analyzer.normalize(wording), code)
            for code, indicator in indicators.items()
            for wording in (indicator.name, *indicator.aliases)
        ],
    )


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("节能率超过30%", "节能率 ≥ 30%"),
        ("效率不小于90%", "效率 ≥ 90%"),
        ("效率不得低于90％", "效率 ≥ 90%"),
        ("投资不能超过1,000万元", "投资 ≤ 1,000 万元"),
        ("投资1000万以下", "投资 ≤ 1,000 万元"),
        ("投资一千万以下", "投资 ≤ 1,000 万元"),
        ("投资不到500万", "投资 ≤ 500 万元"),
        ("投资在100万-500万之间", "投资 100 万元 至 500 万元"),
        ("节能率大于等于30%", "节能率 ≥ 30%"),
        ("节能率20%到30%", "节能率 20% 至 30%"),
        ("节能率超过三成", "节能率 ≥ 30%"),
        ("回收率不低于百分之九十五", "回收率 ≥ 95%"),
        ("节能率超过30", "节能率 ≥ 30%"),
        ("处理量100-200吨/天", "处理能力或年废物利用处理量 100 t/d 至 200 t/d"),
        ("3到5年回本", "投资回收期 3 年 至 5 年"),
        ("三年回本", "投资回收期 ≤ 3 年"),
        ("3年内能回本", "投资回收期 ≤ 3 年"),
        ("温度低于200度", "温度 ≤ 200 ℃"),
        ("温度低于-40℃", "温度 ≤ -40 ℃"),
        ("年节电超过1000万度", "年节电量 ≥ 1,000 万kWh"),
        ("年减碳超过1万吨", "年减碳量 ≥ 1 万t"),
        ("功率不低于5千瓦", "装机容量或单机容量 ≥ 5 kW"),
        ("装机10万千瓦以上", "装机容量或单机容量 ≥ 10 万kW"),
        ("占地少于100平米", "面积 ≤ 100 m²"),
        ("度电成本低于0.2元", "单位成本 ≤ 0.2 元/kWh"),
        ("氮氧化物≤50毫克/立方米", "数值 ≤ 50 mg/m³"),
    ],
)
def test_a_condition_is_understood(
    reader: NumberReader, analyzer: Analyzer, text: str, label: str
) -> None:
    (found,) = reader.read(analyzer.normalize(text))
    assert found.label == label


@pytest.mark.parametrize(
    "text",
    [
        "ZJ40-70型钻机", "PM2.5治理", "1.5MPa蒸汽", "5G基站", "近三年的案例",
        "运行20年以上的老锅炉",
        "300度以上的烟气", "压不到五十毫克以下", "投资超过30%", "10万吨磷石膏", "2020-2023年",
    ],
)  # fmt: skip
def test_what_is_no_condition_is_left_alone(
    reader: NumberReader, analyzer: Analyzer, text: str
) -> None:
    assert reader.read(analyzer.normalize(text)) == []


def test_each_number_belongs_to_the_indicator_that_its_unit_suits(
    reader: NumberReader, analyzer: Analyzer
) -> None:
    found = reader.read(analyzer.normalize("年处理10万吨以上 投资5000万以内"))
    assert [n.label for n in found] == [
        "处理能力或年废物利用处理量 ≥ 10 万t",
        "投资 ≤ 5,000 万元",
    ]


@pytest.mark.parametrize("text", ["节电量超过1000万度", "2023年投产,节电量超过1000万度"])
def test_annual_amounts_are_compared_with_annual_figures(
    reader: NumberReader, analyzer: Analyzer, text: str
) -> None:
    (found,) = reader.read(analyzer.normalize(text))
    assert found.bound == Bound(frozenset({"power_saving"}), "kWh/a", 1e7, None)


def test_a_year_elsewhere_makes_no_power_annual(reader: NumberReader, analyzer: Analyzer) -> None:
    (found,) = reader.read(analyzer.normalize("每年都要检修的装机容量100MW以上的机组"))
    assert (found.bound.unit, found.bound.at_least) == ("kW", 1e5)


def test_a_range_is_met_by_figures_that_overlap_it() -> None:
    bound = Bound(frozenset({"x"}), "%", 20, 30)
    verdicts = [
        bound.judge([Measure("x", low, high, "%", "")])[0]
        for low, high in ((25, 25), (10, 22), (29, 50), (5, 19), (31, 40))
    ]
    assert verdicts == ["yes", "yes", "yes", "no", "no"]
    assert bound.judge([Measure("y", 25, 25, "%", "")])[0] == "unknown"
