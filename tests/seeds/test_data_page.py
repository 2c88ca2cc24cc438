"""docs/data.md shows what its command prints, and says of the raw records what is there."""

import contextlib
import io
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.seeds.conftest import Lines

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/data.md").read_text("utf-8")


def block(language: str) -> str:
    """The one code block of the page in this language."""
    (text,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(text)


def test_the_command_prints_the_numbers_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block("python"), {})
    assert printed.getvalue() == block("text")


def test_the_page_counts_the_raw_records(raw: dict[str, Lines]) -> None:
    series = Counter(r["key"].partition("-")[0] for lines in raw.values() for r in lines)
    said = f"节能 {series['energy']}、资源循环 {series['circular']}、新能源 {series['newenergy']}"
    assert f"{series.total()} 条（{said}）" in PAGE
