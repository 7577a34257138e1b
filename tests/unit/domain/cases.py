"""Documents, units, cases and judgements built without mail, files or a ledger.

A test posts papers in mails and asks what becomes of them:

    judged(post(1, word("张伟"), scanned("张伟.pdf")))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from intake.config.campaign_file import load_campaign
from intake.domain.assembly.assembly import Assembled, assemble_unit, match_numbers
from intake.domain.campaign.campaign import Campaign, HonouredRow
from intake.domain.campaign.registry import Registry
from intake.domain.mail.links import CloudLink
from intake.domain.model.document import Document, Field, Form, MessageRef, Role
from intake.domain.model.facts import (
    Facts,
    ImageFacts,
    OpaqueFacts,
    PdfFacts,
    PdfPage,
    UnreadableFacts,
    WordFacts,
)
from intake.domain.model.nomination import Case, Finding, Judgement, Severity, State, Unit
from intake.domain.rules.case_view import Circumstances
from intake.domain.rules.judge import judge_unit
from intake.domain.rules.namesakes import Namesake
from intake.domain.text.calendar import SHANGHAI

LOADED = load_campaign()
# What scans show has tests of its own; here a scan is as good as its name, and pictures will do.
CAMPAIGN = LOADED.campaign.model_copy(
    update={"needs": LOADED.campaign.needs.model_copy(update={"seal": "none", "scan_format": "any"})}
)
REGISTRY = Registry(LOADED.units)
DEADLINE = CAMPAIGN.campaign.deadline_at
SUPPLEMENT_UNTIL = CAMPAIGN.campaign.supplement_until

ZHEJIANG = "浙江省科学技术协会"
AGRONOMISTS = "中国农学会"
AFFILIATE = "科技导报社"
ENTERPRISE = Unit("某某集团科协", "某某集团科协", "enterprise", known=True)
SENDER = "kp@zast.example.cn"

FIGURES: Mapping[str, Mapping[str, Any]] = {
    "volunteer": {"service_years": 3.0},
    "organisation": {
        "founded_years": 3.0,
        "members": 20.0,
        "active_share": 0.6,
        "brands": 2.0,
        "activities": 50.0,
    },
    "project": {"running_years": 3.0, "team": 10.0},
    "site": {"resident_share": 0.6, "teams": 5.0, "activity_kinds": 5.0},
}
"""What each category needs at least: a nomination with these very figures is in order."""


def at(day: int, hour: int = 9, minute: int = 0, second: int = 0, month: int = 2) -> datetime:
    return datetime(2025, month, day, hour, minute, second, tzinfo=SHANGHAI)


def unit(name: str = ZHEJIANG, quota: int | None = None) -> Unit:
    """A unit of the registry, by its name."""
    return replace(REGISTRY.match(name).unit, quota=quota)


def campaign(**tables: Any) -> Campaign:
    """The shipped campaign with some of its tables replaced."""
    return Campaign.model_validate(CAMPAIGN.model_dump() | tables)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file before it is posted; two papers of the same `content` are the same bytes."""

    filename: str
    role: Role
    facts: Facts
    form: Form | None = None
    content: str | None = None


def read_form(
    nominee: str | None,
    category: str | None = "volunteer",
    unit_name: str | None = ZHEJIANG,
    empty: tuple[str, ...] = (),
    conflicts: tuple[str, ...] = (),
    **fields: Field | float | bool | None,
) -> Form:
    """A form's reading with every figure at its bound; `fields` replace figures, None takes one away."""
    values: dict[str, Field | float | bool | str | None] = {"nominee": nominee, "unit": unit_name}
    values |= {**FIGURES.get(category or "", {}), "registered": True} | fields
    return Form(
        category,
        {
            name: value if isinstance(value, Field) else Field(name, value, str(value))
            for name, value in values.items()
            if value is not None
        },
        empty,
        conflicts,
    )


def word(
    nominee: str | None,
    category: str | None = "volunteer",
    filename: str = "",
    content: str | None = None,
    **form: Any,
) -> Paper:
    """A Word form that could be read."""
    return Paper(
        filename or f"{nominee or ''}推荐表.docx",
        Role.FORM,
        WordFacts(()),
        read_form(nominee, category, **form),
        content,
    )


def blank(filename: str = "推荐表（空白）.docx", category: str | None = "volunteer") -> Paper:
    """The form as the office handed it out."""
    empty = ("nominee", "service_years")
    return Paper(filename, Role.FORM, WordFacts(()), Form(category, {}, empty))


def scanned(filename: str, text: str = "", content: str | None = None) -> Paper:
    """The stamped scan: one page that is a picture, or has a text layer."""
    return Paper(filename, Role.SCAN, pdf(text), content=content)


def pdf(text: str = "") -> PdfFacts:
    return PdfFacts((PdfPage(text, 595.0, 842.0, 1.0),), 1)


