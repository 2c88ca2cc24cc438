"""Understands a question: places, organisations, industries, kinds and numeric conditions.

Places, numbers, and an organisation that is asked for by name alone are strict (they filter);
industries and kinds only raise what fits. Everything understood becomes a `Condition`, shown to
the person, who can take it away; nothing understood as a filter is dropped in silence.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kg.model import Industry, Node, Organization, Region
from kg.vocabulary import KIND_NAMES, Label
from search.analyzer import Analyzer, Span, is_whole
from search.lexicon import Indicator
from search.numbers import Bound, NumberFound, NumberReader
from search.results import Condition
from search.trees import Trees

# Short names of counties that are also everyday words; they need their 区/县/市 or 经开区 behind,
# or the city that they belong to before them (重庆长寿, 自贡大安).
_EVERYDAY = frozenset(
    "南部 前锋 名山 东坡 长寿 安居 高坪 大安 东区 西区 市中区 石柱 和平 朝天".split()
)
_GENERIC = re.compile(
    r"(有哪些|有什么|哪些|什么|哪家|有没有|推荐|介绍|一下|技术|装备|设备|产品|企业|公司|工厂|厂家|厂|单位|项目|供应商|"
    r"每年|一年|全年|年|能|可以|大概|约|左右|绿色低碳|绿色|低碳|环保|节能环保|改造|工业|的|在|做|搞|和|与|、|,|，|。|\?|!|:|;|\s)+"
)
_UNWANTED = re.compile(r"(?:除了|除开|除去|除|不要|不想要|不包括|不含|不在|不是|排除|非)$")
_BUT = re.compile(r"(?:地区|本地)?(?:之外|以外)")
_LONGER_NAME = re.compile(
    r"[^的\s,。、有和与]{0,8}?(?:大学|学院|研究院|研究所|设计院|有限公司|有限责任公司|集团)"
)
"""What follows a place that is only the beginning of an unknown organisation's name."""
_OWN = re.compile(r"我们|我厂|我司|我公司|我单位|本厂|本公司|本企业|咱|我是|我在|老板|厂里")
_DESCRIPTION = 40
"""From so many letters on a question describes a plant; a place in it is where the plant is."""
_PLANT = re.compile(r"(厂|企业|公司|行业|工业|车间|作坊|窖|矿|场|站)$")
_PLANT_BEHIND = re.compile(r"(工?厂|企业|公司|行业|车间|生产线|生产企业|项目)")
_KIND_ASKED = re.compile(
    r"(技术|装备|设备|产品)(?:有哪些|有什么|推荐|供应商|厂家|目录|清单)?[?。!]*$"
)
_KINDS = {"技术": "Technology", "装备": "Equipment", "设备": "Equipment", "产品": "Product"}


