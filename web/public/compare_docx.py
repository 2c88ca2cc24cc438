"""The comparison as a document for an office: A4 across, one table, its head on every page."""

import re
from io import BytesIO

from docx import Document
from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from web.public.compare_table import BETTER, RULE, Cell, Comparison, Row
from web.public.site import NAME
from web.public.words import UNKNOWN

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
FONT = "宋体"
NAMES_WIDTH = Mm(34)
WIDTH = Mm(297 - 2 * 16)


def document(comparison: Comparison, address: str, day: str) -> bytes:
    """Return the file."""
    paper = Document()
    _page(paper)
    paper.add_heading(level=1)
    _say(paper.paragraphs[-1], "条目对比", size=16)
    _say(paper.add_paragraph(), f"{NAME}，{day}导出")
    _say(paper.add_paragraph(), f"网址：{address}")
    table = paper.add_table(rows=1, cols=1 + len(comparison.columns))
    table.style = "Table Grid"
    table.autofit = False
    heads = ["项目", *(f"{c.letter} {c.name}（{c.kind}）" for c in comparison.columns)]
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        _say(cell.paragraphs[0], text, bold=True)
    _repeat(table)
    for section in comparison.sections:
        cells = _line(table)
        _say(cells[0].merge(cells[-1]).paragraphs[0], section.name, bold=True)
        for row in section.rows:
            _fill(table, row)
    _widths(table, len(comparison.columns))
    if comparison.silent:
        text = f"各条目都{UNKNOWN}：{'、'.join(comparison.silent)}。"
        _say(paper.add_paragraph(), text)
    _say(paper.add_paragraph(), RULE)
    _say(paper.add_paragraph(), "本表由公开资料整理，没有任何条目经确认列入推广目录。")
    out = BytesIO()
    paper.save(out)
    return out.getvalue()


def _page(paper: Paper) -> None:
    section = paper.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(16)
    section.top_margin = section.bottom_margin = Mm(16)
    style = paper.styles["Normal"]
    style.font.size = Pt(9)
    style.paragraph_format.space_after = Pt(2)


def _say(paragraph: Paragraph, text: str, *, bold: bool = False, size: float | None = None) -> None:
    """Write words with a Chinese font; what the format forbids is left out."""
    run = paragraph.add_run(_CONTROL.sub("", text))
    run.bold = bold or None
    run.font.size = Pt(size) if size else None
    run.font.name = "Times New Roman"
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()  # noqa: SLF001 - no other way to it
    fonts.set(qn("w:eastAsia"), FONT)


def _line(table: Table) -> tuple[_Cell, ...]:
    return table.add_row().cells  # type: ignore[no-untyped-call, no-any-return, unused-ignore]


def _fill(table: Table, row: Row) -> None:
    cells = _line(table)
    _say(cells[0].paragraphs[0], f"{row.name}（{row.unit}）" if row.unit else row.name)
    if row.note:
        _say(cells[0].add_paragraph(), row.note)
    for place, cell in zip(cells[1:], row.cells, strict=True):
        _cell(place, cell)


def _cell(place: _Cell, cell: Cell) -> None:
    paragraph = place.paragraphs[0]
    if not cell.facts:
        _say(paragraph, f"{UNKNOWN}（{cell.hint}）" if cell.hint else UNKNOWN)
        return
    for n, fact in enumerate(cell.facts):
        paragraph = place.add_paragraph() if n else paragraph
        _say(paragraph, fact.text)
        if cell.better and not n:
            _say(paragraph, f"  {BETTER}", bold=True)
        grounds = (fact.evidence.value if fact.evidence else "", fact.year, *fact.notes)
        if told := "；".join(part for part in grounds if part):
            _say(place.add_paragraph(), told, size=7.5)


def _repeat(table: Table) -> None:
    """Let the first row stand at the head of every page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - no other way to it


def _widths(table: Table, columns: int) -> None:
    each = int((WIDTH - NAMES_WIDTH) / columns)
    for row in table.rows:
        for n, cell in enumerate(row.cells):
            if len({id(one._tc) for one in row.cells}) > 1:  # noqa: SLF001 - not a merged row
                cell.width = each if n else NAMES_WIDTH
