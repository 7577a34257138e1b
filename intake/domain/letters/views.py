"""What a letter says, before any template puts it into sentences.

The views hold Chinese text ready to print and local times; templates only lay
them out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, Protocol

from intake.domain.campaign.campaign import Office
from intake.domain.model.mail import LetterKind
from intake.domain.text.calendar import last_day, local


class View(Protocol):
    """What a letter prints; `template` names the folder of its words."""

    @property
    def template(self) -> str:
        """The folder under `templates/`."""
        ...


@dataclass(frozen=True, slots=True)
class NominationLine:
    """One row of the receipt's table; a missing file is None, `check` is the form check's result."""

    number: str
    category: str
    nominee: str
    form: str | None
    scan: str | None
    others: tuple[str, ...]
    received_at: datetime
    check: str


@dataclass(frozen=True, slots=True)
class DefectLine:
    """One row of the deficiency notice: what was seen, and how to cure it."""

    number: str
    subject: str
    document: str
    problem: str
    cure: str


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """How much of a quota is used; `category` is 合计 where the quota is a total."""

    category: str
    used: int
    limit: int

    @property
    def over(self) -> bool:
        """True when more came than may come."""
        return self.used > self.limit


@dataclass(frozen=True, slots=True)
class Ranking:
    """A category over its quota: the unit is asked to put these in order."""

    category: str
    limit: int
    nominees: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LetterView:
    """Everything that a receipt, a deficiency notice or a reminder prints.

    `reference` is the letter's number ("农技中心收〔2025〕12号"); `addressee` the
    unit's name, or None where it is not known; `received_at` when the newest of
    the messages that it answers came.  `loose` are files that were filed without
    belonging to one nomination.  `known` is false for a unit that is not in the
    registry (no quota is printed then).  `linked` are files that came as a link only,
    described, as far as no defect speaks of them.  `eased` names the nominations for which an
    earlier letter asked something that nobody wants any longer.
    """

    kind: LetterKind
    reference: str
    campaign_title: str
    addressee: str | None
    received_at: datetime
    deadline_at: datetime
    supplement_until: datetime
    nominations: tuple[NominationLine, ...]
    defects: tuple[DefectLine, ...]
    rankings: tuple[Ranking, ...]
    quotas: tuple[QuotaLine, ...]
    loose: tuple[str, ...]
    office: Office
    signed_on: date
    linked: tuple[str, ...] = ()
    eased: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        """The folder of its words bears the name of its kind."""
        return self.kind.value

    @property
    def only_links(self) -> bool:
        """True where no file came, only links to files."""
        return bool(self.linked) and not self.nominations and not self.loose

    @property
    def time_left(self) -> bool:
        """True while a supplement can still come in time."""
        return self.days_left >= 0

    @property
    def days_left(self) -> int:
        """Days until the last on which a supplement is in time; 0 on that day."""
        return (last_day(self.supplement_until) - self.signed_on).days

    @property
    def only_ranks(self) -> bool:
        """True where nothing is wanted but that the unit ranks what exceeds its quota."""
        return bool(self.rankings) and not self.defects


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One nomination about which a person decided; `asks`: the unit is to mend what `said` names."""

    number: str
    category: str
    nominee: str
    result: str
    said: str
    asks: bool


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What staff decided about nominations of one unit, all that is to be told at a time."""

    template: ClassVar[str] = "decision"

    reference: str
    campaign_title: str
    addressee: str | None
    lines: tuple[DecisionLine, ...]
    supplement_until: datetime
    office: Office
    signed_on: date

    @property
    def asks(self) -> bool:
        """True where the unit is to mend something."""
        return any(line.asks for line in self.lines)

    @property
    def only_asks(self) -> bool:
        """True where every nomination was returned."""
        return all(line.asks for line in self.lines)

    @property
    def time_left(self) -> bool:
        """True while a supplement can still come in time."""
        return self.signed_on <= last_day(self.supplement_until)


@dataclass(frozen=True, slots=True)
class EnquiryView:
    """The plain receipt for a question: that it came and that a person answers; nothing of it is echoed.

    `unverified`: it is for material instead, whose sender a person has to verify first.
    """

    reference: str
    campaign_title: str
    received_at: datetime
    office: Office
    signed_on: date
    addressee: str | None = None
    unverified: bool = False

    @property
    def template(self) -> str:
        """The folder of its words."""
        return "unverified" if self.unverified else "enquiry"


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What a clerk answers to a question: his `paragraphs`, nothing of the question."""

    template: ClassVar[str] = LetterKind.ANSWER.value

    reference: str
    received_at: datetime
    paragraphs: tuple[str, ...]
    office: Office
    signed_on: date
    addressee: str | None = None


def numbered(view: View, reference: str) -> View:
    """A view for those who write to the mailbox, with the number of its letter."""
    numbered: View = replace(view, reference=reference)  # type: ignore[type-var]
    return numbered


