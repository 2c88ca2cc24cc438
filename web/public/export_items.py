"""Entries, demands and organisations as plain values for files: everything with its code.

What is not known is None or an empty list, never 0. The names of the fields are documented in
docs/exports.md, which a test compares with what is written here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kg.model import Demand, Entry, Figure, Node, Organization
from kg.store import GraphStore
from kg.vocabulary import ENTRY_LABELS, KIND_NAMES, Label, Relation
from search.results import Hit
from search.trees import Trees
from web.public.around import Around
from web.public.linked_data_values import CREDIT_CODE
from web.public.links import Links
from web.public.words import STATUS_NAMES, against, amount

Item = dict[str, Any]
FITS, PARTLY = "符合", "部分相关"


@dataclass(frozen=True, slots=True)
class Items:
    """Makes items from nodes; `origin` is the site's protocol and host."""

    store: GraphStore
    trees: Trees
    links: Links
    origin: str

    def entry(self, node: Node, hit: Hit) -> Item:
        """Return an entry of a result list with why it stands there."""
        one, around = Entry.from_node(node), Around(self.store, self.trees, node.id)
        return {
            "id": one.id,
            "kind": KIND_NAMES[one.kind],
            "name": one.name,
            "aliases": one.aliases,
            "use": one.use,
            "summary": one.summary,
            "area": one.area,
            "direction": one.direction,
            "regions": self.regions(around.nodes(Relation.LOCATED_IN, "out")),
            "industries": _coded(around.nodes(Relation.APPLIES_TO, "out")),
            "suppliers": _suppliers(around),
            "figures": self._figures(one.figures),
            "cases": len(around.ids(Relation.CASE_OF, "in")),
            "year": one.year,
            "added": one.added,
            "relevance": PARTLY if hit.partial else FITS,
            "reasons": list(hit.reasons),
            "misses": list(hit.misses),
            "sources": self._sources(around, one.figures),
            "url": self.origin + self.links.entry(one.id),
        }

    def demand(self, node: Node) -> Item:
        """Return a demand; its places are those of who posted it when it has none itself."""
        one, around = Demand.from_node(node), Around(self.store, self.trees, node.id)
        parties = around.nodes(Relation.POSTED, "in")
        concerns = around.nodes(Relation.CONCERNS, "out")
        places = around.nodes(Relation.LOCATED_IN, "out")
        return {
            "id": one.id,
            "title": one.title,
            "status": STATUS_NAMES[one.status],
            "situation": one.situation,
            "requirements": one.requirements,
            "goal": one.goal,
            "result": one.result,
            "organizations": [_party(party) for party in parties],
            "regions": self.regions(places or self._places(parties)),
            "industries": _coded([n for n in concerns if n.label is Label.INDUSTRY]),
            "targets": self._figures(one.targets),
            "solved_by": [
                {"id": n.id, "name": n.props["name"]}
                for n in around.nodes(Relation.SOLVED_BY, "out")
            ],
            "year": one.year,
            "added": one.added,
            "sources": self._sources(around, one.targets),
            "url": self.origin + self.links.demand(one.id),
        }

    def organization(self, node: Node) -> Item:
        """Return an organisation with what it offers and needs."""
        one, around = Organization.from_node(node), Around(self.store, self.trees, node.id)
        offers = {
            n.id: {"id": n.id, "name": n.props["name"], "kind": KIND_NAMES[n.label]}
            for relation in (Relation.SUPPLIES, Relation.HOLDS)
            for n in around.nodes(relation, "out")
            if n.label in ENTRY_LABELS
        }
        return {
            "id": one.id,
            "name": one.name,
            "aliases": one.aliases,
            "credit_code": node.props.get(CREDIT_CODE),
            "type": one.type,
            "business": one.business,
            "regions": self.regions(around.nodes(Relation.LOCATED_IN, "out")),
            "entries": list(offers.values()),
            "demands": [
                {"id": n.id, "title": n.props["title"]}
                for n in around.nodes(Relation.POSTED, "out")
            ],
            "honours": [h.model_dump() for h in one.honours],
            "sources": self._sources(around, ()),
            "url": self.origin + self.links.organization(one.id),
        }

    def regions(self, nodes: Iterable[Node]) -> list[Item]:
        """Return places with their codes of GB/T 2260; a development zone has that of its place."""
        return [{"code": self._code(n.id), "name": self.trees.place(n.id)} for n in nodes]

    def _code(self, region: str) -> str | None:
        for above in self.trees.line(region):
            node = self.trees.nodes.get(above)
            if node and str(node.props["code"]).isdecimal():
                return str(node.props["code"])
        return None

    def _places(self, parties: Sequence[Node]) -> list[Node]:
        edges = self.store.edges([party.id for party in parties], [Relation.LOCATED_IN])
        return list(self.store.get_many(dict.fromkeys(edge.target for edge in edges)).values())

    def _figures(self, figures: Sequence[Figure]) -> list[Item]:
        return [
            {
                "name": one.name,
                "indicator": one.indicator,
                "value": one.value,
                "low": one.low,
                "high": one.high,
                "qualifier": one.qualifier,
                "unit": one.unit,
                "text": amount(one),
                "against": against(one) or None,
                "evidence": one.evidence.value,
                "year": one.year,
                "note": one.note,
                "source": one.source,
            }
            for one in figures
        ]

    def _sources(self, around: Around, figures: Iterable[Figure]) -> list[Item]:
        ids = [*around.ids(Relation.CITES, "out"), *(f.source for f in figures if f.source)]
        return [
            {"id": d.id, "title": d.title, "publisher": d.publisher, "year": d.year, "url": d.url}
            for d in around.documents(ids)
        ]


def _coded(nodes: Iterable[Node]) -> list[Item]:
    return [{"code": n.props["code"], "name": n.props["name"]} for n in nodes]


def _party(node: Node) -> Item:
    return {"id": node.id, "name": node.props["name"], "credit_code": node.props.get(CREDIT_CODE)}


def _suppliers(around: Around) -> list[Item]:
    roles: dict[str, list[str]] = {}
    nodes: dict[str, Node] = {}
    for relation, word in ((Relation.SUPPLIES, "供应"), (Relation.HOLDS, "持有")):
        for node in around.nodes(relation, "in"):
            nodes[node.id] = node
            roles.setdefault(node.id, []).append(word)
    return [{**_party(nodes[i]), "role": "、".join(words)} for i, words in roles.items()]
