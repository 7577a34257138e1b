"""Files that came as links: never fetched, asked for where it is sure, shown to staff with their end."""

from __future__ import annotations

import re
from datetime import timedelta

from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails.programs import AttachedFile
from tests.integration.conftest import OfficeOn
from tests.journey import Office, title, words
from tests.material import AT, SOCIETY, both, entry, form, letter, message_id, scan

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
URL = "http://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=7d363834fce09c93f603&code=7684decd"


def qq_list(filename: str, expiry: str = "2025年3月20日 21:59 到期") -> str:
    return f"见附件。\n\n从QQ邮箱发来的超大附件\n\n{filename} (128.03M, {expiry})进入下载页面：{URL}"


def plain(mail_text: str) -> str:
    return re.sub(r"\s", "", mail_text)


def digest(office: Office, date: str) -> str:
    return plain(office.shouwen("digest", "--date", date).text)


def test_a_scan_sent_as_a_link_is_asked_for_as_a_file_once(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    item = entry("于洁")
    pymap_mailbox.deliver(letter([form(item)], text=qq_list("于洁推荐表（盖章）.pdf")), AT)
    office.once(AT + HOUR)
    office.once(AT + DAY)
    assert (office.states(), office.codes("于洁")) == ({"于洁": "deficient"}, {"cloud-link"})
    (mail,) = office.sent()
    said = plain(words(mail))
    assert "关于补正" in title(mail)
    for told in (
        "于洁推荐表（盖章）.pdf",
        "128.03M",
        "2025年3月20日21:59到期",
        "未收到文件本身",
        "以普通附件形式",
    ):
        assert told in said
    assert URL not in words(mail)
    assert "以下材料以链接方式发送" not in said, "told once"
    # The end of the link is marked when it is near.
    assert "即将到期" not in digest(office, "2025-02-22")
    near = digest(office, "2025-03-19")
    assert "即将到期" in near and "2025年3月20日21:59到期" in near
    reply = letter([scan(item)], AT + DAY, headers={"In-Reply-To": mail["Message-ID"]})
    pymap_mailbox.deliver(reply, AT + DAY)
    office.once(AT + DAY + HOUR)
    assert office.states() == {"于洁": "complete"}
    assert "即将到期" not in digest(office, "2025-03-19")


def test_mail_with_nothing_but_a_link_is_for_staff_and_its_receipt_says_so(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, database_url: str
) -> None:
    office = office_on(pymap_mailbox, database_url)
    subject = f"{SOCIETY.name}推荐材料"
    raw = letter((), subject=subject, text=qq_list("推荐材料.zip", "2025年2月23日 9:00 到期"))
    pymap_mailbox.deliver(raw, AT)
    office.once(AT + HOUR)
    assert office.export("messages")[0]["kind"] == "material"
    assert office.export("nominations") == []
    (mail,) = office.sent()
    said = plain(words(mail))
    assert mail["In-Reply-To"] == message_id(raw) and title(mail) == "收件回执"
    assert SOCIETY.name in said
    assert "本邮箱未收到文件本身，请以附件形式重新发送" in said
    assert "推荐材料.zip”，128.03MB，2025年2月23日9:00到期" in said
    assert "需补正" not in said and "未能登记到" not in said
    told = digest(office, "2025-02-22")
    people = told[told.index("人工待办（") :]
    for expected in (
        SOCIETY.name,
        "推荐材料.zip",
        "128.03M",
        "2025年2月23日9:00到期",
        "即将到期",
        plain(URL),
    ):
        assert expected in people
    # Once the unit has sent its files, nobody need look any more.
    pymap_mailbox.deliver(letter(both(entry("于洁")), AT + DAY), AT + DAY)
    office.once(AT + DAY + HOUR)
    assert "推荐材料.zip" not in digest(office, "2025-02-23")


def test_a_link_in_an_enclosed_mail_keeps_us_from_claiming_that_the_scan_is_missing(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    inner = letter([form(entry("于洁")), form(entry("马骁"))], text=qq_list("扫描件.zip"))
    outer = letter([AttachedFile("推荐材料.eml", inner, "message/rfc822")], text="请见所附邮件。")
    pymap_mailbox.deliver(outer, AT)
    office.once(AT + HOUR)
    assert set(office.states().values()) == {"review"}
    assert office.codes("于洁") == {"scan-missing", "cloud-link"}


def test_words_about_net_disks_are_no_link(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    text = "按通知要求未使用网盘或超大附件，材料见附件。"
    pymap_mailbox.deliver(letter([form(entry("于洁"))], text=text), AT)
    office.once(AT + HOUR)
    assert office.codes("于洁") == {"scan-missing"}
