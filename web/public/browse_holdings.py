"""What each node of the vocabularies holds: entries, demands, organisations, flows of materials.

Counted from the documents that the search has in memory, so that a number here and the length of
the result list behind it cannot differ. Numbers of a node include what lies below it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kg.errors import NodeNotFound
from kg.model import Node, Organization
from kg.vocabulary import AREAS, DEMAND_STATUSES, Label, Relation
from search.documents import SearchDocument
from search.results import Match
from search.trees import Trees
from web.bootstrap import Platform

Role = Literal["produces", "consumes"]
ROLES: Mapping[Role, Relation] = {
    "produces": Relation.PRODUCES,
    "consumes": Relation.CONSUMES,
}
GOOD_FIT = "高度匹配"


@dataclass(frozen=True, slots=True)
class Held:
    """Ids in the order of lists: entries with most cases first, open demands first, names."""

    entries: Sequence[str] = ()
    demands: Sequence[str] = ()
    organizations: Sequence[str] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing at all has to do with the node."""
        return not (self.entries or self.demands or self.organizations)


NOTHING = Held()


@dataclass(frozen=True, slots=True)
class Flow:
    """Who produces or consumes a material: by the material itself, and with those below it."""

    own: frozenset[str] = frozenset()
    all: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Unmet:
    """An open demand that no entry answers well, with the nearest one where there is any."""

    demand: str
    nearest: Match | None


@dataclass(frozen=True, slots=True)
class Holdings:
    """All of it, of one state of the graph. `unmet` by demand id; None while not yet known."""

    trees: Trees
    entries: Mapping[str, SearchDocument]
    demands: Mapping[str, SearchDocument]
    organizations: Mapping[str, Organization]
    held: Mapping[str, Held]
    flows: Mapping[Role, Mapping[str, Flow]]
    unmet: Mapping[str, Unmet] | None = None

    def of(self, node_id: str) -> Held:
        """Return what the node holds."""
        return self.held.get(node_id, NOTHING)

    def flow(self, role: Role, material: str) -> Flow:
        """Return who produces or consumes the material."""
        return self.flows[role].get(material, Flow())

    def without_other_end(self, role: Role) -> list[Node]:
        """Return materials with somebody in this role and nobody at the other end.

        Somebody at the other end of a broader or narrower material counts: who takes 工业固废
        may take 磷石膏. Most parties first.
        """
        other: Role = "consumes" if role == "produces" else "produces"
        found = [
            node
            for node in self.trees.of(Label.MATERIAL)
            if self.flow(role, node.id).own
            and not self.flow(other, node.id).all
            and not any(self.flow(other, above).own for above in self.trees.line(node.id))
        ]
        return sorted(found, key=lambda n: (-len(self.flow(role, n.id).all), n.id))

    def wanted_only(self, nodes: Iterable[Node]) -> list[Node]:
        """Return the nodes that demands name and no entry has; most demands first."""
        found = [n for n in nodes if self.of(n.id).demands and not self.of(n.id).entries]
        return sorted(found, key=lambda n: (-len(self.of(n.id).demands), n.id))


def count(platform: Platform, unmet: Mapping[str, Unmet] | None = None) -> Holdings:
    """Count what every node holds in the view that the search answers from now.

    The open demands are not matched here (`matched`); those in `unmet` are kept while they are
    still open.
    """
    view = platform.engine.view
    entries = {d.id: d for d in sorted(view.entries.walk(), key=_entry_order)}
    demands = {d.id: d for d in sorted(view.demands.walk(), key=_demand_order)}
    organizations = dict(sorted(view.organizations.items(), key=lambda o: (o[1].name, o[0])))
    areas = _areas(view.trees)
    parts: dict[str, dict[str, list[str]]] = {
        "entries": defaultdict(list), "demands": defaultdict(list), "organizations": {},
    }  # fmt: skip
    for kind, documents in (("entries", entries), ("demands", demands)):
        for document in documents.values():
            for node in _nodes(view.trees, areas, document, entries):
                parts[kind][node].append(document.id)
    related = _organizations(platform, view.trees, entries, demands, parts)
    parts["organizations"] = {
        node: [i for i in organizations if i in ids] for node, ids in related.items()
    }
    nodes = {node for part in parts.values() for node in part}
    held = {node: Held(*(tuple(part.get(node, ())) for part in parts.values())) for node in nodes}
    return Holdings(
        view.trees, entries, demands, organizations, held,
        {role: _flows(platform, view.trees, role, (*entries, *organizations)) for role in ROLES},
        None if unmet is None else {i: unmet[i] for i in unmet if i in _open(demands)},
    )  # fmt: skip


