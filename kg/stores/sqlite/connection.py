"""Connections of the SQLite graph: opening, locking, transactions, and errors in our words.

A file has one connection for each thread; a graph in memory has a single one behind a lock.
"""

import os
import sqlite3  # noqa: TID251 - this folder owns SQL
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from kg.errors import InvalidNode, StoreBusy, StoreUnavailable, StoreUnfinished
from kg.stores.sqlite.schema import migrate

_SENTENCES = {
    sqlite3.SQLITE_PERM: "没有读写图谱数据文件的权限，请检查文件权限。",
    sqlite3.SQLITE_NOMEM: "内存不足，图谱无法完成操作。",
    sqlite3.SQLITE_READONLY: "图谱数据文件是只读的，无法保存，请检查文件和目录的写权限。",
    sqlite3.SQLITE_IOERR: "读写图谱数据文件时磁盘出错，请检查磁盘。",
    sqlite3.SQLITE_CORRUPT: "图谱数据文件已损坏，请用备份恢复。",
    sqlite3.SQLITE_FULL: "磁盘已满，图谱无法保存，请清理磁盘空间。",
    sqlite3.SQLITE_CANTOPEN: "打不开图谱数据文件，请检查目录是否存在、是否有权限。",
    sqlite3.SQLITE_NOTADB: "这个文件不是图谱数据库，或已损坏，请核对数据目录的设置。",
}
_CLOSED = "图谱已关闭，请重新打开。"
_BUSY = "图谱正被其他操作写入，请稍后再试。"


@contextmanager
def translated() -> Iterator[None]:
    """Turn every driver exception of the block into one of ours.

    Raises:
        StoreBusy, StoreUnavailable, InvalidNode (a value larger than SQLite can hold).
    """
    try:
        yield
    except sqlite3.Error as error:
        # errors of the Python layer itself (a closed connection) carry no code
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StoreBusy(_BUSY) from error
        if code == sqlite3.SQLITE_TOOBIG or isinstance(error, sqlite3.DataError):
            raise InvalidNode("内容过大，无法保存。") from error
        if code in _SENTENCES:
            raise StoreUnavailable(_SENTENCES[code]) from error
        if isinstance(error, sqlite3.ProgrammingError) and "closed" in str(error):
            raise StoreUnavailable(_CLOSED) from error
        raise StoreUnavailable(f"图谱数据库出错：{error}") from error


