"""Reads what is drawn around the opened nodes: a few of each relation, everything counted.

Never all neighbours of a hub: numbers come from `degrees`, nodes from short lists for each
relation and family, and at most `MOST` nodes are drawn. Which ones follows from the graph alone.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.errors import NodeNotFound
from kg.model import Edge, Node
from kg.query import Query, Related
from kg.store import GraphStore
from kg.vocabulary import PRIVATE_LABELS, Label, Relation
from search.trees import TREE_LABELS
from web.public.graph_words import (
    FAMILIES,
    FAMILY_OF,
    PUBLIC_RELATIONS,
    RELATION_ORDER,
    Family,
    Way,
    far_families,
)

MOST = 60
"""Most nodes drawn at once."""
FIRST, STEP, FEWEST = 36, 12, 12
"""Nodes drawn at first and more for each opened one, so that opening pushes no others out. When
many are opened they share what the centre leaves, which keeps the fewest."""
WHOLE = 300
"""A relation with up to so many neighbours is read whole, so that the weightiest come first."""
Key = tuple[str, Relation, Way]
"""An opened node, a relation of it and its way."""
_FAMILY_ORDER = {family: n for n, family in enumerate(FAMILIES)}


@dataclass(slots=True)
class Strand:
    """Neighbours of an opened node by one relation, way and family.

    `found` are candidates, the weightiest first; all of them when `whole`. `drawn` counts those
    of `total` that stand in the picture, `items` those that hang on this strand there. Of a
    relation with very many neighbours of several families only their sum is known: then `total`
    is the least that there are, and not `exact`.
    """

    owner: str
    relation: Relation
    way: Way
    family: Family
    total: int
    found: Sequence[Node]
    whole: bool
    exact: bool = True
    drawn: int = 0
    items: list[str] = field(default_factory=list)

    @property
    def hides(self) -> bool:
        """Whether there are neighbours that are not drawn."""
        return self.total > self.drawn or not self.exact


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn. `opened` are the centre and the opened nodes that hang together with it.

    `relations` counts the relations of the opened nodes, those that are switched off too.
    `hidden` nodes are not drawn; with `once` each is counted once, else once for each relation.
    """

    nodes: Mapping[str, Node]
    opened: Sequence[str]
    strands: Sequence[Strand]
    edges: Sequence[Edge]
    relations: Mapping[Relation, int]
    more: Mapping[str, int]
    hidden: int
    once: bool

    def of(self, node_id: str) -> list[Strand]:
        """Return the strands of an opened node that something hangs on."""
        return [s for s in self.strands if s.owner == node_id and s.items]


