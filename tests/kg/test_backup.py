"""Backup files: what comes back is what went in; what is damaged is never used."""

import json
import os
import sqlite3  # noqa: TID251 - a file of another program
import stat
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kg.errors import BrokenBackup, StoreForeign, StoreTooNew, StoreUnavailable, TransferRefused
from kg.model import Node
from kg.stores.sqlite import SqliteGraphStore
from kg.stores.sqlite.exchange import exchanged
from kg.transfer import backup, compression
from kg.transfer.backup import Backup, Header, write
from kg.transfer.copying import Import
from kg.transfer.files import new_file
from kg.transfer.records import NO_EDGE, EdgeKey, StoredEdge, StoredNode, Summary
from kg.transfer.sources import StoreSource
from kg.vocabulary import Label
from tests.kg.test_transfer import SILENT, Stop, content, scramble

EXTRA = ("vectors x", [b'["a","b"]\n', b'["c","d"]\n'])


@pytest.fixture
def source() -> Iterator[SqliteGraphStore]:
    with closing(SqliteGraphStore(None)) as store:
        scramble(store, 5)
        yield store


def save(store: SqliteGraphStore, file: Path) -> Summary:
    origin = StoreSource(store)
    with new_file(file) as (out, _), store.frozen():
        header = Header("2026-11-23T08:00:00+08:00", "0.1.0", "sqlite", *origin.size())
        return write(out, header, origin, [EXTRA], lambda _done, _whole: None)


@pytest.fixture
def file(source: SqliteGraphStore, tmp_path: Path) -> Path:
    save(source, tmp_path / "a.greenkg")
    return tmp_path / "a.greenkg"


