"""The drawing as a page and a program read it: a tree of names with places, words and ways on."""

from collections.abc import Sequence
from dataclasses import dataclass

from kg.model import Edge, Node
from kg.vocabulary import ENTRY_LABELS, Label, Relation
from search.trees import TREE_LABELS
from web.public.graph_card import browse_kind, page_of
from web.public.graph_layout import Layout, Spot
from web.public.graph_reading import Drawing, Strand
from web.public.graph_state import GraphState
from web.public.graph_words import (
    FAMILIES,
    READINGS,
    RELATION_ORDER,
    SHAPES,
    Shape,
    Way,
    far_families,
    kind_of,
    name_of,
    relation_word,
)
from web.public.links import Links


@dataclass(frozen=True, slots=True)
class Switch:
    """A relation type with the number of such relations around the opened nodes."""

    relation: Relation
    word: str
    number: int
    on: bool


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation to another drawn node, besides the one that the tree shows."""

    word: str
    way: Way
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbours by one relation: those drawn, how many there are, the list of all.

    When not `exact`, there are more than `total`.
    """

    word: str
    kind: str
    relation: Relation
    way: Way
    total: int
    exact: bool
    drawn: int
    spot: Spot
    items: Sequence["Item"]
    everything: str | None


@dataclass(frozen=True, slots=True)
class Item:
    """A drawn node. `more` relations of it are not drawn; `word` is what it is to its owner."""

    id: str
    name: str
    kind: str
    shape: Shape
    word: str
    page: str | None
    spot: Spot
    more: int
    opened: bool
    toggle: str | None
    recentre: str
    ties: Sequence[Tie]
    groups: Sequence[Group]


@dataclass(frozen=True, slots=True)
class GraphView:
    """Everything drawn, as a tree below the centre."""

    root: Item
    nodes: int
    hidden: int
    once: bool
    height: int
    shapes: Sequence[Shape]
    switches: Sequence[Switch]
    ties: int
    selected: str


class ViewMaker:
    """Makes the view of one drawing."""

    def __init__(self, links: Links, state: GraphState, drawing: Drawing, layout: Layout) -> None:
        self._links, self._state = links, state
        self._drawing, self._layout = drawing, layout
        self._hung = {
            frozenset((strand.owner, item)): strand.relation
            for strand in drawing.strands
            for item in strand.items
        }
        self._loose = [edge for edge in drawing.edges if not self._in_tree(edge)]

    def view(self) -> GraphView:
        """Return the view."""
        drawing, layout = self._drawing, self._layout
        root, selected = drawing.opened[0], self._state.selected
        drawn = {SHAPES[node.label] for node in drawing.nodes.values()}
        off = self._state.hidden(drawing.nodes[root].label)
        switches = [
            Switch(relation, READINGS[relation].switch, number, relation not in off)
            for relation, number in sorted(
                drawing.relations.items(), key=lambda r: RELATION_ORDER.get(r[0], 99)
            )
            if relation in READINGS
        ]
        return GraphView(
            root=self._item(drawing.nodes[root], ""),
            nodes=len(drawing.nodes),
            hidden=drawing.hidden,
            once=drawing.once,
            height=layout.height,
            shapes=[s for s in SHAPES.values() if s in drawn],
            switches=switches,
            ties=len(self._loose),
            selected=selected if selected and selected in drawing.nodes else root,
        )

    def _item(self, node: Node, word: str) -> Item:
        is_root = node.id == self._drawing.opened[0]
        is_open = node.id in self._drawing.opened
        more = self._drawing.more[node.id]
        toggle = None
        if is_open and not is_root:
            toggle = self._address(self._state.closed(node.id))
        elif not is_open and more:
            toggle = self._address(self._state.opened(node.id))
        return Item(
            id=node.id,
            name=name_of(node),
            kind=kind_of(node),
            shape=SHAPES[node.label],
            word=word,
            page=page_of(self._links, node),
            spot=self._layout.nodes[node.id],
            more=more,
            opened=is_open,
            toggle=toggle,
            recentre=self._address(self._state.at(node.id)),
            ties=[self._tie(edge) for edge in self._loose if edge.source == node.id],
            groups=[
                self._group(node, strand, self._layout.words[node.id, n])
                for n, strand in enumerate(self._drawing.of(node.id))
            ],
        )

    def _group(self, owner: Node, strand: Strand, spot: Spot) -> Group:
        word = relation_word(strand.relation, strand.way)
        several = len(far_families(strand.relation, strand.way)) > 1
        kind = FAMILIES[strand.family]
        return Group(
            word=word,
            kind=kind if several and strand.relation is not Relation.PART_OF else "",
            relation=strand.relation,
            way=strand.way,
            total=strand.total,
            exact=strand.exact,
            drawn=strand.drawn,
            spot=spot,
            items=[self._item(self._drawing.nodes[i], word) for i in strand.items],
            everything=everything_of(self._links, owner, strand) if strand.hides else None,
        )

    def _tie(self, edge: Edge) -> Tie:
        other = self._drawing.nodes[edge.target]
        return Tie(relation_word(edge.relation, "out"), "out", other.id, name_of(other))

    def _in_tree(self, edge: Edge) -> bool:
        return self._hung.get(frozenset((edge.source, edge.target))) is edge.relation

    def _address(self, state: GraphState) -> str:
        return self._links.graph(state.centre, state.params())


def everything_of(links: Links, owner: Node, strand: Strand) -> str | None:
    """Return the list of all neighbours of a strand; None where no page lists them."""
    if owner.label not in TREE_LABELS:
        return page_of(links, owner)
    kind = browse_kind(owner)
    if kind is None:
        return None
    if strand.relation is Relation.PART_OF:
        return kind.href(links, owner)
    if strand.relation in {Relation.PRODUCES, Relation.CONSUMES}:
        return links.browse(kind.key, kind.slug(owner), strand.relation.value.lower())
    for labels, what in (
        (frozenset({Label.DEMAND}), "demands"),
        (frozenset({Label.ORGANIZATION}), "organizations"),
    ):
        if strand.family == labels:
            return links.browse(kind.key, kind.slug(owner), what)
    return kind.entries_href(links, owner) if strand.family == ENTRY_LABELS else None
