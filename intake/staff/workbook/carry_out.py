"""What a filled-in 台账 asks for, carried out: each row by itself, through the same verb as everywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.engine import Engine

from intake.domain.campaign.campaign import UnitRow
from intake.domain.campaign.wording import ACT_NAMES, state_name
from intake.domain.model.nomination import Action, Case, State
from intake.domain.rules.judge import standing
from intake.staff.decision import MOST_WORDS, TOLD_OF_ITSELF, NotDecided, try_to_decide, try_to_foresee
from store import listing
from store.database.engine import viewing
from store.ledger import nominations
from store.letters import notices


@dataclass(frozen=True, slots=True)
class Why:
    """Why something was not done: for whoever is at a terminal, and for who reads a letter."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.en


@dataclass(frozen=True, slots=True)
class AskedDecision:
    """What a row asks for; `state` is the name of the state that it shows, "" where it shows none."""

    row: int
    number: str
    action: Action
    reason: str
    by: str
    state: str


@dataclass(frozen=True, slots=True)
class UnclearRow:
    """A row that cannot be carried out as it stands, and why."""

    row: int
    number: str
    why: Why


def once_each(found: Sequence[AskedDecision | UnclearRow]) -> list[AskedDecision | UnclearRow]:
    """The same, where nothing is certain of a number that is decided on twice."""
    times = Counter(item.number for item in found if item.number)
    twice = Why("another row decides on this number too", "同一编号有两条意见")
    return [UnclearRow(item.row, item.number, twice) if times[item.number] > 1 else item for item in found]


def too_long() -> Why:
    """A reason that has no room in a letter."""
    return Why(f"理由 has more than {MOST_WORDS} characters", f"理由超过{MOST_WORDS}字")


class RowEnd(StrEnum):
    """What became of a row."""

    DONE = "done"
    DONE_BEFORE = "done before"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of a row of the workbook, counted from 1, and why it was left out.

    `state` is the one in force afterwards; `unreachable` where the unit should hear of it and no letter can
    tell it.
    """

    row: int
    number: str
    end: RowEnd
    why: Why | None = None
    state: State | None = None
    unreachable: bool = False


def carry_out_rows(
    engine: Engine,
    asked: Iterable[AskedDecision | UnclearRow],
    registry: Sequence[UnitRow],
    *,
    dry_run: bool = False,
    since: datetime | None = None,
    shown: datetime | None = None,
) -> list[RowReport]:
    """Decides what is asked for, row by row; what a row gets wrong keeps no other from being done.

    A row whose action and reason are the last word on its nomination already is not done twice; one whose
    nomination is in another state than it shows is left out.  `dry_run`: tells the same, and changes nothing.
    `since`: an attempt that broke off began then; what was decided after it is the word that stands.
    `shown`: the list was written then; what would be told of a case whose senders wrote after it is left out.
    """
    return [
        RowReport(item.row, item.number, RowEnd.LEFT_OUT, item.why)
        if isinstance(item, UnclearRow)
        else _carried_out(engine, item, registry, dry_run, (since, shown))
        for item in asked
    ]


def _carried_out(
    engine: Engine,
    item: AskedDecision,
    registry: Sequence[UnitRow],
    dry_run: bool,
    moments: tuple[datetime | None, datetime | None],
) -> RowReport:
    since, shown = moments
    with viewing(engine) as cn:
        seen = listing.mark(cn, item.number)
        last = nominations.last_word(cn, item.number)
        found = nominations.find(cn, item.number)
        now = nominations.state(cn, found[0]) if found else None
    if last is not None:
        # A word that new material has overtaken is no longer in force, and may be said again.
        in_force = now is None or standing(last, now) is now
        if in_force and (last.action, last.reason) == (item.action, item.reason):
            return RowReport(item.row, item.number, RowEnd.DONE_BEFORE)
        if since is not None and last.at >= since:
            return _left_out(item, _NOT_DONE[NotDecided.OVERTAKEN])
    ahead = try_to_foresee(engine, item.number, item.action, registry)
    if isinstance(ahead, NotDecided):
        return _left_out(item, _why(engine, item, ahead))
    before = state_name(ahead.before)
    if item.state not in ("", ahead.before, before):
        en = f"it is {before} now, and {item.state} in the workbook"
        return _left_out(item, Why(en, f"现为“{before}”，台账中为“{item.state}”，请重新核对"))
    wanted = item.action in TOLD_OF_ITSELF
    if wanted and shown is not None and _has_come(engine, ahead.case, shown):
        return _left_out(item, _NOT_DONE[NotDecided.OVERTAKEN])
    if dry_run:
        return RowReport(
            item.row, item.number, RowEnd.DONE, None, ahead.after, wanted and not ahead.reachable
        )
    told = item.reason if wanted else None
    done = try_to_decide(engine, item.number, item.action, item.by, item.reason, told, registry, seen)
    if isinstance(done, NotDecided):
        return _left_out(item, _why(engine, item, done))
    return RowReport(item.row, item.number, RowEnd.DONE, None, done.state, wanted and not done.is_told)


def _left_out(item: AskedDecision, why: Why) -> RowReport:
    return RowReport(item.row, item.number, RowEnd.LEFT_OUT, why)


_NOT_DONE = {
    NotDecided.GONE: Why("no nomination has this number", "没有该编号"),
    NotDecided.OVERTAKEN: Why(
        "somebody, or new mail, was faster; run the command again", "其间已另有办理或来信，请核对后重新办理"
    ),
}


def _has_come(engine: Engine, case: Case, shown: datetime) -> bool:
    """True where one of those who sent the case's papers has written since it was shown."""
    senders = {paper.document.message.claimed_from for paper in case.papers}
    with viewing(engine) as cn:
        return notices.has_written_since(cn, senders, shown)


def _why(engine: Engine, item: AskedDecision, kind: NotDecided) -> Why:
    if kind is not NotDecided.NOT_NOW:
        return _NOT_DONE[kind]
    with viewing(engine) as cn:
        found = nominations.find(cn, item.number)
        state = nominations.state(cn, found[0]) if found else State.RECEIVED
    return Why(
        f"a nomination that is {state} cannot be changed by '{item.action}'",
        f"现为“{state_name(state)}”，不能“{ACT_NAMES[item.action]}”",
    )
