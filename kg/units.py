"""Units of the field, in the catalogue's spelling: 万t/a, 亿kWh, tce, tCO2e, m³/d, 万元, 家.

Conversion happens only where it is physically meaningful. So these are dimensions of their own:
- tce: coal equivalent becomes energy only by a convention (GB/T 2589-2020: 29.3076 MJ/kgce for
  calorific values, but electricity is often counted at the grid's supply), so it is never
  converted by itself;
- tCO2: carbon dioxide is not "a mass" that may be compared with tonnes of waste (tCO2 and tCO2e
  are the same: the factor of CO2 is 1 by definition, IPCC AR6 WG1 table 7.15);
- Nm³: a volume at normal conditions (0 ℃, 101.325 kPa; GB 3102.4) is not a volume at any;
- a year and a month of operation: how many days a plant runs is not known, so t/d never becomes
  t/a (a = 12 months);
- every kind of count: 家 is not 台; ℃; 蒸吨 (steam capacity); dB.

Sources of factors: GB 3100-93 (SI and units used with it), 1 亩 = 10000/15 m², 1 RT = 3.51685 kW
(US refrigeration ton), 1 hp = 0.745699872 kW (mechanical), 1 US gallon = 3.785411784 L.
"""

import re
import threading
from functools import lru_cache
from typing import Any

from pint import UnitRegistry

from kg.errors import UnitError

