"""A form that names nobody and the scan that came with it: only their mail says that they are one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from intake.domain.model.document import Document
from intake.domain.pairing.evidence import Seat
from intake.domain.scans.unpaired import Alone


def is_pair_of_nobody(
    seat: Seat, scan: Document, alone: Alone, seats: Sequence[Seat], scans: Sequence[Document]
) -> bool:
    """True for a nameless form and the one scan that came with it, unless that shows another category."""
    same = None in (alone.category, seat.category) or alone.category == seat.category
    return seat.nominee is None and same and came_together(seat, scan, seats, scans)


def came_together(seat: Seat, scan: Document, seats: Sequence[Seat], scans: Sequence[Document]) -> bool:
    """True where a mail, or a folder in it, brought this form and this scan and no other of either."""
    ways: tuple[Callable[[Document], object], ...] = (lambda d: d.message.id, lambda d: d.place)
    return any(
        [other.id for other in scans if way(other) == way(seat.form)] == [scan.id]
        and sum(way(other.form) == way(seat.form) for other in seats) == 1
        for way in ways
    )
