"""The ledger as a workbook, read back."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from intake.staff.workbook.ledger_book import HEADING_ROW, ledger_book

AS_OF = datetime(2025, 2, 22, 0, 30, tzinfo=UTC)
ROW: dict[str, object] = {
    "number": "KX2024-0001",
    "state": "deficient",
    "category": "最美科技志愿者",
    "nominee": "张三",
    "unit": "浙江省科学技术协会",
    "unit_kind": "province",
    "received_at": datetime(2025, 2, 21, 16, 0, 8, tzinfo=UTC),
    "form": "推荐表.docx",
    "scan": None,
    "others": ["照片1.jpg", "照片2.jpg"],
    "findings": "缺盖章扫描PDF版",
    "letters": "",
    "figures": "服务年限：5年",
}


def sheet_of(book: bytes) -> Worksheet:
    sheet = load_workbook(io.BytesIO(book)).active
    assert isinstance(sheet, Worksheet)
    return sheet


def test_rows_are_told_in_chinese_with_real_dates() -> None:
    sheet = sheet_of(ledger_book([ROW], AS_OF, "推荐材料台账"))
    values = [cell.value for cell in sheet[HEADING_ROW + 1]]
    assert values[:6] == ["KX2024-0001", "待补正", "最美科技志愿者", "张三", "浙江省科学技术协会", "省级科协"]
    assert values[6] == datetime(2025, 2, 22, 0, 0, 8)
    assert values[7:10] == ["推荐表.docx", None, "照片1.jpg\n照片2.jpg"]
    assert sheet["A1"].value == "推荐材料台账"
    assert sheet["A2"].value == "截至2025年2月22日8时30分，共1项"
    assert [cell.value for cell in sheet[HEADING_ROW]][:4] == ["编号", "状态", "类别", "候选典型"]


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x","y")', "+1+1", "-1", "@SUM(A1)", "=1+1"])
def test_text_from_mail_is_never_a_formula(text: str) -> None:
    book = ledger_book([ROW | {"nominee": text}], AS_OF, text)
    cell = sheet_of(book).cell(HEADING_ROW + 1, 4)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")


def test_characters_that_excel_refuses_are_dropped() -> None:
    row = ROW | {"nominee": "张\x00三\x1f", "form": "\ud800表.docx", "findings": "长" * 40_000}
    values = [cell.value for cell in sheet_of(ledger_book([row], AS_OF, "台账"))[HEADING_ROW + 1]]
    assert (values[3], values[7], len(str(values[10]))) == ("张三", "表.docx", 32_767)


def test_page_is_ready_to_filter_and_print() -> None:
    sheet = sheet_of(ledger_book([ROW, ROW], AS_OF, "台账"))
    assert sheet.freeze_panes == "B4"
    assert sheet.auto_filter.ref == "A3:P5"
    assert sheet.page_setup.orientation == "landscape"
    assert (str(sheet.page_setup.paperSize), sheet.page_setup.fitToHeight) == (sheet.PAPERSIZE_A4, 0)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage is True
    assert sheet.print_title_rows == "$3:$3"
    state = sheet.cell(HEADING_ROW + 1, 2)
    assert state.fill.fgColor.rgb == "FFFBE3B5"


def test_staff_choose_in_empty_columns_at_the_end() -> None:
    sheet = sheet_of(ledger_book([ROW, ROW], AS_OF, "台账"))
    assert [cell.value for cell in sheet[HEADING_ROW]][13:] == ["意见", "理由", "办理人"]
    assert [cell.value for cell in sheet[HEADING_ROW + 1]][13:] == [None] * 3
    (choice,) = sheet.data_validations.dataValidation
    assert (choice.type, str(choice.sqref)) == ("list", "N4:N5")
    assert choice.formula1 == '"确认齐全,退回补正,不予受理,同意撤回,重新办理"'
    assert not any(column.hidden for column in sheet.column_dimensions.values())


def test_same_rows_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = ledger_book([ROW], AS_OF, "台账")
    # The library's own stamp of saving must not come through, so move its clock.
    import openpyxl.writer.excel as writer

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> Later:
            return cls(2031, 1, 1, tzinfo=UTC)

    monkeypatch.setattr(writer.datetime, "datetime", Later)
    assert ledger_book([ROW], AS_OF, "台账") == first
    assert load_workbook(io.BytesIO(first)).properties.modified == datetime(2025, 2, 22, 8, 30)


def test_empty_ledger_opens() -> None:
    assert sheet_of(ledger_book([], AS_OF, "台账"))["A2"].value == "截至2025年2月22日8时30分，共0项"


def test_what_the_digest_lists_stands_whole_on_a_sheet_of_its_own() -> None:
    item = {"list": "咨询来信", "number": "", "what": "=1+1 请问名额？", "when": AS_OF, "act": "请人工答复"}
    book = load_workbook(io.BytesIO(ledger_book([ROW], AS_OF, "台账", listed=[item] * 9)))
    assert book.sheetnames == ["总表", "按单位", "待补正", "待人工", "未报送", "咨询", "日报事项"]
    listed = book["日报事项"]
    lines = list(listed.iter_rows(min_row=HEADING_ROW + 1, values_only=True))
    assert len(lines) == 9
    assert lines[0][0] == "咨询来信" and lines[0][6] == "=1+1 请问名额？"
    assert listed.cell(HEADING_ROW + 1, 7).data_type == "s"


def test_no_number_of_an_identity_card_stands_in_the_book() -> None:
    book = ledger_book([ROW | {"nominee": "于洁 330106199001011234"}], AS_OF, "台账")
    names = [cell.value for cell in sheet_of(book)[HEADING_ROW + 1]]
    assert "于洁 **************1234" in names


def test_each_list_has_its_sheet() -> None:
    lists = {"待人工": "人工待办", "待补正": "待补正", "咨询": "咨询来信"}
    items = [{"list": name, "number": "KX2024-0001", "what": name} for name in (*lists.values(), "今日新增")]
    book = load_workbook(io.BytesIO(ledger_book([], AS_OF, "台账", listed=items)))
    for name, of in lists.items():
        assert [row[5] for row in book[name].iter_rows(min_row=HEADING_ROW + 1, values_only=True)] == [of]
    assert book["日报事项"].max_row == HEADING_ROW + 4


def test_units_are_counted_in_numbers_and_told_with_their_telephones() -> None:
    units = [
        {"unit": "中国气象学会", "unit_kind": "society", "count": 3, "deficient": 2, "phone": "010-6840"}
    ]
    missing = [{"unit": "浙江省科学技术协会", "unit_kind": "province", "phone": "0571-8510"}]
    book = load_workbook(io.BytesIO(ledger_book([], AS_OF, "台账", units=units, missing=missing)))
    cells = book["按单位"][HEADING_ROW + 1]
    told = dict(zip((cell.value for cell in book["按单位"][HEADING_ROW]), cells, strict=True))
    assert (told["报送件数"].value, told["待补正"].value, told["待补正"].data_type) == (3, 2, "n")
    assert (told["单位类型"].value, told["联系电话"].value) == ("全国学会", "010-6840")
    (line,) = book["未报送"].iter_rows(min_row=HEADING_ROW + 1, values_only=True)
    assert line == ("浙江省科学技术协会", "省级科协", "0571-8510")


def test_numbers_lead_to_the_desk_where_there_is_one() -> None:
    address = "https://desk.example.org"
    listed = [{"list": "咨询来信", "number": number} for number in ("邮件12", "农技中心收〔2025〕1号", "7")]
    for desk in (address, f"{address}/", ""):
        book = load_workbook(io.BytesIO(ledger_book([ROW], AS_OF, "台账", listed=listed, desk=desk)))
        cells = [book["总表"].cell(HEADING_ROW + 1, 1), *(book["咨询"].cell(4 + row, 1) for row in range(3))]
        assert [cell.value for cell in cells] == ["KX2024-0001", *(item["number"] for item in listed)]
        targets = [cell.hyperlink.target if cell.hyperlink else None for cell in cells]
        there = [f"{address}/case/KX2024-0001", f"{address}/mail/12"] if desk else [None, None]
        assert targets == [*there, None, None]


@pytest.mark.parametrize(
    ("findings", "lines"),
    [("缺", 3), (["缺扫描件"] * 5, 5), ("缺" * 100, 6), ("a" * 34, 3), ("长" * 40_000, None)],
)
def test_a_row_is_as_high_as_its_text(findings: object, lines: int | None) -> None:
    sheet = sheet_of(ledger_book([ROW | {"findings": findings, "nominee": "一\n二\n三"}], AS_OF, "台账"))
    height = sheet.row_dimensions[HEADING_ROW + 1].height
    assert height == (409 if lines is None else 13.5 * lines + 4)
