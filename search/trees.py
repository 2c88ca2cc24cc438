"""The vocabularies of the graph in memory: regions, industries, concepts and materials as trees."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kg.model import Node
from kg.query import MAX_LIMIT, Query
from kg.store import GraphStore
from kg.vocabulary import Label, Relation

TREE_LABELS = (Label.REGION, Label.INDUSTRY, Label.CONCEPT, Label.MATERIAL)
_PROVINCES = {"500000": "渝", "510000": "川"}


def all_nodes(store: GraphStore, labels: Iterable[Label]) -> Iterator[Node]:
    """Walk all nodes of the labels, by id."""
    query = Query(frozenset(labels), limit=MAX_LIMIT)
    while True:
        page = store.find(query)
        yield from page.nodes
        if page.after is None:
            return
        query = Query(query.labels, limit=MAX_LIMIT, after=page.after)


@dataclass(frozen=True, slots=True)
class Trees:
    """Nodes of the four vocabularies by id and each node's parent."""

    nodes: dict[str, Node] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    _lines: dict[str, list[str]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, store: GraphStore) -> "Trees":
        """Read the vocabularies of a store."""
        nodes = {node.id: node for node in all_nodes(store, TREE_LABELS)}
        edges = store.edges(nodes, [Relation.PART_OF])
        return cls(nodes, {edge.source: edge.target for edge in edges})

    def of(self, label: Label) -> list[Node]:
        """Return all nodes of a vocabulary."""
        return [node for node in self.nodes.values() if node.label is label]

    def line(self, node_id: str) -> list[str]:
        """Return the ids from the node up to its root, the node first."""
        known = self._lines.get(node_id)
        if known is None:
            known = [node_id]
            while (parent := self.parents.get(known[-1])) and parent not in known:
                known.append(parent)
            self._lines[node_id] = known
        return known

    def lines(self, ids: Iterable[str]) -> list[str]:
        """Return the ids with all their ancestors, each once."""
        return list(dict.fromkeys(i for node_id in ids for i in self.line(node_id)))

    def name(self, node_id: str) -> str:
        """Return the node's standard name, or the id itself when unknown."""
        node = self.nodes.get(node_id)
        return str(node.props["name"]) if node else node_id

    def place(self, region: str, separator: str = "·") -> str:
        """Return 川·攀枝花 / 渝·涪陵 / 山东·东营: province, then the finest common short name."""
        line = [i for i in self.line(region) if i in self.nodes]
        if not line:
            return region
        province = next((i for i in line if self.nodes[i].props["level"] == "province"), line[-1])
        props = self.nodes[province].props
        head = _PROVINCES.get(str(props["code"]), str(props["short"]))
        if line[0] == province:
            return head
        return f"{head}{separator}{self.nodes[line[0]].props['short']}"
