"""A whole new graph takes the place of a file, or nothing happens."""

import os
import shutil
import sqlite3  # noqa: TID251 - this folder owns SQL
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from kg.errors import StoreBusy, StoreForeign, StoreTooNew, StoreUnavailable, TransferRefused
from kg.stores.sqlite.importing import settle
from kg.stores.sqlite.store import SqliteGraphStore
from kg.transfer.files import keep_name

_BESIDE = ("", "-wal", "-shm", "-journal")
"""A database is its file and what SQLite puts beside it."""
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
"""Errors that no second try mends; the last one when a table is not there."""


@contextmanager
def exchanged(file: Path, *, replace: bool) -> Iterator[SqliteGraphStore]:
    """Give an empty store for importing, in a file of its own; then it takes the place of `file`.

    An error in the block, or a crash, leaves `file` as it was; at no moment is there none. Its
    mode and owner stay, and a link to it stays a link. A file that is damaged is kept beside under
    the name `….damaged`.

    Raises:
        TransferRefused: `file` holds something and `replace` is not set, or is open elsewhere.
        StoreUnavailable: `file` cannot be read; with `replace`, for other reasons than damage.
    """
    file = file.resolve()
    _check(file, replace=replace)
    scratch = file.with_name(f"{file.name}.restoring")
    _unlink(scratch)
    try:
        with closing(SqliteGraphStore(scratch, importing=True)) as store:
            yield store
        settle(scratch)
        _make_like(scratch, file)
        _sync(scratch)
        # the block may have taken long
        if not _check(file, replace=replace):
            _keep_damaged(file)
        _unlink_rest(file)
        scratch.replace(file)
        keep_name(file)
    finally:
        _unlink(scratch)


def _check(file: Path, *, replace: bool) -> bool:
    """Make sure that the file may be exchanged; say whether it is a sound database, or none."""
    if not file.exists():
        return True
    if not replace:
        _check_empty(file)
    return _free(file)


def _check_empty(file: Path) -> None:
    with closing(SqliteGraphStore(file, importing=True)) as store:
        if store.mark() is not None or store.node_page("", 1):
            raise TransferRefused(
                f"图谱 {file} 已有数据，没有改动它；确实要用备份代替它，请加 --replace"
                "（原有内容会全部删除，建议先备份）。"
            )


def _free(file: Path) -> bool:
    """Make sure that nobody has the file open; say whether it is a sound database.

    Raises:
        TransferRefused: somebody has. StoreTooNew, StoreForeign: it may not be thrown away.
        StoreUnavailable: it cannot be told.
    """
    try:
        with closing(SqliteGraphStore(file, importing=True)):
            pass
        settle(file)
    except StoreBusy:
        raise TransferRefused(
            f"图谱 {file} 正被其他进程使用，请先停止 greenkg serve 等程序再恢复。"
        ) from None
    except (StoreTooNew, StoreForeign):
        raise
    except StoreUnavailable as error:
        if (getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF) not in _DAMAGE:
            raise
        return False
    return True


def _keep_damaged(file: Path) -> None:
    """Give a damaged database a second name; the first is its own until another one takes it."""
    aside = file.with_name(f"{file.name}.damaged")
    _unlink(aside)
    for end in _BESIDE:
        one, other = file.with_name(file.name + end), aside.with_name(aside.name + end)
        if one.exists():
            try:
                os.link(one, other)
            except OSError:  # file systems without second names
                shutil.copy2(one, other)


def _make_like(scratch: Path, file: Path) -> None:
    """Give mode and owner of the old file, of a new one the owner of its folder."""
    old = file if file.exists() else file.parent
    if old == file:
        scratch.chmod(stat.S_IMODE(file.stat().st_mode))
    with suppress(PermissionError):  # only root gives files away
        os.chown(scratch, old.stat().st_uid, old.stat().st_gid)


def _unlink(file: Path) -> None:
    file.unlink(missing_ok=True)
    _unlink_rest(file)


def _unlink_rest(file: Path) -> None:
    """Remove what SQLite would take for a part of the next database of this name."""
    for end in _BESIDE[1:]:
        file.with_name(file.name + end).unlink(missing_ok=True)


def _sync(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
