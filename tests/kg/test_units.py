"""Units: every spelling of the data is read, the same converts, the different does not."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import UnitError
from kg.units import (
    _KINDS,
    annual,
    convert,
    display,
    normal_spelling,
    parse,
    same_dimension,
    to_base,
)

SEEDS = Path(__file__).parents[2] / "seeds"
PROSE = {
    "%以上", "%以下", "万加仑(近)", "万吨/年以上", "万吨以上", "亿元(智能工厂等6个项目)",
    "亿元(页面称1亿多元)", "亿元以上", "余项", "台×100MW",
}  # fmt: skip
"""Raw "units" that carry words about the number; curation moved them into notes."""


def units_in(folder: Path) -> set[str]:
    found: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("unit"), str):
                found.add(value["unit"])
            for one in value.values():
                walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)

    for path in folder.glob("*.jsonl"):
        for line in path.read_text("utf-8").splitlines():
            walk(json.loads(line))
    return found


class TestData:
    def test_every_raw_unit_is_read_but_prose(self) -> None:
        units = units_in(SEEDS / "raw")
        assert len(units) > 50
        for unit in units - PROSE:
            parse(unit)
        for unit in PROSE:
            with pytest.raises(UnitError, match="备注"):
                parse(unit)

    def test_every_curated_unit_is_in_normal_spelling(self) -> None:
        units = units_in(SEEDS / "data")
        assert len(units) > 50
        assert {unit: parse(unit).text for unit in units} == {unit: unit for unit in units}


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("万吨/年", "万t/a"), ("吨/日", "t/d"), ("吨/天", "t/d"), ("吨/小时", "t/h"),
        ("千瓦时", "kWh"), ("度", "kWh"), ("万度", "万kWh"), ("kW·h", "kWh"), ("kwh/t", "kWh/t"),
        ("亿千瓦时", "亿kWh"), ("万千瓦", "万kW"), ("千瓦", "kW"), ("兆瓦时", "MWh"),
        ("mw", "MW"), ("立方米", "m³"), ("万m3", "万m³"), ("m2", "m²"), ("㎡", "m²"),
        ("平方公里", "km²"), ("公里", "km"), ("毫克/立方米", "mg/m³"),
        ("毫克/标准立方米", "mg/Nm³"), ("Nm3/h", "Nm³/h"), ("ｍｇ／Ｌ", "mg/L"),
        ("吨标准煤", "tce"), ("万吨标煤/年", "万tce/a"), ("千克标准煤/吨", "kgce/t"),
        ("吨二氧化碳", "tCO2"), ("tCO₂", "tCO2"), ("万吨CO2e/年", "万tCO2e/a"),
        ("吨二氧化碳当量", "tCO2e"), ("万元/吨", "万元/t"), ("元每吨", "元/t"), ("％", "%"),
        ("个百分点", "百分点"), ("℃", "℃"), ("°C", "℃"), ("摄氏度", "℃"), ("rpm", "r/min"),
        ("转/分", "r/min"), ("kWh/hl", "kWh/hL"), ("冷吨", "RT"), ("蒸吨/小时", "蒸吨"),
        ("日", "天"), ("d", "天"), ("a", "年"), ("年", "年"), ("个月", "月"), ("小时", "h"),
        ("万台(套)", "万台（套）"), ("台套", "台（套）"), (" 万 元 ", "万元"), ("", ""),
        ("百万千瓦", "百万kW"), ("千万元", "千万元"), ("万亿元", "万亿元"), ("十万吨", "十万t"),
        ("公斤/百公里", "kg/百km"), ("t/万m3", "t/万m³"), ("nonsense", "nonsense"),
    ],
)  # fmt: skip
def test_normal_spelling(raw: str, normal: str) -> None:
    assert normal_spelling(raw) == normal
    assert normal_spelling(normal) == normal


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (12000, "万kWh/a", "亿kWh/a", 1.2), (1, "万kW", "MW", 10), (1, "GW", "万kW", 100),
        (3.6, "GJ", "MWh", 1), (1, "万t/a", "t/a", 10000), (1, "t/月", "t/a", 12),
        (24, "t/d", "t/h", 1), (50, "mg/m³", "g/m³", 0.05), (1, "mg/L", "g/m³", 1),
        (15, "亩", "hm²", 1), (1, "hL", "L", 100), (1, "kWh/hL", "kWh/m³", 10),
        (1, "kgce/t", "gce/kg", 1), (7, "kg/100km", "kg/km", 0.07), (5, "t/万m³", "kg/m³", 0.5),
        (1, "亿元", "万元", 10000), (2, "年", "月", 24), (2, "年", "天", 730), (36, "h", "天", 1.5),
        (1, "hp", "kW", 0.7457), (1, "马力", "kW", 0.735499), (1, "RT", "kW", 3.516853),
        (25, "℃", "K", 298.15), (298.15, "K", "℃", 25), (-40, "℃", "℃", -40),
        (5, "℃/h", "K/h", 5), (5, "K/h", "℃/h", 5), (3, "万tCO2", "tCO2e", 30000),
        (25, "‰", "%", 2.5), (0.3, "", "%", 30), (10000, "Pa", "kPa", 10), (2, "百km", "km", 200),
    ],
)  # fmt: skip
def test_conversions(value: float, source: str, target: str, expected: float) -> None:
    assert convert(value, source, target) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("source", "target", "why"),
    [
        ("tce", "kWh", "GB/T 2589"), ("万kWh", "tce", "当量值"), ("t", "tce", "热值"),
        ("t", "tCO2", "不是同一种"), ("tCO2", "t", "不是同一种"), ("tCO2e", "tCO2", "温室气体"),
        ("万tCO2e/a", "tCO2/a", "温室气体"), ("tce", "tCO2", "排放因子"),
        ("Nm³", "m³", "标准状态"), ("mg/Nm³", "mg/m³", "标准状态"), ("t", "m³", "密度"),
        ("kW", "kWh", "运行时间"), ("家", "台", "“家”"), ("台", "套", "“台”"), ("个", "", "“个”"),
        ("%", "百分点", "之差"), ("%", "倍", "基准"), ("t/d", "t/a", "运行多少天"),
        ("t", "t/a", "总量"), ("t/t", "%", "质量"), ("kg/t", "t/m³", "密度"),
        ("蒸吨", "t/h", "蒸汽"), ("dB", "%", "声级"), ("℃", "kWh", "温度"),
        ("元", "美元", "汇率"),
    ],
)  # fmt: skip
def test_what_has_no_meaning_is_refused_with_the_reason(source: str, target: str, why: str) -> None:
    with pytest.raises(UnitError, match=why):
        convert(1, source, target)


@pytest.mark.parametrize(
    "unit",
    ["furlong", "/", "t/", "/a", "t/a/d", "万", "亿", "10t", "t/0km", "万万", "kWh t", "t·km",
     "元(含税)", "\ud800", "\x00", "a" * 10_000, "9" * 500, "t/" + "9" * 500 + "km"],
)  # fmt: skip
def test_unknown_units(unit: str) -> None:
    with pytest.raises(UnitError, match="不认识") as caught:
        parse(unit)
    str(caught.value).encode()
    assert len(str(caught.value)) < 200
    display(1, unit)


@pytest.mark.parametrize(
    ("value", "unit", "per_year", "expected"),
    [
        (3, "万t", False, (30000, "t")), (0.3, "万t", False, (3000, "t")),
        (80, "万kWh", True, (800000, "kWh/a")), (0.008, "亿kWh/a", False, (800000, "kWh/a")),
        (80, "万kWh/a", True, (800000, "kWh/a")), (1000, "万元", False, (10**7, "元")),
        (5, "kWh/t", True, (5, "kWh/t")), (30, "%", True, (30, "%")), (1.2, "", False, (120, "%")),
        (3, "年", True, (1095, "天")), (20, "蒸吨", False, (20, "蒸吨")),
        (3, "tCO2", False, (3, "tCO2e")), (16, "家", False, (16, "家")),
        (3, "万台", True, (30000, "台/a")), (90, "℃", False, (90, "℃")),
        (363.15, "K", False, (90, "℃")), (10, "万吨/年", False, (100000, "t/a")),
    ],
)  # fmt: skip
def test_base(value: float, unit: str, per_year: bool, expected: tuple[float, str]) -> None:
    assert to_base(value, unit, per_year=per_year) == expected


def test_the_same_amount_has_the_same_base() -> None:
    assert to_base(0.3, "万t") == to_base(3000, "t") == to_base(0.00003, "亿吨")
    assert to_base(0.07, "g/m³") == to_base(70, "mg/m³") == to_base(70, "毫克/立方米")


def test_annual() -> None:
    assert [annual(unit) for unit in ("万kWh", "万t/a", "t/d", "%", "台")] == [
        "万kWh/a", "万t/a", "t/d", "%", "台/a",
    ]  # fmt: skip


def test_same_dimension() -> None:
    assert same_dimension("万kWh/a", "亿kWh/a")
    assert same_dimension("tCO2", "tCO2e")
    assert not same_dimension("万kWh", "万kWh/a")
    assert not same_dimension("家", "个")
    with pytest.raises(UnitError):
        same_dimension("家", "?")


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (1234.5, "万kWh/a", "1,234.5 万kWh/a"), (30, "%", "30%"), (0.1 + 0.2, "%", "0.3%"),
        (12, "", "12"), (1234567.5, "万吨/年", "1,234,567.5 万t/a"), (1e-9, "t", "0.000000001 t"),
        (-0.0, "t", "0 t"), (100, "家", "100 家"), (1e20, "元", "100,000,000,000,000,000,000 元"),
        (5, "亿元以上", "5 亿元以上"), (1000.0, "℃", "1,000 ℃"),
    ],
)  # fmt: skip
def test_display(value: float, unit: str, expected: str) -> None:
    assert display(value, unit) == expected


TOPS = [
    (kind, prefix + name)
    for kind, (_, _, sizes) in _KINDS.items()
    for name in sizes
    for prefix in ("", "万", "亿")
    if name not in ("", "K")
]
BOTTOMS = ["", "/a", "/月", "/d", "/h", "/t", "/kg", "/m³", "/100km", "/万m³", "/台", "/亩"]
steady = settings(derandomize=True, deadline=None)
values = st.floats(-1e12, 1e12, allow_subnormal=False)


@steady
@given(values, st.sampled_from(TOPS), st.data())
def test_round_trips(value: float, source: tuple[str, str], data: st.DataObject) -> None:
    kind, one = source
    other = data.draw(st.sampled_from([name for k, name in TOPS if k == kind]))
    bottom = data.draw(st.sampled_from(BOTTOMS))
    if "CO2" in one:
        other = other.replace("CO2e", "CO2")
        one = one.replace("CO2e", "CO2")
    there = convert(value, one + bottom, other + bottom)
    assert convert(there, other + bottom, one + bottom) == pytest.approx(value, rel=1e-9)


@steady
@given(values, st.sampled_from(TOPS), st.sampled_from(BOTTOMS))
def test_prefixes_multiply(value: float, unit: tuple[str, str], bottom: str) -> None:
    name = unit[1].lstrip("万亿") + bottom
    for prefix, size in (("万", 1e4), ("亿", 1e8), ("百万", 1e6), ("千亿", 1e11)):
        assert convert(value, prefix + name, name) == pytest.approx(value * size)


@steady
@given(values, st.sampled_from(TOPS), st.sampled_from(BOTTOMS))
def test_base_of_base_is_itself(value: float, unit: tuple[str, str], bottom: str) -> None:
    base, name = to_base(value, unit[1] + bottom)
    assert to_base(base, name) == (base, name)
    assert same_dimension(unit[1] + bottom, name)


@steady
@given(st.text(max_size=20), values)
def test_any_text_is_read_or_refused(text: str, value: float) -> None:
    assert normal_spelling(normal_spelling(text)) == normal_spelling(text)
    display(value, text)
    try:
        unit = parse(text)
    except UnitError:
        return
    assert parse(unit.text) == unit


@steady
@given(st.floats(-1e300, 1e300))
def test_displayed_digits_are_the_values(value: float) -> None:
    shown = float(display(value, "").replace(",", ""))
    assert shown == pytest.approx(value, rel=1e-9)
