"""The engine follows the store's change feed."""

from collections.abc import Iterator

import pytest

import seeds
from kg.model import Edge, Entry
from kg.store import GraphStore
from kg.stores.sqlite import SqliteGraphStore
from kg.vocabulary import Label, Relation
from search.collect import Collector
from search.engine import SearchEngine
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


def _new_entry(name: str) -> Entry:
    return Entry(
        id="entry-new1", kind=Label.TECHNOLOGY, name=name, summary="一种全新的做法。",
        area="清洁生产+", direction="节能",
    )  # fmt: skip


def _ids(engine: SearchEngine, text: str) -> list[str]:
    return [h.id for h in engine.search(SearchRequest(text, literal=True)).hits]


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
    assert all("蓝鲸" not in d.title for d in _living(engine))

    store.remove("entry-new1")
    refresh(engine)
    assert "entry-new1" not in _ids(engine, "白鹭式余压透平")


def _living(engine: SearchEngine) -> list[object]:
    index = engine.view.entries
    return [d for d, lives in zip(index.documents, index.alive, strict=True) if lives]


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
