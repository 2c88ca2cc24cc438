"""A document about one entry or demand, as an office files it; knows no file format.

`dossier_entry` and `dossier_demand` fill it, `dossier_docx` and `dossier_pdf` write it.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
NUMERALS = "一二三四五六七八九十"


def clean(text: str) -> str:
    """Leave out what neither format may hold: control letters, halves of letters."""
    return _FORBIDDEN.sub("", text)


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, one line each."""

    rows: Sequence[tuple[str, str]]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; `widths` are shares of the width. A row of one cell goes across: a heading of
    the rows below it, or what is to be said of the row above (`remarks`)."""

    heads: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Sequence[str]]
    remarks: bool = False
    kind: Literal["grid"] = "grid"


@dataclass(frozen=True, slots=True)
class Lines:
    """A list of sentences; `plain` ones bring their own number."""

    items: Sequence[str]
    plain: bool = False
    kind: Literal["lines"] = "lines"


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph, or a small note under a table."""

    text: str
    small: bool = False
    kind: Literal["words"] = "words"


Block = Facts | Grid | Lines | Words


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered section."""

    name: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Dossier:
    """The whole; `name` is the file's name without ending, `day` the day it was made."""

    id: str
    title: str
    subtitle: str
    lead: str
    name: str
    site: str
    owner: str
    day: str
    notice: str
    citation: str
    sections: Sequence[Section]

    @property
    def mark(self) -> str:
        """What changes when the content does."""
        return hashlib.sha256(repr(asdict(self)).encode("utf-8", "replace")).hexdigest()[:20]

    def numbered(self) -> list[tuple[str, Section]]:
        """Return the sections that have something, each with its heading: 一、基本情况."""
        told = [section for section in self.sections if section.blocks]
        return [
            (f"{number}、{section.name}", section)
            for number, section in zip(NUMERALS, told, strict=False)
        ]
