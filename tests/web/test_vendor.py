"""The scripts of the pages: what is there is left alone, npm is found or told to be missing."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from web import vendor
from web.problems import Problem
from web.progress import SilentProgress


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(vendor, "VENDOR", tmp_path / "vendor")
    return tmp_path / "vendor"


def _answers(monkeypatch: pytest.MonkeyPatch, **by_word: tuple[int, str]) -> list[list[str]]:
    """Stand in for npm and pip: the answer to the first word that occurs in the command."""
    asked: list[list[str]] = []

    def run(command: list[str], **_options: Any) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        code, words = next((a for w, a in by_word.items() if w in " ".join(command)), (0, ""))
        return subprocess.CompletedProcess(command, code, words, words)

    monkeypatch.setattr("web.vendor.subprocess.run", run)
    return asked


def test_ready_scripts_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vendor, "is_ready", lambda: True)
    monkeypatch.setattr(vendor, "fetch", lambda _progress: pytest.fail("fetched"))
    assert vendor.main() == 0


def test_a_half_fetched_folder_is_not_ready(folder: Path) -> None:
    folder.mkdir()
    (folder / ".state").write_text(vendor._state())
    assert not vendor.is_ready()
    for name in vendor.FILES.values():
        (folder / name).write_text("x")
    assert vendor.is_ready()
    (folder / ".state").write_text("of another lock file")
    assert not vendor.is_ready()


def test_an_npm_too_old_for_the_lock_file_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.vendor.shutil.which", lambda name: f"/bin/{name}")
    monkeypatch.setattr("web.vendor.importlib.util.find_spec", lambda _name: None)
    _answers(monkeypatch, version=(0, "6.14.4\n"))
    assert vendor.npm_command() is None
    _answers(monkeypatch, version=(0, "10.2.0\n"))
    assert vendor.npm_command() == ["/bin/npm"]


def test_without_npm_the_package_is_installed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.vendor.shutil.which", lambda _name: None)
    monkeypatch.setattr("web.vendor.importlib.util.find_spec", lambda _name: None)
    asked = _answers(monkeypatch, pip=(1, "no network"))
    with pytest.raises(Problem, match="检查 pip 的软件源"):
        vendor.fetch(SilentProgress())
    assert asked[-1][-1] == vendor.NODE


def test_a_failing_npm_is_one_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(vendor, "npm_command", lambda: ["npm"])
    _answers(monkeypatch, ci=(1, "npm error network\n"))
    assert vendor.main() == 1
    told = capsys.readouterr().err.splitlines()
    assert told[-1] == "npm ci 没有成功（原因见上），请检查 npm 的软件源后重试。"
    assert not vendor.is_ready()
