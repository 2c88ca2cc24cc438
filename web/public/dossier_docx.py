"""A dossier for Word: A4, the fonts of office papers, styles that can be changed in one place."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import assert_never

from docx import Document
from docx.document import Document as Paper
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from web.public.dossier import Block, Dossier, Facts, Grid, Lines, Words, clean

MEDIA = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LATIN = "Times New Roman"
SONG, HEI, FANGSONG = "宋体", "黑体", "仿宋"
WIDTH = Mm(210 - 2 * 26)
FACT_NAMES = Mm(32)
TABLE_TEXT, NOTE, SOURCE = "表格文字", "附注", "来源"


def document(dossier: Dossier) -> bytes:
    """Return the file."""
    paper = Document()
    _page(paper)
    _styles(paper)
    _properties(paper, dossier)
    _footer(paper, dossier)
    paper.add_paragraph(clean(dossier.title), "Title")
    paper.add_paragraph(clean(dossier.subtitle), "Subtitle")
    if dossier.lead:
        paper.add_paragraph(clean(dossier.lead))
    for heading, section in dossier.numbered():
        paper.add_heading(clean(heading), 1)
        for block in section.blocks:
            _block(paper, block)
    paper.add_paragraph(clean(f"引用：{dossier.citation}"), NOTE)
    paper.add_paragraph(clean(dossier.notice), NOTE)
    out = BytesIO()
    paper.save(out)
    return out.getvalue()


def _page(paper: Paper) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(26)
    section.top_margin, section.bottom_margin = Mm(30), Mm(26)


def _styles(paper: Paper) -> None:
    _style(paper, "Normal", FANGSONG, 12, after=4)
    _style(paper, "Title", SONG, 20, bold=True, after=4, centred=True)
    _style(paper, "Subtitle", FANGSONG, 11, after=10, centred=True)
    _style(paper, "Heading 1", HEI, 14, before=12, after=6)
    _style(paper, "List Bullet", FANGSONG, 12, after=2)
    for name, font, size in ((TABLE_TEXT, SONG, 10.5), (NOTE, FANGSONG, 10), (SOURCE, SONG, 10.5)):
        paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = paper.styles["Normal"]
        _style(paper, name, font, size, after=2)


def _style(
    paper: Paper,
    name: str,
    font: str,
    size: float,
    *,
    bold: bool = False,
    before: float = 0,
    after: float = 0,
    centred: bool = False,
) -> None:
    style = paper.styles[name]
    assert isinstance(style, ParagraphStyle)  # noqa: S101 - tells the type of these names
    style.font.name, style.font.size, style.font.bold = LATIN, Pt(size), bold
    style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)
    fonts.set(qn("w:eastAsia"), font)
    form = style.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), 1.25
    if centred:
        form.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if name == "Title":
        for line in style.element.findall(f".//{qn('w:pBdr')}"):
            line.getparent().remove(line)


def _properties(paper: Paper, dossier: Dossier) -> None:
    """Say what the file is; the template's own author and dates are replaced."""
    core = paper.core_properties
    core.title, core.subject = clean(dossier.title)[:255], dossier.subtitle[:255]
    core.author = core.last_modified_by = dossier.owner or dossier.site
    core.keywords, core.comments, core.language = dossier.id, "", "zh-CN"
    core.created = core.modified = datetime.now(UTC)


def _footer(paper: Paper, dossier: Dossier) -> None:
    foot = paper.sections[0].footer.paragraphs[0]
    foot.style = paper.styles[NOTE]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run(f"{dossier.site}　{dossier.id}　第 ")
    _field(foot, "PAGE")
    foot.add_run(" 页 共 ")
    _field(foot, "NUMPAGES")
    foot.add_run(" 页")


def _field(paragraph: Paragraph, code: str) -> None:
    """Add a field that Word fills in."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)  # noqa: SLF001 - fields have no other way in


def _block(paper: Paper, block: Block) -> None:
    match block:
        case Words():
            paper.add_paragraph(clean(block.text), NOTE if block.small else "Normal")
        case Lines():
            for item in block.items:
                paper.add_paragraph(clean(item), SOURCE if block.plain else "List Bullet")
        case Facts():
            widths = [int(FACT_NAMES), int(WIDTH - FACT_NAMES)]
            table = _table(paper, widths)
            for name, value in block.rows:
                _fill(_row(table), [name, value], widths, bold=1)
            paper.add_paragraph(style=NOTE)
        case Grid():
            _grid(paper, block)
        case _:
            assert_never(block)


def _grid(paper: Paper, grid: Grid) -> None:
    whole = sum(grid.widths)
    widths = [int(WIDTH * share / whole) for share in grid.widths]
    table = _table(paper, widths)
    head = _row(table)
    _fill(head, grid.heads, widths, bold=len(widths))
    _mark(head, "w:tblHeader")
    for cells in grid.rows:
        row = _row(table)
        if len(cells) == 1:
            merged = row.cells[0].merge(row.cells[-1])
            _say(merged, cells[0], bold=not grid.remarks)
        else:
            _fill(row, cells, widths)


def _table(paper: Paper, widths: list[int]) -> Table:
    table: Table = paper.add_table(rows=0, cols=len(widths))
    table.style = "Table Grid"
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Length(width)
    return table


def _row(table: Table) -> _Row:
    """Add a row that does not break over a page."""
    row: _Row = table.add_row()  # type: ignore[no-untyped-call, unused-ignore]
    _mark(row, "w:cantSplit")
    return row


def _mark(row: _Row, name: str) -> None:
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - no other way to it


def _fill(row: _Row, texts: Sequence[str], widths: Sequence[int], bold: int = 0) -> None:
    for n, (cell, text, width) in enumerate(zip(row.cells, texts, widths, strict=True)):
        cell.width = Length(width)
        _say(cell, text, bold=n < bold)


def _say(cell: _Cell, text: str, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = TABLE_TEXT
    paragraph.add_run(clean(text)).bold = bold or None
