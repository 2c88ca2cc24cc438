"""Understands a question: places, organisations, industries, kinds and numeric conditions.

Places, numbers, and an organisation that is asked for by name alone are strict (they filter);
industries and kinds only raise what fits. Everything understood becomes a `Condition`, shown to
the person, who can take it away; nothing understood as a filter is dropped in silence.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from kg.errors import UnitError
from kg.model import Industry, Node, Organization, Region
from kg.units import display, to_base
from kg.vocabulary import KIND_NAMES, Label
from search.analyzer import Analyzer, is_whole
from search.documents import Measure, SearchDocument
from search.lexicon import Indicator
from search.results import Condition
from search.trees import Trees
from search.wording import comparable

# Short names of counties that are also everyday words; they need their 区/县/市 or 经开区 behind.
_EVERYDAY = frozenset(
    "南部 前锋 名山 东坡 长寿 安居 高坪 大安 东区 西区 市中区 石柱 和平 朝天".split()
)
_GENERIC = re.compile(
    r"(有哪些|有什么|哪些|什么|哪家|有没有|推荐|介绍|一下|技术|装备|设备|产品|企业|公司|工厂|厂家|厂|单位|项目|供应商|"
    r"绿色低碳|绿色|低碳|环保|节能环保|改造|工业|的|在|做|搞|和|与|、|,|，|。|\?|!|:|;|\s)+"
)
_KIND_ASKED = re.compile(
    r"(技术|装备|设备|产品)(?:有哪些|有什么|推荐|供应商|厂家|目录|清单)?[?。!]*$"
)
_KINDS = {"技术": "Technology", "装备": "Equipment", "设备": "Equipment", "产品": "Product"}
_NUMBER = re.compile(
    r"(?P<before>超过|大于|高于|多于|不低于|不少于|至少|达到|低于|小于|少于|不超过|不高于|不大于|以下|[<>≥≤]=?)?"
    r"\s*(?P<value>\d+(?:\.\d+)?)\s*(?P<scale>[千万亿]{0,2})\s*"
    r"(?P<unit>%|‰|[a-zμ°℃²³][a-z0-9μ°℃²³/·]*|[公平立]?[里方]米|度电?|千瓦时|千瓦|兆瓦时?|吉瓦|吨标准煤|吨标煤|吨|元|公里|千米|米|"
    r"年|个月|月|天|小时|倍|户|辆|台|套|亩)?(?:\s*/\s*(?P<per>年|天|日|小时|月|吨|[a-z]+))?"
    r"[水电气煤钢油碳]?\s*(?P<after>及以上|以上|以下|以内|之内|之上)?"
)
_AT_LEAST = frozenset("超过 大于 高于 多于 不低于 不少于 至少 达到 > >= ≥ 及以上 以上 之上".split())
_AT_MOST = frozenset("低于 小于 少于 不超过 不高于 不大于 < <= ≤ 以下 以内 之内".split())
_SAVED = re.compile(r"[省节](?:约|下)?[^，。,.]{0,14}?(水|电|气|标煤|煤)")
_SAVINGS = {
    "水": "water_saving",
    "电": "power_saving",
    "气": "gas_saving",
    "煤": "energy_saving",
    "标煤": "energy_saving",
}
_ANNUAL = re.compile(r"(每年|一年|全年|年)")
_UNITS = {
    "度": "kWh", "度电": "kWh", "千瓦时": "kWh", "千瓦": "kW", "兆瓦": "MW", "兆瓦时": "MWh",
    "吉瓦": "GW", "吨标准煤": "tce", "吨标煤": "tce", "吨": "t", "元": "元", "公里": "km",
    "千米": "km", "米": "m", "立方米": "m³", "平方米": "m²", "方米": "m³", "小时": "h", "天": "d",
    "个月": "月", "mw": "MW", "kw": "kW", "gw": "GW", "mwh": "MWh", "kwh": "kWh", "gwh": "GWh",
    "mpa": "MPa", "m3": "m³", "m2": "m²", "mg/m3": "mg/m³", "mg/l": "mg/L", "h": "h",
}  # fmt: skip

Matches = Callable[[SearchDocument], Literal["yes", "unknown", "no"]]


@dataclass(frozen=True, slots=True)
class Span:
    """Where in the normalised question something was understood."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Understood:
    """A condition with its meaning: facet values (region, organisation, industry, kind), or a
    bound on a figure."""

    condition: Condition
    span: Span
    facet: str | None = None
    values: tuple[str, ...] = ()
    bound: "Bound | None" = None


