"""Which scan shows which form: all evidence weighed together, by optimal assignment.

The evidence is the filename, the text layer where the PDF has one, the message that
brought both, and the order within it.  A pair is `certain` when a name says so or
when nothing else is possible; the caller lets no letter rest on one that is not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from munkres import Munkres
from rapidfuzz import fuzz

from intake.domain.campaign import Campaign
from intake.domain.facts import PdfFacts, UnreadableFacts
from intake.domain.filenames import NOISE, category_in, compact, is_chinese, named, stem, telling_parts
from intake.domain.model import Document

SAME_NAME = 0.6
TEXT_NAME = 0.7
SAME_STEM = 0.6
NEAR_STEM = 0.3
OTHER_NAME = -1.0
SAME_CATEGORY = 0.15
OTHER_CATEGORY = -0.5
SAME_MESSAGE = 0.15
SAME_ORDER = 0.1
STRONG = 0.5
"""A pair at or above this rests on a name and would be made however many candidates there are."""

NEAR_STEM_RATIO = 88
"""Stems this alike (rapidfuzz ratio, 0 to 100) differ by an appendix such as 盖章 or a digit."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A nomination that wants a scan: its names, and the form that makes it (None: form unreadable)."""

    nominee: str | None
    category: str | None
    form: Document


@dataclass(frozen=True, slots=True)
class Pair:
    """One scan given to one seat, by their positions in what was asked."""

    seat: int
    scan: int
    score: float
    certain: bool


@dataclass(frozen=True, slots=True)
class Pairing:
    """All pairs; `unclear` are seats without a scan of their own where a weak scan might be theirs."""

    pairs: tuple[Pair, ...]
    loose: tuple[int, ...]
    unclear: frozenset[int]


