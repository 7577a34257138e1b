"""Raw mails, built byte by byte, to facts and files."""

from __future__ import annotations

import base64
import hashlib
import quopri
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.domain.model.facts import Address, MessageFacts
from parsers.common import limits
from parsers.mail.message import heading, unpack

Read = Callable[[bytes], MessageFacts]

PDF = b"%PDF-1.4\r\nbinary \x00\xff\r\n\n\r bytes"


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture
def read(tmp_path: Path, scratch: Path) -> Read:
    def of(raw: bytes) -> MessageFacts:
        path = tmp_path / "message"
        path.write_bytes(raw)
        return unpack(path, scratch)

    return of


def crlf(text: str, charset: str = "utf-8") -> bytes:
    return text.replace("\n", "\r\n").encode(charset)


def mixed(*parts: bytes, head: bytes = b"Subject: x\r\n", kind: bytes = b"mixed") -> bytes:
    body = b"".join(b"--=_b\r\n" + part + b"\r\n" for part in parts)
    return head + b"Content-Type: multipart/" + kind + b'; boundary="=_b"\r\n\r\n' + body + b"--=_b--\r\n"


def base64_part(head: str, data: bytes, charset: str = "utf-8") -> bytes:
    encoded = base64.encodebytes(data).replace(b"\n", b"\r\n")
    return crlf(head, charset) + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded.rstrip(b"\r\n")


def test_an_ordinary_submission(read: Read, scratch: Path) -> None:
    raw = crlf(
        "Return-Path: <ZhangSan@Kepu.cn>\n"
        "Received: from mail.kepu.cn ([1.2.3.4]) by zwg-szmx-m0 (Coremail) with SMTP id gik;"
        " Thu, 20 Feb 2025 10:00:00 +0800 (CST)\n"
        "Received: from pc by mail.kepu.cn with ESMTP; Thu, 20 Feb 2025 09:59:58 +0800\n"
        "Message-ID: <1@kepu.cn>\nIn-Reply-To: <0@us>\nReferences: <00@us>\n <0@us>\n"
        "Date: Thu, 20 Feb 2025 09:59:50 +0800\n"
        "From: =?gb2312?B?1cXI/Q==?= <ZhangSan@Kepu.cn>\nTo: intake@163.com, b@c.cn\n"
        "Disposition-Notification-To: zhangsan@kepu.cn\n"
        "Subject: =?gbk?B?zca89rLEwc8=?=\n"
    )
    text = b"Content-Type: text/plain; charset=gb2312\r\n\r\n" + crlf("您好：\n材料见附件。朱镕基", "gb18030")
    html = b"Content-Type: text/html; charset=gb2312\r\n\r\n<p>HTML</p>"
    facts = read(
        mixed(
            mixed(text, html, head=b"", kind=b"alternative").replace(b"=_b", b"=_inner"),
            base64_part('Content-Type: application/octet-stream; name="a.pdf"', PDF),
            head=raw,
        )
    )
    assert facts.subject == "推荐材料"
    assert facts.claimed_from == Address("张三", "zhangsan@kepu.cn")
    assert [a.address for a in facts.claimed_to] == ["intake@163.com", "b@c.cn"]
    assert facts.return_path == "zhangsan@kepu.cn"
    assert (facts.message_id, facts.in_reply_to, facts.references) == (
        "<1@kepu.cn>",
        ("<0@us>",),
        ("<00@us>", "<0@us>"),
    )
    assert facts.claimed_date == datetime(2025, 2, 20, 1, 59, 50, tzinfo=UTC)
    assert [hop.by for hop in facts.received] == ["zwg-szmx-m0 (Coremail)", "mail.kepu.cn"]
    assert facts.received[0].at == datetime(2025, 2, 20, 2, 0, tzinfo=UTC)
    assert facts.body == "您好：\n材料见附件。朱镕基"
    assert facts.wants_read_receipt
    assert facts.content_type == "multipart/mixed"
    (attachment,) = facts.attachments
    assert (attachment.ordinal, attachment.filename, attachment.size) == (1, "a.pdf", len(PDF))
    assert attachment.content_hash == "sha256:" + hashlib.sha256(PDF).hexdigest()
    assert (scratch / hashlib.sha256(PDF).hexdigest()).read_bytes() == PDF
    assert [file.name for file in scratch.iterdir()] == [hashlib.sha256(PDF).hexdigest()]


def test_raw_gbk_headers_and_names(read: Read) -> None:
    part = base64_part(
        'Content-Type: application/pdf\nContent-Disposition: attachment; filename="推荐表.pdf"', PDF, "gbk"
    )
    facts = read(mixed(part, head=crlf("Subject: 推荐材料\nFrom: 张三 <a@b.cn>\n", "gbk")))
    assert facts.subject == "推荐材料"
    assert facts.claimed_from == Address("张三", "a@b.cn")
    assert facts.attachments[0].filename == "推荐表.pdf"


