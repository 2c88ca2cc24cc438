"""What is missing: demands without a good supply, topics only asked for, one-ended materials."""

from collections.abc import Sequence
from dataclasses import dataclass

from kg.model import Node
from kg.vocabulary import Label
from web.public.browse_holdings import Holdings, Role, Unmet
from web.public.browse_kinds import KINDS, MATERIAL_KINDS, Kind
from web.public.browse_places import Number
from web.public.browse_rows import ROLE_WORDS, Row, Rows
from web.public.links import Links

GOODS = ("product", "raw")
"""Materials that are made to be sold: that no entry takes them is the usual thing."""
SHOWN = 6
GAP_TITLES = {
    "demands": "待解决、没有高度匹配条目的需求",
    "topics": "有需求、没有条目的工艺、技术、行业和物料",
    "unused": "有产出、没有谁消纳的废物、副产物、余能和水",
    "unsourced": "能消纳、没有写明谁产出的物料",
    "goods": "有产出、没有写明谁使用的产品和原料",
}


@dataclass(frozen=True, slots=True)
class UnmetRow:
    """An open demand with the nearest entry where there is any."""

    row: Row
    nearest: Row | None
    fit: str


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A node that demands name and no entry has."""

    kind: str
    name: str
    href: str
    demands: Number


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """A material with only one end: who stands there, and the demands that name it."""

    kind: str
    name: str
    href: str
    parties: Number
    demands: Number


@dataclass(frozen=True, slots=True)
class Gaps:
    """All gaps of a place in the trees, or of everything; `demands` None while being matched.

    `unused`: produced and taken by nobody; `unsourced`: taken and produced by nobody; `goods`:
    products that nobody takes.
    """

    demands: Sequence[UnmetRow] | None
    topics: Sequence[TopicRow]
    unused: Sequence[MaterialRow]
    unsourced: Sequence[MaterialRow]
    goods: Sequence[MaterialRow]

    @property
    def none(self) -> bool:
        """Whether nothing is missing."""
        return not any(getattr(self, name) for name in GAP_TITLES)


@dataclass(frozen=True, slots=True)
class End:
    """One end of a material's flow."""

    word: str
    number: Number
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Flows:
    """Who produces a material and who takes it; `pairs` is where they are put together."""

    ends: Sequence[End]
    verdict: str
    pairs: str


def gaps_of(
    links: Links, holdings: Holdings, kind: Kind | None = None, node: Node | None = None
) -> Gaps:
    """Return the gaps below a node, of one way to browse, or of everything."""
    wanted, unmet = holdings.of(node.id).demands if node else holdings.demands, holdings.unmet
    kinds = [kind] if kind else list(KINDS.values())
    materials = kind is None or kind.label is Label.MATERIAL
    made = _one_ended(links, holdings, "produces", node) if materials else []
    taken = _one_ended(links, holdings, "consumes", node) if materials else []
    return Gaps(
        demands=None
        if unmet is None
        else [_unmet(links, holdings, unmet[i]) for i in wanted if i in unmet],
        topics=[
            topic
            for one in kinds
            if one.label is not Label.REGION
            for topic in _topics(links, holdings, one, node)
        ],
        unused=[row for goods, row in made if not goods],
        unsourced=[row for goods, row in taken if not goods],
        goods=[row for goods, row in made if goods],
    )


def flows_of(links: Links, holdings: Holdings, node: Node) -> Flows | None:
    """Return who produces and who takes a material; None for any other node."""
    if node.label is not Label.MATERIAL:
        return None
    rows = Rows(links, holdings)
    ends = [
        End(word, _flow_number(links, holdings, role, node), rows.flow(role, node.id)[:SHOWN])
        for role, word in ROLE_WORDS.items()
    ]
    produced, consumed = (bool(end.number.count) for end in ends)
    verdict = {
        (True, True): "两头都有，可以对接。",
        (True, False): "目录里有产出，没有谁消纳。",
        (False, True): "目录里有谁能消纳，没有写明谁产出。",
        (False, False): "目录里没有写明谁产出、谁消纳。",
    }[produced, consumed]
    slug = KINDS["material"].slug(node)
    return Flows(ends, verdict, links.symbiosis([("material", slug)]) if produced else "")


def _unmet(links: Links, holdings: Holdings, unmet: Unmet) -> UnmetRow:
    rows, nearest = Rows(links, holdings), unmet.nearest
    known = nearest if nearest and nearest.id in holdings.entries else None
    return UnmetRow(
        rows.demands([unmet.demand])[0],
        rows.entries([known.id])[0] if known else None,
        known.fit if known else "",
    )


def _topics(links: Links, holdings: Holdings, kind: Kind, node: Node | None) -> list[TopicRow]:
    """Return nodes below with demands and no entry; below such a node nothing more is said."""
    found = holdings.wanted_only(n for n in kind.nodes(holdings.trees) if _below(holdings, n, node))
    ids = {one.id for one in found}
    return [
        TopicRow(
            kind.name,
            one.props["name"],
            kind.href(links, one),
            _demands(links, holdings, kind, one),
        )
        for one in found
        if not ids.intersection(holdings.trees.line(one.id)[1:])
    ]


def _one_ended(
    links: Links, holdings: Holdings, role: Role, node: Node | None
) -> list[tuple[bool, MaterialRow]]:
    kind = KINDS["material"]
    return [
        (
            one.props["kind"] in GOODS,
            MaterialRow(
                MATERIAL_KINDS[one.props["kind"]],
                one.props["name"],
                kind.href(links, one),
                _flow_number(links, holdings, role, one),
                _demands(links, holdings, kind, one),
            ),
        )
        for one in holdings.without_other_end(role)
        if node is None or one.id == node.id or _below(holdings, one, node)
    ]


def _below(holdings: Holdings, one: Node, node: Node | None) -> bool:
    return node is None or node.id in holdings.trees.line(one.id)[1:]


def _demands(links: Links, holdings: Holdings, kind: Kind, node: Node) -> Number:
    href = links.browse(kind.key, kind.slug(node), "demands")
    return Number(len(holdings.of(node.id).demands), href)


def _flow_number(links: Links, holdings: Holdings, role: Role, node: Node) -> Number:
    kind = KINDS["material"]
    href = links.browse(kind.key, kind.slug(node), role)
    return Number(len(holdings.flow(role, node.id).all), href)
