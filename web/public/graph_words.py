"""How the graph is worded: kinds of nodes with their shapes, relations read either way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kg.model import Node
from kg.vocabulary import ENTRY_LABELS, PRIVATE_LABELS, RELATION_ENDS, Label, Relation

Way = Literal["out", "in"]
Family = frozenset[Label]
"""Labels that are told apart in the picture; the three kinds of entries are one family."""

PUBLIC_RELATIONS = tuple(
    relation for relation, ends in RELATION_ENDS.items() if not ends.sources & PRIVATE_LABELS
)
FAMILIES: Mapping[Family, str] = {
    ENTRY_LABELS: "条目",
    **{
        frozenset({label}): word
        for label, word in (
            (Label.ORGANIZATION, "单位"), (Label.DEMAND, "需求"), (Label.CASE, "案例"),
            (Label.MATERIAL, "物料"), (Label.CONCEPT, "主题"), (Label.INDUSTRY, "行业"),
            (Label.REGION, "地区"), (Label.EDITION, "目录期次"), (Label.DOCUMENT, "来源"),
        )
    },
}  # fmt: skip
"""In the order in which they stand around a node."""
FAMILY_OF: Mapping[Label, Family] = {label: family for family in FAMILIES for label in family}

_CONCEPTS = {"area": "领域", "direction": "方向", "process": "工艺", "technology": "技术门类"}


@dataclass(frozen=True, slots=True)
class Shape:
    """How a kind of node is drawn: an SVG path in a square of 20, and the kind's word."""

    key: str
    word: str
    path: str


SHAPES: Mapping[Label, Shape] = {
    label: Shape(label.lower(), word, path)
    for label, word, path in (
        (Label.TECHNOLOGY, "技术", "M2 2H18V18H2Z"),
        (Label.EQUIPMENT, "装备", "M6 2H14L19 10L14 18H6L1 10Z"),
        (Label.PRODUCT, "产品", "M10 1L19 18H1Z"),
        (Label.ORGANIZATION, "单位", "M10 1A9 9 0 1 1 10 19A9 9 0 1 1 10 1Z"),
        (Label.DEMAND, "需求", "M10 0L20 10L10 20L0 10Z"),
        (Label.CASE, "案例", "M2 1H19L15 7L19 13H5V20H2Z"),
        (Label.MATERIAL, "物料", "M10 0C14 6 17 9 17 13A7 7 0 0 1 3 13C3 9 6 6 10 0Z"),
        (Label.CONCEPT, "主题", "M1 3H12L19 10L12 17H1Z"),
        (Label.INDUSTRY, "行业", "M1 19V8L7 12V8L13 12V2H18V19Z"),
        (Label.REGION, "地区", "M10 20C5 13 3 11 3 7A7 7 0 0 1 17 7C17 11 15 13 10 20Z"),
        (Label.EDITION, "目录期次", "M3 1H17V19L10 14L3 19Z"),
        (Label.DOCUMENT, "来源", "M3 1H12L17 6V19H3Z"),
    )
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A relation in words: its switch, and a sentence read from source and from target.

    `{a}` is what the sentence begins with, `{b}` the other end.
    """

    switch: str
    forwards: str
    backwards: str


READINGS: Mapping[Relation, Reading] = {
    Relation.SUPPLIES: Reading("供应", "{a}供应{b}", "{a}由{b}供应"),
    Relation.HOLDS: Reading("持有", "{a}持有{b}", "{a}由{b}持有"),
    Relation.SOLVED_BY: Reading("解决需求", "{a}由{b}解决", "{a}解决了{b}"),
    Relation.POSTED: Reading("提出需求", "{a}提出{b}", "{a}由{b}提出"),
    Relation.CASE_OF: Reading("应用案例", "{a}应用了{b}", "{a}应用于{b}"),
    Relation.CASE_AT: Reading("案例用户", "{a}的用户是{b}", "{a}是{b}的用户"),
    Relation.USES: Reading("用到", "{a}用到{b}", "{a}被{b}用到"),
    Relation.REPLACES: Reading("替代", "{a}可以替代{b}", "{a}可以由{b}替代"),
    Relation.CONSUMES: Reading("消纳物料", "{a}消纳{b}", "{a}由{b}消纳"),
    Relation.PRODUCES: Reading("产出物料", "{a}产出{b}", "{a}由{b}产出"),
    Relation.IN_CONCEPT: Reading("所属主题", "{a}属于{b}", "{a}包括{b}"),
    Relation.APPLIES_TO: Reading("适用行业", "{a}适用于{b}", "{a}用得上{b}"),
    Relation.CONCERNS: Reading("需求涉及", "{a}涉及{b}", "涉及{a}的有{b}"),
    Relation.LOCATED_IN: Reading("所在地区", "{a}在{b}", "在{a}的有{b}"),
    Relation.PART_OF: Reading("上下级", "{a}的上级是{b}", "{a}的下级有{b}"),
    Relation.LISTED_IN: Reading("列入目录", "{a}列入{b}", "{a}收录了{b}"),
    Relation.CITES: Reading("来源", "{a}的来源是{b}", "{a}是{b}的来源"),
}
"""In the order in which relations stand around a node: people, needs, cases, things, places."""
RELATION_ORDER: Mapping[Relation, int] = {relation: n for n, relation in enumerate(READINGS)}


def name_of(node: Node) -> str:
    """Return what a node is called."""
    return str(node.props.get("name") or node.props.get("title") or node.id)


def kind_of(node: Node) -> str:
    """Return the kind of a node in a word; concepts by their scheme."""
    if node.label is Label.CONCEPT:
        return _CONCEPTS.get(str(node.props.get("scheme")), SHAPES[node.label].word)
    return SHAPES[node.label].word


def relation_word(relation: Relation, way: Way) -> str:
    """Return what the neighbours by this relation are to a node: 供应方, 适用行业."""
    ends = RELATION_ENDS[relation]
    return ends.forwards if way == "out" else ends.backwards


def far_families(relation: Relation, way: Way) -> list[Family]:
    """Return the families that may stand at the other end, in their order."""
    ends = RELATION_ENDS[relation]
    labels = ends.targets if way == "out" else ends.sources
    return [family for family in FAMILIES if family & labels]


def quotes(node: Node) -> tuple[str, str]:
    """Return the marks around the name in a sentence: sources in 《》, everything else in “”."""
    return ("《", "》") if node.label is Label.DOCUMENT else ("“", "”")


def clause(relation: Relation, way: Way) -> tuple[str, str, str]:
    """Return the words before, between and after the two names, read from `a`.

    (SUPPLIES, "in") -> ("", "由", "供应"): “A”由“B”供应.
    """
    reading = READINGS[relation]
    text = reading.forwards if way == "out" else reading.backwards
    before, rest = text.split("{a}")
    between, after = rest.split("{b}")
    return before, between, after