@pytest.mark.parametrize(
    "head",
    [
        "Content-Type: application/pdf",  # neither name nor disposition
        "Content-Type: application/octet-stream\nContent-Disposition: inline",
        "Content-Type: image/png; name=logo.png\nContent-ID: <logo>\nContent-Disposition: inline",
        "Content-Type: text/plain; name=a.txt",
        "Content-Type: text/html\nContent-Disposition: attachment",
        "Content-Type: text/calendar",
    ],
)
def test_every_part_that_is_not_the_text_is_an_attachment(read: Read, head: str) -> None:
    facts = read(mixed(b"Content-Type: text/plain\r\n\r\nbody", base64_part(head, PDF)))
    assert [a.size for a in facts.attachments] == [len(PDF)]
    assert facts.body == "body"


def test_a_message_that_is_nothing_but_a_pdf(read: Read) -> None:
    facts = read(base64_part("Subject: x\nContent-Type: application/pdf; name=a.pdf", PDF))
    assert [a.filename for a in facts.attachments] == ["a.pdf"]
    assert facts.body == ""


def test_a_forwarded_message_stays_whole(read: Read, scratch: Path) -> None:
    inner = mixed(
        base64_part("Content-Type: application/pdf", PDF),
        head="Subject: 推荐表/补充\r\nX-A:  b \r\n".encode(),
    )
    inner = inner.replace(b"=_b", b"=_inner").rstrip(b"\r\n")
    facts = read(mixed(b"Content-Type: message/rfc822\r\n\r\n" + inner))
    (attachment,) = facts.attachments
    assert attachment.filename == "推荐表-补充.eml"
    assert attachment.claimed_type == "message/rfc822"
    assert (scratch / attachment.content_hash.removeprefix("sha256:")).read_bytes() == inner


def test_a_bounce_tells_its_report(read: Read) -> None:
    facts = read(
        mixed(
            b"Content-Type: text/plain\r\n\r\nundeliverable",
            b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
            b"Final-Recipient: rfc822; a@b.cn\r\nStatus: 5.1.1",
            b"Content-Type: message/rfc822\r\n\r\nMessage-ID: <our@letter>\r\n\r\nbody",
            head=b"Return-Path: <>\r\nAuto-Submitted: auto-replied\r\nX-Failed-Recipients: a@b.cn\r\n",
            kind=b"Report; report-type=Delivery-Status",
        )
    )
    assert facts.content_type == "multipart/report; report-type=delivery-status"
    assert facts.return_path == ""
    assert facts.automatic == {"auto-submitted": "auto-replied", "x-failed-recipients": "a@b.cn"}
    assert "Final-Recipient: rfc822; a@b.cn" in facts.body
    assert [a.claimed_type for a in facts.attachments] == ["message/delivery-status", "message/rfc822"]


RETURNED = b"Subject: x\r\nTo: <kp@unit.cn>\r\nMessage-ID: <our@letter>\r\n\r\nwords of the letter"


@pytest.mark.parametrize("kind", [b"message/rfc822", b"text/rfc822-headers"])
@pytest.mark.parametrize(
    "head",
    [
        b"Return-Path: <>\r\nFrom: x@mx.cn\r\n",
        b"From: postmaster@163.com\r\n",
        b"From: Mail <MAILER-DAEMON@mx.cn>\r\n",
    ],
)
def test_a_bounce_tells_which_letter_it_returns(read: Read, kind: bytes, head: bytes) -> None:
    returned = b"Content-Type: " + kind + b"\r\n\r\n" + RETURNED
    facts = read(mixed(b"Content-Type: text/plain\r\n\r\nreturned", returned, head=head))
    assert "Message-ID: <our@letter>\nTo: <kp@unit.cn>" in facts.body
    assert "words of the letter" not in facts.body
    assert len(facts.attachments) == 1


def test_what_a_person_encloses_stays_out_of_his_words(read: Read) -> None:
    enclosed = b"Content-Type: message/rfc822\r\n\r\n" + RETURNED
    head = b"Return-Path: <li@unit.cn>\r\nFrom: li@unit.cn\r\n"
    facts = read(mixed(b"Content-Type: text/plain\r\n\r\nsee", enclosed, head=head))
    assert facts.body == "see"


def test_a_heading_is_read_without_the_rest(tmp_path: Path) -> None:
    raw = mixed(
        b"Content-Type: text/plain\r\n\r\nwords",
        base64_part("Content-Type: application/pdf; name=a.pdf", PDF),
        head="From: 李 <LI@unit.cn>\r\nSubject: 材料\r\n".encode()
        + b"Received: from a by mx; Fri, 21 Feb 2025 10:00:00 +0800\r\n",
    )
    path = tmp_path / "message"
    for whole in (raw, raw[: raw.index(b"\r\n\r\n")], b"\r\n\r\n" + raw):
        path.write_bytes(whole)
        facts = heading(path)
        assert facts.claimed_from is not None and facts.claimed_from.address == "li@unit.cn"
        assert (facts.subject, len(facts.received)) == ("材料", 1)
        assert (facts.body, facts.attachments) == ("", ())


