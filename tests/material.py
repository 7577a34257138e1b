"""Mails for the tests of the journey: small but real forms and scans, as units would send them.

What takes part in a journey is an `Entry` of the demo, so that form, scan and mail
agree with one another; the files are a hundredth of the size of the demo's.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from email import message_from_bytes
from pathlib import Path
from xml.sax.saxutils import escape

from PIL import Image

from intake.config.campaign_file import shipped_files
from intake.demo import units
from intake.demo.filling import Figure, SampleEntry
from intake.demo.mails.programs import AttachedFile, Author, Client, SampleLetter, compose
from intake.demo.papers.content import Category, seeded
from intake.demo.papers.sheet import SampleSheet, sheet_of
from intake.demo.units import SampleUnit

SHANGHAI = timezone(timedelta(hours=8))
AT = datetime(2025, 2, 21, 10, 0, tzinfo=SHANGHAI)
"""A working day before the deadline of the shipped campaign."""

DEADLINE = datetime(2025, 2, 24, 0, 0, tzinfo=SHANGHAI)
OFFICE = Author("收文", "intake@example.org")
SOCIETY, PROVINCE = units.METEOROLOGY, units.HENAN
NAMES = ("于洁", "马骁", "白桦", "石磊", "田野", "江涛", "林静", "杨帆", "高远", "秦川", "唐宁", "夏雨")
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_PACKAGE = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="word/document.xml"/></Relationships>',
}


def sample_unit(name: str, kind: str, client: Client = Client.QQ, address: str = "") -> SampleUnit:
    """An office of the body of that name, with an address of its own."""
    address = address or f"{sum(map(ord, name))}@unit.example"
    return SampleUnit(name, kind, name, "科普部", "王老师", "000-00000000", Author(name, address), client)


def entry(
    name: str,
    unit: SampleUnit = SOCIETY,
    category: Category = "volunteer",
    figures: Mapping[str, Figure] | None = None,
) -> SampleEntry:
    """A nomination that is in order, except for what `figures` say."""
    return SampleEntry(unit, category, name, f"{name}所在单位", figures=figures or {})


def form(item: SampleEntry, filename: str = "") -> AttachedFile:
    """The Word form of a nomination."""
    sheet = sheet_of(item.content(date(2025, 2, 18), 2025, 2024), item.layout)
    return AttachedFile(filename or f"{item.nominee}推荐表.docx", docx(sheet))


def scan(item: SampleEntry, filename: str = "") -> AttachedFile:
    """Its scan: a PDF of one picture, another one for every nominee."""
    return AttachedFile(filename or f"{item.nominee}推荐表（盖章）.pdf", picture_pdf(item.nominee))


def both(item: SampleEntry) -> tuple[AttachedFile, AttachedFile]:
    """Form and scan."""
    return form(item), scan(item)


def letter(
    files: Sequence[AttachedFile],
    at: datetime = AT,
    unit: SampleUnit = SOCIETY,
    *,
    subject: str = "推荐材料",
    text: str = "请查收推荐材料。",
    sent_at: datetime | None = None,
    headers: Mapping[str, str] | None = None,
    key: str = "",
) -> bytes:
    """A mail of the unit's office as the mailbox holds it, the provider's Received with the time `at`.

    `sent_at` is the Date that the sender claims.  `headers` are put above all others.
    Two mails with the same words and files are the same mail unless their `key` differs.
    """
    names = "/".join(file.filename for file in files)
    draft = SampleLetter(
        unit.sender, OFFICE, subject, text, sent_at or at, at, f"{at}{subject}{names}{key}", tuple(files)
    )
    above = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    return above.encode("ascii") + compose(draft, unit.client)


def without_received(raw: bytes) -> bytes:
    """The mail without the provider's time."""
    return re.sub(rb"\AReceived:.*?\r\n(?![ \t])", b"", raw, flags=re.DOTALL)


def message_id(raw: bytes) -> str:
    """The mail's Message-ID."""
    return str(message_from_bytes(raw)["Message-ID"])


def registered(folder: Path, addresses: Mapping[str, str]) -> Path:
    """The file of the shipped campaign in a folder, its registry giving these units addresses, by name."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in shipped_files():
        (folder / path.name).write_bytes(path.read_bytes())
    units = next(folder.glob("*units.csv"))
    rows = list(csv.DictReader(units.read_text("utf-8-sig").splitlines()))
    for row in rows:
        row["addresses"] = addresses.get(row["name"], row["addresses"])
    with units.open("w", encoding="utf-8", newline="") as out:
        table = csv.DictWriter(out, rows[0].keys())
        table.writeheader()
        table.writerows(rows)
    return next(folder.glob("*.toml"))


def docx(sheet: SampleSheet) -> bytes:
    """A Word file with the lines and cells of a form and nothing else."""
    lines = "".join(_paragraph(line.text) for line in sheet.above)
    rows = "".join(
        "<w:tr>" + "".join(_cell(box.text, *box.closing) for box in row) + "</w:tr>" for row in sheet.rows
    )
    below = "".join(_paragraph(line.text) for line in sheet.below)
    body = f"{lines}<w:tbl>{rows}</w:tbl>{below}<w:p/>"
    parts = {**_PACKAGE, "word/document.xml": f"<w:document {_WORD}><w:body>{body}</w:body></w:document>"}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(zipfile.ZipInfo(name), text)
    return buffer.getvalue()


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def _cell(*texts: str) -> str:
    lines = [line for text in texts for line in text.split("\n")]
    return f"<w:tc>{''.join(_paragraph(line) for line in lines)}</w:tc>"


def picture_pdf(key: object) -> bytes:
    """A PDF of one picture that fills the page, without any text."""
    picture = Image.frombytes("L", (21, 30), seeded("picture", key).randbytes(21 * 30)).resize((210, 297))
    buffer = io.BytesIO()
    picture.save(buffer, "PDF", resolution=25.4)
    return re.sub(rb"/(Creation|Mod)Date \([^)]*\)", b"", buffer.getvalue())
