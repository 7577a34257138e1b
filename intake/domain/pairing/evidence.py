"""What speaks for each pair of a form and a scan: names, what the scan shows, the mail, the order in it.

And which scans hold the sheets of several forms in one file, as their filenames say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from rapidfuzz import fuzz

from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.filenames import (
    NOISE,
    category_in,
    category_on_the_way,
    named,
    named_on_the_way,
    telling_parts,
)
from intake.domain.model.certainty import SHIPPED, Certainty
from intake.domain.model.document import Document
from intake.domain.model.places import Places, SentTogether, folder_of, mail_of
from intake.domain.page.comparison import Likeness
from intake.domain.scans.form_match import FormMatch, matches_of, wanted_of
from intake.domain.scans.page_text import shown_pages
from intake.domain.text.names import Named, compact, is_chinese, stem

SHOWN_NAME = 1.0
"""The scan shows the form's nominee: more than any name of a file can say."""
SHOWN_CATEGORY = 0.07
SHOWN_UNIT = 0.02
NEARLY_SHOWN = 0.2
"""With category, unit and message less than a name: what was read with slips never makes a pair certain."""
OTHER_UNIT = -0.3
PARTED = FormMatch(category=Likeness.DIFFERENT)
"""How a scan compares with a form whose scan a person says that it is not: he says nothing of its nominee."""
FORBIDDEN = -10.0
"""The scan surely shows another nominee or category: no other evidence makes up for it."""
SAME_NAME = 0.6
TEXT_NAME = 0.7
SAME_STEM = 0.6
NEAR_STEM = 0.3
OTHER_NAME = -1.0
SAME_CATEGORY = 0.15
OTHER_CATEGORY = -0.5
SAME_MESSAGE = 0.15
SAME_ORDER = 0.1
SAME_FOLDER = 0.6
"""Form and scan are alone of their kind in one folder: people give each nominee a folder of his own."""

NEAR_STEM_RATIO = 88
"""Stems this alike (rapidfuzz ratio, 0 to 100) differ by an appendix such as 盖章 or a digit."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A nomination that wants a scan: its names, its form, and the mails that brought the form's versions."""

    nominee: str | None
    category: str | None
    form: Document
    earlier: frozenset[int] = frozenset()

    @property
    def named(self) -> Named:
        """Whom the form names, and in which category."""
        return Named(self.nominee, self.category)

    @property
    def mails(self) -> frozenset[int]:
        """The rows of all messages that brought the form."""
        return self.earlier | {self.form.message.id}


@dataclass(frozen=True, slots=True)
class Evidence:
    """All evidence: `scores` by seat and scan, `shown` what each scan shows of each seat's form.

    `strange` are scans that name somebody unknown; `against` are scans whose filename names the nominee of
    one seat while they show another's: by scan, the seat that is named.
    """

    scores: tuple[tuple[float, ...], ...]
    shown: tuple[tuple[FormMatch, ...], ...]
    strange: frozenset[int]
    against: Mapping[int, int]


def weigh(
    seats: Sequence[Seat],
    scans: Sequence[Document],
    campaign: Campaign,
    known_names: Sequence[str],
    hinted: Mapping[int, str],
    together: SentTogether,
    certainty: Certainty = SHIPPED,
) -> Evidence:
    """Everything that is known of each pair.

    What a scan shows comes before what its filename says, which is asked only where the scan shows nobody.
    """
    wanted = [wanted_of(seat.form, campaign, known_names) for seat in seats]
    shown = tuple(tuple(matches_of(wanted, shown_pages(scan), certainty)) for scan in scans)
    decided = {index for index, row in enumerate(shown) if any(item.is_shown for item in row)}
    undecided = {index: scan for index, scan in enumerate(scans) if index not in decided}
    strange = _strangers(seats, undecided, campaign, known_names) if undecided else {}
    hints = {index: name for index, name in _hints(seats, scans, hinted, together) if index not in strange}
    names = _Names(seats, scans, campaign, hints, together, undecided)
    unread = [_is_unread(row) for row in shown]
    scores = tuple(
        tuple(
            _content(shown[column][row], column in decided)
            + (0.0 if column in decided else names.score(row, column, column in strange, unread[column]))
            + (OTHER_NAME if strange.get(column) else 0.0)
            + names.nearness(row, column, ordered=unread[column])
            for column in range(len(scans))
        )
        for row in range(len(seats))
    )
    return Evidence(scores, shown, frozenset(strange), _against(seats, shown, decided, names))


