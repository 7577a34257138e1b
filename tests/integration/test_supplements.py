"""Supplements over real wires: each finds its nomination, by whatever ties it there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails.programs import AttachedFile, Author
from intake.demo.units import SampleUnit
from tests.integration.conftest import OfficeOn
from tests.journey import DONE, Office, Rows, title
from tests.material import AT, PROVINCE, SOCIETY, both, entry, form, letter, message_id, scan

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = AT + DAY


def colleague(unit: SampleUnit = SOCIETY, address: str = "li@private.example") -> SampleUnit:
    """Somebody of the unit's office who writes from an address that nobody knows."""
    return replace(unit, sender=Author("李工", address))


def answers(parent: str, *before: str) -> dict[str, str]:
    """The headers of a reply."""
    return {"In-Reply-To": parent, "References": " ".join((*before, parent))}


def confirm(office: Office, *addresses: str, unit: SampleUnit = SOCIETY) -> None:
    """Staff have asked the unit: these write for it."""
    for address in addresses:
        said = office.shouwen("unit", "confirm", unit.name, address, "--by", "王某", now=LATER)
        assert said.code == DONE, said.text


BOTH = (SOCIETY.sender.address, "li@private.example")


def replayed(office: Office, at: datetime) -> None:
    """Reading everything again changes nothing and sends nothing."""
    before = [office.export(what) for what in ("nominations", "messages", "letters")]
    sent = len(office.sent())
    assert office.shouwen("replay", "--all", now=at).code == DONE
    office.once(at)
    assert [office.export(what) for what in ("nominations", "messages", "letters")] == before
    assert len(office.sent()) == sent


def how(office: Office) -> list[str]:
    """By what each message was given to its unit, in the order in which they came."""
    return [row[0] for row in office.query("SELECT attribution FROM message ORDER BY received_at")]


def filed(office: Office, nominee: str) -> list[tuple[str, bool]]:
    """The files of a nomination, and whether they count."""
    return [(item["filename"], item["current"]) for item in office.nominations()[nominee]["documents"]]


def two_forms(mailbox: EmbeddedMailbox, office: Office) -> tuple[str, str]:
    """于洁 and 马骁 without scans, told so; their numbers."""
    mailbox.deliver(letter([form(entry("于洁")), form(entry("马骁"))]), AT)
    office.once(AT + HOUR)
    assert office.states() == {"于洁": "deficient", "马骁": "deficient"}
    found = office.nominations()
    return found["于洁"]["number"], found["马骁"]["number"]


def useless(name: str) -> AttachedFile:
    """The scan of a nominee under a name that says nothing."""
    return scan(entry(name), "扫描件0001.pdf")


