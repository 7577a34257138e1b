"""Pictures that are the pages of a stamped form: photographed or scanned without a PDF around them.

A portrait or a photograph from work is never taken for one.  A picture is a page where it shows the labels
of a form, or where its name says so and it has the shape of a sheet; what merely looks like paper
only goes on with a form that was begun.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum, auto
from itertools import groupby

from intake.domain.campaign.campaign import Campaign
from intake.domain.model.document import Document, Role, in_order
from intake.domain.model.inspection import ScanPage
from intake.domain.page.comparison import terms_of
from intake.domain.scans.form_heads import Head, goes_on, is_of_a_form, is_same, read_head
from intake.domain.scans.form_match import Wanted
from intake.domain.scans.page_order import Follower, runs
from intake.domain.scans.splitting import FEWEST_LINES, join, parts_of
from intake.domain.text.names import compact

LEAST_PAPER = 0.5
"""Share of a picture that looks like paper from which it may be a sheet; a desk may fill the rest."""
SHORTEST_SIDE = 600
"""Pixels of the shorter side from which the print of a sheet can be read (A4 at 72 dpi)."""
SHAPE = (1.15, 1.8)
"""Height to width of a sheet that stands upright: A4 is 1.41, phones take 1.33 and 1.78."""

_WORDS = ("扫描", "盖章", "签章", "公章")
_NO_PAGE = ("照片", "工作照", "证件照", "合影", "肖像", "头像", "现场", "活动")


class _Kind(Enum):
    """A page of a form for certain, a sheet that may go on with one, no page at all."""

    PAGE = auto()
    SHEET = auto()
    NONE = auto()


def picture_scans(
    documents: Sequence[Document], campaign: Campaign, wanted: Sequence[Wanted | None] = ()
) -> list[Document]:
    """The scans that a unit's pictures make, each as its first picture with the others joined to it.

    Pictures that make none are not among them.
    """
    kinds = {document.key: _kind(document, campaign) for document in documents}
    pages = [document for document in documents if kinds[document.key] is not _Kind.NONE]
    names = [item.expected.nominee for item in wanted if item]
    found: list[Document] = []
    ordered = sorted(runs(pages, names), key=lambda run: (run[0].document.place, run[0].document.ordinal))
    for _, parcel in groupby(ordered, key=lambda run: run[0].document.place):
        followers = [item for run in parcel for item in run]
        for group in _groups(followers, kinds, campaign, wanted):
            parts, _ = parts_of(_as_scan(group[0]), campaign, wanted) if len(group) == 1 else ([], True)
            found += parts or [join([_as_scan(document) for document in group])]
    return in_order(found)


def _as_scan(document: Document) -> Document:
    return replace(document, role=Role.SCAN)


def _kind(document: Document, campaign: Campaign) -> _Kind:
    if document.facts.picture_side < SHORTEST_SIDE:
        return _Kind.NONE
    called = _called(document.filename, campaign)
    pages = _pages(document)
    if not pages:
        page = document.facts.pages[0]
        upright = SHAPE[0] <= page.height_pt / page.width_pt <= SHAPE[1]
        return _Kind.PAGE if called is _Kind.PAGE and upright else _Kind.NONE
    if max(page.paper for page in pages) < LEAST_PAPER:
        return _Kind.NONE
    read = [page for page in pages if len(page.lines) >= FEWEST_LINES]
    if read and (_head(document, campaign).begins or is_of_a_form(read, terms_of(campaign))):
        return _Kind.PAGE
    if called is _Kind.SHEET:
        sealed = any(mark.certainty == "sure" for page in pages for mark in page.seals)
        return _Kind.SHEET if read or sealed else _Kind.NONE
    return called


def _called(filename: str, campaign: Campaign) -> _Kind:
    """What its name makes of a picture; a sheet, where it says neither that it is a page nor a photograph."""
    name = compact(filename)
    if any(compact(title) in name for title in campaign.campaign.form_titles):
        return _Kind.PAGE
    if any(word in name for word in _NO_PAGE):
        return _Kind.NONE
    return _Kind.PAGE if any(word in name for word in _WORDS) else _Kind.SHEET


def _pages(document: Document) -> tuple[ScanPage, ...]:
    seen = document.inspection
    return seen.pages if seen and not seen.refused else ()


def _head(document: Document, campaign: Campaign, wanted: Sequence[Wanted | None] = ()) -> Head:
    pages = _pages(document)
    return read_head(pages[0], campaign, wanted) if pages else Head()


def _groups(
    followers: Sequence[Follower],
    kinds: dict[tuple[int, int], _Kind],
    campaign: Campaign,
    wanted: Sequence[Wanted | None],
) -> Iterator[list[Document]]:
    """The pictures of one parcel, parted where a form begins."""
    group: list[Document] = []
    begun, name = Head(), ""
    for item in followers:
        head = _head(item.document, campaign, wanted)
        if group and _goes_on(item, head, begun, name):
            group.append(item.document)
            name = name or item.name or ""
            begun = begun if begun.begins else head
            continue
        if group:
            yield group
        # A sheet without a word of a form does not begin one.
        group = [item.document] if kinds[item.document.key] is _Kind.PAGE and not head.apart else []
        begun, name = head, item.name or ""
    if group:
        yield group


def _goes_on(item: Follower, head: Head, begun: Head, name: str) -> bool:
    """True for a picture that goes on with the form of those before it."""
    if head.apart or (item.name and name and item.name != name):
        return False
    if head.begins:
        return begun.begins and is_same(begun, head) is True
    read = any(len(page.lines) >= FEWEST_LINES for page in _pages(item.document))
    return goes_on(head) if read else item.said or item.follows
