"""Copy, backup and restore as the command line offers them: opens both sides, joins the parts."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from kg.errors import GraphError, ImportConflict, StoreUnavailable, TransferFailed
from kg.transfer.backup import Backup, Header, write
from kg.transfer.copying import Import, Outcome
from kg.transfer.files import new_file
from kg.transfer.records import Summary
from kg.transfer.replica import Replica
from kg.transfer.sources import Source, StoreSource
from web.lookup import program_version
from web.preflight import alone, check_folder
from web.problems import FULL, DiskFull, Exit, Problem, reason_of
from web.progress import Progress
from web.transfer_parts import Done, Login
from web.transfer_vectors import Kept, beside, keep, kept, sections, vectors_alike
from web.transfer_vectors import saved as vectors_of

GO_ON = "已导入的部分保留在去处；再运行一次同一条命令，会从中断的地方接着做。"
PERHAPS = "也可能已经全部做完，只是没有收到答复：再运行时若提示去处已有数据，就是做完了。"
LONGEST = 6 * 3600.0
"""Seconds that a graph on a server may be held still while it is copied."""


def open_replica(login: Login, *, importing: bool) -> Replica:
    """Open a graph to read it whole or, `importing`, to fill it.

    Raises:
        Problem, StoreUnavailable: as `web.bootstrap.open_store`; nothing is at the address of
            what is to be read.
    """
    file = login.address.file
    if file is not None:
        from kg.stores.sqlite import SqliteGraphStore

        if importing:
            check_folder(file.parent)
        elif not file.is_file():
            raise Problem(f"没有图谱文件 {file}，请核对地址。")
        return SqliteGraphStore(file, importing=importing)
    from kg.stores.neo4j import Neo4jGraphStore
    from kg.stores.neo4j.connection import Patience

    address, patience = login.address, Patience(longest=LONGEST)
    return Neo4jGraphStore(
        address.uri,
        login.user,
        login.password,
        database=address.database,
        patience=patience,
        importing=importing,
    )


def copy(
    source: Login, target: Login, progress: Progress, vectors: Path, *, replace: bool = False
) -> Done:
    """Copy one graph into another place, or go on with it.

    `vectors` is the folder with the vectors of graphs in files; a source in a file may have its
    own beside it.

    Raises:
        Problem, GraphError.
    """
    if source.identity == target.identity:
        raise Problem("来源和去处是同一个图谱，请核对 --from 和 --to。", Exit.USAGE)
    began = time.monotonic()
    with (
        closing(open_replica(source, importing=False)) as here,
        closing(open_replica(target, importing=True)) as there,
    ):
        origin = StoreSource(here, source.identity)
        file = source.address.file
        folder = beside(file, vectors) if file else vectors
        carry = _Carry(there, vectors, progress, lambda: kept(here, folder))
        outcome = _import(origin, there, progress, carry, replace=replace)
    return _done(outcome.summary, began, carry.number, resumed=outcome.resumed)


class _Carry:
    """Brings the vectors to a target."""

    def __init__(
        self,
        target: Replica,
        folder: Path,
        progress: Progress,
        groups: Callable[[], Iterable[Kept]],
    ) -> None:
        self._target, self._folder = target, folder
        self._progress, self._groups = progress, groups
        self.number = 0

    def __call__(self) -> None:
        with self._progress.step("带上向量并读回核对"):
            self.number = keep(self._groups(), self._target, self._folder)


def _import(
    source: Source, target: Replica, progress: Progress, carry: _Carry, *, replace: bool
) -> Outcome:
    """Import, and say on an interruption that it can be gone on with.

    Raises:
        Problem, GraphError.
    """
    work = Import(source, target, progress)
    try:
        return work.run(fresh=replace, beside=carry)
    except (TransferFailed, ImportConflict):
        raise  # they say what to do
    except (KeyboardInterrupt, GraphError, OSError) as error:
        if not work.begun:
            raise
        raise _unfinished(error, GO_ON + PERHAPS * work.ending) from error


def _unfinished(error: BaseException, hint: str) -> Problem:
    match error:
        case KeyboardInterrupt():
            return Problem(f"已中断。{hint}", Exit.INTERRUPTED)
        case OSError():
            return Problem(f"系统出错：{reason_of(error)}。{hint}")
        case StoreUnavailable():
            return Problem(f"{error}{hint}", Exit.STORE)
        case _:
            return Problem(f"{error}{hint}")


def _done(
    summary: Summary,
    began: float,
    vectors: int,
    *,
    resumed: bool = False,
    file: Path | None = None,
) -> Done:
    return Done(
        summary.node_count,
        summary.edge_count,
        summary.short,
        vectors,
        resumed,
        round(time.monotonic() - began, 1),
        str(file) if file else None,
        file.stat().st_size if file else None,
    )


def backup(
    source: Login, file: Path, progress: Progress, vectors: Path, *, force: bool = False
) -> Done:
    """Write the whole graph into a file; `vectors` as for `copy`.

    Raises:
        Problem, GraphError.
    """
    began = time.monotonic()
    if not os.access(file.parent, os.W_OK | os.X_OK):
        raise Problem(f"目录 {file.parent} 不存在，或没有写入的权限。", Exit.FOLDER)
    with (
        closing(open_replica(source, importing=False)) as store,
        _space_for(file),
        new_file(file, force=force) as (out, place),
    ):
        origin = StoreSource(store)
        with store.frozen(), progress.step("备份") as advance:
            origin.position()  # refuses what an import has begun to change since it was opened
            header = Header(
                datetime.now().astimezone().isoformat(timespec="seconds"),
                program_version(),
                "sqlite" if source.address.file else "neo4j",
                *origin.size(),
            )
            summary = write(out, header, origin, sections(kept(store, vectors)), advance)
        out.flush()
        with progress.step("读回备份文件") as advance:
            saved = Backup(place, advance, vectors_alike())
            if saved.summary() != summary:
                raise Problem("写好的备份读不回来，没有保留它，请检查磁盘。")
    return _done(summary, began, sum(saved.sections.values()), file=file)


@contextmanager
def _space_for(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull(file.parent, "把备份写到别处") from error
        raise


def restore(
    file: Path, target: Login, progress: Progress, vectors: Path, *, replace: bool = False
) -> Done:
    """Check the file, then put its graph into the place; `vectors` as for `copy`.

    Raises:
        Problem, GraphError.
    """
    began = time.monotonic()
    if not file.is_file():
        raise Problem(f"没有备份文件 {file}，请核对文件名。")
    with progress.step("检查备份文件") as advance:
        saved = Backup(file, advance, vectors_alike())
    if target.address.file is not None:
        return _restore_file(saved, target.address.file, vectors, progress, replace=replace)
    with closing(open_replica(target, importing=True)) as store:
        carry = _Carry(store, vectors, progress, lambda: vectors_of(saved))
        outcome = _import(saved, store, progress, carry, replace=replace)
    return _done(outcome.summary, began, carry.number, resumed=outcome.resumed)


def _restore_file(
    saved: Backup, place: Path, vectors: Path, progress: Progress, *, replace: bool
) -> Done:
    from kg.stores.sqlite.exchange import exchanged

    began = time.monotonic()
    check_folder(place.parent)
    with alone(place.parent, progress), exchanged(place, replace=replace) as store:
        carry = _Carry(store, vectors, progress, lambda: vectors_of(saved))
        outcome = Import(saved, store, progress).run(beside=carry)
    return _done(outcome.summary, began, carry.number)
