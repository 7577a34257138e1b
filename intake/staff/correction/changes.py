"""What an act changed: the nominations of units at two instants, held against each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from intake.domain.model.document import Role
from intake.domain.model.nomination import Case, Severity, State
from store.ledger import nominations


@dataclass(frozen=True, slots=True)
class Change:
    """A nomination that stands otherwise after an act; `before` or `after` None: there was, is, none.

    `number` of one that is new is provisional beforehand.  The scans are filenames; empty for none.
    """

    number: str
    nominee: str
    unit: str
    category: str | None
    before: State | None
    after: State | None
    scan_before: str = ""
    scan_after: str = ""
    doubts_before: int = 0
    doubts_after: int = 0


@dataclass(frozen=True, slots=True)
class CaseAt:
    """A nomination at one instant, with how many doubts a person must settle."""

    case: Case
    state: State
    doubts: int


def standings_of(cn: Connection, rows: Collection[int]) -> dict[str, CaseAt]:
    """The nominations of these unit rows as they stand now, by number."""
    found = nominations.standings(cn, rows)
    findings = nominations.findings_of(cn, [one.id for one in found])
    return {
        one.case.number or "": CaseAt(
            one.case, one.state, sum(item.severity is Severity.REVIEW for item in findings.get(one.id, ()))
        )
        for one in found
    }


def changes_between(before: Mapping[str, CaseAt], after: Mapping[str, CaseAt]) -> tuple[Change, ...]:
    """What stands otherwise, by number; of units that were not looked at before all is new to us."""
    changes = []
    for number in sorted(before.keys() | after.keys()):
        old, new = before.get(number), after.get(number)
        told = new or old
        if told is None or (old and new and _shown(old) == _shown(new)):
            continue
        changes.append(
            Change(
                number,
                told.case.nominee or "",
                told.case.unit.name or "",
                told.case.category,
                old.state if old else None,
                new.state if new else None,
                _scan(old),
                _scan(new),
                old.doubts if old else 0,
                new.doubts if new else 0,
            )
        )
    return tuple(changes)


def _shown(one: CaseAt) -> tuple[object, ...]:
    case = one.case
    return one.state, case.nominee, case.category, case.unit.key, _scan(one), one.doubts


def _scan(one: CaseAt | None) -> str:
    scan = one.case.current(Role.SCAN) if one else None
    return scan.filename if scan else ""