def damaged(filename: str, role: Role = Role.FORM, code: Any = "unreadable") -> Paper:
    """A form or scan that cannot be opened."""
    claimed = "pdf" if filename.endswith(".pdf") else "word"
    return Paper(filename, role, UnreadableFacts(code, claimed, "broken"))


def photo(filename: str, width: int = 1600, height: int = 1200, content: str | None = None) -> Paper:
    return Paper(filename, Role.PHOTO, ImageFacts("jpeg", width, height), content=content)


def other(filename: str, facts: Facts, role: Role = Role.OTHER) -> Paper:
    return Paper(filename, role, facts)


def opaque(filename: str, format: str) -> Paper:
    """A file of a kind that is known but not opened here."""
    return other(filename, OpaqueFacts(format))


def ref(number: int, when: datetime | None = None, sender: str = SENDER, subject: str = "") -> MessageRef:
    return MessageRef(number, f"<{number}@example.org>", when or at(20), sender, subject)


def post(
    number: int, *papers: Paper, when: datetime | None = None, sender: str = SENDER, subject: str = ""
) -> list[Document]:
    """The papers as the documents of one mail; the mail's number and their places make the rows."""
    message = ref(number, when, sender, subject)
    return [
        Document(
            id=number * 100 + place,
            message=message,
            ordinal=place,
            filename=paper.filename,
            content_hash=f"sha256:{paper.content or f'{number}/{place}'}",
            size=1000,
            role=paper.role,
            facts=paper.facts,
            form=paper.form,
        )
        for place, paper in enumerate(papers, 1)
    ]


def assembled(documents: Sequence[Document], of: Unit | None = None, names: Sequence[str] = ()) -> Assembled:
    of = of or unit()
    return assemble_unit(of, documents, CAMPAIGN, names or [of.name or ""])


def case_of(*papers: Paper, when: datetime | None = None, of: Unit | None = None) -> Case:
    """The one case that a single mail makes."""
    (case,) = assembled(post(1, *papers, when=when), of).cases
    return case


def numbered(cases: Sequence[Case], recorded: Sequence[Case] = ()) -> list[Case]:
    """Cases with their numbers, new ones numbered on as the ledger does."""
    matched = match_numbers(cases, recorded)
    last = max((int((old.number or "0")[-4:]) for old in recorded), default=0)
    result = []
    for case in matched:
        if case.number is None:
            last += 1
        result.append(replace(case, number=case.number or f"KX2024-{last:04d}"))
    return result


def judged(
    documents: Sequence[Document],
    of: Unit | None = None,
    *,
    rules: Campaign = CAMPAIGN,
    honoured: Sequence[HonouredRow] = (),
    states: Mapping[str, State] | None = None,
    links: Mapping[int, Sequence[CloudLink]] | None = None,
    doubtful_times: Mapping[int, str] | None = None,
    left_out: Mapping[int, Sequence[str]] | None = None,
    others_of_kind: int = 0,
    near_units: Sequence[str] = (),
    namesakes: Sequence[Namesake] = (),
) -> list[tuple[Case, Judgement]]:
    """All that one unit sent, assembled, numbered and judged."""
    made = assembled(documents, of)
    made = replace(made, cases=tuple(numbered(made.cases)))
    return judge_unit(
        made,
        Circumstances(
            rules,
            honoured,
            states=states or {},
            links=links or {},
            left_out=left_out or {},
            doubtful_times=doubtful_times or {},
            near_units=near_units,
            others_of_kind=others_of_kind,
            namesakes=namesakes,
        ),
    )


def judge_one(*papers: Paper, when: datetime | None = None, of: Unit | None = None, **more: Any) -> Judgement:
    """The judgement of the one nomination that a single mail makes."""
    ((_, judgement),) = judged(post(1, *papers, when=when), of, **more)
    return judgement


def codes(judgement: Judgement, severity: Severity | None = None) -> list[str]:
    """The codes of its findings, notes left out."""
    wanted = {severity} if severity else {Severity.CURABLE, Severity.REVIEW}
    return [finding.code for finding in judgement.findings if finding.severity in wanted]


def finding(judgement: Judgement, code: str) -> Finding:
    """The one finding of a code."""
    (found,) = (item for item in judgement.findings if item.code == code)
    return found


def documents_of(made: Assembled) -> list[tuple[int, int]]:
    """The keys of all documents that stand in a case or are loose."""
    filed = [item.document for case in made.cases for item in case.documents]
    return sorted(document.key for document in (*filed, *made.loose))


def scan_of(made: Assembled | Sequence[Case]) -> dict[str | None, str | None]:
    """The filename of the current scan of each nominee."""
    cases = made.cases if isinstance(made, Assembled) else made
    found = {case.nominee: case.current(Role.SCAN) for case in cases}
    return {nominee: scan.filename if scan else None for nominee, scan in found.items()}