def pair(
    seats: Sequence[Seat],
    scans: Sequence[Document],
    campaign: Campaign,
    known_names: Sequence[str] = (),
    hinted: Mapping[int, str] | None = None,
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
    strange = _strangers(seats, scans, campaign, known_names)
    spoken_for = {index: name for index, name in _hints(seats, scans, hinted or {}) if index not in strange}
    scores = _scores(seats, scans, strange, spoken_for, campaign)
    shared = _shared(seats, scans)
    taken = {found.seat: found for found in shared}
    pairs = [found for found in shared if taken[found.seat] is not found]
    free = [scan for scan in range(len(scans)) if all(found.scan != scan for found in shared)]
    # A damaged scan takes a seat only where no readable one wants it.
    damaged = {index for index, scan in enumerate(scans) if isinstance(scan.facts, UnreadableFacts)}
    for offered in ([n for n in free if n not in damaged], sorted(damaged)):
        while offered:
            open_seats = [seat for seat in range(len(seats)) if seat not in taken]
            found = _assign(open_seats, offered, scores) if open_seats else []
            if not found:
                break
            for seat, scan in found:
                sure = scores[seat][scan] >= STRONG and scan not in strange
                taken[seat] = Pair(seat, scan, scores[seat][scan], sure)
                offered.remove(scan)
                free.remove(scan)
    for scan in list(free):
        best = max(range(len(seats)), key=lambda seat: scores[seat][scan])
        if scores[best][scan] >= STRONG and scan not in strange:
            pairs.append(Pair(best, scan, scores[best][scan], True))
            free.remove(scan)
    weak = [p for p in taken.values() if not p.certain]
    lacking = [seat for seat in range(len(seats)) if seat not in taken]
    sole = not lacking and len(weak) == 1 and weak[0].scan not in strange
    pairs += [p if p.certain or not sole else Pair(p.seat, p.scan, p.score, True) for p in taken.values()]
    doubtful = {p.seat for p in weak} | set(lacking) if weak and lacking else set()
    return Pairing(tuple(sorted(pairs, key=lambda p: p.scan)), tuple(free), frozenset(doubtful))


def _hints(
    seats: Sequence[Seat], scans: Sequence[Document], hinted: Mapping[int, str]
) -> list[tuple[int, str]]:
    """The scans that came alone in a mail which names one nominee's number, and brings no other's form."""
    alone = Counter(scan.message.id for scan in scans)
    found = []
    for index, scan in enumerate(scans):
        name = hinted.get(scan.message.id)
        others = {seat.nominee for seat in seats if seat.form.message.id == scan.message.id} - {name}
        if (
            name
            and alone[scan.message.id] == 1
            and not others
            and any(seat.nominee == name for seat in seats)
        ):
            found.append((index, name))
    return found


def _shared(seats: Sequence[Seat], scans: Sequence[Document]) -> list[Pair]:
    """Scans whose name says that they show several forms: every one of these has it.

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
            found += [Pair(seat, index, STRONG, True) for seat in sharing]
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


def _assign(seats: list[int], scans: list[int], scores: list[list[float]]) -> list[tuple[int, int]]:
    """The assignment of most evidence; a pair with evidence against it is not made."""
    size = max(len(seats), len(scans))
    worst = 10.0
    cost = [
        [
            worst - scores[seats[row]][scans[column]] if row < len(seats) and column < len(scans) else worst
            for column in range(size)
        ]
        for row in range(size)
    ]
    chosen = Munkres().compute(cost)
    return [
        (seats[row], scans[column])
        for row, column in chosen
        if row < len(seats) and column < len(scans) and scores[seats[row]][scans[column]] >= 0
    ]


def _strangers(
    seats: Sequence[Seat], scans: Sequence[Document], campaign: Campaign, known_names: Sequence[str]
) -> dict[int, bool]:
    """Scans whose filename has a name that is no seat's; True where it also says that it is a form."""
    names = [seat.nominee for seat in seats if seat.nominee]
    usual = {part for seat in seats for part in telling_parts(seat.form.filename, campaign, known_names)}
    usual -= {compact(name) for name in names}
    found = {}
    for index, scan in enumerate(scans):
        parts = {p for p in telling_parts(scan.filename, campaign, known_names) if is_chinese(p)} - usual
        text = scan.facts.text if isinstance(scan.facts, PdfFacts) else ""
        same = any(stem(seat.form.filename) == stem(scan.filename) for seat in seats)
        if parts and not same and not named(stem(scan.filename), names) and not named(text, names):
            titled = any(compact(title) in stem(scan.filename) for title in campaign.campaign.form_titles)
            found[index] = titled or category_in(scan.filename, campaign) is not None
    return found


def _scores(
    seats: Sequence[Seat],
    scans: Sequence[Document],
    strange: Mapping[int, bool],
    spoken_for: Mapping[int, str],
    campaign: Campaign,
) -> list[list[float]]:
    names = [seat.nominee for seat in seats if seat.nominee]
    # The name of a file with several forms speaks for none of them alone.
    files = Counter(seat.form.id for seat in seats)
    ranks = _ranks([seat.form for seat in seats]), _ranks(scans)
    in_name = [
        named(stem(scan.filename), names) or ({spoken_for[index]} if index in spoken_for else set())
        for index, scan in enumerate(scans)
    ]
    texts = [scan.facts.text if isinstance(scan.facts, PdfFacts) else "" for scan in scans]
    in_text = [named(text, names) if text.strip() else set() for text in texts]
    categories = [
        category_in(scan.filename, campaign) or category_in(text, campaign)
        for scan, text in zip(scans, texts, strict=True)
    ]
    return [
        [
            _name_score(seat, in_name[column], SAME_NAME)
            + _name_score(seat, in_text[column], TEXT_NAME)
            + (OTHER_NAME if strange.get(column) else 0.0)
            + (
                0.0
                if column in strange or files[seat.form.id] > 1
                else _stem_score(seat.form.filename, scan.filename, in_name[column])
            )
            + _category_score(seat.category, categories[column])
            + (SAME_MESSAGE if seat.form.message.id == scan.message.id else 0.0)
            + (SAME_ORDER if ranks[0][row] == ranks[1][column] else 0.0)
            for column, scan in enumerate(scans)
        ]
        for row, seat in enumerate(seats)
    ]


def _ranks(documents: Sequence[Document]) -> list[tuple[int, int, int]]:
    """(message, how many of the kind it brought, place among them): equal where the order may speak."""
    by_message: dict[int, list[int]] = {}
    for index, document in enumerate(documents):
        by_message.setdefault(document.message.id, []).append(index)
    ranks = [(0, 0, 0)] * len(documents)
    for message, indices in by_message.items():
        for place, index in enumerate(sorted(indices, key=lambda i: documents[i].ordinal)):
            ranks[index] = (message, len(indices), place)
    return ranks


def _name_score(seat: Seat, present: set[str], weight: float) -> float:
    if not present:
        return 0.0
    if seat.nominee in present:
        return weight
    return OTHER_NAME


def _stem_score(form: str, scan: str, present: set[str]) -> float:
    ours, theirs = stem(form), stem(scan)
    if not ours or not theirs or present:
        return 0.0
    if ours == theirs:
        return SAME_STEM
    return NEAR_STEM if fuzz.ratio(ours, theirs) >= NEAR_STEM_RATIO else 0.0


def _category_score(seat: str | None, scan: str | None) -> float:
    if seat is None or scan is None:
        return 0.0
    return SAME_CATEGORY if seat == scan else OTHER_CATEGORY
