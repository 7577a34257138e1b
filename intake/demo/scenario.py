"""The sample campaign, written out: about fifty mails with real forms and stamped scans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from hashlib import sha256

from intake.demo.entries import ENTRIES
from intake.demo.filling import SampleEntry
from intake.demo.mails.machines import bounce, newsletter, outlook_out_of_office, qq_vacation
from intake.demo.mails.posting import Enclosure, Paper, Posting
from intake.demo.mails.postings_early import EARLY
from intake.demo.mails.postings_rush import RUSH
from intake.demo.mails.postings_scans import SCANS
from intake.demo.mails.programs import AttachedFile, Author, SampleLetter, compose
from intake.demo.papers.content import CATEGORY_NAMES, FormContent, chinese_date
from intake.demo.papers.exported import exported_pdf
from intake.demo.papers.forms import summary_table, word_form
from intake.demo.papers.portrait import as_jpeg, portrait, work_photo
from intake.demo.papers.scans import ScanLook, bound_scans, scan_pages
from intake.demo.truth import FileTruth, MessageTruth, SampleMessage
from intake.domain.model.document import Role

OFFICE = Author("中国科协农村专业技术服务中心", "jicengfuwuchu@163.com")
"""The submission mailbox that the notice names."""

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_DAYS_FROM_FORM_TO_MAIL = 3
_POSTINGS = EARLY + SCANS + RUSH


def write_scenario(
    deadline: datetime,
    *,
    mailbox: Author = OFFICE,
    campaign_year: int = 2024,
    look: ScanLook | None = None,
    on_message: Callable[[int, int], None] | None = None,
) -> list[SampleMessage]:
    """All sample mails in the order in which they came; the same arguments give the same bytes.

    `deadline` is the campaign's first refused instant (aware), to which all times
    are laid relative: most mails in the nine days before it, two after, the last
    34 and a half hours after it.  `mailbox` is whom the mails are addressed to.
    `on_message` is told how many are written, of how many, after each.
    """
    if deadline.tzinfo is None:
        raise ValueError("the deadline must be aware of its zone")
    workshop = _Workshop(deadline, campaign_year, look or ScanLook())
    messages = []
    for posting in sorted(_POSTINGS, key=lambda posting: _received_at(posting, deadline)):
        messages.append(_message(posting, workshop, mailbox))
        if on_message:
            on_message(len(messages), len(_POSTINGS))
    return messages


class _Workshop:
    """Makes the files, each once: what is sent twice is the same to the byte."""

    def __init__(self, deadline: datetime, campaign_year: int, look: ScanLook) -> None:
        self.deadline = deadline
        self.campaign_year = campaign_year
        self.look = look
        self._made: dict[Enclosure, AttachedFile] = {}
        self._contents: dict[str, FormContent] = {}

    def file(self, enclosure: Enclosure, received_at: datetime) -> AttachedFile:
        """The file of an enclosure; a form is filled in some days before it is first sent."""
        if enclosure not in self._made:
            self._made[enclosure] = self._make(enclosure, received_at)
        return self._made[enclosure]

    def _make(self, enclosure: Enclosure, received_at: datetime) -> AttachedFile:
        key = enclosure.entries[0]
        content, layout = self._content(key, received_at), ENTRIES[key].layout
        name = enclosure.filename
        if enclosure.role is Role.FORM:
            return AttachedFile(name, word_form(content, layout, as_jpeg(portrait(content.nominee))), _DOCX)
        if enclosure.role is Role.SCAN:
            return self._scan(enclosure, received_at)
        if enclosure.role is Role.SUMMARY:
            contents = [self._content(entry, received_at) for entry in enclosure.entries]
            return AttachedFile(name, summary_table(contents), _DOCX)
        return AttachedFile(name, work_photo(name), "image/jpeg")

    def _scan(self, enclosure: Enclosure, received_at: datetime) -> AttachedFile:
        """The scan of one form or several, or one page of it as a picture."""
        key, name = enclosure.entries[0], enclosure.filename
        forms = [(self._content(entry, received_at), ENTRIES[entry].layout) for entry in enclosure.entries]
        content, layout = forms[0]
        if enclosure.shows:
            content = replace(content, nominee=enclosure.shows)
            forms[0] = content, layout
        look = self.look
        match enclosure.paper:
            case Paper.EXPORTED:
                return AttachedFile(name, exported_pdf(content, layout), "application/pdf")
            case Paper.UNSTAMPED:
                look = replace(look, seal=None)
            case Paper.BLACK_AND_WHITE:
                look = replace(look, mode="bw")
        if enclosure.page:
            pages = scan_pages(content, layout, look, key)
            return AttachedFile(name, pages[enclosure.page - 1], "image/jpeg")
        return AttachedFile(name, bound_scans(forms, look, key), "application/pdf")

    def _content(self, key: str, received_at: datetime) -> FormContent:
        if key not in self._contents:
            filled_on = received_at.date() - timedelta(days=_DAYS_FROM_FORM_TO_MAIL)
            self._contents[key] = ENTRIES[key].content(filled_on, self.deadline.year, self.campaign_year)
        return self._contents[key]


def _received_at(posting: Posting, deadline: datetime) -> datetime:
    hour, minute, second = map(int, posting.clock.split(":"))
    midnight = deadline - timedelta(days=posting.day + 1)
    return midnight + timedelta(hours=hour, minutes=minute, seconds=second)


def _message(posting: Posting, workshop: _Workshop, mailbox: Author) -> SampleMessage:
    received_at = _received_at(posting, workshop.deadline)
    files = [workshop.file(enclosure, received_at) for enclosure in posting.enclosures]
    draft = SampleLetter(
        sender=_sender(posting),
        to=mailbox,
        subject=posting.subject,
        body=posting.text if posting.automat else _letter(posting, received_at),
        sent_at=received_at - timedelta(seconds=6) + timedelta(hours=posting.clock_hours),
        received_at=received_at,
        key=f"{received_at.isoformat()}/{posting.subject}",
        files=tuple(files),
        results=posting.results,
    )
    raw = _written(draft, posting)
    message_id = str(message_from_bytes(raw)["Message-ID"])
    truths = tuple(
        FileTruth(
            file.filename,
            "sha256:" + sha256(file.content).hexdigest(),
            len(file.content),
            enclosure.role,
            ()
            if enclosure.role is Role.SUMMARY
            else tuple(ENTRIES[entry].truth(workshop.deadline.year) for entry in enclosure.entries),
        )
        for enclosure, file in zip(posting.enclosures, files, strict=True)
    )
    return SampleMessage(
        raw, received_at, posting.folder, MessageTruth(posting.kind, message_id, truths, posting.note)
    )


def _sender(posting: Posting) -> Author:
    """The unit's office; a bounce or a newsletter comes from a machine in its domain."""
    unit = posting.unit.sender
    if posting.automat == "bounce":
        return Author("Mail Delivery System", f"MAILER-DAEMON@{unit.domain}")
    if posting.automat == "newsletter":
        return Author("科普资讯", f"news@{unit.domain}")
    return unit


