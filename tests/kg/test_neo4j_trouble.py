"""What goes wrong around Neo4j: lost connections, locks held for long, outdated bookmarks."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from neo4j import GraphDatabase  # noqa: TID251 - looks at the database itself

from kg.errors import StoreBusy, StoreUnavailable, StoreUnreachable
from kg.model import Edge
from kg.query import Query
from kg.store import GraphStore
from kg.stores.neo4j import Neo4jGraphStore
from kg.stores.neo4j.connection import Patience
from kg.vocabulary import Relation
from tests.contracts.backends import erase_neo4j, neo4j_login, open_neo4j
from tests.contracts.graph_store.sample import TECH, fill, found, node

pytestmark = pytest.mark.skipif(neo4j_login() is None, reason="没有 Neo4j（KG_TEST_NEO4J_URI）")
HASTE = Patience(wait=2, retry=1, pause=0)
COMMIT = b"\x00\x02\xb0\x12\x00\x00"
"""The whole message, as Bolt frames it."""


def hasty(**patience: float) -> Neo4jGraphStore:
    uri, user, password = neo4j_login() or pytest.fail("no server")
    return Neo4jGraphStore(uri, user, password, patience=Patience(**patience))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    erase_neo4j(tmp_path)
    with closing(open_neo4j(tmp_path)) as opened:
        yield opened


class Line:
    """A line to the server that can be cut and mended."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._pairs: list[socket.socket] = []
        self._listener: socket.socket | None = None
        self.losses = 0
        """At how many COMMIT, with which the driver ends reads too, it will break."""
        self.port = 0
        self.mend()

    def mend(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = socket.create_connection(self._server)
            self._pairs += [near, far]
            for one, two in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, two), daemon=True).start()

    def _carry(self, one: socket.socket, two: socket.socket) -> None:
        with suppress(OSError):
            while (data := one.recv(65536)) and not (COMMIT in data and self._breaks()):
                two.sendall(data)
        for end in (one, two):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _breaks(self) -> bool:
        if self.losses == 0:
            return False
        self.losses -= 1
        return True

    def drop(self) -> None:
        """Break the connections that are open; new ones are accepted."""
        for end in self._pairs:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._pairs.clear()

    def cut(self) -> None:
        assert self._listener is not None
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop()


class TestLostConnections:
    @pytest.fixture
    def line(self) -> Iterator[Line]:
        parts = urlsplit((neo4j_login() or pytest.fail("no server"))[0])
        line = Line(parts.hostname or "127.0.0.1", parts.port or 7687)
        yield line
        line.cut()

    @pytest.fixture
    def remote(self, line: Line, tmp_path: Path) -> Iterator[GraphStore]:
        erase_neo4j(tmp_path)
        _, user, password = neo4j_login() or pytest.fail("no server")
        uri = f"bolt://127.0.0.1:{line.port}"
        with closing(Neo4jGraphStore(uri, user, password, patience=HASTE)) as store:
            fill(store, "tech-1")
            yield store

    def test_a_broken_connection_is_not_noticed(self, remote: GraphStore, line: Line) -> None:
        for i in range(3):
            line.drop()
            assert remote.get("tech-1").id == "tech-1"
            line.drop()
            remote.put(node(f"tech-x{i}"))
            line.drop()
            with remote.transaction():
                remote.put(node(f"tech-y{i}"))
        assert remote.count(Query(TECH)) == 7

    def test_without_a_server_calls_end_soon_and_later_work_again(
        self, remote: GraphStore, line: Line
    ) -> None:
        line.cut()

        def block() -> None:
            with remote.transaction():
                pytest.fail("there is no server")

        for ask in (lambda: remote.get("tech-1"), lambda: remote.put(node("tech-2")), block):
            began = time.monotonic()
            with pytest.raises(StoreUnavailable, match="连不上"):
                ask()
            assert time.monotonic() - began < 8
        line.mend()
        assert remote.put(node("tech-2")).revision == 1
        block_done = False
        with remote.transaction():
            remote.put(node("tech-3"))
            block_done = True
        assert block_done
        assert found(remote, Query(TECH)) == ["tech-1", "tech-2", "tech-3"]

    def test_a_connection_lost_in_a_transaction_undoes_it(
        self, remote: GraphStore, line: Line
    ) -> None:
        with pytest.raises(StoreUnavailable), remote.transaction():  # noqa: PT012
            remote.put(node("tech-2"))
            line.drop()
            remote.put(node("tech-3"))
        with pytest.raises(StoreUnavailable), remote.transaction():  # noqa: PT012
            remote.put(node("tech-4"))
            line.drop()
        assert found(remote, Query(TECH)) == ["tech-1"]
        assert remote.position() == 1

    def test_a_read_whose_end_is_lost_is_repeated(self, remote: GraphStore, line: Line) -> None:
        line.losses = 1
        assert remote.get("tech-1").id == "tech-1"
        line.losses = 1000
        with pytest.raises(StoreUnreachable, match="连不上"):
            remote.get("tech-1")
        line.losses = 0
        assert remote.count(Query(TECH)) == 1

    def test_a_start_whose_end_is_lost_is_repeated(self, remote: GraphStore, line: Line) -> None:
        _, user, password = neo4j_login() or pytest.fail("no server")
        uri = f"bolt://127.0.0.1:{line.port}"
        line.losses = 1
        Neo4jGraphStore(uri, user, password, patience=HASTE).close()
        line.losses = 1000
        with pytest.raises(StoreUnreachable, match="连不上"):
            Neo4jGraphStore(uri, user, password, patience=HASTE)

    def test_a_write_whose_end_is_lost_is_uncertain(self, remote: GraphStore, line: Line) -> None:
        line.losses = 1
        with pytest.raises(StoreUnavailable, match="不能确定"):
            remote.put(node("tech-2"))


