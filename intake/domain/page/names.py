"""One value, a nominee's or a unit's name, looked for in a scan: beside its label, and anywhere by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from intake.domain.model.certainty import SHIPPED, Certainty
from intake.domain.model.inspection import Compared, Likeness
from intake.domain.page.cells import LabelledValue, PageLayout
from intake.domain.page.geometry import CellText, height_of, is_figure, middle
from intake.domain.text.ocr_characters import Folded, Gap, fold, gap
from intake.domain.text.persons import person_name

SHORT_NAME = 4
"""Characters of a person's name; so short a text may stand anywhere by chance."""
SOMEHOW_LIKE = 0.6
"""The share in common from which a text without a label is shown as perhaps the value."""
PERHAPS_LIKE = 0.45
"""Less than `SOMEHOW_LIKE`, since what is easily confused counts in full here: the rest is not looked at."""
TWIN = 0.5
"""The share in common from which a value beside another label is nearly the expected one."""
SLIP = 0.13
"""The share of a long name that may differ in its twin: 河南省科学技术协会 and 湖南省科学技术协会."""
TELLING, SLIPPED = 4, 6
"""Characters of a line that tell another value of the form by its beginning, also with one misread."""

_ASSOCIATION = "科学技术协会"
_LEAD = re.compile(r"(?:推荐|报送|申报|选送|推报)单位(?:名称|意见)?|(?:单位)?(?:加?盖公?章处?|公章|签章)")
_TAIL = re.compile(
    r"(?:(?:填表|填报|推荐)?(?:日期|时间)?[0-9]{0,4}年[0-9]{0,2}月(?:[0-9]{0,2}日)?"
    r"|(?:单位)?(?:加?盖公?章处?|公章|签章|印章|章))$"
)
_BODY = re.compile(r"(?:协会|科协|学会|研究会|联合会|促进会|基金会|研究院|研究所|中心|出版社|公司)$")
_COMMON = re.compile(r"省|市|自治区|科学技术协会|科协|中国|学会|协会")


@dataclass(frozen=True, slots=True)
class _Seen:
    """A reading with its gap to the expected value; `label` where it stands beside one.

    `digital` readings are what a program wrote, no picture of it.
    """

    piece: CellText
    gap: Gap
    label: LabelledValue | None
    digital: bool


@dataclass(frozen=True)
class ExpectedName:
    """A value to look for: its field (nominee or unit), its name, and all that it may be written as.

    `others` are the other values of the same form, which may stand below it and are no part of it; `apart`
    the letters of those that stand beside a label of their own which is called as this one's.
    """

    field: str
    name: str
    spellings: tuple[str, ...]
    others: tuple[str, ...] = ()
    apart: frozenset[str] = frozenset()

    def gap(self, piece: CellText) -> Gap:
        """What parts the reading from the nearest spelling."""
        read = bare_unit(piece.folded) if self.field == "unit" else _bare_person(piece.folded, self.name)
        return max((gap(spelling, read) for spelling in self.spellings), key=_nearness)

    def is_like(self, piece: CellText) -> bool:
        """True where the reading has about `SOMEHOW_LIKE` in common with a spelling; quick."""
        read = bare_unit(piece.folded) if self.field == "unit" else piece.folded
        return any(
            Levenshtein.normalized_similarity(spelling, read.text, score_cutoff=PERHAPS_LIKE)
            for spelling in self.folded
        )

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """The letters and digits of the spellings."""
        return tuple(fold(spelling).text for spelling in self.spellings)

    def ends_before(self, line: str) -> bool:
        """True for a line that goes on no value: a figure, or another value of the form or its beginning."""
        read = fold(line).text
        return is_figure(line) or any(_begins(fold(other).text, read) for other in self.others)

    def lengths(self) -> tuple[int, int]:
        """The letters and digits of the shortest and the longest spelling."""
        sizes = [len(spelling) for spelling in self.folded]
        return min(sizes), max(sizes)


def wanted_nominee(name: str, units: Sequence[str] = (), apart: Sequence[str] = ()) -> ExpectedName | None:
    """The nominee's name to look for; None where it has no letters.  `units` are its form's units.

    `apart` are what other cells of the form with the same label say.

    The category is not among what ends it: 科技志愿服务项目 may be that and the last line of a name.
    """
    known = ExpectedName("nominee", name, (name,), _spellings(units), _letters(apart))
    return known if fold(name).text else None


