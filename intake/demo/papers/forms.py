"""The filled form as a Word file, the way an office types it: merged cells, a photo cell, Chinese fonts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime, time

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from intake.demo.papers.content import CATEGORY_NAMES, FormContent
from intake.demo.papers.sheet import Line, SampleSheet, SheetCell, SheetLayout, sheet_of

_SONG, _HEI, _FANGSONG = "宋体", "黑体", "仿宋_GB2312"


def word_form(
    content: FormContent, layout: SheetLayout = SheetLayout.UNIT_ABOVE, photo: bytes | None = None
) -> bytes:
    """A .docx of that content; the same arguments give the same bytes.

    `photo` is a JPEG or PNG put into the photo cell, where the form has one.
    """
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(22)
    sheet = sheet_of(content, layout)
    for line in sheet.above:
        _write_line(document.add_paragraph(), line)
    _write_table(document, sheet, photo)
    for line in sheet.below:
        _write_line(document.add_paragraph(), line)
    document.core_properties.title = content.title
    return _saved(document, datetime.combine(content.filled_on, time(9, 30)))


def summary_table(contents: Sequence[FormContent]) -> bytes:
    """A unit's 推荐汇总表: one row for each nomination."""
    document = Document()
    first = contents[0]
    _write_line(document.add_paragraph(), Line(f"{first.year}年度科技志愿服务先进典型推荐汇总表", "title"))
    _write_line(document.add_paragraph(), Line(f"填报单位：{first.unit}（盖章）"))
    header = ("序号", "推荐类别", "候选典型名称", "所在单位", "联系电话")
    table = document.add_table(rows=1, cols=len(header))
    table.style = "Table Grid"
    rows = [
        (
            str(number),
            CATEGORY_NAMES[content.category],
            content.nominee,
            content.body,
            content.values["phone"],
        )
        for number, content in enumerate(contents, 1)
    ]
    for _ in rows:
        table.add_row()
    for cells, texts in zip(table.rows, (header, *rows), strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            _run(cell.paragraphs[0], text, _SONG, 11)
    return _saved(document, datetime.combine(first.filled_on, time(9, 30)))


def _saved(document: DocumentType, written_at: datetime) -> bytes:
    properties = document.core_properties
    properties.author = properties.last_modified_by = "办公室"
    properties.created = properties.modified = written_at
    buffer = io.BytesIO()
    document.save(buffer)
    return _with_fixed_times(buffer.getvalue(), written_at)


def _write_line(paragraph: Paragraph, line: Line) -> None:
    font, size = {"annex": (_HEI, 14.0), "title": (_HEI, 18.0), "plain": (_SONG, 12.0)}[line.kind]
    if line.kind == "title":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, line.text, font, size, bold=line.kind == "title")


def _write_table(document: DocumentType, sheet: SampleSheet, photo: bytes | None) -> None:
    table = document.add_table(rows=len(sheet.rows), cols=len(sheet.widths_mm))
    table.style = "Table Grid"
    table.autofit = False
    # The grid is taken once: python-docx works it out anew at every access, and merging leaves it valid.
    grid = [list(row.cells) for row in table.rows]
    for row_index, row in enumerate(sheet.rows):
        for cell, width in zip(grid[row_index], sheet.widths_mm, strict=True):
            cell.width = Mm(width)
        table.rows[row_index].height = Mm(max(box.min_height_mm for box in row))
        column = 0
        for box in row:
            cell = grid[row_index][column]
            if box.span > 1 or box.down > 1:
                cell = cell.merge(grid[row_index + box.down - 1][column + box.span - 1])
            _write_box(cell, box, photo)
            column += box.span


def _write_box(cell: _Cell, box: SheetCell, photo: bytes | None) -> None:
    paragraph = cell.paragraphs[0]
    if box.photo and photo:
        paragraph.add_run().add_picture(io.BytesIO(photo), width=Mm(26))
        return
    for index, text in enumerate(box.text.split("\n")):
        if index:
            paragraph = cell.add_paragraph()
        if box.label:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(paragraph, text, _SONG if box.label else _FANGSONG, 11)
    for text in ("", *box.closing) if box.closing else ():
        paragraph = cell.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _run(paragraph, text, _SONG, 11)


def _run(paragraph: Paragraph, text: str, font: str, size: float, *, bold: bool = False) -> None:
    """Adds text in two runs, as Word leaves it behind after an edit: readers must join runs."""
    middle = len(text) // 2 if len(text) > 3 else len(text)
    for part in filter(None, (text[:middle], text[middle:])):
        run = paragraph.add_run(part)
        run.bold = bold
        run.font.size = Pt(size)
        run.font.name = "Times New Roman"
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _with_fixed_times(package: bytes, at: datetime) -> bytes:
    """The same package with one time on every member: python-docx stamps them with the clock."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(buffer, "w") as new:
        for member in old.infolist():
            entry = zipfile.ZipInfo(member.filename, at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(member))
    return buffer.getvalue()
