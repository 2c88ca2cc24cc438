"""The card of a node: what it is in two lines, its key figures, how much hangs on it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.model import Case, Demand, Document, Entry, Node, Organization
from kg.vocabulary import ENTRY_LABELS, Label, Relation
from search.trees import TREE_LABELS, Trees
from web.public.browse_kinds import KINDS, Kind, definition
from web.public.graph_words import (
    RELATION_ORDER,
    SHAPES,
    Shape,
    Way,
    kind_of,
    name_of,
    relation_word,
)
from web.public.links import Links
from web.public.words import STATUS_NAMES, UNKNOWN, year

LONGEST = 90
FIGURES = 3
WORDS = 4


@dataclass(frozen=True, slots=True)
class Card:
    """A node in short. `page` is its own page, `source` the address of a source."""

    id: str
    name: str
    kind: str
    shape: Shape
    lines: Sequence[str]
    figures: Sequence[tuple[str, str]]
    around: Sequence[tuple[str, int]]
    page: str | None
    source: str | None


def page_of(links: Links, node: Node) -> str | None:
    """Return the node's page on this site; None where it has none of its own."""
    if node.label in ENTRY_LABELS:
        return links.entry(node.id)
    if node.label is Label.DEMAND:
        return links.demand(node.id)
    if node.label is Label.ORGANIZATION:
        return links.organization(node.id)
    kind = browse_kind(node)
    return kind.href(links, node) if kind else None


def browse_kind(node: Node) -> Kind | None:
    """Return the way of browsing that the node belongs to; None where there is none."""
    if node.props.get("level") == "country":
        return None
    fitting = (k for k in KINDS.values() if k.label is node.label)
    return next((k for k in fitting if k.scheme in {None, node.props.get("scheme")}), None)


def card_of(
    links: Links, trees: Trees, node: Node, degrees: Mapping[tuple[Relation, Way], int]
) -> Card:
    """Return the card."""
    return Card(
        id=node.id,
        name=name_of(node),
        kind=kind_of(node),
        shape=SHAPES[node.label],
        lines=[_cut(line) for line in _lines(node, trees) if line],
        figures=_figures(node),
        around=_around(degrees),
        page=page_of(links, node),
        source=node.props.get("url") if node.label is Label.DOCUMENT else None,
    )


def _lines(node: Node, trees: Trees) -> list[str]:
    if node.label in TREE_LABELS:
        return ["国家。"] if node.props.get("level") == "country" else [definition(node, trees)]
    if node.label in ENTRY_LABELS:
        entry = Entry.from_node(node)
        return [entry.area, entry.use or entry.summary]
    when = year(node.props.get("year")) if node.props.get("year") else f"年份{UNKNOWN}"
    match node.label:
        case Label.ORGANIZATION:
            organization = Organization.from_node(node)
            business = organization.business or f"主营业务{UNKNOWN}"
            lines = [organization.type or f"类型{UNKNOWN}", business]
        case Label.DEMAND:
            demand = Demand.from_node(node)
            lines = [f"{STATUS_NAMES[demand.status]}，{when}", demand.situation]
        case Label.CASE:
            case = Case.from_node(node)
            lines = [f"{case.status}，{when}", case.effect or f"效果{UNKNOWN}"]
        case Label.DOCUMENT:
            document = Document.from_node(node)
            lines = [f"{document.publisher or f'发布者{UNKNOWN}'}，{when}"]
        case _:
            lines = []
    return lines


def _figures(node: Node) -> list[tuple[str, str]]:
    """Return the figures with the weightiest evidence: what, and how much with its evidence."""
    if node.label not in ENTRY_LABELS:
        return []
    figures = sorted(Entry.from_node(node).figures, key=lambda f: -f.evidence.weight)
    return [
        (f.name, f"{f.amount}（{f.evidence.value}{f'，{f.year}' if f.year else ''}）")
        for f in figures[:FIGURES]
    ]


def _around(degrees: Mapping[tuple[Relation, Way], int]) -> list[tuple[str, int]]:
    """Return what hangs on the node in words with numbers, in the order of relations."""
    numbers: Counter[str] = Counter()
    for (relation, way), number in sorted(
        degrees.items(), key=lambda d: (RELATION_ORDER.get(d[0][0], 99), d[0][1])
    ):
        if relation in RELATION_ORDER:
            numbers[relation_word(relation, way)] += number
    return list(numbers.items())


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
