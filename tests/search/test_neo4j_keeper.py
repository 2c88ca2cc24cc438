"""Several keepers of one index in Neo4j: nothing is lost, no good index is taken away."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

import seeds
from kg.errors import StoreUnavailable
from kg.model import Entry, Node
from kg.stores.neo4j import Neo4jGraphStore
from kg.stores.neo4j.connection import Connection
from kg.vocabulary import Label
from search.analyzer import Analyzer
from search.collect import Collector
from search.documents import Passage, SearchDocument
from search.engine import SearchEngine
from search.index import Asked, TokenQuery
from search.indexes import neo4j_queries as queries
from search.indexes import neo4j_state
from search.indexes.neo4j_keeper import Neo4jKeeper, forget
from search.indexes.neo4j_state import Signatures, Stand, read_stand
from search.keeping import Changed, Indexes
from search.lexicon import Lexicon
from search.results import SearchRequest
from search.sync import refresh
from tests.contracts.backends import erase_neo4j, neo4j_login, open_neo4j
from tests.search.test_memory import CountingEncoder
from web.app import create_app
from web.bootstrap import Platform

pytestmark = pytest.mark.skipif(neo4j_login() is None, reason="没有 Neo4j（KG_TEST_NEO4J_URI）")
LEXICON = seeds.lexicon()
INDEX = "SearchDocument|SearchEntryPassage|SearchDemandPassage|SearchToken|SearchState"
Open = Callable[..., SearchEngine]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4jGraphStore]:
    folder = tmp_path_factory.mktemp("graph")
    erase_neo4j(folder)
    with closing(open_neo4j(folder)) as opened:
        assert isinstance(opened, Neo4jGraphStore)
        seeds.load(opened)
        yield opened
        _erase(opened)


@pytest.fixture
def another(store: Neo4jGraphStore) -> Iterator[Open]:
    """Engines by words alone, each on a connection of its own as in a process of its own."""
    opened: list[Neo4jGraphStore] = []
    stand = read_stand(store.connection)
    if stand is not None and stand.model != "none":
        _erase(store)

    def open_one(progress: Callable[[int, int], None] = lambda _d, _a: None) -> SearchEngine:
        one = open_neo4j(Path())
        assert isinstance(one, Neo4jGraphStore)
        opened.append(one)
        keeper = Neo4jKeeper(one, LEXICON, None)
        return SearchEngine(one, LEXICON, None, keeper=keeper, progress=progress)

    yield open_one
    for one in opened:
        one.close()


def _erase(store: Neo4jGraphStore) -> None:
    """Erase the index, as when the database is made anew."""
    store.connection.run_beside(f"MATCH (n:{INDEX}) DETACH DELETE n")


def _stand(store: Neo4jGraphStore) -> Stand:
    stand = read_stand(store.connection)
    assert stand is not None
    return stand


def _entry(name: str) -> Node:
    return Entry(
        id="entry-new1", kind=Label.TECHNOLOGY, name=name, summary="一种全新的做法。",
        area="清洁生产+", direction="节能",
    ).to_node()  # fmt: skip


def _ids(engine: SearchEngine, text: str) -> list[str]:
    return [h.id for h in engine.search(SearchRequest(text, literal=True)).hits]


def _finds_the_new_name(*engines: SearchEngine) -> None:
    for engine in engines:
        assert "entry-new1" in _ids(engine, "白鹭式余压透平")
        assert "entry-new1" not in _ids(engine, "蓝鲸式")


class Once:
    """Does something the first time it is called."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act, self.done = act, False

    def __call__(self, *_values: Any) -> None:
        if not self.done:
            self.done = True
            self._act()


# --- nothing is lost --------------------------------------------------------------------------


def test_what_changes_during_a_build_is_found(another: Open, store: Neo4jGraphStore) -> None:
    store.put(_entry("蓝鲸式余压透平"))
    running = another()
    forget(store)

    def change() -> None:
        store.put(_entry("白鹭式余压透平"))
        with suppress(StoreUnavailable):
            refresh(running)

    builder = another(Once(change))
    for _ in range(2):
        refresh(running)
    refresh(builder)
    assert _stand(store).position == store.position()
    _finds_the_new_name(running, builder, another())


