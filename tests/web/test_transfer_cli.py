"""The commands copy, backup and restore: what they say, what they leave alone, what travels."""

import errno
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import IO

import numpy as np
import pytest

from kg.errors import InvalidNode, StoreUnavailable, StoreUnfinished
from kg.model import Edge, Node
from kg.stores.neo4j import Neo4jGraphStore
from kg.stores.sqlite import SqliteGraphStore
from kg.transfer.backup import Backup, Header, write
from kg.transfer.files import new_file
from kg.transfer.sources import StoreSource
from kg.vocabulary import Label, Relation
from search.indexes.neo4j_memory import Neo4jMemory
from search.memory import FileMemory, Floats, key_of
from tests.contracts.backends import erase_neo4j, neo4j_login
from web import transfer
from web.bootstrap import open_platform
from web.cli import main
from web.problems import Exit
from web.settings import Settings

Run = Callable[..., tuple[int, str, str]]
MODEL = "a1b2c3"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command with a data folder of its own and these settings."""
    monkeypatch.setenv("KG_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("KG_EMBEDDING_MODEL", "none")
    (tmp_path / "data").mkdir()

    def call(*arguments: str, **settings: str) -> tuple[int, str, str]:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in settings.items():
                patch.setenv(f"KG_{name.upper()}", value)
            code = main(list(arguments))
        return (code, *capsys.readouterr())

    return call


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    """A small graph in the data folder, with a vector and a private node."""
    file = tmp_path / "data" / "graph.sqlite"
    file.parent.mkdir(exist_ok=True)
    with closing(SqliteGraphStore(file)) as store:
        store.put(Node("tech-1", Label.TECHNOLOGY, {"name": "余热回收"}))
        store.put(Node("tech-1", Label.TECHNOLOGY, {"name": "余热回收", "year": 2024}))
        store.put(Node("user-1", Label.USER, {"name": "甲"}))
        store.relate(Edge(Relation.ABOUT, "user-1", "tech-1"))
    keep_vector(tmp_path / "data", "余热回收", 0.5)
    return file


def keep_vector(data: Path, text: str, number: float) -> None:
    memory = FileMemory(data / "vectors" / "entries", MODEL)
    memory.keep({key_of(text): np.full(3, number, np.float32)})
    memory.save()


def vectors(data: Path) -> dict[bytes, list[float]]:
    return {k: list(v) for k, v in FileMemory(data / "vectors" / "entries", MODEL).items()}


VECTOR = {key_of("余热回收"): [0.5, 0.5, 0.5]}


def held(file: Path) -> list[tuple[str, int]]:
    with closing(SqliteGraphStore(file)) as store:
        return [(node.id, node.revision) for node in store.node_page("", 100)]


ALL = [("tech-1", 2), ("user-1", 1)]


@pytest.fixture
def server() -> Iterator[tuple[str, str, str]]:
    login = neo4j_login() or pytest.skip("没有 Neo4j（KG_TEST_NEO4J_URI）")
    erase_neo4j(Path())
    yield login
    erase_neo4j(Path())


class TestCopy:
    def test_between_files(self, run: Run, graph: Path, tmp_path: Path) -> None:
        place = tmp_path / "copy.sqlite"
        ends = ("--from", f"sqlite:///{graph}", "--to", f"sqlite:///{place}")
        code, out, err = run("copy", *ends)
        assert code == Exit.OK, err
        assert "已复制：2 个节点、1 条关系、1 个向量，核对一致，校验和" in out
        assert "导入节点" in err
        assert held(place) == ALL
        code, _out, err = run("copy", *ends)
        assert code == Exit.FAILED
        assert "--replace" in err.splitlines()[-1]
        code, out, _err = run("copy", *ends, "--replace", "--json")
        assert (code, json.loads(out)["nodes"]) == (Exit.OK, 2)

    def test_into_neo4j_and_back_with_vectors(
        self, run: Run, graph: Path, tmp_path: Path, server: tuple[str, str, str]
    ) -> None:
        uri, user, password = server
        ends = ("--from", f"sqlite:///{graph}", "--to", uri, "--to-user", user)
        code, out, err = run("copy", *ends, to_password=password)
        assert code == Exit.OK, err
        assert password not in out + err
        with closing(Neo4jGraphStore(uri, user, password)) as store:
            assert [(n.id, n.revision) for n in store.node_page("", 10)] == ALL
            moved = Neo4jMemory(store.connection, "entries", MODEL).items()
            assert {key: list(vector) for key, vector in moved} == VECTOR
        place = tmp_path / "back.sqlite"
        other = tmp_path / "elsewhere"
        code, out, err = run(
            "copy", "--from", uri, "--to", f"sqlite:///{place}",
            store_password=password, data=str(other),
        )  # fmt: skip
        assert (code, held(place), vectors(other)) == (Exit.OK, ALL, VECTOR), err

    def test_vectors_beside_the_source_come_before_those_of_the_data_folder(
        self, run: Run, graph: Path, tmp_path: Path
    ) -> None:
        other = tmp_path / "other"
        ends = ("--from", f"sqlite:///{graph}", "--to", f"sqlite:///{other / 'graph.sqlite'}")
        code, out, err = run("copy", *ends, data=str(other))
        assert (code, vectors(other)) == (Exit.OK, VECTOR), err
        assert "1 个向量" in out

    def test_where_there_are_no_vectors_that_is_said(self, run: Run, tmp_path: Path) -> None:
        with closing(SqliteGraphStore(tmp_path / "a.sqlite")) as store:
            store.put(Node("tech-1", Label.TECHNOLOGY))
        ends = (
            "--from",
            f"sqlite:///{tmp_path}/a.sqlite",
            "--to",
            f"sqlite:///{tmp_path}/b.sqlite",
        )
        code, out, _err = run("copy", *ends)
        assert (code, "来源没有保存的向量" in out) == (Exit.OK, True)

    @pytest.mark.parametrize("wrong", [None, np.zeros(3, np.float32), np.zeros(4, np.float32)])
    def test_vectors_that_did_not_arrive_are_told_and_the_copy_stays_unfinished(
        self,
        run: Run,
        graph: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        wrong: "Floats | None",
    ) -> None:
        other, place = tmp_path / "other", tmp_path / "copy.sqlite"
        ends = ("--from", f"sqlite:///{graph}", "--to", f"sqlite:///{place}")

        def lossy(memory: FileMemory, _vectors: object) -> None:
            memory._all = {} if wrong is None else dict.fromkeys(VECTOR, wrong)

        with monkeypatch.context() as patch:
            patch.setattr(FileMemory, "keep", lossy)
            code, _out, err = run("copy", *ends, data=str(other))
        assert code == Exit.FAILED
        assert "向量" in err.splitlines()[-1]
        with pytest.raises(StoreUnfinished):
            SqliteGraphStore(place)
        for file in (other / "vectors").glob("*/*"):
            file.unlink()
        assert run("copy", *ends, data=str(other))[0] == Exit.OK
        assert vectors(other) == VECTOR

    @pytest.mark.parametrize(
        ("error", "code", "words"),
        [
            (KeyboardInterrupt(), Exit.INTERRUPTED, "已中断。"),
            (StoreUnavailable("断开了。"), Exit.STORE, "断开了。"),
            (InvalidNode("内容不合规。"), Exit.FAILED, "内容不合规。"),
            (OSError(errno.EIO, "broken"), Exit.FAILED, "系统出错：broken。"),
        ],
    )
    def test_whatever_stops_it_can_be_gone_on_with(
        self,
        run: Run,
        graph: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        error: BaseException,
        code: Exit,
        words: str,
    ) -> None:
        def stop(*_: object) -> int:
            raise error

        ends = ("--from", f"sqlite:///{graph}", "--to", f"sqlite:///{tmp_path / 'copy.sqlite'}")
        with monkeypatch.context() as patch:
            patch.setattr(transfer, "keep", stop)
            got, _out, err = run("copy", *ends)
        assert (got, err.splitlines()[-1]) == (code, words + transfer.GO_ON)
        got, out, _err = run("copy", *ends)
        assert (got, "接着上次" in out) == (Exit.OK, True)

    @pytest.mark.parametrize(
        ("ends", "code", "words"),
        [
            (("sqlite:///{graph}", "sqlite:///{graph}"), Exit.USAGE, "同一个图谱"),
            (("sqlite:///{folder}/none.sqlite", "sqlite:///{graph}"), Exit.FAILED, "没有图谱文件"),
            (("mysql://x", "sqlite:///{graph}"), Exit.USAGE, "--from 不能用"),
            (("sqlite:///{graph}", "neo4j://u:geheim@x"), Exit.USAGE, "不要写用户名和密码"),
            (("sqlite:///{graph}", "neo4j://127.0.0.1:1"), Exit.SETTING, "KG_TO_PASSWORD"),
        ],
    )
    def test_what_cannot_be_copied_is_one_sentence(
        self, run: Run, graph: Path, ends: tuple[str, str], code: int, words: str
    ) -> None:
        one, two = (end.format(graph=graph, folder=graph.parent) for end in ends)
        got, out, err = run("copy", "--from", one, "--to", two)
        assert (got, out) == (code, "")
        assert words in err
        assert "geheim" not in err
        assert len(err.splitlines()) == 1
        assert not (graph.parent / "none.sqlite").exists()

    def test_a_server_that_does_not_answer(self, run: Run, graph: Path) -> None:
        ends = ("--from", f"sqlite:///{graph}", "--to", "neo4j://127.0.0.1:1")
        code, _out, err = run("copy", *ends, store_password="whatever")
        assert code == Exit.STORE
        assert "连不上 Neo4j" in err.splitlines()[-1]


class TestBackup:
    def test_there_and_back(self, run: Run, graph: Path, tmp_path: Path) -> None:
        file = tmp_path / "a.greenkg"
        code, out, err = run("backup", str(file))
        assert code == Exit.OK, err
        assert "已备份到" in out
        assert "1 个向量" in out
        other = tmp_path / "other"
        code, out, err = run("restore", str(file), data=str(other))
        assert code == Exit.OK, err
        assert "已恢复：2 个节点、1 条关系、1 个向量" in out
        assert held(other / "graph.sqlite") == ALL
        assert vectors(other) == VECTOR

    def test_nothing_is_overwritten_unasked(self, run: Run, graph: Path, tmp_path: Path) -> None:
        file = tmp_path / "a.greenkg"
        file.write_text("mine")
        code, _out, err = run("backup", str(file))
        assert (code, file.read_text()) == (Exit.FAILED, "mine")
        assert "--force" in err
        assert run("backup", str(file), "--force")[0] == Exit.OK
        code, _out, err = run("restore", str(file))
        assert (code, held(graph)) == (Exit.FAILED, ALL)
        assert "--replace" in err.splitlines()[-1]
        with closing(SqliteGraphStore(graph)) as store:
            store.put(Node("tech-2", Label.TECHNOLOGY))
        assert run("restore", str(file), "--replace")[0] == Exit.OK
        assert held(graph) == ALL

    def test_a_damaged_file_touches_nothing(self, run: Run, graph: Path, tmp_path: Path) -> None:
        file = tmp_path / "a.greenkg"
        run("backup", str(file))
        whole = file.read_bytes()
        file.write_bytes(whole[:200] + b"\x00" + whole[201:])
        code, _out, err = run("restore", str(file), "--replace")
        assert code == Exit.FAILED
        assert "已损坏" in err.splitlines()[-1]
        assert held(graph) == ALL
        code, _out, err = run("restore", str(tmp_path / "none"), "--replace")
        assert (code, err) == (Exit.FAILED, f"没有备份文件 {tmp_path / 'none'}，请核对文件名。\n")

    @pytest.mark.parametrize(
        "lines",
        [
            ['["00","AAAAAA=="]'],
            ['["00112233445566778899aabbccddeeff","AAAA"]'],
            ['["00112233445566778899aabbccddeeff","AADAfw=="]'],
            [
                '["00112233445566778899aabbccddeeff","AAAAAA=="]',
                '["00112233445566778899aabbccddeef0","AAAAAAAAAAA="]',
            ],
        ],
    )
    def test_vectors_that_cannot_be_read_are_noticed_before_anything_is_touched(
        self, run: Run, graph: Path, tmp_path: Path, lines: list[str]
    ) -> None:
        section = (f"vectors entries {MODEL}", [f"{line}\n".encode() for line in lines])
        with (
            closing(SqliteGraphStore(graph)) as store,
            (tmp_path / "odd").open("wb") as out,
            store.frozen(),
        ):
            write(out, Header("", "", "", 2, 1), StoreSource(store), [section], lambda *_: None)
        code, _out, err = run("restore", str(tmp_path / "odd"), "--replace")
        assert code == Exit.FAILED
        assert "已损坏" in err.splitlines()[-1]
        assert held(graph) == ALL

    def test_a_graph_that_is_not_there(self, run: Run, tmp_path: Path) -> None:
        code, _out, err = run("backup", str(tmp_path / "a"))
        assert code == Exit.FAILED
        assert "没有图谱文件" in err
        assert not (tmp_path / "a").exists()

    def test_a_folder_that_is_not_there(self, run: Run, graph: Path, tmp_path: Path) -> None:
        code, _out, err = run("backup", str(tmp_path / "no" / "a"))
        assert code == Exit.FOLDER
        assert "不存在" in err

    def test_a_full_disk_is_the_one_of_the_file(
        self, run: Run, graph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(transfer, "write", full)
        (tmp_path / "disk").mkdir()
        code, _out, err = run("backup", str(tmp_path / "disk" / "a"))
        assert code == Exit.DISK_FULL
        assert f"无法写入 {tmp_path / 'disk'}，" in err
        assert "KG_DATA" not in err

    def test_an_import_that_has_begun_since_it_was_opened_is_not_backed_up(
        self, run: Run, graph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def late(file: Path, *, force: bool) -> AbstractContextManager[tuple[IO[bytes], Path]]:
            with closing(SqliteGraphStore(graph)) as store:
                store.set_mark(None, "x")
            return new_file(file, force=force)

        monkeypatch.setattr(transfer, "new_file", late)
        code, _out, err = run("backup", str(tmp_path / "a"))
        assert code == Exit.STORE
        assert "没有做完" in err.splitlines()[-1]
        assert not (tmp_path / "a").exists()

    def test_out_of_neo4j_and_into_it(
        self, run: Run, graph: Path, tmp_path: Path, server: tuple[str, str, str]
    ) -> None:
        uri, _user, password = server
        own = {"store": uri, "store_password": password}
        file = tmp_path / "a.greenkg"
        run("backup", str(file))
        code, out, err = run("restore", str(file), **own)
        assert code == Exit.OK, err
        assert "1 个向量" in out
        code, _out, err = run("restore", str(file), **own)
        assert code == Exit.FAILED
        assert "--replace" in err.splitlines()[-1]
        assert run("restore", str(file), "--replace", **own)[0] == Exit.OK
        again = tmp_path / "b.greenkg"
        code, out, err = run("backup", str(again), **own)
        assert code == Exit.OK, err
        one, two = Backup(file), Backup(again)
        assert one.summary() == two.summary()
        assert one.sections == two.sections == {f"vectors entries {MODEL}": 1}


def test_an_unfinished_graph_is_not_served(run: Run, graph: Path, tmp_path: Path) -> None:
    with closing(SqliteGraphStore(graph)) as store:
        store.set_mark(None, "x")
    for command in (["search", "余热"], ["info"], ["backup", str(tmp_path / "a")]):
        code, out, err = run(*command)
        assert (code, out) == (Exit.STORE, "")
        assert "再运行一次" in err


def test_a_restored_catalogue_is_opened_without_loading_the_seeds_again(
    run: Run, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    settings = Settings(_env_file=None, data=data, embedding_model="none")
    with open_platform(settings) as opened:
        opened.store.remove(opened.store.node_page("doc", 1)[0].id)
        counts = opened.store.counts()
    run("backup", str(tmp_path / "a"))
    other = tmp_path / "other"
    assert run("restore", str(tmp_path / "a"), data=str(other))[0] == Exit.OK
    with open_platform(settings.model_copy(update={"data": other})) as again:
        assert again.store.counts() == counts
