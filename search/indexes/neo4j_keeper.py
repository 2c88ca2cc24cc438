"""Keeps the index in Neo4j in step with the graph: one process writes, all read what is new.

Whoever sees changes first takes the lock of the index (`:SearchState`), writes the documents that
they touched and the new position; the others find the position moved and read what has changed.
A start that finds the index of an older position goes on from there; one that finds none, or one
of another model, vocabulary or format, writes all documents anew in batches and leaves those
alone that are right already, so a build that was killed goes on where it stopped.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import TypeVar

from kg.errors import StoreUnavailable
from kg.stores.neo4j.connection import Connection, Work
from kg.stores.neo4j.store import Neo4jGraphStore
from search.analyzer import Analyzer
from search.collect import Collector
from search.documents import FIELDS, SearchDocument
from search.encoder import Encoder
from search.index import Floats
from search.indexes import neo4j_queries as queries
from search.indexes.neo4j import Neo4jIndex, Reach
from search.indexes.neo4j_kept import Kept
from search.indexes.neo4j_memory import Neo4jMemory, neo4j_memories
from search.indexes.neo4j_queries import SIDES
from search.indexes.neo4j_state import Held, Stand, brought_up, read_all, read_stand
from search.indexes.neo4j_writing import (
    Written,
    digest_of,
    fingerprint_of,
    known_digests,
    lock,
    set_stand,
    write,
)
from search.keeping import Changed, Indexes, LocalKeeper, Progress, Side
from search.lexicon import Lexicon
from search.vectors import PassageVectors

T = TypeVar("T")
FORMAT = 2
"""Raised when documents are written in another way, so that they are written anew."""
BATCH = 1000
"""Documents written in one transaction."""
_PAUSE, _LONGEST_PAUSE = 0.1, 2.0


class Neo4jKeeper:
    """See `IndexKeeper`. Safe in any number of processes."""

    cuts_anew = False

    def __init__(
        self,
        store: Neo4jGraphStore,
        lexicon: Lexicon,
        encoder: Encoder | None,
        *,
        reach: Reach | None = None,
    ) -> None:
        """Declare the indexes where they are not yet. `reach`: how far each question looks."""
        self._connection: Connection = store.connection
        self._encoder, self._reach = encoder, reach
        model = encoder.fingerprint if encoder else "none"
        self._fingerprint = fingerprint_of(FORMAT, model, lexicon.words)
        self._vectors = {
            side: PassageVectors(encoder, Neo4jMemory(self._connection, side, model))
            for side in SIDES
            if encoder is not None
        }
        self._held: dict[Side, Held] | None = None
        self._kept: dict[Side, Kept] = {}
        self._version = -1
        self._declare()

    def _declare(self) -> None:
        for text in queries.SCHEMA:
            self._connection.run_beside(text)

    def _drop_vector_indexes(self) -> None:
        """Many vectors are indexed all at once in a third of the time."""
        for one in SIDES.values():
            self._connection.run_beside(one.drop_vector_index)

    def _declare_vector_indexes(self, progress: Callable[[float], None]) -> None:
        """Declare the vector indexes and wait until they hold everything."""
        if self._encoder is None:
            return
        names = [one.vectors_index for one in SIDES.values()]
        for one in SIDES.values():
            self._connection.run_beside(one.vector_schema(self._encoder.dimension))
        pause = _PAUSE
        while True:
            rows = self._connection.rows(queries.POPULATED, names=names)
            if all(row["state"] == "ONLINE" for row in rows):
                return
            if failed := [row["name"] for row in rows if row["state"] == "FAILED"]:
                raise StoreUnavailable(f"Neo4j 建不成向量索引 {failed[0]}，请查看它的日志。")
            progress(min(row["percent"] for row in rows) / 100)
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def build(
        self, analyzer: Analyzer, collector: Collector, position: int, progress: Progress
    ) -> Indexes:
        """Return indexes of the whole store, at `position` or, at a start, of an earlier one."""
        stand = read_stand(self._connection)
        first = self._held is None
        whole = stand is not None and stand.complete and stand.fingerprint == self._fingerprint
        # a position ahead of the graph's belongs to another graph, which was here before
        led = stand is not None and (
            stand.position == position or (first and stand.position < position)
        )
        if whole and led:
            self._declare_vector_indexes(lambda _share: None)
        else:
            self._build(analyzer, collector, position, progress)
        return self._read()

    def _build(
        self, analyzer: Analyzer, collector: Collector, position: int, progress: Progress
    ) -> None:
        def begin(work: Work) -> bool:
            stand = lock(work)
            complete = stand.complete and stand.fingerprint == self._fingerprint
            set_stand(work, replace(stand, fingerprint=self._fingerprint, complete=complete))
            return complete

        if not self._connection.write_beside(begin):
            self._drop_vector_indexes()
        sides: dict[Side, Sequence[SearchDocument]] = {
            "entries": collector.entries(), "demands": collector.demands(),
        }  # fmt: skip
        # writing the documents is one half of the work, indexing their vectors the other
        done, whole = 0, sum(map(len, sides.values()))
        for side, documents in sides.items():
            for some in _batches(documents, BATCH):
                progress(done, 2 * whole)
                written = self._written(analyzer, side, self._fresh(some))
                if written:
                    self._exchange({side: written})
                done += len(some)
            self._drop(side, {document.id for document in documents})
            if self._encoder is not None:
                self._vectors[side].save([p.text for d in documents for p in d.passages])
        self._declare_vector_indexes(lambda share: progress(whole + int(share * whole), 2 * whole))
        progress(2 * whole, 2 * whole)

        def end(work: Work) -> None:
            stand = lock(work)
            set_stand(
                work, replace(stand, version=stand.version + 1, position=position, complete=True)
            )

        self._connection.write_beside(end)

    def _fresh(self, documents: Sequence[SearchDocument]) -> list[SearchDocument]:
        """Return the documents that are not here as they are."""
        ids = [document.id for document in documents]
        known = self._connection.read(lambda work: known_digests(work, ids))
        return [d for d in documents if known.get(d.id) != digest_of(d, self._fingerprint)]

    def _drop(self, side: Side, kept: Collection[str]) -> None:
        rows = self._connection.rows(SIDES[side].ids)
        gone = [row["id"] for row in rows if row["id"] not in kept]
        for some in _batches(gone, BATCH):
            self._exchange({side: []}, some)

    def _written(
        self, analyzer: Analyzer, side: Side, documents: Sequence[SearchDocument]
    ) -> list[Written]:
        cut = lru_cache(20_000)(analyzer.tokens)
        vectors = self._encoded(side, documents)
        return [
            Written(
                document,
                {n: [t for x in document.text.get(n, ()) for t in cut(x)] for n in FIELDS},
                own,
                digest_of(document, self._fingerprint),
            )
            for document, own in zip(documents, vectors, strict=True)
        ]

    def _encoded(self, side: Side, documents: Sequence[SearchDocument]) -> Iterator[Floats]:
        import numpy as np

        if self._encoder is None:
            yield from (np.zeros((0, 0), np.float32) for _ in documents)
            return
        texts = [passage.text for document in documents for passage in document.passages]
        vectors = self._vectors[side].encode(texts)
        at = 0
        for document in documents:
            yield vectors[at : at + len(document.passages)]
            at += len(document.passages)

    def _exchange(self, written: dict[Side, list[Written]], removed: Collection[str] = ()) -> None:
        self._connection.write_beside(lambda work: self._write(work, written, removed))

    def _write(
        self,
        work: Work,
        written: dict[Side, list[Written]],
        removed: Collection[str] = (),
        position: int | None = None,
    ) -> None:
        """Write under the lock; nothing when the index is at the position already."""
        before = stand = lock(work)
        for side, own in written.items():
            stand = write(work, stand, SIDES[side], own, removed)
        if position is not None:
            stand = replace(stand, position=max(stand.position, position))
        if stand != before:
            set_stand(work, stand)

    def exchange(
        self, indexes: Indexes, analyzer: Analyzer, changed: Callable[[], Changed], position: int
    ) -> Indexes:
        """Return indexes with documents exchanged, the very same when nothing is new."""
        if self._stand().position < position:
            self._connection.write_beside(
                lambda work: self._catch_up(work, analyzer, changed, position)
            )
        return self._read(indexes)

    def _catch_up(
        self, work: Work, analyzer: Analyzer, changed: Callable[[], Changed], position: int
    ) -> None:
        stand = lock(work)
        if stand.position >= position:
            return
        new = changed()
        written: dict[Side, list[Written]] = {
            "entries": self._written(analyzer, "entries", list(new.entries)),
            "demands": self._written(analyzer, "demands", list(new.demands)),
        }
        self._write(work, written, new.removed, position)

    def _stand(self) -> Stand:
        stand = read_stand(self._connection)
        if stand is None:
            raise StoreUnavailable("Neo4j 里的检索索引已被清空，请重新启动本系统。")
        if stand.fingerprint != self._fingerprint:
            raise StoreUnavailable(
                "Neo4j 里的检索索引已由另一个版本或另一种向量模型重建，请重新启动本系统。"
            )
        return stand

    def _read(self, before: Indexes | None = None) -> Indexes:
        """Bring what is held up to the index; `before` comes back when nothing has changed."""
        stand = self._stand()
        if before is not None and stand.version == self._version:
            return before
        if self._held is None or stand.version < self._version:
            held = read_all(self._connection, stand)
            self._kept = {side: Kept() for side in SIDES}
        else:
            held = brought_up(self._connection, self._held, self._version, stand)
        self._held, self._version = held, stand.version
        dimension = self._encoder.dimension if self._encoder else None
        entries, demands = (
            Neo4jIndex(self._connection, one, held[side], self._reach, dimension, self._kept[side])
            for side, one in SIDES.items()
        )
        return Indexes(entries, demands, stand.position)


def _batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(things)
    while some := list(islice(rest, size)):
        yield some


def with_vectors_in(store: Neo4jGraphStore, encoder: Encoder | None) -> LocalKeeper:
    """Return a keeper of local indexes with the vectors of passages in the store's database."""
    model = encoder.fingerprint if encoder else "none"
    return LocalKeeper(encoder, lambda side: Neo4jMemory(store.connection, side, model))


def forget(store: Neo4jGraphStore) -> None:
    """Forget the index and all vectors, so that the next start makes them anew."""
    for memory in neo4j_memories(store.connection):
        memory.retain(())
    store.connection.write_beside(_disown)
    while store.connection.run_beside(queries.DISOWN, limit=BATCH):
        pass


def _disown(work: Work) -> None:
    set_stand(work, replace(lock(work), fingerprint="", complete=False))
