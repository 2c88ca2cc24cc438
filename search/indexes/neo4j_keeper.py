"""Keeps the index in Neo4j in step with the graph: one process writes, all read what is new.

Whoever sees changes first takes the lock of the index (`:SearchState`), writes the documents that
they touched and the new position; the others find the position moved and read what has changed.
A start that finds the index of an older position goes on from there; one that finds none, or one
of another model, vocabulary or format, writes all documents anew in batches and leaves those
alone that are right already, so a build that was killed goes on where it stopped.

At every commit all changes up to the position of a complete index are in it. Whoever exchanges
documents must have seen all changes since that position. While one builds, nobody else writes
until it is done, or silent for `SILENT` seconds; at the end the position is that of its documents,
even when the index was ahead. A later builder takes over from an earlier one, which waits for it.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import TypeVar
from uuid import uuid4

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
from search.indexes.neo4j_state import (
    REPLACED,
    Held,
    Stand,
    brought_up,
    read_all,
    read_stand,
)
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
FORMAT = 3
"""Raised when documents are written in another way, so that they are written anew."""
BATCH = 1000
"""Documents written in one transaction."""
SILENT = 120.0
"""Seconds without a sign of life after which a builder counts as dead."""
NO_MODEL = "none"
_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
_EMPTIED = "Neo4j 里的检索索引已被清空，请重新启动本系统。"
_BEING_BUILT = (
    "Neo4j 里的检索索引正在重建，建好以后检索会自动恢复；长时间没有恢复时，请重新启动本系统。"
)
_WITHOUT_MODEL = (
    "Neo4j 里的检索索引带有向量，本进程却没有向量模型，不能使用这个索引，也不会覆盖它。"
    "请检查 KG_EMBEDDING_MODEL 和模型文件；确实要只按词语检索，请先运行 greenkg reindex。"
)


class _Outrun(Exception):
    """Another process builds, or has built, what we were about to."""


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
        reason: str | None = None,
    ) -> None:
        """Declare the indexes where they are not yet. `reach`: how far each question looks.
        `reason`: why there is no encoder, for people."""
        self._connection: Connection = store.connection
        self._encoder, self._reach, self._reason = encoder, reach, reason or ""
        self._store = store
        self._model = encoder.fingerprint if encoder else NO_MODEL
        self._fingerprint = fingerprint_of(FORMAT, self._model, lexicon.words)
        self._vectors = {
            side: PassageVectors(encoder, Neo4jMemory(self._connection, side, self._model))
            for side in SIDES
            if encoder is not None
        }
        self._held: dict[Side, Held] | None = None
        self._kept: dict[Side, Kept] = {}
        self._identity, self._version = "", -1
        self._token = ""
        self._sign, self._heard = ("", 0), 0.0
        self._trouble: str | None = None
        self._declare(queries.SCHEMA)

    def _declare(self, texts: Iterable[str]) -> None:
        for text in texts:
            self._connection.declare(text)

    def _drop_vector_indexes(self) -> None:
        """Many vectors are indexed all at once in a third of the time."""
        for one in SIDES.values():
            self._connection.run_beside(one.drop_vector_index)

    def _await_indexes(self, tell: Callable[[float], None]) -> None:
        """Declare what is missing, and return when the indexes hold everything."""
        sides, texts = SIDES.values(), list(queries.SCHEMA)
        names = [one.words_index for one in sides]
        if self._encoder is not None:
            names += [one.vectors_index for one in sides]
            texts += [one.vector_schema(self._encoder.dimension) for one in sides]
        pause = _PAUSE
        while True:
            rows = self._connection.rows(queries.POPULATED, names=names)
            missing = len(rows) < len(names)
            if not missing and all(row["state"] == "ONLINE" for row in rows):
                return
            if failed := [row["name"] for row in rows if row["state"] == "FAILED"]:
                raise StoreUnavailable(f"Neo4j 建不成检索索引 {failed[0]}，请查看它的日志。")
            tell(0.0 if missing else min(row["percent"] for row in rows) / 100)
            if missing:
                self._declare(texts)
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def build(
        self, analyzer: Analyzer, collector: Collector, position: int, progress: Progress
    ) -> Indexes:
        """Return indexes of the whole store, at `position` or, at a start, of an earlier one.

        Raises:
            StoreUnavailable: without a model, where there is an index with one; another version
                or model has taken the index over.
        """
        while True:
            try:
                if self._is_right(read_stand(self._connection), position):
                    self._await_indexes(lambda _share: self._still_right(position))
                else:
                    self._build(analyzer, collector, position, progress)
                return self._read()
            except _Outrun:
                self._await_builder()

    def _is_right(self, stand: Stand | None, position: int) -> bool:
        """Say whether all documents are as they have to be; a start may go on from earlier ones."""
        if stand is None or not self._is_ours(stand):
            return False
        return self._held is None or stand.position >= position

    def _is_ours(self, stand: Stand) -> bool:
        # a position ahead of the graph's belongs to another graph, which was here before
        whole = stand.complete and stand.fingerprint == self._fingerprint
        return whole and stand.position <= self._store.position()

    def _still_right(self, position: int) -> None:
        if not self._is_right(read_stand(self._connection), position):
            raise _Outrun

    def _await_builder(self) -> None:
        pause = _PAUSE
        while (stand := read_stand(self._connection)) is not None and self._is_busy(stand):
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        if stand is not None and stand.fingerprint != self._fingerprint:
            raise StoreUnavailable(REPLACED)

    def _is_busy(self, stand: Stand) -> bool:
        """Say whether another builder is at work."""
        if self._sign != (stand.builder, stand.beat):
            self._sign, self._heard = (stand.builder, stand.beat), time.monotonic()
        silent = time.monotonic() - self._heard >= SILENT
        return stand.builder not in {"", self._token} and not silent

    def _begin(self, work: Work, position: int) -> bool:
        """Become the builder; return whether the index goes on answering meanwhile."""
        stand = lock(work)
        if self._is_right(stand, position):
            raise _Outrun
        if self._held is not None and stand.fingerprint not in {"", self._fingerprint}:
            raise StoreUnavailable(REPLACED)
        if stand.fingerprint and self._encoder is None and stand.model not in {"", NO_MODEL}:
            raise StoreUnavailable(f"{self._reason}{_WITHOUT_MODEL}")
        begun = replace(
            stand,
            fingerprint=self._fingerprint,
            model=self._model,
            builder=self._token,
            beat=stand.beat + 1,
            complete=self._is_ours(stand),
        )
        set_stand(work, begun)
        return begun.complete

    def _build(
        self, analyzer: Analyzer, collector: Collector, position: int, progress: Progress
    ) -> None:
        self._token = uuid4().hex
        if not self._connection.write_beside(lambda work: self._begin(work, position)):
            self._drop_vector_indexes()
        sides: dict[Side, Sequence[SearchDocument]] = {
            "entries": collector.entries(), "demands": collector.demands(),
        }  # fmt: skip
        # writing the documents is one half of the work, indexing their vectors the other
        done, whole = 0, sum(map(len, sides.values()))
        for side, documents in sides.items():
            for some in _batches(documents, BATCH):
                progress(done, 2 * whole)
                self._exchange({side: self._written(analyzer, side, self._fresh(some), self._beat)})
                done += len(some)
            self._drop(side, {document.id for document in documents})
            if self._encoder is not None:
                self._vectors[side].save([p.text for d in documents for p in d.passages])

        def tell(share: float) -> None:
            self._beat()
            progress(whole + int(share * whole), 2 * whole)

        self._await_indexes(tell)
        progress(2 * whole, 2 * whole)
        self._connection.write_beside(lambda work: self._end(work, position))

    def _end(self, work: Work, position: int) -> None:
        stand = self._own(work)
        version = stand.version + 1
        set_stand(
            work, replace(stand, version=version, position=position, complete=True, builder="")
        )

    def _own(self, work: Work) -> Stand:
        """Lock the index, as long as no other process has begun to build it."""
        stand = lock(work)
        if stand.builder != self._token:
            raise _Outrun
        return stand

    def _exchange(self, written: dict[Side, list[Written]], removed: Collection[str] = ()) -> None:
        """Write some documents of a build."""

        def exchange(work: Work) -> None:
            stand = self._own(work)
            stand = replace(_write(work, stand, written, removed), beat=stand.beat + 1)
            set_stand(work, stand)

        self._connection.write_beside(exchange)

    def _beat(self, _done: int = 0, _all: int = 0) -> None:
        """Let the others know that the builder is alive."""
        self._exchange({})

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
        self,
        analyzer: Analyzer,
        side: Side,
        documents: Sequence[SearchDocument],
        progress: Progress = lambda _done, _all: None,
    ) -> list[Written]:
        cut = lru_cache(20_000)(analyzer.tokens)
        vectors = self._encoded(side, documents, progress)
        return [
            Written(
                document,
                {n: [t for x in document.text.get(n, ()) for t in cut(x)] for n in FIELDS},
                own,
                digest_of(document, self._fingerprint),
            )
            for document, own in zip(documents, vectors, strict=True)
        ]

    def _encoded(
        self, side: Side, documents: Sequence[SearchDocument], progress: Progress
    ) -> Iterator[Floats]:
        import numpy as np

        if self._encoder is None:
            yield from (np.zeros((0, 0), np.float32) for _ in documents)
            return
        texts = [passage.text for document in documents for passage in document.passages]
        vectors = self._vectors[side].encode(texts, progress)
        at = 0
        for document in documents:
            yield vectors[at : at + len(document.passages)]
            at += len(document.passages)

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
        ours = stand.identity == self._identity and self._trouble_of(stand) is None
        if not ours or stand.position >= position or self._is_busy(stand):
            return
        new = changed()
        if stand.position < new.since:  # a build has brought it back
            return
        written: dict[Side, list[Written]] = {
            "entries": self._written(analyzer, "entries", self._fresh(list(new.entries))),
            "demands": self._written(analyzer, "demands", self._fresh(list(new.demands))),
        }
        stand = _write(work, stand, written, new.removed)
        set_stand(work, replace(stand, position=position, builder=""))

    def since(self, position: int) -> int | None:
        """Return the position, or that of the index when it is behind; None: it is another one."""
        stand = self._stand()
        return min(position, stand.position) if stand.identity == self._identity else None

    def check(self) -> None:
        """Return when the index can be asked, as far as was seen last."""
        if self._trouble is not None:
            raise StoreUnavailable(self._trouble)

    def _stand(self) -> Stand:
        stand = read_stand(self._connection)
        self._trouble = self._trouble_of(stand)
        if stand is None or self._trouble is not None:
            raise StoreUnavailable(self._trouble or _EMPTIED)
        return stand

    def _trouble_of(self, stand: Stand | None) -> str | None:
        if stand is None:
            return _EMPTIED
        if stand.fingerprint not in {"", self._fingerprint}:
            return REPLACED
        return None if stand.fingerprint and stand.complete else _BEING_BUILT

    def _read(self, before: Indexes | None = None) -> Indexes:
        """Bring what is held up to the index; `before` comes back when nothing has changed."""
        stand = self._stand()
        another = stand.identity != self._identity
        if before is not None and (another or stand.version == self._version):
            return before  # another one is told of by `since`
        if self._held is None or another or stand.version < self._version:
            held = read_all(self._connection, stand)
            self._kept = {side: Kept() for side in SIDES}
        else:
            held = brought_up(self._connection, self._held, self._version, stand)
        self._held, self._version, self._identity = held, stand.version, stand.identity
        dimension = self._encoder.dimension if self._encoder else None
        entries, demands = (
            Neo4jIndex(
                self._connection,
                one,
                held[side],
                self._reach,
                dimension,
                self._kept[side],
                self.check,
            )
            for side, one in SIDES.items()
        )
        return Indexes(entries, demands, stand.position)


def _write(
    work: Work, stand: Stand, written: dict[Side, list[Written]], removed: Collection[str]
) -> Stand:
    for side, own in written.items():
        stand = write(work, stand, SIDES[side], own, removed)
    return stand


def _batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(things)
    while some := list(islice(rest, size)):
        yield some


def with_vectors_in(store: Neo4jGraphStore, encoder: Encoder | None) -> LocalKeeper:
    """Return a keeper of local indexes with the vectors of passages in the store's database."""
    model = encoder.fingerprint if encoder else NO_MODEL
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
