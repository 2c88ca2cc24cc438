"""A document as a few kinds of blocks, written as Markdown or as HTML.

Backquotes mark code within a line, as in Markdown.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 4."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A block of code."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table; with `named` each row can be linked to by its first cell."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    named: bool = False


Block = Heading | Paragraph | Code | Table


def markdown(blocks: Iterable[Block]) -> str:
    """Write the blocks as Markdown."""
    return "\n\n".join(_markdown(block) for block in blocks) + "\n"


def _markdown(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"{'#' * level} {text}"
        case Paragraph(text):
            return text
        case Code(text):
            return f"```\n{text}\n```"
        case Table(head, rows):
            lines = [head, tuple("---" for _ in head), *rows]
            cells = ([c.replace("|", "\\|").replace("\n", " ") for c in line] for line in lines)
            return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def html(blocks: Iterable[Block]) -> str:
    """Write the blocks as HTML, without a frame."""
    return "\n".join(_html(block) for block in blocks)


def _html(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"<h{level}>{_inline(text)}</h{level}>"
        case Paragraph(text):
            return f"<p>{_inline(text)}</p>"
        case Code(text):
            return f"<pre><code>{escape(text)}</code></pre>"
        case Table(head, rows, named):
            top = "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in head)
            body = "".join(_row(row, named=named) for row in rows)
            return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _row(row: tuple[str, ...], *, named: bool) -> str:
    mark = f' id="{escape(row[0].strip("`"))}"' if named else ""
    return f"<tr{mark}>{''.join(f'<td>{_inline(cell)}</td>' for cell in row)}</tr>"


def _inline(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text, quote=False))