class TestLocks:
    def test_a_writer_elsewhere_is_waited_for_so_long(
        self, store: GraphStore, tmp_path: Path
    ) -> None:
        uri, user, password = neo4j_login() or pytest.fail("no server")
        hasty = Neo4jGraphStore(uri, user, password, patience=Patience(wait=0.5, retry=1))
        with closing(hasty):
            with store.transaction():
                fill(store, "tech-1")
                began = time.monotonic()
                with pytest.raises(StoreBusy, match="稍后"):
                    hasty.put(node("tech-2"))
                assert time.monotonic() - began < 10
            hasty.put(node("tech-3"))
        assert found(store, Query(TECH)) == ["tech-1", "tech-3"]

    def test_a_writer_in_another_thread_is_waited_for_so_long(self, tmp_path: Path) -> None:
        uri, user, password = neo4j_login() or pytest.fail("no server")
        erase_neo4j(tmp_path)
        hasty = Neo4jGraphStore(uri, user, password, patience=Patience(wait=0.3))
        caught: list[Exception] = []

        def write() -> None:
            try:
                hasty.put(node("tech-2"))
            except StoreBusy as error:
                caught.append(error)

        with closing(hasty), hasty.transaction():
            thread = threading.Thread(target=write)
            thread.start()
            thread.join()
        assert len(caught) == 1

    @pytest.mark.parametrize("kind", ["block", "nodes", "edges"])
    def test_what_may_last_long_waits_no_longer_than_the_rest(
        self, store: GraphStore, kind: str
    ) -> None:
        fill(store, "org-1", "tech-1", "tech-2")
        edges = [Edge(Relation.SUPPLIES, "org-1", f"tech-{i}") for i in (1, 2)]

        def block() -> None:
            with other.transaction():
                pytest.fail("it began")

        ask: Callable[[], object] = {
            "block": block,
            "nodes": lambda: other.put_many([node("tech-3"), node("tech-4")]),
            "edges": lambda: other.relate_many(edges),
        }[kind]
        with closing(hasty(wait=0.5, longest=20)) as other:
            with store.transaction():
                began = time.monotonic()
                with pytest.raises(StoreBusy):
                    ask()
                assert time.monotonic() - began < 10
            other.relate_many(edges)

    def test_what_has_begun_may_last_longer_than_others_wait(self, store: GraphStore) -> None:
        with closing(hasty(wait=0.5)) as other:
            with other.transaction():
                other.put(node("tech-1"))
                time.sleep(4)  # a server looks every two seconds for what has lasted too long
                other.put(node("tech-2"))
            assert store.count(Query(TECH)) == 2

    def test_of_several_who_wait_one_goes_on_and_the_others_are_told(
        self, store: GraphStore
    ) -> None:
        """All see the lock given back, and one takes it for longer than the others wait."""
        outcomes: list[str] = []

        def write(name: str) -> None:
            with closing(hasty(wait=2)) as other:
                ready.wait()
                try:
                    with other.transaction():
                        other.put(node(name))
                        time.sleep(6)
                    outcomes.append("done")
                except StoreBusy:
                    outcomes.append("busy")

        ready = threading.Barrier(4)
        threads = [threading.Thread(target=write, args=(f"tech-{i}",)) for i in range(3)]
        with store.transaction():
            for thread in threads:
                thread.start()
            ready.wait()
            time.sleep(0.5)
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["busy", "busy", "done"]
        assert store.count(Query(TECH)) == 1


class TestReads:
    def test_one_that_takes_too_long_is_ended(self, store: GraphStore) -> None:
        text = "UNWIND range(1, 100000000) AS a UNWIND range(1, 1000) AS b RETURN sum(a * b)"
        slow = pytest.raises(StoreUnavailable, match="时间")
        with closing(hasty(read=1)) as other, slow as caught:
            other.connection.rows(text)
        assert not isinstance(caught.value, StoreBusy)


class TestBookmarks:
    def test_those_of_another_database_are_given_up(self, store: GraphStore) -> None:
        """A dump that is loaded while processes run; here the server cannot read them at all."""

        def block() -> None:
            with other.transaction():
                other.put(node("tech-4"))

        with closing(hasty()) as other:
            for ask in (
                lambda: other.put(node("tech-1")),
                lambda: other.get("tech-1"),
                lambda: other.put_many([node("tech-2"), node("tech-3")]),
                block,
            ):
                other.connection._bookmarks.update_bookmarks((), {"FB:zzzz"})
                ask()
        assert store.count(Query(TECH)) == 4


class TestFirstStart:
    def test_several_at_once(self, tmp_path: Path) -> None:
        uri, user, password = neo4j_login() or pytest.fail("no server")
        caught: list[BaseException] = []

        def start() -> None:
            ready.wait()
            try:
                open_neo4j(tmp_path).close()
            except BaseException as error:  # noqa: BLE001 - judged below
                caught.append(error)

        for _ in range(4):
            erase_neo4j(tmp_path)
            with GraphDatabase.driver(uri, auth=(user, password)) as driver:
                for sort in ("CONSTRAINT", "INDEX"):
                    query = f"SHOW {sort} YIELD name, type WHERE type <> 'LOOKUP' RETURN name"
                    for record in driver.execute_query(query).records:
                        driver.execute_query(f"DROP {sort} {record['name']}")
            ready = threading.Barrier(5)
            threads = [threading.Thread(target=start) for _ in range(5)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert caught == []
