"""Outlook's .msg: its files, those of messages within it, and what it says."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from compressed_rtf import compress
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.domain.model.facts import Attachment, ContainerFacts, Facts, OpaqueFacts, UnreadableFacts
from parsers.mailfiles import mapi
from tests.unit.parsers.mail.mails import PDF
from tests.unit.parsers.mailfiles.compound import Tree, compound

ReadFile = Callable[[bytes], Facts]
LARGE = bytes(range(256)) * 40
ATTACH_METHOD = 0x3705
"""PidTagAttachMethod, which Outlook writes and no reader of ours needs."""


def message(
    header: int = 32, codepage: int = 0, attachments: tuple[Tree, ...] = (), **values: str | bytes
) -> Tree:
    """A message's folder: numbers in one stream, each text in its own, each attachment in a folder."""
    tree: Tree = {"__properties_version1.0": bytes(header) + number(mapi.MESSAGE_CODEPAGE, codepage)}
    for key, value in values.items():
        tree |= text(getattr(mapi, key), value)
    for at, attachment in enumerate(attachments):
        tree[f"__attach_version1.0_#{at:08X}"] = attachment
    return tree


def attachment(method: int = 1, **values: str | bytes) -> Tree:
    tree: Tree = {"__properties_version1.0": bytes(8) + number(ATTACH_METHOD, method)}
    for key, value in values.items():
        tree |= text(getattr(mapi, key), value)
    return tree


def number(tag: int, value: int) -> bytes:
    return struct.pack("<IIII", tag << 16 | mapi.LONG, 0, value, 0)


def text(tag: int, value: str | bytes) -> Tree:
    if isinstance(value, str):
        return {f"__substg1.0_{tag:04X}001F": value.encode("utf-16-le")}
    kind = 0x0102 if tag in (mapi.ATTACH_DATA, mapi.HTML, mapi.RTF) else 0x001E
    return {f"__substg1.0_{tag:04X}{kind:04X}": value}


def opened(facts_of: ReadFile, tree: Tree) -> ContainerFacts:
    facts = facts_of(compound(tree))
    assert isinstance(facts, ContainerFacts)
    assert facts.format == "outlook-message"
    return facts


def held(facts: ContainerFacts, scratch: Path) -> list[tuple[str, str | None, bytes]]:
    def data(item: Attachment) -> bytes:
        return (scratch / item.content_hash.removeprefix("sha256:")).read_bytes()

    return [(item.folder, item.filename, data(item)) for item in facts.members]


def test_a_saved_message(facts_of: ReadFile, scratch: Path) -> None:
    files = (
        attachment(LONG_NAME="张三推荐表.docx", SHORT_NAME="ZHANG~1.DOC", ATTACH_DATA=LARGE),
        attachment(DISPLAY_NAME="盖章件.pdf", ATTACH_DATA=PDF, MIME_TYPE="application/PDF"),
    )
    facts = opened(
        facts_of,
        message(
            SUBJECT="推荐材料",
            SENDER_ADDRESS="/O=KEPU/CN=Z",
            SENDER_SMTP="Z@Kepu.cn",
            BODY="见附件\r\n",
            attachments=files,
        ),
    )
    assert (facts.subject, facts.sender, facts.body) == ("推荐材料", "z@kepu.cn", "见附件")
    assert held(facts, scratch) == [("", "张三推荐表.docx", LARGE), ("", "盖章件.pdf", PDF)]
    assert facts.members[1].claimed_type == "application/pdf"


def test_a_message_within_the_message(facts_of: ReadFile, scratch: Path) -> None:
    inner = message(
        24, SUBJECT="原件", BODY="请查收", attachments=(attachment(LONG_NAME="表.pdf", ATTACH_DATA=PDF),)
    )
    outer = attachment(5, DISPLAY_NAME="转来的邮件") | {"__substg1.0_3701000D": inner}
    facts = opened(facts_of, message(SUBJECT="转发", BODY="见附件", attachments=(outer,)))
    assert held(facts, scratch) == [("转来的邮件", "表.pdf", PDF)]
    assert facts.body == "见附件\n\n原件\n请查收"


def test_strings_in_the_code_page_of_the_message(facts_of: ReadFile) -> None:
    file = attachment(LONG_NAME="朱镕基.pdf".encode("gbk"), ATTACH_DATA=PDF)
    facts = opened(facts_of, message(codepage=936, SUBJECT="推荐".encode("gbk"), attachments=(file,)))
    assert (facts.subject, facts.members[0].filename) == ("推荐", "朱镕基.pdf")


@pytest.mark.parametrize(
    "values",
    [
        {"HTML": "<meta charset=gbk><p>见附件</p>".encode("gbk")},
        {"HTML": "<p>见附件</p>"},
        {"RTF": compress(rb"{\rtf1\ansi\ansicpg936\'bc\'fb\'b8\'bd\'bc\'fe\par}")},
    ],
)
def test_the_body_in_its_other_forms(facts_of: ReadFile, values: dict[str, str | bytes]) -> None:
    assert opened(facts_of, message(SUBJECT="x", attachments=(), **values)).body == "见附件"


def test_what_cannot_be_had_is_named(facts_of: ReadFile) -> None:
    files = (
        attachment(7, LONG_NAME="云盘.zip"),  # a link only
        attachment(6, DISPLAY_NAME="画图") | {"__substg1.0_3701000D": {"\1Ole": b"x"}},
        attachment(LONG_NAME="表.pdf", ATTACH_DATA=PDF),
    )
    facts = opened(facts_of, message(SUBJECT="x", attachments=files))
    assert facts.left_out == (("云盘.zip", "unreadable"), ("画图", "unreadable"))
    assert [item.filename for item in facts.members] == ["表.pdf"]


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damage_never_brings_the_reader_down(facts_of: ReadFile, data: st.DataObject) -> None:
    file = attachment(LONG_NAME="表.pdf", ATTACH_DATA=LARGE)
    raw = bytearray(compound(message(SUBJECT="x", RTF=compress(b"{\\rtf1 x}"), attachments=(file,))))
    for _ in range(data.draw(st.integers(0, 6))):
        raw[data.draw(st.integers(30, len(raw) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.one_of(st.just(len(raw)), st.integers(600, len(raw))))
    assert isinstance(facts_of(bytes(raw[:end])), ContainerFacts | OpaqueFacts | UnreadableFacts)
