"""Resource circles: who could use whose by-products, the nearest first.

What stands here follows from materials and places alone: it is a possibility, not a deal.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.model import Node
from kg.store import Chain, End, GraphStore, Symbiosis
from kg.vocabulary import KIND_NAMES, Label, Relation
from search.documents import Party
from search.trees import Trees
from web.deps import Served
from web.public.around import places_of
from web.public.browse import holdings_of
from web.public.browse_holdings import Holdings
from web.public.browse_kinds import KINDS
from web.public.errors import error_page
from web.public.links import Links
from web.public.render import Context, render
from web.public.site import facts_of
from web.public.topics import Topic
from web.public.words import PROVINCES

SHOWN, SHOWN_OF_ONE = 40, 5
SORTS: Mapping[str, tuple[str, frozenset[str]]] = {
    "": ("废物、副产物和水", frozenset({"waste", "by-product", "water"})),
    "energy": ("能量", frozenset({"energy"})),
    "goods": ("产品和原料", frozenset({"product", "raw"})),
    "all": ("全部", frozenset()),
}
"""Sorts of materials by their name in the address; no kinds means all."""
_NEAR = ("同一区县", "同一市州", "同省市")
_HOME = frozenset(f"region-{code}" for code in PROVINCES)

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a chain; `parties` are behind an entry, `proofs` how many sources it has."""

    kind: str
    name: str
    href: str
    places: Sequence[str]
    parties: Sequence[Party]
    proofs: int


