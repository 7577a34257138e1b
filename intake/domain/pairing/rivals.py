"""Whether the scan of a pair that is not certain may be another form's: then neither form can be told of."""

from __future__ import annotations

from collections.abc import Sequence

from intake.domain.page.comparison import Likeness
from intake.domain.pairing.ambiguity import UNLIKE
from intake.domain.pairing.evidence import OTHER_UNIT, Evidence, Seat
from intake.domain.text.names import may_be_one

Places = tuple[int, int]
"""A pair by the places of its seat and its scan."""


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
    return not owners or any(may_be_one(seats[seat].nominee, seats[n].nominee) for n in owners)