@dataclass(frozen=True, slots=True)
class Understood:
    """A condition with its meaning: facet values (region, organisation, industry, kind), or a
    bound on a figure. `negated`: the values are what is not wanted (除了重庆)."""

    condition: Condition
    span: Span
    facet: str | None = None
    values: tuple[str, ...] = ()
    bound: Bound | None = None
    negated: bool = False


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
        self._numbers = NumberReader(
            indicators,
            [
                (analyzer.normalize(wording), indicator.code)
                for indicator in indicators.values()
                for wording in (indicator.name, *indicator.aliases)
            ],
        )
        self._names: dict[str, list[tuple[str, str, str]]] = {}
        self._everyday: dict[str, list[Region]] = {}
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
            if name == region.short and name in _EVERYDAY:
                self._everyday.setdefault(self._analyzer.normalize(name), []).append(region)
            else:
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
        everything, useless = self._find(normal)
        found = [u for u in everything if u.condition.id not in dropped]
        blank = [
            u.span
            for u in found
            if u.condition.strict and (u.condition.kind != "organization" or u.negated)
        ]
        rest = list(normal)
        for span in (*blank, *useless):
            rest[span.start : span.end] = " " * (span.end - span.start)
        found = list({u.condition.id: u for u in reversed(found)}.values())[::-1]
        left = re.sub(r"\s+", " ", "".join(rest)).strip(" 的,，。、")
        return Question(normal, tuple(found), left, not left or bool(_GENERIC.fullmatch(left)))

    def _find(self, normal: str) -> tuple[list[Understood], list[Span]]:
        """Return what was understood, and where places stand that filter nothing."""
        numbers = [_number(normal, found) for found in self._numbers.read(normal)]
        taken = {p for n in numbers for p in range(n.span.start, n.span.end)}
        named = [self._wanted(normal, name) for name in self._named(normal, taken)]
        for name in named:
            taken |= set(range(name.span.start, name.span.end))
        names = self._one_region(named)
        useless = [name.span for name in named if name not in names]
        remainder = "".join(c for p, c in enumerate(normal) if p not in taken)
        generic = not remainder or bool(_GENERIC.fullmatch(remainder))
        names = [self._strictly(name, generic=generic) for name in names]
        return [*names, *numbers, *self._kind(normal, taken)], useless

    def _strictly(self, found: Understood, *, generic: bool) -> Understood:
        """An organisation filters only when nothing else is asked for."""
        c = found.condition
        if c.kind != "organization" or c.strict or not generic:
            return found
        return replace(found, condition=replace(c, strict=True))

    @staticmethod
    def _wanted(normal: str, found: Understood) -> Understood:
        """See whether a place or an organisation is asked for at all.

        除了重庆 and 重庆以外 leave it out; in 成都理工大学 the place is only part of a name.
        """
        c, span = found.condition, found.span
        before = _UNWANTED.search(normal[: span.start])
        after = _BUT.match(normal, span.end)
        if c.kind in {"region", "organization"} and (before or after):
            out = Condition(
                f"-{c.id}", c.kind, f"{c.label[:3]}不含{c.label[3:]}", c.words, strict=True
            )
            start, end = (
                before.start() if before else span.start,
                after.end() if after else span.end,
            )
            return replace(found, condition=out, span=Span(start, end), negated=True)
        if c.kind == "region" and _LONGER_NAME.match(normal, span.end):
            return replace(found, condition=replace(c, strict=False))
        if c.kind == "region" and (_OWN.search(normal) or len(normal) > _DESCRIPTION):
            # Where the asker's own plant stands; who can help may be anywhere.
            return replace(found, condition=replace(c, strict=False))
        return found

    def _named(self, normal: str, taken: set[int]) -> list[Understood]:
        """Longest names first from the left; a name must not cut a dictionary word in two."""
        edges = self._word_edges(normal)
        out: list[Understood] = []
        start = 0
        while start < len(normal):
            for end in range(min(len(normal), start + self._longest), start + 1, -1):
                words = normal[start:end]
                if words in self._names and not taken & set(range(start, end)):
                    kinds = self._names[words]
                    whole = is_whole(normal, start, end) and {start, end} <= edges
                    if whole or (len(words) > 3 and kinds[0][0] == "organization"):
                        found = self._choose(kinds, words, Span(start, end))
                        if found.facet != "industry" or _is_plant(normal, found.span):
                            out.append(found)
                        start = end - 1
                        if found.facet == "region":
                            out += (below := self._below(normal, found, edges))
                            start = below[-1].span.end - 1 if below else start
                        break
            start += 1
        return out

    def _below(self, normal: str, place: Understood, edges: set[int]) -> list[Understood]:
        """Read an everyday word as a county where its city stands right before it."""
        start = place.span.end
        for name, regions in self._everyday.items():
            end = start + len(name)
            if normal.startswith(name, start) and end in edges:
                for region in regions:
                    if self._trees.parents.get(region.id) == f"region-{place.values[0]}":
                        kinds = [("region", region.code, region.name)]
                        return [self._choose(kinds, name, Span(start, end))]
        return []

    def _one_region(self, found: list[Understood]) -> list[Understood]:
        """Of 绵竹市 in 德阳市 only the finer one filters; 四川和重庆 together, and what lies across
        provinces (川渝地区), say nothing."""
        codes = {u.values[0] for u in found if u.facet == "region" and not u.negated}
        above = {
            str(self._trees.nodes[i].props["code"])
            for code in codes
            for i in self._trees.line(f"region-{code}")[1:]
            if i in self._trees.nodes
        }
        useless = above & codes | ({"500000", "510000"} if {"500000", "510000"} <= codes else set())
        useless |= {
            c for c in codes
            if c.startswith("Z-") and self._trees.parents.get(f"region-{c}") == "region-100000"
        }  # fmt: skip
        return [u for u in found if u.facet != "region" or u.negated or u.values[0] not in useless]

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


def _is_plant(normal: str, span: Span) -> bool:
    """Say whether a name of an industry means who asks (水泥厂, 白酒企业), not a technology or a
    material (光伏, 氢能, 锅炉)."""
    words = normal[span.start : span.end]
    return bool(_PLANT.search(words) or _PLANT_BEHIND.match(normal, span.end))


def _number(normal: str, found: NumberFound) -> Understood:
    words = normal[found.start : found.end]
    condition = Condition(f"number:{found.label}", "number", found.label, words, strict=True)
    return Understood(condition, Span(found.start, found.end), bound=found.bound)
