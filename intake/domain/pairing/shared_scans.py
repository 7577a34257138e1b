"""Scans that hold the sheets of several forms in one file, as their filenames say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from intake.domain.documents.filenames import NOISE
from intake.domain.model.document import Document
from intake.domain.model.facts import PdfFacts
from intake.domain.pairing.evidence import Seat
from intake.domain.text.names import compact, stem


def shared_scans(seats: Sequence[Seat], scans: Sequence[Document]) -> list[tuple[int, int]]:
    """The scans whose name says that they show several forms, by place: (seat, scan) for each of the forms.

    That is a scan named like a Word file of several forms, if it has as many pages, or one
    that names several nominees side by side (张三、李四.pdf).  What page shows whom is not asked.
    """
    found = []
    together: dict[int, list[int]] = {}
    for seat, item in enumerate(seats):
        together.setdefault(item.form.id, []).append(seat)
    files = Counter(scan.id for scan in scans)
    for index, scan in enumerate(scans):
        if files[scan.id] > 1 or not isinstance(scan.facts, PdfFacts):
            continue
        sharing = _side_by_side(scan.filename, seats)
        for file in together.values():
            if len(file) > 1 and _same_file(seats[file[0]].form.filename, scan.filename):
                sharing = file
        if 1 < len(sharing) <= scan.facts.page_count:
            found += [(seat, index) for seat in sharing]
    return found


def _same_file(form: str, scan: str) -> bool:
    """True for names that differ by words such as 盖章 alone, and have others in common."""
    ours, theirs = (compact(NOISE.sub("", PurePosixPath(name).stem)) for name in (form, scan))
    return stem(form) == stem(scan) != "" or ours == theirs != ""


def _side_by_side(filename: str, seats: Sequence[Seat]) -> list[int]:
    """The seats whose nominees a filename lists one after another, with nothing but 、 or 和 between."""
    by_name = {seat.nominee: index for index, seat in enumerate(seats) if seat.nominee}
    listed = [re.escape(name) for name in sorted(by_name, key=len, reverse=True)]
    if len(by_name) < 2 or len(by_name) < sum(seat.nominee is not None for seat in seats):
        return []
    one = "|".join(listed)
    match = re.search(rf"(?:{one})(?:[、，,;；+&_\s和与及-]{{1,3}}(?:{one}))+", filename)
    return sorted({by_name[name] for name in re.findall(one, match[0])}) if match else []
