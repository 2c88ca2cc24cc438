"""Amounts in a question: 超过30%, 100-200吨/天, 不得低于一千万元, 3到5年 -> bounds and a unit.

Reads how people write; what the amount is an amount of is `search.numbers`' part.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MORE = "大于或?等于|超过|超出|大于|高于|多于|突破|达到|高达|≥|>=?"
_LESS = "小于或?等于|低于|小于|少于|不足|不到|不满|≤|<=?"
_DIGITS = r"\d{1,3}(?:,\d{3})+(?![\d,])|\d+"
_NUMBER = rf"(?:(?:{_DIGITS})(?:\.\d+)?|[一二两三四五六七八九十百千]+)"
_SCALE = r"(?:(?:千万|百万|万|亿|千)(?![瓦米克帕伏卡焦]))?"
_UNIT = (
    "个?百分点|%|‰|成|吨?二氧化碳当量|吨二氧化碳|吨标准煤|吨标煤|吨co2e?|蒸吨|吨|公斤|千克|毫克|微克|克|"
    "标准立方米|标立方米|标方|立方米|立方|方|平方公里|平方米|平米|平方|公顷|亩|公里|千米|毫米|米|"
    "千瓦时|兆瓦时|千瓦|兆瓦|吉瓦|度电|度|吉焦|兆焦|摄氏度|兆帕|千帕|千伏|美元|元|"
    "个月|年|天|小时|分钟|倍|户|辆|台|套|家|项|人|°c|[a-zμ²³][a-z0-9μ²³·]*"
)
_PER = "年|天|日|小时|月|吨|度电?|千瓦时|标准立方米|立方米|立方|方|平方米|平米|[a-z]+[23²³]?"
_AMOUNT = re.compile(
    rf"(?P<before>(?P<not>不(?:得|能|可|可以|会|应|应当|要)?|未|没有?)?(?P<sign>{_MORE}|{_LESS})"
    r"|(?P<least>至少|最少|最低|起码|不下)|(?P<most>至多|最多|最高|顶多))?"
    r"(?:了|约|为|到|在|有)?\s*(?P<hundredths>百分之)?(?P<minus>零下\s*|(?<![0-9a-z.%)])-)?"
    rf"(?:(?P<low>{_NUMBER})\s*(?P<lowscale>{_SCALE})\s*(?P<lowunit>{_UNIT})?\s*(?:-+|~|—|–|至|到)\s*"
    r"(?:百分之)?)?"
    rf"(?P<value>{_NUMBER})\s*(?P<scale>{_SCALE})\s*(?P<unit>{_UNIT})?"
    rf"(?:\s*[/每]\s*(?P<per>{_PER}))?[水电气煤钢油碳]?\s*"
    r"(?P<after>[及或]?以上|[及或]?以下|以内|之内|之上|之下|(?<=[年月天时])内)?(?:之间)?"
)
_UP = re.compile(f"(?:{_MORE}|以上|.以上|之上)")
_WORDS = {
    "度": "kWh", "度电": "kWh", "方": "m³", "立方": "m³", "平米": "m²", "平方": "m²", "成": "%",
    "二氧化碳当量": "tCO2e", "mw": "MW", "kw": "kW", "gw": "GW", "mwh": "MWh", "kwh": "kWh",
    "gwh": "GWh", "mpa": "MPa", "m3": "m³", "m2": "m²", "mg": "mg", "l": "L", "nm3": "Nm³",
    "°c": "℃",
}  # fmt: skip
_BELOW = {
    "年": "a", "天": "d", "日": "d", "小时": "h", "月": "月", "吨": "t", "标准立方米": "Nm³",
    "立方米": "m³", "平方米": "m²",
}  # fmt: skip
_DIGIT = {digit: n for n, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
_PLACE = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount and where it stands. `at_least` and `at_most` are in `unit`, a spelling that
    `kg.units` reads once it is complete: "" or 万 when the question names none.

    `degrees`: the unit is 度, which is kWh or ℃. `spelled`: the number is in Chinese (三年).
    """

    start: int
    end: int
    at_least: float | None
    at_most: float | None
    unit: str
    degrees: bool = False
    spelled: bool = False

    @property
    def exact(self) -> bool:
        """Whether no comparison stands beside the number."""
        return self.at_least == self.at_most is not None


def amounts(normal: str) -> Iterator[Amount]:
    """Yield the amounts of a normalised question, from left to right.

    A number without a comparison is both bounds at once (`exact`).
    """
    for match in _AMOUNT.finditer(normal):
        value = _value(match["value"])
        low = _value(match["low"]) if match["low"] else None
        if match["unit"] == "成" and not match["hundredths"]:
            value, low = 10 * value, None if low is None else 10 * low
        if match["minus"]:
            value = -value
        bounds = _range(match, low, value) if low is not None else _compared(match, value)
        if bounds is not None:
            unit = "%" if match["hundredths"] else _unit(match)
            degrees = match["unit"] == "度" and not match["per"]
            spelled = not match["value"][0].isdigit()
            yield Amount(*match.span(), *bounds, unit, degrees, spelled)


def _compared(match: re.Match[str], value: float) -> tuple[float | None, float | None] | None:
    """Return (at least, at most); None when the two comparisons contradict each other."""
    ups = set()
    if match["sign"]:
        ups.add(bool(_UP.fullmatch(match["sign"])) != bool(match["not"]))
    if match["least"] or match["most"]:
        ups.add(bool(match["least"]))
    if match["after"]:
        ups.add(bool(_UP.fullmatch(match["after"])))
    if len(ups) == 2:
        return None
    return (value, value) if not ups else (value, None) if ups == {True} else (None, value)


def _range(match: re.Match[str], low: float, high: float) -> tuple[float, float] | None:
    """Return both ends in the unit of the upper one; None when they do not belong together."""
    units = {u for u in (match["lowunit"], match["unit"]) if u}
    if len(units) > 1 or match["before"] or match["minus"]:
        return None
    if match["lowscale"] and match["lowscale"] != match["scale"]:
        low *= _size(match["lowscale"]) / _size(match["scale"])
    return (low, high) if low < high else None


def _size(scale: str) -> float:
    return {"": 1, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8}[scale]


def _value(text: str) -> float:
    """Return a number in digits (1,000.5) or Chinese (两千三百)."""
    if text[0].isdigit():
        return float(text.replace(",", ""))
    total, digit = 0.0, None
    for letter in text:
        if letter in _DIGIT:
            digit = _DIGIT[letter]
        else:
            total += (1 if digit is None else digit) * _PLACE[letter]
            digit = None
    return total + (digit or 0)


def _unit(match: re.Match[str]) -> str:
    unit = match["unit"] or match["lowunit"] or ""
    unit = match["scale"] + _WORDS.get(unit, unit)
    per = match["per"]
    return f"{unit}/{_BELOW.get(per, _WORDS.get(per, per))}" if per else unit
