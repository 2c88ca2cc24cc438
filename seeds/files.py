"""Reads seed files line by line and remembers where each line stands.

Knows JSON Lines and tab-separated tables, and nothing of what the lines mean.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Never

from seeds.errors import Problem

FOLDER = Path(__file__).parent
"""The packaged seeds: `vocab/` and `data/` below it."""


@dataclass(frozen=True, slots=True)
class Line:
    """The content of one line and where it stands; `file` is relative to the seed folder."""

    file: str
    number: int
    data: dict[str, Any]

    def problem(self, reason: str) -> Problem:
        """Return a problem of this line."""
        return Problem(self.file, self.number, reason)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"字段“{twice}”出现了两次")
    return data


def _no_constant(word: str) -> Never:
    raise ValueError(f"数值不能是 {word}")


def _text_lines(folder: Path, file: str, problems: list[Problem]) -> Iterator[tuple[int, str]]:
    try:
        text = (folder / file).read_text("utf-8")
    except FileNotFoundError:
        problems.append(Problem(file, 0, "文件不存在。"))
        return
    except UnicodeDecodeError:
        problems.append(Problem(file, 0, "不是 UTF-8 编码，请另存为 UTF-8。"))
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line.removesuffix("\r")


def read_jsonl(folder: Path, file: str, problems: list[Problem]) -> list[Line]:
    """Read one JSON object a line; lines that are none go to `problems`."""
    lines = []
    for number, text in _text_lines(folder, file, problems):
        try:
            data = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
        except json.JSONDecodeError as error:
            problems.append(
                Problem(file, number, f"不是合法的 JSON（第 {error.colno} 个字符：{error.msg}）。")
            )
        except ValueError as error:
            problems.append(Problem(file, number, f"{error}。"))
        else:
            if isinstance(data, dict):
                lines.append(Line(file, number, data))
            else:
                problems.append(Problem(file, number, "每行应为一个 JSON 对象。"))
    return lines


def read_table(
    folder: Path, file: str, columns: tuple[str, ...], problems: list[Problem]
) -> list[Line]:
    """Read a tab-separated table with a header line; `#` lines are comments.

    Empty cells are left out of the data; missing cells at the end of a line count as empty.
    """
    lines: list[Line] = []
    header: list[str] | None = None
    for number, text in _text_lines(folder, file, problems):
        if text.startswith("#"):
            continue
        cells = [cell.strip() for cell in text.split("\t")]
        if header is None:
            header = cells
            if tuple(header) != columns:
                problems.append(Problem(file, number, f"表头应为：{'、'.join(columns)}。"))
                return []
        elif len(cells) > len(header):
            problems.append(Problem(file, number, f"应有 {len(header)} 列，实有 {len(cells)} 列。"))
        else:
            data = {name: cell for name, cell in zip(header, cells, strict=False) if cell}
            lines.append(Line(file, number, data))
    return lines
