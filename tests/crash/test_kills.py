"""Kill -9 in the middle of imports: nothing half written, the same command goes on, sums right.

The short form is part of `make test`. The whole one, 20 kills at random moments, is `make crash`
and needs a script that starts and kills a Neo4j of its own (KG_TEST_NEO4J_SERVER).
"""

# ruff: noqa: T201 - the long form tells what it did

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import pytest

from kg.stores.sqlite import SqliteGraphStore
from kg.transfer.backup import Backup
from search.indexes.neo4j_memory import Neo4jMemory
from search.memory import FileMemory, key_of
from tests.crash.striking import (
    DONE,
    NOT_BEGUN,
    Command,
    Content,
    content,
    empty,
    made_up,
    moment,
    open_file,
    open_neo4j,
    remove,
    state_of,
)
from tests.parts import neo4j_script
from tests.serving import Database, Serving, eventually, script_or_skip
from web.problems import Exit
from web.progress import SilentProgress
from web.sowing import load_seeds

MODEL, VECTORS = "a1b2c3", 1500
pytestmark = pytest.mark.timeout(1800)


@dataclass
class Case:
    """A made-up graph in a file, with a backup of it, and another graph that is in the way."""

    folder: Path
    source: Path
    saved: Path
    held: Content
    other: Content

    def settings(self, place: Path | None = None) -> dict[str, str]:
        own = {"KG_DATA": str(self.folder), "KG_EMBEDDING_MODEL": "none"}
        return {**own, "KG_STORE": f"sqlite:///{place}"} if place else own

    def put_other(self, place: Path) -> None:
        remove(place)
        with closing(SqliteGraphStore(place)) as store:
            made_up(store, 200, seed=2)


