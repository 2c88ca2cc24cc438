"""Where a persistent graph lives in a test, and how another process works on it."""

import multiprocessing
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kg.store import GraphStore
from tests.contracts.backends import Backend


class Place:
    """Where one graph lives: opened as often as a test likes, also by other processes."""

    def __init__(self, backend: Backend, folder: Path) -> None:
        self.backend, self.folder = backend, folder
        self._opened: list[GraphStore] = []

    def open(self) -> GraphStore:
        store = self.backend.open(self.folder)
        self._opened.append(store)
        return store

    def process(self, work: Callable[..., None], *args: Any) -> multiprocessing.Process:
        """Start `work(store, *args)` in a process of its own."""
        context = multiprocessing.get_context("spawn")
        arguments = (self.backend, self.folder, work, args)
        process = context.Process(target=in_process, args=arguments)
        process.start()
        return process

    def close(self) -> None:
        for store in self._opened:
            store.close()


def in_process(backend: Backend, folder: Path, work: Callable[..., None], args: Any) -> None:
    store = backend.open(folder)
    try:
        work(store, *args)
    finally:
        store.close()
