"""The graph stores that the contract is held against: one line for each."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kg.store import GraphStore
from kg.stores.sqlite import SqliteGraphStore


def open_memory(folder: Path) -> GraphStore:
    return SqliteGraphStore(None)


def open_file(folder: Path) -> GraphStore:
    return SqliteGraphStore(folder / "graph.db", wait=30)


def nothing(folder: Path) -> None:
    """A new folder is a new graph."""


@dataclass(frozen=True)
class Backend:
    """How to open the graph that belongs to a folder, so that a second process can do it too.

    `erase` makes that graph empty, for servers that know no folders.
    """

    name: str
    open: Callable[[Path], GraphStore]
    persistent: bool
    erase: Callable[[Path], None] = nothing


BACKENDS = [
    Backend("sqlite-memory", open_memory, persistent=False),
    Backend("sqlite-file", open_file, persistent=True),
]
