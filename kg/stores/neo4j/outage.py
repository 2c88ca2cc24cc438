"""Remembers that no server answers, so that not every caller waits for it anew.

The caller who finds out has retried for a few seconds. From then on one caller at a time tries
again, once a `pause`; all others are told at once, until one succeeds.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from kg.errors import StoreUnreachable
from kg.stores.neo4j.failures import LOST


class Outage:
    """Whether the server is lost, for all threads of a store."""

    def __init__(self, pause: float, longest: float) -> None:
        """`longest` bounds in seconds how long one attempt may keep the others from trying."""
        self._pause, self._longest = pause, longest
        self._guard = threading.Lock()
        self._lost = False
        self._next = 0.0

    @contextmanager
    def noticed(self) -> Iterator[None]:
        """Run something that needs the server, unless it was found lost just now.

        Raises:
            StoreUnreachable: at once, or from the block.
        """
        with self._guard:
            if self._lost:
                if time.monotonic() < self._next:
                    raise StoreUnreachable(LOST)
                self._next = time.monotonic() + self._longest
        try:
            yield
        except StoreUnreachable:
            with self._guard:
                self._lost, self._next = True, time.monotonic() + self._pause
            raise
        except BaseException:
            self._lost = False  # something has answered, if only to refuse
            raise
        self._lost = False
