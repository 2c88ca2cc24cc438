"""What is SQLite's own: plans without full scans, files that cannot be used, locks, forks."""

import os
import re
import sqlite3  # noqa: TID251 - plays the other program that holds or spoils the file
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from kg.errors import InvalidNode, StoreBusy, StoreTooNew, StoreUnavailable
from kg.model import Edge, Node
from kg.query import Filter, Op, Query, Related
from kg.stores.sqlite import SqliteGraphStore, planner
from kg.stores.sqlite.schema import APPLICATION_ID, MIGRATIONS
from kg.vocabulary import ENTRY_LABELS, Label, Relation
from tests.contracts.test_model_machine import GraphMachine

FULL_SCAN = re.compile(r"\bSCAN (nodes|prop|edges|long_text|changes|[nfpobel])\b")


def tech(name: str, /, **props: Any) -> Node:
    return Node(f"tech-{name}", Label.TECHNOLOGY, props)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "graph.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteGraphStore]:
    store = SqliteGraphStore(path, wait=0.1)
    yield store
    store.close()


@pytest.fixture(scope="module")
def large() -> Iterator[SqliteGraphStore]:
    store = SqliteGraphStore(None)
    store.put(Node("org-1", Label.ORGANIZATION))
    store.put_many(
        tech(f"{i:05}", half=i % 2, third=str(i % 3), rare=i % 500, name=f"n{i % 977}")
        for i in range(9000)
    )
    store.relate_many(Edge(Relation.SUPPLIES, "org-1", f"tech-{i:05}") for i in range(0, 9000, 4))
    yield store
    store.close()