_DIMENSIONS = {
    # base symbol: other symbols with their size in the base
    "t": {"kg": 1e-3, "g": 1e-6, "mg": 1e-9, "μg": 1e-12},
    "tce": {"kgce": 1e-3, "gce": 1e-6},
    "tCO2": {"tCO2e": 1.0, "kgCO2": 1e-3, "kgCO2e": 1e-3, "gCO2": 1e-6, "gCO2e": 1e-6},
    "m": {"km": 1e3, "cm": 1e-2, "mm": 1e-3},
    "m²": {"km²": 1e6, "hm²": 1e4, "公顷": 1e4, "亩": 1e4 / 15},
    "m³": {"L": 1e-3, "mL": 1e-6, "hL": 0.1, "kL": 1.0, "加仑": 3.785411784e-3},
    "Nm³": {},
    "kWh": {
        "Wh": 1e-3, "MWh": 1e3, "GWh": 1e6, "J": 1 / 3.6e6, "kJ": 1 / 3.6e3, "MJ": 1 / 3.6,
        "GJ": 1e3 / 3.6, "TJ": 1e6 / 3.6,
    },
    "kW": {"W": 1e-3, "MW": 1e3, "GW": 1e6, "hp": 0.745699872, "RT": 3.51685},
    "kVA": {"VA": 1e-3, "MVA": 1e3},
    "kvar": {"Mvar": 1e3},
    "V": {"kV": 1e3},
    "MPa": {"Pa": 1e-6, "kPa": 1e-3, "bar": 0.1},
    "℃": {},
    "h": {"d": 24.0, "min": 1 / 60, "s": 1 / 3600},
    "a": {"月": 1 / 12},
    "元": {},
    "美元": {},
    "蒸吨": {},
    "dB": {"dB(A)": 1.0},
    "r": {},
    "Hz": {},
    "%": {"‰": 0.1},
    "倍": {},
}  # fmt: skip
_COUNTS = (
    "家 个 台 套 座 辆 项 条 户 种 处 头 艘 组 片 块 道 类 人 只 根 次 期 口 栋 台套 支 件 批 循环"
).split()
_WORDS = (
    ("吨标准煤", "tce"), ("吨标煤", "tce"), ("千克标准煤", "kgce"), ("千克标煤", "kgce"),
    ("公斤标煤", "kgce"), ("吨二氧化碳当量", "tCO2e"), ("吨二氧化碳", "tCO2"),
    ("吨CO2", "tCO2"), ("CO₂", "CO2"), ("标准立方米", "Nm³"), ("标立方米", "Nm³"),
    ("标方", "Nm³"), ("立方米", "m³"), ("立方", "m³"), ("平方公里", "km²"), ("平方千米", "km²"),
    ("平方米", "m²"), ("千瓦时", "kWh"), ("千瓦小时", "kWh"), ("兆瓦时", "MWh"), ("吉瓦时", "GWh"),
    ("度电", "kWh"), ("度", "kWh"), ("千伏安", "kVA"), ("兆伏安", "MVA"), ("千伏", "kV"),
    ("兆瓦", "MW"), ("吉瓦", "GW"), ("千瓦", "kW"), ("瓦", "W"), ("公里", "km"), ("千米", "km"),
    ("厘米", "cm"), ("毫米", "mm"), ("米", "m"), ("公斤", "kg"), ("千克", "kg"), ("毫克", "mg"),
    ("微克", "μg"), ("µg", "μg"), ("克", "g"), ("兆帕", "MPa"), ("千帕", "kPa"), ("马力", "hp"),
    ("冷吨", "RT"), ("摄氏度", "℃"), ("°C", "℃"), ("吉焦", "GJ"), ("兆焦", "MJ"), ("分贝", "dB"),
    ("升", "L"), ("小时", "h"), ("分钟", "min"), ("秒", "s"), ("转", "r"), ("rpm", "r/min"),
    ("m^3", "m³"), ("m^2", "m²"), ("m3", "m³"), ("m2", "m²"), ("hl", "hL"), ("kl", "kL"),
    ("％", "%"),
    ("个百分点", "%"),
    ("百分点", "%"), ("个月", "月"), ("台(套)", "台套"), ("台（套）", "台套"),
)  # fmt: skip
_TIMES = {"年": "a", "天": "d", "日": "d", "时": "h", "分": "min"}
_SCALES = {"十": 10.0, "百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}
_TIME = re.compile(r"^([十百千万亿]*)(年|天|日|时|分)$")
_TON = re.compile(r"(?<!蒸)吨")
_TAIL = re.compile(r"(以上|以下|以内|左右|余|多)$")
_TERM = re.compile(r"(?P<number>\d+(?:\.\d+)?)?(?P<scale>[十百千万亿]*)(?P<symbol>.*)")


def _build() -> tuple[Any, dict[str, str]]:
    registry: Any = UnitRegistry(None)
    names: dict[str, str] = {}
    for n, (base, others) in enumerate(_DIMENSIONS.items()):
        names[base] = f"unit{n}"
        registry.define(f"unit{n} = [dimension{n}]")
        for m, (symbol, factor) in enumerate(others.items()):
            names[symbol] = f"unit{n}part{m}"
            registry.define(f"unit{n}part{m} = {factor!r} * unit{n}")
    for n, symbol in enumerate(_COUNTS):
        names[symbol] = f"count{n}"
        registry.define(f"count{n} = [counted{n}]")
    return registry, names


class _Registry:
    """pint's registry, built on first use (it costs some 50 ms), shared by all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._built: tuple[Any, dict[str, str]] | None = None

    def get(self) -> tuple[Any, dict[str, str]]:
        with self._lock:
            if self._built is None:
                self._built = _build()
            return self._built


_REGISTRY = _Registry()
_BASE_OF = {symbol: base for base, others in _DIMENSIONS.items() for symbol in (base, *others)} | {
    symbol: symbol for symbol in _COUNTS
}


def normal_spelling(text: str) -> str:
    """Return a unit as the catalogue spells it: 万吨/年 -> 万t/a, 度 -> kWh, 公里 -> km.

    Unknown words are left as they are; whether the result is a unit is for `parse` to say.
    """
    unit = _TAIL.sub("", text.strip().replace(" ", "").replace("／", "/").replace("·", ""))
    for word, symbol in _WORDS:
        unit = unit.replace(word, symbol)
    return "/".join(_TON.sub("t", _TIME.sub(_time, part)) for part in unit.split("/"))


def _time(match: re.Match[str]) -> str:
    return match[1] + _TIMES[match[2]]


@lru_cache(maxsize=4096)
def _parse(unit: str) -> tuple[float, tuple[tuple[str, int], ...]]:
    """Return the factor and the (symbol, power) parts of a unit."""
    factor, parts = 1.0, list[tuple[str, int]]()
    unit = normal_spelling(unit)
    for position, term in enumerate(unit.split("/") if unit else []):
        match = _TERM.fullmatch(term)
        if match is None or not match["symbol"]:
            raise UnitError(f"不认识单位“{unit}”，请写成如 万t/a、kWh、mg/m³ 的形式。")
        symbol = match["symbol"]
        if symbol not in _BASE_OF:
            raise UnitError(
                f"不认识单位“{unit}”中的“{symbol}”，请写成如 万t/a、kWh、mg/m³ 的形式。"
            )
        size = float(match["number"] or 1)
        for letter in match["scale"]:
            size *= _SCALES[letter]
        factor *= size if position == 0 else 1 / size
        parts.append((symbol, 1 if position == 0 else -1))
    return factor, tuple(parts)


def parse(unit: str) -> Any:
    """Return the unit as a pint quantity of magnitude 1 ("" is dimensionless).

    Raises:
        UnitError: unknown unit; the sentence says which part.
    """
    registry, names = _REGISTRY.get()
    factor, parts = _parse(unit)
    quantity = registry.Quantity(factor, "")
    for symbol, power in parts:
        quantity = quantity * registry.Quantity(1.0, names[symbol]) ** power
    return quantity


def same_dimension(a: str, b: str) -> bool:
    """Say whether values of two units can be compared."""
    return bool(parse(a).dimensionality == parse(b).dimensionality)


def convert(value: float, source: str, target: str) -> float:
    """Return the value in another unit.

    Raises:
        UnitError: unknown unit, or a conversion without physical meaning; says why.
    """
    have, want = parse(source), parse(target)
    if have.dimensionality != want.dimensionality:
        raise UnitError(f"“{source}”不能换算成“{target}”：{_why(source, target)}")
    return float(value * (have / want).to_base_units().magnitude)


def _why(source: str, target: str) -> str:
    bases = [{_BASE_OF[s] for s, _p in _parse(u)[1]} for u in (source, target)]
    both = bases[0] ^ bases[1]
    if {"tce"} & both:
        return "标准煤与实物量、电量之间没有唯一的折算系数，需写明折标系数（GB/T 2589）。"
    if {"tCO2"} & both:
        return "二氧化碳与其他物质不是同一种量。"
    if {"Nm³"} & both:
        return "标准状态体积与工况体积需要温度和压力才能换算。"
    if {"a"} & both:
        return "一年运行多少天未知。"
    if both & set(_COUNTS):
        return "计数的对象不同。"
    return "不是同一种物理量。"


@lru_cache(maxsize=4096)
def _base(unit: str) -> tuple[float, str]:
    factor, parts = _parse(unit)
    for symbol, power in parts:
        base = _BASE_OF[symbol]
        if symbol != base:
            factor *= convert(1.0, symbol, base) ** power
    spelled = [_BASE_OF[symbol] for symbol, _power in parts]
    return factor, "/".join(spelled)


def to_base(value: float, unit: str, *, per_year: bool = False) -> tuple[float, str]:
    """Return the value in base units with their spelling: 80 万kWh/a -> (800000, "kWh/a").

    Two figures can be compared when their base spellings are equal. `per_year`: the quantity is
    annual although its unit does not say so (年节电 80 万kWh).

    Raises:
        UnitError: unknown unit.
    """
    factor, base = _base(unit)
    if per_year and base and "/" not in base and base not in {"%", "倍", "a"}:
        base += "/a"
    return value * factor, base


def display(value: float, unit: str) -> str:
    """Return a figure for people: every digit that was given, thousands apart, then the unit."""
    number = f"{value:,.10g}" if abs(value) < 1e10 else f"{value:,.0f}"
    if not unit:
        return number
    return f"{number}{unit}" if unit in {"%", "‰", "℃", "倍"} else f"{number} {unit}"
