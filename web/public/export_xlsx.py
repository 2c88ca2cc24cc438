"""Exports as a spreadsheet: the list, its figures one by one, and what the file is.

Written row by row to a file on disk, so that a long list does not fill the memory.
"""

from collections.abc import Iterable, Iterator, Sequence
from tempfile import TemporaryFile
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from web.public.export_items import Item
from web.public.export_tables import (
    COMPUTING,
    FIGURE_COLUMNS,
    FIGURES,
    Cell,
    Kind,
    cells,
    figure_rows,
    heads,
)
from web.public.export_writing import Statement

NAMES: dict[Kind, str] = {"entries": "条目", "demands": "需求", "organizations": "单位"}
CHUNK = 64 * 1024
_HEAD = PatternFill("solid", fgColor="E3F0E9")
_TOP = Alignment(vertical="top", wrap_text=True)
_WIDE = {"名称": 32, "说明": 48, "需求": 32, "现状与问题": 48, "单位": 28, "来源": 40, "业务": 40}


def spreadsheet(kind: Kind, items: Iterable[Item], statement: Statement) -> Iterator[bytes]:
    """Yield the file in pieces; it is finished before the first of them.

    Items are kept until their figures are written: a spreadsheet is written sheet by sheet.
    """
    book = Workbook(write_only=True)
    kept = []
    sheet = _sheet(book, NAMES[kind], heads(kind, 0))
    for item in items:
        kept.append(item)
        sheet.append([_cell(sheet, cell) for cell in cells(kind, item, 0)])
    if kind in FIGURES:
        names = ["编号", NAMES[kind], *(column.head for column in FIGURE_COLUMNS)]
        sheet = _sheet(book, "指标", names)
        for row in figure_rows(kind, kept):
            sheet.append([_cell(sheet, cell) for cell in row])
    sheet = _sheet(book, "说明", ("项目", "内容"))
    for line in statement.lines:
        sheet.append([_cell(sheet, words) for words in line])
    with TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        yield from _pieces(file)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(CHUNK):
        yield piece


def _sheet(book: Workbook, name: str, names: Sequence[str]) -> WriteOnlyWorksheet:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "C2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    for n, head in enumerate(names, 1):
        width = 80 if head == "内容" else _WIDE.get(head, 16)
        sheet.column_dimensions[get_column_letter(n)].width = width
    row = []
    for head in names:
        cell = WriteOnlyCell(sheet, head)
        cell.font, cell.fill, cell.alignment = Font(bold=True), _HEAD, _TOP
        row.append(cell)
    sheet.append(row)
    return sheet


def _cell(sheet: WriteOnlyWorksheet, value: Cell) -> WriteOnlyCell:
    """Return a cell; a text that begins like a formula stays a text, also when it is edited."""
    cell = WriteOnlyCell(sheet, value)
    cell.alignment = _TOP
    if isinstance(value, str):
        cell.data_type = "s"
        if value.startswith(COMPUTING):
            cell.quotePrefix = True
    return cell
