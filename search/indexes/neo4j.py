"""The index on Neo4j's own full-text and vector indexes: the best of both are scored exactly.

Conditions, filters, counts and orders are exact over all documents, for their outlines are held
in the process (`neo4j_state`). What a question is scored on are candidates: the documents that
the full-text index and those that the vector index put first, each with the filters inside the
index, loaded and scored by the same code as in `LocalIndex`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from heapq import nlargest
from operator import itemgetter
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from kg.errors import StoreUnavailable
from kg.stores.neo4j.connection import Connection, Row, packed
from search.documents import SearchDocument
from search.index import Among, Asked, Floats, Ints, Rows, Scores, TokenQuery
from search.indexes.neo4j_kept import Kept, Scored
from search.indexes.neo4j_queries import SideQueries
from search.indexes.neo4j_state import REPLACED, Held
from search.indexes.neo4j_text import TextQuery, filtered, text_query, tokens_beside
from search.indexes.neo4j_tokens import postings_of, unpacked_tokens
from search.passages import best_passages
from search.postings import Statistics
from search.table import Table

DOCUMENT = TypeAdapter(SearchDocument)
PAGE = 500
QUESTIONS = 100
"""How many are asked to warm up."""
_POOL = ThreadPoolExecutor(8, thread_name_prefix="search")


@dataclass(frozen=True, slots=True)
class Reach:
    """How many documents by words, and passages by meaning, are looked at. So few documents in
    all (or that a filter leaves) are all looked at, without asking an index."""

    words: int = 100
    passages: int = 100
    few: int = 100


@dataclass(frozen=True, slots=True)
class _Found:
    """Numbers of candidates; what was not found reaches at most `unseen`: (lexical, dense)."""

    numbers: Ints
    unseen: tuple[float, float] | None = None


class Neo4jIndex:
    """`Index` of one side, of one state; the documents themselves are those of now."""

    def __init__(
        self,
        connection: Connection,
        queries: SideQueries,
        held: Held,
        reach: Reach | None = None,
        dimension: int | None = None,
        kept: Kept | None = None,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """`dimension` is that of the vectors, None when there are none. `kept`: what the states
        of an index share of the documents that they have loaded. `check` raises when the index
        may not be asked any more."""
        self._connection, self._queries, self._held = connection, queries, held
        self._dimension = dimension
        self._kept, self._check = kept or Kept(), check
        self._reach = reach or Reach()

    @property
    def table(self) -> Table:
        """All documents in outline."""
        return self._held.table

    @property
    def words(self) -> Statistics:
        """How frequent tokens are."""
        return self._held.words

    def used(self) -> frozenset[str]:
        """Return the ids of all nodes that a document links to, or did since the start."""
        return self._held.used

    def warming(self) -> Iterator[None]:
        """Let Neo4j compile the queries that one filter makes (0.2 s each), then ask questions made
        of frequent words and of passages: a server that was just started is slow at first."""
        if self._dimension is not None:
            vector = np.full(self._dimension, self._dimension**-0.5, np.float32)
            for facet in (*self._queries.facets, "document"):
                query = self._queries.by_vector(frozenset({facet}))
                self._rows(query, vector=_packed(vector), limit=1, **{facet: [0]})
                yield
        # what is loaded for them is not what people ask for: it is not kept
        alone = Neo4jIndex(
            self._connection, self._queries, self._held, self._reach, self._dimension
        )
        frequent = nlargest(4 * QUESTIONS, self.words.frequencies.items(), key=itemgetter(1))
        rows = np.flatnonzero(self.table.alive)
        for n, row in enumerate(rows[:: max(1, len(rows) // QUESTIONS)][:QUESTIONS].tolist()):
            groups = tuple({token: 1.0} for token, _number in frequent[n::QUESTIONS])
            loaded = alone._load(self._held.numbers[[row]]).values()
            passages = [one.vectors[0] for one in loaded if len(one.vectors)]
            alone.score([Asked(TokenQuery(groups), passages[0] if passages else None)])
            alone.documents([row])
            yield

    def documents(self, rows: Iterable[int]) -> dict[int, SearchDocument]:
        """Return the documents of living rows."""
        self._check()
        alive, held = self.table.alive, self._held
        wanted = {int(held.numbers[row]): row for row in rows if alive[row]}
        found = self._kept.shown.known({n: int(held.versions[r]) for n, r in wanted.items()})
        if missing := [number for number in wanted if number not in found]:
            for row in self._rows(self._queries.documents, numbers=missing):
                document = DOCUMENT.validate_json(row["json"])
                self._kept.shown.keep(row["number"], row["version"], document)
                found[row["number"]] = document
        return {row: found[number] for number, row in wanted.items() if number in found}

    def walk(self) -> Iterator[SearchDocument]:
        """Walk all documents, by id."""
        after = ""
        while page := self._rows(self._queries.walk, after=after, limit=PAGE):
            after = page[-1]["id"]
            yield from (DOCUMENT.validate_json(row["json"]) for row in page)

    def score(
        self, asked: Sequence[Asked], among: Sequence[Among] = (), more: Sequence[int] = ()
    ) -> list[Scores]:
        """Score the candidates exactly; see `Scores`."""
        self._check()
        found = self._found(asked, among or (Among(),))
        numbers = [f.numbers for f in found] + [self._held.numbers[list(more)]]
        candidates = np.unique(np.concatenate(numbers))
        loaded = self._load(candidates)
        unseen = tuple(f.unseen for f in found)
        return [self._scored(one, loaded, unseen) for one in asked]

    def _load(self, numbers: Ints) -> dict[int, Scored]:
        """Return by row what documents are scored by; one that is not known here yet, or has
        gone meanwhile, is left out."""
        held = self._held
        rows = {n: row for n in numbers.tolist() if (row := held.row_of(n)) >= 0}
        found = self._kept.scored.known({n: int(held.versions[r]) for n, r in rows.items()})
        if missing := [number for number in rows if number not in found]:
            (columns,) = self._rows(self._queries.load, numbers=missing)
            for cells in zip(*columns.values(), strict=True):
                new = dict(zip(columns, cells, strict=True))
                found[new["number"]] = scored = self._read(new)
                self._kept.scored.keep(new["number"], new["version"], scored)
        return {row: found[number] for number, row in rows.items() if number in found}

    def _read(self, row: Row) -> Scored:
        vectors = np.frombuffer(row["vectors"], "<f4").astype(np.float32, copy=False)
        if len(vectors) % (self._dimension or 1):
            raise StoreUnavailable(REPLACED)
        return Scored(unpacked_tokens(row["tokens"]), vectors.reshape(-1, self._dimension or 1))

    def _rows(self, text: str, **values: Any) -> list[Row]:
        return self._connection.cells(text, **values)

    def _found(self, asked: Sequence[Asked], among: Sequence[Among]) -> list[_Found]:
        """Look for candidates by words and by meaning, all at the same time."""
        started = [self._start(asked, one) for one in among]
        return [
            one if isinstance(one, _Found) else _together([future.result() for future in one])
            for one in started
        ]

    def _start(self, asked: Sequence[Asked], among: Among) -> "_Found | list[Future[_Found]]":
        mask = self.table.mask(among)
        if mask.sum() <= self._reach.few:
            return _Found(np.array(self._held.numbers_of(mask), np.int64))
        numbers = None if among.rows is None else self._held.numbers_of(mask)
        room = tokens_beside(among)
        futures = []
        for one in asked:
            text = text_query(one.tokens.groups, self.words, room)
            if text is not None:
                futures.append(_POOL.submit(self._by_words, text, among, numbers))
            if one.vector is not None:
                futures.append(_POOL.submit(self._by_vector, one.vector, among, numbers))
        return futures

    def _by_words(self, text: TextQuery, among: Among, numbers: list[int] | None) -> _Found:
        limit = self._reach.words
        values: dict[str, Any] = {"words": filtered(text.text, among), "limit": limit}
        if numbers is not None:
            values["numbers"] = numbers
        query = self._queries.by_words(among=numbers is not None)
        (found,) = [row["numbers"] for row in self._rows(query, **values)]
        lexical = text.most if len(found) >= limit else text.rest
        return _Found(np.array(found, np.int64), (lexical, 0.0))

    def _by_vector(self, vector: Floats, among: Among, numbers: list[int] | None) -> _Found:
        limit = self._reach.passages
        filters = self._filters(among)
        if numbers is not None:
            filters["document"] = numbers
        query = self._queries.by_vector(frozenset(filters))
        (row,) = self._rows(query, vector=_packed(vector), limit=limit, **filters)
        found = np.array(row["numbers"], np.int64)
        # Neo4j tells (1 + cosine) / 2
        return _Found(found, (0.0, 2 * row["least"] - 1 if len(found) >= limit else 0.0))

    def _filters(self, among: Among) -> dict[str, list[int]]:
        """Return by facet the signatures that are wanted."""
        known, wanted = self._held.signatures, dict[str, set[int]]()
        for facet, values in among.any_of:
            having = known.having(facet, values)
            wanted[facet] = wanted.get(facet, having) & having
        for facet, values in among.none_of:
            lacking = known.lacking(facet, values)
            wanted[facet] = wanted.get(facet, lacking) & lacking
        return {facet: sorted(numbers) for facet, numbers in wanted.items()}

    def _scored(
        self,
        asked: Asked,
        loaded: Mapping[int, Scored],
        unseen: tuple[tuple[float, float] | None, ...],
    ) -> Scores:
        size = len(self.table)
        tokens = {token for group in asked.tokens.groups for token in group}
        rows = np.array(list(loaded), np.int64)
        texts = [one.tokens for one in loaded.values()]
        postings = postings_of(texts, tokens, self.words)
        vectors, first = _vectors(loaded.values(), self._dimension or 0)
        cosines, best = best_passages(vectors, first, asked.vector)
        lexical, dense = np.zeros(size, np.float32), np.zeros(size, np.float32)
        passage, seen = np.zeros(size, np.int64), np.zeros(size, bool)
        lexical[rows] = postings.score(asked.tokens.groups)
        dense[rows], passage[rows], seen[rows] = cosines, best, True
        words: dict[str, Rows] = {t: np.sort(rows[postings.rows_of(t)]) for t in tokens}
        return Scores(lexical, dense, passage, words, seen, unseen)


def _together(found: Sequence[_Found]) -> _Found:
    """Join the halves of a question: what neither has found reaches at most both bounds."""
    if not found:
        return _Found(np.zeros(0, np.int64), (0.0, 0.0))
    unseen = [f.unseen for f in found if f.unseen is not None]
    bounds = (max(u[0] for u in unseen), max(u[1] for u in unseen)) if unseen else None
    return _Found(np.concatenate([f.numbers for f in found]), bounds)


def _packed(vector: Floats) -> Any:
    return packed(vector.astype(">f4").tobytes())


def _vectors(loaded: Collection[Scored], dimension: int) -> tuple[Floats, Ints]:
    """Return the vectors of all passages, and where each document's begin."""
    if not dimension:
        return np.zeros((0, 0), np.float32), np.zeros(len(loaded), np.int64)
    counts = np.array([len(one.vectors) for one in loaded], np.int64)
    first = np.concatenate([[0], np.cumsum(counts)[:-1]]) if len(counts) else counts
    empty = np.zeros((0, dimension), np.float32)
    return np.concatenate([empty, *(one.vectors for one in loaded)]), first
