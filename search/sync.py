"""Keeps an engine current by following the store's change feed."""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from functools import partial

from kg.errors import GraphError
from kg.store import Change, GraphStore
from kg.vocabulary import ENTRY_LABELS, Label, Relation
from search.collect import Collector
from search.engine import SearchEngine
from search.keeping import Changed
from search.trees import TREE_LABELS

log = logging.getLogger(__name__)
BATCH = 1000
"""Changes that are taken over together, at most."""
WHILE = 0.25
"""Seconds that an engine warms up between two looks at the change feed."""
_BESIDE = frozenset({Label.ORGANIZATION, Label.CASE})
_SIDES = (Relation.SUPPLIES, Relation.HOLDS, Relation.CASE_OF, Relation.CASE_AT, Relation.POSTED)


def refresh(engine: SearchEngine) -> int:
    """Bring the engine up to the store's newest change; return how many changes there were.

    Changes of entries, demands, cases and relations exchange only the documents that they
    touch, `BATCH` changes at once. A changed vocabulary builds everything anew; so does a changed
    organisation where texts have to be cut anew for its name.
    """
    with engine.writing:
        return _refresh(engine)


def _refresh(engine: SearchEngine) -> int:
    since = engine.keeper.since(engine.position)
    if since is None:
        engine.rebuild()
        return 0
    pages: list[list[Change]] = []
    while changes := engine.store.changes(pages[-1][-1].seq if pages else since, BATCH):
        pages.append(changes)
    seen = [change for changes in pages for change in changes]
    named = any(change.label is Label.ORGANIZATION for change in seen)
    # the vocabulary first: documents of now may name what a later page has brought
    if any(map(_of_vocabulary, seen)) or (named and engine.keeper.cuts_anew):
        engine.rebuild()
    elif not seen:  # another process may have brought more
        engine.exchange(lambda: Changed((), (), since=since), since)
    else:
        for changes in pages:
            exchange = engine.renew if named else engine.exchange
            exchange(partial(_changed, engine, changes), changes[-1].seq)
            named = False  # all names are known by now
    return len(seen)


def _of_vocabulary(change: Change) -> bool:
    return change.label in TREE_LABELS or change.relation is Relation.PART_OF


def _changed(engine: SearchEngine, changes: Sequence[Change]) -> Changed:
    """Collect the documents that changes may have touched, as they are now."""
    touched = {i for change in changes for i in (change.id, change.target) if i}
    ids = _affected(engine.store, touched)
    collector = Collector(engine.store, engine.view.trees)
    entries, demands = collector.entries(ids), collector.demands(ids)
    removed = ids - {document.id for document in (*entries, *demands)}
    return Changed(entries, demands, removed, changes[0].seq - 1)


def _affected(store: GraphStore, touched: set[str]) -> set[str]:
    """Return the entries and demands whose documents may have changed, removed ones as well."""
    nodes = store.get_many(touched)
    ids = set(touched - nodes.keys())
    frontier = [n.id for n in nodes.values() if n.label in _BESIDE]
    ids |= {n.id for n in nodes.values() if n.label in ENTRY_LABELS or n.label is Label.DEMAND}
    for node_id in frontier:
        for beside in store.neighbours(node_id, _SIDES):
            if beside.node.label is Label.CASE:
                frontier_case = store.neighbours(beside.node.id, [Relation.CASE_OF], "out")
                ids |= {n.node.id for n in frontier_case}
            else:
                ids.add(beside.node.id)
    return ids


def _for_a_while(steps: Iterator[None]) -> None:
    """Take steps, but not so many that changes would have to wait."""
    end = time.monotonic() + WHILE
    for _ in steps:
        if time.monotonic() > end:
            return


class Follower:
    """A thread that refreshes an engine every `interval` seconds until it is closed.

    What fails is logged and tried again at the next turn.
    """

    def __init__(self, engine: SearchEngine, interval: float = 1.0) -> None:
        self._engine, self._interval = engine, interval
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="change-feed", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        warming: Iterator[None] | None = None
        told = ""  # a server that is away for hours fills no log
        while not self._stop.wait(self._interval):
            try:
                refresh(self._engine)
                if warming is None:
                    warming = self._engine.warming()
                _for_a_while(warming)
                told = ""
            except GraphError as error:
                warming = None
                if told != str(error):
                    told = str(error)
                    log.warning("change feed: %s", error)
            except Exception:  # a dead thread would leave the index behind for good
                log.exception("change feed: will be tried again")

    def close(self) -> None:
        """Stop and wait for a refresh under way."""
        self._stop.set()
        self._thread.join()
