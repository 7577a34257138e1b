"""Export: the ledger as data in three forms that say the same, and none that runs a stranger's formula."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook

from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails.programs import AttachedFile
from tests.journey import BAD_USAGE, Office
from tests.material import AT, PROVINCE, both, entry, form, letter

FORMULA = '=HYPERLINK("https://evil.example","点击")'
COLUMNS = {
    "nominations": "number state category nominee unit.name unit.kind unit.known received_at documents "
    "findings letters fields",
    "messages": "message_id folder uid content_hash received_at claimed_from subject kind state documents "
    "attachments left_out",
    "letters": "id kind to subject message_id in_reply_to state attempts sent_at nominations",
}


@pytest.fixture
def kept(pymap_mailbox: EmbeddedMailbox, office: Office) -> Office:
    """A ledger in which strangers have written formulas, and one nomination in order."""
    named = entry("=1+2")
    files = [form(named, "=cmd.docx"), form(named, "+1.docx")]
    pymap_mailbox.deliver(letter(files[:1], subject=FORMULA), AT)
    pymap_mailbox.deliver(letter(both(entry("@马骁", PROVINCE)), unit=PROVINCE, subject="-2+3"), AT)
    office.once()
    return office


def flattened(row: dict[str, Any]) -> dict[str, str]:
    """A row of the JSON as its cells say it: nested keys with a dot, lists as JSON."""
    cells: dict[str, Any] = {}
    for key, value in row.items():
        if key == "unit":
            cells |= {f"unit.{inner}": found for inner, found in value.items()}
        else:
            cells[key] = value
    return {key: _cell(value) for key, value in cells.items()}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)


@pytest.mark.parametrize("what", COLUMNS)
def test_csv_is_the_json_flattened(kept: Office, what: str) -> None:
    rows = kept.export(what)
    assert rows
    table = kept.table(what)
    assert set(COLUMNS[what].split()) <= set(table[0])
    assert len(table) == len(rows)
    for cells, row in zip(table, rows, strict=True):
        for column, text in flattened(row).items():
            if column in cells:
                assert cells[column].removeprefix("'") == text
                assert not cells[column].startswith(("=", "+", "-", "@")), column


@pytest.mark.parametrize("what", COLUMNS)
def test_xlsx_is_the_json_flattened(kept: Office, what: str) -> None:
    rows = kept.export(what)
    file = kept.folder / "out.xlsx"
    assert kept.shouwen("export", what, "--format", "xlsx", "-o", file).code == 0
    (heading, *lines) = load_workbook(file).worksheets[0].iter_rows()
    columns = [str(cell.value) for cell in heading]
    assert set(COLUMNS[what].split()) <= set(columns)
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        told = flattened(row)
        for column, cell in zip(columns, line, strict=True):
            assert cell.data_type != "f", column
            assert _cell(cell.value) == told[column]


def test_the_strangers_words_are_kept_as_they_are_in_json(kept: Office) -> None:
    assert FORMULA in {row["subject"] for row in kept.export("messages")}
    assert set(kept.nominations()) == {"=1+2", "@马骁"}
    assert any(d["filename"] == "=cmd.docx" for row in kept.export("nominations") for d in row["documents"])


def test_the_shape_of_the_json(kept: Office) -> None:
    row = kept.nominations()["@马骁"]
    assert row["number"].startswith("KX2024-")
    assert row["unit"] == {"name": PROVINCE.name, "kind": "province", "known": True}
    assert row["received_at"] == "2025-02-21T10:00:00+08:00"
    hashes = {message["message_id"] for message in kept.export("messages")}
    for document in row["documents"]:
        assert {"role", "filename", "content_hash", "message_id", "current"} <= set(document)
        assert document["content_hash"].startswith("sha256:") and document["message_id"] in hashes
    years = row["fields"]["service_years"]
    assert {"value", "text", "document"} <= set(years) and isinstance(years["value"], int)
    assert row["fields"]["registered"]["value"] is True
    (sent,) = row["letters"]
    assert {"kind", "message_id", "state", "sent_at"} <= set(sent)
    finding = kept.nominations()["=1+2"]["findings"][0]
    assert (finding["code"], finding["severity"], finding["document"]) == (
        "scan-missing",
        "curable",
        "=cmd.docx",
    )


def test_where_the_export_goes(kept: Office) -> None:
    printed = kept.shouwen("export", "nominations", "--format", "json", "-o", "-").out
    assert printed == kept.shouwen("export", "nominations", "--format", "json").out
    file = kept.folder / "out.json"
    kept.shouwen("export", "nominations", "--format", "json", "-o", file)
    assert file.read_bytes() == printed
    book = kept.shouwen("export", "letters", "--format", "xlsx").out
    assert load_workbook(io.BytesIO(book)).worksheets[0].max_row == 3
    for wrong in (("export", "everything"), ("export", "letters", "--format", "pdf")):
        assert kept.shouwen(*wrong).code == BAD_USAGE
    outcome = kept.shouwen("export", "letters", "-o", kept.folder / "nowhere" / "out.json")
    assert outcome.code == BAD_USAGE
    assert "Traceback" not in outcome.text


def test_an_empty_ledger(office: Office) -> None:
    for what in COLUMNS:
        assert office.export(what) == []
        assert office.table(what) == []


def test_the_files_of_each_message_with_their_bytes_hash(kept: Office) -> None:
    sent = form(entry("=1+2"), "=cmd.docx")
    (row,) = (row for row in kept.export("messages") if row["subject"] == FORMULA)
    assert row["documents"] == 1 and row["left_out"] == []
    assert row["attachments"] == [
        {
            "filename": "=cmd.docx",
            "content_hash": f"sha256:{hashlib.sha256(sent.content).hexdigest()}",
            "size": len(sent.content),
            "folder": "",
        }
    ]
    cells = next(cells for cells in kept.table("messages") if cells["subject"].removeprefix("'") == FORMULA)
    assert json.loads(cells["attachments"]) == row["attachments"]


def test_a_file_within_a_file_says_where_it_lay(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("张三/1.docx", form(entry("张三")).content)
    pymap_mailbox.deliver(letter([AttachedFile("材料.zip", packed.getvalue())]), AT)
    office.once()
    (row,) = office.export("messages")
    told = [(item["folder"], item["filename"]) for item in row["attachments"]]
    assert told == [("", "材料.zip"), ("材料.zip/张三", "1.docx")]
