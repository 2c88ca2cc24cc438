"""The exact index in this process: every row is scored, nothing is approximated.

An index never changes: `changed` makes another one beside it. So readers need no lock, and rows
found in an index stay right for as long as it is asked. Sizes stand in docs/benchmarks.md.
"""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self

import numpy as np

from search.analyzer import Analyzer
from search.documents import FIELDS, Field, SearchDocument
from search.index import Among, Asked, Floats, Ints, Rows, Scores
from search.passages import best_passages
from search.postings import Bm25, Postings
from search.table import Table, outline
from search.vectors import PassageVectors

Progress = Callable[[int, int], None]
_DEAD_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class _State:
    documents: list[SearchDocument]
    table: Table
    postings: Postings
    vectors: Floats
    first: Ints  # first passage of each row; a row's passages lie side by side


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
            table=Table(map(outline, documents)),
            postings=Postings([self._tokens(d) for d in documents], self._parameters),
            vectors=vectors,
            first=first,
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
    def table(self) -> Table:
        """All documents in outline."""
        return self._state.table

    @property
    def words(self) -> Postings:
        """The inverted lists, for weighing words."""
        return self._state.postings

    def documents(self, rows: Iterable[int]) -> dict[int, SearchDocument]:
        """Return the documents of living rows."""
        alive = self._state.table.alive
        return {row: self._state.documents[row] for row in rows if alive[row]}

    def walk(self) -> Iterator[SearchDocument]:
        """Walk all living documents, by id."""
        return iter(sorted(self._living(), key=lambda d: d.id))

    def warming(self) -> Iterator[None]:
        """Nothing is left to do."""
        return iter(())

    def _living(self) -> list[SearchDocument]:
        state = self._state
        return [d for d, lives in zip(state.documents, state.table.alive, strict=True) if lives]

    def used(self) -> frozenset[str]:
        """Return the ids of all nodes that a living document links to."""
        links = (ids for document in self._living() for ids in document.links.values())
        return frozenset().union(*links)

    def changed(self, documents: Iterable[SearchDocument], removed: Iterable[str] = ()) -> Self:
        """Return an index with documents added or exchanged by id and the removed ones dropped.

        This one stays as it is, and comes back itself when nothing changes.
        """
        added = list({d.id: d for d in documents}.values())
        state = self._state
        gone = {d.id for d in added} | set(removed)
        rows = [row for row in map(state.table.row, gone) if row is not None]
        if not added and not rows:
            return self
        dead = {row: state.documents[row] for row in rows}
        table = state.table.changed(map(outline, added), removed)
        other = copy.copy(self)
        if (~table.alive).sum() > _DEAD_SHARE * len(table) + 64:
            living = [d for d in self._living() if d.id not in gone]
            other._state = other._build(living + added, lambda _done, _all: None)  # noqa: SLF001
        else:
            other._state = other._append(state, added, dead, table)  # noqa: SLF001
        return other

    def _append(
        self,
        state: _State,
        added: list[SearchDocument],
        dead: Mapping[int, SearchDocument],
        table: Table,
    ) -> _State:
        vectors, first = self._encode(added)
        return replace(
            state,
            documents=state.documents + added,
            table=table,
            postings=state.postings.changed(
                [self._tokens(d) for d in added],
                {row: self._tokens(document) for row, document in dead.items()},
            ),
            vectors=np.concatenate([state.vectors, vectors]),
            first=np.concatenate([state.first, first + len(state.vectors)]),
        )

    def score(
        self,
        asked: Sequence[Asked],
        among: Sequence[Among] = (),  # noqa: ARG002 - every row is seen
        more: Sequence[int] = (),  # noqa: ARG002
    ) -> list[Scores]:
        """Score every row exactly; see `Scores`."""
        return [self._score(one) for one in asked]

    def _score(self, asked: Asked) -> Scores:
        state = self._state
        dense, best = best_passages(state.vectors, state.first, asked.vector)
        return Scores(state.postings.score(asked.tokens.groups), dense, best, _words(state, asked))


def _words(state: _State, asked: Asked) -> dict[str, Rows]:
    return {
        token: state.postings.rows_of(token) for group in asked.tokens.groups for token in group
    }