@dataclass(frozen=True, slots=True)
class ChainRow:
    """A chain in words; `wanted` is what the target takes where that is a broader material."""

    source: Side
    material: Topic
    target: Side
    wanted: Topic | None
    distance: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice and its address."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class SymbiosisPage(Context):
    """The chains that an address asks for. `about` is the node that they are limited to."""

    template: ClassVar[str] = "symbiosis.html"

    sorts: Sequence[Choice]
    materials: Sequence[Choice]
    regions: Sequence[Choice]
    about: Choice | None
    rows: Sequence[ChainRow]
    total: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; all are ids or empty."""

    sort: str
    material: str
    region: str
    node: str

    def params(self, **changed: str) -> list[tuple[str, str]]:
        """Return the parameters of the address with some of them exchanged."""
        now = {"sort": self.sort, "material": self.material, "region": self.region}
        now |= {"node": self.node} | changed
        return [(name, value) for name, value in now.items() if value]


@router.get("/symbiosis", name="symbiosis")
def show(
    request: Request,
    served: Served,
    sort: str = "",
    material: str = "",
    region: str = "",
    node: str = "",
) -> Response:
    """Show who could use whose by-products."""
    asked, links, trees = (
        Asked(sort, material, region, node),
        Links.of(request),
        facts_of(request).trees,
    )
    if sort not in SORTS:
        names = "、".join(name for name, _ in SORTS.values())
        return error_page(request, 422, "筛选条件有误", f"没有“{sort:.20}”这一类，可选{names}。")
    for given, label, word in ((material, Label.MATERIAL, "物料"), (region, Label.REGION, "地区")):
        known = trees.nodes.get(_id(label, given))
        if given and (known is None or known.label is not label):
            said = f"没有“{given:.40}”这个{word}，请从列出的{word}中选择。"
            return error_page(request, 422, "筛选条件有误", said)
    holdings = holdings_of(request)
    found = served.store.symbiosis(
        materials=_materials(trees, asked),
        node=node or None,
        region=_id(Label.REGION, region) if region else None,
        limit=SHOWN,
    )
    return render(
        request,
        SymbiosisPage(
            title="资源循环：谁的副产物谁能用",
            sorts=_sorts(links, asked),
            materials=_material_choices(links, holdings, asked),
            regions=_regions(links, trees, asked),
            about=_about(links, served.store, asked),
            rows=Rows(links, served.store, holdings).of(found),
            total=found.total,
        ),
    )


def chains_of(request: Request, store: GraphStore, node_id: str) -> list[ChainRow]:
    """Return the nearest chains of an organisation, those of energy and goods left out.

    Power and steam that many plants make and take say little of a single one.
    """
    materials = _of_sort(facts_of(request).trees, "")
    found = store.symbiosis(materials=materials, node=node_id, limit=SHOWN_OF_ONE)
    return Rows(Links.of(request), store, holdings_of(request)).of(found)


def _id(label: Label, slug: str) -> str:
    return f"{label.lower()}-{slug}"


def _materials(trees: Trees, asked: Asked) -> list[str] | None:
    if asked.material:
        return [_id(Label.MATERIAL, asked.material)]
    if asked.sort == "all" or (asked.node and not asked.sort):
        return None
    return _of_sort(trees, asked.sort)


def _of_sort(trees: Trees, sort: str) -> list[str]:
    kinds = SORTS[sort][1]
    return [one.id for one in trees.of(Label.MATERIAL) if one.props.get("kind") in kinds]


def _sorts(links: Links, asked: Asked) -> list[Choice]:
    # of a single node all is shown unless a sort is chosen
    here = asked.sort or ("all" if asked.node else "")
    return [
        Choice(
            name, links.symbiosis(asked.params(sort=key, material="")),
            key == here and not asked.material,
        )
        for key, (name, _) in SORTS.items()
        if key or not asked.node
    ]  # fmt: skip


def _material_choices(links: Links, holdings: Holdings, asked: Asked) -> list[Choice]:
    """Return the materials of the sort that somebody makes and another takes."""
    trees, slug = holdings.trees, KINDS["material"].slug
    kinds = SORTS[asked.sort][1]
    if asked.material:
        chosen = trees.nodes[_id(Label.MATERIAL, asked.material)]
        kinds = next((k for _, k in SORTS.values() if chosen.props.get("kind") in k), kinds)
    paired = [
        one
        for one in trees.of(Label.MATERIAL)
        if (not kinds or one.props.get("kind") in kinds) and _paired(holdings, one.id)
    ]
    return [
        Choice(
            one.props["name"],
            links.symbiosis(asked.params(sort="", material=slug(one))),
            slug(one) == asked.material,
        )
        for one in sorted(paired, key=lambda n: str(n.props["name"]))
    ]


def _paired(holdings: Holdings, material: str) -> bool:
    makers = holdings.flow("produces", material).own
    takers = {x for up in holdings.trees.line(material) for x in holdings.flow("consumes", up).own}
    return bool(makers and takers) and len(makers | takers) > 1


def _regions(links: Links, trees: Trees, asked: Asked) -> list[Choice]:
    names = {"": "全部地区", **PROVINCES}
    if asked.region not in names:
        names[asked.region] = trees.name(_id(Label.REGION, asked.region))
    return [
        Choice(name, links.symbiosis(asked.params(region=code)), code == asked.region)
        for code, name in names.items()
    ]


def _about(links: Links, store: GraphStore, asked: Asked) -> Choice | None:
    if not asked.node:
        return None
    node = store.get(asked.node)
    name = str(node.props.get("name") or node.props.get("title") or node.id)
    return Choice(name, links.symbiosis(asked.params(node="")), current=True)


class Rows:
    """Puts chains into words."""

    def __init__(self, links: Links, store: GraphStore, holdings: Holdings) -> None:
        self._links, self._store, self._holdings = links, store, holdings

    def of(self, found: Symbiosis) -> list[ChainRow]:
        """Return the chains as rows."""
        ends = {end.node.id for chain in found.chains for end in (chain.source, chain.target)}
        proofs = Counter(edge.source for edge in self._store.edges(ends, [Relation.CITES]))
        return [self._row(chain, proofs) for chain in found.chains]

    def _row(self, chain: Chain, proofs: Mapping[str, int]) -> ChainRow:
        broader = chain.wanted.id != chain.material.id
        return ChainRow(
            self._side(chain.source, proofs),
            self._topic(chain.material),
            self._side(chain.target, proofs),
            self._topic(chain.wanted) if broader else None,
            distance_words(self._holdings.trees, chain),
        )

    def _side(self, end: End, proofs: Mapping[str, int]) -> Side:
        node, links = end.node, self._links
        document = self._holdings.entries.get(node.id)
        organization = node.label is Label.ORGANIZATION
        return Side(
            "单位" if organization else KIND_NAMES[node.label],
            node.props["name"],
            links.organization(node.id) if organization else links.entry(node.id),
            places_of(self._holdings.trees, [one.id for one in end.regions]),
            document.card.parties if document else (),
            proofs.get(node.id, 0),
        )

    def _topic(self, material: Node) -> Topic:
        return Topic(material.props["name"], KINDS["material"].href(self._links, material))


def distance_words(trees: Trees, chain: Chain) -> str:
    """Return 同一区县（涪陵） and so on; there are no coordinates to say more."""
    if chain.distance is None or chain.within is None:
        return "未知"
    if chain.distance < len(_NEAR):
        short = chain.within.props.get("short") or chain.within.props.get("name")
        return f"{_NEAR[chain.distance]}（{short}）"
    sides = [
        {up for one in end.regions for up in trees.line(one.id)} & _HOME
        for end in (chain.source, chain.target)
    ]
    return "川渝之间" if all(sides) else "跨省市"
