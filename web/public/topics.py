"""Industries, concepts, materials and figures as pages show them: words with a way on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.model import Document, Figure, Node
from kg.vocabulary import FIGURE_GROUPS, Label
from web.public.links import Links
from web.public.words import against, amount

GROUP_ORDER = ("效果", "排放", "投资", "经济", "规模", "质量", "其他")
GROUP_NAMES = {
    "效果": "节能与资源效果", "排放": "排放", "投资": "投资", "经济": "经济性",
    "规模": "规模与能力", "质量": "产品质量", "其他": "其他",
}  # fmt: skip
ASKED = ("效果", "投资", "经济")
"""Groups that every reader asks for: their absence is said."""
assert set(GROUP_ORDER) == set(FIGURE_GROUPS)  # noqa: S101 - a group without a place would vanish


@dataclass(frozen=True, slots=True)
class Topic:
    """A node of a vocabulary with the list of entries that have to do with it."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure in words; `source` is its number in the page's list of sources.

    `among`: the record cites several sources and does not say which of them gives the figure.
    """

    figure: Figure
    amount: str
    against: str
    source: int | None
    among: bool = False

    @property
    def key(self) -> str:
        """What tells the figure from the others of its node."""
        return key_of(self.figure)


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """Figures of one kind."""

    name: str
    rows: Sequence[FigureRow]


@dataclass(frozen=True, slots=True)
class Source:
    """A source with its number on the page."""

    number: int
    document: Document


def key_of(figure: Figure) -> str:
    """Return what tells a figure from the others of its node."""
    return f"{figure.indicator} {figure.name} {figure.amount}"


def topics(links: Links, nodes: Iterable[Node], scheme: str | None = None) -> list[Topic]:
    """Return the nodes as topics; concepts only of the scheme when one is given."""
    return [
        Topic(node.props["name"], _list_of(links, node))
        for node in nodes
        if scheme is None or node.props.get("scheme") == scheme
    ]


def _list_of(links: Links, node: Node) -> str:
    if node.label is Label.INDUSTRY:
        return links.searching(industry=node.props["code"])
    if node.label is Label.REGION:
        return links.searching(region=node.props["code"])
    return links.searching(q=node.props["name"])


def numbered(documents: Iterable[Document]) -> list[Source]:
    """Return the sources with numbers from 1."""
    return [Source(n, document) for n, document in enumerate(documents, 1)]


def figure_groups(figures: Iterable[Figure], sources: Sequence[Source]) -> list[FigureGroup]:
    """Return the figures by group, weightier evidence first within a group."""
    numbers: Mapping[str, int] = {s.document.id: s.number for s in sources}
    by_group: dict[str, list[Figure]] = {group: [] for group in GROUP_ORDER}
    for figure in figures:
        by_group[figure.group].append(figure)
    return [
        FigureGroup(
            GROUP_NAMES[group],
            [
                FigureRow(
                    f,
                    amount(f),
                    against(f),
                    numbers.get(f.source or ""),
                    among=bool(sources) and f.source is None,
                )
                for f in sorted(rows, key=lambda f: -f.evidence.weight)
            ],
        )
        for group, rows in by_group.items()
        if rows
    ]


def missing_groups(figures: Iterable[Figure]) -> list[str]:
    """Return the names of asked-for groups without any figure."""
    present = {figure.group for figure in figures}
    return [GROUP_NAMES[group] for group in ASKED if group not in present]
