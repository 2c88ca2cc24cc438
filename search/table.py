"""All documents of an index in outline, as columns: ids, names, facet values, figures, orders.

Small enough to be held for every document (about 1 kB each), so conditions, filters, counts and
orders are exact whichever index ranks. A table never changes: `changed` makes another one.
"""

import copy
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kg.vocabulary import Evidence
from search.documents import Measure, SearchDocument
from search.index import Among, Ints, Mask
from search.numbers import Bound

_WEIGHTS = {e.value: e.weight for e in Evidence}
Columns = NDArray[np.float64]
SELECTED = 50
"""Masks of chosen facet values that a table keeps, a byte for each row."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What the table keeps of a document. `orders` are the values of the orders `ORDERS`."""

    id: str
    title: str
    names: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    measures: tuple[Measure, ...] = ()
    orders: tuple[float, float] = (0.0, 0.0)


ORDERS = ("evidence", "newest")


def outline(document: SearchDocument) -> Outline:
    """Return a document's outline."""
    card = document.card
    evidence = float(_WEIGHTS.get(card.evidence or "", -1) * 100 + min(card.cases, 99))
    orders = (evidence, float(card.year or 0))
    names = document.text.get("title", ())
    return Outline(document.id, document.title, names, document.facets, document.measures, orders)


class Table:
    """Outlines by row. Rows stay where they are; a removed or exchanged one is no more `alive`."""

    ids: list[str]
    titles: list[str]
    names: list[tuple[str, ...]]
    alive: Mask
    orders: Columns

    def __init__(self, outlines: Iterable[Outline] = ()) -> None:
        self.ids, self.titles, self.names = [], [], []
        self.alive, self.orders = np.zeros(0, bool), np.zeros((0, len(ORDERS)))
        self._rows: dict[str, int] = {}
        self._facets: dict[str, _Facet] = {}
        self._figures = _Figures()
        self._origin = object()
        self._selected: dict[tuple[str, frozenset[str]], Mask] = {}
        self._append(list(outlines))

    def changed(self, outlines: Iterable[Outline], removed: Iterable[str] = ()) -> Self:
        """Return a table with outlines appended, those that had their ids or are removed dead."""
        added = list({one.id: one for one in outlines}.values())
        dead = [self._rows[i] for i in {*removed, *(o.id for o in added)} if i in self._rows]
        other = copy.copy(self)
        other.__dict__.pop("places", None)
        other._selected = {}  # noqa: SLF001
        other.alive = self.alive.copy()
        other.alive[dead] = False
        other._rows = {i: row for i, row in self._rows.items() if other.alive[row]}  # noqa: SLF001
        other._append(added)  # noqa: SLF001
        return other

    def since(self, before: "Table") -> tuple[list[int], list[int]] | None:
        """Return the living rows that came, and the rows that went, after an earlier table. None
        when this one was not made from it by changes."""
        size = len(before)
        if self._origin is not before._origin or len(self) < size:  # noqa: SLF001
            return None
        came = size + np.flatnonzero(self.alive[size:])
        went = np.flatnonzero(before.alive & ~self.alive[:size])
        return came.tolist(), went.tolist()

    def _append(self, added: Sequence[Outline]) -> None:
        first = len(self.ids)
        self.ids = [*self.ids, *(one.id for one in added)]
        self.titles = [*self.titles, *(one.title for one in added)]
        self.names = [*self.names, *(one.names for one in added)]
        self.alive = np.concatenate([self.alive, np.ones(len(added), bool)])
        orders = np.array([one.orders for one in added], float).reshape(-1, len(ORDERS))
        self.orders = np.concatenate([self.orders, orders])
        self._rows.update((one.id, row) for row, one in enumerate(added, first))
        pairs: dict[str, list[tuple[int, str]]] = {}
        for row, one in enumerate(added, first):
            for facet, values in one.facets.items():
                pairs.setdefault(facet, []).extend((row, v) for v in dict.fromkeys(values))
        self._facets = dict(self._facets)
        for facet, found in pairs.items():
            self._facets[facet] = self._facets.get(facet, _Facet()).with_pairs(found)
        figures = [(row, m) for row, one in enumerate(added, first) for m in one.measures]
        self._figures = self._figures.with_measures(figures)

    def __len__(self) -> int:
        """Count the rows, dead ones included."""
        return len(self.ids)

    @property
    def size(self) -> int:
        """The number of living documents."""
        return len(self._rows)

    @cached_property
    def places(self) -> Ints:
        """The place of each row in the order of ids."""
        places = np.empty(len(self), np.int64)
        places[sorted(range(len(self)), key=self.ids.__getitem__)] = np.arange(len(self))
        return places

    def living(self) -> list[int]:
        """Return the living rows."""
        return [int(row) for row in np.flatnonzero(self.alive)]

    def mask(self, among: Among) -> Mask:
        """Return which living rows are of interest."""
        mask = self.alive.copy()
        for facet, values in among.any_of:
            mask &= self.select(facet, values)
        for facet, values in among.none_of:
            mask &= ~self.select(facet, values)
        return mask if among.rows is None else mask & among.rows

    def row(self, document_id: str) -> int | None:
        """Return the row of a document, None when it is not here."""
        return self._rows.get(document_id)

    def select(self, facet: str, values: Iterable[str]) -> Mask:
        """Return which living rows have any of the values; not to be written to."""
        key = facet, frozenset(values)
        found = self._selected.get(key)
        if found is None:
            found = self._select(*key)
            found.flags.writeable = False
            if len(self._selected) >= SELECTED:
                self._selected.clear()
            self._selected[key] = found  # a question asks for the same ones some ten times
        return found

    def _select(self, facet: str, values: Collection[str]) -> Mask:
        mask = np.zeros(len(self), bool)
        known = self._facets.get(facet)
        if known is not None:
            wanted = np.zeros(len(known.names), bool)
            wanted[[known.number[value] for value in values if value in known.number]] = True
            mask[known.rows[wanted[known.values]]] = True
        return mask & self.alive

    def meeting(self, bound: Bound) -> Mask:
        """Return which living rows state a figure that meets the bound."""
        mask = np.zeros(len(self), bool)
        mask[self._figures.meeting(bound)] = True
        return mask & self.alive

    def count(self, facet: str, mask: Mask) -> dict[str, int]:
        """Count the facet's values among the living rows of the mask; others are left out."""
        known = self._facets.get(facet)
        if known is None:
            return {}
        mask = mask & self.alive
        counts = np.bincount(known.values[mask[known.rows]], minlength=len(known.names))
        return {known.names[n]: int(counts[n]) for n in np.flatnonzero(counts)}


