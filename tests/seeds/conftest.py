"""Raw records and seed lines as plain data, a store in memory, a copy of the seeds to break."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.stores.sqlite.store import SqliteGraphStore
from seeds import FOLDER

Lines = list[dict[str, Any]]


def lines_of(path: Path) -> Lines:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="session")
def raw() -> dict[str, Lines]:
    return {name: lines_of(FOLDER / f"raw/{name}.jsonl") for name in ("items", "orgs", "demands")}


@pytest.fixture(scope="session")
def data() -> dict[str, Lines]:
    return {path.stem: lines_of(path) for path in (FOLDER / "data").glob("*.jsonl")}


@pytest.fixture
def store() -> Iterator[SqliteGraphStore]:
    opened = SqliteGraphStore(None)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the seeds that a test may break."""
    for part in ("vocab", "data"):
        shutil.copytree(FOLDER / part, tmp_path / part)
    return tmp_path


@pytest.fixture
def rewrite(folder: Path) -> Callable[..., int]:
    """Change the first line that has `having` in it; returns its number."""

    def change(file: str, having: str, new: Callable[[str], str]) -> int:
        path = folder / file
        lines = path.read_text("utf-8").split("\n")
        at = next(i for i, line in enumerate(lines) if having in line and line[0] != "#")
        lines[at] = new(lines[at])
        path.write_text("\n".join(lines), "utf-8")
        return at + 1

    return change
