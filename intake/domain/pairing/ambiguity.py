"""Whether a scan that no form was given surely shows somebody else than any of the forms.

Then the form lacks its scan and the scan its form, and their unit may be asked for both.  A name that was not
read proves nothing: so a form that has no scan of its own must be shown nowhere in it, not even nearly.

Whether the scan of a pair that is not certain may be another form's: then neither form can be told of.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rapidfuzz import fuzz

from intake.domain.page.comparison import Likeness
from intake.domain.pairing.evidence import OTHER_UNIT, Evidence, Seat
from intake.domain.scans.form_match import FormMatch
from intake.domain.scans.unpaired import ScanReading
from intake.domain.text.names import Named
from intake.domain.text.ocr_characters import fold

SAME = 0.01
"""By how much two shares may differ that are those of one reading."""
UNLIKE = 0.5
"""A name that was not surely read, and less alike than this (0 to 1) to the one looked for, is no slip."""

Places = tuple[int, int]


def is_apart(
    shown: Sequence[FormMatch], alone: ScanReading, forms: Sequence[Named], served: Collection[int] = ()
) -> bool:
    """True where the scan surely shows none of the nominees of `forms`; `shown` compares it with each.

    `alone` is what the scan says by itself; `served` are the places of forms that surely have their scans.
    """
    if any(item.nominee is Likeness.EQUAL for item in shown):
        return False
    return _is_different(shown) or _is_named_otherwise(shown, alone, forms, served)


def _is_different(shown: Sequence[FormMatch]) -> bool:
    """True where each comparison says so; under another category a name may be read poorly."""
    near = [item for item in shown if item.nominee is Likeness.NEAR]
    if not near:
        return any(item.nominee is Likeness.DIFFERENT for item in shown)
    return all(item.is_different for item in shown) and all(item.closeness < UNLIKE for item in near)


def _is_named_otherwise(
    shown: Sequence[FormMatch], alone: ScanReading, forms: Sequence[Named], served: Collection[int]
) -> bool:
    """True where the scan's own name, surely read, is like nobody's.

    Forms of one sort are somewhat alike; that is held only against one that still lacks its scan.
    """
    if not alone.nominee:
        return False
    if any(alone.named.may_be(form) for form in forms):
        return False
    lacking = [place for place in range(len(shown)) if place not in served]
    return not any(_is_slip(shown[place], alone.nominee, forms[place].nominee) for place in lacking)


def may_be_slip(item: FormMatch) -> bool:
    """True where a name like the form's stands under a title that may be its own.

    Also a name that was surely read as another: readers are at times sure of a wrong character.
    """
    return item.nominee is Likeness.NEAR and item.closeness >= UNLIKE and not item.is_different


def _is_slip(item: FormMatch, own: str, name: str | None) -> bool:
    """True for a reading that may be the name of the form; the scan's own name is none, however alike."""
    if item.nominee is not Likeness.NEAR or item.closeness < UNLIKE:
        return False
    return item.closeness > fuzz.ratio(fold(own).text, fold(name or "").text) / 100 + SAME


def is_sole(
    pair: Places, weak: Sequence[Places], lacking: Sequence[int], seats: Sequence[Seat], evidence: Evidence
) -> bool:
    """True for a pair beside which nothing is possible: its scan is no other form's, nor theirs its own.

    `weak` are all pairs that are not certain, `lacking` the forms without a scan.
    """
    own, scan = pair
    if scan in evidence.strange or any(may_be_of(seat, scan, seats, evidence) for seat in lacking):
        return False
    return not any(
        may_be_of(seat, scan, seats, evidence) or may_be_of(own, other, seats, evidence)
        for seat, other in weak
        if seat != own
    )


def may_be_of(seat: int, scan: int, seats: Sequence[Seat], evidence: Evidence) -> bool:
    """False for a scan with surely something against it, or that shows another form's nominee alone.

    A name may stand in a scan that is not its own (a leader's): so its title must not say otherwise.  That a
    scan shows another unit says nothing of which of this unit's forms it is.
    """
    if evidence.scores[seat][scan] < OTHER_UNIT:
        return False
    shown = evidence.shown[scan]
    if shown[seat].nominee is Likeness.EQUAL or shown[seat].closeness >= UNLIKE:
        return True
    owners = [n for n, item in enumerate(shown) if item.is_shown and item.category is not Likeness.NEAR]
    own = Named(seats[seat].nominee)
    return not owners or any(own.may_be(Named(seats[n].nominee)) for n in owners)
