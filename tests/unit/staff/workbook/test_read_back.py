"""What staff wrote into a workbook, read back: what is asked for, and what says nothing certain."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook, load_workbook

from intake.domain.model.nomination import Action
from intake.staff.workbook import sheet_rows
from intake.staff.workbook.carry_out import AskedDecision, UnclearRow
from intake.staff.workbook.ledger_book import HEADING_ROW, ledger_book
from intake.staff.workbook.read_back import asked, asked_in
from intake.staff.workbook.sheet_rows import BookRow, NoLedgerBook, book_rows

AS_OF = datetime(2025, 2, 22, 0, 30, tzinfo=UTC)


def row(
    number: str = "KX2024-0001", action: str = "退回补正", reason: str = "缺公章", by: str = ""
) -> BookRow:
    return BookRow(4, {"编号": number, "状态": "人工核对", "意见": action, "理由": reason, "办理人": by})


def filled(*lines: tuple[object, ...]) -> Workbook:
    """The product's own workbook of as many nominations, with 意见, 理由, 办理人 as given."""
    rows = [{"number": f"KX2024-000{place}", "state": "review"} for place in range(1, len(lines) + 1)]
    book = load_workbook(io.BytesIO(ledger_book(rows, AS_OF, "台账")))
    sheet = book.worksheets[0]
    for place, values in enumerate(lines, HEADING_ROW + 1):
        for column, value in enumerate(values, 14):
            sheet.cell(place, column).value = value  # type: ignore[assignment]
    return book


def saved(book: Workbook) -> bytes:
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_the_columns_say_what_is_asked_for_and_by_whom() -> None:
    data = saved(filled(("退回补正", "缺公章", "王芳"), (None, None, None), (" 确认齐全 ", 2024, None)))
    assert asked_in(data, "李明") == [
        AskedDecision(4, "KX2024-0001", Action.RETURN, "缺公章", "王芳", "人工核对"),
        AskedDecision(6, "KX2024-0003", Action.ACCEPT, "2024", "李明", "人工核对"),
    ]


def test_rows_may_be_sorted_and_columns_moved() -> None:
    book = Workbook()
    book.active.append(["无关"])  # type: ignore[union-attr]
    sheet = book.create_sheet("张三的表")
    sheet.append(["办理人", "理由", "编号", "意见"])
    sheet["C9"], sheet["D9"], sheet["B9"] = "ｋｘ2024-0007 ", "不予受理", "不符合条件"
    (item,) = asked_in(saved(book), "李明")
    assert item == AskedDecision(9, "KX2024-0007", Action.REJECT, "不符合条件", "李明", "")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (row(action="同意"), "“同意” is none of 确认齐全、退回补正、不予受理、同意撤回、重新办理"),
        (row(reason="  "), "理由 is empty"),
        (row(reason="长" * 1001), "more than 1000"),
        (row(action=""), "意见 is empty"),
        (row(number=""), "编号 is empty"),
        (BookRow(4, row().texts, frozenset({"理由"})), "a formula stands in 理由"),
    ],
)
def test_what_says_nothing_certain_is_told(line: BookRow, why: str) -> None:
    (item,) = asked([line], "李明")
    assert isinstance(item, UnclearRow)
    assert item.row == 4 and why in item.why.en and item.why.zh


def test_rows_that_nobody_filled_in_ask_for_nothing() -> None:
    assert asked([row(action="", reason=""), row(action="", reason="", by="王芳")], "李明") == []


def test_two_words_on_one_number_are_unclear_both() -> None:
    items = asked([row(), row(action="确认齐全"), row("KX2024-0002")], "李明")
    assert [type(item) for item in items] == [UnclearRow, UnclearRow, AskedDecision]


def test_a_formula_is_never_taken_for_words() -> None:
    (item,) = asked_in(saved(filled(("退回补正", '="缺"&"公章"', None))), "李明")
    assert isinstance(item, UnclearRow) and "formula" in item.why.en


def test_a_sheet_that_tells_a_wrong_size_is_read_whole() -> None:
    data, lying = saved(filled(("退回补正", "缺公章", None))), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(lying, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            assert name != "xl/worksheets/sheet1.xml" or b'<dimension ref="A1:P4"' in part
            target.writestr(name, part.replace(b'<dimension ref="A1:P4"', b'<dimension ref="A1:A1"'))
    assert len(asked_in(lying.getvalue(), "李明")) == 1


@pytest.mark.parametrize(
    "data", [b"", b"KX2024-0001,accept", b"PK\x05\x06" + bytes(18), b"\xd0\xcf\x11\xe0" * 99]
)
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(NoLedgerBook, match="no workbook"):
        book_rows(data)


def test_damaged_parts_and_other_workbooks_are_refused() -> None:
    with pytest.raises(NoLedgerBook, match="no sheet of it has the columns 编号、意见、理由、办理人"):
        book_rows(saved(Workbook()))
    data, broken = saved(filled(("退回补正", "缺公章", None))), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, part[: len(part) // 2] if "sheet1" in name else part)
    with pytest.raises(NoLedgerBook, match="damaged"):
        book_rows(broken.getvalue())


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(filled(*[("退回补正", "缺公章", None)] * 3))
    for limit, most, why in (
        ("MOST_BYTES", len(data) - 1, "larger"),
        ("MOST_UNPACKED", 1000, "unpacks"),
        ("MOST_ROWS", 2, "more than 2 rows"),
    ):
        with monkeypatch.context() as low:
            low.setattr(sheet_rows, limit, most)
            with pytest.raises(NoLedgerBook, match=why):
                book_rows(data)
    assert len(book_rows(data)) == 3
