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
from contextlib import ExitStack, contextmanager, suppress
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
from neo4j.exceptions import (  # noqa: TID251
    DriverError,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
)
from neo4j.vector import Vector  # noqa: TID251

from kg.errors import StoreBusy, StoreUnavailable, StoreUnfinished
from kg.stores.forks import renew_in_children
from kg.stores.neo4j.failures import BUSY, CLOSED, EMPTIED, translated
from kg.stores.neo4j.outage import Outage
from kg.stores.neo4j.schema import check_version, declare, prepare

T = TypeVar("T")
Row = dict[str, Any]

_LOCK = (
    "MATCH (m:Meta {name: 'graph'}) SET m.locked = true"
    " RETURN m.seq AS seq, m.mark AS mark, m.version AS version"
)
# never committed; the name is unique, so whoever comes second waits until the first is undone
_NEXT = "MERGE (m:Meta {name: 'next'}) RETURN m.name"
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
        check_version(found[0]["version"])
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
    """Seconds: `wait` for the write lock, `retry` a lost connection, `longest` one block, `read`
    one read.

    After a lost connection could not be had again, nobody tries for `pause`. Pages take a second,
    whole graphs are read page by page, and behind a proxy nobody waits more than 60 for an answer.
    """

    wait: float = 30.0
    retry: float = 5.0
    pause: float = 1.0
    longest: float = 900.0
    read: float = 60.0


class Connection:
    """A driver for any number of threads; after a fork the child gets one of its own."""

    def __init__(self, address: Address, patience: Patience, *, importing: bool = False) -> None:
        self._address, self._patience, self._importing = address, patience, importing
        self._closed = False
        self._left_behind: list[Driver] = []
        self.renew()
        renew_in_children(self)
        with translated():
            self._open()
            try:
                with self._session(WRITE_ACCESS) as session:
                    self._repeated(lambda: prepare(session))
            except BaseException:
                self.close()
                raise

    def renew(self) -> None:
        """Take new locks, at first and in a forked child, which is in no transaction."""
        self._here = threading.local()
        self._turn = threading.RLock()
        self._guard = threading.Lock()
        self._outage = Outage(self._patience.pause, longest=6 * self._patience.retry)

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

    def _answered(self, ask: Callable[[], T]) -> T:
        """Return what `ask` gives, on a second try when the first had bookmarks of no use.

        The database has then been put back to an earlier state, from a dump or a backup.
        """
        with self._outage.noticed(), translated():
            try:
                return ask()
            except Neo4jError as error:
                if "Bookmark" not in (error.code or ""):
                    raise
                self._bookmarks = GraphDatabase.bookmark_manager()
            return ask()

    def _repeated(self, ask: Callable[[], T]) -> T:
        """Return what `ask` gives, which may run twice; again when its end was not confirmed.

        The driver ends reads with COMMIT too, and repeats nothing that is lost just there.
        """
        give_up = time.monotonic() + self._patience.retry
        while True:
            try:
                return ask()
            except IncompleteCommit as error:
                if time.monotonic() > give_up:
                    raise ServiceUnavailable(*error.args) from error
            time.sleep(_PAUSE)

    def _executed(self, access: str, work: Callable[[ManagedTransaction], T], timeout: float) -> T:
        limited = unit_of_work(timeout=timeout)(work)
        with self._session(access) as session:
            if access == READ_ACCESS:
                return self._repeated(lambda: session.execute_read(limited))
            return session.execute_write(limited)

    def read(self, work: Callable[[Work], T]) -> T:
        """Return what `work` gives: in this thread's transaction, else in one that is retried.

        Raises:
            StoreUnavailable.
        """

        def worked(tx: ManagedTransaction) -> T:
            return work(Work(tx, self._importing))

        with translated():
            if (joined := self._joined()) is not None:
                return work(joined)
            longest = self._patience.read
            return self._answered(lambda: self._executed(READ_ACCESS, worked, longest))

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
            patience = self._patience
            lock, timeout = self._lock, patience.wait
            if bulk:
                lock, timeout = self._locked, patience.longest
            return self._answered(
                lambda: self._executed(WRITE_ACCESS, lambda tx: work(lock(tx)), timeout)
            )

    def write_beside(self, work: Callable[[Work], T]) -> T:
        """Return what `work` gives in a transaction without the graph's write lock: for what is
        made from the graph and lies beside it, with a lock of its own. It may be called again.

        Raises:
            StoreBusy, StoreUnavailable.
        """

        def worked(tx: ManagedTransaction) -> T:
            return work(Work(tx, self._importing))

        longest = self._patience.longest
        with translated():
            return self._answered(lambda: self._executed(WRITE_ACCESS, worked, longest))

    def run_beside(self, text: str, **values: Any) -> list[Row]:
        """Return the rows of one query in such a transaction.

        Raises:
            StoreBusy, StoreUnavailable.
        """
        return self.write_beside(lambda work: work.rows(text, **values))

    def declare(self, text: str) -> None:
        """Run a `CREATE … IF NOT EXISTS`, as other processes may do at the same time.

        Raises:
            StoreUnavailable.
        """

        def declared() -> None:
            with self._session(WRITE_ACCESS) as session:
                self._repeated(lambda: declare(session, text))

        with translated():
            self._answered(declared)

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
            with ExitStack() as opened:

                def begun() -> tuple[Transaction, Writing]:
                    return self._begun(opened.enter_context(self._session(WRITE_ACCESS)))

                tx, self._here.writing = self._answered(begun)
                try:
                    yield
                finally:
                    self._here.writing = None
                    # closing the sessions undoes what is not committed
                tx.commit()

    def _joined(self) -> Writing | None:
        if self._closed:
            raise StoreUnavailable(CLOSED)
        writing: Writing | None = getattr(self._here, "writing", None)
        return writing

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        """Queue with the other threads; the lock in the database is for other processes."""
        turn = self._turn
        if not turn.acquire(timeout=self._patience.wait):
            raise StoreBusy(BUSY)
        try:
            yield
        finally:
            turn.release()

    def _lock(self, tx: Transaction | ManagedTransaction) -> Writing:
        return Writing(tx, self._importing).lock()

    def _locked(self, tx: Transaction | ManagedTransaction) -> Writing:
        """Lock for a transaction that may last longer than anybody waits for the lock.

        Neo4j has one limit for both. So transactions that last no longer do the waiting: one to
        be the next of all who lock for long, and that until `tx` has the lock, one for the lock.
        """
        give_up = time.monotonic() + self._patience.wait
        with ExitStack() as opened:
            for text in (_NEXT, _LOCK):
                waiting = opened.enter_context(self._session(WRITE_ACCESS)).begin_transaction(
                    timeout=max(0.1, give_up - time.monotonic())
                )
                waiting.run(text).consume()
            waiting.rollback()
            return self._lock(tx)

    def _begun(self, session: Session) -> tuple[Transaction, Writing]:
        """Begin and lock, again and again for a while when the connection is lost."""
        give_up = time.monotonic() + self._patience.retry
        while True:
            try:
                tx = session.begin_transaction(timeout=self._patience.longest)
                try:
                    return tx, self._locked(tx)
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
