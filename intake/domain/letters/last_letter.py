"""What the last letter asked a unit for, and whether what holds now must be told anew.  Pure.

A letter is owed when something lacks that the last letter on the nomination did not name, whatever
words name it; and once more when nothing lacks any longer of what was asked for.

What a letter asked for is on record (`letter_nomination.said`: code, file, field).  A letter that answers
no mail is owed, too, when less time is left than the last one said, or when the time had run out and
there is more.  More time alone owes nothing: reminders tell the new limit.  Other words for the same
defect, and one that goes while others stay, owe nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.domain.campaign.campaign import Campaign
from intake.domain.campaign.findings import OVER_QUOTA
from intake.domain.letters.disclosure import Disclosure, ranked, tellable
from intake.domain.model.nomination import Action, Finding, State

ANY = "*"
"""Stands for the field of a matter where it is not on record which was named."""

RANK = OVER_QUOTA.code
"""The matter of a nomination that the unit is to rank."""

RETURNED = "returned"
"""The matter of one that a person returned with words of his own."""


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that a letter asks for: the finding's code, the file, and the form's field if it is one."""

    code: str
    document: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a letter asked for of one nomination, and the first instant too late for it (None: no such)."""

    matters: tuple[Matter, ...] = ()
    until: datetime | None = None


def said_of(state: State, findings: Sequence[Finding], campaign: Campaign) -> Said:
    """What a letter that tells all there is to tell of a nomination asks for."""
    matters = [
        Matter(finding.code, finding.document or "", name)
        for finding in tellable(state, findings)
        for name in finding.fields or ("",)
    ]
    if ranked(state, findings):
        matters.append(Matter(RANK))
    return Said(tuple(matters), campaign.campaign.supplement_until if matters else None)


def said_of_all(items: Sequence[Disclosure], rows: Sequence[int], campaign: Campaign) -> dict[int, Said]:
    """What such a letter asks for of each nomination, by their rows in the ledger."""
    said = {row: said_of(item.state, item.findings, campaign) for row, item in zip(rows, items, strict=True)}
    for row, item in zip(rows, items, strict=True):
        if item.decision and item.state is State.DEFICIENT:
            said[row] = by_person(item.decision.action, campaign)
    return said


def by_person(action: Action, campaign: Campaign) -> Said:
    """What a letter on a person's decision asks for."""
    return (
        Said((Matter(RETURNED),), campaign.campaign.supplement_until) if action is Action.RETURN else Said()
    )


def lacks_more(last: Said, now: Said, at: datetime, *, papers_since: bool) -> bool:
    """True where a unit must be told what a nomination lacks.

    That is when a matter is new, when less time is left for it than was said, or when the time had
    run out and there is more.  More time before that is no letter's matter: reminders tell the new
    limit.  `papers_since`: files came after the last letter, so that a matter may go by another name.
    """
    if any(not _named(matter, last, papers_since) for matter in now.matters):
        return True
    if not now.matters or last.until is None or now.until is None or now.until <= at:
        return False
    return now.until < last.until or last.until <= at


def _named(matter: Matter, last: Said, papers_since: bool) -> bool:
    return any(
        matter.code == said.code
        and (said.field in (matter.field, ANY))
        and (papers_since or matter.document == said.document)
        for said in last.matters
    )


def is_eased(last: Said, state: State, *, papers_since: bool) -> bool:
    """True where a unit would still work on something that nobody wants any longer.

    Where papers came since, it is they that brought the nomination in order, and their answer says so.
    """
    return bool(last.matters) and state is State.COMPLETE and not papers_since
