"""What processes and threads see of each other's writes to Neo4j, and who waits how long."""

import multiprocessing
import os
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kg.errors import StoreBusy
from kg.model import Node
from kg.query import Query
from kg.store import GraphStore
from kg.stores.neo4j import Neo4jGraphStore
from kg.stores.neo4j.connection import Patience
from kg.vocabulary import Label
from tests.contracts.backends import erase_neo4j, neo4j_login, open_neo4j
from tests.contracts.graph_store.sample import TECH, fill, node

pytestmark = pytest.mark.skipif(neo4j_login() is None, reason="没有 Neo4j（KG_TEST_NEO4J_URI）")
ROUNDS, SIZE = 12, 300
SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    erase_neo4j(tmp_path)
    with closing(open_neo4j(tmp_path)) as opened:
        yield opened


def write_rounds(folder: Path) -> None:
    """Each commit gives all nodes the same new number."""
    with closing(open_neo4j(folder)) as store:
        for i in range(1, ROUNDS + 1):
            store.put_many(Node(f"tech-{k:03}", Label.TECHNOLOGY, {"a": i}) for k in range(SIZE))


class TestAnotherProcessCommits:
    def test_who_follows_the_feed_sees_whole_commits(
        self, store: GraphStore, tmp_path: Path
    ) -> None:
        """What is read after a change has been seen has all of that change's commit."""
        process = SPAWN.Process(target=write_rounds, args=(tmp_path,))
        process.start()
        seen, late = 0, []
        deadline = time.monotonic() + 120
        while seen < ROUNDS * SIZE and time.monotonic() < deadline:
            changes = store.changes(seen)
            if not changes:
                continue
            assert [one.seq for one in changes] == list(range(seen + 1, changes[-1].seq + 1))
            seen = changes[-1].seq
            at_least = (seen - 1) // SIZE + 1
            found = store.get_many(f"tech-{k:03}" for k in range(SIZE))
            late += [n for n in found.values() if n.props["a"] < at_least]
            assert len(found) == SIZE
        process.join(30)
        assert seen == ROUNDS * SIZE
        assert late == []

    def test_own_writes_are_seen_at_once(self, store: GraphStore) -> None:
        for i in range(30):
            fill(store, f"tech-{i}")
            assert store.count(Query(TECH)) == i + 1


def write_some(folder: Path, name: str, told: Any) -> None:
    """Forty single writes in four threads; tells how many were done and how many found it busy."""
    done, busy = [], []

    def write(thread: int) -> None:
        for i in range(10):
            try:
                store.put(node(f"tech-{name}-{thread}-{i}"))
                done.append(i)
            except StoreBusy:
                busy.append(i)

    with closing(open_neo4j(folder)) as store:
        threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    told.put((len(done), len(busy)))


class TestManyWriters:
    def test_of_four_processes_none_starves(self, store: GraphStore, tmp_path: Path) -> None:
        told = SPAWN.Queue()
        processes = [
            SPAWN.Process(target=write_some, args=(tmp_path, f"p{n}", told)) for n in range(4)
        ]
        for process in processes:
            process.start()
        results = [told.get(timeout=120) for _ in processes]
        for process in processes:
            process.join(30)
        assert results == [(40, 0)] * 4
        assert store.count(Query(TECH)) == 160
        assert store.position() == 160

    def test_who_waits_too_long_is_told_so(self, store: GraphStore) -> None:
        uri, user, password = neo4j_login() or pytest.fail("no server")
        caught: list[BaseException] = []

        def write(hasty: GraphStore, name: str) -> None:
            try:
                hasty.put(node(name))
            except BaseException as error:  # noqa: BLE001 - judged below
                caught.append(error)

        patience = Patience(wait=1, retry=1)
        stores = [Neo4jGraphStore(uri, user, password, patience=patience) for _ in range(4)]
        with store.transaction():
            fill(store, "tech-0")
            threads = [
                threading.Thread(target=write, args=(hasty, f"tech-{i}-{k}"))
                for i, hasty in enumerate(stores)
                for k in range(3)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert [type(one) for one in caught] == [StoreBusy] * 12
        for hasty in stores:
            hasty.close()
        assert store.count(Query(TECH)) == 1


class TestFork:
    @pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
    def test_a_child_has_connections_of_its_own(self, store: GraphStore) -> None:
        fill(store, "tech-1")
        child = os.fork()
        if child == 0:
            code = 1
            try:
                store.put(node("tech-2"))
                code = 0 if store.count(Query(TECH)) == 2 else 2
            finally:
                os._exit(code)
        for i in range(20):
            assert store.get("tech-1").revision == 1, i
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        assert store.count(Query(TECH)) == 2
        store.put(node("tech-3"))

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
    def test_a_child_forked_beside_a_writing_thread_can_write(self, store: GraphStore) -> None:
        held, forked = threading.Event(), threading.Event()

        def write() -> None:
            with store.transaction():
                store.put(node("tech-1"))
                held.set()
                forked.wait(10)

        writer = threading.Thread(target=write)
        writer.start()
        held.wait(10)
        with warnings.catch_warnings():  # Python 3.12 warns of what is tried here
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if not child:
            code = 1
            try:
                store.put(node("tech-2"))
                code = 0 if store.count(Query(TECH)) == 2 else 2
            finally:
                os._exit(code)
        forked.set()
        writer.join()
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert store.count(Query(TECH)) == 2
