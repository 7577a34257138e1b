"""Which scan shows which form: all evidence weighed together, by optimal assignment.

The evidence (`intake/domain/pairing/evidence.py`) is what the scan shows, the filename, the message that
brought both, and the order within it.  A pair is `certain` when what is shown or a name says so, and no
other assignment is nearly as good, or when nothing else is possible; the caller lets no letter rest on one
that is not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.unopenable import is_shut
from intake.domain.model.certainty import SHIPPED, Certainty
from intake.domain.model.document import Document
from intake.domain.model.facts import UnreadableFacts
from intake.domain.page.comparison import Likeness
from intake.domain.pairing.ambiguity import is_apart, is_sole, may_be_of
from intake.domain.pairing.assignment import assign
from intake.domain.pairing.evidence import Evidence, Seat, weigh
from intake.domain.pairing.mail_pairs import is_pair_of_nobody, shut_pairs
from intake.domain.pairing.shared_scans import shared_scans
from intake.domain.scans.form_match import is_half_shown
from intake.domain.scans.unpaired import shown_alone

__all__ = ["Pair", "Pairing", "Seat", "pair"]

STRONG = 0.5
"""A pair at or above this rests on a name and would be made however many candidates there are."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One scan given to one seat, by their positions in what was asked."""

    seat: int
    scan: int
    score: float
    certain: bool


@dataclass(frozen=True, slots=True)
class Pairing:
    """All pairs; `unclear` are seats without a scan of their own where a weak scan might be theirs.

    `candidates` are, for each seat without a certain scan, the scans that may be its own; `against` the
    pairs (seat, scan, named seat) that were made by what is shown against what the filename says; `apart`
    are loose scans that surely show another nominee than any form, and `unfit` says of each loose scan for
    which seats it surely is not.
    """

    pairs: tuple[Pair, ...]
    loose: tuple[int, ...]
    unclear: frozenset[int]
    candidates: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    against: tuple[tuple[int, int, int], ...] = ()
    apart: frozenset[int] = frozenset()
    unfit: Mapping[int, frozenset[int]] = field(default_factory=dict)


