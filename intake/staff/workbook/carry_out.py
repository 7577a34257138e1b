"""What a filled-in 台账 asks for, carried out: each row by itself, through the same verb as everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.engine import Engine

from intake.domain.campaign.campaign import UnitRow
from intake.domain.campaign.wording import state_name
from intake.domain.model.lifecycle import Refused
from intake.domain.model.nomination import State
from intake.staff.decision import TOLD_OF_ITSELF, NoSuchNomination, Overtaken, decide, foresee
from intake.staff.workbook.read_back import AskedDecision, UnclearRow
from store import listing
from store.database.engine import viewing
from store.ledger import nominations
from store.ledger.nominations import Conflict


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
    why: str = ""
    state: State | None = None
    unreachable: bool = False


def carry_out_rows(
    engine: Engine,
    asked: Iterable[AskedDecision | UnclearRow],
    registry: Sequence[UnitRow],
    *,
    dry_run: bool = False,
) -> list[RowReport]:
    """Decides what is asked for, row by row; what a row gets wrong keeps no other from being done.

    A row whose action and reason are the last word on its nomination already is not done twice; one whose
    nomination is in another state than it shows is left out.  `dry_run`: tells the same, and changes nothing.
    """
    reports = []
    for item in asked:
        if isinstance(item, UnclearRow):
            reports.append(RowReport(item.row, item.number, RowEnd.LEFT_OUT, item.why))
            continue
        try:
            reports.append(_carried_out(engine, item, registry, dry_run))
        except NoSuchNomination:
            why = "no nomination has this number"
        except (Overtaken, Conflict):
            why = "somebody, or new mail, was faster; run the command again"
        except Refused as fault:
            why = str(fault)
        else:
            continue
        reports.append(RowReport(item.row, item.number, RowEnd.LEFT_OUT, why))
    return reports


def _carried_out(
    engine: Engine, item: AskedDecision, registry: Sequence[UnitRow], dry_run: bool
) -> RowReport:
    with viewing(engine) as cn:
        seen = listing.mark(cn, item.number)
        last = nominations.last_word(cn, item.number)
    if last is not None and (last.action, last.reason) == (item.action, item.reason):
        return RowReport(item.row, item.number, RowEnd.DONE_BEFORE)
    ahead = foresee(engine, item.number, item.action, registry)
    if item.state not in ("", ahead.before, state_name(ahead.before)):
        why = f"it is {state_name(ahead.before)} now, and {item.state} in the workbook"
        return RowReport(item.row, item.number, RowEnd.LEFT_OUT, why)
    wanted = item.action in TOLD_OF_ITSELF
    if dry_run:
        return RowReport(item.row, item.number, RowEnd.DONE, "", ahead.after, wanted and not ahead.reachable)
    told = item.reason if wanted else None
    done = decide(engine, item.number, item.action, item.by, item.reason, told, registry, seen)
    return RowReport(item.row, item.number, RowEnd.DONE, "", done.state, wanted and not done.is_told)
