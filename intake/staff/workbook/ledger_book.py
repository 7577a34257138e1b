"""The ledger (台账) as an Excel workbook, for filters and print: nominations, units, the digest's lists."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import cast
from urllib.parse import quote

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

from intake.domain.campaign import wording
from intake.domain.campaign.terms import CUSTOMARY, Words
from intake.domain.campaign.wording import ACT_NAMES
from intake.domain.model.nomination import State
from intake.domain.text import calendar
from intake.domain.text.persons import without_identity_numbers

HEADING_ROW = 3
NUMBER, STATE, ACTION, REASON, CLERK = "编号", "状态", "意见", "理由", "办理人"
"""The headings by which a workbook that comes back is read."""

_CELL_LIMIT = 32_767  # characters that Excel keeps in a cell
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_THIN = Side(style="thin", color="FF9A9A9A")
_LINE_HEIGHT, _HIGHEST = 13.5, 409.0  # points: of a line of size 10, and of the highest row that Excel has
_BODY, _LINKED = "台账内容", "台账链接"  # names of cell styles
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


@dataclass(frozen=True, slots=True)
class _Column:
    key: str
    heading: str
    width: float  # in characters of the default font


_COLUMNS = (
    _Column("number", NUMBER, 14),
    _Column("state", STATE, 13),
    _Column("category", "类别", 20),
    _Column("nominee", "{nominee}", 22),
    _Column("unit", "{unit}", 26),
    _Column("unit_kind", "单位类型", 13),
    _Column("received_at", "收到时间", 18),
    _Column("form", "WORD版", 26),
    _Column("scan", "盖章PDF版", 26),
    _Column("others", "其他附件", 26),
    _Column("findings", "形式检查情况", 36),
    _Column("letters", "往来信函", 26),
    _Column("figures", "主要数据", 30),
    _Column("action", ACTION, 14),
    _Column("reason", REASON, 36),
    _Column("by", CLERK, 12),
)
"""The last three are for staff to fill in; `read_back.py` reads them."""

_LISTED = (
    _Column("list", "日报栏目", 18),
    _Column("number", NUMBER, 14),
    _Column("state", STATE, 13),
    _Column("unit", "{unit}", 26),
    _Column("nominee", "{nominee}", 22),
    _Column("category", "类别", 20),
    _Column("what", "事项", 60),
    _Column("when", "时间", 18),
    _Column("act", "办理", 36),
)
_ONE_LIST = _LISTED[1:]
_UNIT = (
    _Column("unit", "{unit}", 32),
    _Column("unit_kind", "单位类型", 14),
)
_PHONE = _Column("phone", "联系电话", 24)
_BY_UNIT = (
    *_UNIT,
    _Column("count", "报送件数", 11),
    *(
        _Column(state.value, name, 11)
        for state, name in wording.STATE_NAMES.items()
        if state is not State.SUPERSEDED
    ),
    _PHONE,
)
_MISSING = (*_UNIT, _PHONE)

LIST_SHEETS = {"待补正": "待补正", "待人工": "人工待办", "咨询": "咨询来信"}
"""Sheets that hold one list of the digest each, by their names; 日报事项 holds all lists."""

Lines = Sequence[Mapping[str, object]]


def ledger_book(
    rows: Lines,
    as_of: datetime,
    title: str,
    words: Words = CUSTOMARY,
    *,
    listed: Lines = (),
    units: Lines = (),
    missing: Lines = (),
    desk: str = "",
) -> bytes:
    """The workbook's bytes, the same for the same rows and instant.

    Each row holds `number`, `state`, `category`, `nominee`, `unit`, `unit_kind`,
    `received_at` (an aware datetime, shown in Beijing time), `form`, `scan`,
    `others`, `findings`, `letters`, `figures`; a missing or None value is an
    empty cell, a list is told line by line.  `state` and `unit_kind` may be codes
    or Chinese; `words` are the campaign's.  `listed` is every item of the digest's lists, of which its
    page shows the first ones alone: `list`, `number`, `state`, `unit`, `nominee`, `category`, `what`, `when`,
    `act`.  `units` are those that sent something (`unit`, `unit_kind`, `count`, `phone`, and how many are in
    each state, by its code), `missing` those that did not.  Numbers of nominations and of
    mails lead to the `desk` of that address, where there is one.

    Text from mail is always text, never a formula.

    The columns 意见 (to be chosen), 理由 and 办理人 at the end of the first sheet are empty, for staff to
    fill in.
    """
    page_of = partial(_desk_page, desk=desk, cases={str(row["number"]) for row in rows})
    book = Workbook()
    book.remove(book.worksheets[0])
    _name_styles(book)
    of_lists = {
        name: (_ONE_LIST, [item for item in listed if item.get("list") == of])
        for name, of in LIST_SHEETS.items()
    }
    sheets: dict[str, tuple[Sequence[_Column], Lines]] = {
        "总表": (_COLUMNS, rows),
        "按单位": (_BY_UNIT, units),
        "待补正": of_lists["待补正"],
        "待人工": of_lists["待人工"],
        "未报送": (_MISSING, missing),
        "咨询": of_lists["咨询"],
        "日报事项": (_LISTED, listed),
    }
    for name, (columns, lines) in sheets.items():
        sheet = book.create_sheet(name)
        heading = title if name == "总表" else f"{title}：{name}"
        _headings(sheet, columns, heading, as_of, len(lines), words)
        for place, row in enumerate(lines, HEADING_ROW + 1):
            _line(sheet, place, columns, row, page_of)
        _page(sheet, len(columns), HEADING_ROW + len(lines))
        if columns is _COLUMNS and lines:
            sheet.add_data_validation(_choice(HEADING_ROW + len(lines)))
    book.properties.creator = "Shouwen"
    book.properties.title = str(book.worksheets[0]["A1"].value)
    return _repeatable(book, as_of)


def _line(
    sheet: Worksheet,
    place: int,
    columns: Sequence[_Column],
    row: Mapping[str, object],
    page_of: Callable[[str], str],
) -> None:
    lines = 1
    for column_place, column in enumerate(columns, 1):
        cell = _at(sheet, place, column_place)
        _fill(cell, column.key, row.get(column.key))
        if isinstance(cell.value, str):
            lines = max(lines, _lines(cell.value, column.width))
            if column.key == "number" and (page := page_of(cell.value)):
                cell.hyperlink = page
                cell.style = _LINKED
    # Programs differ in what they do with a row of no height: some show its first line alone.
    sheet.row_dimensions[place].height = min(lines * _LINE_HEIGHT + 4, _HIGHEST)


def _desk_page(number: str, desk: str, cases: Container[str]) -> str:
    """Where the desk shows what a list calls by that number: a case, or a mail; "" for all else."""
    if not desk:
        return ""
    mail = re.fullmatch("邮件([0-9]+)", number)
    if mail:
        return f"{desk.rstrip('/')}/mail/{mail[1]}"
    return f"{desk.rstrip('/')}/case/{quote(number)}" if number in cases else ""


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column; what is Chinese is as wide as two digits."""
    room = width - 1
    return sum(
        max(1, math.ceil(sum(1 if char.isascii() else 2 for char in line) / room))
        for line in text.split("\n")
    )