class GraphReader:
    """Reads one drawing; the degrees it learns are asked for once."""

    def __init__(self, store: GraphStore, off: Collection[Relation]) -> None:
        self._store = store
        self._on = [r for r in PUBLIC_RELATIONS if r not in off]
        self._degrees: dict[str, Mapping[tuple[Relation, Way], int]] = {}

    def read(self, centre: str, opened: Sequence[str], selected: str | None) -> Drawing:
        """Return what is drawn around the centre and the opened nodes.

        Raises:
            NodeNotFound: there is no centre, or it is private.
        """
        node = self._store.get(centre)
        if node.label in PRIVATE_LABELS:
            raise NodeNotFound(centre)
        nodes = {centre: node}
        strands = self._strands(node)
        kept = [centre, *self._open(opened, nodes, strands)]
        _deal(nodes, strands, kept, selected)
        edges = self._store.subgraph(list(nodes), 0, relations=self._on, limit=MOST).edges
        _count(strands, nodes, edges)
        relations: Counter[Relation] = Counter()
        numbers: dict[Key, int] = {}
        for one in kept:
            for (relation, way), number in self.degrees(one).items():
                relations[relation] += number
                numbers[one, relation, way] = number
        hidden, once = _hidden(strands, nodes, numbers)
        more = self._more(nodes, edges)
        return Drawing(nodes, kept, strands, edges, relations, more, hidden, once)

    def degrees(self, node_id: str) -> Mapping[tuple[Relation, Way], int]:
        """Return the numbers of neighbours by relation and way."""
        self._learn([node_id])
        return self._degrees.get(node_id, {})

    def _learn(self, ids: Iterable[str]) -> None:
        """Ask for the degrees of many nodes at once, each only the first time."""
        if new := [i for i in ids if i not in self._degrees]:
            self._degrees.update(self._store.degrees_many(new))

    def _strands(self, node: Node) -> list[Strand]:
        """Return the strands of a node in the order in which they stand around it."""
        numbers = {key: n for key, n in self.degrees(node.id).items() if key[0] in self._on}
        found: list[Strand] = []
        if sum(numbers.values()) <= WHOLE:
            found += self._whole(node, {relation for relation, _way in numbers})
        else:
            for relation in dict.fromkeys(relation for relation, _way in numbers):
                ways: tuple[Way, Way] = ("out", "in")
                for way in ways:
                    number = numbers.get((relation, way), 0)
                    if number > WHOLE:
                        found += self._part(node, relation, way, number)
                    elif number:
                        found += self._whole(node, {relation}, way)
        return sorted(
            found, key=lambda s: (RELATION_ORDER[s.relation], s.way, _FAMILY_ORDER[s.family])
        )

    def _whole(
        self, node: Node, relations: Collection[Relation], way: Way | None = None
    ) -> list[Strand]:
        parts: dict[tuple[Relation, Way, Family], list[Node]] = {}
        for one in self._store.neighbours(node.id, relations, way or "both", limit=WHOLE):
            towards: Way = "out" if one.edge.source == node.id else "in"
            key = one.edge.relation, towards, FAMILY_OF[one.node.label]
            parts.setdefault(key, []).append(one.node)
        return [
            Strand(node.id, *key, len(found), self._weighed(found), whole=True)
            for key, found in parts.items()
        ]

    def _part(self, node: Node, relation: Relation, way: Way, number: int) -> list[Strand]:
        """Return the strands of a relation with very many neighbours from short lists."""
        families = far_families(relation, way)
        if relation is Relation.PART_OF:
            families = [FAMILY_OF[node.label]]
        back: Way = "in" if way == "out" else "out"
        lists = {}
        for family in families:
            query = Query(family, related=(Related(relation, back, (node.id,)),), limit=MOST)
            lists[family] = self._store.find(query)
        cut = [family for family, page in lists.items() if page.after]
        rest = number - sum(len(page.nodes) for page in lists.values() if not page.after)
        return [
            Strand(
                node.id, relation, way, family,
                total=rest if cut == [family] else len(page.nodes),
                found=self._weighed(page.nodes),
                whole=not page.after,
                exact=not page.after or cut == [family],
            )
            for family, page in lists.items()
            if page.nodes
        ]  # fmt: skip

    def _weighed(self, nodes: Sequence[Node]) -> list[Node]:
        """Return the nodes in the order in which they are drawn.

        Entries with many figures, open demands and late cases come first; of places, industries
        and the like those that much hangs on, where they are few enough to be asked each.
        """
        asked = len(nodes) <= MOST
        if asked:
            self._learn(n.id for n in nodes if n.label in TREE_LABELS)
        return sorted(nodes, key=lambda n: (self._weight(n, asked=asked), n.id))

    def _weight(self, node: Node, *, asked: bool) -> tuple[float, ...]:
        props = node.props
        year = -int(props.get("year") or 0)
        if node.label in TREE_LABELS:
            return (-float(sum(self.degrees(node.id).values())) if asked else 0.0,)
        match node.label:
            case Label.ORGANIZATION:
                return "business" not in props, -len(props.get("keys", ()))
            case Label.DEMAND:
                return props.get("status") != "需求", year
            case Label.CASE | Label.DOCUMENT | Label.EDITION:
                return (year,)
            case _:
                return -len(props.get("figures", ())), year

    def _open(
        self, opened: Iterable[str], nodes: dict[str, Node], strands: list[Strand]
    ) -> list[str]:
        """Draw the opened nodes that hang together with the centre; return their ids."""
        waiting, kept = list(opened), []
        known: dict[str, tuple[Strand, Node]] = {}
        _remember(known, strands)
        while found := next((i for i in waiting if i in known), None):
            waiting.remove(found)
            if found in nodes:
                continue
            strand, node = known[found]
            strand.items.append(found)
            nodes[found] = node
            kept.append(found)
            grown = self._strands(node)
            strands += grown
            _remember(known, grown)
        return kept

    def _more(self, nodes: Mapping[str, Node], edges: Iterable[Edge]) -> dict[str, int]:
        """Count for each drawn node its relations that are on and not drawn."""
        drawn: Counter[str] = Counter()
        for edge in edges:
            drawn.update((edge.source, edge.target))
        self._learn(nodes)
        return {
            i: sum(n for (relation, _way), n in self.degrees(i).items() if relation in self._on)
            - drawn[i]
            for i in nodes
        }


