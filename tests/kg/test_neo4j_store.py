"""What is Neo4j's own: plans, one query each, servers that cannot be used."""

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import pairwise, product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from neo4j import Driver, GraphDatabase  # noqa: TID251 - looks at the database itself
from neo4j.exceptions import Neo4jError  # noqa: TID251

from kg.errors import StoreBusy, StoreTooNew, StoreUnavailable
from kg.model import Edge, Node
from kg.query import Filter, Op, Query, Related
from kg.store import MAX_DEPTH, GraphStore
from kg.stores.neo4j import Neo4jGraphStore
from kg.stores.neo4j.columns import INDEXED, ordered, plain
from kg.stores.neo4j.connection import Patience, Work
from kg.stores.neo4j.failures import translated
from kg.stores.neo4j.schema import MIGRATIONS, check_server
from kg.vocabulary import ENTRY_LABELS, Label, Relation
from tests.contracts.backends import erase_neo4j, neo4j_login, open_neo4j
from tests.contracts.graph_store.filters import CASES, VALUES
from tests.contracts.graph_store.sample import TECH, fill, found, link, node, where

needs_server = pytest.mark.skipif(neo4j_login() is None, reason="没有 Neo4j（KG_TEST_NEO4J_URI）")
SUPPLIES, USES = Relation.SUPPLIES, Relation.USES
HASTE = Patience(wait=2, retry=1, pause=0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    erase_neo4j(tmp_path)
    with closing(open_neo4j(tmp_path)) as opened:
        yield opened


@pytest.fixture(scope="module")
def server() -> Iterator[Driver]:
    """The database without our store."""
    uri, user, password = neo4j_login() or pytest.fail("no server")
    with GraphDatabase.driver(uri, auth=(user, password)) as driver:
        yield driver


def rows(server: Driver, text: str, **values: Any) -> list[dict[str, Any]]:
    return [record.data() for record in server.execute_query(text, values).records]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Every query that goes to the database, with its parameters."""
    queries: list[tuple[str, dict[str, Any]]] = []
    real = Work.rows

    def rows(self: Work, text: str, **values: Any) -> Any:
        queries.append((text, values))
        return real(self, text, **values)

    monkeypatch.setattr(Work, "rows", rows)
    return queries


def operators(plan: dict[str, Any]) -> set[str]:
    name = plan["operatorType"].split("@")[0]
    return {name}.union(*map(operators, plan.get("children", ())))


def plan_of(server: Driver, text: str, values: dict[str, Any], language: str = "") -> set[str]:
    summary = server.execute_query(f"{language} EXPLAIN {text}", values).summary
    assert summary.plan is not None
    return operators(summary.plan)


def use_everything(store: GraphStore) -> None:
    """Call every method that sends a query, in each of its shapes."""
    fill(store, "org-1", "tech-1", "equip-1", "user-1", "region-1", "material-1")
    store.put(node("tech-1", year=2020, name="甲", tags=["a", 1, 2.5, True], v={"a": 1}))
    link(store, ("org-1", SUPPLIES, "tech-1"), ("user-1", Relation.ABOUT, "tech-1"))
    store.relate(Edge(USES, "tech-1", "equip-1"))
    store.get("tech-1")
    store.get_many(["tech-1", "org-1"])
    store.edges(["org-1"], [SUPPLIES, USES])
    for relations, private in product((None, [], [SUPPLIES], [Relation.ABOUT]), (False, True)):
        for direction in ("out", "in", "both"):
            store.neighbours("tech-1", relations, direction, private=private)  # type: ignore[arg-type]
        for depth in range(MAX_DEPTH + 1):
            store.subgraph(["tech-1"], depth, relations=relations, private=private)
        store.paths("org-1", "equip-1", relations=relations)
    store.degrees("tech-1")
    for materials, about, place in product(
        (None, ["material-1"]), (None, "org-1"), (None, "region-1")
    ):
        store.symbiosis(materials=materials, node=about, region=place)
    store.co_applied("tech-1")
    related = (Related(SUPPLIES, "in", ("org-1",)), Related(USES, "out", ("equip-1",)))
    for name, value, op in product(("year", "tags"), (1, "长" * 200), Op):
        one: Any = {Op.IN: (value, 2), Op.EXISTS: True, Op.PREFIX: "a"}.get(op, value)
        query = Query(ENTRY_LABELS, (Filter(name, op, one),), limit=1)
        store.find(query)
    for linked, order in product(((), related[:1], related), (None, "year", "tags")):
        query = Query(ENTRY_LABELS, (Filter("year", Op.EQ, 2020),), linked, order, limit=1)
        store.find(query)
        store.count(query)
        store.facets(query, ["year", "tags"])
    for labels in (TECH, ENTRY_LABELS, frozenset(Label)):
        page = store.find(Query(labels, order_by="year", limit=1))
        store.find(Query(labels, order_by="year", limit=1, after=page.after))
        store.find(Query(labels))
        store.count(Query(labels))
        store.facets(Query(labels), ["year"])
    store.changes(0)
    store.position()
    store.counts()
    store.unrelate(USES, "tech-1", "equip-1")
    store.remove("tech-1")


@needs_server
class TestQueries:
    def test_no_plan_scans_all_nodes(
        self, store: GraphStore, server: Driver, asked: list[tuple[str, dict[str, Any]]]
    ) -> None:
        use_everything(store)
        texts = dict(asked)
        assert len(texts) > 80
        store.put_many(node(f"tech-{i}", year=i % 30, name=f"名{i}") for i in range(2000))
        server.execute_query("CALL db.clearQueryCaches()")
        # Cypher 25 is read by servers of 2025 and later, and may be their default
        components = rows(server, "CALL dbms.components() YIELD versions RETURN versions")
        later = components[0]["versions"][0].startswith("20")
        languages = ("CYPHER 5", "CYPHER 25") if later else ("CYPHER 5",)
        for (text, values), language in zip(
            texts.items(), itertools.cycle(languages), strict=False
        ):
            assert "AllNodesScan" not in plan_of(server, text, values, language), text

    def test_graph_questions_are_one_query_each(
        self, store: GraphStore, asked: list[tuple[str, dict[str, Any]]]
    ) -> None:
        fill(store, "org-1", "tech-1", "tech-2", "region-1")
        link(store, ("org-1", SUPPLIES, "tech-1"), ("tech-1", USES, "tech-2"))
        for ask in (
            lambda: store.neighbours("tech-1"),
            lambda: store.degrees("tech-1"),
            lambda: store.subgraph(["org-1"], 3),
            lambda: store.paths("org-1", "tech-2"),
            lambda: store.symbiosis(node="org-1", region="region-1"),
            lambda: store.co_applied("tech-1"),
            lambda: store.find(where("year", Op.GE, 1)),
            lambda: store.facets(Query(TECH), ["year", "name"]),
        ):
            asked.clear()
            ask()
            assert len(asked) == 1

    def test_graph_questions_begin_at_an_index(
        self, store: GraphStore, server: Driver, asked: list[tuple[str, dict[str, Any]]]
    ) -> None:
        """All that is given by id is sought; of labels only the materials are ever walked."""
        fill(store, "org-1", "tech-1", "tech-2", "region-1", "material-1")
        store.put_many(node(f"tech-x{i}") for i in range(2000))
        rows(server, "CALL db.prepareForReplanning()")
        for ask, anchored in (
            (lambda: store.neighbours("tech-1"), True),
            (lambda: store.degrees("tech-1"), True),
            (lambda: store.subgraph(["org-1"], 3), True),
            (lambda: store.paths("org-1", "tech-2"), True),
            (lambda: store.co_applied("tech-1"), True),
            (lambda: store.symbiosis(materials=["material-1"], region="region-1"), True),
            (lambda: store.symbiosis(node="org-1"), True),
            (store.symbiosis, False),
        ):
            asked.clear()
            ask()
            plan = plan_of(server, *asked[0])
            assert "AllNodesScan" not in plan
            assert ("NodeUniqueIndexSeek" in plan) == anchored, asked[0][0]
            assert ("NodeByLabelScan" not in plan) == anchored, asked[0][0]

    def test_around_a_hub_no_way_is_walked_twice(
        self, store: GraphStore, server: Driver, asked: list[tuple[str, dict[str, Any]]]
    ) -> None:
        fill(store, "region-1")
        store.put_many(node(f"tech-{i}") for i in range(500))
        rows(server, "CALL db.prepareForReplanning()")
        for depth in range(2, MAX_DEPTH + 1):
            asked.clear()
            store.subgraph(["region-1"], depth)
            assert "VarLengthExpand(Pruning,BFS,All)" in plan_of(server, *asked[0])

    def test_values_never_stand_in_the_text(
        self, store: GraphStore, asked: list[tuple[str, dict[str, Any]]]
    ) -> None:
        evil = "x'}) DETACH DELETE n //"
        store.put(node("tech-1", name=evil, tags=[evil]))
        for name, op in product(("name", "tags"), (Op.EQ, Op.PREFIX, Op.GE)):
            assert found(store, where(name, op, evil)) == ["tech-1"]
        store.find(Query(TECH, related=(Related(USES, "out", (evil,)),)))
        assert not [text for text, _ in asked if "DETACH DELETE n //" in text]

    @pytest.mark.parametrize(
        ("op", "value"),
        [(Op.EQ, 7), (Op.IN, (7, 9)), (Op.GE, 1999), (Op.EQ, "长" * 200), (Op.PREFIX, "7")],
    )
    def test_indexes_serve_filters(
        self,
        store: GraphStore,
        server: Driver,
        asked: list[tuple[str, dict[str, Any]]],
        op: Op,
        value: Any,
    ) -> None:
        store.put_many(node(f"tech-{i}", year=i) for i in range(2000))
        rows(server, "CALL db.prepareForReplanning()")
        asked.clear()
        store.find(Query(frozenset(Label), (Filter("year", op, value),)))
        plan = plan_of(server, *asked[0])
        assert plan & {"NodeIndexSeek", "NodeIndexSeekByRange"}, plan
        assert "NodeByLabelScan" not in plan


@pytest.fixture(scope="class")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    folder = tmp_path_factory.mktemp("graph")
    erase_neo4j(folder)
    with closing(open_neo4j(folder)) as store:
        store.put_many([node(node_id, year=value) for node_id, value in VALUES.items()])
        store.put_many(node(f"prod-{i}", year=f"else {i}") for i in range(500))
        yield store


@needs_server
class TestIndexedProperties:
    """The contract's filters on a property with an index: other texts, other plans."""

    @pytest.mark.parametrize(("op", "value", "expected"), CASES)
    def test_each_comparison(self, indexed: GraphStore, op: Op, value: Any, expected: str) -> None:
        wanted = [] if op is Op.EXISTS else [f"tech-{name}" for name in expected.split()]
        for order in (None, "year"):
            query = where("year", op, value, order_by=order)
            assert sorted(found(indexed, query)) == wanted
            assert indexed.count(query) == len(wanted)


@needs_server
class TestWhatCommunityCannotDeclare:
    """Required properties, one label, one edge of a type between two nodes: our code's part."""

    def test_after_use_the_database_is_sound(self, store: GraphStore, server: Driver) -> None:
        use_everything(store)
        store.put(Node("equip-1", Label.PRODUCT, {"a": 1}))
        link(store, ("org-1", SUPPLIES, "equip-1"), ("org-1", SUPPLIES, "equip-1"))
        bad = "n.id IS NULL OR n.props IS NULL OR n.revision IS NULL OR n.names IS NULL"
        assert rows(server, f"MATCH (n:Node) WHERE {bad} RETURN n.id") == []
        labels = [row["l"] for row in rows(server, "MATCH (n:Node) RETURN labels(n) AS l")]
        assert all(len(set(one) & set(Label)) == 1 for one in labels)
        twice = "MATCH (a)-[r]->(b) WITH a, b, type(r) AS t, count(*) AS c WHERE c > 1 RETURN t"
        assert rows(server, twice) == []
        assert rows(server, "MATCH ()-[r]->() WHERE r.props IS NULL RETURN r") == []

    def test_numbers_of_changes_have_no_gaps(self, store: GraphStore, server: Driver) -> None:
        for fail in (False, True, False):
            with suppress(LookupError), store.transaction():
                fill(store, f"tech-{time.monotonic_ns()}", f"org-{time.monotonic_ns()}")
                if fail:
                    raise LookupError
        numbers = rows(server, "MATCH (c:Change) RETURN c.seq AS seq ORDER BY seq")
        assert [row["seq"] for row in numbers] == [1, 2, 3, 4]

    def test_two_stores_write_one_edge(self, store: GraphStore, tmp_path: Path) -> None:
        fill(store, "org-1", *(f"tech-{i}" for i in range(20)))
        edges = [Edge(SUPPLIES, "org-1", f"tech-{i}") for i in range(20)]

        def write() -> None:
            with closing(open_neo4j(tmp_path)) as other:
                for edge in edges:
                    other.relate(edge)

        threads = [threading.Thread(target=write) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert store.counts().edges == {SUPPLIES: 20}
        assert store.position() == 41


@needs_server
class TestSchema:
    def test_is_all_declared(self, store: GraphStore, server: Driver) -> None:
        names = {row["name"] for row in rows(server, "SHOW INDEXES YIELD name")}
        assert {"node_id", "change_seq", "meta_name"} <= names
        assert {f"node_{name}" for name in INDEXED} <= names

    def test_a_second_start_declares_nothing(
        self, store: GraphStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def never(*_: object, **__: object) -> None:
            pytest.fail("a statement ran")

        monkeypatch.setattr("kg.stores.neo4j.schema._run", never)
        open_neo4j(tmp_path).close()

    def test_a_broken_off_start_is_taken_up(
        self, store: GraphStore, server: Driver, tmp_path: Path
    ) -> None:
        erase_neo4j(tmp_path)
        rows(server, "DROP INDEX node_year")
        rows(server, "DROP CONSTRAINT change_seq")
        with closing(open_neo4j(tmp_path)) as again:
            assert again.position() == 0
        names = {row["name"] for row in rows(server, "SHOW INDEXES YIELD name")}
        assert {"change_seq", "node_year"} <= names

    def test_data_of_a_newer_version(
        self, store: GraphStore, server: Driver, tmp_path: Path
    ) -> None:
        rows(server, "MATCH (m:Meta) SET m.version = $v", v=len(MIGRATIONS) + 1)
        with pytest.raises(StoreTooNew, match="升级"):
            open_neo4j(tmp_path)

    def test_data_of_another_program(self, server: Driver, tmp_path: Path) -> None:
        erase_neo4j(tmp_path)
        rows(server, "CREATE (:Film {title: 'x'})")
        with pytest.raises(StoreUnavailable, match="别的程序"):
            open_neo4j(tmp_path)
        assert rows(server, "MATCH (n) RETURN labels(n) AS l") == [{"l": ["Film"]}]

    def test_data_made_newer_while_they_are_open(self, store: GraphStore, server: Driver) -> None:
        rows(server, "MATCH (m:Meta) SET m.version = $v", v=len(MIGRATIONS) + 1)
        with pytest.raises(StoreTooNew, match="升级"):
            store.put(node("tech-1"))
        with pytest.raises(StoreTooNew, match="升级"), store.transaction():
            pytest.fail("it began")
        assert rows(server, "MATCH (n:Node) RETURN n.id") == []

    def test_a_change_that_is_missing_for_good_is_said(
        self, store: GraphStore, server: Driver
    ) -> None:
        fill(store, "tech-1", "tech-2", "tech-3")
        rows(server, "MATCH (c:Change {seq: 2}) DELETE c")
        assert [one.seq for one in store.changes(0)] == [1]
        with pytest.raises(StoreUnavailable, match="缺少第 2 条"):
            store.changes(1)
        assert [one.seq for one in store.changes(2)] == [3]
        rows(server, "MATCH (c:Change) DELETE c")
        for since in range(3):
            with pytest.raises(StoreUnavailable, match="reindex"):
                store.changes(since)
        assert store.changes(3) == store.changes(99) == []

    def test_an_emptied_database_is_said(self, store: GraphStore, tmp_path: Path) -> None:
        erase_neo4j(tmp_path)
        with pytest.raises(StoreUnavailable, match="清空"):
            store.put(node("tech-1"))
        with pytest.raises(StoreUnavailable, match="清空"):
            store.position()


class TestSentences:
    """What the server's codes become; most cannot be had from a server of one member."""

    @pytest.mark.parametrize(
        ("code", "sentence"),
        [
            ("ClientError.Security.Forbidden", "角色"),
            ("ClientError.General.ForbiddenOnReadOnlyDatabase", "只读"),
            ("ClientError.Cluster.NotALeader", "neo4j://"),
            ("ClientError.Transaction.TransactionTimedOut", "缩小范围"),
            ("ClientError.Transaction.TransactionTimedOutClientConfiguration", "缩小范围"),
            ("TransientError.General.TransactionMemoryLimit", "缩小范围"),
            ("ClientError.General.TransactionOutOfMemoryError", "缩小范围"),
            ("TransientError.General.MemoryPoolOutOfMemoryError", "内存"),
            ("TransientError.General.OutOfMemoryError", "内存"),
        ],
    )
    def test_each_says_what_to_do(self, code: str, sentence: str) -> None:
        error = Neo4jError._hydrate_neo4j(code=f"Neo.{code}", message="x")
        with pytest.raises(StoreUnavailable, match=sentence) as caught, translated():
            raise error
        assert not isinstance(caught.value, StoreBusy)


class TestServers:
    @pytest.mark.parametrize("agent", ["Neo4j/5.26.0", "Neo4j/5.26.27", "Neo4j/2026.08.1"])
    def test_accepted(self, agent: str) -> None:
        check_server(agent)

    @pytest.mark.parametrize(
        "agent", ["Neo4j/4.4.0", "Neo4j/5.25.1", "Neo4j/3.5", "Other/9.9", "Neo4j/dev", ""]
    )
    def test_refused(self, agent: str) -> None:
        with pytest.raises(StoreUnavailable, match=r"Neo4j 5\.26"):
            check_server(agent)

    @needs_server
    def test_wrong_password(self) -> None:
        uri, user, _ = neo4j_login() or pytest.fail("no server")
        with pytest.raises(StoreUnavailable, match="密码"):
            Neo4jGraphStore(uri, user, "wrong", patience=HASTE)

    @pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
    def test_nobody_listens(self, scheme: str) -> None:
        began = time.monotonic()
        with pytest.raises(StoreUnavailable, match="连不上"):
            Neo4jGraphStore(f"{scheme}://127.0.0.1:9", "a", "b", patience=HASTE)
        assert time.monotonic() - began < 10

    @pytest.mark.parametrize("uri", ["http://127.0.0.1", "nonsense", "neo4j://"])
    def test_bad_addresses(self, uri: str) -> None:
        with pytest.raises(StoreUnavailable, match=r"[一-鿿]{2}"):
            Neo4jGraphStore(uri, "a", "b", patience=HASTE)

    @needs_server
    @pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
    def test_with_and_without_routing(self, tmp_path: Path, scheme: str) -> None:
        uri, user, password = neo4j_login() or pytest.fail("no server")
        erase_neo4j(tmp_path)
        address = f"{scheme}://{urlsplit(uri).netloc}"
        with closing(Neo4jGraphStore(address, user, password, database="neo4j")) as store:
            fill(store, "tech-1")
            assert store.get("tech-1").revision == 1


class TestTextOrder:
    @given(st.text(), st.text())
    def test_units_sort_as_code_points(self, one: str, two: str) -> None:
        def units(text: str) -> bytes:
            return ordered(text).encode("utf-16-be")

        assert (units(one) < units(two)) == (one < two)
        assert (ordered(one) < ordered(two)) == (one < two)

    @given(st.text(st.characters(min_codepoint=0xFFF0, exclude_categories=("Cs",)) | st.just("a")))
    def test_it_can_be_undone(self, text: str) -> None:
        assert plain(ordered(text)) == text

    @given(st.text(), st.text())
    def test_prefixes_stay_prefixes(self, one: str, two: str) -> None:
        assert ordered(one + two).startswith(ordered(one))
        assert ordered(two).startswith(ordered(one)) == two.startswith(one)

    def test_usual_text_is_left_alone(self) -> None:
        assert ordered("余热 ORC ＡＢ\ufffd") == "余热 ORC ＡＢ\ufffd"
        assert all(ordered(a) < ordered(b) for a, b in pairwise(["z", "汉", "\uffff", "😀", "𠮷"]))
