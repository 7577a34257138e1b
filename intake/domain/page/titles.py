"""Titles: whether a page begins a form, and which category its title names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, pairwise

from rapidfuzz.distance import Levenshtein

from intake.domain.model.inspection import Compared, Likeness, ScanLine, ScanPage
from intake.domain.page.cells import PageLayout, layout
from intake.domain.page.checkboxes import Offer, is_left_empty, names_several, offers
from intake.domain.page.geometry import CellText, Spot, frame, joined, readings, rows, white
from intake.domain.page.vocabulary import CUSTOMARY, Terms
from intake.domain.text.ocr_characters import Folded, fold, gap

MOST_KEPT = 512
"""Pages of which the title is kept: those of the units that are judged together."""
HEAD_LINES = 14
"""Boxes at the top of a page among which its title stands."""
LOWEST_TITLE = 0.45
"""Where the title of a form that begins on this page ends at the latest, in parts of its height."""
LONGEST_TITLE = 50
"""Characters; a longer line that speaks of a 推荐表 is prose."""
_BEFORE_NAME = re.compile(r"(?:年度?|典型|活动|先进|优秀|附件|类别|候选|[0-9])$")
"""What a title has before the name of a category."""
_GENERAL = re.compile(r"先进|优秀|典型|活动|工作|推荐|申报|评选|推选|选树|宣传|登记|审批|申请|候选")
"""What a heading goes on with that speaks of no category."""
SHORTEST_SLIPPED = 4
"""Characters of a name from which one may be misread and the name still be meant."""
SLIPS = 2
"""Characters that differ at most between a name and its reading: one that counts, one that print confuses."""
CLOSE_ROW = 1.2
"""Line heights between the rows of one title at most."""
SURE = 0.9
"""The least score of a line by which anything is claimed."""


@dataclass(frozen=True, slots=True)
class Title:
    """The title of a form: its words, the category that it surely names or None, the line it stands in."""

    text: str
    category: str | None
    place: ScanLine


@dataclass(frozen=True, slots=True)
class CategoryName:
    """What a text names: the name as the campaign writes it, and whether it was read without a slip."""

    name: str
    whole: bool
    sure: bool


def title_of(page: ScanPage, terms: Terms = CUSTOMARY) -> Title | None:
    """The title of the form that begins on the page, or None where none does.

    With the campaign's `terms` its category is named as well, where a name stands there whole.
    """
    return _title_of(page, terms)


@lru_cache(maxsize=MOST_KEPT)
def _title_of(page: ScanPage, terms: Terms) -> Title | None:
    pieces = list(title_pieces(layout(page, terms), terms))
    if not pieces:
        return None
    owners = {name: owner for owner, names in terms.names for name in names}
    for piece in pieces:
        found = category_name(piece.folded, tuple(owners))
        if found and found.whole:
            return Title(piece.text, owners[found.name], piece.lines[0])
    return Title(pieces[0].text, None, pieces[0].lines[0])


def title_pieces(page: PageLayout, terms: Terms) -> Iterator[CellText]:
    """The texts that may be the title of the form: lines with 推荐表, then those with their neighbours.

    What stands beside a label is none: a value may hold the words of a category.
    """
    head = [spot for spot in page.free if spot.box.bottom <= LOWEST_TITLE][:HEAD_LINES]
    words = [fold(word).text for word in terms.titles]
    together = (readings(several, page.page) for several in (*((spot,) for spot in head), *joined(head)))
    for piece in chain(*together, _wrapped(head, page.page)):
        text = piece.folded.text
        if len(text) <= LONGEST_TITLE and any(word in text for word in words) and not _is_note(text):
            yield piece


def _wrapped(head: Sequence[Spot], page: int) -> Iterator[CellText]:
    """A row of several boxes with the row below it: a title whose last word, 推荐表, is wrapped.

    Where a long line is read by parts, a character on the seam is read twice, neither time surely.
    """
    for upper, lower in pairwise(rows(head)):
        if len(upper) > 1 and white(frame(upper), frame(lower)) < CLOSE_ROW:
            for piece in readings((*upper, *lower), page):
                yield piece
                yield _without_doubles(piece)


def _without_doubles(piece: CellText) -> CellText:
    text, weak = "", list[int]()
    for line in piece.lines:
        double = bool(weak) and 0 in line.weak and weak[-1] == len(text) - 1 and text[-1] == line.text[0]
        start = len(text) - double
        weak += [start + place for place in line.weak if place or not double]
        text += line.text[double:]
    return replace(piece, text=text, weak=tuple(weak))


def _is_note(text: str) -> bool:
    """True for 填表说明 and the like, which speak of the form without being its title."""
    return any(word in text for word in ("说明", "填写", "须知", "请将", "附推荐表"))


def category_name(text: Folded, names: Sequence[str]) -> CategoryName | None:
    """The name of `names` that a text holds: the longest that fits, with at most a slip.

    A short name counts only where no longer one is a slip away: 最佳科技志愿者 does not name 科技志愿者.
    """
    by_size: dict[int, list[str]] = {}
    for name in dict.fromkeys(names):
        by_size.setdefault(len(fold(name).text), []).append(name)
    by_size.pop(0, None)
    for size in sorted(by_size, reverse=True):
        windows = [text.part(start, start + size) for start in range(len(text.text) - size + 1)]
        gaps = [
            (name, window, gap(name, window))
            for window in windows
            for name in by_size[size]
            if Levenshtein.distance(fold(name).text, window.text, score_cutoff=SLIPS) <= SLIPS
            and not _is_other_word(name, window, text, names)
        ]
        for name, window, found in gaps:
            if found.closed:
                whole = _stands_free(name, window, text, names)
                return CategoryName(name, whole, sure=whole and not window.weak)
        for name, _, found in gaps:
            if size >= SHORTEST_SLIPPED and found.sure + found.unsure <= 1:
                return CategoryName(name, whole=False, sure=found.unsure == 0)
    return None


def _is_other_word(name: str, window: Folded, text: Folded, names: Sequence[str]) -> bool:
    """True for what is no slip of a name since it is read as something else.

    科技志愿服 begins 科技志愿服务组织 and is no 科技志愿者; 科技志愿服务先 goes on to 先进典型, no 服务点.
    """
    if fold(name).text == window.text:
        return False
    if any(window.text in fold(other).text for other in names if other != name):
        return True
    first, last = (text.origins.index(window.origins[place]) for place in (0, -1))
    cut = (match.span() for match in _GENERAL.finditer(text.text))
    return any(start < first < end or start <= last < end - 1 for start, end in cut)


def _stands_free(name: str, window: Folded, text: Folded, names: Sequence[str]) -> bool:
    """False for a short name that may be the rest of a longer one: 史土科技志愿服务项目 was misread."""
    own = fold(name).text
    # A longer name that begins with this one has lost nothing before it: 服务点 and 服务点（社区或村）.
    if not any(fold(other).text.find(own) > 0 for other in names):
        return True
    before = text.text[: text.origins.index(window.origins[0])]
    return not before or _BEFORE_NAME.search(before) is not None


def compare_category(names: Sequence[str], layouts: Sequence[PageLayout], terms: Terms) -> Compared:
    """Whether the pages show one of the category's names, in their title or beside 推荐类别.

    Another category's whole name is DIFFERENT; titles of two categories are for a person.  Where categories
    are offered side by side, the box that is ticked tells, and nothing does where it was not surely read.
    """
    if not names:
        return Compared(Likeness.UNREAD, "")
    known = (*names, *(name for _, rivals in terms.names for name in rivals if name not in names))
    answers: dict[Likeness, Compared] = {}
    for page in layouts:
        cells = offers(page, terms)
        for _, read in cells:
            answer = _ticked(read, names, terms)
            answers.setdefault(answer.likeness, answer)
        offered = {id(line) for cell, _ in cells for spot in cell for line in spot.readings}
        for piece in _naming(page, offered, known, terms):
            if found := category_name(piece.folded, known):
                likeness = _likeness(found, piece, names)
                answers.setdefault(likeness, _said(likeness, names[0], piece))
    if Likeness.EQUAL in answers and Likeness.DIFFERENT in answers:
        return replace(answers[Likeness.DIFFERENT], likeness=Likeness.NEAR)
    for likeness in (Likeness.EQUAL, Likeness.NEAR, Likeness.DIFFERENT):
        if likeness in answers:
            return answers[likeness]
    # A text that names none is no other category: 推荐表 alone is a title of which the rest was not read.
    return Compared(Likeness.UNREAD, names[0])


def _naming(
    page: PageLayout, offered: Collection[int], names: Sequence[str], terms: Terms
) -> Iterator[CellText]:
    """The texts of a page that may name its category: titles, and what stands beside 推荐类别.

    A text of several categories names none of them; `offered` lines are those whose boxes tell.
    """
    for piece in title_pieces(page, terms):
        if not names_several(piece.text, terms):
            yield piece
    for labelled in page.labelled:
        if labelled.kind != "category":
            continue
        if any(id(line) in offered for piece in labelled.pieces for line in piece.lines):
            continue
        for piece in _category_pieces(labelled.pieces, names):
            told = not names_several(piece.text, terms) and not is_left_empty(piece.text)
            if told and len(piece.text) <= 2 * LONGEST_TITLE:
                yield piece


def _ticked(read: Sequence[Offer], names: Sequence[str], terms: Terms) -> Compared:
    """What the readings of one cell with boxes say together; one that tells nothing stands against none."""
    own = next((owner for owner, several in terms.names if names[0] in several), "")
    said = [(offer.likeness(own), offer.piece) for offer in read]
    told = {likeness for likeness, _ in said if likeness is not Likeness.UNREAD}
    if not told:
        return Compared(Likeness.UNREAD, names[0])
    piece = max((piece for one, piece in said if one is not Likeness.UNREAD), key=lambda one: one.score)
    if piece.score < SURE and told == {Likeness.EQUAL}:
        return Compared(Likeness.UNREAD, names[0])
    sure = piece.score >= SURE and len(told) == 1
    return _said(told.pop() if sure else Likeness.NEAR, names[0], piece)


def _category_pieces(pieces: Sequence[CellText], names: Sequence[str]) -> Sequence[CellText]:
    """What stands beside 推荐类别: with its other lines where these make a whole name, else its own row."""
    whole = {fold(name).text for name in names}
    fitting = [piece for piece in pieces if piece.folded.text in whole]
    return [max(fitting, key=lambda piece: len(piece.folded.text))] if fitting else pieces[:1]


def _said(likeness: Likeness, expected: str, piece: CellText) -> Compared:
    return Compared(likeness, expected, piece.text.strip(), piece.score, piece.lines[0], piece.page)


def _likeness(found: CategoryName, piece: CellText, names: Sequence[str]) -> Likeness:
    if not found.whole:
        return Likeness.NEAR
    if found.name in names:
        return Likeness.EQUAL
    return Likeness.DIFFERENT if found.sure and piece.score >= SURE else Likeness.NEAR
