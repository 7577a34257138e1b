"""Which number of the ledger a nomination already has, however often it is put together anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from intake.domain.documents.unopenable import is_shut
from intake.domain.model.document import Role
from intake.domain.model.nomination import Case
from intake.domain.text.names import Named


def match_numbers(cases: Sequence[Case], recorded: Sequence[Case]) -> list[Case]:
    """Gives each case the number it already has in the ledger, by its documents, else by its names.

    Several numbers for one case: the oldest stays.  A number that no case takes up
    has been superseded; the caller sees it by its absence.
    """
    taken: set[str] = set()
    numbered: list[Case] = []
    owners: dict[tuple[int, int], list[Case]] = {}
    for old in sorted(recorded, key=lambda c: c.number or ""):
        for item in old.documents:
            owners.setdefault(item.document.key, []).append(old)

    def claim(case: Case, candidates: list[Case]) -> Case | None:
        free = [old for old in candidates if old.number and old.number not in taken]
        if not free:
            return None
        number = min(old.number or "" for old in free)
        taken.add(number)
        return replace(case, number=number)

    waiting = list(cases)
    # A number goes with the form; only then with the scan.
    for roles in ((Role.FORM,), (Role.FORM, Role.SCAN)):
        rest: list[Case] = []
        for case in waiting:
            main = [item for item in case.documents if item.role in roles]
            found = claim(case, [old for item in main for old in owners.get(item.document.key, [])])
            (numbered if found else rest).append(found or case)
        waiting = rest
    # What came in answer to a file that nobody could open takes its number over.
    rest = []
    for case in waiting:
        files = [item.document for item in case.documents if is_shut(item.document)]
        found = claim(case, [old for file in files for old in owners.get(file.key, []) if _only_files(old)])
        (numbered if found else rest).append(found or case)
    waiting = rest
    for case in waiting:
        same = [
            old
            for old in recorded
            if old.unit.key == case.unit.key
            and Named(old.nominee, old.category).is_same(Named(case.nominee, case.category))
        ]
        numbered.append(claim(case, same) or case)
    return sorted(numbered, key=lambda c: (c.received_at, min(i.document.key for i in c.documents)))


def _only_files(old: Case) -> bool:
    """True for a recorded nomination without a form or scan that was ever read or asked for as such."""
    return all(item.role not in (Role.FORM, Role.SCAN) for item in old.documents)
