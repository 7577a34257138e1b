"""What the rows of a filled-in 台账 ask for: which decisions its columns 意见, 理由, 办理人 name.

A row that says nothing certain is told with its place and left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from intake.domain.campaign.wording import ACT_NAMES
from intake.staff.decision import MOST_WORDS
from intake.staff.workbook.carry_out import AskedDecision, UnclearRow, Why, once_each, too_long
from intake.staff.workbook.ledger_book import ACTION, CLERK, NUMBER, REASON, STATE
from intake.staff.workbook.sheet_rows import BookRow, book_rows


def asked_in(data: bytes, by: str) -> list[AskedDecision | UnclearRow]:
    """What the rows of a workbook ask for, in their order; raises `NoLedgerBook`.

    `by` decides where a row names nobody.  Rows without 意见 and 理由 ask for nothing.
    """
    return asked(book_rows(data), by)


def asked(rows: Iterable[BookRow], by: str) -> list[AskedDecision | UnclearRow]:
    """The same of rows that have been read; a number that several rows decide on is unclear in each."""
    found = [_asked(row, by) for row in rows if _text(row, ACTION) or _text(row, REASON)]
    return once_each(found)


def _asked(row: BookRow, by: str) -> AskedDecision | UnclearRow:
    number, said, reason = (_text(row, heading) for heading in (NUMBER, ACTION, REASON))
    number = unicodedata.normalize("NFKC", number).upper()
    action = next((action for action, name in ACT_NAMES.items() if name == said), None)
    if row.formulas:
        named = "、".join(sorted(row.formulas))
        why = Why(f"a formula stands in {named}", f"“{named}”列中是公式，请填写文字")
    elif not number:
        why = _empty(NUMBER)
    elif not said:
        why = _empty(ACTION)
    elif action is None:
        names = "、".join(ACT_NAMES.values())
        why = Why(f"{ACTION} “{said[:20]}” is none of {names}", f"意见“{said[:20]}”不明，请填写{names}之一")
    elif not reason:
        why = _empty(REASON)
    elif len(reason) > MOST_WORDS:
        why = too_long()
    else:
        return AskedDecision(row.row, number, action, reason, _text(row, CLERK) or by, _text(row, STATE))
    return UnclearRow(row.row, number, why)


def _empty(heading: str) -> Why:
    return Why(f"{heading} is empty", f"未写{heading}")


def _text(row: BookRow, heading: str) -> str:
    return row.texts.get(heading, "").strip()
