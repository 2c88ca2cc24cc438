"""A figure beside the same figure of other entries, where that comparison is honest.

Honest: the same indicator measured for the same thing, a rate and no amount that grows with the
plant, in convertible units, against the same baseline (see `compare_figures.same_basis`). With
`PLOTTED` others or more the entry has a place among them, with fewer they are only named.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from kg.errors import UnitError
from kg.model import Entry, Figure
from kg.units import to_base
from search.documents import SearchDocument
from search.wording import comparable
from web.bootstrap import Platform
from web.public.compare_figures import NAMELESS, NEVER, is_change, same_basis
from web.public.topics import key_of

PLOTTED = 4
NAMED = 3
"""Most others that fit on a page of comparison together with this entry."""
WIDTH, MARGIN = 320, 12
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Peer:
    """An entry with its figure in words; `x` is its place on the plot."""

    id: str
    name: str
    amount: str
    own: bool
    x: int = 0


@dataclass(frozen=True, slots=True)
class Peers:
    """Entries with the same figure, best first, this one among them.

    `place` counts from 1, None where there are too few to be put in order; `tied`: others have
    the same value. `unsaid`: the figure is a change, and nobody says of what.
    """

    peers: Sequence[Peer]
    better: str
    place: int | None = None
    tied: bool = False
    unsaid: bool = False

    @property
    def others(self) -> list[Peer]:
        """All but this entry."""
        return [peer for peer in self.peers if not peer.own]

    @property
    def ends(self) -> tuple[str, str]:
        """What stands at the left and the right end of the plot."""
        by_x = sorted(self.peers, key=lambda peer: peer.x)
        return by_x[0].amount, by_x[-1].amount

    @property
    def words(self) -> str:
        """The plot in words."""
        order = "由高到低" if self.better == "higher" else "由低到高"
        tied = "并列" if self.tied else ""
        return f"在 {len(self.peers)} 个可比条目中{tied}居第 {self.place}（按数值{order}）"


class PeerKeeper:
    """Finds peers; figures are read once and again only when their entry has changed."""

    def __init__(self, platform: Platform) -> None:
        self._store, self._engine = platform.store, platform.engine
        self._lock = Lock()
        self._view: object = None
        self._groups: Mapping[Key, list[SearchDocument]] = {}
        self._read: dict[str, tuple[SearchDocument, Sequence[Figure]]] = {}

    def of(self, entry: Entry) -> dict[str, Peers]:
        """Return the peers of the entry's figures by `topics.key_of`."""
        groups = self._by_measure()
        indicators = self._engine.lexicon.indicators
        out = {}
        for figure in entry.figures:
            group = groups.get(_measure(figure), ())
            if not group or not same_basis(figure, figure, indicators.get(figure.indicator)):
                continue
            found = [(entry.id, entry.name, figure)]
            for document in group:
                if document.id != entry.id:
                    same = [
                        other
                        for other in self._figures(document, group)
                        if same_basis(figure, other, indicators.get(figure.indicator))
                    ]
                    if same:
                        best = max(same, key=lambda f: f.evidence.weight)
                        found.append((document.id, document.title, best))
            if len(found) > 1:
                out[key_of(figure)] = _placed(found, entry.id)
        return out

    def _by_measure(self) -> Mapping[Key, list[SearchDocument]]:
        """Return the living documents by what they measure, counted once for each view."""
        view = self._engine.view
        with self._lock:
            if view is not self._view:
                groups: dict[Key, list[SearchDocument]] = defaultdict(list)
                for document in view.entries.walk():
                    for key in {(m.indicator, m.unit) for m in document.measures}:
                        if key[0] not in NAMELESS | NEVER:
                            groups[key].append(document)
                self._view, self._groups = view, groups
            return self._groups

    def _figures(
        self, document: SearchDocument, group: Iterable[SearchDocument]
    ) -> Sequence[Figure]:
        """Return the document's figures; those of its group are read along with them."""
        kept = self._read.get(document.id)
        if kept is None or kept[0] is not document:
            stale = {d.id: d for d in group if self._read.get(d.id, (None,))[0] is not d}
            nodes = self._store.get_many(stale)
            for one in stale.values():
                props = nodes[one.id].props if one.id in nodes else {}
                figures = [Figure.model_validate(f) for f in props.get("figures", ())]
                self._read[one.id] = one, figures
        return self._read[document.id][1]


def _measure(figure: Figure) -> Key:
    try:
        _value, unit = to_base(figure.value, figure.unit, per_year=figure.per_year)
    except UnitError:
        return "", ""
    return figure.indicator, comparable(figure.indicator, unit)


def _placed(found: Sequence[tuple[str, str, Figure]], own: str) -> Peers:
    """Put the entries in order of their figures' values, best first, ties by id."""
    first = found[0][2]
    sign = -1 if first.better == "higher" else 1
    values = {i: to_base(f.value, f.unit, per_year=f.per_year)[0] for i, _name, f in found}
    order = sorted(found, key=lambda one: (sign * values[one[0]], one[0]))
    low, high = min(values.values()), max(values.values())
    room = (WIDTH - 2 * MARGIN) / (high - low) if high > low else 0
    peers = [
        Peer(i, name, f.amount, i == own, round(MARGIN + (values[i] - low) * room))
        for i, name, f in order
    ]
    ahead = sum(1 for value in values.values() if sign * value < sign * values[own])
    return Peers(
        peers,
        first.better or "",
        place=ahead + 1 if len(found) > PLOTTED else None,
        tied=sum(1 for value in values.values() if value == values[own]) > 1,
        unsaid=is_change(first) and first.baseline is None,
    )
