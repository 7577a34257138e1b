"""How the forms compare with what a scan shows: for pairing, where no name says which is whose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz

from intake.domain.campaign.campaign import Campaign
from intake.domain.model.certainty import SHIPPED, Certainty
from intake.domain.model.document import Document
from intake.domain.model.inspection import Expected, ScanPage
from intake.domain.page.comparison import Likeness, Terms, compare, terms_of
from intake.domain.scans.inspection_plan import expected_of
from intake.domain.scans.page_text import folded_text
from intake.domain.scans.printed import NO_WORDS, FormWords, is_printed, words_of
from intake.domain.text.ocr_characters import fold

KEPT = 1024
"""Comparisons that are kept: a unit is assembled again with each of its mails, its scans seldom change."""
WHOLE, HALF = 100.0, 50.0
"""How much of a name stands in a text: all of it; as much as a reading with slips leaves of a short one."""
ALWAYS = 20
"""Forms that are compared however little of them is mentioned: a difference is claimed by comparing alone.

It is the most that any unit may nominate; more bring no more than time.
"""


@dataclass(frozen=True, slots=True)
class FormMatch:
    """How the nominee, the category and the unit of one form compare with what a scan shows.

    `closeness` is how much of the nominee's name was read where it is not equal, 0 to 1.
    """

    nominee: Likeness = Likeness.UNREAD
    category: Likeness = Likeness.UNREAD
    unit: Likeness = Likeness.UNREAD
    closeness: float = 0.0

    @property
    def is_shown(self) -> bool:
        """True where the scan shows the nominee, under a title that is not surely another category's."""
        return self.nominee is Likeness.EQUAL and self.category is not Likeness.DIFFERENT

    @property
    def is_different(self) -> bool:
        """True where the scan surely shows another nominee or another category."""
        return Likeness.DIFFERENT in (self.nominee, self.category)


NO_MATCH = FormMatch()
PRINTED = FormMatch(Likeness.EQUAL, Likeness.EQUAL, Likeness.EQUAL, 1.0)
"""A scan that is the form itself, word for word."""
PASSED_OVER = FormMatch(nominee=Likeness.DIFFERENT)
"""A form whose nominee is mentioned nowhere in a scan that shows another form whole."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A form to look for in scans, the words by which scans of its category are read, and its own.

    `name` is its nominee's, as it is looked for in what was read.
    """

    expected: Expected
    terms: Terms
    words: FormWords = NO_WORDS
    name: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Folds the name once: it is looked for in every scan of the unit."""
        object.__setattr__(self, "name", fold(self.expected.nominee).text)

    def __hash__(self) -> int:
        """A short one: what was made of a form is looked up by it many times."""
        return hash((self.expected.nominee, self.expected.units, self.words))


def wanted_of(paper: Document | None, campaign: Campaign, unit_names: Sequence[str]) -> Wanted | None:
    """What to look for; None for a form that names nobody or could not be read."""
    form = paper.form if paper else None
    expected = expected_of(form, campaign, unit_names) if form else None
    if paper is None or form is None or expected is None:
        return None
    return Wanted(expected, terms_of(campaign, form.category), words_of(paper))


def match_of(wanted: Wanted, pages: tuple[ScanPage, ...], certainty: Certainty = SHIPPED) -> FormMatch:
    """How a form compares with these pages."""
    return PRINTED if is_printed(wanted.words, pages) else _match_of(wanted, pages, certainty)


@lru_cache(maxsize=KEPT)
def _match_of(wanted: Wanted, pages: tuple[ScanPage, ...], certainty: Certainty) -> FormMatch:
    found = compare(wanted.expected, pages, wanted.terms, certainty)
    name, read = wanted.name, fold(found["nominee"].read).text
    return FormMatch(
        found["nominee"].likeness,
        found["category"].likeness,
        found["unit"].likeness,
        fuzz.ratio(name, read) / 100,
    )


def matches_of(
    wanted: Sequence[Wanted | None], pages: tuple[ScanPage, ...], certainty: Certainty = SHIPPED
) -> list[FormMatch]:
    """How each form compares with the pages of one scan; nothing where no text of it is known.

    Comparing takes some milliseconds.  Forms whose nominee is mentioned come first, then the likeliest; the
    others are passed over once a form was found whole.
    """
    text = folded_text(pages)
    if not text:
        return [NO_MATCH] * len(wanted)
    found = [
        match_of(item, pages, certainty) if item and item.name and item.name in text else None
        for item in wanted
    ]
    if any(one and _is_whole(one) for one in found):
        return [one or (PASSED_OVER if item else NO_MATCH) for one, item in zip(found, wanted, strict=True)]
    rest = {place: item for place, item in enumerate(wanted) if item and found[place] is None}
    # How much of a name is mentioned takes long to say of each, and is asked only where it decides.
    shares = {place: _mentioned(item.name, text) for place, item in rest.items()}
    likely = sorted(rest, key=lambda place: (-shares[place], place))
    half = sum(share >= HALF for share in shares.values())
    always = max(half, ALWAYS - (len(wanted) - found.count(None)))
    others = _until_whole({place: rest[place] for place in likely}, pages, certainty, always)
    return [one or others.get(place, NO_MATCH) for place, one in enumerate(found)]


def _until_whole(
    wanted: Mapping[int, Wanted], pages: tuple[ScanPage, ...], certainty: Certainty, always: int
) -> dict[int, FormMatch]:
    """Compares forms in this order, the first `always`, until one is found whole: the rest is passed over."""
    found: dict[int, FormMatch] = {}
    whole = False
    for place, item in wanted.items():
        if not whole and len(found) >= always:
            break
        found[place] = PASSED_OVER if whole else match_of(item, pages, certainty)
        whole = whole or _is_whole(found[place])
    return found


def _is_whole(found: FormMatch) -> bool:
    return found.nominee is Likeness.EQUAL is found.category


def is_half_shown(index: int, found: Sequence[FormMatch]) -> bool:
    """True where a form's nominee stands in a scan that may be another's: as its 负责人, or in passing.

    That is under a title that does not fit, or under none while another form's nominee is nearly shown too.
    """
    item = found[index]
    if item.nominee is not Likeness.EQUAL or item.category is Likeness.EQUAL:
        return False
    others = [other for place, other in enumerate(found) if place != index and not other.is_different]
    return item.category is Likeness.NEAR or any(other.closeness >= HALF / WHOLE for other in others)


def _mentioned(name: str, text: str) -> float:
    """How much of a name that does not stand there whole is mentioned in the text, 0 to 100."""
    return min(WHOLE - 1, fuzz.partial_ratio(name, text)) if name else 0.0
