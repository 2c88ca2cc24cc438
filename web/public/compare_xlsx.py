"""The comparison as a spreadsheet: figures as numbers, words as text that never computes."""

import re
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from web.public.compare_table import BETTER, RULE, Cell, Comparison, Fact, Row
from web.public.site import NAME
from web.public.words import UNKNOWN

LONGEST = 32_000
"""Characters of a cell; the format allows 32,767."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_COMPUTING = ("=", "+", "-", "@")
_LINE = Border(bottom=Side(style="thin", color="D5DBD8"))
_HEAD = PatternFill("solid", fgColor="E3F0E9")


def spreadsheet(comparison: Comparison, address: str, day: str) -> bytes:
    """Return the file: for each entry a column of values and one of what they rest on."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 - a new workbook has one
    sheet.title = "对比"
    put(sheet, 1, 1, f"条目对比（{NAME}）").font = Font(bold=True, size=14)
    put(sheet, 2, 1, f"{day}导出，网址：{address}")
    put(sheet, 3, 1, RULE)
    head = ["项目", "单位"]
    for column in comparison.columns:
        head += [f"{column.letter} {column.name}", f"{column.letter} 原值、证据与说明"]
    for n, text in enumerate(head, 1):
        cell = put(sheet, 5, n, text)
        cell.font, cell.fill = Font(bold=True), _HEAD
    line = 6
    for section in comparison.sections:
        put(sheet, line, 1, section.name).font = Font(bold=True)
        for row in section.rows:
            line += 1
            _fill(sheet, line, row)
        line += 1
    if comparison.silent:
        put(sheet, line, 1, f"各条目都{UNKNOWN}：{'、'.join(comparison.silent)}")
    _layout(sheet, len(head))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def put(sheet: Worksheet, row: int, column: int, text: str) -> SheetCell:
    """Write words; a text that begins like a formula stays a text, also when it is edited."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, SheetCell)  # noqa: S101 - nothing is merged
    plain = _CONTROL.sub("", text)[:LONGEST]
    cell.value = plain
    cell.data_type = "s"
    if plain.startswith(_COMPUTING):
        cell.quotePrefix = True
    return cell


def _fill(sheet: Worksheet, line: int, row: Row) -> None:
    put(sheet, line, 1, f"{row.name}（{row.note}）" if row.note else row.name)
    put(sheet, line, 2, row.unit)
    for n, cell in enumerate(row.cells):
        column = 3 + 2 * n
        if cell.number is not None:
            sheet.cell(line, column, cell.number)
        else:
            put(sheet, line, column, "\n".join(f.text for f in cell.facts) or UNKNOWN)
        put(sheet, line, column + 1, _grounds(cell))


def _grounds(cell: Cell) -> str:
    lines = [_ground(fact) for fact in cell.facts]
    if cell.better:
        lines.insert(0, BETTER)
    return "\n".join(line for line in (*lines, "" if cell.facts else cell.hint) if line)


def _ground(fact: Fact) -> str:
    parts = (fact.evidence.value if fact.evidence else "", fact.year, *fact.notes)
    return "；".join(part for part in parts if part)


def _layout(sheet: Worksheet, columns: int) -> None:
    for n in range(1, columns + 1):
        sheet.column_dimensions[get_column_letter(n)].width = (22, 12)[n - 1] if n < 3 else 28
    for line in sheet.iter_rows(min_row=5, max_col=columns):
        for cell in line:
            cell.alignment = Alignment(vertical="top", wrap_text=cell.column > 1)
            cell.border = _LINE
    sheet.freeze_panes = "C6"
    sheet.print_title_rows = "5:5"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
