"""What a person has chosen in the graph: wholly in the address, so that it can be mailed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Self

from kg.vocabulary import Label, Relation
from web.public.graph_words import PUBLIC_RELATIONS

MAX_OPEN = 12
MAX_ID = 200
NOTHING = "none"
"""In an address: no relation is switched off, not even one that usually is."""
Params = list[tuple[str, str]]


def usually_off(label: Label) -> frozenset[Relation]:
    """Return what is off at first: sources, which every node has, unless one is the centre."""
    return frozenset() if label is Label.DOCUMENT else frozenset({Relation.CITES})


@dataclass(frozen=True, slots=True)
class GraphState:
    """The centre, the nodes opened beside it, the relations switched off, the card's node.

    `off` None: what is usually off. `start`: where a question about a connection begins.
    """

    centre: str
    open: tuple[str, ...] = ()
    off: frozenset[Relation] | None = None
    selected: str | None = None
    start: str | None = None

    @classmethod
    def read(
        cls,
        centre: str,
        open_: Iterable[str] = (),
        off: Iterable[str] = (),
        selected: str = "",
        start: str = "",
    ) -> Self:
        """Read the parameters; what cannot be meant is left out, so that old addresses go on."""
        names = list(off)
        known = {relation.value: relation for relation in PUBLIC_RELATIONS}
        opened = (i for i in open_ if i and i != centre and len(i) <= MAX_ID)
        return cls(
            centre,
            tuple(dict.fromkeys(opened))[:MAX_OPEN],
            frozenset(known[name] for name in names if name in known) if names else None,
            selected[:MAX_ID] or None,
            start[:MAX_ID] or None,
        )

    def hidden(self, label: Label) -> frozenset[Relation]:
        """Return the relations that are off around a centre of this label."""
        return usually_off(label) if self.off is None else self.off

    def params(self) -> Params:
        """Return the state without its centre as parameters of an address."""
        out = [("open", one) for one in self.open]
        if self.off is not None:
            out += [("off", one) for one in sorted(self.off)] or [("off", NOTHING)]
        if self.selected and self.selected != self.centre:
            out.append(("sel", self.selected))
        if self.start:
            out.append(("from", self.start))
        return out

    def opened(self, node_id: str) -> Self:
        """Return the state with the node expanded and selected."""
        chosen = tuple(dict.fromkeys((*self.open, node_id)))[-MAX_OPEN:]
        return replace(self, open=chosen, selected=node_id)

    def closed(self, node_id: str) -> Self:
        """Return the state with the node no longer expanded."""
        return replace(self, open=tuple(i for i in self.open if i != node_id), selected=node_id)

    def at(self, centre: str) -> Self:
        """Return the state of another centre: switches and starting point stay."""
        return replace(self, centre=centre, open=(), selected=None)

    def select(self, node_id: str) -> Self:
        """Return the state with this node's card."""
        return replace(self, selected=node_id)

    def starting(self, node_id: str | None) -> Self:
        """Return the state that asks for a connection from this node."""
        return replace(self, start=node_id)

    def showing(self, shown: Collection[str], among: Iterable[Relation], label: Label) -> Self:
        """Return the state after the switches: of `among` only those in `shown` stay on."""
        switched = list(among)
        off = self.hidden(label).difference(switched)
        off |= {relation for relation in switched if relation.value not in shown}
        return replace(self, off=None if off == usually_off(label) else off)
