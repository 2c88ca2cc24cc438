"""Keeps an engine current by following the store's change feed."""

import logging
import threading

from kg.errors import GraphError
from kg.store import GraphStore
from kg.vocabulary import ENTRY_LABELS, Label, Relation
from search.collect import Collector
from search.engine import SearchEngine
from search.keeping import Changed
from search.trees import TREE_LABELS

log = logging.getLogger(__name__)
BATCH = 1000
NOTHING = Changed((), ())
_BESIDE = frozenset({Label.ORGANIZATION, Label.CASE})
_SIDES = (Relation.SUPPLIES, Relation.HOLDS, Relation.CASE_OF, Relation.CASE_AT, Relation.POSTED)


def refresh(engine: SearchEngine) -> int:
    """Bring the engine up to the store's newest change; return how many changes there were.

    Changes of entries, demands, cases and relations exchange only the documents that they
    touch, all at once for readers. A changed vocabulary builds everything anew; so does a changed
    organisation where texts have to be cut anew for its name.
    """
    with engine.writing:
        return _refresh(engine)


def _refresh(engine: SearchEngine) -> int:
    store = engine.store
    touched: set[str] = set()
    seen = 0
    position = engine.position
    vocabulary = named = False
    while changes := store.changes(position, BATCH):
        seen += len(changes)
        position = changes[-1].seq
        for change in changes:
            touched.add(change.id)
            if change.target:
                touched.add(change.target)
            vocabulary |= change.label in TREE_LABELS or change.relation is Relation.PART_OF
            named |= change.label is Label.ORGANIZATION
    if not seen:
        engine.exchange(lambda: NOTHING, position)  # another process may have brought more
        return 0
    if vocabulary or (named and engine.keeper.cuts_anew):
        engine.rebuild()
        return seen
    trees = engine.view.trees

    def changed() -> Changed:
        ids = _affected(store, touched)
        collector = Collector(store, trees)
        entries, demands = collector.entries(ids), collector.demands(ids)
        removed = ids - {document.id for document in (*entries, *demands)}
        return Changed(entries, demands, removed)

    (engine.renew if named else engine.exchange)(changed, position)
    return seen


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
        warm = False
        told = ""  # a server that is away for hours fills no log
        while not self._stop.wait(self._interval):
            try:
                if not warm:
                    self._engine.warm()
                    warm = True
                refresh(self._engine)
                told = ""
            except GraphError as error:
                if told != str(error):
                    told = str(error)
                    log.warning("change feed: %s", error)
            except Exception:  # a dead thread would leave the index behind for good
                log.exception("change feed: will be tried again")

    def close(self) -> None:
        """Stop and wait for a refresh under way."""
        self._stop.set()
        self._thread.join()
