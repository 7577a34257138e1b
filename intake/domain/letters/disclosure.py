"""A nomination as letters tell it: which of its findings a unit hears of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from intake.domain.campaign.findings import OVER_QUOTA
from intake.domain.model.document import Role
from intake.domain.model.nomination import Case, Decision, Finding, Severity, State
from intake.domain.text.names import compact

UNNAMED = "（名称待核）"

TOLD_ELSEWHERE = frozenset({OVER_QUOTA.code})
"""Findings that have a section of their own in the letter."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A nomination as the letter must tell it; `decision` is a person's that is in force."""

    case: Case
    state: State
    findings: tuple[Finding, ...]
    decision: Decision | None = None


def curable(item: Disclosure) -> tuple[Finding, ...]:
    """The defects of a nomination that may be told to the unit."""
    return tellable(item.state, item.findings)


def tellable(state: State, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Of these findings those that a letter tells: none while a person still has to look."""
    if state not in (State.DEFICIENT, State.HELD):
        return ()
    if any(finding.severity is Severity.REVIEW for finding in findings):
        return ()
    return tuple(
        finding
        for finding in findings
        if finding.severity is Severity.CURABLE and finding.code not in TOLD_ELSEWHERE
    )


def ranked(state: State, findings: Sequence[Finding]) -> bool:
    """True where the unit is to rank the nomination among others, its quota being exceeded."""
    return state is State.HELD and any(finding.code in TOLD_ELSEWHERE for finding in findings)


def name_of(case: Case) -> str:
    """The nominee as letters call it: never by what was only read from a picture.

    Without a Word form the name must stand in what the unit itself wrote: filename, folder, subject.
    """
    if case.nominee and case.current(Role.FORM) is None:
        written = [
            text
            for item in case.documents
            for text in (item.document.filename, item.document.folder, item.document.message.subject)
        ]
        if not any(compact(case.nominee) in compact(text) for text in written):
            return UNNAMED
    return case.nominee or UNNAMED


def names_of(nominations: Sequence[Disclosure]) -> tuple[str, ...]:
    """Nominees with their numbers, as a sentence names them."""
    return tuple(f"{name_of(item.case)}（{item.case.number or ''}）" for item in nominations)
