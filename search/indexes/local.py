"""The exact index in this process: every row is scored, nothing is approximated.

An index never changes: `changed` makes another one beside it. So readers need no lock, and rows
found in an index stay right for as long as it is asked. Sizes stand in docs/benchmarks.md.
"""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from search.analyzer import Analyzer
from search.documents import FIELDS, Field, SearchDocument
from search.index import Floats, Mask, Scores, TokenQuery
from search.postings import Bm25, Postings
from search.vectors import PassageVectors

Ints = NDArray[np.int64]
Progress = Callable[[int, int], None]
_DEAD_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class _State:
    documents: list[SearchDocument]
    rows: dict[str, int]
    alive: Mask
    postings: Postings
    vectors: Floats
    first: Ints  # first passage of each row; a row's passages lie side by side
    facets: dict[str, "_FacetRows"]


class LocalIndex:
    """`Index` over documents in memory, immutable. Without vectors it is lexical only."""

    def __init__(
        self,
        analyzer: Analyzer,
        vectors: PassageVectors | None,
        documents: Iterable[SearchDocument] = (),
        *,
        parameters: Bm25 | None = None,
        progress: Progress = lambda _done, _all: None,
    ) -> None:
        """Index the documents; `progress(done, all)` counts passages that are encoded."""
        # Names of industries, materials and places stand in many documents: cut each once.
        self._cut = lru_cache(20_000)(analyzer.tokens)
        self._vectors = vectors
        self._parameters = parameters or Bm25()
        self._state = self._build(list(documents), progress)

    def _tokens(self, document: SearchDocument) -> dict[Field, list[str]]:
        return {
            name: [t for text in document.text.get(name, ()) for t in self._cut(text)]
            for name in FIELDS
        }

    def _build(self, documents: list[SearchDocument], progress: Progress) -> _State:
        vectors, first = self._encode(documents, progress)
        if self._vectors is not None:
            self._vectors.save([p.text for d in documents for p in d.passages])
        return _State(
            documents=documents,
            rows={document.id: row for row, document in enumerate(documents)},
            alive=np.ones(len(documents), bool),
            postings=Postings([self._tokens(d) for d in documents], self._parameters),
            vectors=vectors,
            first=first,
            facets=_facet_rows(documents, np.ones(len(documents), bool)),
        )

    def _encode(
        self, documents: Sequence[SearchDocument], progress: Progress = lambda _d, _a: None
    ) -> tuple[Floats, Ints]:
        counts = np.array([len(d.passages) for d in documents], np.int64)
        first = np.concatenate([[0], np.cumsum(counts)[:-1]]) if len(counts) else counts
        if self._vectors is None:
            return np.zeros((int(counts.sum()), 0), np.float32), first
        texts = [passage.text for document in documents for passage in document.passages]
        return self._vectors.encode(texts, progress), first

    @property
    def documents(self) -> Sequence[SearchDocument]:
        """All documents by row, dead rows included (they are never selected)."""
        return self._state.documents

    @property
    def postings(self) -> Postings:
        """The inverted lists, for weighing words."""
        return self._state.postings

    @property
    def alive(self) -> Mask:
        """Which rows hold a document that still exists."""
        return self._state.alive

    def living(self) -> list[SearchDocument]:
        """Return the documents that still exist."""
        state = self._state
        return [d for d, lives in zip(state.documents, state.alive, strict=True) if lives]

    def row(self, document_id: str) -> int | None:
        """Return the row of a document, None when it is not here."""
        return self._state.rows.get(document_id)

    def changed(self, documents: Iterable[SearchDocument], removed: Iterable[str] = ()) -> Self:
        """Return an index with documents added or exchanged by id and the removed ones dropped.

        This one stays as it is, and comes back itself when nothing changes.
        """
        added = list({d.id: d for d in documents}.values())
        state = self._state
        gone = {d.id for d in added} | set(removed)
        dead = {state.rows[i]: state.documents[state.rows[i]] for i in gone if i in state.rows}
        if not added and not dead:
            return self
        alive = state.alive.copy()
        alive[list(dead)] = False
        other = copy.copy(self)
        if (~alive).sum() > _DEAD_SHARE * len(alive) + 64:
            living = [d for d, lives in zip(state.documents, alive, strict=True) if lives]
            other._state = other._build(living + added, lambda _done, _all: None)  # noqa: SLF001
        else:
            other._state = other._append(state, added, dead, alive)  # noqa: SLF001
        return other

    def _append(
        self,
        state: _State,
        added: list[SearchDocument],
        dead: Mapping[int, SearchDocument],
        alive: Mask,
    ) -> _State:
        vectors, first = self._encode(added)
        documents = state.documents + added
        alive = np.concatenate([alive, np.ones(len(added), bool)])
        tokens = [self._tokens(d) for d in added]
        rows = {i: row for i, row in state.rows.items() if row not in dead}
        rows.update((d.id, len(state.documents) + n) for n, d in enumerate(added))
        return replace(
            state,
            documents=documents,
            rows=rows,
            alive=alive,
            postings=state.postings.changed(
                tokens, {row: self._tokens(document) for row, document in dead.items()}
            ),
            vectors=np.concatenate([state.vectors, vectors]),
            first=np.concatenate([state.first, first + len(state.vectors)]),
            facets=_facet_rows(documents, alive),
        )

    def score(self, tokens: TokenQuery, vector: Floats | None) -> Scores:
        """Score every row exactly; see `Scores`."""
        state = self._state
        size = len(state.documents)
        lexical = state.postings.score(tokens.groups)
        dense = np.zeros(size, np.float32)
        best = np.zeros(size, np.int64)
        if vector is not None and size and state.vectors.shape[1]:
            cosines = state.vectors @ vector
            has = np.diff(np.append(state.first, len(cosines))) > 0
            starts = state.first[has]
            if len(starts):
                dense[has] = np.maximum.reduceat(cosines, starts)
                best[has] = _argmax_of_runs(cosines, starts) - starts
        return Scores(lexical, dense, best)

    def select(self, facet: str, values: Iterable[str]) -> Mask:
        """Return which living rows have any of the values."""
        state = self._state
        mask = np.zeros(len(state.documents), bool)
        known = state.facets.get(facet)
        if known is not None:
            wanted = [known.number[value] for value in values if value in known.number]
            mask[known.rows[np.isin(known.values, wanted)]] = True
        return mask

    def count(self, facet: str, mask: Mask) -> dict[str, int]:
        """Count the facet's values among the rows of the mask; values without rows left out."""
        known = self._state.facets.get(facet)
        if known is None:
            return {}
        counts = np.bincount(known.values[mask[known.rows]], minlength=len(known.names))
        return {known.names[n]: int(counts[n]) for n in np.flatnonzero(counts)}


