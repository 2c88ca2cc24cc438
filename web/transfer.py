"""Copy, backup and restore as the command line offers them: opens both sides, joins the parts."""

import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

from kg.errors import StoreUnavailable
from kg.transfer.backup import Backup, Header, write
from kg.transfer.copying import Import, Outcome
from kg.transfer.files import new_file
from kg.transfer.records import Summary
from kg.transfer.replica import Replica
from kg.transfer.sources import Source, StoreSource
from web.lookup import program_version
from web.preflight import alone, check_folder
from web.problems import Exit, Problem
from web.progress import Progress
from web.transfer_parts import Done, Login

GO_ON = "已导入的部分保留在去处；再运行一次同一条命令，会从中断的地方接着做。"
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


def copy(source: Login, target: Login, progress: Progress, *, replace: bool = False) -> Done:
    """Copy one graph into another place, or go on with it.

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
        outcome = _import(origin, there, progress, replace=replace)
    return _done(outcome.summary, began, resumed=outcome.resumed)


def _import(source: Source, target: Replica, progress: Progress, *, replace: bool) -> Outcome:
    """Import, and say on an interruption that it can be gone on with.

    Raises:
        Problem, GraphError.
    """
    work = Import(source, target, progress)
    try:
        return work.run(fresh=replace)
    except (KeyboardInterrupt, StoreUnavailable) as error:
        if not work.begun:
            raise
        stopped = isinstance(error, KeyboardInterrupt)
        code = Exit.INTERRUPTED if stopped else Exit.STORE
        raise Problem(f"{'已中断。' if stopped else error}{GO_ON}", code) from error


def _done(
    summary: Summary, began: float, *, resumed: bool = False, file: Path | None = None
) -> Done:
    return Done(
        summary.node_count,
        summary.edge_count,
        summary.short,
        0,
        resumed,
        round(time.monotonic() - began, 1),
        str(file) if file else None,
        file.stat().st_size if file else None,
    )


def backup(source: Login, file: Path, progress: Progress, *, force: bool = False) -> Done:
    """Write the whole graph into a file.

    Raises:
        Problem, GraphError.
    """
    began = time.monotonic()
    with (
        closing(open_replica(source, importing=False)) as store,
        new_file(file, force=force) as (out, place),
    ):
        origin = StoreSource(store)
        with store.frozen(), progress.step("备份") as advance:
            header = Header(
                datetime.now().astimezone().isoformat(timespec="seconds"),
                program_version(),
                "sqlite" if source.address.file else "neo4j",
                *origin.size(),
            )
            summary = write(out, header, origin, [], advance)
        out.flush()
        with progress.step("读回备份文件") as advance:
            if Backup(place, advance).summary() != summary:
                raise Problem("写好的备份读不回来，没有保留它，请检查磁盘。")
    return _done(summary, began, file=file)


def restore(file: Path, target: Login, progress: Progress, *, replace: bool = False) -> Done:
    """Check the file, then put its graph into the place.

    Raises:
        Problem, GraphError.
    """
    began = time.monotonic()
    with progress.step("检查备份文件") as advance:
        saved = Backup(file, advance)
    if target.address.file is not None:
        summary = _restore_file(saved, target.address.file, progress, replace=replace)
        return _done(summary, began)
    with closing(open_replica(target, importing=True)) as store:
        outcome = _import(saved, store, progress, replace=replace)
    return _done(outcome.summary, began, resumed=outcome.resumed)


def _restore_file(saved: Backup, place: Path, progress: Progress, *, replace: bool) -> Summary:
    from kg.stores.sqlite.exchange import exchanged

    check_folder(place.parent)
    with alone(place.parent, progress), exchanged(place, replace=replace) as store:
        return Import(saved, store, progress).run().summary