class TestFile:
    def test_it_holds_everything_and_says_what(self, source: SqliteGraphStore, file: Path) -> None:
        saved = Backup(file)
        assert (list(saved.nodes()), list(saved.edges())) == content(source)
        assert saved.size() == StoreSource(source).size()
        assert saved.header.nodes == saved.size()[0]
        assert saved.sections == {"vectors x": 2}
        assert list(saved.lines("vectors x")) == EXTRA[1]
        assert list(saved.lines("nothing")) == []
        nodes, edges = content(source)
        assert list(saved.nodes(nodes[3].id)) == nodes[4:]
        assert list(saved.edges(edges[3].key)) == edges[4:]

    def test_an_empty_graph_makes_a_file_too(self, tmp_path: Path) -> None:
        with closing(SqliteGraphStore(None)) as store:
            save(store, tmp_path / "empty")
        assert Backup(tmp_path / "empty").size() == (0, 0)

    def test_only_its_owner_may_read_it(self, file: Path) -> None:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_every_changed_byte_is_noticed(self, file: Path, tmp_path: Path) -> None:
        whole, other = file.read_bytes(), tmp_path / "other"
        places = {0, 14, 15, 20, len(whole) - 1, len(whole) - 40, len(whole) - 72}
        places |= {Random(1).randrange(len(whole)) for _ in range(40)}
        for place in places:
            other.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
            with pytest.raises(BrokenBackup):
                Backup(other)

    def test_every_missing_or_added_byte_is_noticed(self, file: Path, tmp_path: Path) -> None:
        whole, other = file.read_bytes(), tmp_path / "other"
        for size in (0, 5, 15, 60, 300, len(whole) // 2, len(whole) - 72, len(whole) - 1):
            other.write_bytes(whole[:size])
            with pytest.raises(BrokenBackup):
                Backup(other)
        other.write_bytes(whole + b"x")
        with pytest.raises(BrokenBackup, match="已损坏"):
            Backup(other)

    def test_lines_that_are_wrong_under_right_sums_are_noticed(
        self, source: SqliteGraphStore, tmp_path: Path
    ) -> None:
        class Wrong(StoreSource):
            def nodes(self, after: str = "") -> Iterator[object]:  # type: ignore[override]
                for number, node in enumerate(super().nodes(after)):
                    yield _Line(node) if number == 5 else node

        class _Line:
            def __init__(self, node: object) -> None:
                self.label = node.label  # type: ignore[attr-defined]

            def line(self) -> bytes:
                return b'["tech-1","Technology", 1,{}]\n'

        origin = Wrong(source)
        with new_file(tmp_path / "wrong") as (out, _):
            write(out, Header("", "", "", 1, 1), origin, [], lambda _done, _whole: None)
        with pytest.raises(BrokenBackup, match="格式"):
            Backup(tmp_path / "wrong")

    @pytest.mark.parametrize(
        ("nodes", "edges", "words"),
        [
            ([("tech-1", "Technology", 1, '{"Name":1}')], [], "格式"),
            ([("tech-1", "Technology", 1, '{"a": 1}')], [], "格式"),
            ([("tech-1", "Technology", 0, "{}")], [], "格式"),
            ([("tech-1", "Technology", 1, "{}")] * 2, [], "格式"),
            ([("tech-1", "Robot", 1, "{}")], [], r"更新的版本（0\.9）"),
            ([], [("org-1", "SUPPLIES", "tech-1", "{}")], "格式"),
            ([("org-1", "Organization", 1, "{}")], [("org-1", "SUPPLIES", "tech-1", "{}")], "格式"),
            ([("org-1", "Organization", 1, "{}")], [("org-1", "LIKES", "org-1", "{}")], "更新"),
        ],
    )
    def test_what_no_store_would_take_is_noticed(
        self, tmp_path: Path, nodes: list[Any], edges: list[Any], words: str
    ) -> None:
        class Odd(StoreSource):
            def nodes(self, after: str = "") -> Iterator[StoredNode]:
                return (StoredNode(*one) for one in nodes)

            def edges(self, after: EdgeKey = NO_EDGE) -> Iterator[StoredEdge]:
                return (StoredEdge(*one) for one in edges)

        with closing(SqliteGraphStore(None)) as store, new_file(tmp_path / "odd") as (out, _):
            write(out, Header("", "0.9", "", 1, 1), Odd(store), [], lambda _done, _whole: None)
        with pytest.raises(BrokenBackup, match=words):
            Backup(tmp_path / "odd")

    def test_lines_of_other_sections_are_shown_to_who_knows_them(self, file: Path) -> None:
        seen: list[tuple[str, bytes]] = []
        Backup(file, inspect=lambda section, line: seen.append((section, line)))
        assert seen == [(EXTRA[0], line) for line in EXTRA[1]]

        def refuse(_section: str, _line: bytes) -> None:
            raise ValueError

        with pytest.raises(BrokenBackup, match="格式"):
            Backup(file, inspect=refuse)

    def test_it_stays_the_file_that_was_checked(self, source: SqliteGraphStore, file: Path) -> None:
        saved = Backup(file)
        first = next(saved.nodes())
        with new_file(file, force=True) as (out, _):
            out.write(b"tonight's")
        assert (list(saved.nodes()), list(saved.edges())) == content(source)
        assert next(saved.nodes()) == first

    def test_a_change_of_the_file_itself_is_told(self, file: Path) -> None:
        saved = Backup(file)
        with file.open("r+b") as opened:
            opened.seek(400)
            opened.write(b"x" * 99)
        with pytest.raises(BrokenBackup, match="改动"):
            list(saved.nodes())

    def test_a_line_without_end_does_not_fill_the_memory(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(compression, "LONGEST", 1 << 20)
        packed = bytearray()
        with compression.compressed(packed.extend) as body:
            for _ in range(1000):
                body(b"x" * (1 << 18))
        with pytest.raises(ValueError, match="without end"):
            list(compression.lines(BytesIO(packed).read, len(packed)))

    def test_a_file_of_a_newer_version_is_refused(
        self, source: SqliteGraphStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        head = {"format": 2, "software": "9.0", "anything": [1]}
        (tmp_path / "new").write_bytes(backup.MAGIC + json.dumps(head).encode() + b"\nwhatever")
        with pytest.raises(BrokenBackup, match=r"更新的版本（9.0）"):
            Backup(tmp_path / "new")

    @pytest.mark.parametrize("text", [b"", b"hello", b"SQLite format 3\x00", b"\xff" * 99])
    def test_what_is_no_backup_is_told(self, text: bytes, tmp_path: Path) -> None:
        (tmp_path / "no").write_bytes(text)
        with pytest.raises(BrokenBackup, match="不是本系统的备份文件"):
            Backup(tmp_path / "no")


class TestNewFile:
    def test_an_existing_file_is_not_overwritten(
        self, source: SqliteGraphStore, tmp_path: Path
    ) -> None:
        (tmp_path / "a").write_text("mine")
        with pytest.raises(TransferRefused, match="--force"):
            save(source, tmp_path / "a")
        assert (tmp_path / "a").read_text() == "mine"

    def test_nor_one_that_appears_meanwhile(self, tmp_path: Path) -> None:
        with pytest.raises(TransferRefused), new_file(tmp_path / "a") as (out, _):  # noqa: PT012
            out.write(b"new")
            (tmp_path / "a").write_text("mine")
        assert (tmp_path / "a").read_text() == "mine"
        assert [one.name for one in tmp_path.iterdir()] == ["a"]

    @pytest.mark.parametrize("force", [False, True])
    def test_an_error_leaves_no_trace(self, tmp_path: Path, force: bool) -> None:
        if force:
            (tmp_path / "a").write_text("mine")
        with pytest.raises(Stop), new_file(tmp_path / "a", force=force) as (out, _):  # noqa: PT012
            out.write(b"half")
            raise Stop
        assert [one.read_text() for one in tmp_path.iterdir()] == ["mine"] * force

    def test_what_a_crash_left_is_used_again(self, tmp_path: Path) -> None:
        (tmp_path / ".a.part").write_bytes(b"much longer than the new one")
        with new_file(tmp_path / "a") as (out, _):
            out.write(b"new")
        assert (tmp_path / "a").read_bytes() == b"new"
        assert [one.name for one in tmp_path.iterdir()] == ["a"]

    def test_two_at_once_do_not_mix(self, tmp_path: Path) -> None:
        with new_file(tmp_path / "a") as (out, _):
            with pytest.raises(TransferRefused, match="另一个进程"), new_file(tmp_path / "a"):
                pass
            out.write(b"new")
        assert (tmp_path / "a").read_bytes() == b"new"

    def test_a_link_in_its_way_is_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "theirs").write_text("theirs")
        (tmp_path / ".a.part").symlink_to(tmp_path / "theirs")
        with pytest.raises(TransferRefused, match="链接"), new_file(tmp_path / "a"):
            pass
        assert (tmp_path / "theirs").read_text() == "theirs"

    def test_a_folder_is_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(TransferRefused, match="目录"), new_file(tmp_path, force=True):
            pass


def restore(file: Path, place: Path, *, replace: bool = False) -> None:
    with exchanged(place, replace=replace) as store:
        Import(Backup(file), store, SILENT, nodes=9, edges=9).run()


def held(place: Path) -> object:
    with closing(SqliteGraphStore(place)) as store:
        return content(store)


class TestRestoringAFile:
    def test_what_went_in_comes_back(
        self, source: SqliteGraphStore, file: Path, tmp_path: Path
    ) -> None:
        restore(file, tmp_path / "g.sqlite")
        assert held(tmp_path / "g.sqlite") == content(source)
        assert {one.name for one in tmp_path.iterdir()} == {"a.greenkg", "g.sqlite"}

    def test_an_empty_graph_gives_way_and_a_full_one_does_not(
        self, source: SqliteGraphStore, file: Path, tmp_path: Path
    ) -> None:
        place = tmp_path / "g.sqlite"
        SqliteGraphStore(place).close()
        restore(file, place)
        with closing(SqliteGraphStore(place)) as store:
            store.put(Node("tech-own", Label.TECHNOLOGY))
        before = held(place)
        with pytest.raises(TransferRefused, match="--replace"):
            restore(file, place)
        assert held(place) == before
        place.chmod(0o640)
        restore(file, place, replace=True)
        assert held(place) == content(source)
        assert stat.S_IMODE(place.stat().st_mode) == 0o640

    def test_an_error_on_the_way_leaves_the_old_graph(self, file: Path, tmp_path: Path) -> None:
        place = tmp_path / "g.sqlite"
        with closing(SqliteGraphStore(place)) as store:
            store.put(Node("tech-own", Label.TECHNOLOGY))
        before = held(place)
        with pytest.raises(Stop), exchanged(place, replace=True) as store:  # noqa: PT012
            store.set_mark(None, "x")
            raise Stop
        assert held(place) == before
        assert {one.name for one in tmp_path.iterdir()} == {"a.greenkg", "g.sqlite"}

    def test_what_a_crash_left_is_thrown_away(
        self, source: SqliteGraphStore, file: Path, tmp_path: Path
    ) -> None:
        with closing(SqliteGraphStore(tmp_path / "g.sqlite.restoring", importing=True)) as left:
            left.put(Node("tech-left", Label.TECHNOLOGY))
        (tmp_path / "g.sqlite.restoring-wal").write_bytes(b"x" * 99)
        restore(file, tmp_path / "g.sqlite")
        assert held(tmp_path / "g.sqlite") == content(source)

    def test_a_graph_in_use_is_not_exchanged(self, file: Path, tmp_path: Path) -> None:
        place = tmp_path / "g.sqlite"
        with closing(SqliteGraphStore(place)) as store:
            store.put(Node("tech-own", Label.TECHNOLOGY))
            with pytest.raises(TransferRefused, match="先停止"):
                restore(file, place, replace=True)
            store.put(Node("tech-more", Label.TECHNOLOGY))
        with closing(SqliteGraphStore(place)) as store:
            assert sum(store.counts().nodes.values()) == 2

    @pytest.mark.parametrize("how", ["no database", "holes"])
    def test_a_damaged_graph_is_kept_beside(
        self, source: SqliteGraphStore, file: Path, tmp_path: Path, how: str
    ) -> None:
        place = tmp_path / "g.sqlite"
        if how == "holes":
            restore(file, place)
            place.write_bytes(place.read_bytes()[:4096] + b"\x55" * 90_000)
        else:
            place.write_bytes(b"nothing of the sort" * 999)
        with pytest.raises(StoreUnavailable):
            restore(file, place)
        damaged = place.read_bytes()
        restore(file, place, replace=True)
        assert held(place) == content(source)
        assert (tmp_path / "g.sqlite.damaged").read_bytes() == damaged

    def test_a_graph_that_only_cannot_be_opened_now_is_not_put_aside(
        self, file: Path, tmp_path: Path
    ) -> None:
        place = tmp_path / "g.sqlite"
        with closing(SqliteGraphStore(place)) as store:
            store.put(Node("tech-own", Label.TECHNOLOGY))
        before = held(place)
        (tmp_path / "g.sqlite-wal").mkdir()
        with pytest.raises(StoreUnavailable, match="打不开"):
            restore(file, place, replace=True)
        (tmp_path / "g.sqlite-wal").rmdir()
        assert held(place) == before
        assert not (tmp_path / "g.sqlite.damaged").exists()

    def test_a_graph_that_was_filled_meanwhile_does_not_give_way(
        self, file: Path, tmp_path: Path
    ) -> None:
        place = tmp_path / "g.sqlite"
        with (  # noqa: PT012
            pytest.raises(TransferRefused, match="--replace"),
            exchanged(place, replace=False) as store,
        ):
            Import(Backup(file), store, SILENT).run()
            with closing(SqliteGraphStore(place)) as other:
                other.put(Node("tech-own", Label.TECHNOLOGY))
        with closing(SqliteGraphStore(place)) as kept:
            assert kept.get("tech-own")

    def test_what_is_left_of_another_database_does_not_get_into_the_new_one(
        self, source: SqliteGraphStore, file: Path, tmp_path: Path
    ) -> None:
        place = tmp_path / "g.sqlite"
        with closing(SqliteGraphStore(tmp_path / "other")) as store:
            store.put(Node("tech-own", Label.TECHNOLOGY))
            (tmp_path / "g.sqlite-wal").write_bytes((tmp_path / "other-wal").read_bytes())
        restore(file, place)
        assert held(place) == content(source)

    def test_at_no_moment_is_there_no_graph(
        self, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place = tmp_path / "g.sqlite"
        place.write_bytes(b"nothing of the sort" * 999)
        moved: list[str] = []
        real = Path.replace

        def watched(one: Path, other: Path) -> Path:
            assert place.exists()
            moved.append(one.name)
            real(one, other)
            assert place.exists()
            return other

        monkeypatch.setattr(Path, "replace", watched)
        restore(file, place, replace=True)
        assert moved == ["g.sqlite.restoring"]

    def test_a_link_stays_a_link_and_the_owner_the_owner(
        self, source: SqliteGraphStore, file: Path, tmp_path: Path
    ) -> None:
        place, link = tmp_path / "disk" / "g.sqlite", tmp_path / "link"
        place.parent.mkdir()
        SqliteGraphStore(place).close()
        link.symlink_to(place)
        owner = 12345 if os.geteuid() == 0 else os.geteuid()
        os.chown(place, owner, -1)
        restore(file, link)
        assert link.is_symlink()
        assert place.stat().st_uid == owner
        assert held(place) == content(source)
        place.unlink()
        os.chown(place.parent, owner, -1)
        restore(file, place)
        assert place.stat().st_uid == owner

    def test_what_belongs_to_others_is_not_thrown_away(self, file: Path, tmp_path: Path) -> None:
        place = tmp_path / "g.sqlite"
        with closing(sqlite3.connect(place)) as other:
            other.execute("CREATE TABLE theirs (x)")
        with pytest.raises(StoreForeign):
            restore(file, place, replace=True)
        place.unlink()
        SqliteGraphStore(place).close()
        with closing(sqlite3.connect(place)) as newer:
            newer.execute("PRAGMA user_version = 99")
        with pytest.raises(StoreTooNew):
            restore(file, place, replace=True)