def test_the_same_file_twice_is_written_once(read: Read, scratch: Path) -> None:
    facts = read(mixed(*[base64_part(f"Content-Type: application/pdf; name={n}.pdf", PDF) for n in "ab"]))
    assert [a.filename for a in facts.attachments] == ["a.pdf", "b.pdf"]
    assert len(list(scratch.iterdir())) == 1


def test_html_alone_becomes_text_and_its_links_are_told(read: Read) -> None:
    html = "<p>您好</p><a href='https://mail.qq.com/cgi-bin/ftnExs_download?k=1'>超大附件</a>"
    facts = read(crlf("Content-Type: text/html; charset=utf-8\n\n" + html))
    assert facts.body.startswith("您好")
    assert "超大附件 <https://mail.qq.com/cgi-bin/ftnExs_download?k=1>" in facts.body


def test_a_link_that_only_the_html_shows_follows_the_text(read: Read) -> None:
    plain = crlf("Content-Type: text/plain; charset=utf-8\n\n请下载")
    html = crlf(
        "Content-Type: text/html; charset=utf-8\n\n<a href='https://dashi.163.com/x'>云附件</a>请下载"
    )
    assert read(mixed(plain, html, kind=b"alternative")).body == "请下载\n云附件 <https://dashi.163.com/x>"


def test_base64_cut_short_is_kept_and_told(read: Read, scratch: Path) -> None:
    data = bytes(range(200))
    cut = base64.b64encode(data)[:101]
    facts = read(mixed(b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + cut))
    (attachment,) = facts.attachments
    kept = (scratch / attachment.content_hash.removeprefix("sha256:")).read_bytes()
    assert data.startswith(kept) and len(kept) == 75
    assert any("cut short" in defect for defect in facts.defects)


def test_a_message_cut_off_keeps_what_came(read: Read) -> None:
    whole = mixed(
        b"Content-Type: text/plain\r\n\r\nbody", base64_part("Content-Type: application/pdf", PDF * 9)
    )
    facts = read(whole[: len(whole) - 40])
    assert facts.body == "body"
    assert len(facts.attachments) == 1
    assert "no final boundary" in facts.defects


def test_facts_hold_no_nul(read: Read) -> None:
    facts = read(b"Subject: a\x00b\r\nMessage-ID: <a\x00@b>\r\nFrom: x\x00 <a@b.cn>\r\n\r\nbo\x00dy")
    assert "\x00" not in repr(facts) and "\\x00" not in repr(facts)


def test_a_long_body_is_capped(read: Read) -> None:
    facts = read(b"Subject: x\r\n\r\n" + "字".encode() * (limits.BODY_CHARACTERS + 10))
    assert len(facts.body) == limits.BODY_CHARACTERS


HEADER_BYTES = st.binary(max_size=80)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.one_of(
        st.binary(max_size=500),
        st.builds(
            lambda a, b, c, d: b"Subject: %s\r\nFrom: %s\r\nContent-Type: %s\r\n\r\n%s" % (a, b, c, d),
            *[HEADER_BYTES] * 4,
        ),
        st.builds(
            lambda a, b, c: mixed(b"Content-Type: %s\r\nContent-Transfer-Encoding: %s\r\n\r\n%s" % (a, b, c)),
            *[HEADER_BYTES] * 3,
        ),
    )
)
def test_no_bytes_bring_the_reader_down(read: Read, raw: bytes) -> None:
    facts = read(raw)
    repr(facts).encode("utf-8")
    assert all("\x00" not in text for text in (facts.subject, facts.body, facts.message_id or ""))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=2000), st.sampled_from(["base64", "quoted-printable", "binary"]))
def test_an_attachment_leaves_as_it_was_sent(read: Read, scratch: Path, data: bytes, encoding: str) -> None:
    encoded = {
        "base64": base64.encodebytes(data).rstrip(b"\n"),
        "quoted-printable": quopri.encodestring(data.replace(b"\n", b"").replace(b"\r", b""), quotetabs=True),
        "binary": data,
    }[encoding]
    if encoding == "quoted-printable":
        data = data.replace(b"\n", b"").replace(b"\r", b"")
    if b"--=_b" in encoded:
        return
    head = f"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    facts = read(mixed(head.encode() + encoded))
    (attachment,) = facts.attachments
    assert (scratch / attachment.content_hash.removeprefix("sha256:")).read_bytes() == data
    assert attachment.size == len(data)