def pair(
    seats: Sequence[Seat],
    scans: Sequence[Document],
    campaign: Campaign,
    known_names: Sequence[str] = (),
    hinted: Mapping[int, str] | None = None,
    certainty: Certainty = SHIPPED,
) -> Pairing:
    """Assigns scans to seats.

    `hinted` is the nominee whose number a mail names, by message row: that speaks for
    its only scan as a name in the filename would.

    A seat may be given several scans (a scan sent again): those beyond the first
    must rest on a name.  Scans without any evidence fill what is left only while
    they contradict nothing.
    """
    if not seats or not scans:
        return Pairing((), tuple(range(len(scans))), frozenset())
    evidence = weigh(seats, scans, campaign, known_names, hinted or {}, certainty)
    shared = [
        Pair(seat, scan, STRONG, True)
        for seat, scan in shared_scans(seats, scans)
        if not _shows_one(scan, scans, evidence)
    ]
    taken = {found.seat: found for found in shared}
    pairs = [found for found in shared if taken[found.seat] is not found]
    free = [scan for scan in range(len(scans)) if all(found.scan != scan for found in shared)]
    _fill(taken, free, scans, evidence, certainty.margin)
    for stray in [p for p in taken.values() if _strays(p, seats, scans, evidence)]:
        del taken[stray.seat]
        free.append(stray.scan)
    for sole in [p for p in taken.values() if not p.certain and _is_shown_nowhere(p.scan, evidence)]:
        alone = shown_alone(scans[sole.scan], campaign, certainty)
        if is_pair_of_nobody(seats[sole.seat], scans[sole.scan], alone, seats, scans):
            taken[sole.seat] = replace(sole, certain=True)
    free.sort()
    pairs += _further(free, evidence, certainty.margin)
    resent = _settle_shut(taken, free, seats, scans, evidence)
    weak = [p for p in taken.values() if not p.certain]
    # A readable scan that is not sure of its form may be the cure of one that was sent shut.
    lacking = [seat for seat in range(len(seats)) if seat not in taken or seat in resent]
    pairs += [
        replace(
            p,
            certain=p.certain
            or is_sole((p.seat, p.scan), [(w.seat, w.scan) for w in weak], lacking, seats, evidence),
        )
        for p in taken.values()
    ]
    rivals = {p.seat: [seat for seat in lacking if may_be_of(seat, p.scan, seats, evidence)] for p in weak}
    doubtful = {seat for own, others in rivals.items() if others for seat in (own, *others)}
    pairs = [replace(p, certain=p.certain and not (p.seat in doubtful and p.seat in resent)) for p in pairs]
    served = {p.seat for p in pairs if p.certain}
    forms = [(seat.nominee, seat.category) for seat in seats]
    apart = {
        scan
        for scan in free
        if is_apart(evidence.shown[scan], shown_alone(scans[scan], campaign, certainty), forms, served)
    }
    if last := _last_resort([n for n in lacking if n not in resent], free, seats, scans, evidence, apart):
        pairs.append(last)
        free.remove(last.scan)
    pairs.sort(key=lambda p: (p.scan, p.seat))
    settled = {p.seat for p in pairs if p.certain}
    unsettled = (doubtful | {p.seat for p in pairs}) - settled
    return Pairing(
        tuple(pairs),
        tuple(free),
        frozenset(doubtful),
        {seat: _candidates(seat, pairs, _openable(free, scans), evidence) for seat in sorted(unsettled)},
        tuple((p.seat, p.scan, evidence.against[p.scan]) for p in pairs if p.scan in evidence.against),
        frozenset(apart.intersection(free)),
        {
            scan: frozenset(n for n, item in enumerate(evidence.shown[scan]) if item.is_different)
            for scan in free
        },
    )


def _fill(
    taken: dict[int, Pair],
    free: list[int],
    scans: Sequence[Document],
    evidence: Evidence,
    margin: float,
) -> None:
    """Gives the open seats their scans; a damaged one only where no readable one wants the seat."""
    scores = evidence.scores
    damaged = {index for index in free if isinstance(scans[index].facts, UnreadableFacts)}
    for offered in ([n for n in free if n not in damaged], sorted(damaged)):
        while offered:
            seats = [seat for seat in range(len(scores)) if seat not in taken]
            chosen = assign([[scores[seat][scan] for scan in offered] for seat in seats], STRONG)
            if not chosen:
                break
            for found in chosen:
                seat, scan = seats[found.row], offered[found.column]
                score = scores[seat][scan]
                sure = found.margin >= margin and _is_strong(seat, scan, evidence)
                taken[seat] = Pair(seat, scan, score, sure)
                free.remove(scan)
            offered = [scan for scan in offered if scan in free]


def _strays(found: Pair, seats: Sequence[Seat], scans: Sequence[Document], evidence: Evidence) -> bool:
    """True for a scan that came with another form, and of which nothing says that it is this one's."""
    if found.certain or found.score >= STRONG:
        return False
    if evidence.shown[found.scan][found.seat].nominee is Likeness.EQUAL:
        return False
    mail = scans[found.scan].message.id
    return mail not in seats[found.seat].mails and any(mail in seat.mails for seat in seats)


def _settle_shut(
    taken: dict[int, Pair],
    free: list[int],
    seats: Sequence[Seat],
    scans: Sequence[Document],
    evidence: Evidence,
) -> set[int]:
    """Shares out the damaged and locked scans that no name ties to a form; returns the seats they went to.

    What nothing ties to one form is left over: the unit is then asked for the scan, and told of the file.
    """
    weighed = {p.seat: p.scan for p in taken.values() if not p.certain and is_shut(scans[p.scan])}
    for seat, scan in weighed.items():
        del taken[seat]
        free.append(scan)
    free.sort()
    lacking = [seat for seat in range(len(seats)) if seat not in taken]
    found = shut_pairs(seats, scans, evidence.scores, lacking, free, weighed)
    for seat, scan in found.items():
        taken[seat] = Pair(seat, scan, evidence.scores[seat][scan], certain=True)
        free.remove(scan)
    return set(found)


