"""Which scan shows which form: all evidence weighed together, by optimal assignment.  Open this file first.

`Pairing.settle` lists the passes in their order; each method begins with why it comes where it comes.
The evidence (`evidence.py`) is what the scan shows, the filename, the message that brought both, and the
order within it.  A pair is `certain` when what is shown or a name says so, and no other assignment is nearly
as good, or when nothing else is possible; the caller lets no letter rest on one that is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.unopenable import is_shut
from intake.domain.model.certainty import SHIPPED, Certainty
from intake.domain.model.document import Document
from intake.domain.model.facts import UnreadableFacts
from intake.domain.model.places import SentTogether
from intake.domain.page.comparison import Likeness
from intake.domain.pairing.ambiguity import is_apart, is_sole, may_be_of, may_be_slip
from intake.domain.pairing.assignment import assign
from intake.domain.pairing.evidence import Seat, parted, shared_scans, weigh
from intake.domain.pairing.mail_pairs import is_pair_of_nobody, shut_pairs
from intake.domain.scans.form_match import is_half_shown
from intake.domain.scans.unpaired import shown_alone

__all__ = ["Pair", "Pairing", "Pairs", "Seat", "pair"]

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
class PairWords:
    """What people said of pairs (seat, scan): that they belong `together`, and that they do not (`apart`)."""

    together: frozenset[tuple[int, int]] = frozenset()
    apart: frozenset[tuple[int, int]] = frozenset()


NOTHING_SAID = PairWords()


@dataclass(frozen=True, slots=True)
class Pairs:
    """All pairs; `unclear` are seats without a scan of their own where a weak scan might be theirs.

    `candidates` are, for each seat without a certain scan, the scans that may be its own; `against` the
    pairs (seat, scan, named seat) that were made by what is shown against what the filename says; `apart`
    are loose scans that surely show another nominee than any form, `near` those of them whose name may yet be
    a slip of one that stands on a form without a certain scan, and `unfit` says of each loose scan for which
    seats it surely is not.
    """

    pairs: tuple[Pair, ...]
    loose: tuple[int, ...]
    unclear: frozenset[int]
    candidates: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    against: tuple[tuple[int, int, int], ...] = ()
    apart: frozenset[int] = frozenset()
    near: frozenset[int] = frozenset()
    unfit: Mapping[int, frozenset[int]] = field(default_factory=dict)


def pair(
    seats: Sequence[Seat],
    scans: Sequence[Document],
    campaign: Campaign,
    known_names: Sequence[str] = (),
    hinted: Mapping[int, str] | None = None,
    certainty: Certainty = SHIPPED,
    said: PairWords = NOTHING_SAID,
) -> Pairs:
    """Assigns scans to seats.  What people `said` of a pair stands, whatever speaks for or against it.

    `hinted` is the nominee whose number a mail names, by message row: that speaks for
    its only scan as a name in the filename would.

    A seat may be given several scans (a scan sent again): those beyond the first
    must rest on a name.  Scans without any evidence fill what is left only while
    they contradict nothing.
    """
    if not seats or not scans:
        return Pairs((), tuple(range(len(scans))), frozenset())
    return Pairing(seats, scans, campaign, known_names, hinted or {}, certainty, said).settle()


class Pairing:
    """Seats and scans of one unit while they are paired.

    `_taken` is the first pair of each seat that has one, `_more` are the further pairs of seats that have
    one, `_free` the scans that nobody has, in their order.
    """

    def __init__(
        self,
        seats: Sequence[Seat],
        scans: Sequence[Document],
        campaign: Campaign,
        known_names: Sequence[str],
        hinted: Mapping[int, str],
        certainty: Certainty,
        said: PairWords,
    ) -> None:
        self._seats, self._scans, self._said = seats, scans, said
        self._campaign, self._certainty = campaign, certainty
        self._together = SentTogether((seat.form for seat in seats), scans)
        weighed = weigh(seats, scans, campaign, known_names, hinted, self._together, certainty)
        self._evidence = parted(weighed, said.apart)
        self._taken: dict[int, Pair] = {}
        self._more: list[Pair] = []
        self._free = list(range(len(scans)))
        self._resent: set[int] = set()
        self._doubtful: set[int] = set()
        self._apart: set[int] = set()
        self._near: set[int] = set()

    def settle(self) -> Pairs:
        """The passes in their order, and what came of them."""
        self._heed_people()
        self._share_scans()
        self._assign()
        self._release_strays()
        self._settle_nameless()
        self._add_versions()
        self._settle_locked()
        self._judge_certainty()
        self._tell_apart()
        self._give_last()
        return self._result()

    def _heed_people(self) -> None:
        """Before all else: no evidence outweighs whoever has looked.  A scan may be that of several forms."""
        for seat, scan in sorted(self._said.together):
            self._seat(Pair(seat, scan, STRONG, True))
        given = {scan for _, scan in self._said.together}
        self._free = [scan for scan in self._free if scan not in given]

    def _seat(self, found: Pair) -> None:
        """Gives a seat a scan; one that it had stays with it."""
        if found.seat in self._taken:
            self._more.append(self._taken[found.seat])
        self._taken[found.seat] = found

    def _share_scans(self) -> None:
        """Before single scans, which the assignment gives to one seat: one of several forms goes to each.

        One that shows a single form's nominee is that one's, whatever its name says.
        """
        said = self._said.together | self._said.apart
        shared = [
            Pair(seat, scan, STRONG, True)
            for seat, scan in shared_scans(self._seats, self._scans)
            if not self._shows_one(scan) and (seat, scan) not in said
        ]
        for found in shared:
            self._seat(found)
        given = {found.scan for found in shared}
        self._free = [scan for scan in self._free if scan not in given]

    def _assign(self) -> None:
        """Before all that looks at single pairs: only all evidence together says what is best for all.

        A damaged scan is given only where no readable one wants the seat; so these come last.
        """
        damaged = {scan for scan in self._free if self._is_damaged(scan)}
        for offered in ([scan for scan in self._free if scan not in damaged], sorted(damaged)):
            while offered and self._assign_once(offered):
                offered = [scan for scan in offered if scan in self._free]

    def _assign_once(self, offered: Sequence[int]) -> bool:
        """One optimal assignment of these scans to the open seats; false where it gives nobody anything."""
        scores = self._evidence.scores
        open_seats = self._without_scan()
        chosen = assign([[scores[seat][scan] for scan in offered] for seat in open_seats], STRONG)
        for found in chosen:
            seat, scan = open_seats[found.row], offered[found.column]
            sure = found.margin >= self._certainty.margin and self._is_strong(seat, scan)
            self._taken[seat] = Pair(seat, scan, scores[seat][scan], sure)
            self._free.remove(scan)
        return bool(chosen)

    def _release_strays(self) -> None:
        """At once after the assignment, which makes a poor pair rather than none: the rest trusts pairs."""
        for stray in [found for found in self._taken.values() if self._is_stray(found)]:
            del self._taken[stray.seat]
            self._free.append(stray.scan)
        self._free.sort()

    def _settle_nameless(self) -> None:
        """Once the strays are out, since only their mail ties a nameless form and a scan of nobody's."""
        for found in [one for one in self._taken.values() if not one.certain]:
            if not self._is_shown_nowhere(found.scan):
                continue
            seat, scan = self._seats[found.seat], self._scans[found.scan]
            alone = shown_alone(scan, self._campaign, self._certainty)
            if is_pair_of_nobody(seat, scan, alone, self._together):
                self._taken[found.seat] = replace(found, certain=True)

    def _add_versions(self) -> None:
        """Once each seat has its best scan: what still rests on its name is a further version of that.

        It must rest on nearly no other seat's.
        """
        for scan in list(self._free):
            ranked = sorted(
                ((row[scan], -seat) for seat, row in enumerate(self._evidence.scores)), reverse=True
            )
            (best, seat), second = ranked[0], ranked[1][0] if len(ranked) > 1 else 0.0
            if self._is_strong(-seat, scan):
                sure = best - max(second, 0.0) >= self._certainty.margin
                self._more.append(Pair(-seat, scan, best, sure))
                self._free.remove(scan)

    def _settle_locked(self) -> None:
        """After all readable scans have their seats: a damaged or locked one is some form's that lacks one.

        They are shared out by mail; what nothing ties to one form is left over: the unit is then asked for
        the scan, and told of the file.
        """
        weighed = {
            found.seat: found.scan
            for found in self._taken.values()
            if not found.certain and is_shut(self._scans[found.scan])
        }
        for seat, scan in weighed.items():
            del self._taken[seat]
            self._free.append(scan)
        self._free.sort()
        scores = self._evidence.scores
        lacking = self._without_scan()
        found = shut_pairs(self._seats, self._scans, scores, lacking, self._free, weighed, self._together)
        for seat, scan in found.items():
            self._taken[seat] = Pair(seat, scan, scores[seat][scan], certain=True)
            self._free.remove(scan)
        self._resent = set(found)

    def _judge_certainty(self) -> None:
        """Now that every seat has what it gets: a weak pair is certain where nothing else is possible.

        A readable scan that is not sure of its form may be the cure of one that was sent shut: then neither
        is certain.
        """
        lacking = [seat for seat in range(len(self._seats)) if self._lacks(seat)]
        weak = [found for found in self._taken.values() if not found.certain]
        places = [(found.seat, found.scan) for found in weak]
        for found in weak:
            others = [seat for seat in lacking if may_be_of(seat, found.scan, self._seats, self._evidence)]
            self._doubtful |= {found.seat, *others} if others else set()
        for found in weak:
            if is_sole((found.seat, found.scan), places, lacking, self._seats, self._evidence):
                self._taken[found.seat] = replace(found, certain=True)
        unsure = self._doubtful & self._resent
        self._taken = {
            seat: replace(one, certain=False) if seat in unsure else one for seat, one in self._taken.items()
        }
        self._more = [replace(one, certain=False) if one.seat in unsure else one for one in self._more]

    def _tell_apart(self) -> None:
        """After certainty: a name like a form's is held against a scan only while that form lacks its own."""
        served = {found.seat for found in self._pairs() if found.certain}
        forms = [seat.named for seat in self._seats]
        for scan in self._free:
            alone = shown_alone(self._scans[scan], self._campaign, self._certainty)
            shown = self._evidence.shown[scan]
            if is_apart(shown, alone, forms, served):
                self._apart.add(scan)
                if any(may_be_slip(item) for seat, item in enumerate(shown) if seat not in served):
                    self._near.add(scan)

    def _give_last(self) -> None:
        """Last, when no pass can use them: the one form that lacks a scan and the one scan left in its mail.

        The scan must surely show something else.  Together they tell a person, and the unit, what is wrong;
        apart each would merely lack the other.  A scan of somebody else in another mail is a nomination of
        its own.  Where nothing else came at all, and it may be nobody else's, there is no doubt that the one
        was sent for the other.
        """
        lacking = self._without_scan()
        left = [n for n in self._free if n not in self._evidence.strange and not self._is_damaged(n)]
        only = len(self._seats) == len(self._scans) == 1
        if not only or self._apart:
            mails = {mail for seat in lacking for mail in self._seats[seat].mails}
            left = [n for n in left if self._scans[n].message.id in mails]
        if len(lacking) != 1 or len(left) != 1:
            return
        seat, scan = lacking[0], left[0]
        if (seat, scan) in self._said.apart:
            return
        if scan in self._apart or self._evidence.shown[scan][seat].is_different:
            self._taken[seat] = Pair(seat, scan, 0.0, certain=only)
            self._free.remove(scan)

    def _result(self) -> Pairs:
        pairs = sorted(self._pairs(), key=lambda found: (found.scan, found.seat))
        settled = {found.seat for found in pairs if found.certain}
        unsettled = (self._doubtful | {found.seat for found in pairs}) - settled
        shown, against = self._evidence.shown, self._evidence.against
        return Pairs(
            tuple(pairs),
            tuple(self._free),
            frozenset(self._doubtful),
            {seat: self._candidates(seat, pairs) for seat in sorted(unsettled)},
            tuple((p.seat, p.scan, against[p.scan]) for p in pairs if self._is_against(p)),
            frozenset(self._apart.intersection(self._free)),
            frozenset(self._near.intersection(self._free)),
            {
                scan: frozenset(n for n, item in enumerate(shown[scan]) if item.is_different)
                for scan in self._free
            },
        )

    def _is_against(self, found: Pair) -> bool:
        """True for a pair that was made against a filename, and not by a person."""
        by_person = (found.seat, found.scan) in self._said.together
        return found.scan in self._evidence.against and not by_person

    def _candidates(self, seat: int, pairs: Sequence[Pair]) -> tuple[int, ...]:
        """The scans that may be a seat's own, the likeliest first: no certain pair, nothing against them."""
        row = self._evidence.scores[seat]
        free = [scan for scan in self._free if not is_shut(self._scans[scan])]
        possible = dict.fromkeys([*free, *(found.scan for found in pairs if not found.certain)])
        own = {found.scan for found in pairs if found.seat == seat}
        fitting = [scan for scan in possible if row[scan] >= 0 or scan in own]
        return tuple(sorted(fitting, key=lambda scan: (-row[scan], scan)))

    def _pairs(self) -> list[Pair]:
        return [*self._more, *self._taken.values()]

    def _without_scan(self) -> list[int]:
        return [seat for seat in range(len(self._seats)) if seat not in self._taken]

    def _lacks(self, seat: int) -> bool:
        """True for a seat without a scan, or with one that nobody could open."""
        return seat not in self._taken or seat in self._resent

    def _is_damaged(self, scan: int) -> bool:
        return isinstance(self._scans[scan].facts, UnreadableFacts)

    def _is_stray(self, found: Pair) -> bool:
        """True for a scan that came with another form, and of which nothing says that it is this one's."""
        if found.certain or found.score >= STRONG:
            return False
        if self._evidence.shown[found.scan][found.seat].nominee is Likeness.EQUAL:
            return False
        mail = self._scans[found.scan].message.id
        return mail not in self._seats[found.seat].mails and any(mail in seat.mails for seat in self._seats)

    def _is_strong(self, seat: int, scan: int) -> bool:
        """True for a pair that rests on a name in the scan, or in its filename."""
        if scan in self._evidence.strange or is_half_shown(seat, self._evidence.shown[scan]):
            return False
        return self._evidence.scores[seat][scan] >= STRONG

    def _is_shown_nowhere(self, scan: int) -> bool:
        """True for a scan that shows no form's nominee, and whose name is nobody's."""
        return scan not in self._evidence.strange and all(
            item.nominee is not Likeness.EQUAL for item in self._evidence.shown[scan]
        )

    def _shows_one(self, scan: int) -> bool:
        """True for a scan that shows the nominee of exactly one form on all its pages, whatever it is called.

        Where only the first pages were read, the others may show more.
        """
        seen = self._scans[scan].inspection
        whole = seen is None or seen.heads
        return whole and sum(item.is_shown for item in self._evidence.shown[scan]) == 1