class TestPlans:
    @pytest.mark.parametrize("descending", [False, True])
    @pytest.mark.parametrize("order_by", [None, "name", "half", "absent"])
    @pytest.mark.parametrize(
        "filters",
        [
            (Filter("half", Op.EQ, 1), Filter("third", Op.EQ, "2")),
            (Filter("half", Op.GE, 1), Filter("third", Op.IN, ("0", "2"))),
            (Filter("half", Op.EQ, 1), Filter("rare", Op.EQ, 7)),
            (Filter("rare", Op.LT, 3), Filter("third", Op.PREFIX, "1")),
            (Filter("half", Op.EXISTS, True), Filter("none", Op.EXISTS, False)),
            (Filter("half", Op.GT, 0), Filter("half", Op.LT, 1)),
            (Filter("third", Op.EQ, "长" * 200),),
        ],
    )
    @pytest.mark.parametrize("related", [(), (Related(Relation.SUPPLIES, "in", ("org-1",)),)])
    def test_no_filtered_question_scans_a_table(
        self,
        large: SqliteGraphStore,
        filters: tuple[Filter, ...],
        related: tuple[Related, ...],
        order_by: str | None,
        descending: bool,
    ) -> None:
        query = Query(ENTRY_LABELS, filters, related, order_by, descending, limit=20)
        statements: list[str] = []
        db = large._sessions._current().db
        db.set_trace_callback(statements.append)
        page = large.find(query)
        if page.after:
            large.find(Query(ENTRY_LABELS, filters, related, order_by, descending, 20, page.after))
        large.count(query)
        large.facets(query, ["third"])
        db.set_trace_callback(None)
        asked = [one for one in statements if one.startswith(("SELECT", "WITH"))]
        assert len(asked) > 3
        for statement in asked:
            if " tally " in statement:
                continue
            plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}")]
            assert not [step for step in plan if FULL_SCAN.search(step)], (statement, plan)

    def test_no_traversal_scans_a_table(self, large: SqliteGraphStore) -> None:
        statements: list[str] = []
        db = large._sessions._current().db
        db.set_trace_callback(statements.append)
        large.neighbours("org-1", limit=3)
        large.degrees("tech-00004")
        large.subgraph(["tech-00004"], 3)
        assert large.paths("tech-00004", "tech-00008")
        large.edges(["org-1"], [Relation.SUPPLIES])
        large.changes(5, 10)
        large.position()
        db.set_trace_callback(None)
        for statement in statements:
            if statement.startswith(("SELECT", "WITH")):
                plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}")]
                assert not [step for step in plan if FULL_SCAN.search(step)], (statement, plan)

    def test_the_planner_drives_from_the_rare_and_walks_the_frequent(
        self, large: SqliteGraphStore
    ) -> None:
        half, third = Filter("half", Op.EQ, 1), Filter("third", Op.EQ, "2")
        rare = Filter("rare", Op.EQ, 7)
        with large._sessions.read() as db:
            frequent = planner.choose(db, Query(ENTRY_LABELS, (half, third), limit=20))
            seldom = planner.choose(db, Query(ENTRY_LABELS, (half, rare), limit=20))
            shunning = (Filter("half", Op.EQ, 0), half)
            never = planner.choose(db, Query(ENTRY_LABELS, shunning, order_by="name", limit=20))
        assert (frequent.drive, seldom.drive, never.drive) == (False, True, True)
        assert seldom.lead is rare

    @pytest.mark.parametrize("drive", [False, True])
    def test_both_plans_keep_the_contract(
        self, monkeypatch: pytest.MonkeyPatch, drive: bool
    ) -> None:
        def forced(db: sqlite3.Connection, query: Query) -> planner.Plan:
            leads = planner._leads(query)
            if drive:
                return planner.Plan(leads[0] if leads else None, drive=bool(leads))
            equal = [one for one in leads if planner._is_equality(one)]
            along = equal[0] if equal and query.order_by is None else None
            return planner.Plan(along, drive=False)

        monkeypatch.setattr(planner, "choose", forced)
        run_state_machine_as_test(
            lambda: GraphMachine(SqliteGraphStore(None)),
            settings=settings(
                max_examples=40, stateful_step_count=40, derandomize=True, deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip


class TestFiles:
    def test_the_file_is_ours_and_says_its_version(
        self, store: SqliteGraphStore, path: Path
    ) -> None:
        other = sqlite3.connect(path)
        pragmas = [
            other.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "user_version", "journal_mode")
        ]
        other.close()
        assert pragmas == [APPLICATION_ID, len(MIGRATIONS), "wal"]

    def test_data_of_a_newer_version_are_left_alone(self, path: Path) -> None:
        SqliteGraphStore(path).close()
        other = sqlite3.connect(path)
        other.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
        other.close()
        with pytest.raises(StoreTooNew, match="升级"):
            SqliteGraphStore(path)

    def test_a_database_of_another_program_is_left_alone(self, path: Path) -> None:
        other = sqlite3.connect(path)
        other.execute("CREATE TABLE nodes (x)")
        other.close()
        with pytest.raises(StoreUnavailable, match="别的程序"):
            SqliteGraphStore(path)

    def test_a_file_that_is_no_database(self, path: Path) -> None:
        path.write_text("一份普通的文字文件。" * 500, "utf-8")
        with pytest.raises(StoreUnavailable, match="不是图谱"):
            SqliteGraphStore(path)

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(StoreUnavailable, match="打不开"):
            SqliteGraphStore(tmp_path / "missing" / "graph.db")

    def test_a_folder_in_place_of_the_file(self, tmp_path: Path) -> None:
        with pytest.raises(StoreUnavailable, match="打不开"):
            SqliteGraphStore(tmp_path)

    def test_a_damaged_file(self, path: Path) -> None:
        store = SqliteGraphStore(path)
        store.put_many(tech(f"{i}", name="名" * 50) for i in range(2000))
        store.close()
        content = bytearray(path.read_bytes())
        content[4096:] = b"\x55" * (len(content) - 4096)
        path.write_bytes(content)
        with pytest.raises(StoreUnavailable, match="损坏"):
            _use(path)

    def test_a_full_disk_undoes_the_write_and_the_store_goes_on(
        self, store: SqliteGraphStore
    ) -> None:
        store.put(tech("1", a=1))
        db = store._sessions._current().db
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StoreUnavailable, match="磁盘已满"):
            store.put_many(tech(f"{i}", text="长" * 900) for i in range(1, 200))
        assert store.count(Query(ENTRY_LABELS)) == 1
        with pytest.raises(StoreUnavailable), store.transaction():  # noqa: PT012
            store.put(tech("1", a=2))
            store.put_many(tech(f"{i}", text="长" * 900) for i in range(200))
        assert store.get("tech-1").props == {"a": 1}
        db.execute("PRAGMA max_page_count = 1000000")
        assert store.put(tech("2")).revision == 1
        assert store.position() == 2

    def test_a_file_that_may_only_be_read(self, store: SqliteGraphStore) -> None:
        store.put(tech("1"))
        store._sessions._current().db.execute("PRAGMA query_only = ON")
        with pytest.raises(StoreUnavailable, match="只读"):
            store.put(tech("2"))
        assert store.get("tech-1")

    def test_more_text_than_sqlite_holds(self, store: SqliteGraphStore) -> None:
        store._sessions._current().db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 10_000)
        with pytest.raises(InvalidNode, match="过大"):
            store.put(tech("1", text="a" * 20_000))
        assert store.position() == 0


