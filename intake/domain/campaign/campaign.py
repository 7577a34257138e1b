"""The campaign as data: categories, labels, quotas, thresholds, deadlines, letter wording.

Everything here comes from one campaign file and its two tables; `intake/campaigns/`
holds the shipped ones and `intake/config/campaign_file.py` reads them.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from intake.domain.campaign.terms import CUSTOMARY, Word, Words
from intake.domain.model.nomination import Severity

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]


def _severity(value: Any) -> Any:
    """A severity from the text that TOML can write, also where types are taken strictly."""
    if isinstance(value, str) and value not in set(Severity):
        raise ValueError(f"must be one of {', '.join(Severity)}")
    return Severity(value) if isinstance(value, str) else value


Graveness = Annotated[Severity, BeforeValidator(_severity)]

ValueType = Literal["text", "years", "count", "share", "flag", "date", "id-number", "list", "choice"]


def _several(value: Any) -> Any:
    """One text as a list of one, where either may stand in the file."""
    return (value,) if isinstance(value, str) else value


OneOrMore = Annotated[tuple[str, ...], BeforeValidator(_several)]

YEARS = range(2000, 2200)
"""The years of a campaign: beyond them a slip of the pen, and sums with days that overflow."""

_OUT_OF_TIME = f"opens_at, deadline_at and supplement_until must lie in the years {YEARS[0]} to {YEARS[-1]}"


class Part(BaseModel):
    """A frozen table of the campaign file; an unknown key is a fault."""

    # Tables are only ever checked within the whole file: none builds a checker of its own.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class CampaignHead(Part):
    """`[campaign]`: who asks for what, from when, until when."""

    id: Identifier
    title: str
    year: int
    number_prefix: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*$")]
    opens_at: AwareDatetime
    deadline_at: AwareDatetime = Field(description="the first instant that is too late")
    supplement_days: Annotated[int, Field(ge=0, le=366)] = Field(
        12, description="days after deadline_at that a nomination which came in time may be supplemented"
    )
    supplement_until: AwareDatetime = Field(
        description="the first instant too late for a supplement, where a date is wanted and not days"
    )
    reminders: tuple[Annotated[int, Field(ge=0, le=366)], ...] = Field(
        (7, 3, 1), description="how many days before the last of supplement_until units are reminded"
    )
    retention_years: Annotated[int, Field(ge=1, le=100)] | None = Field(
        None, description="years after supplement_until in which material is kept, as letters promise"
    )
    units: str
    previously_honoured: str | None = None
    notice: str = ""
    form_titles: tuple[str, ...] = ("推荐表", "申报表")
    summary_titles: tuple[str, ...] = ()
    statement_titles: tuple[str, ...] = ()
    other_titles: tuple[str, ...] = ()

    @property
    def kept_until(self) -> datetime | None:
        """The instant from which material is to be erased; None where the campaign sets no term."""
        if self.retention_years is None:
            return None
        # 29 February becomes 1 March: never earlier than promised.
        ends, year = self.supplement_until, self.supplement_until.year + self.retention_years
        leap = ends.month == 2 and ends.day == 29
        return ends.replace(year=year, month=3, day=1) if leap else ends.replace(year=year)

    @model_validator(mode="before")
    @classmethod
    def _supplement(cls, given: Any) -> Any:
        """The days make the date, so that a moved deadline moves both; a date that is given stands."""
        if not isinstance(given, dict) or "supplement_until" in given:
            return given
        ends, days = given.get("deadline_at"), given.get("supplement_days", 12)
        if isinstance(ends, datetime) and ends.tzinfo and type(days) is int and 0 <= days <= 366:
            if ends.year > YEARS[-1]:
                raise ValueError(_OUT_OF_TIME)
            return {**given, "supplement_until": ends + timedelta(days=days)}
        # The fault lies in one of the two and is told there: it must not be told a second time here.
        return {**given, "supplement_until": datetime.max.replace(tzinfo=UTC)}

    @model_validator(mode="after")
    def _in_order(self) -> CampaignHead:
        if not self.opens_at < self.deadline_at <= self.supplement_until:
            raise ValueError("opens_at < deadline_at <= supplement_until must hold")
        if self.opens_at.year not in YEARS or self.supplement_until.year not in YEARS:
            raise ValueError(_OUT_OF_TIME)
        return self


class Office(Part):
    """`[office]`: the body that signs the letters, and how to reach it."""

    name: str
    short_name: str
    contacts: tuple[str, ...]
    phones: tuple[str, ...]
    address: str
    privacy: str


class CategoryData(Part):
    """`[[category]]`: one kind of nominee; `aliases` are other names of the category in titles.

    `person`: such a nominee is a person, whose form states when they were born (fields `birth`, `age`).

    `nominee_term` is what letters call such a nominee, where `[words] nominee` does not do.
    """

    id: Identifier
    name: str
    aliases: tuple[str, ...] = ()
    nominee_term: Word | None = None
    person: bool = False


class FieldData(Part):
    """`[[field]]`: a value that forms state, found by its labels.

    `labels` match a whole label after white space, colons and bracketed hints are
    taken off; `patterns` are regular expressions tried on what no label matched.
    `categories` empty means every category.  `from_date` lets a date stand for a
    number of years, counted until the deadline ("成立时间：2017年3月").
    `list_counts` lets a list stand for a count ("理论宣讲、科普讲座" is 2).

    Where several cells bear one label, `under` names the heading of the block in which this one stands
    (导师信息), or `nth` which of them it is from the top.  `columns` are the headings of the column that a
    "list" is read from, row by row, below its label.  `options` are what a "choice" offers.
    `not_before` and `not_after` bound a "date", themselves included; `at_most` the characters of a text as
    Word counts them, or the options ticked.
    """

    name: Identifier
    type: ValueType = "text"
    labels: tuple[str, ...]
    patterns: tuple[str, ...] = ()
    categories: tuple[Identifier, ...] = ()
    required: bool = False
    from_date: bool = False
    list_counts: bool = False
    under: OneOrMore = ()
    nth: Annotated[int, Field(ge=1, le=20)] | None = None
    columns: OneOrMore = ()
    options: tuple[str, ...] = ()
    not_before: date | None = None
    not_after: date | None = None
    at_most: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _patterns_compile(self) -> FieldData:
        for pattern in self.patterns:
            try:
                re.compile(pattern)
            except re.error as fault:
                raise ValueError(f"patterns: {pattern!r} is no regular expression: {fault}") from None
        return self

    def applies_to(self, category: str | None) -> bool:
        """True when forms of that category state this field."""
        return not self.categories or category is None or category in self.categories


class Quota(Part):
    """`[[quota]]`: how many one unit of a kind may put forward.

    Exactly one of `per_category` and `total`.  `scope` "kind" lets all units of the
    kind share one total (the notice is ambiguous for 直属单位).
    """

    kind: Identifier
    kind_name: str
    per_category: int | None = Field(default=None, ge=0)
    total: int | None = Field(default=None, ge=0)
    scope: Literal["unit", "kind"] = "unit"
    source: str

    @model_validator(mode="after")
    def _one_limit(self) -> Quota:
        if (self.per_category is None) == (self.total is None):
            raise ValueError("give exactly one of per_category and total")
        return self


class Threshold(Part):
    """`[[threshold]]`: the least or greatest value of a figure, itself included (民法典 §1259)."""

    category: Identifier
    field: Identifier
    minimum: float | None = None
    maximum: float | None = None
    severity: Graveness = Severity.REVIEW
    text: str
    source: str

    @model_validator(mode="after")
    def _bounded(self) -> Threshold:
        if self.minimum is None and self.maximum is None:
            raise ValueError("give minimum, maximum, or both")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError("minimum <= maximum must hold")
        return self

    def holds(self, figure: float) -> bool:
        """True for a figure within the bounds."""
        return (self.minimum is None or figure >= self.minimum) and (
            self.maximum is None or figure <= self.maximum
        )


class Needs(Part):
    """`[needs]`: what every nomination must hold.

    `scan_format` "any" takes a scan in pictures (JPG, PNG, HEIC, TIFF) for what it shows;
    "pdf" asks for it as PDF.  `seal` says whose seal the scan must bear: the recommending unit's,
    the own organisation's, either, or none.  `registered`: the form's field of that name must not say no
    (`[words] registered_with` names where).
    """

    form: bool = True
    scan: bool = True
    scan_format: Literal["any", "pdf"] = "any"
    seal: Literal["unit", "organisation", "either", "none"] = "either"
    registered: bool = False
    source: str = ""


class Secrecy(Part):
    """`[secrecy]`: what else than a mark of a state secret puts papers before a person.

    `marks` are words that stand at the head of a paper or in names, as 内部资料 注意保管 does.
    """

    marks: tuple[Annotated[str, Field(max_length=40)], ...] = ()

    @field_validator("marks")
    @classmethod
    def _telling(cls, marks: tuple[str, ...]) -> tuple[str, ...]:
        if any(len("".join(mark.split())) < 2 for mark in marks):
            raise ValueError("a mark has two characters or more: one alone stands in every text")
        return marks


class Campaign(Part):
    """A whole campaign file, checked."""

    campaign: CampaignHead
    office: Office
    category: tuple[CategoryData, ...] = Field(min_length=1)
    field: tuple[FieldData, ...]
    quota: tuple[Quota, ...]
    threshold: tuple[Threshold, ...] = ()
    needs: Needs = Needs()
    secrecy: Secrecy = Secrecy()
    words: Words = CUSTOMARY
    severity: dict[str, Graveness] = {}
    wording: dict[str, str] = {}

    def __hash__(self) -> int:
        """A short one: what was read by a campaign is looked up by it for each page and file."""
        return hash((self.campaign.id, len(self.field)))

    @cached_property
    def categories(self) -> dict[str, CategoryData]:
        """The categories by id, in the file's order."""
        return {category.id: category for category in self.category}

    @cached_property
    def persons(self) -> frozenset[str]:
        """The ids of the categories whose nominee is a person."""
        return frozenset(category.id for category in self.category if category.person)

    @cached_property
    def quotas(self) -> dict[str, Quota]:
        """The quota rule of each kind of unit."""
        return {quota.kind: quota for quota in self.quota}

    def field_label(self, name: str, category: str | None) -> str:
        """The label by which a letter speaks of a field: its first for the category, and its block."""
        for field in self.field:
            if field.name == name and field.applies_to(category):
                label, block = field.labels[0], next(iter(field.under), "")
                return label if label.startswith(block) else f"{block}{label}"
        return name

    def words_for(self, category: str | None) -> Words:
        """The campaign's terms, as for a nominee of that category."""
        return self._own_words.get(category or "", self.words)

    @cached_property
    def _own_words(self) -> dict[str, Words]:
        """The terms of the categories that have a word of their own for a nominee."""
        return {
            category.id: self.words.model_copy(update={"nominee": category.nominee_term})
            for category in self.category
            if category.nominee_term is not None
        }

    def category_name(self, category: str | None) -> str:
        """The category's Chinese name, or 类别待定."""
        found = self.categories.get(category or "")
        return found.name if found else "类别待定"


class UnitRow(Part):
    """One row of the unit registry (`units.csv`)."""

    kind: str
    name: str
    aliases: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    phone: str = ""
    quota: int | None = Field(default=None, ge=0)


class HonouredRow(Part):
    """One row of `honoured.csv`; an empty unit matches any."""

    category: str
    name: str
    unit: str = ""
    year: str = ""