@dataclass(frozen=True, slots=True)
class DigestTotals:
    """The head of the digest: how many units are expected, have sent, have not."""

    units_expected: int
    units_reported: int
    nominations: int
    by_state: tuple[tuple[str, int], ...]
    by_category: tuple[tuple[str, int], ...]

    @property
    def units_missing(self) -> int:
        """Units of the registry that have sent nothing."""
        return self.units_expected - self.units_reported

    @property
    def rate(self) -> float:
        """Share of expected units that have sent something, 0 to 1."""
        return self.units_reported / self.units_expected if self.units_expected else 0.0


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One line of a digest list: the nomination or message, and what is the matter.

    `act` is what to do about it, `command` how that is recorded; both may be empty.
    """

    number: str
    unit: str
    nominee: str
    category: str
    state: str
    what: str
    when: datetime | None = None
    act: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class DigestPicture:
    """A small picture in the digest; `name` is the file's, by which the page shows it."""

    name: str
    caption: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class DigestEvidence:
    """What was seen in one scan that staff must look at."""

    number: str
    unit: str
    nominee: str
    filename: str
    pictures: tuple[DigestPicture, ...]


@dataclass(frozen=True, slots=True)
class DigestGroup:
    """One list of the digest: its title, the items for which its page has room, and how many there are."""

    title: str
    items: tuple[DigestItem, ...]
    count: int

    @property
    def more(self) -> int:
        """How many stand in the desk or the ledger alone."""
        return self.count - len(self.items)


_PEOPLE_SHOWN = 4
"""Items that wait for a person which the page shows: about a screen of a telephone."""

_OTHERS_SHOWN, _A_GROUP = 4, 1
"""Items of all other lists together, and of one: with the head and the pictures three screens."""


@dataclass(frozen=True, slots=True)
class DigestView:
    """The daily summary (日报) as of one instant; `done` tells when mail was last
    fetched and sent, `desk` is the address of the desk, or "".

    `lists` holds everything; `groups` and `counted` are what its page has room for: whoever reads it on a
    telephone sees what to do first, and how much more there is.  `is_past` tells that it was made later: its
    figures are those of then, what is said of each item is what is known now.
    `example` shows how the mail is answered to decide something, where it may be; "" else.
    """

    template: ClassVar[str] = "digest"

    campaign_title: str
    as_of: datetime
    deadline_at: datetime
    totals: DigestTotals
    arrived: tuple[DigestItem, ...]
    people: tuple[DigestItem, ...]
    deficient: tuple[DigestItem, ...]
    over_quota: tuple[DigestItem, ...]
    late: tuple[DigestItem, ...]
    enquiries: tuple[DigestItem, ...]
    letters_held: tuple[DigestItem, ...]
    letters_dead: tuple[DigestItem, ...]
    quarantined: tuple[DigestItem, ...]
    missing_units: tuple[tuple[str, tuple[str, ...]], ...]
    letters_sent_today: int
    faults: tuple[str, ...]
    evidence: tuple[DigestEvidence, ...] = ()
    lapsed: tuple[DigestItem, ...] = ()
    untold: tuple[DigestItem, ...] = ()
    done: str = ""
    desk: str = ""
    is_past: bool = False
    example: str = ""

    @property
    def groups(self) -> tuple[DigestGroup, ...]:
        """The lists of which the page shows items, each with its first ones."""
        found, room = [], _OTHERS_SHOWN
        for title, items in self.lists:
            most = _PEOPLE_SHOWN if items is self.people else min(_A_GROUP, room)
            if items and most:
                found.append(DigestGroup(title, items[:most], len(items)))
                room -= 0 if items is self.people else len(items[:most])
        return tuple(found)

    @property
    def counted(self) -> tuple[DigestGroup, ...]:
        """The lists for which there is no room: how many each holds."""
        shown = {group.title for group in self.groups}
        return tuple(
            DigestGroup(title, (), len(items)) for title, items in self.lists if items and title not in shown
        )

    @property
    def is_quiet(self) -> bool:
        """True for a day on which nothing came and nothing waits."""
        return not any(items for _, items in self.lists) and not self.faults

    @property
    def lists(self) -> tuple[tuple[str, tuple[DigestItem, ...]], ...]:
        """All that is told item by item, under its titles: first what a person has to do."""
        return (
            ("人工待办", self.people),
            ("咨询来信", self.enquiries),
            ("投递失败", self.letters_dead),
            ("隔离邮件", self.quarantined),
            ("暂存待放行信函", self.letters_held),
            ("超额待排序", self.over_quota),
            ("今日逾期未补正", self.lapsed),
            ("今日新增", self.arrived),
            ("待补正", self.deficient),
            ("逾期报送", self.late),
            ("已作决定待告知", self.untold),
        )

    @property
    def days_left(self) -> int:
        """Days until the last on which material is in time: 0 on that day, less when it is over."""
        return (last_day(self.deadline_at) - local(self.as_of).date()).days
