"""Mail that bears a mark of a state secret: nothing of it is processed, and staff hear of it at once."""

from __future__ import annotations

import io
import shutil
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from intake.config.campaign_file import shipped_files
from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails.programs import AttachedFile
from intake.demo.papers import scans
from intake.demo.papers.sheet import Line, SampleSheet, SheetLayout, sheet_of
from intake.domain.secrecy.mail_marks import Mark
from tests.integration.conftest import ON_POSTGRES, OfficeOn
from tests.journey import DONE, STAFF, Office, words
from tests.material import AT, PROVINCE, SOCIETY, both, docx, entry, form, letter, scan
from tests.prize import amend

LATER = AT + timedelta(hours=1)
NEXT_DAY = AT + timedelta(days=1)


def marked_form(name: str = "于洁") -> AttachedFile:
    """A form with the mark at its head."""
    return AttachedFile(
        f"{name}推荐表.docx", docx(SampleSheet((Line("机密★5年"), Line("推荐表", "title")), (), ()))
    )


def zipped(*files: AttachedFile, folder: str = "") -> AttachedFile:
    """The files in an archive, in a folder of it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for file in files:
            package.writestr(f"{folder}{file.filename}", file.content)
    return AttachedFile("材料.zip", buffer.getvalue())


def kept_files(office: Office, shelf: str) -> list[Path]:
    return [path for path in (office.folder / "archive" / shelf).rglob("*") if path.is_file()]


CASES = {
    "subject": letter(both(entry("于洁")), AT, subject="【机密】推荐材料"),
    "body": letter(both(entry("于洁")), AT, text="您好，附件为涉密材料，请勿转发。"),
    "filename": letter([form(entry("于洁"), "（秘密）于洁推荐表.docx"), scan(entry("于洁"))], AT),
    "filename in an archive": letter([zipped(*both(entry("于洁")), folder="【秘密】材料/")], AT),
    "document": letter([scan(entry("于洁")), marked_form()], AT),
    "document in an archive": letter([form(entry("于洁")), zipped(marked_form())], AT),
}


@pytest.mark.parametrize("case", CASES)
def test_nothing_of_it_is_kept_but_the_mail_itself(
    office: Office, pymap_mailbox: EmbeddedMailbox, case: str
) -> None:
    pymap_mailbox.deliver(CASES[case], AT)
    office.once(LATER)
    (row,) = office.export("messages")
    assert row["classified"] == case.split()[0]
    assert (row["kind"], row["state"], row["documents"]) == ("material", "read", 0)
    assert office.export("nominations") == []
    assert list(office.archived().values()) == [CASES[case]]
    assert kept_files(office, "documents") == kept_files(office, "pictures") == []
    assert office.query("SELECT * FROM reading") == office.query("SELECT * FROM inspection") == []
    (facts,) = office.query("SELECT facts FROM message")
    assert "于洁" not in str(facts)
    assert "附件为" not in str(facts)


def test_staff_are_told_at_once_and_once(office: Office, pymap_mailbox: EmbeddedMailbox) -> None:
    office.change(letters={"mode": "hold"})
    pymap_mailbox.deliver(CASES["filename"], AT)
    office.once(AT + timedelta(seconds=1))
    (alert,) = office.sent()
    assert alert["To"] == STAFF
    said = words(alert)
    for told in ("2025年2月21日10时00分", SOCIETY.sender.address, "INBOX", "文件名", "勿转发"):
        assert told in said
    assert f"sha256:{kept_files(office, 'messages')[0].name}"[:40] in "".join(said.split())
    assert "于洁" not in said
    assert "秘密）" not in said
    (row,) = office.export("letters")
    assert (row["kind"], row["state"], row["nominations"]) == ("alert", "sent", [])
    # Never a letter to the sender; replay comes to the same and tells nobody twice.
    for at in (LATER, NEXT_DAY):
        office.once(at)
        assert office.shouwen("replay", "--all", now=at).code == DONE
    assert len(office.sent()) == 1


def test_the_digest_lists_it(office: Office, pymap_mailbox: EmbeddedMailbox) -> None:
    pymap_mailbox.deliver(CASES["body"], AT)
    office.once(LATER)
    shown = office.shouwen("digest", "--preview", office.folder / "digest.html", now=LATER)
    assert shown.code == DONE, shown.text
    page = (office.folder / "digest.html").read_text("utf-8")
    assert "来信正文带有密级标志" in page
    assert "于洁" not in page


def test_no_unit_is_asked_for_what_may_lie_in_it(office: Office, pymap_mailbox: EmbeddedMailbox) -> None:
    pymap_mailbox.deliver(letter([form(entry("于洁"))], AT), AT)
    pymap_mailbox.deliver(letter([form(entry("马骁", PROVINCE))], AT, PROVINCE), AT)
    pymap_mailbox.deliver(letter([scan(entry("于洁"))], LATER, subject="【秘密】补充材料"), LATER)
    office.once(NEXT_DAY)
    # The other unit has sent no such mail, and is told.
    assert office.states() == {"于洁": "review", "马骁": "deficient"}
    assert office.codes("于洁") == {"scan-missing"}
    to_units = {str(mail["To"]): words(mail) for mail in office.sent() if mail["To"] != STAFF}
    assert "补正" not in to_units[SOCIETY.sender.address].split("特此")[0].splitlines()[0]
    assert len(to_units) == 2


def test_other_mail_of_the_unit_goes_its_way(office: Office, pymap_mailbox: EmbeddedMailbox) -> None:
    pymap_mailbox.deliver(letter(both(entry("于洁")), AT), AT)
    pymap_mailbox.deliver(letter(both(entry("马骁")), AT, subject="机密"), AT)
    office.once(LATER)
    assert office.states() == {"于洁": "complete"}
    assert [mail["To"] == STAFF for mail in office.sent()].count(False) == 1
    answered = office.query("SELECT message_id FROM letter_message")
    assert len(answered) == 1


def test_what_may_be_a_mark_is_read_and_for_a_person(office: Office, pymap_mailbox: EmbeddedMailbox) -> None:
    text = "请查收。另有一份涉密材料通过机要渠道报送。"
    pymap_mailbox.deliver(letter(both(entry("于洁")), AT, text=text), AT)
    office.once(LATER)
    found = office.nominations()["于洁"]
    assert found["state"] == "review"
    assert [f["evidence"] for f in found["findings"] if f["code"] == "doubtful"] == [
        "来件正文有疑似密级标志，请核对是否涉密"
    ]
    assert office.export("messages")[0]["classified"] is None


def test_what_speaks_of_secrets_is_ordinary(office: Office, pymap_mailbox: EmbeddedMailbox) -> None:
    text = "材料已经保密审查，不涉密，请查收。联系人：王秘书"
    files = [form(entry("于洁"), "（非涉密）于洁推荐表.docx"), scan(entry("于洁"))]
    pymap_mailbox.deliver(letter(files, AT, text=text, subject="推荐材料（不涉密）"), AT)
    office.once(LATER)
    assert office.states() == {"于洁": "complete"}


def test_a_mark_that_is_seen_only_later(
    office: Office, pymap_mailbox: EmbeddedMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = both(entry("于洁"))
    pymap_mailbox.deliver(letter([*files, marked_form()], AT), AT)
    pymap_mailbox.deliver(letter([files[1], *both(entry("马骁"))], AT, subject="又及"), AT)
    with monkeypatch.context() as blind:
        blind.setattr("intake.stages.read.mail_marks.in_document", lambda facts: Mark.NONE)
        office.once(LATER)
    assert len(kept_files(office, "documents")) == len(office.query("SELECT * FROM reading")) == 5
    office.shouwen("replay", "--all", "--dry-run", now=LATER)
    assert len(kept_files(office, "documents")) == 5
    office.shouwen("replay", "--all", now=LATER)
    # What the other mail brought too is still there.
    assert len(kept_files(office, "documents")) == len(office.query("SELECT * FROM reading")) == 3
    assert len(office.archived()) == 2
    assert [row["classified"] for row in office.export("messages")].count("document") == 1


def stamped(name: str, mark: str = "") -> AttachedFile:
    """The scan of a form, the mark printed above its title."""
    item = entry(name)
    content = item.content(AT.date(), 2025, 2024)

    def drawn(content: scans.FormContent, layout: SheetLayout) -> SampleSheet:
        sheet = sheet_of(content, layout)
        return replace(sheet, above=(Line(mark), *sheet.above)) if mark else sheet

    with pytest.MonkeyPatch.context() as press:
        press.setattr(scans, "sheet_of", drawn)
        return AttachedFile(f"{name}推荐表（盖章）.pdf", scans.bound_scans([(content, item.layout)]))


@ON_POSTGRES
def test_a_mark_that_only_the_pixels_of_a_scan_show(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, database_url: str
) -> None:
    office = office_on(pymap_mailbox, database_url, scans={"look": "auto"})
    pymap_mailbox.deliver(letter([form(entry("于洁")), stamped("于洁", "秘密★5年")], AT), AT)
    pymap_mailbox.deliver(letter([form(entry("马骁")), stamped("马骁")], LATER), LATER)
    office.once(LATER)
    # What a reader of print saw is never sure: the papers are registered, and for a person.
    assert office.states() == {"于洁": "review", "马骁": "complete"}
    (found,) = office.nominations()["于洁"]["findings"]
    assert (found["code"], found["severity"], found["basis"]) == ("doubtful", "review", "ocr")
    assert found["document"] == "于洁推荐表（盖章）.pdf"
    assert found["evidence"] == "扫描件“于洁推荐表（盖章）.pdf”第1页有疑似密级标志，请核对是否涉密"
    assert [row["classified"] for row in office.export("messages")] == [None, None]
    # Staff hear of it in the same pass, and once; nothing of the page is passed on to them by mail.
    told = [mail for mail in office.sent() if mail["To"] == STAFF]
    assert [mail["Subject"] for mail in told] == ["【请即核对】扫描件疑似带密级标志（邮件1）"]
    said = words(told[0])
    assert "扫描件页面" in said and "已停止处理" not in said and "于洁" not in said
    before = office.nominations()
    assert office.shouwen("replay", "--all", now=NEXT_DAY).code == DONE
    office.once(NEXT_DAY)
    after = office.nominations()
    assert [after[name]["findings"] for name in before] == [row["findings"] for row in before.values()]
    shown = office.shouwen("digest", "--preview", office.folder / "digest.html", now=NEXT_DAY)
    assert shown.code == DONE, shown.text
    page = (office.folder / "digest.html").read_text("utf-8")
    assert "页有疑似密级标志" in page and "data:image" not in page
    assert len([mail for mail in office.sent() if mail["To"] == STAFF and "密级" in mail["Subject"]]) == 1
    # A person's word stands.
    number = before["于洁"]["number"]
    assert office.shouwen("decide", number, "accept", "--by", "王", "--reason", "误认").code == DONE
    office.shouwen("replay", "--all", now=NEXT_DAY)
    assert office.states()["于洁"] == "complete"


def test_a_campaign_adds_marks_of_its_own(office: Office, pymap_mailbox: EmbeddedMailbox) -> None:
    for path in shipped_files():
        shutil.copy(path, office.folder / path.name)
    campaign = office.folder / "cast-2024.toml"
    office.change(campaign={"file": campaign.name})
    files = [form(entry("于洁"), "（内部资料）于洁推荐表.docx"), scan(entry("于洁"))]
    pymap_mailbox.deliver(letter(files, AT), AT)
    office.once(LATER)
    assert office.states() == {"于洁": "complete"}
    amend(campaign, ("marks = []", 'marks = ["内部资料"]'))
    assert office.shouwen("replay", "--all", now=NEXT_DAY).code == DONE
    assert office.states() == {"于洁": "review"}
    assert [item["evidence"] for item in office.nominations()["于洁"]["findings"]] == [
        "来件文件名有“内部资料”字样，请核对是否涉密"
    ]
    assert office.export("messages")[0]["classified"] is None