def _argmax_of_runs(values: Floats, starts: Ints) -> Ints:
    """Return the position of the largest value of each run (the first of equals)."""
    ends = np.append(starts[1:], len(values))
    run = np.repeat(np.arange(len(starts)), ends - starts)
    order = np.lexsort((np.arange(len(values)), -values, run))
    positions: Ints = order[np.searchsorted(run[order], np.arange(len(starts)))]
    return positions


@dataclass(frozen=True, slots=True)
class _FacetRows:
    """One facet as pairs (row, number of value), each pair once."""

    names: list[str]
    number: dict[str, int]
    rows: Ints
    values: Ints


def _facet_rows(documents: Sequence[SearchDocument], alive: Mask) -> dict[str, _FacetRows]:
    pairs: dict[str, list[tuple[int, str]]] = {}
    for row, document in enumerate(documents):
        if alive[row]:
            for facet, values in document.facets.items():
                pairs.setdefault(facet, []).extend((row, value) for value in dict.fromkeys(values))
    out = {}
    for facet, found in pairs.items():
        names = list(dict.fromkeys(value for _row, value in found))
        number = {value: n for n, value in enumerate(names)}
        rows = np.array([row for row, _value in found], np.int64)
        numbers = np.array([number[value] for _row, value in found], np.int64)
        out[facet] = _FacetRows(names, number, rows, numbers)
    return out
