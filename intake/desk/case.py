"""One nomination: what was read beside what was sent, what the mails say, what was told, what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, Response, abort, send_file
from sqlalchemy.engine import Connection

from intake import clock
from intake.desk.handling import senders
from intake.desk.wiring import desk, drawer, page
from intake.domain.letters.staff_hints import finding_account, kind_name
from intake.domain.model.correction import CATEGORY
from intake.domain.model.document import Document
from intake.domain.model.nomination import Finding, Severity, State
from intake.domain.secrecy.mail_marks import MAYBE
from intake.mail.text_columns import clean
from intake.service.drawing import AllDrawing
from intake.service.nomination_account import scan_readings
from intake.staff.decision import possible
from parsers.scan.reader import missing
from store import listing, reports
from store.archive.names import ArchiveDown, Damaged
from store.database import audit
from store.database.engine import viewing
from store.ledger import nominations
from store.mail import scan_evidence

pages = Blueprint("case", __name__)

MOST_SHOWN = 12
"""Pages of one file that are shown; the others are in the file itself."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A value as the form states it; `scan` is what the scan was read as, `doubts` what is doubted of it.

    `read` is what a program had read where a person corrected it; else None.
    """

    name: str
    label: str
    text: str
    document: str
    scan: str
    doubts: tuple[str, ...]
    read: str | None = None


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file whose pages are shown as pictures: its row, name, and the numbers of its pages."""

    id: int
    filename: str
    numbers: tuple[int, ...]
    more: int
    refused: str


@pages.get("/case/<number>")
def show(number: str) -> str:
    """The case, as it stands now."""
    return case_page(number)


def case_page(number: str, **told: Any) -> str:
    """The page of a case; `told` is what else it says: a notice, what was done meanwhile, what was typed."""
    return page("case.html", **{"notice": "", "since": (), "typed": {}, **case_shown(number), **told})


def case_shown(number: str) -> dict[str, Any]:
    """Everything that a page on a case may show of it, as it stands now."""
    parts = desk().parts
    with viewing(parts.engine) as cn:
        row = _nomination(cn, number)
        found = nominations.find(cn, number)
        findings = nominations.findings_of(cn, [found[0]]).get(found[0], []) if found else []
        papers = listing.papers(cn, number)
        shown = {
            "mails": listing.words_of(cn, {paper["message_id"] for paper in papers}),
            "letters": listing.letters(cn, number=number),
            "events": audit.of_nomination(cn, number),
            "seen": listing.mark(cn, number),
            "event": listing.last_event(cn, number),
            "senders": senders.of_case(cn, found[1], findings) if found else None,
        }
        scans = [] if _is_shut(findings) else scan_evidence.scans_of(cn, number)
    return {
        "active": "waiting",
        "row": row,
        "unit": next((unit for unit in parts.loaded.units if unit.name == row["unit"]["name"]), None),
        "findings": [(item.severity, _told(item, row["category"])) for item in findings],
        "fields": _fields(row, findings, scan_readings(parts, row, scans)),
        "papers": papers,
        "sheets": [] if missing() else [_sheet(document) for document in scans],
        "shut": _is_shut(findings),
        "actions": possible(State(row["state"])),
        **shown,
    }


@pages.get("/case/<number>/file/<int(max=2147483647):document>")
def download(number: str, document: int) -> Response:
    """A file as it was sent, under its name; a browser saves it and opens it nowhere here."""
    paper = _paper(number, document)
    try:
        path = desk().parts.archive.checked("documents", paper["content_hash"])
    except Damaged:
        abort(404)
    except ArchiveDown:
        return _later("存档暂时无法读取，请稍后再试。")
    name = clean(paper["filename"]).replace("/", "_").replace("\\", "_") or "file"
    answer = send_file(path, "application/octet-stream", as_attachment=True, download_name=name, etag=False)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    return answer


@pages.get("/case/<number>/file/<int(max=2147483647):document>/page/<int:which>")
def picture(number: str, document: int, which: int) -> Response:
    """One page of a file, drawn in the sandbox; 503 while too many are being drawn."""
    paper = _paper(number, document)
    if which > MOST_SHOWN or missing():
        abort(404)
    try:
        jpeg = drawer().page(paper["content_hash"], which)
    except AllDrawing:
        # The page's script asks again; without it the clerk does.
        return _later("请稍候，正在生成其他页面的图像。")
    except ArchiveDown:
        return _later("存档暂时无法读取，请稍后再试。")
    except OSError:
        jpeg = None
    if jpeg is None:
        abort(404)
    return Response(jpeg, mimetype="image/jpeg")


def _later(said: str) -> Response:
    return Response(said, 503, {"Retry-After": "2"}, "text/plain")


def _nomination(cn: Connection, number: str) -> reports.Row:
    rows = reports.nominations(cn, clock.SHANGHAI, number)
    if not rows:
        abort(404)
    return rows[0]


def _paper(number: str, document: int) -> Row:
    """A file of this nomination, by its row; none of another's, nor of one that may bear a secrecy mark."""
    with viewing(desk().parts.engine) as cn:
        found = nominations.find(cn, number)
        papers = listing.papers(cn, number)
        findings = nominations.findings_of(cn, [found[0]]).get(found[0], []) if found else []
    paper = next((item for item in papers if item["id"] == document), None)
    if paper is None or _is_shut(findings):
        abort(404)
    return paper


def _is_shut(findings: Sequence[Finding]) -> bool:
    """True where its files may bear a mark of a state secret: nobody passes them on."""
    return any(MAYBE in item.evidence for item in findings)


def _told(finding: Finding, category: str | None) -> str:
    words = desk().parts.loaded.campaign.words_for(category)
    said = asdict(finding)
    kind = kind_name(said, words)
    return f"{kind}：{finding.evidence}" if kind else finding_account(said, words)


def _fields(row: Row, findings: Sequence[Finding], scanned: Mapping[str, str]) -> list[FieldLine]:
    """The values read from the form, in the campaign's order, then what the scan alone tells."""
    campaign, category = desk().parts.loaded.campaign, row["category"]
    names = [field.name for field in campaign.field if field.name in row["fields"]]
    doubts: dict[str, list[str]] = {}
    for item in findings:
        if item.severity is not Severity.NOTE:
            for name in item.fields:
                doubts.setdefault(name, []).append(_told(item, category))
    lines = []
    for name in dict.fromkeys((*names, *row["fields"], *scanned)):
        field = row["fields"].get(name, {"text": "", "document": ""})
        label = campaign.field_label(name, category)
        if label == name:
            label = campaign.words.of(name) if name in scanned else name
        read = field.get("read")
        if name == CATEGORY and read is not None:
            read = campaign.category_name(read or None)
        told = tuple(doubts.get(name, ()))
        lines.append(
            FieldLine(name, label, field["text"], field["document"], scanned.get(name, ""), told, read)
        )
    return lines


def _sheet(document: Document) -> ShownFile:
    seen = document.inspection
    count = max(seen.page_count, 1) if seen else 1
    numbers = tuple(number for number in document.pages or range(1, count + 1) if number <= MOST_SHOWN)
    return ShownFile(
        document.id, document.filename, numbers, count - len(numbers), seen.refused if seen else ""
    )