def _openable(free: Sequence[int], scans: Sequence[Document]) -> list[int]:
    return [scan for scan in free if not is_shut(scans[scan])]


def _is_strong(seat: int, scan: int, evidence: Evidence) -> bool:
    """True for a pair that rests on a name in the scan, or in its filename."""
    if scan in evidence.strange or is_half_shown(seat, evidence.shown[scan]):
        return False
    return evidence.scores[seat][scan] >= STRONG


def _is_shown_nowhere(scan: int, evidence: Evidence) -> bool:
    """True for a scan that shows no form's nominee, and whose name is nobody's."""
    return scan not in evidence.strange and all(
        item.nominee is not Likeness.EQUAL for item in evidence.shown[scan]
    )


def _further(free: list[int], evidence: Evidence, margin: float) -> list[Pair]:
    """Scans that are a further version of a seat's: they rest on a name, and on nearly no other seat's."""
    found = []
    for scan in list(free):
        ranked = sorted(((row[scan], -seat) for seat, row in enumerate(evidence.scores)), reverse=True)
        (best, seat), second = ranked[0], ranked[1][0] if len(ranked) > 1 else 0.0
        if _is_strong(-seat, scan, evidence):
            found.append(Pair(-seat, scan, best, best - max(second, 0.0) >= margin))
            free.remove(scan)
    return found


def _last_resort(
    lacking: Sequence[int],
    free: Sequence[int],
    seats: Sequence[Seat],
    scans: Sequence[Document],
    evidence: Evidence,
    apart: Collection[int],
) -> Pair | None:
    """The one form without a scan and the one scan left over in its mail that surely shows something else.

    Together they tell a person, and the unit, what is wrong; apart each would merely lack the other.  A scan
    of somebody else in another mail is a nomination of its own.
    Where nothing else came at all, and it may be nobody else's, there is no doubt that the one was sent for
    the other.
    """
    left = [n for n in free if n not in evidence.strange and not isinstance(scans[n].facts, UnreadableFacts)]
    alone = len(evidence.scores) == len(scans) == 1
    if not alone or apart:
        mails = {mail for seat in lacking for mail in seats[seat].mails}
        left = [n for n in left if scans[n].message.id in mails]
    if len(lacking) != 1 or len(left) != 1:
        return None
    if left[0] not in apart and not evidence.shown[left[0]][lacking[0]].is_different:
        return None
    return Pair(lacking[0], left[0], 0.0, certain=alone)


def _candidates(seat: int, pairs: Sequence[Pair], free: Sequence[int], evidence: Evidence) -> tuple[int, ...]:
    """The scans that may be a seat's own, the likeliest first: no certain pair, nothing against them."""
    row = evidence.scores[seat]
    open_scans = [*free, *(p.scan for p in pairs if not p.certain)]
    own = {p.scan for p in pairs if p.seat == seat}
    fitting = [scan for scan in dict.fromkeys(open_scans) if row[scan] >= 0 or scan in own]
    return tuple(sorted(fitting, key=lambda scan: (-row[scan], scan)))


def _shows_one(scan: int, scans: Sequence[Document], evidence: Evidence) -> bool:
    """True for a scan that shows the nominee of exactly one form on all its pages, whatever its name says.

    Where only the first pages were read, the others may show more.
    """
    seen = scans[scan].inspection
    whole = seen is None or seen.heads
    return whole and sum(item.is_shown for item in evidence.shown[scan]) == 1
