"""Senders whom the provider could not verify: a person looks first, and strangers learn nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from intake.demo import units
from intake.demo.mailbox import EmbeddedMailbox
from tests.integration.conftest import OfficeOn
from tests.journey import Office, title, words
from tests.material import AT, PROVINCE, SOCIETY, both, entry, form, letter, message_id, scan

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NONE, FAIL = "spf=none; dkim=none", "spf=fail smtp.mailfrom=x@evil.example; dkim=none"


def said(raw: bytes, results: str) -> bytes:
    """The mail with other words of the provider on its sender; "" takes its header away."""
    line = rb"Authentication-Results: (\S+);.*?\r\n(?![ \t])"
    put = rb"Authentication-Results: \1; " + results.encode() + b"\r\n" if results else b""
    changed, count = re.subn(line, put, raw, count=1, flags=re.DOTALL)
    assert count == 1
    return changed


def evidence(office: Office, nominee: str) -> str:
    found = office.nominations()[nominee]["findings"]
    return "；".join(item["evidence"] for item in found if item["code"] == "sender-unverified")


def recipients(office: Office) -> list[tuple[str, str]]:
    return [(mail["To"].addresses[0].addr_spec, title(mail)[:4]) for mail in office.sent()]


def test_a_person_looks_first_and_the_receipt_tells_nothing(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    raw = said(letter(both(entry("于洁"))), NONE)
    pymap_mailbox.deliver(raw, AT)
    office.once(AT + HOUR)
    assert office.states() == {"于洁": "review"}
    assert office.codes("于洁") == {"sender-unverified"}
    told = evidence(office, "于洁")
    assert "未通过发件人身份验证（spf=none，dkim=none）" in told and SOCIETY.sender.address in told
    (mail,) = office.sent()
    assert (mail["To"].addresses[0].addr_spec, mail["In-Reply-To"]) == (
        SOCIETY.sender.address,
        message_id(raw),
    )
    assert "核实发件人身份" in words(mail)
    for secret in ("于洁", "推荐表.docx", SOCIETY.name, office.nominations()["于洁"]["number"]):
        assert secret not in mail.as_string() + words(mail) + mail["Subject"]
    (row,) = office.export("messages")
    assert (row["authentication"], row["authentication_said"]) == ("unverified", "spf=none, dkim=none")
    number = office.nominations()["于洁"]["number"]
    assert "sender not verified" in office.shouwen("status", number).text
    digest = re.sub(r"\s", "", office.shouwen("digest", "--date", "2025-02-22").text)
    assert "可能不是由所显示的地址发出" in digest and "spf" not in digest and "核实发件人" in digest
    # Nothing is doubled, and a replay comes to the same.
    assert office.shouwen("replay", "--all", now=AT + 2 * HOUR).code == 0
    office.once(AT + 3 * HOUR)
    assert office.states() == {"于洁": "review"} and len(office.sent()) == 1
    # A person's word settles it, and stands; the address is still nobody's.
    assert office.shouwen("decide", number, "accept", "--by", "王", "--reason", "已电话核实").code == 0
    assert office.shouwen("replay", "--all", now=AT + 4 * HOUR).code == 0
    office.once(AT + 5 * HOUR)
    assert office.states() == {"于洁": "complete"} and len(office.sent()) == 1


@pytest.mark.parametrize("results", ["", "iprev=pass", "dmarc=pass"])
def test_where_the_provider_says_nothing_all_is_as_ever(
    pymap_mailbox: EmbeddedMailbox, office: Office, results: str
) -> None:
    pymap_mailbox.deliver(said(letter(both(entry("于洁"))), results), AT)
    office.once(AT + HOUR)
    assert office.states() == {"于洁": "complete"}
    assert recipients(office) == [(SOCIETY.sender.address, "收件回执")]


def test_a_header_that_anybody_may_have_written_neither_helps_nor_harms(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    def forged(name: str, own: str, results: str) -> bytes:
        """The provider's `own` words, and below a header of the sender's under the provider's name."""
        raw = said(letter(both(entry(name))), own)
        server = re.search(rb"by (\S+) \(Coremail\)", raw)
        assert server
        line = b"Authentication-Results: " + server[1] + b"; " + results.encode() + b"\r\n"
        at = re.search(rb"X-QQ-mid|X-Originating-IP|Date:|From:", raw)
        assert at
        hop = b"Received: from pc by out.x.cn; Fri, 21 Feb 2025 09:00:00 +0800\r\n"
        place = at.start()
        return raw[:place] + (line + hop if own else hop + line) + raw[place:]

    pymap_mailbox.deliver(forged("于洁", FAIL, "dmarc=pass"), AT)
    pymap_mailbox.deliver(forged("马骁", "", "dmarc=fail"), AT)
    office.once(AT + HOUR)
    assert office.states() == {"于洁": "review", "马骁": "complete"}


