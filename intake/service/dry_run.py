"""What a replay would change, found out on a copy: ledger, outbox and archive stay as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.domain.model.nomination import Severity
from intake.service.bootstrap import Parts
from intake.service.pipeline import Summary, after_ingest
from parsers.sandbox.pool import Sandbox
from store import reports
from store.archive.archive import overlay
from store.database.copy import copied
from store.database.engine import viewing, writing
from store.mail import messages

NEW = "new"
"""Stands for the state of a nomination that is not in the ledger yet."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A nomination that would stand otherwise: states and findings (notes left out) before and after.

    The number of one that would be new is provisional.
    """

    number: str
    unit: str
    nominee: str
    before: str
    after: str
    gone: tuple[str, ...]
    come: tuple[str, ...]

    def __str__(self) -> str:
        codes = " ".join([*(f"+{code}" for code in self.come), *(f"-{code}" for code in self.gone)])
        states = self.after if self.before == self.after else f"{self.before} -> {self.after}"
        return "  ".join(part for part in (self.number, states, codes, self.unit, self.nominee) if part)


@dataclass(frozen=True, slots=True)
class LetterOwed:
    """A letter that would be written: its kind, the unit, and the nominations it speaks of."""

    kind: str
    unit: str
    numbers: tuple[str, ...]

    def __str__(self) -> str:
        return "  ".join(part for part in (self.kind, self.unit, " ".join(self.numbers)) if part)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a replay would do, and how it would end."""

    changed: tuple[Changed, ...]
    letters: tuple[LetterOwed, ...]
    summary: Summary


@dataclass(frozen=True, slots=True)
class _Books:
    """The ledger and the letters at one instant."""

    nominations: Mapping[str, reports.Row]
    letters: Mapping[int, reports.Row]


def rehearse(parts: Parts, sandbox: Sandbox, rows: Sequence[int] | None) -> Difference:
    """Replays messages (None: all) on a copy of the database and tells what became otherwise.

    The whole journey is walked but for polling and sending, so that mail which waits for other
    reasons is judged and answered as well, as the replay itself would.  Raises `StoreDown`.
    """
    with copied(parts.engine) as (engine, folder):
        archive = overlay(folder / "archive", parts.archive)
        mirror = replace(parts, engine=engine, archive=archive)
        before = _books(engine)
        with writing(engine) as cn:
            messages.replay(cn, rows, clock.now())
        summary = after_ingest(mirror, sandbox, deliver=False)
        after = _books(engine)
    return Difference(_changes(before, after), _letters(before, after), summary)


def _books(engine: Engine) -> _Books:
    with viewing(engine) as cn:
        return _Books(_nominations(cn), {row["id"]: row for row in reports.letters(cn, clock.SHANGHAI)})


def _nominations(cn: Connection) -> dict[str, reports.Row]:
    return {row["number"]: row for row in reports.nominations(cn, clock.SHANGHAI)}


def _changes(before: _Books, after: _Books) -> tuple[Changed, ...]:
    found = []
    for number, row in after.nominations.items():
        old = before.nominations.get(number)
        was, now = _codes(old), _codes(row)
        state = old["state"] if old else NEW
        if (state, was) != (row["state"], now):
            gone, come = (tuple((Counter(a) - Counter(b)).elements()) for a, b in ((was, now), (now, was)))
            unit, nominee = row["unit"]["name"] or "", row["nominee"] or ""
            found.append(Changed(number, unit, nominee, state, row["state"], gone, come))
    return tuple(found)


def _codes(row: reports.Row | None) -> tuple[str, ...]:
    """The findings that are more than notes; their order in the ledger means nothing."""
    findings = row["findings"] if row else ()
    return tuple(sorted(f["code"] for f in findings if f["severity"] != Severity.NOTE))


def _letters(before: _Books, after: _Books) -> tuple[LetterOwed, ...]:
    return tuple(
        LetterOwed(row["kind"], _units(row, after), tuple(row["nominations"]))
        for key, row in after.letters.items()
        if key not in before.letters
    )


def _units(letter: reports.Row, books: _Books) -> str:
    """The units whose nominations a letter speaks of; its address where it speaks of none."""
    rows = [books.nominations[number] for number in letter["nominations"] if number in books.nominations]
    return "、".join(dict.fromkeys(row["unit"]["name"] or "" for row in rows)) or str(letter["to"])
