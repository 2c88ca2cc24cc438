"""The engine follows the store's change feed."""

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

import pytest

import seeds
from kg.errors import StoreBusy
from kg.model import Edge, Entry, Node
from kg.store import GraphStore
from kg.stores.sqlite import SqliteGraphStore
from kg.vocabulary import Label, Relation
from search.collect import Collector
from search.documents import SearchDocument
from search.engine import SearchEngine
from search.keeping import Changed
from search.results import SearchRequest
from search.sync import Follower, refresh


@pytest.fixture(scope="module")
def store() -> Iterator[GraphStore]:
    opened = SqliteGraphStore(None)
    seeds.load(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def engine(store: GraphStore) -> SearchEngine:
    return SearchEngine(store, seeds.lexicon(), None)  # lexical: what is tested is the feed


def _new_entry(name: str, entry_id: str = "entry-new1") -> Entry:
    return Entry(
        id=entry_id, kind=Label.TECHNOLOGY, name=name, summary="一种全新的做法。",
        area="清洁生产+", direction="节能",
    )  # fmt: skip


def _ids(engine: SearchEngine, text: str) -> list[str]:
    return [h.id for h in engine.search(SearchRequest(text, literal=True)).hits]


def _exchange(
    engine: SearchEngine, entries: Sequence[SearchDocument], removed: Collection[str] = ()
) -> None:
    engine.exchange(lambda: Changed(entries, (), removed), engine.position)


def test_nothing_new_means_nothing_done(engine: SearchEngine) -> None:
    assert refresh(engine) == 0


def test_a_published_entry_is_found_changed_and_gone(
    engine: SearchEngine, store: GraphStore
) -> None:
    store.put(_new_entry("蓝鲸式余压透平").to_node())
    store.relate(Edge(Relation.APPLIES_TO, "entry-new1", "industry-C3011"))
    assert refresh(engine) > 0
    assert "entry-new1" in _ids(engine, "蓝鲸式余压透平")
    result = engine.search(SearchRequest("蓝鲸式余压透平", {"industry": ("C3011",)}))
    assert "entry-new1" in {h.id for h in result.hits}

    store.put(_new_entry("白鹭式余压透平").to_node())
    refresh(engine)
    assert "entry-new1" in _ids(engine, "白鹭式余压透平")
    assert [s.id for s in engine.suggest("bailushi")] == ["entry-new1"]
    assert engine.suggest("蓝鲸式") == []
    assert all("蓝鲸" not in d.title for d in _living(engine))

    store.remove("entry-new1")
    refresh(engine)
    assert "entry-new1" not in _ids(engine, "白鹭式余压透平")
    assert engine.suggest("白鹭式") == []


def _living(engine: SearchEngine) -> list[SearchDocument]:
    return list(engine.view.entries.walk())


def test_a_followed_index_equals_one_built_anew(engine: SearchEngine, store: GraphStore) -> None:
    case = next(n for n in store.neighbours("entry-0001", [Relation.CASE_OF], "in")).node
    store.put(type(case)(case.id, case.label, {**case.props, "effect": "改了效果的说明"}))
    refresh(engine)
    fresh = {d.id: d for d in Collector(store).entries()}
    assert {d.id: d for d in _living(engine)} == fresh  # type: ignore[attr-defined]


def test_a_renamed_organisation_is_found_by_its_new_name(
    engine: SearchEngine, store: GraphStore
) -> None:
    node = store.get("org-0001")
    store.put(type(node)(node.id, node.label, {**node.props, "name": "四川蓝鲸能源有限公司"}))
    refresh(engine)
    assert "四川蓝鲸能源有限公司" in {s.text for s in engine.suggest("四川蓝鲸")}


def test_a_follower_thread_brings_a_change_within_two_seconds(
    engine: SearchEngine, store: GraphStore
) -> None:
    follower = Follower(engine, interval=0.05)
    try:
        store.put(_new_entry("紫貂式余压透平").to_node())
        position = store.position()
        for _ in range(40):
            if engine.position >= position:
                break
            follower._stop.wait(0.05)
        assert "entry-new1" in _ids(engine, "紫貂式余压透平")
    finally:
        follower.close()
        store.remove("entry-new1")
        refresh(engine)


def test_a_view_that_is_being_read_never_changes(engine: SearchEngine) -> None:
    before = engine.view
    rows, total = len(before.entries.table), before.entries.table.size
    documents = list(before.entries.walk())
    other = replace(documents[0], id="entry-more1")
    _exchange(engine, [other], {documents[5].id})
    assert len(before.entries.table) == len(before.entries.table.alive) == rows
    assert before.entries.table.alive.sum() == total
    assert engine.view.entries.table.size == total  # one more, one less
    assert engine.view.entries.table.row("entry-more1") == rows
    _exchange(engine, [documents[5]], {"entry-more1"})


def test_readers_see_one_state_while_documents_come_and_go(engine: SearchEngine) -> None:
    """Totals, pages and facets of an answer agree whatever happens beside it."""
    first = next(engine.view.entries.walk())
    failures: list[object] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                for request in (SearchRequest("余热", size=100), SearchRequest(size=100)):
                    result = engine.search(request)
                    kinds = next(f for f in result.facets if f.name == "kind").values
                    if sum(value.count for value in kinds) != result.total:
                        failures.append((result.total, kinds))
                engine.match_demand(next(engine.view.demands.walk()).id, 3)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is a failure
                failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for turn in range(40):
            more = [replace(first, id=f"entry-more{n}") for n in range(turn % 7 + 1)]
            gone = {f"entry-more{n}" for n in range(7)} - {d.id for d in more}
            _exchange(engine, more, gone)
    finally:
        done.set()
        for reader in readers:
            reader.join()
        _exchange(engine, [], {f"entry-more{n}" for n in range(7)})
    assert not failures


def test_many_changes_compact_the_index_and_change_no_answer(engine: SearchEngine) -> None:
    index = engine.view.entries
    before = _ids(engine, "余热发电")
    for _ in range(3):
        _exchange(engine, list(engine.view.entries.walk()))
    assert len(engine.view.entries.table) < 3 * len(index.table)
    assert engine.view.entries.table.size == index.table.size
    assert _ids(engine, "余热发电") == before


def test_many_changes_are_taken_over_bit_by_bit(
    engine: SearchEngine, store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.sync.BATCH", 3)
    first = engine.position
    for number in range(5):
        store.put(_new_entry(f"金丝猴式透平{number}", f"entry-many{number}").to_node())
    real, reached = SearchEngine.exchange, list[int]()

    def exchange(self: SearchEngine, changed: Callable[[], Changed], position: int) -> None:
        if reached == [first + 3]:
            reached.append(-1)
            raise StoreBusy("busy")
        real(self, changed, position)
        reached.append(position)

    monkeypatch.setattr(SearchEngine, "exchange", exchange)
    with pytest.raises(StoreBusy):
        refresh(engine)
    assert engine.position == first + 3  # what was done stays done
    refresh(engine)
    assert reached == [first + 3, -1, first + 5]
    assert len(_ids(engine, "金丝猴式透平")) >= 5
    for number in range(5):
        store.remove(f"entry-many{number}")
    refresh(engine)


def test_a_rebuild_that_fails_is_made_up_for(
    engine: SearchEngine, store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = store.get("org-0002")
    store.put(type(node)(node.id, node.label, {**node.props, "name": "四川黑颈鹤有限公司"}))
    with monkeypatch.context() as broken:
        broken.setattr(Collector, "demands", lambda self, ids=None: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            refresh(engine)
    assert engine.suggest("四川黑颈鹤") == []
    refresh(engine)
    assert "四川黑颈鹤有限公司" in {s.text for s in engine.suggest("四川黑颈鹤")}


def test_a_follower_outlives_any_error(
    engine: SearchEngine, store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = threading.Event()

    def fail(_engine: SearchEngine) -> int:
        tried.set()
        raise RuntimeError("broken")

    monkeypatch.setattr("search.sync.refresh", fail)
    follower = Follower(engine, interval=0.01)
    try:
        assert tried.wait(5)
        tried.clear()
        assert tried.wait(5)
    finally:
        follower.close()


def test_an_entry_that_breaks_the_model_is_left_out_and_stops_nobody(
    engine: SearchEngine, store: GraphStore
) -> None:
    broken = _new_entry("坏掉的条目").to_node()
    store.put(Node("entry-broken1", broken.label, {**broken.props, "area": "没有这个领域"}))
    store.put(_new_entry("雪豹式余压透平").to_node())
    refresh(engine)
    assert "entry-new1" in _ids(engine, "雪豹式余压透平")
    assert "entry-broken1" not in {d.id for d in Collector(store).entries()}
    store.remove("entry-broken1")
    store.remove("entry-new1")
    refresh(engine)
