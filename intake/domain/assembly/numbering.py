"""Which number of the ledger a nomination already has, however often it is put together anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from intake.domain.documents.unopenable import is_shut
from intake.domain.model.document import Role
from intake.domain.model.nomination import Case, CaseDocument
from intake.domain.text.names import Named


def match_numbers(cases: Sequence[Case], recorded: Sequence[Case]) -> list[Case]:
    """Gives each case the number it already has in the ledger, by its documents, else by its names.

    Several numbers for one case: the oldest stays.  A number that no case takes up
    has been superseded; the caller sees it by its absence.  Names tell only within the mails of one
    address: nobody takes over a number, or what was decided on it, by naming its nominee.
    """
    ledger = _Ledger(recorded)
    waiting = list(cases)
    numbered: list[Case] = []
    # A number goes with the form; only then with the scan, with what came in answer, and with the names.
    for candidates in (ledger.of_form, ledger.of_papers, ledger.of_shut_files, ledger.of_names):
        rest: list[Case] = []
        for case in waiting:
            number = ledger.claim(candidates(case))
            (numbered if number else rest).append(replace(case, number=number) if number else case)
        waiting = rest
    return sorted(
        [*numbered, *waiting], key=lambda c: (c.received_at, min(i.document.order for i in c.documents))
    )


class _Ledger:
    """The recorded nominations, of which each gives its number away once."""

    def __init__(self, recorded: Sequence[Case]) -> None:
        self._recorded = recorded
        self._taken: set[str] = set()
        self._owners: dict[tuple[int, int], list[Case]] = {}
        for old in recorded:
            for item in old.documents:
                self._owners.setdefault(item.document.key, []).append(old)

    def claim(self, candidates: Iterable[Case]) -> str | None:
        """The oldest number of these that is still free, or None."""
        free = {old.number for old in candidates if old.number} - self._taken
        if not free:
            return None
        number = min(free)
        self._taken.add(number)
        return number

    def of_form(self, case: Case) -> list[Case]:
        """Those that hold a form of the case."""
        return self._owners_of(item for item in case.documents if item.role is Role.FORM)

    def of_papers(self, case: Case) -> list[Case]:
        """Those that hold a form or scan of the case."""
        return self._owners_of(case.papers)

    def of_shut_files(self, case: Case) -> list[Case]:
        """Those of files that nobody could open, to which the case came in answer.

        None that has a form or scan which was ever read, or asked for as such.
        """
        shut = (item for item in case.documents if is_shut(item.document))
        return [old for old in self._owners_of(shut) if not old.papers]

    def of_names(self, case: Case) -> list[Case]:
        """Those of the unit that bear the same name in the same category."""
        return [old for old in self._recorded if case.nominee and _has_names_of(old, case)]

    def _owners_of(self, items: Iterable[CaseDocument]) -> list[Case]:
        return [old for item in items for old in self._owners.get(item.document.key, [])]


def _has_names_of(old: Case, case: Case) -> bool:
    same = Named(old.nominee, old.category).is_same(Named(case.nominee, case.category))
    return same and old.unit.key == case.unit.key and bool(_senders(old) & _senders(case))


def _senders(case: Case) -> set[str]:
    return {item.document.message.claimed_from for item in case.documents}