def wanted_unit(
    names: Sequence[str], others: Sequence[str] = (), apart: Sequence[str] = ()
) -> ExpectedName | None:
    """The unit to look for by any of its names, each also with 科协 written out or drawn together.

    `others` are the nominee and the category of its form, `apart` what its cells with the same label say.
    """
    found = _spellings(names)
    return ExpectedName("unit", names[0], found, tuple(others), _letters(apart)) if found else None


def _letters(texts: Sequence[str]) -> frozenset[str]:
    return frozenset(fold(text).text for text in texts) - {""}


def _spellings(names: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in names:
        if fold(name).text:
            found |= dict.fromkeys((name, name.replace(_ASSOCIATION, "科协")))
            found[name.replace("科协", _ASSOCIATION)] = None
    return tuple(found)


def _begins(value: str, line: str) -> bool:
    """True for a line that is the value, or so much of its beginning, perhaps with a slip, as tells it."""
    if value == line:
        return bool(line)
    slips = int(len(line) >= SLIPPED)
    return len(line) >= TELLING and Levenshtein.distance(value[: len(line)], line, score_cutoff=1) <= slips


def compare_value(
    wanted: ExpectedName, layouts: Sequence[PageLayout], certainty: Certainty = SHIPPED
) -> Compared:
    """Whether the pages show the value: see `Likeness`; `certainty` says when another value is claimed."""
    beside = [seen for page in layouts for seen in _beside(wanted, page)]
    loose = [seen for page in layouts for seen in _loose(wanted, page)]
    equal = next((seen for seen in (*beside, *loose) if seen.gap.closed), None)
    if equal:
        against = _speaks_against(beside, loose)
        return _said(Likeness.NEAR if against else Likeness.EQUAL, wanted, against or equal)
    if not beside:
        best = max(loose, key=lambda seen: seen.gap.common, default=None)
        if best and best.gap.common >= SOMEHOW_LIKE:
            return _said(Likeness.NEAR, wanted, best)
        return Compared(Likeness.UNREAD, wanted.name)
    best = max(beside, key=lambda seen: seen.gap.common)
    another = all(_is_another(seen, wanted, certainty) for seen in beside)
    sure = another and not _mentioned(wanted, layouts)
    return _said(Likeness.DIFFERENT if sure else Likeness.NEAR, wanted, best)


def nearest(wanted: ExpectedName, layouts: Sequence[PageLayout]) -> float:
    """The share in common with the reading that comes nearest, 1 where it is equal."""
    seen = (s for page in layouts for s in (*_beside(wanted, page), *_loose(wanted, page)))
    return max((1.0 if s.gap.closed else s.gap.common for s in seen), default=0.0)


def bare_unit(read: Folded) -> Folded:
    """A unit's name without 推荐单位, （盖章） and the date that stand in one box with it."""
    before = -1
    while before != len(read.text):
        before = len(read.text)
        if lead := _LEAD.match(read.text):
            read = read.part(lead.end())
        if (tail := _TAIL.search(read.text)) and tail.start():
            read = read.part(0, tail.start())
    return read


def _bare_person(read: Folded, name: str) -> Folded:
    """A reading that is the name with 同志 or the number of an identity card behind it: the name alone."""
    wanted = fold(name).text
    if read.text == wanted or not read.text.startswith(wanted) or person_name(read.text) != wanted:
        return read
    return read.part(0, len(wanted))


def _said(likeness: Likeness, wanted: ExpectedName, seen: _Seen) -> Compared:
    piece = seen.piece
    return Compared(likeness, wanted.name, piece.text.strip(), piece.score, piece.lines[0], piece.page)


def _nearness(found: Gap) -> tuple[bool, float]:
    return found.closed, found.common


def _beside(wanted: ExpectedName, page: PageLayout) -> Iterator[_Seen]:
    """The nearest reading of each value that stands beside a label of the field."""
    for labelled in page.labelled:
        if labelled.kind == wanted.field and not _is_apart(labelled, wanted):
            ended = (part for piece in labelled.pieces for part in _ended(piece, wanted))
            pieces = (*labelled.pieces, *(part for part in ended if wanted.gap(part).closed))
            yield from _nearest_of(pieces, wanted, labelled, page.digital)


def _is_apart(labelled: LabelledValue, wanted: ExpectedName) -> bool:
    """True for the cell that the form has filled with something else under the same label."""
    pieces = labelled.pieces if wanted.apart else ()
    return any(p.folded.text in wanted.apart for p in pieces) and not any(
        wanted.gap(p).closed for p in pieces
    )


def _ended(piece: CellText, wanted: ExpectedName) -> Iterator[CellText]:
    """The upper lines of a reading, where the next line is plainly no more of the value."""
    if sum(len(line.text) for line in piece.lines) != len(piece.text):
        return
    at = 0
    for upper, lower in pairwise(piece.lines):
        at += len(upper.text)
        if lower.box.top > middle(upper.box) and wanted.ends_before(lower.text):
            yield piece.part(0, at)


def _loose(wanted: ExpectedName, page: PageLayout) -> Iterator[_Seen]:
    """The nearest reading of each text that stands beside no label and is about as long as the value."""
    shortest, longest = wanted.lengths()
    # With a unit's name 推荐单位, （盖章） and a date may stand in one box.
    room = 24 if wanted.field == "unit" else 0
    for pieces in page.wholes:
        if longest <= SHORT_NAME and _in_prose(pieces[0], page):
            continue
        fitting = [p for p in pieces if 0.5 * shortest <= len(p.folded.text) <= 2 * longest + room]
        fitting = [piece for piece in fitting if wanted.is_like(piece)]
        yield from _nearest_of(fitting, wanted, None, page.digital)


def _nearest_of(
    pieces: Iterable[CellText], wanted: ExpectedName, label: LabelledValue | None, digital: bool
) -> Iterator[_Seen]:
    seen = [_Seen(piece, wanted.gap(piece), label, digital) for piece in pieces if piece.folded.text]
    if seen:
        yield max(seen, key=lambda one: _nearness(one.gap))


def _in_prose(piece: CellText, page: PageLayout) -> bool:
    """True for the short last line of a paragraph, whose words are no value."""
    box = piece.lines[0].box
    return any(
        abs(spot.box.left - box.left) < 0.05 and 0 <= box.top - spot.box.top < 2.5 * height_of(box)
        for spot in page.prose
    )


def _speaks_against(beside: Sequence[_Seen], loose: Sequence[_Seen]) -> _Seen | None:
    """A value at another place that is nearly, but surely not, the expected one.

    The topmost label is that of the value itself: there anything else than the expected value counts.
    """
    if beside and not beside[0].gap.closed:
        return beside[0]
    twins = (seen for seen in beside if seen.gap.sure and seen.gap.common >= TWIN)
    return next(twins, None) or next((seen for seen in loose if _is_twin(seen)), None)


def _is_twin(seen: _Seen) -> bool:
    size = len(seen.piece.folded.text)
    alone = len(seen.piece.lines) == 1 and size > SHORT_NAME
    return alone and seen.gap.sure > 0 and 1 - seen.gap.common <= max(1.01 / size, SLIP)


def _is_another(seen: _Seen, wanted: ExpectedName, certainty: Certainty) -> bool:
    """True for a sure reading beside its label that is another value by much.

    What a program wrote needed no reading: there one changed character is enough.
    """
    read = seen.piece.folded
    if seen.label is None or read.weak or seen.piece.score < certainty.reading:
        return False
    part = max(fuzz.partial_ratio(spelling, read.text) for spelling in wanted.folded) / 100
    if seen.digital and seen.label.shut and (part < certainty.another or _is_changed(read, wanted)):
        return True
    # Where no label follows, the value may have been missed, and what stands there be that of another row.
    if not seen.label.shut and wanted.field != "unit":
        return False
    if wanted.field == "unit":
        return _is_other_body(read, wanted)
    return len(read.text) >= 2 and seen.gap.common < certainty.another and part < certainty.another


def _is_changed(read: Folded, wanted: ExpectedName) -> bool:
    """True where characters were changed; with fewer or more of them it may be a part, or hold a remark."""
    text = bare_unit(read).text if wanted.field == "unit" else read.text
    return any(len(text) == len(spelling) for spelling in wanted.folded)


def _is_other_body(read: Folded, wanted: ExpectedName) -> bool:
    """True for the name of a body that shares nothing with the unit's but what all bodies share."""
    other = _core(read)
    cores = [_core(fold(spelling)) for spelling in wanted.spellings]
    return bool(_BODY.search(bare_unit(read).text) and other) and not any(
        set(core) & set(other) for core in cores
    )


def _core(unit: Folded) -> str:
    """What sets a unit's name apart: without 科学技术协会 and the rank of its place."""
    return _COMMON.sub("", bare_unit(unit).text)


def _mentioned(wanted: ExpectedName, layouts: Sequence[PageLayout]) -> bool:
    """True where the expected value stands anywhere, be it in prose: then nothing is certain."""
    texts = [
        "".join(fold(line.text).text for spot in page.spots for line in spot.readings) for page in layouts
    ]
    return any(fold(spelling).text in text for spelling in wanted.spellings for text in texts)