def case_of(size: int, folder: Path) -> Case:
    source, saved, other = folder / "source.sqlite", folder / "saved.greenkg", folder / "other"
    with closing(SqliteGraphStore(source)) as store:
        made_up(store, size, seed=1)
        held = content(store)
    memory = FileMemory(folder / "vectors" / "entries", MODEL)
    memory.keep({key_of(str(i)): np.full(8, i, np.float32) for i in range(VECTORS)})
    memory.save()
    case = Case(folder, source, saved, held, ([], []))
    case.put_other(other)
    with closing(SqliteGraphStore(other)) as store:
        case.other = content(store)
    Command(["backup", str(saved)], case.settings(source)).finish()
    return case


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return case_of(400, tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return case_of(1000, tmp_path_factory.mktemp("large"))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    own = Database(script_or_skip(neo4j_script()), tmp_path_factory.mktemp("neo4j") / "home")
    own.start()
    yield own
    own.kill()


@pytest.fixture(scope="module")
def sown() -> Content:
    with closing(SqliteGraphStore(None)) as store:
        load_seeds(store, SilentProgress())
        return content(store)


def told(what: str, when: str, state: str, again: float) -> None:
    print(f"{what}：{when}杀掉，{state}；再运行 {again:.1f} 秒，核对一致", flush=True)


def after(steps: int) -> str:
    return f"第 {steps} 步之后"


# ---- the process that imports, into SQLite


def copy_into_file(case: Case, chance: Random) -> None:
    place = case.folder / "copy.sqlite"
    remove(place)
    ends = ["--from", f"sqlite:///{case.source}", "--to", f"sqlite:///{place}"]
    command = Command(["copy", *ends], case.settings())
    took, steps = command.finish()
    remove(place)
    at = moment(chance, took, steps)
    command.killed(*at)
    state = state_of(open_file(place), case.held)
    again, _ = command.finish() if state != DONE else (0, 0)
    assert state_of(open_file(place), case.held) == DONE
    told("复制到 SQLite 的进程", after(at[0]), state, again)


def restore_into_file(case: Case, chance: Random) -> None:
    place = case.folder / "restored.sqlite"
    case.put_other(place)
    command = Command(["restore", str(case.saved), "--replace"], case.settings(place))
    took, steps = command.finish()
    case.put_other(place)
    at = moment(chance, took, steps)
    command.killed(*at)
    with closing(SqliteGraphStore(place)) as store:  # a web process may start on it
        found = content(store)
    assert found in (case.other, case.held)
    state = "原来的图谱完好" if found == case.other else "已经换上"
    again, _ = command.finish()
    assert state_of(open_file(place), case.held) == DONE
    assert not list(case.folder.glob("*.restoring*"))
    told("恢复到 SQLite 的进程", after(at[0]), state, again)


def back_up(case: Case, chance: Random) -> None:
    file = case.folder / "again.greenkg"
    remove(file)
    command = Command(["backup", str(file)], case.settings(case.source))
    took, _ = command.finish()
    remove(file)
    wait = took * chance.uniform(0.2, 1.0)
    command.killed(0, wait)
    there = file.exists()
    again, _ = command.finish() if not there else (0, 0)
    saved = Backup(file)
    assert (list(saved.nodes()), list(saved.edges())) == case.held
    told("备份的进程", f"{wait:.1f} 秒时", "文件已写好" if there else "文件还没有出现", again)


# ---- the process that imports, into and from Neo4j

Measured = tuple[float, int]
"""Seconds and steps of an import that nobody disturbs."""


def copy_command(case: Case, database: Database, *, back: Path | None = None) -> Command:
    ends = (f"sqlite:///{case.source}", database.uri)
    if back:
        ends = (database.uri, f"sqlite:///{back}")
    settings = {**case.settings(), "KG_STORE_PASSWORD": database.password}
    return Command(["copy", "--from", ends[0], "--to", ends[1]], settings)


def copy_into_neo4j(case: Case, database: Database, chance: Random, whole: Measured) -> None:
    empty(database)
    command = copy_command(case, database)
    at = moment(chance, *whole)
    command.killed(*at)
    state = state_of(lambda: open_neo4j(database, importing=True), case.held)
    again, _ = command.finish() if state != DONE else (0, 0)
    assert state_of(lambda: open_neo4j(database), case.held) == DONE
    with closing(open_neo4j(database)) as store:
        moved = Neo4jMemory(store.connection, "entries", MODEL).items()
        assert sum(1 for _ in moved) == VECTORS
    told("复制到 Neo4j 的进程", after(at[0]), state, again)


def restore_into_neo4j(case: Case, database: Database, chance: Random, whole: Measured) -> None:
    empty(database)
    with closing(open_neo4j(database)) as store:
        made_up(store, 200, seed=2)
    settings = {**case.settings(), **database.settings}
    command = Command(["restore", str(case.saved), "--replace"], settings)
    at = moment(chance, *whole)
    command.killed(*at)
    state = state_of(lambda: open_neo4j(database, importing=True), case.held, case.other)
    again, _ = command.finish()
    assert state_of(lambda: open_neo4j(database), case.held) == DONE
    told("恢复到 Neo4j 的进程", after(at[0]), state, again)


def kill_server(case: Case, database: Database, chance: Random, whole: Measured) -> None:
    """The server dies while a copy goes into it; the copy says so and can be gone on with."""
    empty(database)
    command = copy_command(case, database)
    at = moment(chance, *whole)
    command.struck(*at, lambda _: database.kill())
    assert command.code in (Exit.OK, Exit.STORE), command.said
    assert "Traceback" not in command.said
    database.start()
    state = state_of(lambda: open_neo4j(database, importing=True), case.held)
    if state not in (DONE, NOT_BEGUN):
        assert "再运行一次同一条命令" in command.said
    again, _ = command.finish() if state != DONE else (0, 0)
    assert state_of(lambda: open_neo4j(database), case.held) == DONE
    told("复制中的 Neo4j 服务器", after(at[0]), state, again)


def copy_out_of_neo4j(case: Case, database: Database) -> None:
    """The database holds the case and is only read; the process dies."""
    place = case.folder / "back.sqlite"
    remove(place)
    command = copy_command(case, database, back=place)
    command.killed(2, 0)
    state_of(open_file(place), case.held)
    command.finish()
    assert state_of(open_file(place), case.held) == DONE


# ---- a web process that loads the seeds


def loading(serving: Serving) -> Serving:
    """Return when it has begun to load the seeds."""
    assert eventually(lambda: "载入种子数据" in serving.said), serving.said
    return serving


def serve_on_empty(database: Database, folder: Path) -> float:
    """Return how long a first start loads the seeds."""
    empty(database)
    serving = loading(Serving(folder, None, database.settings))
    began = time.monotonic()
    assert eventually(lambda: "建立检索索引" in serving.said), serving.said
    took = time.monotonic() - began
    serving.stop()
    return took


def kill_serve(
    database: Database, folder: Path, sown: Content, chance: Random, whole: float
) -> None:
    empty(database)
    wait = whole * chance.random()
    serving = loading(Serving(folder, None, database.settings))
    time.sleep(wait)
    serving.stop()
    state = state_of(lambda: open_neo4j(database), sown)
    began = time.monotonic()
    Serving(folder, None, database.settings).wait().stop()
    again = time.monotonic() - began
    assert state_of(lambda: open_neo4j(database), sown) == DONE
    told("载入种子数据的网站进程", f"开始载入 {wait:.1f} 秒后", state, again)


def kill_server_of_serve(
    database: Database, folder: Path, sown: Content, chance: Random, whole: float
) -> None:
    empty(database)
    wait = whole * chance.random()
    serving = loading(Serving(folder, None, {**database.settings, "KG_STORE_WAIT": "0"}))
    time.sleep(wait)
    database.kill()
    time.sleep(0.5)
    serving.stop()
    database.start()
    state = state_of(lambda: open_neo4j(database), sown)
    began = time.monotonic()
    Serving(folder, None, database.settings).wait().stop()
    again = time.monotonic() - began
    assert state_of(lambda: open_neo4j(database), sown) == DONE
    told("载入种子数据时的 Neo4j 服务器", f"开始载入 {wait:.1f} 秒后", state, again)


# ---- the short form


@pytest.mark.parametrize("strike", [copy_into_file, restore_into_file, back_up])
def test_a_killed_process_leaves_nothing_half_written(
    small: Case, strike: Callable[[Case, Random], None]
) -> None:
    strike(small, Random(1))


def test_kills_in_the_middle_of_imports_into_and_out_of_neo4j(
    small: Case, database: Database
) -> None:
    # nobody waits for an undisturbed run here: the moments are after any of these steps
    about = (3.0, 14)
    copy_into_neo4j(small, database, Random(1), about)
    restore_into_neo4j(small, database, Random(2), about)
    kill_server(small, database, Random(3), about)
    copy_out_of_neo4j(small, database)


# ---- the whole form


@pytest.mark.crash
def test_twenty_kills(large: Case, database: Database, sown: Content, tmp_path: Path) -> None:
    chance = Random(20)
    empty(database)
    whole = copy_command(large, database).finish()
    serve_on_empty(database, tmp_path)  # the server is cold
    start = serve_on_empty(database, tmp_path)
    print(
        f"\n不杀时：复制到 Neo4j {whole[0]:.1f} 秒（{whole[1]} 步），"
        f"首次启动载入种子数据 {start:.1f} 秒"
    )
    for _ in range(2):
        copy_into_file(large, chance)
        restore_into_file(large, chance)
    for _ in range(4):
        copy_into_neo4j(large, database, chance, whole)
    for _ in range(3):
        restore_into_neo4j(large, database, chance, whole)
        kill_server(large, database, chance, whole)
    for _ in range(3):
        kill_serve(database, tmp_path, sown, chance, start)
    for _ in range(3):
        kill_server_of_serve(database, tmp_path, sown, chance, start)
