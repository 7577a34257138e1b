"""Loops of letters: how a mail betrays that it only gives back what we wrote or already hold.  Pure.

RFC 3834 §2 wants a responder that never answers itself.  Headers cannot be trusted for that: many
responders send none.  So a mail is also held against our letters (their Message-IDs, numbers and
set phrases) and against the files and links on record.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from intake.domain.model.facts import ContainerFacts, Facts, OpaqueFacts

OUR_ID = re.compile(r"<shouwen\.[0-9a-f]{40}@[A-Za-z0-9.-]{1,253}>")
"""The Message-IDs that this program gives, wherever it runs."""

LOGO_BYTES = 40_000
"""A picture below this is a signature's logo; a phone picture of a page is far larger."""

MAIL_FORMATS = ("message", "outlook-message")

_TITLE = re.compile(r"收件回执|来[信件]收悉|关于.{2,120}?的函")
_CLOSING = re.compile(r"由收文系统自动发出")
_CLOSING_ROOM = 80
"""Characters, without spaces, that the last sentence of a letter has left when it names the system."""


def letter_ids(texts: Collection[str]) -> tuple[str, ...]:
    """The Message-IDs of letters of this program's that texts name, each once."""
    return tuple(dict.fromkeys(found for text in texts for found in OUR_ID.findall(text)))


def is_letter(message_id: str | None, body: str) -> bool:
    """True for a letter of this program's, ours or another office's, whatever its headers have lost.

    It bears such a Message-ID, or its words begin with the title of a letter and end with the sentence
    that names the system.  Words before or after are somebody's who quotes a letter.
    """
    if message_id and OUR_ID.fullmatch(message_id):
        return True
    squeezed = re.sub(r"\s+", "", unicodedata.normalize("NFKC", body))
    return bool(_TITLE.match(squeezed) and _CLOSING.search(squeezed[-_CLOSING_ROOM:]))


@dataclass(frozen=True, slots=True)
class MailFile:
    """One document of a mail: `known` where a mail that was answered brought the same bytes."""

    filename: str
    folder: str
    content_hash: str
    size: int
    facts: Facts
    known: bool

    @property
    def path(self) -> str:
        """Where its members lie."""
        return "/".join(filter(None, (self.folder, self.filename)))


def is_echo(
    pieces: Sequence[MailFile], links: Collection[str], known_links: Collection[str], own: str
) -> bool:
    """True where nothing in a mail is new: files and links on record, letters of ours, scraps of programs.

    `own` is the address that our letters come from, lower case.
    """
    if set(links) - set(known_links):
        return False
    known = {piece.content_hash for piece in pieces if piece.known}
    letters = [piece.path for piece in pieces if _is_our_letter(piece.facts, own)]
    return all(
        piece.known
        or piece.path in letters
        or any(piece.folder == path or piece.folder.startswith(f"{path}/") for path in letters)
        or _only_holds(piece.facts, known)
        or _is_scrap(piece)
        for piece in pieces
    )


def _is_our_letter(facts: Facts, own: str) -> bool:
    if not isinstance(facts, ContainerFacts) or facts.format not in MAIL_FORMATS:
        return False
    return facts.sender.lower() == own


def _only_holds(facts: Facts, known: Collection[str]) -> bool:
    """True for a container that is packed anew around files that are known, and around nothing else."""
    if not isinstance(facts, ContainerFacts) or facts.left_out or not facts.members:
        return False
    return all(member.content_hash in known for member in facts.members)


def _is_scrap(piece: MailFile) -> bool:
    """What mail programs add: text parts, a signature's small picture."""
    if isinstance(piece.facts, OpaqueFacts):
        return piece.facts.format == "text"
    return piece.facts.kind == "image" and piece.size < LOGO_BYTES
