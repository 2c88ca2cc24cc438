"""What a process keeps of the documents in Neo4j that questions met lately, by number.

Each thing is kept with the version of its document; a state of the index takes only what is at
least as new as the document was in it, so nothing has to be told of changes.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from search.documents import SearchDocument
from search.index import Floats
from search.indexes.neo4j_tokens import Hashes

T = TypeVar("T")
SCORED = 20_000
"""Documents whose tokens and vectors are kept: some 8 kB each."""
SHOWN = 2_000
"""Whole documents that are kept: some 20 kB each."""


class Latest(Generic[T]):
    """Up to `most` things; the one that was not asked for the longest goes first. Safe to use
    from threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[int, tuple[int, T]] = OrderedDict()
        self._turn = threading.Lock()

    def known(self, wanted: Mapping[int, int]) -> dict[int, T]:
        """Return what is here of {number: least version}."""
        found: dict[int, T] = {}
        with self._turn:
            for number, version in wanted.items():
                kept = self._things.get(number)
                if kept is not None and kept[0] >= version:
                    found[number] = kept[1]
                    self._things.move_to_end(number)
        return found

    def keep(self, number: int, version: int, thing: T) -> None:
        """Take a thing, unless a newer one is here."""
        with self._turn:
            kept = self._things.get(number)
            if kept is None or kept[0] <= version:
                self._things[number] = version, thing
                self._things.move_to_end(number)
            if len(self._things) > self._most:
                self._things.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Scored:
    """What a document is scored by: its tokens, and the unit vectors of its passages."""

    tokens: Hashes
    vectors: Floats


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one side."""

    scored: Latest[Scored] = field(default_factory=lambda: Latest(SCORED))
    shown: Latest[SearchDocument] = field(default_factory=lambda: Latest(SHOWN))
