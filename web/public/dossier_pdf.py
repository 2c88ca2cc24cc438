"""A dossier as PDF: set by typst from `templates/dossier.typ`, tagged, with the letters it uses.

PDF/A-2a and PDF/UA-1, so that it can be filed for good and read aloud. Where a letter is in no
font the standards forbid the file; it is then written without them, with a box for the letter.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import typst

from web.public.dossier import Dossier, clean

MEDIA = "application/pdf"
FONTS = Path(__file__).parents[1] / "fonts"
FONT = "Noto Sans SC"
TEMPLATE = Path(__file__).parents[1] / "templates" / "dossier.typ"
STANDARDS = ["a-2a", "ua-1"]


class FontMissing(Exception):
    """The Chinese font has not been fetched (`python -m web.vendor`)."""


def document(dossier: Dossier) -> bytes:
    """Return the file.

    Raises:
        FontMissing: there is no Chinese font to set it with.
    """
    try:
        return typeset(dossier, STANDARDS)
    except typst.TypstError:
        return typeset(dossier, [])


def typeset(dossier: Dossier, standards: Sequence[Any]) -> bytes:
    """Return the file, true to these standards.

    Raises:
        typst.TypstError: a letter has no shape, or the template is wrong.
        FontMissing: there is no Chinese font.
    """
    compiler = typst.Compiler(
        TEMPLATE.read_bytes(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"dossier": _data(dossier)},
    )
    now = datetime.now(UTC).replace(microsecond=0)
    made = compiler.compile(format="pdf", pdf_standards=list(standards), timestamp=now)
    return cast("bytes", made)


@cache
def _fonts() -> typst.Fonts:
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])
    if FONT not in fonts.families():
        raise FontMissing(
            "本机没有 PDF 用的中文字体，请运行 python -m web.vendor 取得，或改为下载 Word 文档。"
        )
    return fonts


def _data(dossier: Dossier) -> str:
    """Return what the template reads, as JSON: text only, never markup."""
    data = {
        "title": dossier.title,
        "subtitle": dossier.subtitle,
        "lead": dossier.lead,
        "id": dossier.id,
        "site": dossier.site,
        "author": dossier.owner or dossier.site,
        "notice": dossier.notice,
        "citation": dossier.citation,
        "sections": [
            {"heading": heading, "blocks": [asdict(block) for block in section.blocks]}
            for heading, section in dossier.numbered()
        ],
    }
    return json.dumps(_cleaned(data), ensure_ascii=False)


def _cleaned(value: Any) -> Any:
    """Return the data without letters that no file may have."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {name: _cleaned(one) for name, one in value.items()}
    return [_cleaned(one) for one in value] if isinstance(value, list | tuple) else value
