"""Loops: what is a letter of this program's, and which mail brings nothing new."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.domain.mail.loops import LOGO_BYTES, MailFile, is_echo, is_letter, letter_ids
from intake.domain.model.facts import Attachment, ContainerFacts, ImageFacts, OpaqueFacts, WordFacts

OWN = "intake@example.org"
OUR_ID = f"<shouwen.{'0a' * 20}@example.org>"
LETTER = (
    "收 件 回 执\n\n农技中心收〔2025〕12号\n\n某学会：\n\n贵单位报送的材料已收悉。\n\n"
    "本邮件由收文系统自动发出，直接回复即可送达。"
)
FORM = MailFile("推荐表.docx", "", "sha256:a", 9_000, WordFacts(()), known=True)
NEW = replace(FORM, content_hash="sha256:b", known=False)
MAIL = MailFile("letter.eml", "", "sha256:c", 9_000, ContainerFacts("message", (), sender=OWN), known=False)


def packed(*hashes: str, left_out: tuple[tuple[str, str], ...] = ()) -> MailFile:
    members = tuple(Attachment(n, None, "", name, 1) for n, name in enumerate(hashes))
    return MailFile("材料.zip", "", "sha256:z", 9_000, ContainerFacts("zip", members, left_out), known=False)


@pytest.mark.parametrize(
    ("message_id", "body", "letter"),
    [
        (OUR_ID, "", True),
        ("<a@example.org>", LETTER, True),
        (None, LETTER.replace("收 件 回 执", "关于补正材料的函"), True),
        (None, f"已转办。\n{LETTER}", False),
        (None, f"{LETTER}\n{'请问我们还需要补充哪些材料，什么时候截止？' * 5}", False),
        (None, "收件回执我们没有收到，请问是否已经发出？", False),
        (None, "", False),
        ("<shouwen.x@example.org>", "请问", False),
    ],
)
def test_a_letter_is_known_by_its_id_or_its_words(message_id: str | None, body: str, letter: bool) -> None:
    assert is_letter(message_id, body) is letter


def test_ids_in_words() -> None:
    assert letter_ids((f"Message-ID: {OUR_ID}", OUR_ID, "<a@b>")) == (OUR_ID,)


@pytest.mark.parametrize(
    ("pieces", "echo"),
    [
        ((), True),
        ((FORM,), True),
        ((FORM, NEW), False),
        ((MAIL,), True),
        ((replace(MAIL, facts=ContainerFacts("message", (), sender="a@b.example")),), False),
        ((MAIL, replace(NEW, folder="letter.eml")), True),
        ((MAIL, replace(NEW, folder="letter.eml2")), False),
        ((FORM, packed("sha256:a")), True),
        ((FORM, packed("sha256:a", "sha256:b")), False),
        ((FORM, packed("sha256:a", left_out=(("x", "encrypted"),))), False),
        ((packed(),), False),
        ((replace(NEW, facts=OpaqueFacts("text")),), True),
        ((replace(NEW, facts=OpaqueFacts("unknown")),), False),
        ((replace(NEW, facts=ImageFacts("PNG", 9, 9), size=LOGO_BYTES - 1),), True),
        ((replace(NEW, facts=ImageFacts("PNG", 9, 9), size=LOGO_BYTES),), False),
    ],
)
def test_what_brings_nothing_new(pieces: tuple[MailFile, ...], echo: bool) -> None:
    assert is_echo(pieces, (), (), OWN) is echo


def test_links_count_as_files() -> None:
    assert is_echo((FORM,), {"https://a"}, {"https://a"}, OWN)
    assert not is_echo((FORM,), {"https://b"}, {"https://a"}, OWN)
