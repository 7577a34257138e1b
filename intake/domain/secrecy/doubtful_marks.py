"""What of mails and papers may bear a mark of a state secret, or one of the campaign's own: for a person.

A campaign's own marks (`[secrecy] marks`): words that stand in names or at the head of papers as marks do.

What bears one is read, and for a person: how the office deals with it is the campaign's affair.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from intake.domain.model.certainty import Basis
from intake.domain.model.document import Document, MessageRef
from intake.domain.model.inspection import Inspection
from intake.domain.secrecy import mail_marks
from intake.domain.secrecy.mail_marks import MAYBE, PLACE_NAMES, Maybe, Place, head_lines, head_of_body
from intake.domain.secrecy.mark import folded
from intake.domain.secrecy.scan_marks import head_of, mark_in

_WORD = r"[^\W_]"


def maybe_marked(
    mails: Iterable[tuple[MessageRef, str]], documents: Sequence[Document], own: Sequence[str] = ()
) -> dict[int, tuple[Maybe, ...]]:
    """What a person must look at, by message row: of the mails (each with its words) and of the documents.

    `own` are the campaign's marks.  A file that was cut into several documents is told of once.
    """
    written: dict[int, dict[str, set[Place]]] = defaultdict(lambda: defaultdict(set))
    for ref, body in mails:
        for what, place in _in_mail(ref.subject or "", body, own):
            written[ref.id][what].add(place)
    seen: dict[int, dict[tuple[str, str], dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    for document in documents:
        for what, place in _in_file(document, own):
            written[document.message.id][what].add(place)
        for what, page, score in _in_pixels(document.inspection, own):
            seen[document.message.id][document.filename, what][page] = score
    found = {row: (*_told(written[row]), *_shown(seen[row])) for row in sorted({*written, *seen})}
    return {row: marks for row, marks in found.items() if marks}


def _in_mail(subject: str, body: str, own: Sequence[str]) -> Iterator[tuple[str, Place]]:
    if mail_marks.in_subject(subject):
        yield MAYBE, Place.SUBJECT
    if mail_marks.in_body(body):
        yield MAYBE, Place.BODY
    if not own:
        return
    if mark := own_mark([subject], own):
        yield _quoted(mark), Place.SUBJECT
    if mark := own_mark(["\n".join(head_of_body(body))], own):
        yield _quoted(mark), Place.BODY


def _in_file(document: Document, own: Sequence[str]) -> Iterator[tuple[str, Place]]:
    name = f"{document.folder}/{document.filename}"
    if mail_marks.in_name(name):
        yield MAYBE, Place.FILENAME
    if mail_marks.in_document(document.facts):
        yield MAYBE, Place.DOCUMENT
    if not own:
        return
    if mark := own_mark([name], own):
        yield _quoted(mark), Place.FILENAME
    if mark := own_mark(["\n".join(head_lines(document.facts))], own):
        yield _quoted(mark), Place.DOCUMENT


def _in_pixels(seen: Inspection | None, own: Sequence[str]) -> Iterator[tuple[str, int, float]]:
    """Each with its page, and how surely it was read."""
    if mark := mark_in(seen):
        yield from ((MAYBE, page, mark.score) for page in mark.pages)
    for page in seen.pages if seen and own else ():
        lines = head_of(page)
        if said := own_mark(["\n".join(line.text for line in lines)], own):
            yield _quoted(said), page.number, min(line.score for line in lines)


def _told(written: Mapping[str, set[Place]]) -> Iterator[Maybe]:
    for what, places in written.items():
        named = "、".join(name for place, name in PLACE_NAMES.items() if place in places)
        yield Maybe(f"来件{named}有{what}")


def _shown(seen: Mapping[tuple[str, str], Mapping[int, float]]) -> Iterator[Maybe]:
    for (name, what), scores in seen.items():
        pages = "、".join(str(page) for page in sorted(scores))
        yield Maybe(f"扫描件“{name}”第{pages}页有{what}", Basis.OCR, name, min(scores.values()))


def _quoted(mark: str) -> str:
    return f"“{mark}”字样"


def own_mark(texts: Iterable[str], marks: Sequence[str]) -> str:
    """The first of the marks, as the campaign writes it, that stands by itself in a text; "" for none.

    White space within it is free; a mark that is part of a longer word (非内部资料) is none.
    """
    said = [folded(text) for text in texts]
    return next((mark for mark in marks if any(_pattern(mark).search(text) for text in said)), "")


@lru_cache
def _pattern(mark: str) -> re.Pattern[str]:
    spaced = r"\s*".join(re.escape(character) for character in folded(mark) if not character.isspace())
    return re.compile(f"(?<!{_WORD}){spaced}(?!{_WORD})", re.I)