@dataclass(frozen=True, slots=True)
class _Facet:
    """One facet as pairs (row, number of value), each pair once."""

    names: list[str] = field(default_factory=list)
    number: dict[str, int] = field(default_factory=dict)
    rows: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    values: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def with_pairs(self, found: Sequence[tuple[int, str]]) -> "_Facet":
        new = [v for v in dict.fromkeys(v for _row, v in found) if v not in self.number]
        names = [*self.names, *new]
        number = self.number | {value: n for n, value in enumerate(new, len(self.names))}
        rows = np.array([row for row, _value in found], np.int64)
        values = np.array([number[value] for _row, value in found], np.int64)
        return _Facet(
            names,
            number,
            np.concatenate([self.rows, rows]),
            np.concatenate([self.values, values]),
        )


@dataclass(frozen=True, slots=True)
class _Figures:
    """All figures as (row, number of its indicator and unit, low, high)."""

    number: dict[tuple[str, str], int] = field(default_factory=dict)
    cells: Columns = field(default_factory=lambda: np.zeros((0, 4)))

    def with_measures(self, found: Sequence[tuple[int, Measure]]) -> "_Figures":
        if not found:
            return self
        number = dict(self.number)
        cells = [
            (row, number.setdefault((m.indicator, m.unit), len(number)), m.low, m.high)
            for row, m in found
        ]
        return _Figures(number, np.concatenate([self.cells, np.array(cells, float)]))

    def meeting(self, bound: Bound) -> Ints:
        """Return the rows of the figures that meet a bound; see `Bound.judge`."""
        wanted = [
            n
            for (indicator, unit), n in self.number.items()
            if unit == bound.unit and (not bound.indicators or indicator in bound.indicators)
        ]
        row, number, low, high = self.cells.T
        met = np.isin(number, wanted)
        if bound.at_least is not None:
            met &= high >= bound.at_least
        if bound.at_most is not None:
            met &= low <= bound.at_most
        rows: Ints = row[met].astype(np.int64)
        return rows
