"""The connection to Neo4j: sessions with bookmarks, retries, and the transaction of a thread.

Every session of a store shares its bookmarks. A read therefore sees what this store has written
or read before, on whichever member of a cluster it lands, and waits until a commit that is
being applied has been applied whole.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from neo4j import (  # noqa: TID251 - this folder owns Cypher
    READ_ACCESS,
    WRITE_ACCESS,
    Driver,
    GraphDatabase,
    ManagedTransaction,
    Session,
    Transaction,
    unit_of_work,
)
from neo4j.exceptions import DriverError, Neo4jError  # noqa: TID251
from neo4j.vector import Vector  # noqa: TID251

from kg.errors import StoreBusy, StoreUnavailable, StoreUnfinished
from kg.stores.neo4j.failures import BUSY, CLOSED, EMPTIED, translated
from kg.stores.neo4j.outage import Outage
from kg.stores.neo4j.schema import prepare

T = TypeVar("T")
Row = dict[str, Any]

_LOCK = "MATCH (m:Meta {name: 'graph'}) SET m.locked = true RETURN m.seq AS seq, m.mark AS mark"
_PAUSE = 0.2
# the driver tells of every attempt; whoever wants to read that adds a handler of their own
logging.getLogger("neo4j").addHandler(logging.NullHandler())


def packed(numbers: bytes) -> Vector:
    """Return a vector (32-bit floats, big-endian) as a parameter of a query: it takes the driver
    a fifth of the time of a list."""
    return Vector(numbers, "f32")


@dataclass(slots=True)
class Work:
    """A transaction to read in; one for `importing` may do so in an unfinished graph too."""

    tx: Transaction | ManagedTransaction
    importing: bool = False

    def rows(self, text: str, **values: Any) -> list[Row]:
        """Return all rows of a query."""
        return self.tx.run(text, values).data()

    def cells(self, text: str, **values: Any) -> list[Row]:
        """Return all rows of a query without nodes in them. `rows` takes bytes one by one."""
        return [dict(record) for record in self.tx.run(text, values)]

    def check_finished(self, mark: str | None) -> None:
        """Return when the graph with this mark is whole, or opened to be made so.

        Raises:
            StoreUnfinished.
        """
        if mark is not None and not self.importing:
            raise StoreUnfinished


@dataclass(slots=True)
class Writing(Work):
    """A transaction that holds the write lock; `seq` is the number of its newest change.

    `mark` is that of an unfinished import (see `kg.transfer`).
    """

    seq: int = 0
    mark: str | None = None

    def lock(self) -> "Writing":
        """Wait for the write lock: one node that every writer sets first."""
        found = self.rows(_LOCK)
        if not found:
            raise StoreUnavailable(EMPTIED)
        self.seq, self.mark = found[0]["seq"], found[0]["mark"]
        self.check_finished(self.mark)
        return self


@dataclass(frozen=True, slots=True)
class Address:
    """Where a graph is. `database` None is the user's home database."""

    uri: str
    user: str
    password: str
    database: str | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: `wait` for the write lock, `retry` a lost connection, `longest` one block.

    After a lost connection could not be had again, nobody tries for `pause`.
    """

    wait: float = 30.0
    retry: float = 5.0
    pause: float = 1.0
    longest: float = 900.0


class Connection:
    """A driver for any number of threads; after a fork the child gets one of its own."""

    def __init__(self, address: Address, patience: Patience, *, importing: bool = False) -> None:
        self._address, self._patience, self._importing = address, patience, importing
        self._here = threading.local()
        self._turn = threading.RLock()
        self._guard = threading.Lock()
        self._closed = False
        self._left_behind: list[Driver] = []
        self._outage = Outage(patience.pause, longest=6 * patience.retry)
        with translated():
            self._open()
            try:
                with self._session(WRITE_ACCESS) as session:
                    prepare(session)
            except BaseException:
                self.close()
                raise

    def _open(self) -> None:
        retry = self._patience.retry
        if not self._address.uri.startswith(("neo4j", "bolt")):
            raise StoreUnavailable("Neo4j 的地址应以 neo4j:// 或 bolt:// 开头，请检查连接设置。")
        try:
            self._driver = GraphDatabase.driver(
                self._address.uri,
                auth=(self._address.user, self._address.password),
                max_transaction_retry_time=retry,
                connection_timeout=retry,
                connection_acquisition_timeout=2 * retry,
                liveness_check_timeout=30,
                notifications_min_severity="OFF",
            )
        except ValueError as error:
            raise StoreUnavailable(f"Neo4j 的地址不合规：{error}") from error
        self._bookmarks = GraphDatabase.bookmark_manager()
        self._pid = os.getpid()

    def _session(self, access: str) -> Session:
        with self._guard:
            if self._closed:
                raise StoreUnavailable(CLOSED)
            if self._pid != os.getpid():
                # the parent's sockets may not be used, nor closed, here
                self._left_behind.append(self._driver)
                self._open()
        return self._driver.session(
            database=self._address.database,
            default_access_mode=access,
            bookmark_manager=self._bookmarks,
        )

    @contextmanager
    def _reached(self, access: str) -> Iterator[Session]:
        with self._outage.noticed(), translated(), self._session(access) as session:
            yield session

    def read(self, work: Callable[[Work], T]) -> T:
        """Return what `work` gives: in this thread's transaction, else in one that is retried.

        Raises:
            StoreUnavailable.
        """
        with translated():
            if (joined := self._joined()) is not None:
                return work(joined)
            with self._reached(READ_ACCESS) as session:
                return session.execute_read(lambda tx: work(Work(tx, self._importing)))

    def rows(self, text: str, **values: Any) -> list[Row]:
        """Return `Work.rows` of one query that reads.

        Raises:
            StoreUnavailable.
        """
        return self.read(lambda work: work.rows(text, **values))

    def cells(self, text: str, **values: Any) -> list[Row]:
        """Return `Work.cells` of one query that reads.

        Raises:
            StoreUnavailable.
        """
        return self.read(lambda work: work.cells(text, **values))

    def write(self, work: Callable[[Writing], T], *, bulk: bool = False) -> T:
        """Return what `work` gives under the write lock; it must check before it writes.

        It may be called again when the connection is lost, so it may not use up what it is given.

        Raises:
            StoreBusy, StoreUnavailable.
        """
        with translated(), self._my_turn():
            if (joined := self._joined()) is not None:
                return work(joined)
            timeout = self._patience.longest if bulk else self._patience.wait
            locked = unit_of_work(timeout=timeout)(
                lambda tx: work(Writing(tx, self._importing).lock())
            )
            with self._reached(WRITE_ACCESS) as session:
                return session.execute_write(locked)

    def write_beside(self, work: Callable[[Work], T]) -> T:
        """Return what `work` gives in a transaction without the graph's write lock: for what is
        made from the graph and lies beside it, with a lock of its own. It may be called again.

        Raises:
            StoreBusy, StoreUnavailable.
        """
        limited = unit_of_work(timeout=self._patience.longest)(
            lambda tx: work(Work(tx, self._importing))
        )
        with translated(), self._reached(WRITE_ACCESS) as session:
            return session.execute_write(limited)

    def run_beside(self, text: str, **values: Any) -> list[Row]:
        """Return the rows of one query in such a transaction.

        Raises:
            StoreBusy, StoreUnavailable.
        """
        return self.write_beside(lambda work: work.rows(text, **values))

    @contextmanager
    def begin(self) -> Iterator[None]:
        """Open the write transaction of this thread, or join it; the outermost block commits.

        Raises:
            StoreBusy, StoreUnavailable.
        """
        with translated(), self._my_turn():
            if self._joined() is not None:
                yield
                return
            with self._session(WRITE_ACCESS) as session:
                with self._outage.noticed(), translated():
                    tx, self._here.writing = self._begun(session)
                try:
                    yield
                finally:
                    self._here.writing = None
                    # closing the session undoes what is not committed
                tx.commit()

    def _joined(self) -> Writing | None:
        if self._closed:
            raise StoreUnavailable(CLOSED)
        writing: Writing | None = getattr(self._here, "writing", None)
        return writing

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        """Queue with the other threads; the lock in the database is for other processes."""
        if not self._turn.acquire(timeout=self._patience.wait):
            raise StoreBusy(BUSY)
        try:
            yield
        finally:
            self._turn.release()

    def _begun(self, session: Session) -> tuple[Transaction, Writing]:
        """Begin and lock, again and again for a while when the connection is lost."""
        give_up = time.monotonic() + self._patience.retry
        while True:
            try:
                tx = session.begin_transaction(timeout=self._patience.longest)
                try:
                    return tx, Writing(tx, self._importing).lock()
                except BaseException:
                    with suppress(DriverError, Neo4jError):
                        tx.close()
                    raise
            except (DriverError, Neo4jError) as error:
                if not error.is_retryable() or time.monotonic() > give_up:
                    raise
            time.sleep(_PAUSE)

    def close(self) -> None:
        """Close all connections. May be repeated."""
        with self._guard:
            self._closed = True
        if self._pid == os.getpid():
            with suppress(DriverError, Neo4jError):
                self._driver.close()
