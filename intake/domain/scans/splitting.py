"""From the files of one unit to scans that can be paired: cut where a file holds several, joined from pages.

A file is cut only where it is clear on every page which form it belongs to; otherwise it stays whole and a
person is told.  Files are joined only within one mail and folder, where names count or pages go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from intake.domain.campaign.campaign import Campaign
from intake.domain.model.document import Document, Role, in_order
from intake.domain.model.inspection import Inspection, ScanPage
from intake.domain.page.comparison import terms_of
from intake.domain.scans.form_heads import Leaf, Stretch, goes_on, is_of_a_form, read_head, stretches
from intake.domain.scans.form_match import Wanted
from intake.domain.scans.page_order import Follower, runs
from intake.domain.scans.page_text import shown_pages

MOST_PARTS = 60
"""Forms of one file that are told apart: the most that any unit may nominate is 20."""
SHORT = 2
"""Pages of a PDF up to which it may be a part of one form that was scanned sheet by sheet."""
FEWEST_LINES = 3
"""Lines of a page from which it counts as read: fewer may be all that a stamp or a page number left."""


@dataclass(frozen=True, slots=True)
class Scans:
    """The documents, their scans fit for pairing.

    `unclear` are keys of files that may hold several forms; `unread` rows of files with pages on which
    nothing could be read, so that a further form may begin there.
    """

    documents: tuple[Document, ...]
    unclear: frozenset[tuple[int, int]] = frozenset()
    unread: frozenset[int] = frozenset()


def read_scans(
    documents: Sequence[Document], campaign: Campaign, wanted: Sequence[Wanted | None] = ()
) -> Scans:
    """Cuts the PDFs that hold several forms, and joins those that are the pages of one.

    `wanted` are the unit's forms.  Pictures are left as they are (`intake/domain/scans/photographs.py`).
    """
    result: list[Document] = []
    unclear: set[tuple[int, int]] = set()
    unread: set[int] = set()
    whole: list[Document] = []
    for document in documents:
        if document.facts.is_picture or not document.facts.page_count:
            result.append(document)
            continue
        parts, clear = parts_of(document, campaign, wanted)
        if not clear:
            unclear.add(document.key)
        if document.inspection and document.inspection.heads and _has_unread(document):
            unread.add(document.id)
        if len(parts) == 1 and parts[0].role is Role.SCAN and clear:
            whole.append(parts[0])
        else:
            result += parts
    result += _join_short(whole, campaign, wanted)
    return Scans(tuple(in_order(result)), frozenset(unclear), frozenset(unread))


def parts_of(
    document: Document, campaign: Campaign, wanted: Sequence[Wanted | None] = ()
) -> tuple[list[Document], bool]:
    """The scans of a file, one part each, and whether it is clear that these are all.

    Letters and lists are left out of the parts.  A file whose pages were not all read is not cut.
    """
    pages = shown_pages(document)
    count = page_count(document)
    if count < 2 or document.role not in (Role.SCAN, Role.SUMMARY, Role.STATEMENT, Role.OTHER):
        return [document], True
    if not _is_read(document, pages, count):
        return [document], True
    found, clear = stretches((Leaf(document, page) for page in pages), campaign, wanted)
    if document.role is not Role.SCAN:
        # Only what shows a form of this unit makes a scan of a file that calls itself another paper.
        found = found if any(item.head and item.head.forms for item in found) else []
    if len(found) < 2 and document.role is Role.SCAN and (not found or len(found[0].leaves) == len(pages)):
        return [document], clear
    if not found:
        return [document], True
    if not clear or len(pages) < count or len(found) > MOST_PARTS:
        return [document], False
    return [_part(document, item, index) for index, item in enumerate(found)], True


def _is_read(document: Document, pages: Sequence[ScanPage], count: int) -> bool:
    """True where the text of all pages is known, or at least all their heads were looked at."""
    read = sum(len(page.lines) >= FEWEST_LINES for page in pages)
    heads = document.inspection is not None and document.inspection.heads
    return read > 0 and (read == count or heads)


def _has_unread(document: Document) -> bool:
    """True for a file of several pages where one after the first shows no text; it may just be empty."""
    pages = shown_pages(document)
    return any(len(page.lines) < FEWEST_LINES for page in pages[1:]) or len(pages) < page_count(document)


def page_count(document: Document) -> int:
    """The pages of a file, read or not."""
    return max(1, document.facts.page_count, document.inspection.page_count if document.inspection else 0)


def _part(document: Document, stretch: Stretch, index: int) -> Document:
    """The pages of one form as a document of their own: only what these pages show is known of it."""
    numbers = tuple(leaf.page.number for leaf in stretch.leaves)
    facts, seen = document.facts.part(numbers), document.inspection
    if seen:
        seen = replace(
            seen,
            pages=tuple(page for page in seen.pages if page.number in numbers),
            page_count=len(numbers),
            pictures=tuple(picture for picture in seen.pictures if picture.page in numbers),
        )
    return replace(document, role=Role.SCAN, part=index, pages=numbers, facts=facts, inspection=seen)


def _join_short(
    documents: Sequence[Document], campaign: Campaign, wanted: Sequence[Wanted | None]
) -> list[Document]:
    """Short PDFs that are the sheets of one form put together; all others as they are."""
    short = [d for d in documents if page_count(d) <= SHORT]
    result = [d for d in documents if page_count(d) > SHORT]
    names = [item.expected.nominee for item in wanted if item]
    for run in runs(short, names):
        joined: list[Document] = []
        group: list[Document] = []
        for item in run:
            if group and (item.said or item.follows) and _goes_on(item, campaign):
                group.append(item.document)
                continue
            if group:
                joined.append(join(group))
            group = [item.document]
        result += [*joined, join(group)]
    return result


def _goes_on(item: Follower, campaign: Campaign) -> bool:
    """True for a file that goes on with the form of the file before it in its run.

    What its pages show speaks first: one that begins a form is none.  A file of which nothing was read
    goes on where its name calls it a further page, or counts the sheets of one nominee.
    """
    pages = shown_pages(item.document)
    if not any(len(page.lines) >= FEWEST_LINES for page in pages):
        return item.said or (item.counted and page_count(item.document) == 1)
    heads = [read_head(page, campaign, ()) for page in pages]
    if not all(goes_on(head) for head in heads):
        return False
    if item.said or item.counted:
        return True
    # Numbers alone also count the scans of several nominees, of which a title may be all that was read.
    return is_of_a_form(pages, terms_of(campaign)) and not any(head.titled for head in heads)


def join(documents: Sequence[Document]) -> Document:
    """Several files as one scan: the first stands for all, with what the pages of each show."""
    first = documents[0]
    if len(documents) == 1:
        return first
    return replace(
        first, role=Role.SCAN, joined=tuple(documents[1:]), inspection=_joined_inspection(documents)
    )


def _joined_inspection(documents: Sequence[Document]) -> Inspection | None:
    """What was seen in all files, their pages numbered on; a file that nobody looked at leaves a gap."""
    if not any(document.inspection for document in documents):
        return None
    offset = 0
    seen: list[Inspection] = []
    for document in documents:
        seen.append(_numbered_on(document, offset))
        offset += page_count(document)
    looked = [item for item in seen if item.pages]
    return Inspection(
        pages=tuple(page for item in seen for page in item.pages),
        page_count=offset,
        effort=min((item.effort for item in looked), default=0),
        satisfied=any(item.satisfied for item in looked),
        heads=all(item.heads for item in seen),
        pictures=tuple(picture for item in seen for picture in item.pictures),
        costs=tuple(cost for item in seen for cost in item.costs),
        refused=next((item.refused for item in seen if item.refused and not item.pages), ""),
    )


def _numbered_on(document: Document, offset: int) -> Inspection:
    """What was seen in a file, its pages counted from behind so many others."""
    found = document.inspection or Inspection((), page_count(document))
    pages = tuple(replace(page, number=page.number + offset) for page in shown_pages(document))
    pictures = tuple(replace(picture, page=picture.page + offset) for picture in found.pictures)
    return replace(found, pages=pages, pictures=pictures)
