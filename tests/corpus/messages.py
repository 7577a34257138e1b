"""Every message of the corpus."""

from __future__ import annotations

from tests.corpus import links, machines, names, packed, parts, pdf_files, replies, word_forms
from tests.corpus.statement import Message

CHAPTERS = (names, parts, packed, word_forms, pdf_files, links, machines, replies)


def every_message() -> tuple[Message, ...]:
    """All chapters, in their order."""
    return tuple(message for chapter in CHAPTERS for message in chapter.messages())
