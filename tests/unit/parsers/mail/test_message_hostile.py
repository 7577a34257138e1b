"""Mails made to hurt: each ends within the limits, with all that can be told, and never in silence."""

from __future__ import annotations

import base64
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parsers.common import limits
from parsers.mail.message import unpack
from parsers.sandbox.pool import Sandbox
from tests.unit.parsers.mail.mails import PDF, Box, crlf, mixed, pdf_part, text_part

HEAD = crlf("From: a@b.cn\nReceived: from a by mx; Thu, 20 Feb 2025 10:00:00 +0800\nSubject: 推荐\n")


def nested(levels: int) -> bytes:
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels)
    )
    return HEAD + opened + pdf_part()


BOMBS = {
    "parts": mixed(text_part("正文"), pdf_part(), *[b"Content-Type: image/png\r\n\r\nx"] * 10_000, head=HEAD),
    "delimiters": HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n" * 2_000_000,
    "depth": nested(60),
    "recursion": nested(5_000),
    "header": b"X-Long: " + b"a" * 10_000_000 + b"\r\n" + mixed(text_part("正文"), pdf_part(), head=HEAD),
    "fields": b"X-A: b\r\n" * 1_000_000 + mixed(text_part("正文"), pdf_part(), head=HEAD),
    "folds": b"X-A: b" + b"\r\n b" * 3_000_000 + b"\r\n" + mixed(text_part("正文"), pdf_part(), head=HEAD),
    "references": b"References:"
    + b"".join(b"\r\n <%d@b>" % n for n in range(1_000_000))
    + b"\r\n"
    + mixed(text_part("正文"), pdf_part(), head=HEAD),
    "parameters": HEAD + b"Content-Type: text/plain" + b"; a*0*=%41" * 500_000 + b"\r\n\r\n" + crlf("正文"),
    "words": b"Subject: " + b"=?utf-8?Q?" * 500_000 + b"\r\n" + HEAD + crlf("\n正文"),
    "begin": HEAD + b"\r\n" + b"begin 644 a\r\n" * 2_000_000,
    "html": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 2_000_000,
    "quotes": HEAD + b"\r\n" + b"> " * 2_000_000 + b"\r\n" * 1_000_000,
    "rules": HEAD + b"\r\n" + (b"-" * 1000 + b"\r\n") * 20_000,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_ends_soon_and_its_header_is_read(box: Box, bomb: str) -> None:
    started = time.process_time()
    facts = box.read(BOMBS[bomb])
    assert time.process_time() - started < limits.MESSAGE_SECONDS / 4
    assert facts.claimed_from is not None and facts.claimed_from.address == "a@b.cn"
    assert len(facts.received) == 1
    assert facts.received[0].at is not None
    assert len(facts.body) <= limits.BODY_CHARACTERS
    assert len(facts.attachments) <= limits.MIME_PARTS


@pytest.mark.parametrize("bomb", ["header", "fields", "folds", "references"])
def test_files_behind_a_huge_header_are_read(box: Box, bomb: str) -> None:
    assert box.files(BOMBS[bomb]) == [("a.pdf", PDF)]
    facts = box.read(BOMBS[bomb])
    assert (facts.subject, facts.body) == ("推荐", "正文")
    assert "a header over the limit: not all of it was read" in facts.defects


def test_the_message_replied_to_is_the_last_of_a_million_references(box: Box) -> None:
    found = box.read(BOMBS["references"]).references
    assert (found[0], found[-1]) == ("<0@b>", "<999999@b>")
    assert len(found) <= limits.MESSAGE_IDS


def test_what_is_beyond_the_number_of_parts_is_named(box: Box) -> None:
    facts = box.read(BOMBS["parts"])
    assert facts.attachments[0].filename == "a.pdf"
    assert facts.body == "正文"
    assert facts.left_out == ((f"第{limits.MIME_PARTS}部分以后的内容", "too-large"),)


def test_what_is_nested_too_deeply_is_named_and_kept(box: Box) -> None:
    facts = box.read(BOMBS["depth"])
    assert facts.left_out == ((f"第{limits.MIME_DEPTH}层以下的内容", "too-large"),)
    (kept,) = facts.attachments
    assert base64.b64encode(PDF)[:20] in box.bytes_of(kept)
    assert facts.body == ""


def test_a_message_over_the_size_is_read_up_to_it(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = mixed(
        text_part("正文"), pdf_part(), pdf_part("大.pdf").replace(b"\r\n\r\n", b"\r\n\r\n" + b"QUJD" * 999)
    )
    monkeypatch.setattr(limits, "MESSAGE_BYTES", len(raw) - 1000)
    facts = box.read(raw)
    assert [item.filename for item in facts.attachments] == ["a.pdf"]
    assert facts.left_out == (("大.pdf", "too-large"),)
    assert facts.body == "正文"


def test_a_single_body_over_the_size_leaves_its_header(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MESSAGE_BYTES", 500)
    facts = box.read(HEAD + b"\r\n" + b"x" * 1000)
    assert (facts.subject, facts.body, len(facts.left_out)) == ("推荐", "", 1)


@pytest.mark.slow
def test_70_megabytes_take_little_more_memory_than_themselves(tmp_path: Path) -> None:
    raw = tmp_path / "message"
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    line = base64.b64encode(bytes(57)) + b"\r\n"
    raw.write_bytes(
        mixed(text_part("正文"), pdf_part()).replace(b"\r\n--=_b--", line * 900_000 + b"\r\n--=_b--")
    )
    with Sandbox(workers=1) as sandbox:
        peak = sandbox.run(_peak_of_reading, raw, scratch, seconds=limits.MESSAGE_SECONDS)
    assert peak < 3 * raw.stat().st_size


def _peak_of_reading(raw: Path, scratch: Path) -> int:
    """Bytes of memory that reading took at most, over what the child has anyway."""
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unpack(raw, scratch)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024


FRAGMENTS = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=a\r\n",
        b"Content-Type: multipart/alternative; boundary*=\xdf%\r\n",
        b"Content-Type: message/rfc822\r\n",
        b"Content-Type: application/pkcs7-mime\r\n",
        b"Content-Type: text/html; charset=gbk\r\n",
        b"Content-Type: text/plain; format=flowed; delsp=yes\r\n",
        b"Content-Transfer-Encoding: x-uuencode\r\n",
        b"Content-Disposition: attachment; filename*0*=x''%",
        b"Subject: =?utf-8?Q?",
        b"\r\n",
        b"--a\r\n",
        b"--a--\r\n",
        b"begin 644 a\r\nM",
        b"<table><tr><td><blockquote type=cite><a href=http://x>",
        b"> a\r\n",
        b"\xe5\x9c\xa8 2025-02-20 10:00 x <a@b> \xe5\x86\x99\xe9\x81\x93\xef\xbc\x9a\r\n",
        b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
        b"\x00",
    ]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(FRAGMENTS, st.binary(max_size=30)), max_size=30).map(b"".join))
def test_no_bytes_bring_the_reader_down(box: Box, raw: bytes) -> None:
    facts = box.read(raw)
    repr(facts).encode("utf-8")
    assert "\x00" not in facts.subject + facts.body + facts.quoted + (facts.message_id or "")
