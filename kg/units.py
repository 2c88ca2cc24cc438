"""Units of the catalogue: reading, comparing, converting and showing figures in Chinese.

A unit is a numerator and at most one denominator (`万kWh/a`, `mg/m³`, `kg/100km`), each with an
optional 万/亿. Numerator and denominator convert apart, so `t/t` never becomes a percentage, and
a substance is a dimension of its own: only what is physically the same converts. Decided here:

- Standard coal (tce) is neither energy nor mass; CO2 is no mass; 家, 台, 个 ... never mix.
- `/a` and `/d` do not convert: a plant's days of running are not known. Durations do (365 天).
- 蒸吨 (a boiler's steam in t/h, as on its plate) is its own dimension: not every t/h is steam.
- A temperature converts with its offset; in a denominator or per something it is a difference.

Factors: GB 3100-1993 and GB 3102-1993 (SI, kWh, r/min, 马力 735.498 75 W, hp 745.699 9 W, US
refrigeration ton 3.516 853 kW), GB/T 2589-2020 (1 kgce = 29.3076 MJ, 1 kcal = 4.1868 kJ; stated,
never applied unasked), 1 亩 = 1/15 hm², US gallon 3.785 411 784 L.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from math import prod
from typing import Any

import pint

from kg.errors import UnitError

_COUNTS = (
    "家 个 台 套 座 辆 项 条 户 种 道 处 组 片 类 块 头 艘 人 次 件 只 口 栋 间 列 名 所 株 棵 根 "
    "吨位 人次 台（套） 标准箱"
).split()

# kind: (Chinese name, base spelling, {spelling: size in the base}); "℃" stands apart
_KINDS: dict[str, tuple[str, str, dict[str, str]]] = {
    "ratio": ("比例", "%", {"%": "1", "‰": "0.1", "": "100"}),
    "point": ("百分点", "百分点", {"百分点": "1"}),
    "times": ("倍数", "倍", {"倍": "1"}),
    "mass": ("质量", "t", {"t": "1", "kg": "1e-3", "g": "1e-6", "mg": "1e-9", "μg": "1e-12"}),
    "co2": (
        "二氧化碳量",
        "tCO2e",
        {f"{m}CO2{e}": f"{f}" for m, f in (("t", 1), ("kg", 1e-3), ("g", 1e-6)) for e in ("", "e")},
    ),
    "coal": ("标准煤量", "tce", {"tce": "1", "kgce": "1e-3", "gce": "1e-6"}),
    "energy": (
        "能量",
        "kWh",
        {"Wh": "1e-3", "kWh": "1", "MWh": "1e3", "GWh": "1e6", "TWh": "1e9", "kJ": "1/3600",
         "MJ": "1/3.6", "GJ": "1000/3.6", "TJ": "1e6/3.6", "kcal": "4.1868/3600"},
    ),
    "power": (
        "功率",
        "kW",
        {"W": "1e-3", "kW": "1", "MW": "1e3", "GW": "1e6", "hp": "0.7456999", "马力": "0.73549875",
         "RT": "3.516853"},
    ),
    "apparent": ("视在功率", "kVA", {"kVA": "1", "MVA": "1e3"}),
    "length": ("长度", "m", {"m": "1", "km": "1e3", "cm": "1e-2", "mm": "1e-3", "μm": "1e-6"}),
    "area": ("面积", "m²", {"m²": "1", "km²": "1e6", "hm²": "1e4", "亩": "10000/15"}),
    "volume": (
        "体积",
        "m³",
        {"m³": "1", "L": "1e-3", "mL": "1e-6", "hL": "0.1", "kL": "1", "加仑": "3.785411784e-3"},
    ),
    "gas": ("标准状态气体体积", "Nm³", {"Nm³": "1"}),
    "steam": ("蒸汽流量", "蒸吨", {"蒸吨": "1"}),
    "money": ("金额", "元", {"元": "1"}),
    "dollars": ("美元金额", "美元", {"美元": "1"}),
    "pressure": ("压力", "MPa", {"MPa": "1", "kPa": "1e-3", "Pa": "1e-6", "bar": "0.1"}),
    "sound": ("声级", "dB", {"dB": "1", "dB(A)": "1"}),
    "voltage": ("电压", "kV", {"kV": "1", "V": "1e-3"}),
    "turns": ("转数", "r", {"r": "1"}),
    "duration": (
        "时间",
        "天",
        {"天": "1", "周": "7", "h": "1/24", "min": "1/1440", "s": "1/86400", "月": "365/12",
         "年": "365"},
    ),
    "temperature": ("温度", "℃", {"K": "1"}),
    **{f"count {name}": (f"以“{name}”计的数量", name, {name: "1"}) for name in _COUNTS},
}  # fmt: skip
_RATES: dict[str, tuple[str, str, dict[str, str]]] = {
    "day": ("每日", "d", {"d": "1", "h": "1/24", "min": "1/1440", "s": "1/86400"}),
    "year": ("每年", "a", {"a": "1", "月": "1/12"}),
}
"""Times in a denominator, in place of durations."""

_WORDS = {
    "千瓦时": "kWh", "度": "kWh", "度电": "kWh", "kW·h": "kWh", "兆瓦时": "MWh", "吉瓦时": "GWh",
    "MW·h": "MWh", "瓦": "W", "千瓦": "kW", "兆瓦": "MW", "吉瓦": "GW", "kWp": "kW", "MWp": "MW",
    "GWp": "GW", "Wp": "W", "匹": "马力", "冷吨": "RT", "吉焦": "GJ", "兆焦": "MJ", "千焦": "kJ",
    "大卡": "kcal", "千卡": "kcal", "吨": "t", "千克": "kg", "公斤": "kg", "克": "g", "毫克": "mg",
    "微克": "μg", "立方米": "m³", "立方": "m³", "方": "m³", "m3": "m³", "升": "L", "l": "L",
    "百升": "hL", "千升": "kL", "毫升": "mL", "标准立方米": "Nm³", "标立方米": "Nm³", "标方": "Nm³",
    "标立方": "Nm³", "Nm3": "Nm³", "平方米": "m²", "m2": "m²", "平方公里": "km²",
    "平方千米": "km²", "km2": "km²", "公顷": "hm²", "hm2": "hm²", "ha": "hm²", "米": "m",
    "公里": "km", "千米": "km", "厘米": "cm", "毫米": "mm", "微米": "μm", "摄氏度": "℃",
    "°C": "℃", "小时": "h", "时": "h", "分钟": "min", "分": "min", "秒": "s", "个月": "月",
    "个百分点": "百分点", "pct": "%", "兆帕": "MPa", "千帕": "kPa", "帕": "Pa", "分贝": "dB",
    "人民币": "元", "人民币元": "元", "元人民币": "元", "块钱": "元", "台(套)": "台（套）",
    "台套": "台（套）", "千伏": "kV", "伏": "V", "千伏安": "kVA", "兆伏安": "MVA", "转": "r",
    "蒸吨/h": "蒸吨", "蒸吨/小时": "蒸吨", "rpm": "r/min", "TEU": "标准箱",
    **{
        f"{words}{substance}": f"{mass}{sign}"
        for mass, spellings in {"t": "t 吨", "kg": "kg 千克 公斤", "g": "g 克"}.items()
        for words in spellings.split()
        for sign, substances in {
            "CO2": "CO2 二氧化碳", "ce": "ce 标准煤 标煤",
            "CO2e": "CO2e CO2eq CO2-eq CO2当量 二氧化碳当量",
        }.items()
        for substance in substances.split()
    },
}  # fmt: skip
"""Raw spellings, after NFKC and without spaces."""
_ABOVE = {"日": "天", "d": "天", "a": "年"}
_BELOW = {"日": "d", "天": "d", "年": "a"}
_SIZES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}


def _registry() -> tuple[pint.UnitRegistry[Any], dict[str, tuple[str, str]]]:
    """Return a pint registry of just these units, and kind and pint name by spelling.

    Spellings of `_RATES` have a slash in front. Pint reads only ASCII names, so they are numbered.
    """
    registry: pint.UnitRegistry[Any] = pint.UnitRegistry(None)
    names: dict[str, tuple[str, str]] = {}
    for mark, kinds in (("", _KINDS), ("/", _RATES)):
        for kind, (_, _, sizes) in kinds.items():
            number = f"u{len(names)}"
            registry.define(f"{number}base = [{number}]")
            for i, (spelling, size) in enumerate(sizes.items()):
                registry.define(f"{number}n{i} = {size} * {number}base")
                names[mark + spelling] = (kind, f"{number}n{i}")
    registry.define(f"celsius = {names['K'][1]}; offset: 273.15")
    names["℃"] = ("temperature", "celsius")
    return registry, names


_PINT, _NAMES = _registry()
_FOLDED = {name.casefold(): name for name in _NAMES if name.isascii() and len(name) > 1}


@dataclass(frozen=True, slots=True)
class Part:
    """Numerator or denominator: how many of which unit. `kind` is its dimension."""

    kind: str
    name: str
    count: float

    @property
    def pint_name(self) -> str:
        """The unit in the registry."""
        return _NAMES[self.name][1]

    @property
    def base(self) -> str:
        """The base spelling of the kind."""
        return (_RATES if self.name.startswith("/") else _KINDS)[self.kind][1]

    @property
    def words(self) -> str:
        """The kind in Chinese."""
        return (_RATES if self.name.startswith("/") else _KINDS)[self.kind][0]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that has been read; `text` is its normal spelling."""

    text: str
    top: Part
    bottom: Part | None = None

    @property
    def dimension(self) -> tuple[str, str | None]:
        """Kinds of numerator and denominator."""
        return self.top.kind, self.bottom.kind if self.bottom else None

    @property
    def base(self) -> str:
        """The unit that all of this dimension are compared in."""
        return self.top.base + (f"/{self.bottom.base}" if self.bottom else "")