def _against(
    seats: Sequence[Seat], shown: Sequence[Sequence[FormMatch]], decided: Collection[int], names: _Names
) -> dict[int, int]:
    """The scans named for one seat that show another's form, and that seat."""
    return {
        column: row
        for column in decided
        if names.in_name[column]
        for row, seat in enumerate(seats)
        if seat.nominee in names.in_name[column] and not shown[column][row].is_shown
    }


def parted(evidence: Evidence, apart: Collection[tuple[int, int]]) -> Evidence:
    """The evidence with all that speaks for these pairs (seat, scan) taken out: a person has parted them."""
    if not apart:
        return evidence
    return replace(
        evidence,
        scores=tuple(
            tuple(FORBIDDEN if (row, column) in apart else score for column, score in enumerate(scores))
            for row, scores in enumerate(evidence.scores)
        ),
        shown=tuple(
            tuple(PARTED if (row, column) in apart else item for row, item in enumerate(shown))
            for column, shown in enumerate(evidence.shown)
        ),
    )


def _content(item: FormMatch, decided: bool) -> float:
    """What the scan's text says of a form; `decided`: it shows the nominee of some form."""
    if item.is_different:
        return FORBIDDEN
    score = OTHER_UNIT if item.unit is Likeness.DIFFERENT else 0.0
    if item.nominee is Likeness.EQUAL:
        score += SHOWN_NAME
    elif decided:
        return OTHER_NAME
    elif item.nominee is Likeness.NEAR:
        score += NEARLY_SHOWN * item.closeness
    if item.category is Likeness.EQUAL:
        score += SHOWN_CATEGORY
    return score + (SHOWN_UNIT if item.unit is Likeness.EQUAL else 0.0)


def _is_unread(shown: Sequence[FormMatch]) -> bool:
    return all(item.nominee is Likeness.UNREAD for item in shown)


class _Names:
    """What filenames, and texts that no form could be held against, say."""

    def __init__(
        self,
        seats: Sequence[Seat],
        scans: Sequence[Document],
        campaign: Campaign,
        hints: Mapping[int, str],
        together: SentTogether,
        undecided: Mapping[int, Document],
    ) -> None:
        self._seats, self._scans, self._together = seats, scans, together
        names = [seat.nominee for seat in seats if seat.nominee]
        # The name of a file with several forms, or several scans, speaks for none of them alone.
        self._forms = Counter(seat.form.id for seat in seats)
        files = Counter(scan.id for scan in scans)
        self._ranks = _ranks([seat.form for seat in seats]), _ranks(scans)
        titled = Places(scan for scan in scans if _is_titled(scan, campaign))
        self.in_name = [
            (
                set()
                if files[scan.id] > 1
                else named_on_the_way(scan.filename, _way(scan, titled, campaign), names)
            )
            or ({hints[index]} if index in hints else set())
            for index, scan in enumerate(scans)
        ]
        # Names and category in texts are asked only where what is shown decides nothing.
        texts = {index: scan.facts.text for index, scan in undecided.items()}
        self._in_text = {
            index: named(text, names) if text.strip() else set() for index, text in texts.items()
        }
        self._categories = {
            index: category_on_the_way(scan.filename, scan.folder, campaign)
            or category_in(texts[index], campaign)
            for index, scan in undecided.items()
        }

    def score(self, row: int, column: int, strange: bool, unread: bool) -> float:
        """For a scan that shows nobody: what its name says, and its text where it could not be compared."""
        seat, scan = self._seats[row], self._scans[column]
        score = _name_score(seat, self.in_name[column], SAME_NAME)
        if unread:
            score += _name_score(seat, self._in_text[column], TEXT_NAME)
        if not strange and self._forms[seat.form.id] == 1:
            score += _stem_score(seat.form.filename, scan.filename, self.in_name[column])
            if not self.in_name[column] and self._share_folder(seat.form, scan):
                score += SAME_FOLDER
        return score + _category_score(seat.category, self._categories[column])

    def _share_folder(self, form: Document, scan: Document) -> bool:
        """True for a form and a scan that are alone of their kind in one folder (not the mail itself)."""
        return bool(scan.folder) and scan.place == form.place and self._together.are_alone(scan.place)

    def nearness(self, row: int, column: int, ordered: bool) -> float:
        """What the mail says that brought both, and their order in it where nothing was read."""
        same = self._seats[row].form.message.id == self._scans[column].message.id
        order = ordered and self._ranks[0][row] == self._ranks[1][column]
        return (SAME_MESSAGE if same else 0.0) + (SAME_ORDER if order else 0.0)


