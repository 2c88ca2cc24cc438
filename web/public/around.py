"""What stands around a node, read in few questions: neighbours, their places, their sources."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.model import Case, Document, Node, Organization
from kg.store import GraphStore, Neighbour
from kg.vocabulary import Label, Relation
from search.trees import Trees

Side = Literal["out", "in"]
PLACES_SHOWN = 2
"""Places of an entry that are only its suppliers' and cases', as the result list shows them."""


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation with its places in words."""

    id: str
    name: str
    places: Sequence[str]
    type: str | None = None
    business: str | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class CaseView:
    """An application with its users, places and the ids of its sources."""

    case: Case
    users: Sequence[Party]
    places: Sequence[str]
    sources: Sequence[str]


class Around:
    """The neighbours of one node by relation and side."""

    def __init__(self, store: GraphStore, trees: Trees, node_id: str) -> None:
        self._store, self._trees = store, trees
        self._sides: dict[tuple[Relation, Side], list[Neighbour]] = defaultdict(list)
        for neighbour in store.neighbours(node_id):
            side: Side = "out" if neighbour.edge.source == node_id else "in"
            self._sides[neighbour.edge.relation, side].append(neighbour)

    def nodes(self, relation: Relation, side: Side) -> list[Node]:
        """Return the neighbours by this relation."""
        return [neighbour.node for neighbour in self._sides.get((relation, side), ())]

    def ids(self, relation: Relation, side: Side) -> list[str]:
        """Return their ids."""
        return [node.id for node in self.nodes(relation, side)]

    def places(self) -> list[str]:
        """Return the node's own places: 川·攀枝花."""
        return self.places_of(self.ids(Relation.LOCATED_IN, "out"))

    def places_of(self, regions: Iterable[str]) -> list[str]:
        """Return regions in words; one that contains another of them is left out."""
        return places_of(self._trees, regions)

    def parties(self, nodes: Iterable[Node], role: str = "") -> list[Party]:
        """Return organisations with their places, in the order given, each once."""
        return parties_of(self._store, self._trees, nodes, role)

    def cases(self, nodes: Sequence[Node]) -> list[CaseView]:
        """Return cases with users, places and sources; the newest first, undated ones last."""
        ids = [node.id for node in nodes]
        users = self._targets(ids, Relation.CASE_AT)
        places = self._targets(ids, Relation.LOCATED_IN)
        sources = self._targets(ids, Relation.CITES)
        found = self._store.get_many({i for group in users.values() for i in group})
        parties = {party.id: party for party in self.parties(found.values())}
        views = [
            CaseView(
                Case.from_node(node),
                [parties[i] for i in users.get(node.id, ()) if i in parties],
                self.places_of(places.get(node.id, ())),
                sources.get(node.id, ()),
            )
            for node in nodes
        ]
        return sorted(views, key=lambda v: (-(v.case.year or 0), v.case.id))

    def documents(self, ids: Iterable[str]) -> list[Document]:
        """Return the sources of these ids in their order, each once."""
        found = self._store.get_many(dict.fromkeys(ids))
        return [Document.from_node(n) for n in found.values() if n.label is Label.DOCUMENT]

    def _targets(self, ids: Iterable[str], relation: Relation) -> Mapping[str, list[str]]:
        return _targets(self._store, ids, relation)


def places_of(trees: Trees, regions: Iterable[str]) -> list[str]:
    """Return regions in words; one that contains another of them is left out."""
    ids = list(regions)
    above = {i for region in ids for i in trees.line(region)[1:]}
    return list(dict.fromkeys(trees.place(i) for i in ids if i not in above))


def entry_places(
    around: Around, suppliers: Sequence[Party], cases: Sequence[CaseView]
) -> list[str]:
    """Return where an entry is: its own places, else its suppliers' and cases', as lists say it."""
    theirs = [*(one.places for one in suppliers), *(one.places for one in cases)]
    flat = dict.fromkeys(place for places in theirs for place in places)
    return around.places() or list(flat)[:PLACES_SHOWN]


def parties_of(
    store: GraphStore, trees: Trees, nodes: Iterable[Node], role: str = ""
) -> list[Party]:
    """Return organisations with their places, in the order given, each once."""
    unique = {node.id: Organization.from_node(node) for node in nodes}
    places = _targets(store, unique, Relation.LOCATED_IN)
    return [
        Party(
            one.id, one.name, places_of(trees, places.get(one.id, ())), one.type, one.business, role
        )
        for one in unique.values()
    ]


def _targets(store: GraphStore, ids: Iterable[str], relation: Relation) -> Mapping[str, list[str]]:
    out: dict[str, list[str]] = defaultdict(list)
    for edge in store.edges(ids, [relation]):
        out[edge.source].append(edge.target)
    return out
