"""The six ways to browse: their names, their nodes, and what a node is in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.errors import NodeNotFound
from kg.model import Node
from kg.vocabulary import Label
from search.trees import Trees
from web.public.links import Links

_LEVELS = {
    "section": "门类", "division": "大类", "group": "中类", "class": "小类",
    "province": "省级", "prefecture": "市、州", "county": "区、县", "zone": "开发区、园区",
}  # fmt: skip
MATERIAL_KINDS = {
    "waste": "废物", "by-product": "副产物", "energy": "能量", "water": "水", "product": "产品",
    "raw": "原料",
}  # fmt: skip
HOME_PROVINCES = ("500000", "510000")


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to browse. `facet` is the result list's filter where there is one."""

    key: str
    name: str
    label: Label
    scheme: str | None
    facet: str | None
    lead: str

    def nodes(self, trees: Trees) -> list[Node]:
        """Return its nodes. The country is none: everything lies in it."""
        return [n for n in trees.of(self.label) if self._has(n)]

    def node(self, trees: Trees, slug: str) -> Node:
        """Return the node of an address.

        Raises:
            NodeNotFound: there is none, or it belongs to another kind.
        """
        node = trees.nodes.get(f"{self.label.lower()}-{slug}")
        if node is None or node.label is not self.label or not self._has(node):
            raise NodeNotFound(slug)
        return node

    def slug(self, node: Node) -> str:
        """Return the node's part of an address."""
        return node.id.removeprefix(f"{self.label.lower()}-")

    def href(self, links: Links, node: Node) -> str:
        """Return the node's page."""
        return links.browse(self.key, self.slug(node))

    def entries_href(self, links: Links, node: Node) -> str:
        """Return the list of its entries: the result list where that can be asked for."""
        if self.facet:
            value = node.props["name"] if self.facet == "area" else node.props["code"]
            return links.search([(self.facet, value)])
        return links.browse(self.key, self.slug(node), "entries")

    def _has(self, node: Node) -> bool:
        if self.scheme:
            return bool(node.props["scheme"] == self.scheme)
        return self.label is not Label.REGION or node.props["level"] != "country"


KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("area", "领域", Label.CONCEPT, "area", "area",
             "五个领域取自渝经信发〔2024〕3号，每个条目归入其中一个。"),
        Kind("industry", "行业", Label.INDUSTRY, None, "industry",
             "按《国民经济行业分类》（GB/T 4754-2017），从用得上这些条目的企业所在的行业去找。"),
        Kind("region", "地区", Label.REGION, None, "region",
             "按条目、供应方和案例的所在地；一个条目可以同时属于几个地区。"),
        Kind("material", "物料", Label.MATERIAL, None, None,
             "废物、副产物、余能、废水和再生产品：谁产出，谁能消纳。"),
        Kind("process", "工艺", Label.CONCEPT, "process", None,
             "从工厂里的工序去找：问题出在哪一段，有哪些条目和需求。"),
        Kind("technology", "技术门类", Label.CONCEPT, "technology", None,
             "按技术原理归成的门类，同一门类的条目可以互相比较。"),
    )
}  # fmt: skip


def definition(node: Node, trees: Trees) -> str:
    """Return what the node is, in a sentence; without a written one, its place and kind."""
    props = node.props
    if props.get("definition"):
        return str(props["definition"])
    above = trees.parents.get(node.id)
    within = f"，属于“{trees.name(above)}”" if above in trees.nodes and above else ""
    if node.label is Label.MATERIAL:
        return f"{MATERIAL_KINDS[props['kind']]}{within}。"
    if node.label is Label.INDUSTRY:
        level = f"{_LEVELS[props['level']]} {props['code']}"
        return f"《国民经济行业分类》（GB/T 4754-2017）{level}{within}。"
    if node.label is Label.REGION:
        code = "" if str(props["code"]).startswith("Z-") else f"，区划代码 {props['code']}"
        return f"{_LEVELS[props['level']]}{within}{code}。"
    return f"技术或工艺的一类{within}。"


def other_names(node: Node) -> Sequence[str]:
    """Return the names it also goes by."""
    return [*node.props.get("aliases", ()), *node.props.get("synonyms", ())]