def _hints(
    seats: Sequence[Seat], scans: Sequence[Document], hinted: Mapping[int, str], together: SentTogether
) -> list[tuple[int, str]]:
    """The scans that came alone in a mail which names one nominee's number, and brings no other's form."""
    found = []
    for index, scan in enumerate(scans):
        name = hinted.get(scan.message.id)
        others = {seat.nominee for seat in seats if seat.form.message.id == scan.message.id} - {name}
        if (
            name
            and together.scans.has_one(mail_of(scan))
            and not others
            and any(seat.nominee == name for seat in seats)
        ):
            found.append((index, name))
    return found


def _strangers(
    seats: Sequence[Seat], scans: Mapping[int, Document], campaign: Campaign, known_names: Sequence[str]
) -> dict[int, bool]:
    """Scans whose filename has a name that is no seat's; True where it also says that it is a form."""
    names = [seat.nominee for seat in seats if seat.nominee]
    usual = {part for seat in seats for part in telling_parts(seat.form.filename, campaign, known_names)}
    usual -= {compact(name) for name in names}
    stems = {stem(seat.form.filename) for seat in seats}
    found = {}
    for index, scan in scans.items():
        parts = {p for p in telling_parts(scan.filename, campaign, known_names) if is_chinese(p)} - usual
        text = scan.facts.text
        if (
            parts
            and stem(scan.filename) not in stems
            and not named(stem(scan.filename), names)
            and not named(text, names)
        ):
            found[index] = _is_titled(scan, campaign) or category_in(scan.filename, campaign) is not None
    return found


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


def _way(scan: Document, titled: Places, campaign: Campaign) -> str:
    """The folders that speak for a scan; none for the further papers that lie beside a scan of a form.

    `titled` are the scans whose names call them forms.
    """
    beside = titled.has_any(folder_of(scan)) and not _is_titled(scan, campaign)
    return "" if beside else scan.folder


def _is_titled(scan: Document, campaign: Campaign) -> bool:
    return any(compact(title) in stem(scan.filename) for title in campaign.campaign.form_titles)


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


def shared_scans(seats: Sequence[Seat], scans: Sequence[Document]) -> list[tuple[int, int]]:
    """The scans whose name says that they show several forms, by place: (seat, scan) for each of the forms.

    That is a scan named like a Word file of several forms, if it has as many pages, or one
    that names several nominees side by side (张三、李四.pdf).  What page shows whom is not asked.
    """
    found = []
    listed = _Listed(seats)
    together: dict[int, list[int]] = {}
    for seat, item in enumerate(seats):
        together.setdefault(item.form.id, []).append(seat)
    files = Counter(scan.id for scan in scans)
    for index, scan in enumerate(scans):
        if files[scan.id] > 1:
            continue
        sharing = listed.side_by_side(scan.filename)
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


class _Listed:
    """The nominees of all seats, to be looked for in filenames; none where two seats are of one name."""

    def __init__(self, seats: Sequence[Seat]) -> None:
        self._by_name = {seat.nominee: index for index, seat in enumerate(seats) if seat.nominee}
        self._tells = len(self._by_name) >= sum(seat.nominee is not None for seat in seats)

    def side_by_side(self, filename: str) -> list[int]:
        """The seats whose nominees a filename lists one after another, with nothing but 、 or 和 between."""
        present = [name for name in self._by_name if name in filename]
        if len(present) < 2 or not self._tells:
            return []
        one = "|".join(re.escape(name) for name in sorted(present, key=len, reverse=True))
        match = re.search(rf"(?:{one})(?:[、，,;；+&_\s和与及-]{{1,3}}(?:{one}))+", filename)
        return sorted({self._by_name[name] for name in re.findall(one, match[0])}) if match else []
