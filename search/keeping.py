"""`IndexKeeper`: makes the two indexes and keeps them in step with the store.

The local one holds all documents in this process. That of Neo4j (`search.indexes.neo4j_keeper`)
keeps them in the database, for all processes.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, cast

from search.analyzer import Analyzer
from search.collect import Collector
from search.documents import SearchDocument
from search.encoder import Encoder
from search.index import Index
from search.indexes.local import LocalIndex
from search.memory import FileMemory, VectorMemory
from search.vectors import PassageVectors

Progress = Callable[[int, int], None]
Side = Literal["entries", "demands"]
SIDES: tuple[Side, ...] = ("entries", "demands")


@dataclass(frozen=True, slots=True)
class Indexes:
    """Both indexes, of the store as it was at `position` of its change feed."""

    entries: Index
    demands: Index
    position: int


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of documents: those of now by side, and ids that are no more.

    `since`: the position after which nothing that was touched is missing here.
    """

    entries: Collection[SearchDocument]
    demands: Collection[SearchDocument]
    removed: Collection[str] = ()
    since: int = 0


class IndexKeeper(Protocol):
    """Makes indexes. `position` is that of the store's change feed.

    `cuts_anew`: with a new name of an organisation all texts are cut into words anew.
    """

    cuts_anew: bool

    def build(
        self, analyzer: Analyzer, collector: Collector, position: int, progress: Progress
    ) -> Indexes:
        """Return indexes of the whole store as it is at `position`; the first ones may be of an
        earlier one, from which the change feed leads on.

        `progress(done, all)` counts passages that are encoded, or documents that are written.
        """
        ...

    def since(self, position: int) -> int | None:
        """Return from where changes have to be followed by an engine that stands at `position`:
        from before it when the index is behind. None: all has to be built anew.

        Raises:
            StoreUnavailable: see `check`.
        """
        ...

    def check(self) -> None:
        """Return when the indexes can be used, as far as was seen last; asks no server.

        Raises:
            StoreUnavailable: the index was taken away or is being made anew.
        """
        ...

    def exchange(
        self, indexes: Indexes, analyzer: Analyzer, changed: Callable[[], Changed], position: int
    ) -> Indexes:
        """Return indexes with documents exchanged; these stay as they are.

        `changed` collects what the changes up to `position` touched; it is not called when
        another process has brought the indexes there. Where they have fallen back behind the
        changes it began with, nothing is exchanged: the next turn begins there (`since`).
        """
        ...


class LocalKeeper:
    """Keeps `LocalIndex`es. `memories`: where vectors outlive the process, by side."""

    cuts_anew = True

    def __init__(self, encoder: Encoder | None, memories: Callable[[Side], VectorMemory]) -> None:
        self._vectors = {
            side: PassageVectors(encoder, memories(side)) for side in SIDES if encoder is not None
        }

    def build(
        self,
        analyzer: Analyzer,
        collector: Collector,
        position: int,
        progress: Progress,
    ) -> Indexes:
        """Return indexes of the whole store."""
        return Indexes(
            LocalIndex(
                analyzer, self._vectors.get("entries"), collector.entries(), progress=progress
            ),
            LocalIndex(
                analyzer, self._vectors.get("demands"), collector.demands(), progress=progress
            ),
            position,
        )

    def since(self, position: int) -> int | None:
        """Return the position: what the process holds is its own."""
        return position

    def check(self) -> None:
        """Nothing can be taken away."""

    def exchange(
        self,
        indexes: Indexes,
        analyzer: Analyzer,  # noqa: ARG002 - the indexes know theirs
        changed: Callable[[], Changed],
        position: int,
    ) -> Indexes:
        """Return indexes with documents exchanged."""
        new = changed()
        entries, demands = cast("LocalIndex", indexes.entries), cast("LocalIndex", indexes.demands)
        return Indexes(
            entries.changed(new.entries, new.removed),
            demands.changed(new.demands, new.removed),
            position,
        )


def in_files(encoder: Encoder | None, folder: Path | None) -> LocalKeeper:
    """Return a keeper with its vectors in files of a folder (None: nowhere)."""
    name = encoder.fingerprint if encoder else ""
    return LocalKeeper(encoder, lambda side: FileMemory(folder / side if folder else None, name))