def _written(draft: SampleLetter, posting: Posting) -> bytes:
    unit = posting.unit
    match posting.automat:
        case "qq-vacation":
            return qq_vacation(draft)
        case "out-of-office":
            return outlook_out_of_office(draft)
        case "bounce":
            return bounce(draft, f"nobody@{unit.sender.domain}", f"reminder-0001@{draft.to.domain}")
        case "newsletter":
            return newsletter(draft)
        case None:
            return compose(draft, unit.client)


def _letter(posting: Posting, received_at: datetime) -> str:
    """The words of a letter: the posting's own or the customary ones, then the signature."""
    unit = posting.unit
    signature = (
        f"\n\n{unit.name}{unit.office}\n联系人：{unit.contact}\n联系电话：{unit.phone}\n"
        f"{chinese_date(received_at.date())}"
    )
    if posting.text:
        return posting.text + signature
    entries = dict.fromkeys(key for enclosure in posting.enclosures for key in enclosure.entries)
    return _customary([ENTRIES[key] for key in entries], {e.role for e in posting.enclosures}) + signature


def _customary(entries: list[SampleEntry], roles: set[Role]) -> str:
    listed = "\n".join(
        f"　　{number}. {CATEGORY_NAMES[entry.category]}：{entry.nominee}"
        for number, entry in enumerate(entries, 1)
    )
    sent = {
        frozenset({Role.FORM}): "推荐表WORD版",
        frozenset({Role.SCAN}): "推荐表盖章扫描PDF版",
    }.get(frozenset(roles & {Role.FORM, Role.SCAN}), "推荐表WORD版及盖章扫描PDF版")
    return (
        "尊敬的老师：\n　　您好！按照《中国科协办公厅关于开展2024年度科技志愿服务先进典型宣传活动的通知》"
        f"要求，经层层择优，我单位推荐以下候选典型：\n{listed}\n　　现将{sent}随信报送，请查收。"
        "如有不妥之处，敬请与我们联系。\n　　此致\n敬礼！"
    )