def test_nobody_is_written_to_whose_domain_disowns_the_mail(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(said(letter(both(entry("于洁"))), FAIL), AT)
    asked = letter((), AT, units.FIRE, subject="咨询", text="请问名额有多少？")
    pymap_mailbox.deliver(said(asked, "dmarc=fail"), AT)
    doubted = letter((), AT, PROVINCE, subject="咨询", text="请问何时截止？")
    pymap_mailbox.deliver(said(doubted, NONE), AT)
    office.once(AT + HOUR)
    assert recipients(office) == [(PROVINCE.sender.address, "来信收悉")]
    digest = re.sub(r"\s", "", office.shouwen("digest", "--date", "2025-02-22").text)
    assert "名额有多少" in digest and "可能不是由所显示的地址发出" in digest and "spf=fail" not in digest


def test_the_unit_hears_of_its_own_mail_and_not_of_a_strangers(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    pymap_mailbox.deliver(said(letter(both(entry("马骁")), AT + MINUTE), NONE), AT + MINUTE)
    office.once(AT + HOUR)
    assert office.states() == {"于洁": "complete", "马骁": "review"}
    assert sorted(recipients(office)) == [
        (SOCIETY.sender.address, "收件回执"),
        (SOCIETY.sender.address, "来件收悉"),
    ]
    receipt = next(mail for mail in office.sent() if title(mail) == "收件回执")
    assert "于洁" in words(receipt) and "马骁" not in words(receipt)


def test_one_plain_receipt_in_thirty_days(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    for day, name in enumerate(("于洁", "马骁", "白桦")):
        at = AT + day * HOUR
        pymap_mailbox.deliver(said(letter(both(entry(name)), at), NONE), at)
        office.once(at + 30 * MINUTE)
    assert recipients(office) == [(SOCIETY.sender.address, "来件收悉")]


def test_a_forged_supplement_takes_no_quiet_place_and_a_true_copy_clears_it(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    office.once(AT + HOUR)
    changed = form(entry("于洁", figures={"service_years": ("30年", 30)}), "于洁推荐表（更正）.docx")
    forged = said(letter([changed], AT + 2 * HOUR, subject="更正"), NONE)
    pymap_mailbox.deliver(forged, AT + 2 * HOUR)
    office.once(AT + 4 * HOUR)
    assert office.states() == {"于洁": "review"}
    assert "“于洁推荐表.docx”仍在案" in evidence(office, "于洁")
    papers = office.nominations()["于洁"]["documents"]
    assert {item["filename"] for item in papers} >= {"于洁推荐表.docx", "于洁推荐表（更正）.docx"}
    # The unit sends the same file itself.
    number = office.nominations()["于洁"]["number"]
    pymap_mailbox.deliver(letter([changed], AT + 5 * HOUR, subject="更正"), AT + 5 * HOUR)
    office.once(AT + 6 * HOUR)
    assert "sender-unverified" not in office.codes("于洁")
    assert office.nominations()["于洁"]["number"] == number


def test_a_stranger_does_not_push_a_unit_over_its_quota(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    pymap_mailbox.deliver(said(letter(both(entry("白桦"))), NONE), AT)
    for place, name in enumerate(("于洁", "马骁"), 1):
        pymap_mailbox.deliver(letter(both(entry(name)), AT + place * MINUTE), AT + place * MINUTE)
    office.once(AT + HOUR)
    assert office.states() == {"于洁": "complete", "马骁": "complete", "白桦": "review"}
    number = office.nominations()["白桦"]["number"]
    assert office.shouwen("decide", number, "accept", "--by", "王", "--reason", "已核实").code == 0
    assert office.states() == {"于洁": "held", "马骁": "held", "白桦": "complete"}


@pytest.mark.parametrize("turned", [False, True])
def test_a_scan_of_a_stranger_is_for_a_person_whatever_comes_first(
    pymap_mailbox: EmbeddedMailbox, office: Office, turned: bool
) -> None:
    item = entry("于洁")
    mails = [letter([form(item)], AT), said(letter([scan(item)], AT + MINUTE), NONE)]
    for raw in reversed(mails) if turned else mails:
        pymap_mailbox.deliver(raw, AT)
        office.once(AT + 5 * MINUTE)
    office.once(AT + HOUR)
    assert office.states() == {"于洁": "review"}
    assert office.codes("于洁") == {"sender-unverified"}
    assert not any("补正" in title(mail) for mail in office.sent())


def test_the_operator_names_the_providers_servers(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn
) -> None:
    office = office_on(pymap_mailbox, mailbox={"authserv_ids": ["filter.*"]})
    raw = letter(both(entry("于洁")))
    above = raw.replace(b"Authentication-Results: gzga", b"Authentication-Results: filter.gzga", 1)
    pymap_mailbox.deliver(said(above, NONE), AT)
    pymap_mailbox.deliver(said(letter(both(entry("马骁"))), NONE), AT)
    office.once(AT + HOUR)
    assert office.states() == {"于洁": "review", "马骁": "complete"}


def test_words_of_a_stranger_withdraw_nothing(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    asked = letter((), AT + HOUR, subject="撤回", text="我单位申请撤回于洁的推荐。")
    pymap_mailbox.deliver(said(asked, FAIL), AT + HOUR)
    office.once(AT + 2 * HOUR)
    assert office.states() == {"于洁": "review"}
    found = office.nominations()["于洁"]["findings"]
    (told,) = [item["evidence"] for item in found if item["code"] == "withdrawal-asked"]
    assert "未通过发件人身份验证：spf=fail，dkim=none" in told


def test_a_link_of_a_stranger_is_nothing_to_ask_the_unit_for(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    link = "于洁推荐表盖章.pdf (12.03M, 2025年3月21日 21:59 到期)\nhttps://mail.qq.com/cgi-bin/ftnExs_download?k=1"
    pymap_mailbox.deliver(letter([form(entry("于洁"))], AT), AT)
    offer = letter((), AT + MINUTE, text=f"扫描件见超大附件：\n{link}")
    pymap_mailbox.deliver(said(offer, NONE), AT + MINUTE)
    office.once(AT + HOUR)
    assert office.states() == {"于洁": "review"}
    assert not any("补正" in title(mail) for mail in office.sent())