def _choice(last_row: int) -> DataValidation:
    """What may be chosen in the column 意见, down to that row."""
    place = get_column_letter(1 + [column.key for column in _COLUMNS].index("action"))
    choice = DataValidation("list", formula1=f'"{",".join(ACT_NAMES.values())}"', allow_blank=True)
    choice.showErrorMessage = True
    choice.errorTitle, choice.error = ACTION, "请从列表中选择"
    choice.add(f"{place}{HEADING_ROW + 1}:{place}{last_row}")
    return choice


def _name_styles(book: Workbook) -> None:
    """The looks of cells by name: told cell by cell, they take most of the time of a large book."""
    for name, font in (
        (_BODY, Font(name="宋体", size=10)),
        (_LINKED, Font(name="宋体", size=10, color="FF1F5C8A", underline="single")),
    ):
        style = NamedStyle(name, font, border=_GRID, alignment=Alignment(vertical="top", wrap_text=True))
        book.add_named_style(style)


def _at(sheet: Worksheet, row: int, place: int) -> Cell:
    return cast(Cell, sheet.cell(row, place))


def _headings(
    sheet: Worksheet, columns: Sequence[_Column], title: str, as_of: datetime, count: int, words: Words
) -> None:
    last = len(columns)
    for row, text, font in (
        (1, title, Font(name="宋体", size=16, bold=True)),
        (2, f"截至{calendar.moment(as_of)}，共{count}项", Font(name="宋体", size=10)),
    ):
        cell = _at(sheet, row, 1)
        _text(cell, text)
        cell.font = font
        cell.alignment = Alignment(horizontal="center" if row == 1 else "left", vertical="center")
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=last)
    sheet.row_dimensions[1].height = 30
    told = [words.fill(column.heading) for column in columns]
    lines = max(_lines(text, column.width - 1) for text, column in zip(told, columns, strict=True))
    sheet.row_dimensions[HEADING_ROW].height = 8 + 14 * lines
    for place, (column, text) in enumerate(zip(columns, told, strict=True), 1):
        cell = _at(sheet, HEADING_ROW, place)
        _text(cell, text)
        cell.font = Font(name="宋体", size=11, bold=True)
        cell.fill = PatternFill("solid", fgColor="FFF1EFEA")
        cell.border = _GRID
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(place)].width = column.width


