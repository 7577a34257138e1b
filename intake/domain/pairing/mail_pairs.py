"""Which form a damaged or locked scan was sent for: what the mail says, once the readable ones have theirs.

A form without a readable scan lacks one in any case.  So the only question is by which words its unit is
asked: send that file again, or send the scan.

A form that names nobody and the scan that came with it: only their mail says that they are one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from intake.domain.documents.unopenable import is_shut
from intake.domain.model.document import Document
from intake.domain.model.places import SentTogether, folder_of, mail_of
from intake.domain.pairing.evidence import Seat
from intake.domain.scans.unpaired import ScanReading


def shut_pairs(
    seats: Sequence[Seat],
    scans: Sequence[Document],
    scores: Sequence[Sequence[float]],
    lacking: Sequence[int],
    free: Sequence[int],
    weighed: Mapping[int, int],
    together: SentTogether,
) -> dict[int, int]:
    """The shut scan that each seat of `lacking` surely sent, by seat; `free` are scans that no seat has.

    First the mail (or the folder in it) speaks that brought one form, one scan, and that is shut.  Where as
    many forms lack a scan as shut files are left, all of these must be sent again whoever they
    belong to; `weighed` (scan by seat) is then the likeliest way to share them out.  A pair that names
    or content forbid is never made.
    """
    shut = [scan for scan in free if is_shut(scans[scan])]
    found = _by_place(seats, scans, scores, lacking, shut, together)
    lacking = [seat for seat in lacking if seat not in found]
    shut = [scan for scan in shut if scan not in found.values()]
    if lacking and len(lacking) == len(shut):
        shared = {seat: weighed[seat] for seat in lacking if weighed.get(seat) in shut}
        rest = [scan for scan in shut if scan not in shared.values()]
        shared |= dict(zip([seat for seat in lacking if seat not in shared], rest, strict=True))
        if all(scores[seat][scan] >= 0 for seat, scan in shared.items()):
            found |= shared
    return found


def _by_place(
    seats: Sequence[Seat],
    scans: Sequence[Document],
    scores: Sequence[Sequence[float]],
    lacking: Sequence[int],
    shut: Sequence[int],
    together: SentTogether,
) -> dict[int, int]:
    """The pairs that are alone of their kind where they lie: in a folder first, then in a mail."""
    found: dict[int, int] = {}
    for way in (folder_of, mail_of):
        for seat in lacking:
            place = way(seats[seat].form)
            here = [n for n in shut if way(scans[n]) == place and n not in found.values()]
            alone = together.are_alone(place) and len(here) == 1
            if seat not in found and alone and scores[seat][here[0]] >= 0:
                found[seat] = here[0]
    return found


def is_pair_of_nobody(seat: Seat, scan: Document, alone: ScanReading, together: SentTogether) -> bool:
    """True for a nameless form and the one scan that came with it, unless that shows another category."""
    same = None in (alone.category, seat.category) or alone.category == seat.category
    return seat.nominee is None and same and came_together(seat, scan, together)


def came_together(seat: Seat, scan: Document, together: SentTogether) -> bool:
    """True where a mail, or a folder in it, brought this form and this scan and no other of either."""
    return any(way(scan) == way(seat.form) and together.are_alone(way(scan)) for way in (folder_of, mail_of))