@dataclass(frozen=True, slots=True)
class Bound:
    """A numeric condition in base units: indicators (empty: any) with `unit`, at least/most."""

    indicators: frozenset[str]
    unit: str
    at_least: float | None
    at_most: float | None

    def judge(self, measures: Iterable[Measure]) -> tuple[Literal["yes", "unknown", "no"], str]:
        """Return whether the stated figures meet the bound, and the figure that decides."""
        stated = [
            m
            for m in measures
            if m.unit == self.unit and (not self.indicators or m.indicator in self.indicators)
        ]
        for measure in stated:
            low_ok = self.at_least is None or measure.high >= self.at_least
            high_ok = self.at_most is None or measure.low <= self.at_most
            if low_ok and high_ok:
                return "yes", measure.wording
        return ("no", stated[0].wording) if stated else ("unknown", "")


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart: normalised text, what was understood, and what is left of the
    words once strict conditions are taken out (that is what gets encoded). `generic`: what is
    left names no subject (有哪些环保项目)."""

    normal: str
    understood: tuple[Understood, ...]
    rest: str
    generic: bool = False


class Understanding:
    """Knows the names of the graph; built from it once and again when names change."""

    def __init__(
        self,
        analyzer: Analyzer,
        trees: Trees,
        organizations: Iterable[Node],
        indicators: Mapping[str, Indicator],
    ) -> None:
        self._analyzer = analyzer
        self._trees = trees
        self._indicators = indicators
        self._aliases = sorted(
            (
                (analyzer.normalize(alias), indicator)
                for indicator in indicators.values()
                if indicator.code != "other"
                for alias in (indicator.name, *indicator.aliases)
            ),
            key=lambda pair: -len(pair[0]),
        )
        self._names: dict[str, list[tuple[str, str, str]]] = {}
        for node in trees.of(Label.REGION):
            self._learn_region(Region.from_node(node))
        for node in trees.of(Label.INDUSTRY):
            industry = Industry.from_node(node)
            for name in (industry.name, *industry.aliases):
                self._learn(name, "industry", industry.code, industry.name, least=2)
        for node in organizations:
            organization = Organization.from_node(node)
            for name in (organization.name, *organization.aliases):
                self._learn(name, "organization", organization.id, organization.name, least=2)
        self._longest = max(map(len, self._names), default=0)

    def _learn_region(self, region: Region) -> None:
        if region.level == "country":
            return
        for name in (region.name, region.short, *region.aliases):
            if not (name == region.short and name in _EVERYDAY):
                self._learn(name, "region", region.code, region.name, least=2)

    def _learn(self, name: str, kind: str, value: str, label: str, least: int) -> None:
        key = self._analyzer.normalize(name)
        if len(key) >= least:
            known = self._names.setdefault(key, [])
            if (kind, value, label) not in known:
                known.append((kind, value, label))

    def understand(self, text: str, dropped: frozenset[str] = frozenset()) -> Question:
        """Take the question apart; `dropped` are ids of conditions that are not wanted.

        Long texts (over 200 characters) are descriptions, not questions: names in them are
        context, so nothing is understood as a condition there.
        """
        normal = self._analyzer.normalize(text)
        if len(normal) > 200:
            return Question(normal, (), normal)
        found = [u for u in self._find(normal) if u.condition.id not in dropped]
        rest = list(normal)
        for understood in found:
            if understood.condition.strict and understood.condition.kind != "organization":
                for position in range(understood.span.start, understood.span.end):
                    rest[position] = " "
        left = re.sub(r"\s+", " ", "".join(rest)).strip(" 的,，。、")
        return Question(normal, tuple(found), left, not left or bool(_GENERIC.fullmatch(left)))

    def _find(self, normal: str) -> list[Understood]:
        numbers = self._numbers(normal)
        taken = {p for n in numbers for p in range(n.span.start, n.span.end)}
        names = self._named(normal, taken)
        for name in names:
            taken |= set(range(name.span.start, name.span.end))
        remainder = "".join(c for p, c in enumerate(normal) if p not in taken)
        generic = not remainder or bool(_GENERIC.fullmatch(remainder))
        names = [self._strictly(name, generic=generic) for name in names]
        return [*names, *numbers, *self._kind(normal, taken)]

    def _strictly(self, found: Understood, *, generic: bool) -> Understood:
        """An organisation filters only when nothing else is asked for."""
        c = found.condition
        if c.kind != "organization" or not generic:
            return found
        strict = Condition(c.id, c.kind, c.label, c.words, strict=True)
        return Understood(strict, found.span, found.facet, found.values)

    def _named(self, normal: str, taken: set[int]) -> list[Understood]:
        """Longest names first from the left; a name must not cut a dictionary word in two."""
        edges = self._word_edges(normal)
        out: list[Understood] = []
        regions: list[tuple[str, str, Span]] = []
        start = 0
        while start < len(normal):
            for end in range(min(len(normal), start + self._longest), start + 1, -1):
                words = normal[start:end]
                if words in self._names and not taken & set(range(start, end)):
                    kinds = self._names[words]
                    whole = is_whole(normal, start, end) and {start, end} <= edges
                    if whole or (len(words) > 3 and kinds[0][0] == "organization"):
                        found = self._choose(kinds, words, Span(start, end))
                        if found.condition.kind == "region":
                            regions.append((found.values[0], words, found.span))
                        out.append(found)
                        start = end - 1
                        break
            start += 1
        return self._one_region(out)

    def _one_region(self, found: list[Understood]) -> list[Understood]:
        """Of 绵竹市 in 德阳市 only the finer one filters; 四川和重庆 together say nothing."""
        codes = {u.values[0] for u in found if u.facet == "region"}
        above = {
            str(self._trees.nodes[i].props["code"])
            for code in codes
            for i in self._trees.line(f"region-{code}")[1:]
            if i in self._trees.nodes
        }
        useless = above & codes | ({"500000", "510000"} if {"500000", "510000"} <= codes else set())
        return [u for u in found if u.facet != "region" or u.values[0] not in useless]

    def _choose(self, kinds: list[tuple[str, str, str]], words: str, span: Span) -> Understood:
        order = ("organization", "region", "industry")
        kind, value, label = min(kinds, key=lambda k: order.index(k[0]))
        same = tuple(v for k, v, _label in kinds if k == kind)
        head = {"organization": "单位", "region": "地区", "industry": "行业"}[kind]
        condition = Condition(
            id=f"{kind}:{value}",
            kind=kind,  # type: ignore[arg-type]
            label=f"{head}：{label}",
            words=words,
            strict=kind == "region",
        )
        return Understood(condition, span, kind, same)

    def _word_edges(self, normal: str) -> set[int]:
        edges, at = {0, len(normal)}, 0
        for word in self._analyzer.words(normal):
            start = normal.find(word, at)
            if start >= 0:
                edges |= {start, start + len(word)}
                at = start + len(word)
        return edges

    def _kind(self, normal: str, taken: set[int]) -> list[Understood]:
        match = _KIND_ASKED.search(normal)
        if match is None or match.start(1) in taken:
            return []
        value = _KINDS[match[1]]
        label = f"类别：{KIND_NAMES[Label(value)]}"
        condition = Condition(f"kind:{value}", "kind", label, match[1], strict=False)
        return [Understood(condition, Span(*match.span(1)), "kind", (value,))]

    def _numbers(self, normal: str) -> list[Understood]:
        out = []
        for match in _NUMBER.finditer(normal):
            understood = self._number(normal, match)
            if understood is not None:
                out.append(understood)
        return out

    def _number(self, normal: str, match: re.Match[str]) -> Understood | None:
        before, after = match["before"] or "", match["after"] or ""
        at_least = before in _AT_LEAST or after in _AT_LEAST
        at_most = before in _AT_MOST or after in _AT_MOST
        if at_least == at_most:
            return None
        value = float(match["value"])
        for letter in match["scale"]:
            value *= {"千": 1e3, "万": 1e4, "亿": 1e8}[letter]
        asked = self._indicator(normal, match)
        unit = _UNITS.get(match["unit"] or "", match["unit"] or "")
        if match["per"]:
            unit += "/" + {"年": "a", "天": "d", "日": "d", "小时": "h", "吨": "t"}.get(
                match["per"], match["per"]
            )
        indicators, span = asked or self._saved(normal, match) or (frozenset(), Span(*match.span()))
        if not unit and not indicators:
            return None
        try:
            annual = bool(_ANNUAL.search(normal[: match.start()] + normal[match.end() :]))
            base, base_unit = to_base(value, unit, per_year=annual and "/" not in unit)
        except UnitError:
            return None
        words = normal[span.start : span.end]
        sign = "≥" if at_least else "≤"
        names = [self._indicators[i].name for i in sorted(indicators)]
        label = f"{'或'.join(names[:2]) or '数值'} {sign} {display(value, unit)}"
        condition = Condition(f"number:{sign}{value:g}{unit}", "number", label, words, strict=True)
        kinds = {comparable(i, base_unit) for i in indicators} or {base_unit}
        base_unit = kinds.pop() if len(kinds) == 1 else base_unit
        bound = Bound(indicators, base_unit, base if at_least else None, base if at_most else None)
        return Understood(condition, span, bound=bound)

    @staticmethod
    def _saved(normal: str, match: re.Match[str]) -> tuple[frozenset[str], Span] | None:
        """Understand 每年能省 100 万吨水 / 节约 3000 度电 without the indicator's name."""
        around = normal[max(0, match.start() - 8) : match.end() + 4]
        saved = _SAVED.search(around)
        code = _SAVINGS.get(saved[1]) if saved else None
        return (frozenset({code}), Span(*match.span())) if code else None

    def _indicator(self, normal: str, match: re.Match[str]) -> tuple[frozenset[str], Span] | None:
        """Find the indicator wording nearest before the number, else behind it."""
        best: tuple[int, int, int, str] | None = None
        for alias, _indicator in self._aliases:
            at = normal.rfind(alias, 0, match.start() + 1)
            if at >= 0 and at + len(alias) <= match.start():
                gap = match.start() - at - len(alias)
            else:
                at = normal.find(alias, match.end())
                gap = at - match.end() + 1 if at >= 0 else 99
            if gap <= 6 and (best is None or gap < best[0]):
                best = (gap, at, len(alias), alias)
        if best is None:
            return None
        codes = frozenset(i.code for alias, i in self._aliases if alias == best[3])
        start, end = min(best[1], match.start()), max(best[1] + best[2], match.end())
        return codes, Span(start, end)