def _fill(cell: Cell, key: str, value: object) -> None:
    cell.style = _BODY
    if isinstance(value, datetime):
        # Excel knows no zones: a cell holds the clock on the wall in Beijing.
        cell.value = calendar.local(value).replace(tzinfo=None, microsecond=0)
        cell.number_format = "yyyy-mm-dd hh:mm"
        return
    if isinstance(value, int):
        cell.value = value
        return
    text = _printed(key, value)
    if key == "state" and text:
        cell.fill = PatternFill("solid", fgColor="FF" + wording.state_colour(text))
    if text:
        _text(cell, text)


def _printed(key: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return "\n".join(map(str, value))
    text = str(value)
    if key == "state":
        return wording.state_name(text)
    return wording.UNIT_KIND_NAMES.get(text, text) if key == "unit_kind" else text


def _text(cell: Cell, text: str) -> None:
    """Writes text as text: a nominee called =HYPERLINK(…) must not act on the staff's machine."""
    legal = ILLEGAL_CHARACTERS_RE.sub("", without_identity_numbers(text)).encode("utf-8", "ignore").decode()
    cell.value = legal[:_CELL_LIMIT]
    cell.data_type = "s"
    # Stays text when somebody edits the cell or saves the sheet as CSV and opens that.
    cell.quotePrefix = legal[:1] in tuple("=+-@")


def _page(sheet: Worksheet, columns: int, last_row: int) -> None:
    corner = f"{get_column_letter(columns)}{last_row}"
    sheet.freeze_panes = f"B{HEADING_ROW + 1}"
    sheet.auto_filter.ref = f"A{HEADING_ROW}:{corner}"
    sheet.print_area = f"A1:{corner}"
    sheet.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4  # inches
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(center=_HeaderFooterPart("第&P页 共&N页"))


def _repeatable(book: Workbook, as_of: datetime) -> bytes:
    """The saved book without the clock: openpyxl stamps the time of saving in two places."""
    saved, stable = io.BytesIO(), io.BytesIO()
    book.save(saved)
    told = calendar.local(as_of).replace(tzinfo=None, microsecond=0)
    book.properties.created = book.properties.modified = told
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(stable, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            core = name == "docProps/core.xml"
            content = tostring(book.properties.to_tree()) if core else source.read(name)
            entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return stable.getvalue()
