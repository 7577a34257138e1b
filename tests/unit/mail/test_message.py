"""The mail as bytes: headers, parts, and that nothing can be smuggled in."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, message_from_string, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.letters.views import EnquiryView
from intake.mail.message import (
    MAX_REFERENCES,
    Composer,
    OutboundFile,
    Rendered,
    bare_address,
    build_mail,
    message_id_for,
    reply_subject,
    why_unwritten,
)
from tests.unit.mail.samples import LETTERS, OFFICE, UNVERIFIED

LETTER = Rendered(
    "收件回执（农技中心收〔2025〕12号）", "浙江省科学技术协会：\n已收悉。\n", "<p>已收悉。</p>\n"
)
SECRET = b"of this store"
OWN = message_id_for("receipt:浙江省科学技术协会:1", "163.com", SECRET)
BOOK = OutboundFile("ledger-20250221.xlsx", "application/vnd.ms-excel", b"PK\x03\x04" * 100)


def mail(rendered: Rendered = LETTER, /, **given: Any) -> bytes:
    settings: dict[str, Any] = {
        "sender": "中国科协农村专业技术服务中心 <intake@163.com>",
        "to": "unit@example.org",
        "message_id": OWN,
        "date": datetime(2025, 2, 21, 7, 32, 8, tzinfo=UTC),
        "in_reply_to": "<a@example.org>",
        "references": ("<z@example.org>", "<a@example.org>"),
        "auto": True,
    }
    return build_mail(rendered, **settings | given)


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_headers_of_an_automatic_reply() -> None:
    message = parsed(mail())
    assert message["Subject"] == LETTER.subject
    assert message["From"].addresses[0].display_name == "中国科协农村专业技术服务中心"
    assert message["From"].addresses[0].addr_spec == "intake@163.com"
    assert message["To"] == "unit@example.org"
    assert message["Date"] == "Fri, 21 Feb 2025 15:32:08 +0800"
    assert message["Message-ID"] == OWN
    assert message["In-Reply-To"] == "<a@example.org>"
    assert message["References"] == "<z@example.org> <a@example.org>"
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"


def test_digest_is_generated_and_carries_its_file() -> None:
    message = parsed(mail(auto=False, in_reply_to=None, references=(), attachments=(BOOK,)))
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["In-Reply-To"] is None and message["References"] is None
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/vnd.ms-excel",
    ]
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == BOOK.filename
    assert attachment.get_payload(decode=True) == BOOK.content


def test_both_bodies_come_through() -> None:
    message = parsed(mail())
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None and plain.get_content() == LETTER.text.replace("\n", "\r\n")
    assert html is not None and html.get_content() == LETTER.html.replace("\n", "\r\n")


def test_same_input_gives_the_same_bytes() -> None:
    assert mail(attachments=(BOOK,)) == mail(attachments=(BOOK,))
    assert mail() != mail(message_id=message_id_for("another", "163.com", SECRET))


def test_long_message_id_is_never_folded_into_an_encoded_word() -> None:
    long = f"<{'A1b2' * 40}@namprd13.prod.outlook.example>"
    raw = mail(in_reply_to=long, references=("<z@example.org>", long))
    assert f"In-Reply-To: {long}\r\n".encode() in raw
    assert f"References: <z@example.org>\r\n {long}\r\n".encode() in raw


def test_references_keep_the_first_and_the_newest() -> None:
    ids = [f"<{n}@example.org>" for n in range(100)]
    kept = parsed(mail(in_reply_to=ids[-1], references=ids))["References"].split()
    assert len(kept) == MAX_REFERENCES
    assert (kept[0], kept[1], kept[-1]) == (ids[0], ids[71], ids[-1])


@pytest.mark.parametrize(
    "bad", ["a@b", "<a b@c>", "<a@b>\r\nBcc: x@y", "<a@b>\nBcc: x@y", "<é@b>", "<a@b", "<>", ""]
)
def test_malformed_foreign_ids_are_left_out(bad: str) -> None:
    message = parsed(mail(in_reply_to=bad, references=(bad, "<good@example.org>")))
    assert message["In-Reply-To"] is None
    assert message["References"] == "<good@example.org>"
    assert message["Bcc"] is None


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "x",
        "a@b\r\nBcc: c@d",
        "a@b, c@d",
        "a@",
        "@b",
        "a@b c",
        "a@[192.0.2.1]",
        "=?utf-8?b?546L?=@example.com",
        "a@b..c",
        "a@" + "长" * 70 + ".中国",
        "a" * 250 + "@b.cn",
        "<a@b> <c@d>",
        "a@b\nX: y",
        "a@-b",
    ],
)
@pytest.mark.parametrize("field", ["to", "sender"])
def test_what_is_not_one_address_is_refused(field: str, bad: str) -> None:
    with pytest.raises(ValueError):
        mail(LETTER, **{field: bad})


def test_our_own_address_is_ascii() -> None:
    with pytest.raises(ValueError, match="ASCII"):
        mail(LETTER, sender="张@例.中国")


@pytest.mark.parametrize(
    "to, header",
    [
        ("kp@科协.中国", "kp@xn--ykrz90g.xn--fiqs8s"),
        ("王老师 <kp@科协.中国>", "kp@xn--ykrz90g.xn--fiqs8s"),
        ("kp@my_host.example.com", "kp@my_host.example.com"),
        ("张@例.中国", "张@xn--fsq.xn--fiqs8s"),
        ('"a b"@example.com', '"a b"@example.com'),
    ],
)
def test_addresses_beyond_plain_host_names_are_written_to(to: str, header: str) -> None:
    raw = mail(LETTER, to=to)
    assert raw.isascii() == header.isascii(), "the head is UTF-8 only where the local part wants it"
    parsed = message_from_string(raw.decode(), policy=policy.default)
    assert [str(a.addr_spec) for a in parsed["To"].addresses] == [header]
    assert bare_address(to) == header


def test_why_a_letter_is_unwritten_names_the_template_and_its_line(tmp_path: Path) -> None:
    (tmp_path / "enquiry").mkdir()
    now = datetime(2025, 2, 21, 7, 32, 8, tzinfo=UTC)
    view = EnquiryView("1号", "活动", now, OFFICE, now.date())
    for text, said in {
        "一\n{{ view.gap }}\n": "enquiry/body.txt第2行",
        "一\n二\n{% if %}\n": "enquiry/body.txt第3行",
        "{{ view.received_at | until | gap }}": "enquiry/body.txt第1行",
        '{% include "gap.txt" %}': "gap.txt",
    }.items():
        (tmp_path / "enquiry" / "body.txt").write_text(text, encoding="utf-8")
        with pytest.raises(Exception) as caught:
            Composer([tmp_path]).render(view)
        assert said in why_unwritten(caught.value)
    assert why_unwritten(OverflowError("date value\nout of range")) == (
        "撰写时出错（OverflowError: date value out of range）"
    )


@pytest.mark.parametrize(
    "field, bad", [("message_id", "<a@b>\r\nX: y"), ("message_id", "a@b"), ("date", datetime(2025, 2, 21))]
)
def test_own_malformed_values_are_refused(field: str, bad: object) -> None:
    with pytest.raises(ValueError):
        mail(LETTER, **{field: bad})


@given(st.text(max_size=300), st.text(max_size=2000))
def test_any_words_make_a_sound_mail(subject: str, text: str) -> None:
    safe = text.encode("utf-8", "ignore").decode().replace("\r", "")
    raw = mail(Rendered(subject, safe, f"<p>{safe}</p>"))
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"") and b"\r" not in raw.replace(b"\r\n", b"")
    assert set(parsed(raw).keys()) == set(parsed(mail()).keys())


@given(st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=120))
def test_subject_comes_through_whole(subject: str) -> None:
    assert parsed(mail(Rendered(subject, "x", "x")))["Subject"] == subject


def test_message_id_follows_from_the_key_alone() -> None:
    assert message_id_for("k", "163.com", SECRET) == message_id_for("k", "163.COM", SECRET)
    assert message_id_for("k", "163.com", SECRET) != message_id_for("l", "163.com", SECRET)
    # Who knows the key, which is made of public things, does not know the Message-ID.
    assert message_id_for("k", "163.com", SECRET) != message_id_for("k", "163.com", b"of another")
    with pytest.raises(ValueError):
        message_id_for("k", "163.com>\r\nBcc: x@y", SECRET)


@pytest.mark.parametrize("name", ["台账.xlsx", "a/b.xlsx", "../x", 'a".xlsx', "a\r\nb", "", ".hidden"])
def test_attachment_names_are_plain(name: str) -> None:
    with pytest.raises(ValueError):
        OutboundFile(name, "text/csv", b"")


@pytest.mark.parametrize(
    "subject, told",
    [
        ("报送推荐材料", "回复：报送推荐材料"),
        ("Re: 回复：答复: RE：推荐材料", "回复：推荐材料"),
        ("Report 2024", "回复：Report 2024"),
        ("转发：推荐材料", "回复：转发：推荐材料"),
        ("推荐材料\r\nBcc: all@example.org", "回复：推荐材料 Bcc: all@example·org"),
        ("请看http://evil.example/a \u202e材料", "回复：请看evil·example/a 材料"),
        ("", ""),
        ("Re:", ""),
        ("……！", ""),
        ("=?gb2312?B?xxx", ""),
        ("\ufffd\ufffd材料", ""),
    ],
)
def test_an_answer_repeats_the_subject_as_far_as_it_is_harmless(subject: str, told: str) -> None:
    assert reply_subject(subject) == told


def test_a_subject_without_end_is_shortened() -> None:
    assert len(reply_subject("长" * 100_000)) < 100
    assert reply_subject("Re: " * 100_000) == ""


def test_an_answer_bears_the_senders_subject_and_any_other_letter_its_own() -> None:
    view = LETTERS["receipt"]
    assert Composer().render(view, "Re: 推荐材料").subject == "回复：推荐材料"
    assert Composer().render(view).subject.startswith("收件回执（农技中心收〔2025〕12号）")
    unverified = Composer().render(UNVERIFIED, "<b>广告</b>").subject
    assert unverified.startswith("来件收悉函"), "nothing of an unverified mail is repeated to its address"