def test_a_builder_that_is_overtaken_gives_way(
    another: Open, store: Neo4jGraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(_entry("蓝鲸式余压透平"))
    first, second = another(), another()
    for engine in (first, second):
        refresh(engine)
    industry = store.get("industry-C3011")
    store.put(Node(industry.id, industry.label, {**industry.props, "name": "水泥熟料制造"}))

    def change() -> None:
        store.put(_entry("白鹭式余压透平"))
        refresh(second)

    real, changing = Collector.demands, Once(change)

    def demands(self: Collector, ids: Any = None) -> list[SearchDocument]:
        changing()  # the entries were collected before it
        return real(self, ids)

    monkeypatch.setattr(Collector, "demands", demands)
    refresh(first)
    assert changing.done
    for engine in (second, first):
        refresh(engine)
    assert _stand(store).position == store.position()
    assert _stand(store).builder == ""
    _finds_the_new_name(first, second, another())
    store.put(Node(industry.id, industry.label, industry.props))
    refresh(first)


def test_a_dead_builder_stops_nobody(
    another: Open, store: Neo4jGraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = another()
    left = {"builder": "of a process that was killed", "beat": 7}
    store.connection.run_beside(queries.SET_STATE, cells=left)
    store.put(_entry("蓝鲸式余压透平"))
    refresh(engine)
    assert _stand(store).position < store.position()  # it may be alive
    monkeypatch.setattr("search.indexes.neo4j_keeper.SILENT", 0.0)
    refresh(engine)
    assert _stand(store).position == store.position()
    assert "entry-new1" in _ids(engine, "蓝鲸式余压透平")


def test_an_index_that_is_behind_is_brought_up_and_never_only_forward(
    another: Open, store: Neo4jGraphStore
) -> None:
    engine, before = another(), store.position()
    store.put(_entry("白鹭式余压透平"))
    refresh(engine)
    # as a build does that began before the change
    store.connection.run_beside(queries.SET_STATE, cells={"position": before})
    stale = "MATCH (d:SearchEntry {id: 'entry-new1'}) SET d.digest = 'stale'"
    store.connection.run_beside(stale)
    version = _stand(store).version
    refresh(engine)
    assert _stand(store).position == store.position()
    assert _stand(store).version == version + 1


def test_a_change_without_documents_is_passed_once(another: Open, store: Neo4jGraphStore) -> None:
    engines = [another(), another()]
    for engine in engines:
        refresh(engine)
    version = _stand(store).version
    store.put(replace(store.get("doc-0001"), id="doc-new1"))
    for engine in engines:
        assert refresh(engine) == 1
        assert refresh(engine) == 0
    assert (_stand(store).position, _stand(store).version) == (store.position(), version)


def test_a_start_on_a_live_system_builds_nothing(
    another: Open, store: Neo4jGraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = another()

    def change() -> None:
        store.put(_entry("灰鹤式余压透平"))
        refresh(running)

    real, changing = SearchEngine._words, Once(change)

    def words(self: SearchEngine) -> Any:
        changing()  # between reading the position and reading the index
        return real(self)

    monkeypatch.setattr(SearchEngine, "_words", words)
    builds: list[int] = []
    started = another(lambda done, _all: builds.append(done))
    assert not builds
    refresh(started)
    assert "entry-new1" in _ids(started, "灰鹤式余压透平")


# --- whose index it is ------------------------------------------------------------------------


class Vectors(CountingEncoder):
    """Unit vectors that only the text decides."""

    def __init__(self, name: str, dimension: int) -> None:
        super().__init__()
        self.fingerprint, self.dimension = name, dimension

    def encode_passages(self, texts: Sequence[str]) -> Any:
        rows = [
            np.random.default_rng(list(map(ord, text))).normal(size=self.dimension)
            for text in texts
        ]
        return np.array([row / np.linalg.norm(row) for row in rows], np.float32)


class Given:
    """A collector of documents that are given."""

    def __init__(self, documents: list[SearchDocument]) -> None:
        self._documents = documents

    def entries(self) -> list[SearchDocument]:
        return self._documents

    def demands(self) -> list[SearchDocument]:
        return []


def _documents(word: str, size: int = 30) -> list[SearchDocument]:
    return [
        SearchDocument(
            f"entry-{n:04}", f"{word}{n}", {"title": (f"{word} 编号{n}",)},
            (Passage("main", f"{word}{n}"),), {"kind": ("Product",)},
        )
        for n in range(size)
    ]  # fmt: skip


ANALYZER = Analyzer(Lexicon())


def _build(
    keeper: Neo4jKeeper,
    documents: list[SearchDocument],
    tell: Callable[..., None] = lambda *_: None,
) -> Indexes:
    collector: Any = Given(documents)
    return keeper.build(ANALYZER, collector, 0, tell)


def _stop(_done: int, _all: int) -> None:
    raise KeyboardInterrupt


def _cosines(indexes: Indexes, dimension: int = 8) -> Any:
    (scores,) = indexes.entries.score([Asked(TokenQuery(), np.ones(dimension, np.float32))])
    return scores.dense


@pytest.fixture
def bare(store: Neo4jGraphStore) -> Iterator[Neo4jGraphStore]:
    """The graph without an index."""
    _erase(store)
    yield store
    _erase(store)


def test_without_a_model_no_index_with_one_is_replaced(bare: Neo4jGraphStore) -> None:
    own = Neo4jKeeper(bare, Lexicon(), Vectors("first", 8))
    indexes = _build(own, _documents("余热"))
    before = _stand(bare)
    with pytest.raises(StoreUnavailable, match="没有向量模型"):
        _build(Neo4jKeeper(bare, Lexicon(), None), _documents("余热"))
    assert _stand(bare) == before
    assert _cosines(indexes).any()
    forget(bare)
    with pytest.raises(KeyboardInterrupt):
        _build(Neo4jKeeper(bare, Lexicon(), Vectors("first", 8)), _documents("余热"), _stop)
    with pytest.raises(StoreUnavailable, match="没有向量模型"):  # that one may be at work
        _build(Neo4jKeeper(bare, Lexicon(), None), _documents("余热"))
    forget(bare)
    assert _build(Neo4jKeeper(bare, Lexicon(), None), _documents("余热")).entries.table.size == 30


def test_an_index_that_was_taken_over_is_not_asked(bare: Neo4jGraphStore) -> None:
    own = Neo4jKeeper(bare, Lexicon(), Vectors("first", 8))
    indexes = _build(own, _documents("余热"))
    _build(Neo4jKeeper(bare, Lexicon(), Vectors("other", 5)), _documents("余热"))
    with pytest.raises(StoreUnavailable, match="重新启动"):
        _cosines(indexes)  # nobody has told it yet, and 5 is no multiple of 8
    with pytest.raises(StoreUnavailable, match="重新启动"):
        own.since(0)
    for ask in (lambda: _cosines(indexes), lambda: indexes.entries.documents([0]), own.check):
        with pytest.raises(StoreUnavailable, match="重新启动"):
            ask()
    with pytest.raises(StoreUnavailable, match="重新启动"):
        _build(own, _documents("余热"))  # it does not take it back
    assert _stand(bare).model == "other"


def test_a_process_whose_index_was_taken_over_is_not_ready(
    another: Open, store: Neo4jGraphStore, platform: Platform
) -> None:
    engine = another()
    with TestClient(create_app(replace(platform, store=store, engine=engine))) as client:
        assert client.get("/readyz").status_code == 200
        store.connection.run_beside(queries.SET_STATE, cells={"fingerprint": "other"})
        with pytest.raises(StoreUnavailable):
            refresh(engine)
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert "重新启动" in answer.json()["checks"]["index"]["reason"]
        assert client.get("/api/v1/search", params={"q": "余热"}).status_code == 503
    _erase(store)


def test_an_index_made_anew_underneath_is_read_anew(bare: Neo4jGraphStore) -> None:
    own, other = (Neo4jKeeper(bare, Lexicon(), None) for _ in range(2))
    indexes = _build(own, _documents("余热"))
    assert own.since(0) == 0
    assert {d.title for d in indexes.entries.documents(range(30)).values()} == {
        f"余热{n}" for n in range(30)
    }
    _erase(bare)
    _build(other, _documents("污水"))
    assert own.since(0) is None
    indexes = _build(own, _documents("污水"))
    assert own.since(0) == 0
    assert {d.title for d in indexes.entries.documents(range(30)).values()} == {
        f"污水{n}" for n in range(30)
    }


# --- the indexes of the database --------------------------------------------------------------


def test_indexes_that_vanish_are_declared_again(
    bare: Neo4jGraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = Neo4jKeeper(bare, Lexicon(), Vectors("first", 8))
    _build(keeper, _documents("余热", 200))

    def drop() -> None:
        for one in queries.SIDES.values():
            bare.connection.run_beside(one.drop_vector_index)
            bare.connection.run_beside(f"DROP INDEX {one.words_index}")

    real, dropping = Connection.rows, Once(drop)

    def rows(self: Connection, text: str, **values: Any) -> Any:
        if text == queries.POPULATED:
            dropping()  # as another builder does that began meanwhile
        return real(self, text, **values)

    second = Neo4jKeeper(bare, Lexicon(), Vectors("first", 8))
    monkeypatch.setattr(Connection, "rows", rows)
    indexes = _build(second, _documents("余热", 200))
    assert dropping.done
    assert _cosines(indexes).any()
    (scores,) = indexes.entries.score([Asked(TokenQuery(({"余热": 1.0},)))])
    assert scores.lexical.any()


def test_dead_rows_are_left_behind(bare: Neo4jGraphStore) -> None:
    keeper = Neo4jKeeper(bare, Lexicon(), None)
    before = first = _build(keeper, _documents("余热", 200))
    for turn in range(4):
        changed = Changed(_documents(f"余热{'甲乙丙丁'[turn]}", 200), ())
        before = keeper.exchange(before, ANALYZER, lambda c=changed: c, turn + 1)  # type: ignore[misc]
    table = before.entries.table
    assert table.size == 200
    assert len(table) < 4 * 200
    assert set(table.titles) >= {f"余热丁{n}" for n in range(200)}
    row = table.row("entry-0007")
    assert row is not None
    assert before.entries.documents([row])[row].title == "余热丁7"
    assert [first.entries.table.ids[n] for n in (0, 199)] == ["entry-0000", "entry-0199"]
    assert len(first.entries.documents([0, 199])) == 2


class Nosy(int):
    """A number that is looked at while another thread adds one."""

    act: Callable[[], None] = staticmethod(lambda: None)

    def __hash__(self) -> int:
        Nosy.act()
        return int.__hash__(self)


def test_signatures_are_read_while_others_come(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter(range(10_000))
    monkeypatch.setattr(neo4j_state, "signature", lambda _values: Nosy(next(numbers)))
    signatures = Signatures()
    for n in range(5):
        signatures.add("region", ("510000", str(n)))
    monkeypatch.setattr(Nosy, "act", Once(lambda: signatures.add("region", ("510000", "new"))))
    assert len(signatures.having("region", ("510000",))) >= 5


def test_a_word_of_ten_thousand_letters_is_indexed(bare: Neo4jGraphStore) -> None:
    long = "x1" * 5000
    keeper = Neo4jKeeper(bare, Lexicon(), None)
    document = replace(_documents("余热", 1)[0], text={"title": (long,)})
    indexes = _build(keeper, [document])
    (token,) = ANALYZER.tokens(long)
    (scores,) = indexes.entries.score([Asked(TokenQuery(({token: 1.0},)))])
    assert scores.lexical.any()
