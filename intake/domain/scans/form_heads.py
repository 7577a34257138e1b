"""Where one form ends and the next begins on pages that were scanned one after another.

A page begins a form where it bears the form's title above the labels of a form, or these labels
alone.  A title over prose is the running head of a form that goes on; a list or a letter
belongs to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from rapidfuzz import fuzz

from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.category import squeeze
from intake.domain.documents.labels import label_key
from intake.domain.documents.recognition import LABELS_ALONE, says
from intake.domain.model.document import Document
from intake.domain.model.inspection import ScanPage
from intake.domain.page.cells import layout
from intake.domain.page.comparison import Terms, terms_of, title_of
from intake.domain.page.geometry import rows, spots_of
from intake.domain.scans.form_match import Wanted, matches_of
from intake.domain.text.names import compact

LABELS_WITH_TITLE = 2
"""Labels under a title that make a form: no more may be legible of its first rows."""
HEAD_ROWS = 12
"""Rows from the top in which a title is looked for: annex, campaign and category stand above it."""
KEPT = 1024
"""Pages whose heads are kept: the scans of a unit are put together again with each of its mails."""
ANOTHER_NAME = 50
"""Names less alike than this (rapidfuzz ratio, 0 to 100) are no two readings of one name."""

_PROSE = re.compile(r"[。；;！!？?，,]|^附件\s*[\d一二三四五六七八九十]*\s*[：:.、]")
_LETTER = re.compile(r"^关于.{2,60}(?:函|报告|请示|通知)$")
_OPINION = re.compile(r"单位意见|[(（](?:加?盖公?章|公章)[)）]")
_LIST = ("序号", "编号")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of one document."""

    document: Document
    page: ScanPage


@dataclass(frozen=True, slots=True)
class Head:
    """What the top of a page says; `forms` are the positions of the forms looked for that it shows.

    `labels` are all labels of the page, whether it begins a form or goes on with one; `titled` tells of a
    title on it, be it a running head.
    """

    begins: bool = False
    apart: bool = False
    nominee: str = ""
    category: str | None = None
    forms: frozenset[int] = frozenset()
    sure: bool = False
    labels: frozenset[str] = frozenset()
    titled: bool = False


@dataclass(slots=True)
class Stretch:
    """Pages that make one form, as far as its first page and those that go on tell; None: they do not."""

    head: Head | None
    leaves: list[Leaf] = field(default_factory=list)


def read_head(page: ScanPage, campaign: Campaign, wanted: Sequence[Wanted | None]) -> Head:
    """What a page begins: a form, a list or a letter that is apart from all forms, or nothing."""
    head = _top(page, terms_of(campaign), campaign.campaign.summary_titles)
    if not head.begins:
        return head
    shows = enumerate(matches_of(wanted, (page,)))
    return replace(head, forms=frozenset(index for index, item in shows if item.is_shown))


@lru_cache(maxsize=KEPT)
def _top(page: ScanPage, terms: Terms, summary_titles: tuple[str, ...]) -> Head:
    title = title_of(page, terms)
    titled = title is not None and not _PROSE.search(title.text)
    if _is_apart(page, titled, summary_titles):
        return Head(apart=True)
    found = layout(page, terms).labelled
    names = [item.pieces[0].text for item in found if item.kind == "nominee" and item.pieces]
    named = bool(names) or any(terms.kind(line.text) == "nominee" for line in page.lines)
    labels = frozenset(label_key(line.text) for line in page.lines if terms.kind(line.text))
    count = len(labels | {item.kind for item in found})
    # A running head stands over an opinion and its date; a form's first rows have more, be its name unread.
    if count < (LABELS_WITH_TITLE if titled and named else LABELS_ALONE) or not (titled or names):
        return Head(labels=labels, titled=titled)
    category = title.category if title and titled else None
    return Head(True, False, compact(names[0]) if names else "", category, sure=page.digital, labels=labels)


def _is_apart(page: ScanPage, titled: bool, summary_titles: Sequence[str]) -> bool:
    """True for the first page of a list of nominees, or of a letter that goes with the forms."""
    lines = ["".join(spot.line.text for spot in row) for row in rows(spots_of(page.lines))]
    top = lines[:HEAD_ROWS]
    listed = any(says(line, summary_titles) and not _PROSE.search(line) for line in top)
    numbered = any(squeeze(line).startswith(_LIST) for line in lines)
    letter = not titled and any(_LETTER.match(squeeze(line)) for line in top)
    return letter or (listed and (numbered or not titled))


def stretches(
    leaves: Iterable[Leaf], campaign: Campaign, wanted: Sequence[Wanted | None]
) -> tuple[list[Stretch], bool]:
    """The forms that pages show one after another, and whether that is clear.

    Pages before the first form, and those of a list or letter, belong to none.  It is not clear where a
    further page begins a form and nothing tells whether it is the same one: nothing may then be cut.
    """
    found: list[Stretch] = []
    current: Stretch | None = None
    labels: frozenset[str] = frozenset()
    clear = True
    for leaf in leaves:
        head = read_head(leaf.page, campaign, wanted)
        if head.apart:
            current = None
        elif head.begins or (current and len(head.labels & labels) >= LABELS_ALONE):
            same = is_same(current.head, head) if current and current.head else False
            if same is None:
                clear = False
            if current is None or same is False:
                current, labels = Stretch(head), frozenset()
                found.append(current)
            current.leaves.append(leaf)
        elif current:
            current.leaves.append(leaf)
        labels |= head.labels
    return found, clear


def is_same(one: Head, other: Head) -> bool | None:
    """Whether two pages begin the same form (a title that is repeated); None where that is not clear."""
    if one.forms and other.forms:
        return bool(one.forms & other.forms)
    if one.category and other.category and one.category != other.category:
        return False
    if not one.nominee or not other.nominee:
        return None
    if one.nominee == other.nominee:
        return True
    if (one.sure and other.sure) or fuzz.ratio(one.nominee, other.nominee) < ANOTHER_NAME:
        return False
    return None


def is_of_a_form(pages: Iterable[ScanPage], terms: Terms) -> bool:
    """True for pages that bear labels of a form, or the place for an opinion and a seal."""
    texts = [line.text for page in pages for line in page.lines]
    return any(terms.kind(text) or _OPINION.search(text) for text in texts)


def goes_on(head: Head) -> bool:
    """True for a page that can only go on with a form: it has no more labels than the end of one."""
    return not head.begins and not head.apart and len(head.labels) < LABELS_ALONE