def normal_spelling(text: str) -> str:
    """Return the catalogue's spelling of a raw one: 万吨/年 -> 万t/a, 度 -> kWh, m3/d -> m³/d.

    What is not understood is left as it stands (`parse` will refuse it). Words that qualify
    the number (以上, 约) are not dropped: they belong elsewhere.
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("每", "/")
    plain = _WORDS.get(plain, plain)
    above, slash, below = plain.partition("/")
    if not slash:
        return _normal_part(above, _ABOVE)
    return f"{_normal_part(above, _ABOVE)}/{_normal_part(below, _BELOW)}"


def _normal_part(text: str, times: dict[str, str]) -> str:
    number, rest = _split_number(text)
    for i in range(len(rest)):
        if i and rest[i - 1] not in _SIZES:
            break
        name = rest[i:]
        name = times.get(name) or _WORDS.get(name) or name
        if times is _BELOW and f"/{name}" in _NAMES:
            return number + rest[:i] + name
        name = name if name in _NAMES else _FOLDED.get(name.casefold(), name)
        if name in _NAMES:
            return number + rest[:i] + name
    return {"台(套)": "台（套）"}.get(text, text)


def _split_number(text: str) -> tuple[str, str]:
    match = re.match(r"[0-9]{1,6}(?:\.[0-9]{1,6})?", text)
    return (match[0], text[match.end() :]) if match else ("", text)


@lru_cache(maxsize=4096)
def parse(unit: str) -> Unit:
    """Read a unit in any known spelling; "" is a plain number.

    Raises:
        UnitError: it is not known.
    """
    text = normal_spelling(unit)
    above, slash, below = text.partition("/")
    top = _part(above, rate=False)
    bottom = _part(below, rate=True) if slash else None
    if top is None or (slash and (bottom is None or not above or not below)):
        shown = unit[:40].encode("utf-8", "replace").decode()
        raise UnitError(
            f"单位“{shown}”不认识。请写成“万t/a”“kWh/t”“万元”这样的单位，"
            "“以上”“约”等字样请写在备注里。"
        )
    return Unit(text, top, bottom)


def _part(text: str, *, rate: bool) -> Part | None:
    number, rest = _split_number(text)
    if number and not rate:
        return None
    for i in range(len(rest) + 1):
        if i and rest[i - 1] not in _SIZES:
            break
        name = rest[i:]
        if rate and f"/{name}" in _NAMES:
            name = f"/{name}"
        if name in _NAMES and (name or not rest):
            count = float(number or 1) * prod(_SIZES[size] for size in rest[:i])
            return Part(_NAMES[name][0], name, count) if count else None
    return None


def same_dimension(a: str, b: str) -> bool:
    """Say whether figures in these units can be compared at all.

    Raises:
        UnitError: one of them is not known.
    """
    return parse(a).dimension == parse(b).dimension


def convert(value: float, from_unit: str, to_unit: str) -> float:
    """Return the value in another unit.

    Raises:
        UnitError: unknown unit, or no physical meaning (tce and kWh, t and tCO2, 家 and 台,
            per day and per year); says why.
    """
    source, target = parse(from_unit), parse(to_unit)
    if source.dimension != target.dimension:
        raise UnitError(f"“{source.text}”不能换算成“{target.text}”：{_reason(source, target)}。")
    for one, other in ((source.top, target.top), (target.bottom, source.bottom)):
        if one and other and one.name.endswith("CO2e") and other.name.endswith("CO2"):
            raise UnitError(
                f"“{source.text}”不能换算成“{target.text}”：当量里可能含有其他温室气体。"
            )
    if source.text == target.text:
        return value
    if source.bottom is None or target.bottom is None:
        return _turned(value, source.top, target.top)
    # per something, a temperature is a difference: an offset would be wrong
    above = _turned(value, _difference(source.top), _difference(target.top))
    return above / _turned(1.0, _difference(source.bottom), _difference(target.bottom))


def _difference(part: Part) -> Part:
    return Part(part.kind, "K", part.count) if part.name == "℃" else part


def _turned(value: float, source: Part, target: Part) -> float:
    if source.name == target.name:
        return value * source.count / target.count
    quantity = _PINT.Quantity(value * source.count, source.pint_name)
    return float(quantity.to(target.pint_name).magnitude) / target.count


def to_base(value: float, unit: str, *, per_year: bool = False) -> tuple[float, str]:
    """Return value and unit in the base of the dimension, for comparing figures.

    Rounded to 12 digits, so that 0.3 万t and 3000 t are equal. `per_year` says that the quantity
    is annual: then 万kWh counts as 万kWh/a (a unit with a denominator, and a ratio, stay).

    Raises:
        UnitError: the unit is not known.
    """
    read = parse(annual(unit) if per_year else unit)
    return float(f"{convert(value, read.text, read.base):.12g}"), read.base


def annual(unit: str) -> str:
    """Return the unit per year of an annual quantity: 万kWh -> 万kWh/a; kWh/t and % stay.

    Raises:
        UnitError: the unit is not known.
    """
    read = parse(unit)
    if read.bottom or read.top.kind in ("ratio", "point", "times", "temperature", "duration"):
        return read.text
    return f"{read.text}/a"


def display(value: float, unit: str) -> str:
    """Return a figure for people: 1,234.5 万kWh/a, 30%; at most 10 digits, none made up.

    An unknown unit is shown as it stands.
    """
    number = format(Decimal(f"{value:.10g}"), ",f")
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    number = "0" if number == "-0" else number
    text = normal_spelling(unit)
    return number + text if text in ("", "%", "‰") else f"{number} {text}"


_REASONS: dict[frozenset[str], str] = {
    frozenset({"coal", "energy"}): (
        "电和热折标准煤要先选定折算系数（GB/T 2589-2020：1 kgce = 29.3076 MJ，"
        "电力当量值 0.1229 kgce/kWh，等价值逐年公布），不能自动换算"
    ),
    frozenset({"coal", "mass"}): "标准煤是按热值折算的能量，不是煤的重量",
    frozenset({"co2", "mass"}): "二氧化碳的吨数和其他物料的吨数不是同一种东西",
    frozenset({"co2", "coal"}): "要先知道燃料的排放因子",
    frozenset({"co2", "energy"}): "要先知道电或燃料的排放因子",
    frozenset({"gas", "volume"}): "标准状态和实际状态的气体体积不同，要先知道温度和压力",
    frozenset({"mass", "volume"}): "要先知道密度",
    frozenset({"power", "energy"}): "要先知道运行时间",
    frozenset({"power", "apparent"}): "要先知道功率因数",
    frozenset({"ratio", "point"}): "百分点是两个百分数之差",
    frozenset({"ratio", "times"}): "倍数和百分数的基准不同",
    frozenset({"money", "dollars"}): "要先知道汇率",
    frozenset({"day", "year"}): "要先知道一年运行多少天",
}


def _reason(source: Unit, target: Unit) -> str:
    pairs = [(source.top, target.top), (source.bottom, target.bottom)]
    for one, other in pairs:
        if one and other and one.kind != other.kind:
            plain = f"一个是{one.words}，一个是{other.words}"
            return _REASONS.get(frozenset({one.kind, other.kind}), plain)
    return "一个是总量，一个是单位量"
