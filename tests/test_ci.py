"""`.ci/run` finds its Neo4j, leaves nothing behind, and ends as the tests do."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

RUN = Path(__file__).parents[1] / ".ci" / "run"
MAKE = '#!/bin/sh\necho "make $1 ${KG_TEST_NEO4J_URI:-none}"\n[ "$1" != test ] || exit "$CODE"\n'
SERVER = '#!/bin/sh\necho "$@" >> "$LOG"\n[ "$1" = start ] && echo "export KG_TEST_NEO4J_URI=own"\n'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A copy of the script in a repository where `make` and the server only say what they do."""
    for name, text in (("bin/make", MAKE), ("shared/neo4j/server", SERVER)):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    (tmp_path / "repository" / ".ci").mkdir(parents=True)
    (tmp_path / "tmp").mkdir()
    shutil.copy(RUN, tmp_path / "repository" / ".ci" / "run")
    return tmp_path


def run(place: Path, code: int = 0, **settings: str) -> tuple[int, list[str]]:
    path = f"{place / 'bin'}:{os.getenv('PATH')}"
    own = {"PATH": path, "LOG": str(place / "log"), "CODE": str(code), "TMPDIR": str(place / "tmp")}
    command = ["bash", str(place / "repository" / ".ci" / "run")]
    ran = subprocess.run(
        command, env=own | settings, capture_output=True, text=True, check=False, cwd=place
    )
    assert list((place / "tmp").iterdir()) == []
    return ran.returncode, ran.stdout.splitlines()


@pytest.mark.parametrize("code", [0, 2])
def test_a_server_that_does_not_stop_changes_nothing(place: Path, code: int) -> None:
    assert run(place, code) == (code, ["make check none", "make test own"])
    told = (place / "log").read_text().splitlines()
    assert [line.split()[0] for line in told] == ["start", "stop"]


def test_a_server_that_is_given_is_used(place: Path) -> None:
    shutil.rmtree(place / "shared")
    given = {"KG_TEST_NEO4J_URI": "neo4j://given", "CI": "true"}
    assert run(place, **given) == (0, ["make check neo4j://given", "make test neo4j://given"])


def test_in_ci_an_absent_server_is_a_failure(place: Path) -> None:
    shutil.rmtree(place / "shared")
    assert run(place, CI="true") == (1, ["make check none"])
    assert run(place) == (0, ["make check none", "make test none"])
