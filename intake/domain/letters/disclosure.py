"""A nomination as letters tell it: which of its findings a unit hears of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from intake.domain.campaign.findings import OVER_QUOTA, SENDER_NEW
from intake.domain.model.certainty import Basis
from intake.domain.model.document import Role
from intake.domain.model.nomination import Case, Decision, Finding, Severity, State
from intake.domain.text.names import compact

UNNAMED = "（名称待核）"

TOLD_ELSEWHERE = frozenset({OVER_QUOTA.code})
"""Findings that have a section of their own in the letter."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A nomination as the letter must tell it; `decision` is a person's that is in force.

    `check`, where there is one, is told in place of what its state says.
    """

    case: Case
    state: State
    findings: tuple[Finding, ...]
    decision: Decision | None = None
    check: str = ""


FROM_ANOTHER = "由其他地址以贵单位名义报送，请核实"


def from_another(item: Disclosure) -> Disclosure:
    """The nomination as a correspondent reads it who did not send it: whether an unknown address did."""
    new = any(finding.code == SENDER_NEW.code and finding.basis is Basis.MAIL for finding in item.findings)
    return replace(item, check=FROM_ANOTHER) if new and item.state is State.REVIEW else item


def is_withheld(item: Disclosure) -> bool:
    """True where a person must first look at what another address sent: it may be what lacks."""
    waits = any(
        finding.code == SENDER_NEW.code and finding.basis is Basis.SENDER for finding in item.findings
    )
    return item.state is State.DEFICIENT and item.decision is None and waits


def curable(item: Disclosure) -> tuple[Finding, ...]:
    """The defects of a nomination that may be told to the unit."""
    return tellable(item.state, item.findings)


def tellable(state: State, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Of these findings those that a letter tells: none while a person still has to look."""
    if state not in (State.DEFICIENT, State.HELD):
        return ()
    if _blocked(findings):
        return ()
    return tuple(
        finding
        for finding in findings
        if finding.severity is Severity.CURABLE and finding.code not in TOLD_ELSEWHERE
    )


def _blocked(findings: Sequence[Finding]) -> bool:
    """True while a person has to look; what others merely ask for in words holds up nothing."""
    return any(
        finding.severity is Severity.REVIEW
        and (finding.basis is not Basis.SENDER or finding.code == SENDER_NEW.code)
        for finding in findings
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
