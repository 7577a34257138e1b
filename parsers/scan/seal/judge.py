"""What the measured evidence amounts to: surely a seal, maybe one, or surely something else.

The figures were chosen on drawn pages of many kinds (`tests/unit/parsers/scan/seal/test_detect.py` has
the semantics).  They lean to "maybe": a seal that is passed over costs a unit a wrong letter, a "maybe" costs
a person a glance.
"""

from __future__ import annotations

from typing import Literal

from intake.domain.model.inspection import Certainty
from parsers.scan.seal.ink import STRONG
from parsers.scan.seal.shape import RingMeasure

Verdict = Certainty | Literal["other"]

SMALLEST_SURE = 0.062
LARGEST_SURE = 0.19
"""Radius by the page's short side: seals 3.8 to 5 cm wide on A4, with a photograph's margins or on a part."""

_SURELY_OFFICIAL = 0.09
"""Above this radius a ring full of lines is a seal; below it may be a date stamp of 3 to 3.5 cm.

A date and the lines around it fill 0.23 and more of the band between name and star, a seal's next to nothing.
"""

_SMALLEST = 0.054
_LEAST_LEVEL = 0.03
"""Ink of a ring mostly off the page: what coloured paper leaves at its border is fainter."""

_ELLIPSE = 0.55


def judge_ring(evidence: RingMeasure) -> Verdict:
    """The verdict on one ring of red ink; "other" also where there is too little of a ring."""
    if _empty(evidence) or _drawn_solid(evidence):
        return "other"
    if _round_enough(evidence) and (_whole(evidence) or _partly_pressed(evidence)):
        return "sure"
    return "maybe" if _ringlike(evidence) else "other"


def judge_grey(evidence: RingMeasure) -> bool:
    """True when ring, name and emblem stand together in grey ink, where print makes many false rings."""
    return (
        SMALLEST_SURE <= evidence.size <= LARGEST_SURE
        and evidence.roundness > 0.9
        and evidence.seen > 0.6
        and evidence.ring > 0.85
        and evidence.clear > 0.7
        and evidence.outside < 0.3
        and evidence.core > 0.2
        and evidence.between < 0.3
        and evidence.thickness < 0.16
        and (evidence.spoken > 0.12 or _compass_drawn(evidence))
    )


def judge_dark(evidence: RingMeasure) -> bool:
    """True for a stamp in black or blue-black beside print in colour: a whole ring with writing in it.

    No official seal, and none that proves the absence of one; a date's lines may run through its middle.
    """
    return judge_grey(evidence) or (
        SMALLEST_SURE <= evidence.size <= LARGEST_SURE
        and evidence.roundness > 0.9
        and evidence.seen > 0.6
        and evidence.ring > 0.9
        and evidence.clear > 0.85
        and evidence.steady > 0.65
        and evidence.outside < 0.2
        and evidence.thickness < 0.12
        and evidence.spoken > 0.2
    )


def _compass_drawn(evidence: RingMeasure) -> bool:
    """A whole clean circle with an emblem in it, whose name is written small or was not pressed."""
    return (
        evidence.ring > 0.95
        and evidence.clear > 0.95
        and evidence.steady > 0.9
        and evidence.core > 0.35
        and evidence.between < 0.15
    )


def judge_other(evidence: RingMeasure) -> bool:
    """True for a ring of blue or violet ink that would be a seal in red, or nearly: signatures make loops."""
    verdict = judge_ring(evidence)
    return verdict == "sure" or (
        verdict == "maybe"
        and evidence.worth > 0.45
        and evidence.size >= SMALLEST_SURE
        and evidence.spoken > 0.1
        and evidence.steady > 0.7
    )


def _empty(evidence: RingMeasure) -> bool:
    """A strong ring round nothing: a pen's circle or a chart; a seal's name has the same ink as its ring."""
    return (
        evidence.level > 0.95 * STRONG
        and evidence.seen > 0.7
        and evidence.spoken < 0.05
        and evidence.text < 0.03
        and evidence.core < 0.05
    )


def _drawn_solid(evidence: RingMeasure) -> bool:
    """A broad ring without anything written along it: a chart's ring, a logo."""
    return (
        evidence.seen > 0.7
        and evidence.gap > 0.9
        and evidence.changes < 0.025
        and evidence.ring > 0.9
        and evidence.level > 0.95 * STRONG
        and (evidence.core < 0.05 or evidence.size < SMALLEST_SURE)
    )


def _round_enough(evidence: RingMeasure) -> bool:
    return (
        SMALLEST_SURE <= evidence.size <= LARGEST_SURE
        and evidence.roundness > _ELLIPSE
        and evidence.seen > 0.4
        and evidence.thickness < 0.17
        and evidence.steady > 0.7
        and evidence.between < (0.4 if evidence.size > _SURELY_OFFICIAL else 0.18)
    )


def _whole(evidence: RingMeasure) -> bool:
    """Ring nearly whole, paper around it, a name along it (an overlapping seal may touch a whole one)."""
    name = evidence.spoken > 0.2 and evidence.changes > 0.03
    emblem = evidence.spoken > 0.07 and evidence.core > 0.25
    if evidence.ring > 0.9 and evidence.clear > 0.9 and evidence.outside < 0.05:
        star = 0.2 < evidence.core < 0.8 and evidence.between < 0.15 and evidence.gap < 0.4
        return star or name or (evidence.spoken > 0.13 and evidence.changes > 0.03)
    if evidence.ring > 0.8 and evidence.clear > 0.7 and evidence.outside < 0.15:
        return name or emblem
    return evidence.ring > 0.93 and evidence.clear > 0.68 and evidence.core > 0.25 and name


def _partly_pressed(evidence: RingMeasure) -> bool:
    """Half a ring at least, very clear, with part of the name and the emblem in its very middle."""
    return (
        evidence.ring > 0.5
        and evidence.clear > 0.88 * evidence.ring
        and evidence.outside < 0.08
        and evidence.between < 0.15
        and evidence.core > 0.35
        and evidence.spoken > 0.1
    )


def _ringlike(evidence: RingMeasure) -> bool:
    """Enough of a ring that a person should look."""
    if evidence.size < _SMALLEST or (evidence.seen < 0.4 and evidence.level < _LEAST_LEVEL):
        return False
    if evidence.size < SMALLEST_SURE and (evidence.outside > 0.2 or evidence.changes < 0.02):
        return False
    if evidence.steady < 0.6 and (evidence.seen < 0.5 or evidence.worth < 0.5):
        return False
    if _arc(evidence):
        return True
    return evidence.ring > 0.45 and evidence.worth > 0.25 and evidence.clear > 0.6 * evidence.ring


def _arc(evidence: RingMeasure) -> bool:
    """Half a seal at the sheet's border, or half covered: little of a ring, but drawn with a compass."""
    return (
        evidence.ring > 0.25
        and evidence.steady > 0.85
        and evidence.clear > 0.85 * evidence.ring
        and evidence.size >= SMALLEST_SURE
        and evidence.roundness > 0.85
        and (evidence.spoken > 0.05 or evidence.core > 0.2)
    )