def test_a_reply_from_an_unknown_address(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    first = letter([form(entry("于洁"))])
    pymap_mailbox.deliver(first, AT)
    office.once(AT + HOUR)
    (notice,) = office.sent()
    headers = answers(notice["Message-ID"], message_id(first))
    raw = letter([useless("于洁")], LATER, colleague(), subject="回复：补正", text="补交。", headers=headers)
    pymap_mailbox.deliver(raw, LATER)
    office.once(LATER + HOUR)
    # Our Message-ID is in every copy of our letter: it proves nothing from another address.
    assert office.states() == {"于洁": "deficient", None: "review"}
    assert how(office) == ["form", "thread"]
    assert office.codes("于洁") == {"scan-missing", "sender-new"}
    assert "于洁" not in office.sent()[-1].as_string() and len(office.sent()) == 2
    replayed(office, LATER + 2 * HOUR)
    confirm(office, *BOTH)
    assert office.states() == {"于洁": "complete"}


def test_a_number_leads_an_unknown_address_to_unit_and_nomination(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    _, number = two_forms(pymap_mailbox, office)
    raw = letter([useless("马骁")], LATER, colleague(), subject=f"补交{number}盖章件", text="请查收。")
    pymap_mailbox.deliver(raw, LATER)
    office.once(LATER + HOUR)
    assert how(office) == ["form", "number"]
    assert office.states() == {"于洁": "deficient", "马骁": "deficient", None: "review"}
    assert office.codes("马骁") == {"scan-missing", "sender-new"}
    assert not any(name in office.sent()[-1].as_string() for name in ("于洁", "马骁", SOCIETY.name))
    assert {mail["To"].addresses[0].addr_spec for mail in office.sent()[1:]} == {"li@private.example"}
    replayed(office, LATER + 2 * HOUR)
    confirm(office, *BOTH)
    assert office.states() == {"于洁": "deficient", "马骁": "complete"}


def test_a_letter_s_reference_in_other_brackets(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    pymap_mailbox.deliver(letter([form(entry("于洁"))]), AT)
    office.once(AT + HOUR)
    (reference,) = (row[0] for row in office.query("SELECT reference FROM letter"))
    said = "贵中心 " + reference.replace("〔", " [ ").replace("〕", " ] ") + " 来函收悉，现补交盖章件。"
    pymap_mailbox.deliver(letter([useless("于洁")], LATER, colleague(), text=said), LATER)
    office.once(LATER + HOUR)
    assert (how(office), office.states()["于洁"]) == (["form", "number"], "deficient")
    confirm(office, *BOTH)
    assert office.states() == {"于洁": "complete"}


def test_a_colleague_in_the_same_thread(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    first = letter([form(entry("于洁"))])
    pymap_mailbox.deliver(first, AT)
    pymap_mailbox.deliver(letter(both(entry("白桦", PROVINCE)), AT, PROVINCE), AT)
    office.once(AT + HOUR)
    headers = answers(message_id(first))
    pymap_mailbox.deliver(
        letter([useless("于洁")], LATER, colleague(), text="补上。", headers=headers), LATER
    )
    office.once(LATER + HOUR)
    assert office.states() == {"于洁": "deficient", "白桦": "complete", None: "review"}
    assert how(office)[-1] == "thread"
    replayed(office, LATER + 2 * HOUR)
    confirm(office, *BOTH)
    assert office.states() == {"于洁": "complete", "白桦": "complete"}


def test_a_newer_form_counts_and_the_older_stays(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    item = entry("于洁")
    pymap_mailbox.deliver(letter(both(item)), AT)
    office.once(AT + HOUR)
    better = form(replace(item, body="新单位"), "于洁推荐表（修改）.docx")
    pymap_mailbox.deliver(letter([better], LATER, subject="更正", text="推荐表以此为准。"), LATER)
    office.once(LATER + HOUR)
    assert filed(office, "于洁") == [
        ("于洁推荐表.docx", False),
        ("于洁推荐表（盖章）.pdf", True),
        ("于洁推荐表（修改）.docx", True),
    ]
    assert office.states() == {"于洁": "complete"}
    replayed(office, LATER + 2 * HOUR)


def test_a_corrected_name_makes_two_that_a_person_joins(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(letter([*both(entry("于洁")), *both(entry("马骁"))]), AT)
    raw = letter(both(entry("马晓")), LATER, subject="更正", text="候选人姓名写错，以此为准。")
    pymap_mailbox.deliver(raw, LATER)
    office.once(LATER + HOUR)
    old, new = (office.nominations()[name] for name in ("马骁", "马晓"))
    assert office.states() == {"于洁": "complete", "马骁": "review", "马晓": "review"}, "three of two"
    for row in (old, new):
        (found,) = row["findings"]
        assert found["code"] == "doubtful"
        assert found["kind"] == ("corrected" if row is old else "correction")
        assert f"[review · {found['kind']}] " in office.shouwen("status", row["number"]).text
    replayed(office, LATER + 2 * HOUR)
    said = "经核实为同一人"
    assert office.shouwen("decide", old["number"], "withdraw", "--by", "王某", "--reason", said).code == DONE
    office.once(LATER + 3 * HOUR)
    assert office.states() == {"于洁": "complete", "马骁": "withdrawn", "马晓": "complete"}


def findings(office: Office, nominee: str) -> Rows:
    """What stands against a nominee."""
    return [item for item in office.nominations()[nominee]["findings"] if item["severity"] != "note"]


def test_a_withdrawal_without_files_reaches_the_nomination_and_the_digest(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(letter([*both(entry("于洁")), *both(entry("马骁"))]), AT)
    office.once(AT + HOUR)
    raw = letter((), LATER, subject="关于撤回的函", text="因工作变动，请撤回马骁的推荐材料，于洁照常。")
    pymap_mailbox.deliver(raw, LATER)
    office.once(LATER + HOUR)
    assert office.states() == {"于洁": "complete", "马骁": "review"}
    (found,) = findings(office, "马骁")
    assert (found["code"], found["severity"]) == ("withdrawal-asked", "review")
    assert "请撤回马骁的推荐材料" in found["evidence"]
    assert office.export("messages")[-1]["kind"] == "enquiry"
    assert [title(mail)[:4] for mail in office.sent()].count("收件回执") <= 2
    said = office.shouwen("digest", "--date", LATER.date().isoformat()).text
    assert "来信要求撤回" in said
    replayed(office, LATER + 2 * HOUR)
    number = office.nominations()["马骁"]["number"]
    assert office.shouwen("decide", number, "withdraw", "--by", "王某", "--reason", "单位来函").code == DONE
    office.once(LATER + 3 * HOUR)
    assert office.states() == {"于洁": "complete", "马骁": "withdrawn"}


def test_a_withdrawal_by_number_from_a_stranger_says_so(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(letter([*both(entry("于洁")), *both(entry("马骁"))]), AT)
    office.once(AT + HOUR)
    number = office.nominations()["于洁"]["number"]
    pymap_mailbox.deliver(letter((), LATER, colleague(), text=f"{number}不再推荐。"), LATER)
    office.once(LATER + HOUR)
    assert office.states() == {"于洁": "complete", "马骁": "complete"}
    assert "未报送过本件材料" in findings(office, "于洁")[0]["evidence"]
    assert "于洁" not in office.sent()[-1].as_string()


def test_a_withdrawal_that_comes_before_its_unit_is_known(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(letter((), AT, colleague(), text="请撤回于洁的申报。"), AT)
    office.once(AT + HOUR)
    assert office.export("nominations") == []
    pymap_mailbox.deliver(letter(both(entry("于洁")), LATER), LATER)
    office.once(LATER + HOUR)
    assert office.codes("于洁") == {"withdrawal-asked"}
    replayed(office, LATER + 2 * HOUR)


def test_a_question_about_withdrawing_is_only_a_question(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    pymap_mailbox.deliver(letter((), LATER, text="如需撤回，应如何办理？"), LATER)
    office.once(LATER + HOUR)
    assert office.states() == {"于洁": "complete"}


def enclosed(raw: bytes, name: str = "原邮件.eml") -> AttachedFile:
    """A mail saved as a file."""
    return AttachedFile(name, raw)


def test_a_withdrawal_within_an_enclosed_mail_is_heeded(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, database_url: str
) -> None:
    office = office_on(pymap_mailbox, database_url)
    pymap_mailbox.deliver(letter([*both(entry("于洁")), *both(entry("马骁"))]), AT)
    inner = letter((), AT + HOUR, subject="关于撤回的函", text="因工作变动，请撤回马骁的推荐材料。")
    pymap_mailbox.deliver(letter([enclosed(inner)], LATER, subject="转发", text="转上，请处理。"), LATER)
    office.once(LATER + HOUR)
    assert office.states() == {"于洁": "complete", "马骁": "review"}
    (found,) = findings(office, "马骁")
    assert (found["code"], found["severity"]) == ("withdrawal-asked", "review")
    replayed(office, LATER + 2 * HOUR)


def test_history_within_an_enclosed_mail_asks_for_nothing(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(letter(both(entry("马骁"))), AT)
    history = "已办。\n\n------------------ 原始邮件 ------------------\n请撤回马骁的推荐材料。"
    inner = letter((), AT + HOUR, subject="回复：推荐材料", text=history)
    pymap_mailbox.deliver(letter([enclosed(inner)], LATER, text="见附件。"), LATER)
    office.once(LATER + HOUR)
    assert office.states() == {"马骁": "complete"}


def test_our_own_notice_passed_on_asks_for_nothing(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    pymap_mailbox.deliver(letter(both(entry("马骁"))), AT)
    ours = letter((), AT + HOUR, subject="收件回执（农技中心收〔2025〕9号）：推荐材料", text="请撤回马骁。")
    pymap_mailbox.deliver(letter([enclosed(ours)], LATER, text="收到的回执见附件。"), LATER)
    office.once(LATER + HOUR)
    assert office.states() == {"马骁": "complete"}