class Session:
    """One connection, the lock that guards it, and whether a transaction is open on it."""

    def __init__(self, path: Path | None, wait: float) -> None:
        self.lock = threading.RLock()
        self.pid = os.getpid()
        self.writing = False
        self.reading = 0
        self.db = sqlite3.connect(
            ":memory:" if path is None else path,
            timeout=wait,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        try:
            self._prepare()
        except BaseException:
            self.db.close()
            raise

    def _prepare(self) -> None:
        self.db.execute("PRAGMA journal_mode = WAL")
        # FULL: what was signed and confirmed survives a power failure
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.execute("PRAGMA foreign_keys = ON")
        # each thread has its own page cache; 40 threads of a web process make 320 MB at most
        self.db.execute("PRAGMA cache_size = -8000")
        self.db.execute("PRAGMA temp_store = MEMORY")
        migrate(self.db)

    def roll_back(self) -> None:
        """Undo the open transaction; SQLite may have done so itself after a full disk."""
        with suppress(sqlite3.Error):
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")

    def undo_block(self) -> None:
        """Undo the writes since the savepoint, unless everything has been undone already."""
        with suppress(sqlite3.Error):
            if self.db.in_transaction:
                self.db.execute("ROLLBACK TO block")
                self.db.execute("RELEASE block")


class Sessions:
    """The sessions of a store: handed out by thread, all closed together.

    An unfinished graph (see `kg.transfer`) is refused unless for `importing`.
    """

    def __init__(self, path: Path | None, wait: float, *, importing: bool = False) -> None:
        self._path, self._wait, self._importing = path, wait, importing
        self._closed = False
        self._guard = threading.Lock()
        self._writer = threading.RLock()
        self._by_thread: dict[threading.Thread, Session] = {}
        self._left_behind: list[Session] = []
        self._shared: Session | None = None
        with translated():
            if path is None:
                self._shared = Session(None, wait)
            else:
                self._current()
        try:
            with self.read() as db:
                self.check_finished(db)
        except BaseException:
            self.close()
            raise

    def check_finished(self, db: sqlite3.Connection) -> None:
        """Return when the graph is whole, or opened to be made so.

        Raises:
            StoreUnfinished.
        """
        if not self._importing and db.execute("SELECT 1 FROM unfinished").fetchone():
            raise StoreUnfinished

    def _current(self) -> Session:
        if self._shared is not None:
            return self._shared
        thread = threading.current_thread()
        session = self._by_thread.get(thread)
        if session is None or session.pid != os.getpid():
            with self._guard:
                if self._closed:
                    raise StoreUnavailable(_CLOSED)
                self._clear(thread)
                session = self._by_thread[thread] = Session(self._path, self._wait)
        return session

    def _clear(self, thread: threading.Thread) -> None:
        """Close the sessions of threads that have ended.

        A connection from before a fork is set aside untouched: SQLite forbids to use it here.
        """
        for owner, session in list(self._by_thread.items()):
            if session.pid != os.getpid():
                self._left_behind.append(self._by_thread.pop(owner))
            elif not owner.is_alive() and owner is not thread:
                self._by_thread.pop(owner).db.close()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Give a connection whose statements in this block all see the same state.

        Raises:
            StoreUnavailable.
        """
        with translated():
            session = self._current()
            with session.lock:
                if self._closed:
                    raise StoreUnavailable(_CLOSED)
                if session.writing or session.reading:
                    yield session.db
                    return
                session.db.execute("BEGIN")
                session.reading = 1
                try:
                    yield session.db
                finally:
                    session.reading = 0
                    session.roll_back()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Give a connection in a write transaction; an error undoes just this block.

        Raises:
            StoreBusy, StoreUnavailable.
        """
        with translated(), self._hold() as session:
            inside = session.writing
            if inside:
                session.db.execute("SAVEPOINT block")
            with nullcontext() if inside else self._transaction(session):
                try:
                    yield session.db
                except BaseException:
                    if inside:
                        session.undo_block()
                    raise
                if inside:
                    session.db.execute("RELEASE block")

    @contextmanager
    def begin(self) -> Iterator[None]:
        """Open the write transaction of this thread, or join it; the outermost block commits.

        Raises:
            StoreBusy, StoreUnavailable.
        """
        with (
            translated(),
            self._hold() as session,
            nullcontext() if session.writing else self._transaction(session),
        ):
            yield

    @contextmanager
    def _hold(self) -> Iterator[Session]:
        """Take the locks for writing; held, `session.writing` speaks of this thread alone."""
        # threads queue here, in order; SQLite's own lock is only for other processes
        if not self._writer.acquire(timeout=self._wait):
            raise StoreBusy(_BUSY)
        try:
            session = self._current()
            with session.lock:
                if self._closed:
                    raise StoreUnavailable(_CLOSED)
                yield session
        finally:
            self._writer.release()

    @contextmanager
    def _transaction(self, session: Session) -> Iterator[None]:
        session.db.execute("BEGIN IMMEDIATE")
        session.writing = True
        try:
            self.check_finished(session.db)
            yield
            session.db.execute("COMMIT")
        except BaseException:
            session.roll_back()
            raise
        finally:
            session.writing = False

    def close(self) -> None:
        """Close all connections, each when its thread has finished its call."""
        with self._guard:
            self._closed = True
            sessions = list(self._by_thread.values())
            if self._shared is not None:
                sessions.append(self._shared)
            self._by_thread.clear()
        for session in sessions:
            if session.pid == os.getpid():
                with session.lock:
                    session.db.close()