def _use(path: Path) -> None:
    store = SqliteGraphStore(path)
    try:
        store.find(Query(ENTRY_LABELS, (Filter("name", Op.EQ, "x"),)))
        store.put(tech("1", a=1))
    finally:
        store.close()


class TestLocks:
    def test_another_process_that_holds_the_lock_makes_it_busy(
        self, store: SqliteGraphStore, path: Path
    ) -> None:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match="稍后再试"):
            store.put(tech("1"))
        with pytest.raises(StoreBusy), store.transaction():
            pytest.fail("the block must not be entered")
        assert store.get_many(["tech-1"]) == {}
        other.execute("ROLLBACK")
        other.close()
        assert store.put(tech("1")).revision == 1

    @pytest.mark.parametrize("memory", [False, True])
    def test_another_thread_that_holds_it_too_long(self, path: Path, memory: bool) -> None:
        store = SqliteGraphStore(None if memory else path, wait=0.05)
        began, over = threading.Event(), threading.Event()

        def hold() -> None:
            with store.transaction():
                began.set()
                over.wait(10)

        thread = threading.Thread(target=hold)
        thread.start()
        began.wait(10)
        with pytest.raises(StoreBusy):
            store.put(tech("1"))
        over.set()
        thread.join()
        assert store.put(tech("1")).revision == 1
        store.close()

    def test_a_writer_waits_for_a_short_transaction(self, path: Path) -> None:
        one, two = SqliteGraphStore(path), SqliteGraphStore(path)
        with one.transaction():
            one.put(tech("1"))
            thread = threading.Thread(target=lambda: two.put(tech("2")))
            thread.start()
        thread.join()
        assert [change.id for change in two.changes(0)] == ["tech-1", "tech-2"]
        one.close()
        two.close()

    def test_readers_never_wait(self, store: SqliteGraphStore) -> None:
        store.put(tech("1", a=1))
        seen: list[Any] = []
        with store.transaction():
            store.put(tech("1", a=2))
            thread = threading.Thread(target=lambda: seen.append(store.get("tech-1").props))
            thread.start()
            thread.join()
        assert seen == [{"a": 1}]


class TestConnections:
    def test_those_of_ended_threads_are_closed(self, store: SqliteGraphStore) -> None:
        for _ in range(20):
            thread = threading.Thread(target=store.ping)
            thread.start()
            thread.join()
        assert len(store._sessions._by_thread) <= 2

    def test_closing_waits_for_a_reader_in_the_middle(self, store: SqliteGraphStore) -> None:
        store.put_many(tech(f"{i:04}", n=i) for i in range(500))
        errors: list[BaseException] = []

        def read() -> None:
            try:
                while True:
                    assert len(store.find(Query(ENTRY_LABELS, order_by="n")).nodes) == 100
            except BaseException as error:  # noqa: BLE001 - looked at below
                errors.append(error)

        threads = [threading.Thread(target=read) for _ in range(3)]
        for thread in threads:
            thread.start()
        store.close()
        for thread in threads:
            thread.join()
        assert {type(error) for error in errors} == {StoreUnavailable}

    def test_a_forked_child_opens_its_own(self, store: SqliteGraphStore) -> None:
        store.put(tech("1"))
        child = os.fork()
        if not child:
            try:
                store.put(tech("2"))
            finally:
                os._exit(0 if len(store._sessions._left_behind) == 1 else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert [change.id for change in store.changes(0)] == ["tech-1", "tech-2"]
