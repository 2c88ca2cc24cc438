"""What stands beside a set of nodes: read from the store in a few sweeps, then asked in memory."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.model import Node, Organization
from kg.store import GraphStore
from kg.vocabulary import Label, Relation
from search.documents import Party
from search.trees import Trees, all_nodes

_OUTER = (Relation.LOCATED_IN, Relation.CASE_AT)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Neighbours of the nodes by relation, and places and users of those neighbours."""

    trees: Trees
    nodes: Mapping[str, Node]
    out: Mapping[tuple[str, Relation], Sequence[str]]
    inward: Mapping[tuple[str, Relation], Sequence[str]]

    @classmethod
    def read(
        cls,
        store: GraphStore,
        trees: Trees,
        nodes: Mapping[str, Node],
        forwards: Sequence[Relation],
        backwards: Sequence[Relation],
        *,
        everything: bool,
    ) -> "Surroundings":
        """Read around `nodes`. `everything`: they are all of their kind, so two sweeps over
        organisations and cases are cheaper than one question for each node."""
        if everything:
            labels = [Label.ORGANIZATION, Label.CASE]
            others = {node.id: node for node in all_nodes(store, labels)}
            incoming = [e for e in store.edges(others, backwards) if e.target in nodes]
        else:
            beside = [n for i in nodes for n in store.neighbours(i, backwards, "in")]
            others = {n.node.id: n.node for n in beside}
            incoming = [n.edge for n in beside]
        out: dict[tuple[str, Relation], list[str]] = defaultdict(list)
        inward: dict[tuple[str, Relation], list[str]] = defaultdict(list)
        for edge in incoming:
            inward[edge.target, edge.relation].append(edge.source)
        for edge in (*store.edges(nodes, forwards), *store.edges(others, _OUTER)):
            out[edge.source, edge.relation].append(edge.target)
        users = {i for (_node, r), ids in out.items() if r is Relation.CASE_AT for i in ids}
        more = store.get_many(users - others.keys())
        return cls(trees, {**others, **more}, out, inward)

    def of(self, node_id: str, *relations: Relation) -> list[str]:
        """Return the ids that the node points at."""
        return [i for r in relations for i in self.out.get((node_id, r), ())]

    def to(self, node_id: str, *relations: Relation) -> list[str]:
        """Return the ids that point at the node."""
        return [i for r in relations for i in self.inward.get((node_id, r), ())]

    def regions(self, ids: Iterable[str]) -> list[str]:
        """Return where these nodes are."""
        return [r for i in ids for r in self.of(i, Relation.LOCATED_IN)]

    def organization(self, node_id: str) -> Organization:
        """Return an organisation that was read."""
        return Organization.from_node(self.nodes[node_id])

    def names(self, organizations: Iterable[str]) -> list[str]:
        """Return all names of the organisations."""
        found = [self.organization(i) for i in organizations]
        return [name for o in found for name in (o.name, *o.aliases)]

    def party(self, organization: str) -> Party:
        """Return an organisation as a card shows it."""
        regions = self.of(organization, Relation.LOCATED_IN)
        place = self.trees.place(regions[0]) if regions else None
        return Party(organization, self.organization(organization).name, place)
