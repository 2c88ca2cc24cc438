"""The index on Neo4j: the same answers as the local one, shared by engines, whole after crashes."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import seeds
from kg.errors import StoreUnavailable
from kg.model import Edge, Entry
from kg.stores.neo4j import Neo4jGraphStore
from kg.stores.neo4j.connection import Work
from kg.vocabulary import Label, Relation
from search.analyzer import Analyzer
from search.documents import Passage, SearchDocument
from search.engine import SearchEngine
from search.index import Among, Asked, Index, TokenQuery
from search.indexes import neo4j_queries as queries
from search.indexes.neo4j import Neo4jIndex, Reach
from search.indexes.neo4j_keeper import Neo4jKeeper, with_vectors_in
from search.indexes.neo4j_memory import Neo4jMemory, neo4j_memories
from search.indexes.neo4j_state import read_stand
from search.indexes.neo4j_text import text_query
from search.judging import evaluate_demands
from search.keeping import Changed, Indexes
from search.lexicon import Lexicon
from search.memory import key_of
from search.postings import Statistics
from search.results import DemandQuery, SearchRequest, SearchResult
from search.sync import refresh
from tests.contracts.backends import erase_neo4j, neo4j_login, open_neo4j
from tests.search.test_memory import CountingEncoder
from web.bootstrap import Platform, open_platform
from web.settings import Settings

pytestmark = pytest.mark.skipif(neo4j_login() is None, reason="没有 Neo4j（KG_TEST_NEO4J_URI）")

DEV = Path(__file__).parents[1] / "golden" / "dev"
SMALL = Reach(words=60, passages=60, few=20)
"""Far less than the 226 entries, so that what the indexes leave out could be missed."""
HOSTILE = [
    "+ - && || ! ( ) { } [ ] ^ \" ~ * ? : \\ /", "AND OR NOT", "余热 AND (NOT 发电", '"余热',
    "title:余热^1000 余热*~2 /.*/ [a TO z] }{ *:*", "filters:region=510000", "a" * 10_000,
    "♻️🔥余热🌊", "\\", "\\\\\"", "\u202e余热\u0000发电", "-",
]  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4jGraphStore]:
    folder = tmp_path_factory.mktemp("graph")
    erase_neo4j(folder)
    with closing(open_neo4j(folder)) as opened:
        assert isinstance(opened, Neo4jGraphStore)
        seeds.load(opened)
        yield opened


@pytest.fixture(scope="module")
def local(platform: Platform) -> SearchEngine:
    """The exact index over the same seeds."""
    return platform.engine


@pytest.fixture(scope="module")
def engine(store: Neo4jGraphStore, local: SearchEngine) -> SearchEngine:
    """An engine on the index in Neo4j, which looks at few candidates; nothing is encoded anew."""
    return _engine(store, local)


def _engine(
    store: Neo4jGraphStore, local: SearchEngine, progress: Callable[[int, int], None] = print
) -> SearchEngine:
    encoder = local.encoder
    assert encoder is not None
    for side, index in (("entries", local.view.entries), ("demands", local.view.demands)):
        state: Any = index
        texts = [p.text for d in state._state.documents for p in d.passages]
        vectors = dict(zip(map(key_of, texts), state._state.vectors, strict=True))
        Neo4jMemory(store.connection, side, encoder.fingerprint).keep(vectors)
    keeper = Neo4jKeeper(store, local.lexicon, encoder, reach=SMALL)
    return SearchEngine(store, local.lexicon, encoder, keeper=keeper, progress=progress)


def _queries() -> list[str]:
    lines = (DEV / "queries.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def _agreement(pairs: Sequence[tuple[SearchResult, SearchResult]]) -> float:
    """Return the share of the exact hits that the other has too."""
    same = whole = 0
    for exact, other in pairs:
        wanted = {hit.id for hit in exact.hits}
        same += len(wanted & {hit.id for hit in other.hits})
        whole += len(wanted)
    return same / whole


def _check_bounds(exact: SearchResult, other: SearchResult) -> None:
    """Totals and counts are exact, or lower bounds that say so."""
    if other.total_is_lower_bound:
        assert other.total <= exact.total
    else:
        assert (other.total, other.good) == (exact.total, exact.good), other.request
    if not other.counts_are_lower_bounds:
        assert other.facets == exact.facets, other.request


def test_both_indexes_agree_on_the_dev_queries(engine: SearchEngine, local: SearchEngine) -> None:
    pairs = []
    for text in _queries():
        request = SearchRequest(text, size=10)
        pairs.append((local.search(request), engine.search(request)))
        _check_bounds(*pairs[-1])
    assert _agreement(pairs) >= 0.95
    assert sum(not other.total_is_lower_bound for _exact, other in pairs) > len(pairs) // 3


@pytest.mark.parametrize(
    "text", ["余热发电", "废水怎么处理", "成都的节能设备", "重庆有哪些技术", ""]
)
def test_both_agree_under_every_filter(
    engine: SearchEngine, local: SearchEngine, text: str
) -> None:
    facets = local.search(SearchRequest(text)).facets
    chosen = [{f.name: (v.value,)} for f in facets for v in (f.values[0], f.values[-1])]
    first = {f.name: (f.values[0].value,) for f in facets if f.values}
    chosen += [{a: first[a], b: first[b]} for a, b in zip(list(first), list(first)[1:])]  # noqa: B905
    pairs = []
    for filters in chosen:
        request = SearchRequest(text, filters, size=10)
        pairs.append((local.search(request), engine.search(request)))
        _check_bounds(*pairs[-1])
    assert _agreement(pairs) >= 0.95


def test_every_sort_page_and_mode_agrees(engine: SearchEngine, local: SearchEngine) -> None:
    requests = [
        SearchRequest("余热", sort="newest"),
        SearchRequest("余热", sort="evidence"),
        SearchRequest("成都的", page=2, size=5),
        SearchRequest("磷石膏", mode="lexical"),
        SearchRequest("磷石膏", mode="dense", size=5),
        SearchRequest("节能率超过20%的"),
    ]
    for request in requests:
        exact, other = local.search(request), engine.search(request)
        assert [h.id for h in other.hits] == [h.id for h in exact.hits], request
        assert [(h.title, h.snippet, h.reasons, h.misses) for h in other.hits] == [
            (h.title, h.snippet, h.reasons, h.misses) for h in exact.hits
        ]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(engine: SearchEngine, local: SearchEngine, text: str) -> None:
    request = SearchRequest(text, size=10)
    exact, other = local.search(request), engine.search(request)
    assert _agreement([(exact, other)]) >= 0.9 if exact.hits else not other.good
    _check_bounds(exact, other)


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("", {}),
        ("", {"region": ("510000",)}),
        ("", {"industry": ("C",), "kind": ("Technology", "Product")}),
        ("重庆有哪些技术", {}),
        ("除了重庆还有哪些", {}),
        ("节能率超过20%", {"has_cases": ("yes",)}),
    ],
)
def test_conditions_alone_are_listed_and_counted_exactly(
    engine: SearchEngine, local: SearchEngine, text: str, filters: dict[str, tuple[str, ...]]
) -> None:
    request = SearchRequest(text, filters, size=100)
    exact, other = local.search(request), engine.search(request)
    assert not other.total_is_lower_bound
    assert not other.counts_are_lower_bounds
    assert (other.total, other.good, other.facets) == (exact.total, exact.good, exact.facets)
    assert _agreement([(replace(exact, hits=exact.hits[:10]), other)]) == 1
    assert len(other.hits) == len(exact.hits)


def test_matches_agree(engine: SearchEngine, local: SearchEngine) -> None:
    same = whole = 0
    for demand in list(local.view.demands.walk())[::16]:
        exact = [m.id for m in local.match_demand(demand.id, 10).matches]
        other = [m.id for m in engine.match_demand(demand.id, 10).matches]
        same, whole = same + len({*exact} & {*other}), whole + len(exact)
    for entry in list(local.view.entries.walk())[::40]:
        exact = [m.id for m in local.match_entry(entry.id, 5).matches]
        other = [m.id for m in engine.match_entry(entry.id, 5).matches]
        same, whole = same + len({*exact} & {*other}), whole + len(exact)
    assert same >= 0.95 * whole
    need = DemandQuery("水泥窑尾气余热白白排掉，想用来发电")
    assert engine.match_demand(need, 1).matches[0].id == local.match_demand(need, 1).matches[0].id


def test_matching_can_be_judged(engine: SearchEngine) -> None:
    report = evaluate_demands(engine, DEV / "demand_qrels.tsv")
    assert report.overall["ndcg@10"].mean >= 0.88


def test_suggestions_are_the_same(engine: SearchEngine, local: SearchEngine) -> None:
    for typed in ("余热", "yrfd", "重庆", "shuini"):
        assert engine.suggest(typed) == local.suggest(typed)


def test_the_graph_sees_nothing_of_the_index(engine: SearchEngine, store: Neo4jGraphStore) -> None:
    counts = store.counts()
    assert not any("Search" in label for label in counts.nodes)
    assert store.position() == engine.position
    labels = store.connection.read(
        lambda work: work.rows("MATCH (d:SearchDocument)--(x) RETURN count(x) AS n")
    )
    assert labels == [{"n": 0}]


# --- one writes, all read -------------------------------------------------------------------


@pytest.fixture
def lexical(store: Neo4jGraphStore) -> Iterator[Callable[[], SearchEngine]]:
    """Engines on connections of their own, by words alone: an index with vectors is forgotten."""
    opened: list[Neo4jGraphStore] = []
    stand = read_stand(store.connection)
    if stand is not None and stand.model != "none":
        _forget(store)

    def another() -> SearchEngine:
        one = open_neo4j(Path())
        assert isinstance(one, Neo4jGraphStore)
        opened.append(one)
        return SearchEngine(one, LEXICON, None, keeper=Neo4jKeeper(one, LEXICON, None))

    yield another
    for one in opened:
        one.close()


LEXICON = seeds.lexicon()


def _forget(store: Neo4jGraphStore) -> None:
    labels = "SearchDocument|SearchEntryPassage|SearchDemandPassage|SearchToken|SearchState"
    store.connection.write_beside(lambda work: work.rows(f"MATCH (n:{labels}) DETACH DELETE n"))


def _entry(name: str, number: int = 1) -> Entry:
    return Entry(
        id=f"entry-new{number}", kind=Label.TECHNOLOGY, name=name, summary="一种全新的做法。",
        area="清洁生产+", direction="节能",
    )  # fmt: skip


def _ids(engine: SearchEngine, text: str) -> list[str]:
    return [h.id for h in engine.search(SearchRequest(text, literal=True)).hits]


def _version(store: Neo4jGraphStore) -> int:
    rows = store.connection.read(lambda work: work.rows(queries.STATE))
    return int(rows[0]["version"])


def test_a_change_is_found_in_every_process_and_written_once(
    lexical: Callable[[], SearchEngine], store: Neo4jGraphStore
) -> None:
    engines = [lexical(), lexical()]
    store.put(_entry("蓝鲸式余压透平").to_node())
    store.relate(Edge(Relation.APPLIES_TO, "entry-new1", "industry-C3011"))
    before = _version(store)
    threads = [threading.Thread(target=refresh, args=(one,)) for one in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _version(store) == before + 1
    for one in engines:
        assert "entry-new1" in _ids(one, "蓝鲸式余压透平")
        filtered = one.search(SearchRequest("蓝鲸式余压透平", {"industry": ("C3011",)}))
        assert "entry-new1" in {hit.id for hit in filtered.hits}
        assert [s.id for s in one.suggest("lanjingshi")] == ["entry-new1"]

    store.put(_entry("白鹭式余压透平").to_node())
    for one in engines:
        refresh(one)
        assert "entry-new1" in _ids(one, "白鹭式余压透平")
        assert one.suggest("蓝鲸式") == []

    store.remove("entry-new1")
    for one in engines:
        refresh(one)
        assert "entry-new1" not in _ids(one, "白鹭式余压透平")
        assert one.suggest("白鹭式") == []
        assert "entry-new1" not in {d.id for d in one.view.entries.walk()}


def test_what_another_process_wrote_is_read_without_a_change_of_ones_own(
    lexical: Callable[[], SearchEngine], store: Neo4jGraphStore
) -> None:
    first, second = lexical(), lexical()
    store.put(_entry("雪豹式余压透平").to_node())
    refresh(first)
    before = second.search(SearchRequest("雪豹式余压透平", literal=True))
    assert "entry-new1" not in {hit.id for hit in before.hits}
    assert all(hit.reasons for hit in before.hits)
    second.position = first.position  # as if it had seen the change before it was written
    refresh(second)
    assert "entry-new1" in _ids(second, "雪豹式余压透平")
    store.remove("entry-new1")
    refresh(first)


def test_words_are_counted_as_in_an_index_built_anew(
    lexical: Callable[[], SearchEngine], store: Neo4jGraphStore
) -> None:
    engine = lexical()
    for number in range(3):
        store.put(_entry(f"紫貂式余压透平{number}", number).to_node())
    refresh(engine)
    store.put(_entry("灰鹤式余压透平", 1).to_node())
    store.remove("entry-new2")
    refresh(engine)
    exact = SearchEngine(store, LEXICON, None)
    for side in ("entries", "demands"):
        ours, theirs = getattr(engine.view, side), getattr(exact.view, side)
        known = {t: n for t, n in ours.words.frequencies.items() if n}
        assert known == {t: theirs.words.frequency(t) for t in theirs.words._lists}
        assert ours.words.size == theirs.table.size
        assert np.allclose(ours.words.mean, theirs.words._mean)
        assert list(ours.walk()) == list(theirs.walk())
    for number in (0, 1):
        store.remove(f"entry-new{number}")
    refresh(engine)


def test_a_new_organisation_is_known_by_name(
    lexical: Callable[[], SearchEngine], store: Neo4jGraphStore
) -> None:
    engine = lexical()
    node = store.get("org-0001")
    try:
        store.put(type(node)(node.id, node.label, {**node.props, "name": "四川蓝鲸能源有限公司"}))
        refresh(engine)
        assert "四川蓝鲸能源有限公司" in {s.text for s in engine.suggest("四川蓝鲸")}
        result = engine.search(SearchRequest("四川蓝鲸能源有限公司"))
        assert "单位：四川蓝鲸能源有限公司" in [c.label for c in result.conditions]
        assert any("四川蓝鲸能源有限公司" in str(hit.card.parties) for hit in result.hits)
    finally:
        store.put(type(node)(node.id, node.label, node.props))


def test_a_build_that_was_killed_goes_on(
    lexical: Callable[[], SearchEngine], store: Neo4jGraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    _forget(store)
    monkeypatch.setattr("search.indexes.neo4j_keeper.BATCH", 50)
    written: list[int] = []

    def stop(done: int, whole: int) -> None:
        if done >= 100:
            raise KeyboardInterrupt

    keeper = Neo4jKeeper(store, LEXICON, None)
    with pytest.raises(KeyboardInterrupt):
        SearchEngine(store, LEXICON, None, keeper=keeper, progress=stop)
    real = Work.rows

    def rows(self: Work, text: str, **values: Any) -> Any:
        if text == queries.SIDES["entries"].store:
            written.append(len(values["rows"]))
        return real(self, text, **values)

    monkeypatch.setattr(Work, "rows", rows)
    engine = lexical()
    assert sum(written) == engine.view.entries.table.size - 100
    exact = SearchEngine(store, LEXICON, None)
    assert list(engine.view.entries.walk()) == list(exact.view.entries.walk())
    assert _ids(engine, "余热发电") == _ids(exact, "余热发电")


def test_an_emptied_index_is_told(
    lexical: Callable[[], SearchEngine], store: Neo4jGraphStore
) -> None:
    engine = lexical()
    _forget(store)
    with pytest.raises(StoreUnavailable, match="清空"):
        refresh(engine)


def test_an_index_of_another_graph_is_written_anew(
    lexical: Callable[[], SearchEngine], store: Neo4jGraphStore
) -> None:
    lexical()
    ahead = {"position": store.position() + 1000}
    store.connection.write_beside(lambda work: work.rows(queries.SET_STATE, cells=ahead))
    store.connection.write_beside(
        lambda work: work.rows("MATCH (d:SearchEntry {id: 'entry-0001'}) SET d.digest = 'other'")
    )
    engine = lexical()
    assert engine.position == store.position()


# --- filters inside the indexes -------------------------------------------------------------


class Scattered(CountingEncoder):
    """Unit vectors that only the text decides; `away` are as far as can be from `QUESTION`."""

    fingerprint, dimension = "scattered", 32

    def encode_passages(self, texts: Sequence[str]) -> Any:
        asked = np.ones(32) / np.sqrt(32)
        rows = []
        for text in texts:
            noise = np.random.default_rng(list(map(ord, text))).normal(size=32)
            row = -asked + 0.01 * noise if "away" in text else noise
            rows.append(row / np.linalg.norm(row))
        return np.array(rows, np.float32)


QUESTION = (np.ones(32) / np.sqrt(32)).astype(np.float32)
MANY, RARE = 5000, 3


class Written:
    """A collector of documents that are given."""

    def __init__(self, documents: list[SearchDocument]) -> None:
        self._documents = documents

    def entries(self) -> list[SearchDocument]:
        return self._documents

    def demands(self) -> list[SearchDocument]:
        return []


@pytest.fixture(scope="module")
def many(store: Neo4jGraphStore) -> Iterator[tuple[Neo4jKeeper, Indexes, list[SearchDocument]]]:
    documents = []
    for n in range(MANY):
        rare = n % (MANY // RARE) == 7
        documents.append(
            SearchDocument(
                f"entry-{n:05}",
                f"名称{n}",
                {"title": (f"余热 编号{n}",), "body": ("偏远" if rare else "发电",)},
                (Passage("main", f"away {n}" if rare else f"near {n}"),),
                {
                    "region": ("510000", "510100") if rare else ("500000", f"5001{n % 30:02}"),
                    "kind": ("Technology", "Product", "Equipment")[n % 3 : n % 3 + 1],
                },
            )
        )
    _forget(store)
    encoder = Scattered()
    keeper = Neo4jKeeper(store, Lexicon(), encoder, reach=Reach(100, 100, few=0))
    collector: Any = Written(documents)
    yield keeper, keeper.build(Analyzer(Lexicon()), collector, 0, lambda _d, _a: None), documents
    _forget(store)


def _seen(index: Index, asked: Asked, among: Among) -> dict[str, float]:
    (scores,) = index.score([asked], [among])
    assert scores.seen is not None
    return {index.table.ids[row]: float(scores.dense[row]) for row in np.flatnonzero(scores.seen)}


RARELY = Among(any_of=(("region", frozenset({"510100"})),))


def test_a_rare_filter_starves_neither_half(
    many: tuple[Neo4jKeeper, Indexes, list[SearchDocument]],
) -> None:
    _keeper, indexes, documents = many
    rare = {d.id for d in documents if "510100" in d.facets["region"]}
    assert len(rare) == RARE
    by_meaning = _seen(indexes.entries, Asked(TokenQuery(), QUESTION), RARELY)
    assert by_meaning.keys() == rare
    assert all(cosine < -0.9 for cosine in by_meaning.values())
    by_words = _seen(indexes.entries, Asked(TokenQuery(({"余热": 1.0},))), RARELY)
    assert by_words.keys() == rare
    not_there = Among(none_of=(("region", frozenset({"500000"})),))
    assert _seen(indexes.entries, Asked(TokenQuery(), QUESTION), not_there).keys() == rare
    assert _seen(indexes.entries, Asked(TokenQuery(({"余热": 1.0},))), not_there).keys() == rare


def test_chosen_rows_starve_neither_half(
    many: tuple[Neo4jKeeper, Indexes, list[SearchDocument]],
) -> None:
    _keeper, indexes, documents = many
    rows = np.array(["510100" in d.facets["region"] for d in documents])
    rare = {d.id for d, one in zip(documents, rows, strict=True) if one}
    among = Among(rows=rows)
    assert _seen(indexes.entries, Asked(TokenQuery(), QUESTION), among).keys() == rare
    assert _seen(indexes.entries, Asked(TokenQuery(({"余热": 1.0},))), among).keys() == rare


def test_the_nearest_of_a_filter_are_found_and_scored_exactly(
    many: tuple[Neo4jKeeper, Indexes, list[SearchDocument]],
) -> None:
    _keeper, indexes, documents = many
    wanted = [d for d in documents if "Product" in d.facets["kind"]]
    vectors = Scattered().encode_passages([d.passages[0].text for d in wanted])
    exact = {d.id: float(c) for d, c in zip(wanted, vectors @ QUESTION, strict=True)}
    best = sorted(exact, key=lambda i: -exact[i])[:20]
    among = Among(any_of=(("kind", frozenset({"Product"})),))
    seen = _seen(indexes.entries, Asked(TokenQuery(), QUESTION), among)
    assert len(set(best) & seen.keys()) >= 19
    assert all(abs(seen[i] - exact[i]) < 1e-5 for i in seen)
    assert seen.keys() <= exact.keys()


def test_what_was_left_out_is_bounded(
    many: tuple[Neo4jKeeper, Indexes, list[SearchDocument]],
) -> None:
    _keeper, indexes, _documents = many
    asked = Asked(TokenQuery(({"余热": 1.0},)), QUESTION)
    (scores,) = indexes.entries.score([asked], [Among(), RARELY])
    whole, rarely = scores.unseen
    assert whole is not None
    assert whole[0] == 1.0  # everything has the word, only a hundred were looked at
    assert 0 < whole[1] <= scores.dense.max()
    assert rarely == (0.0, 0.0)
    few = Neo4jIndex(indexes.entries._connection, queries.SIDES["entries"], indexes.entries._held)  # type: ignore[attr-defined]
    (scores,) = few.score([asked], [RARELY])
    assert scores.unseen == (None,)  # so few are all looked at


def test_documents_that_change_stay_filtered(
    many: tuple[Neo4jKeeper, Indexes, list[SearchDocument]],
) -> None:
    keeper, indexes, documents = many
    moved = replace(documents[0], facets={"region": ("510000", "510100"), "kind": ("Product",)})
    gone = next(d.id for d in documents[1:] if "510100" in d.facets["region"])
    analyzer = Analyzer(Lexicon())
    after = keeper.exchange(indexes, analyzer, lambda: Changed([moved], [], [gone]), 1)
    seen = _seen(after.entries, Asked(TokenQuery(({"余热": 1.0},)), QUESTION), RARELY)
    assert moved.id in seen
    assert gone not in seen
    assert len(seen) == RARE
    assert after.entries.table.size == MANY - 1
    assert indexes.entries.table.size == MANY  # the one before stays as it was


def test_a_question_that_is_cut_short_says_so(store: Neo4jGraphStore, local: SearchEngine) -> None:
    _forget(store)
    keeper = Neo4jKeeper(store, local.lexicon, None, reach=Reach(5, 5, few=0))
    engine = SearchEngine(store, local.lexicon, None, keeper=keeper)
    result = engine.search(SearchRequest("余热", size=100))
    exact = local.search(SearchRequest("余热", size=100, mode="lexical"))
    assert result.total_is_lower_bound
    assert result.counts_are_lower_bounds
    assert 0 < result.total < exact.total
    _forget(store)


# --- words of the full-text index, vectors in the database -----------------------------------


def test_only_telling_words_are_required() -> None:
    known = Statistics(1000, (1.0, 1.0, 1.0), {"焦炉": 3, "余热": 20, "设备": 900})
    query = text_query([{"设备": 1.0}, {"焦炉": 1.0}, {"余热": 1.0}, {"未知": 1.0}], known)
    assert query is not None
    required, _, optional = query.text.partition(") title:")
    assert '"焦炉"' in required
    assert '"设备"' not in required
    assert '"设备"' in optional
    assert "未知" not in query.text
    assert 0 < query.rest <= 0.3
    assert text_query([{"未知": 1.0}], known) is None


def test_vectors_are_kept_in_the_database_by_side_and_model(store: Neo4jGraphStore) -> None:
    vectors = {key_of(t): np.arange(n, n + 4, dtype=np.float32) for n, t in enumerate("甲乙丙")}
    first, other = (Neo4jMemory(store.connection, side, "m 1") for side in ("one", "two"))
    first.keep(vectors)
    other.keep(dict(list(vectors.items())[:1]))
    found = first.known([*vectors, b"0" * 16])
    assert found.keys() == vectors.keys()
    assert all(np.array_equal(found[key], vectors[key]) for key in vectors)
    assert [key for key, _vector in first.items()] == sorted(vectors)
    first.retain([key_of("乙")])
    assert [key for key, _vector in first.items()] == [key_of("乙")]
    assert len(list(other.items())) == 1
    ours = [(m.side, m.fingerprint) for m in neo4j_memories(store.connection) if m.side in "onetwo"]
    assert ours == [("one", "m 1"), ("two", "m 1")]
    for memory in (first, other):
        memory.retain(())


def test_a_second_process_encodes_nothing(store: Neo4jGraphStore) -> None:
    class Letters(CountingEncoder):
        fingerprint = "letters-local"

    first, second = Letters(), Letters()
    SearchEngine(store, LEXICON, first, keeper=with_vectors_in(store, first))
    assert first.asked
    SearchEngine(store, LEXICON, second, keeper=with_vectors_in(store, second))
    assert not second.asked
    for side in ("entries", "demands"):
        Neo4jMemory(store.connection, side, "letters-local").retain(())


@pytest.mark.usefixtures("engine")  # whose vectors are in the database by then
def test_the_platform_opens_on_it(
    store: Neo4jGraphStore, data_folder: Path, local: SearchEngine
) -> None:
    uri, user, password = neo4j_login() or pytest.fail("no server")
    settings = Settings(
        _env_file=None, data=data_folder, store=uri, store_user=user, store_password=password,
        search="neo4j",
    )  # fmt: skip
    with open_platform(settings) as opened:
        assert isinstance(opened.engine.view.entries, Neo4jIndex)
        for text in ("焦炉烟气余热回收", "成都的污水处理"):
            exact, other = (e.search(SearchRequest(text)) for e in (local, opened.engine))
            assert [h.id for h in other.hits] == [h.id for h in exact.hits]
    words_only = settings.model_copy(update={"embedding_model": "none"})
    with pytest.raises(StoreUnavailable, match="KG_EMBEDDING_MODEL=none，只按词语检索。Neo4j 里的"):
        open_platform(words_only)
