"""winmail.dat: its files under their long names, byte for byte, and what its message says."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from compressed_rtf import compress
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.domain.model.facts import ContainerFacts, Facts, OpaqueFacts, UnreadableFacts
from parsers.mailfiles import mapi
from tests.unit.parsers.mail.mails import PDF

ReadFile = Callable[[bytes], Facts]
MESSAGE, FILE = 1, 2
INTERFACE = bytes.fromhex("0703020000000000c000000000000046")


def attribute(level: int, number: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", level, number, 6, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def properties(*values: tuple[int, int, bytes]) -> bytes:
    """A list of properties; each value of variable length is counted, and padded to four bytes."""
    packed = struct.pack("<I", len(values))
    for number, kind, value in values:
        packed += struct.pack("<HH", kind, number)
        if kind in (mapi.STRING8, mapi.UNICODE, mapi.BINARY, mapi.OBJECT):
            value = struct.pack("<II", 1, len(value)) + value
        packed += value + bytes(-len(value) % 4)
    return packed


def named(kind: int, value: bytes) -> bytes:
    """A property with a name of its own, which stands before the rest of a list."""
    name = "附加".encode("utf-16-le") + b"\0\0"
    return (
        struct.pack("<HH16sII", kind, 0x8001, bytes(16), 1, len(name)) + name + bytes(-len(name) % 4) + value
    )


def wide(text: str) -> bytes:
    return text.encode("utf-16-le") + b"\0\0"


def file(title: bytes, data: bytes, *values: tuple[int, int, bytes]) -> bytes:
    stream = attribute(FILE, 0x9002, bytes(14)) + attribute(FILE, 0x8010, title + b"\0")
    stream += attribute(FILE, 0x800F, data)
    return stream + (attribute(FILE, 0x9005, properties(*values)) if values else b"")


def tnef(*attributes: bytes, codepage: int = 936) -> bytes:
    head = struct.pack("<IH", 0x223E9F78, 1)
    return head + attribute(MESSAGE, 0x9007, struct.pack("<II", codepage, 0)) + b"".join(attributes)


def opened(facts_of: ReadFile, data: bytes) -> ContainerFacts:
    facts = facts_of(data)
    assert isinstance(facts, ContainerFacts)
    assert facts.format == "tnef"
    return facts


def held(facts: ContainerFacts, scratch: Path) -> list[tuple[str | None, bytes]]:
    return [
        (item.filename, (scratch / item.content_hash.removeprefix("sha256:")).read_bytes())
        for item in facts.members
    ]


@pytest.mark.parametrize("size", range(5))
def test_files_come_out_byte_for_byte(facts_of: ReadFile, scratch: Path, size: int) -> None:
    data = PDF + b"x" * size
    stream = tnef(
        file(b"TUIJIA~1.DOC", data, (mapi.LONG_NAME, mapi.UNICODE, wide("张三推荐表.docx"))),
        file("朱镕基.pdf".encode("gbk"), data + b"2"),
        file(
            b"OLE",
            b"",
            (mapi.ATTACH_DATA, mapi.BINARY, data + b"3"),
            (mapi.LONG_NAME, mapi.STRING8, b"c.pdf\0"),
        ),
    )
    facts = opened(facts_of, stream)
    assert held(facts, scratch) == [
        ("张三推荐表.docx", data),
        ("朱镕基.pdf", data + b"2"),
        ("c.pdf", data + b"3"),
    ]
    assert facts.left_out == ()


def test_content_before_the_name(facts_of: ReadFile, scratch: Path) -> None:
    stream = tnef(attribute(FILE, 0x800F, PDF), attribute(FILE, 0x8010, b"a.pdf\0"), file(b"b.pdf", b"x"))
    assert held(opened(facts_of, stream), scratch) == [("a.pdf", PDF), ("b.pdf", b"x")]


def test_what_the_message_says(facts_of: ReadFile) -> None:
    values = properties(
        (0x0E08, 0x0003, bytes(4)),
        (0x0E1B, 0x000B, b"\1\0"),
        (mapi.SENDER_SMTP, mapi.STRING8, b"Z@Kepu.cn\0"),
        (mapi.HTML, mapi.BINARY, "<p>见附件</p>".encode()),
        (mapi.INTERNET_CODEPAGE, mapi.LONG, struct.pack("<I", 65001)),
    )
    # A named property first: its name must be passed over.
    values = struct.pack("<I", 6) + named(0x0003, bytes(4)) + values[4:]
    stream = tnef(
        attribute(MESSAGE, 0x8004, "推荐材料".encode("gbk") + b"\0"), attribute(MESSAGE, 0x9003, values)
    )
    facts = opened(facts_of, stream)
    assert (facts.subject, facts.sender, facts.body) == ("推荐材料", "z@kepu.cn", "见附件")


def test_a_body_of_rich_text(facts_of: ReadFile) -> None:
    packed = compress(rb"{\rtf1\ansi\ansicpg936 \'bc\'fb\'b8\'bd\'bc\'fe}")
    stream = tnef(attribute(MESSAGE, 0x9003, properties((mapi.RTF, mapi.BINARY, packed))))
    assert opened(facts_of, stream).body == "见附件"


def test_a_message_within_the_message(facts_of: ReadFile, scratch: Path) -> None:
    inner = tnef(file(b"a.pdf", PDF))
    data = (mapi.ATTACH_DATA, mapi.OBJECT, INTERFACE + inner)
    facts = opened(facts_of, tnef(file(b"mail", b"", data)))
    assert held(facts, scratch) == [("mail", inner)]
    assert facts.members[0].claimed_type == "application/ms-tnef"


def test_a_stream_cut_off_keeps_what_came_and_says_so(facts_of: ReadFile, scratch: Path) -> None:
    stream = tnef(file(b"a.pdf", PDF), file(b"b.pdf", PDF * 9))
    facts = opened(facts_of, stream[:-40])
    assert held(facts, scratch) == [("a.pdf", PDF)]
    assert facts.left_out == (("b.pdf", "unreadable"),)


def test_a_stream_cut_off_before_its_files_is_damaged(facts_of: ReadFile) -> None:
    stream = tnef(attribute(MESSAGE, 0x8004, b"x" * 50))
    facts = facts_of(stream[:-30])
    assert isinstance(facts, UnreadableFacts)
    assert (facts.code, facts.claimed_format) == ("unreadable", "tnef")


def test_garbage_at_the_end_is_no_damage(facts_of: ReadFile) -> None:
    facts = opened(facts_of, tnef(file(b"a.pdf", PDF)) + b"\xee" * 50)
    assert (len(facts.members), facts.left_out) == (1, ())


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damage_never_brings_the_reader_down(facts_of: ReadFile, data: st.DataObject) -> None:
    values = (mapi.LONG_NAME, mapi.UNICODE, wide("表.pdf")), (0x0E1B, 0x1003, struct.pack("<III", 2, 1, 1))
    raw = bytearray(tnef(attribute(MESSAGE, 0x8004, b"x\0"), file(b"a.pdf", PDF, *values)))
    for _ in range(data.draw(st.integers(0, 6))):
        raw[data.draw(st.integers(6, len(raw) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.one_of(st.just(len(raw)), st.integers(10, len(raw))))
    assert isinstance(facts_of(bytes(raw[:end])), ContainerFacts | OpaqueFacts | UnreadableFacts)