def _deal(
    nodes: dict[str, Node],
    strands: Sequence[Strand],
    opened: Sequence[str],
    selected: str | None,
) -> None:
    """Draw candidates: for each opened node its share, one of each of its relations in turns."""
    known: dict[str, tuple[Strand, Node]] = {}
    _remember(known, strands)
    if selected in known and selected not in nodes:
        strand, nodes[selected] = known[selected]
        strand.items.append(selected)
    step = min(STEP, (MOST - FEWEST) // max(len(opened) - 1, 1))
    share = min(FIRST, MOST - step * (len(opened) - 1)) - 1
    for owner in opened:
        own = [strand for strand in strands if strand.owner == owner]
        share -= sum(len(strand.items) for strand in own)
        share -= _in_turns(nodes, own, min(share, MOST - len(nodes)))
        share = max(share, 0) + step
    _hang(nodes, strands)


def _in_turns(nodes: dict[str, Node], strands: Sequence[Strand], number: int) -> int:
    """Draw up to so many candidates, one of each strand in turns; return how many it were.

    What was drawn before for being opened has had its turn.
    """
    queues, drawn, turn = [(strand, iter(strand.found)) for strand in strands], 0, 0
    while queues and drawn < number:
        turn += 1
        left = []
        for strand, queue in queues:
            if len(strand.items) < turn and drawn < number:
                node = next((n for n in queue if n.id not in nodes), None)
                if node is None:
                    continue
                nodes[node.id] = node
                strand.items.append(node.id)
                drawn += 1
            left.append((strand, queue))
        queues = left
    return drawn


def _hang(nodes: Mapping[str, Node], strands: Sequence[Strand]) -> None:
    """Hang each drawn node on the first strand that has it, so that opening moves none away.

    Opened nodes stay where they were opened.
    """
    hung = {strand.owner for strand in strands}
    places = {i: strand for strand in strands for i in strand.items if i in hung}
    for strand in strands:
        strand.items = []
        for node in strand.found:
            if node.id not in nodes or places.get(node.id, strand) is not strand:
                continue
            if node.id in places or node.id not in hung:
                strand.items.append(node.id)
                hung.add(node.id)


def _remember(known: dict[str, tuple[Strand, Node]], strands: Iterable[Strand]) -> None:
    for strand in strands:
        for node in strand.found:
            known.setdefault(node.id, (strand, node))


def _count(strands: Sequence[Strand], nodes: Mapping[str, Node], edges: Iterable[Edge]) -> None:
    """Count the drawn neighbours of each strand, whichever strand they hang on."""
    by_key = {(s.owner, s.relation, s.way, s.family): s for s in strands}
    for edge in edges:
        ends: tuple[tuple[str, Way, str], ...] = (
            (edge.source, "out", edge.target),
            (edge.target, "in", edge.source),
        )
        for owner, way, other in ends:
            strand = by_key.get((owner, edge.relation, way, FAMILY_OF[nodes[other].label]))
            if strand:
                strand.drawn += 1


def _hidden(
    strands: Sequence[Strand], nodes: Mapping[str, Node], numbers: Mapping[Key, int]
) -> tuple[int, bool]:
    """Return how many nodes are not drawn, and whether each is counted once.

    `numbers` are those of each opened node's relations.
    """
    by_relation: dict[Key, list[Strand]] = {}
    for strand in strands:
        by_relation.setdefault((strand.owner, strand.relation, strand.way), []).append(strand)
    known: set[str] = set()
    sums: list[tuple[int, set[Family]]] = []
    for key, group in by_relation.items():
        if all(strand.whole for strand in group):
            known |= {node.id for s in group for node in s.found if node.id not in nodes}
        else:
            left = numbers[key] - sum(strand.drawn for strand in group)
            sums.append((left, {s.family for s in group if s.hides}))
    others = [s.family for s in strands if s.hides]
    once = all(others.count(family) == 1 for _left, families in sums for family in families)
    return len(known) + sum(left for left, _families in sums), once
