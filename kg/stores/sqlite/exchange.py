"""A whole new graph takes the place of a file, or nothing happens."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from kg.errors import StoreBusy, StoreForeign, StoreTooNew, StoreUnavailable, TransferRefused
from kg.stores.sqlite.importing import settle
from kg.stores.sqlite.store import SqliteGraphStore
from kg.transfer.files import keep_name

_BESIDE = ("", "-wal", "-shm", "-journal")
"""A database is its file and what SQLite puts beside it."""


@contextmanager
def exchanged(file: Path, *, replace: bool) -> Iterator[SqliteGraphStore]:
    """Give an empty store for importing, in a file of its own; then it takes the place of `file`.

    An error in the block, or a crash, leaves `file` as it was. A file that is damaged is kept
    beside under the name `….damaged`.

    Raises:
        TransferRefused: `file` holds something and `replace` is not set, or is open elsewhere.
        StoreUnavailable: `file` cannot be read and `replace` is not set.
    """
    if file.exists():
        if not replace:
            _check_empty(file)
        _free(file)
    scratch = file.with_name(f"{file.name}.restoring")
    _unlink(scratch)
    try:
        with closing(SqliteGraphStore(scratch, importing=True)) as store:
            yield store
        settle(scratch)
        _sync(scratch)
        if file.exists():
            scratch.chmod(file.stat().st_mode)
            if not _free(file):
                _put_aside(file)
        scratch.replace(file)
        keep_name(file)
    finally:
        _unlink(scratch)


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
    except StoreUnavailable:
        return False
    return True


def _put_aside(file: Path) -> None:
    aside = file.with_name(f"{file.name}.damaged")
    _unlink(aside)
    for end in reversed(_BESIDE):
        with suppress(FileNotFoundError):
            file.with_name(file.name + end).replace(aside.with_name(aside.name + end))


def _unlink(file: Path) -> None:
    for end in _BESIDE:
        file.with_name(file.name + end).unlink(missing_ok=True)


def _sync(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
