"""The thresholds of judgement: from when on evidence is conclusive, in one place.

They are not in the campaign file: no campaign makes a reader of print surer.  `docs/certainty.md` tells
what each trades and by what measurement (`make bench-certainty`) it was set.
"""

from __future__ import annotations

from dataclasses import dataclass

from intake.domain.model.basis import WEIGHTS, Basis

NEVER = 1.01
"""Above every confidence: what asks for it is never reached."""


@dataclass(frozen=True, slots=True)
class Certainty:
    """From when on evidence counts.  Scores and shares are 0 to 1.

    `tells_from`: the score of what was read from pictures from which it alone may be told to a unit.
    `reading`: the least score of a line by which another value than the form's is claimed, be it to a person.
    `another`: the share in common below which a value read is another one by much; a slip or two leave more.
    `written`: the same for a text layer, which is exact, but has values in wrong places and odd characters.
    `ring`: the score of its text from which a ring without colour may count as the seal of whom it names;
    below it the ring may be anybody's.
    `other_ring`: the score that the worst character of a red seal's ring must have had, as the mean of all
    leaves it, for one character to make it another body's; what is less sure may be a slip in a right seal.
    `margin`: what the best assignment that gives a scan to another form must lose for a pair to be certain.
    Category and order together are less: these alone part no two scans beyond doubt.
    `near`: how near its bound, in parts of it, an "about" figure is for a person.
    `empty`: the share of required cells that may be empty in a form that is laid out as we know it; with
    more it is perhaps we who do not find them.
    """

    tells_from: float = NEVER
    reading: float = 0.95
    another: float = 0.5
    written: float = 0.5
    ring: float = 0.9
    other_ring: float = 0.95
    margin: float = 0.3
    near: float = 0.1
    empty: float = 0.5


SHIPPED = Certainty()


def may_be_told(basis: Basis | None, confidence: float | None, certainty: Certainty = SHIPPED) -> bool:
    """Whether a deficiency notice may rest on it; what is not known how, or how surely, it never may."""
    if basis is None:
        return False
    tells = WEIGHTS[basis].tells
    if tells == "when sure":
        return confidence is not None and confidence >= certainty.tells_from
    return tells == "always"
