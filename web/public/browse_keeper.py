"""Keeps the holdings current without letting a visitor wait for them.

Counting takes a tenth of a second, matching the open demands some seconds. While the application
runs a thread does both whenever the graph has changed: first the counts are exchanged, the gaps
of demands then follow. Without the thread (single requests, tests) whoever asks counts.
"""

import logging
from threading import Condition, Thread
from time import monotonic

from kg.errors import StoreUnavailable
from web.bootstrap import Platform
from web.public.browse_holdings import Holdings, count, matched

log = logging.getLogger(__name__)
PATIENCE = 0.2
"""Seconds that a visitor waits for new counts before being shown those from before the change."""
FIRST = 20.0
"""Seconds that a visitor waits when there are no counts yet."""
INTERVAL = 1.0
"""Seconds between looks at whether the graph has changed."""
SHARE = 3
"""Times as long as it took to count that nothing is counted unasked: curating goes first."""

State = tuple[object, int]


class HoldingsKeeper:
    """Holdings of the newest state that has been counted."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._changed = Condition()
        self._state: State | None = None
        self._holdings: Holdings | None = None
        self._thread: Thread | None = None
        self._asked = self._stopped = False

    def start(self) -> None:
        """Count in a thread from now on."""
        self._stopped = False
        self._thread = Thread(target=self._run, name="holdings", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop the thread and wait for it."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def read(self) -> Holdings:
        """Return the holdings of the graph as the search sees it now, or did a moment ago."""
        with self._changed:
            if self._thread is not None and not self._fresh():
                self._asked = True
                self._changed.notify_all()
                self._changed.wait_for(self._fresh, PATIENCE if self._holdings else FIRST)
                if self._holdings is not None:
                    return self._holdings
            if not self._fresh() or self._holdings is None:
                self._publish(self._now(), matched(self._platform, count(self._platform)))
            assert self._holdings is not None  # noqa: S101 - published above
            return self._holdings

    def _now(self) -> State:
        return self._platform.engine.view, self._platform.store.position()

    def _fresh(self) -> bool:
        view, position = self._now()
        state = self._state
        return state is not None and state[0] is view and state[1] == position

    def _publish(self, state: State, holdings: Holdings) -> None:
        with self._changed:
            self._state, self._holdings = state, holdings
            self._changed.notify_all()

    def _run(self) -> None:
        told = ""  # what goes wrong for hours fills no log
        while True:
            began = monotonic()
            try:
                state = self._now()
                if not self._fresh():
                    self._count(state)
                told = ""
            except Exception as error:  # the thread must live on: it is tried again
                if not self._stopped and told != str(error):
                    told = str(error)
                    trace = None if isinstance(error, StoreUnavailable) else error
                    log.warning("holdings: not counted: %s", error, exc_info=trace)
            pause = max(INTERVAL, SHARE * (monotonic() - began))
            with self._changed:
                self._changed.wait_for(lambda: self._stopped or self._asked, pause)
                self._asked = False
                if self._stopped:
                    return

    def _count(self, state: State) -> None:
        before = self._holdings.unmet if self._holdings else None
        holdings = count(self._platform, before)
        self._publish(state, holdings)
        whole = matched(self._platform, holdings, lambda: self._stopped)
        if not self._stopped:
            self._publish(state, whole)