def matched(
    platform: Platform, holdings: Holdings, stopping: Callable[[], bool] = lambda: False
) -> Holdings:
    """Return the holdings with the open demands that no entry answers well.

    Takes some tenths of a second for each of them; `stopping` is asked between them.
    """
    found = {}
    for demand in _open(holdings.demands):
        if stopping():
            break
        try:
            matches = platform.engine.match_demand(demand, limit=1).matches
        except NodeNotFound:  # removed since the view was taken
            continue
        nearest = matches[0] if matches else None
        if nearest is None or not (nearest.solved or nearest.fit == GOOD_FIT):
            found[demand] = Unmet(demand, nearest)
    return replace(holdings, unmet=found)


def _open(demands: Mapping[str, SearchDocument]) -> list[str]:
    return [d.id for d in demands.values() if d.card.status == DEMAND_STATUSES[0]]


def _entry_order(document: SearchDocument) -> tuple[int, int, str]:
    return -document.card.cases, -(document.card.year or 0), document.id


def _demand_order(document: SearchDocument) -> tuple[int, int, str]:
    status = DEMAND_STATUSES.index(document.card.status or DEMAND_STATUSES[-1])
    return status, -(document.card.year or 0), document.id


def _areas(trees: Trees) -> dict[str, str]:
    return {n.props["name"]: n.id for n in trees.of(Label.CONCEPT) if n.props["name"] in AREAS}


def _nodes(
    trees: Trees,
    areas: Mapping[str, str],
    document: SearchDocument,
    entries: Mapping[str, SearchDocument],
) -> set[str]:
    """Return the nodes that a document belongs to, all above them too.

    A demand has no area of its own: it belongs to those of the entries that solved it.
    """
    direct = (*document.links.get("concept", ()), *document.links.get("material", ()))
    found = {i for i in trees.lines(direct) if i in trees.nodes}
    found |= {f"industry-{code}" for code in document.facets.get("industry", ())}
    found |= {f"region-{code}" for code in document.facets.get("region", ())}
    solved_by = document.links.get("solved_by", ())
    of_areas = [document, *(entries[i] for i in solved_by if i in entries)]
    return found | {areas[d.card.area] for d in of_areas if d.card.area and d.card.area in areas}


def _organizations(
    platform: Platform,
    trees: Trees,
    entries: Mapping[str, SearchDocument],
    demands: Mapping[str, SearchDocument],
    parts: Mapping[str, Mapping[str, Sequence[str]]],
) -> dict[str, set[str]]:
    """Return by node: who supplies its entries or posted its demands; of regions, who is there."""
    documents = {**entries, **demands}
    found: dict[str, set[str]] = defaultdict(set)
    for kind in ("entries", "demands"):
        for node, ids in parts[kind].items():
            if trees.nodes[node].label is not Label.REGION:
                found[node].update(o for i in ids for o in documents[i].links.get("provider", ()))
    located = platform.store.edges(platform.engine.view.organizations, [Relation.LOCATED_IN])
    for edge in located:
        for region in trees.line(edge.target):
            found[region].add(edge.source)
    return found


def _flows(platform: Platform, trees: Trees, role: Role, ids: Iterable[str]) -> dict[str, Flow]:
    own: dict[str, set[str]] = defaultdict(set)
    below: dict[str, set[str]] = defaultdict(set)
    for edge in platform.store.edges(ids, [ROLES[role]]):
        own[edge.target].add(edge.source)
        for material in trees.line(edge.target):
            below[material].add(edge.source)
    return {m: Flow(frozenset(own.get(m, ())), frozenset(all_)) for m, all_ in below.items()}
