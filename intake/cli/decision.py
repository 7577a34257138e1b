"""What a person says of a nomination and its papers: decide, correct, pair, part, join."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal, NoReturn, get_args

import typer

from intake.cli.shared import (
    BAD_USAGE,
    NEEDS_PERSON,
    Number,
    SomeNumber,
    complain,
    no_such_nomination,
    opened,
    out,
    print_said,
)
from intake.config.language import either, said
from intake.domain.assembly.corrected import Unfit
from intake.domain.campaign.wording import state_name
from intake.domain.model.correction import ScanVerdict
from intake.domain.model.lifecycle import Refused
from intake.domain.model.nomination import Action
from intake.service.bootstrap import Parts
from intake.service.pipeline import judge
from intake.staff.correction.corrector import Consequences
from intake.staff.correction.sayings import CorrectionAct, NoSuchFile, file_named
from intake.staff.decision import TOLD_OF_ITSELF, NoSuchNomination, decide, foresee
from store.database.engine import viewing

By = Annotated[str, typer.Option("--by", help="Who says so.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it stands in the history.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Tell what it would do; change nothing.")]
ScanFile = Annotated[str, typer.Argument(metavar="FILE")]
Undo = Annotated[bool, typer.Option("--undo", help="Take an earlier word back.")]

CORRECT = "correct"
Act = Literal["accept", "return", "reject", "withdraw", "reopen", "correct"]
"""What `decide` does: the actions, and a field's value, which `shouwen correct` says too."""

UNREACHABLE_UNIT = "no mail of the unit may be answered"


def decide_nomination(
    context: typer.Context,
    by: Annotated[str, typer.Option("--by", help="Who decides.")],
    number: SomeNumber = None,
    act: Annotated[Act | None, typer.Argument(metavar="|".join(get_args(Act)), show_default=False)] = None,
    field: Annotated[str | None, typer.Argument(metavar="FIELD", show_default=False)] = None,
    value: Annotated[str | None, typer.Argument(metavar="VALUE", show_default=False)] = None,
    reason: Annotated[
        str,
        typer.Option("--reason", help="Why; the unit reads it where it is told.", show_default=False),
    ] = "",
    workbook: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="A 台账.xlsx: decide what its columns 意见, 理由, 办理人 say.",
            exists=True,
            dir_okay=False,
            readable=True,
        ),
    ] = None,
    tell: Annotated[
        bool | None,
        typer.Option("--tell/--no-tell", help="Tell the unit (if not said: of return, reject, withdraw)."),
    ] = None,
    say: Annotated[
        str, typer.Option("--say", help="What the unit reads in place of the reason.", show_default=False)
    ] = "",
    dry_run: DryRun = False,
) -> None:
    """A person's decision, recorded; it outranks every rule."""
    telling = tell is not None or bool(say.strip())
    if workbook is not None:
        if number or reason or telling or not by.strip():
            raise typer.BadParameter("--from goes with --by and --dry-run alone: the rest stands in the file")
        _decide_rows(context, workbook, by, dry_run)
        return
    if number is None or act is None:
        raise typer.BadParameter("name the NUMBER and what is decided, or --from a workbook")
    if (act == CORRECT) != (value is not None):
        raise typer.BadParameter(f"FIELD and VALUE go with `{CORRECT}`, and it with them")
    if not by.strip() or not reason.strip():
        raise typer.BadParameter("--by and --reason must say something")
    if act == CORRECT:
        if telling:
            raise typer.BadParameter("a correction is told in the next letter: it goes without --tell, --say")
        with opened(context.obj) as parts:
            word = CorrectionAct(number, fields={str(field).strip(): str(value).strip()})
            carry_out(parts, word, by, reason, dry_run)
        return
    if say.strip() and tell is False:
        raise typer.BadParameter("--say is what the unit reads: it goes with --tell")
    action = Action(act)
    wanted = (action in TOLD_OF_ITSELF or bool(say.strip())) if tell is None else tell
    _decide_one(context, number, action, by, reason, (say.strip() or reason) if wanted else None, dry_run)


def _decide_one(
    context: typer.Context,
    number: str,
    action: Action,
    by: str,
    reason: str,
    told: str | None,
    dry_run: bool,
) -> None:
    with opened(context.obj) as parts:
        try:
            if dry_run:
                ahead = foresee(parts.engine, number, action, parts.loaded.units)
                state, is_told = ahead.after, told is not None and ahead.reachable
            else:
                outcome = decide(parts.engine, number, action, by, reason, told, parts.loaded.units)
                state, is_told = outcome.state, outcome.is_told
        except NoSuchNomination:
            no_such_nomination(number)
        except Refused as fault:
            complain(f"{number}: {fault}; see `shouwen status {number}`")
            raise typer.Exit(NEEDS_PERSON) from None
        if not dry_run:
            _judge_anew(parts)
        settle = parts.settings.letters.settle_seconds
    print_said(f"{number}: {_state(state)}")
    if is_told:
        then = "decide again to change it" if settle else "it goes with the next pass"
        complain(f"the unit is told by letter after {settle} s; {then}")
    elif told is not None:
        complain(f"{UNREACHABLE_UNIT}: tell it by telephone")
        raise typer.Exit(NEEDS_PERSON)


def _decide_rows(context: typer.Context, workbook: Path, by: str, dry_run: bool) -> None:
    # Here and not above: openpyxl takes its time, and most decisions are about one nomination.
    from intake.staff.workbook.carry_out import RowEnd, carry_out_rows
    from intake.staff.workbook.read_back import asked_in
    from intake.staff.workbook.sheet_rows import NoLedgerBook

    try:
        asked = asked_in(workbook.read_bytes(), by)
    except NoLedgerBook as fault:
        _refused(f"{workbook}: {fault}")
    with opened(context.obj) as parts:
        reports = carry_out_rows(parts.engine, asked, parts.loaded.units, dry_run=dry_run)
        if not dry_run and any(report.end is RowEnd.DONE for report in reports):
            _judge_anew(parts)
    for report in reports:
        state = _state(report.state) if report.state else ""
        phone = said(f"{UNREACHABLE_UNIT}: tell it by telephone") if report.unreachable else ""
        what = "; ".join(filter(None, (state, said(str(report.why or "")), phone)))
        end = f"{said(report.end)}{': ' if what else ''}{what}"
        line = f"{said(f'row {report.row}')}  {report.number or '-'}  {end}"
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    counts = ", ".join(f"{sum(report.end is end for report in reports)} {said(end)}" for end in RowEnd)
    out.print(f"{counts}{said(' (dry run: nothing is changed)') if dry_run else ''}", highlight=False)
    if any(report.end is RowEnd.LEFT_OUT or report.unreachable for report in reports):
        raise typer.Exit(NEEDS_PERSON)


def _state(state: str) -> str:
    return either(state, state_name(state))


def _judge_anew(parts: Parts) -> None:
    with parts.sandbox() as sandbox:
        judge(parts, sandbox)


def correct(
    context: typer.Context,
    number: Number,
    fields: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE…")],
    by: By,
    reason: Reason,
    undo: Undo = False,
    dry_run: DryRun = False,
) -> None:
    """Says what the form says: 姓名=沈知遥 类别=志愿者; it outranks every reading.

    The same value as was read settles a doubt about it.  With --undo, FIELD alone: as it was read.
    """
    texts: dict[str, str | None] = {}
    for word in fields:
        name, given, text = word.replace("＝", "=").partition("=")
        if bool(given) is undo:
            raise typer.BadParameter(f"write {word!r} as {'FIELD' if undo else 'FIELD=VALUE'}")
        texts[name.strip()] = None if undo else text.strip()
    with opened(context.obj) as parts:
        carry_out(parts, CorrectionAct(number, fields=texts), by, reason, dry_run)


def pair(
    context: typer.Context,
    number: Number,
    file: ScanFile,
    by: By,
    reason: Reason,
    undo: Undo = False,
    dry_run: DryRun = False,
) -> None:
    """Says that FILE (its name, or the beginning of its hash) is the scan of the nomination's form."""
    _say_of_scan(context, number, file, None if undo else ScanVerdict.TOGETHER, (by, reason, dry_run))


def part(
    context: typer.Context,
    number: Number,
    file: ScanFile,
    by: By,
    reason: Reason,
    undo: Undo = False,
    dry_run: DryRun = False,
) -> None:
    """Says that FILE is not the scan of the nomination's form."""
    _say_of_scan(context, number, file, None if undo else ScanVerdict.APART, (by, reason, dry_run))


def _say_of_scan(
    context: typer.Context,
    number: str,
    file: str,
    belonging: ScanVerdict | None,
    given: tuple[str, str, bool],
) -> None:
    with opened(context.obj) as parts:
        carry_out(parts, lambda: _of_scan(parts, number, file, belonging), *given)


def join(
    context: typer.Context,
    message: int,
    by: By,
    reason: Reason,
    unit: Annotated[str, typer.Argument(metavar="[UNIT]")] = "",
    undo: Undo = False,
    dry_run: DryRun = False,
) -> None:
    """Gives a mail with all its files to a unit of the registry; with --undo to the one that it names."""
    if bool(unit) is undo:
        raise typer.BadParameter("name the unit, or --undo")
    with opened(context.obj) as parts:
        carry_out(parts, CorrectionAct(mail=message, unit=unit), by, reason, dry_run)


def carry_out(
    parts: Parts,
    act: CorrectionAct | Callable[[], CorrectionAct],
    by: str,
    reason: str,
    dry_run: bool = False,
) -> None:
    """Does what an act says and prints what came of it; ends with BAD_USAGE for what cannot be said."""
    if not by.strip() or not reason.strip():
        raise typer.BadParameter("--by and --reason must say something")
    try:
        word = act() if callable(act) else act
        corrector = parts.corrector()
        done = corrector.foresee(word, by, reason) if dry_run else corrector.carry_out(word, by, reason)
    except NoSuchNomination as fault:
        _refused(f"no nomination has the number {fault}; `shouwen status` lists them")
    except (NoSuchFile, Unfit) as fault:
        _refused(str(fault))
    _tell(done)
    if not dry_run:
        _judge_anew(parts)


def _of_scan(parts: Parts, number: str, name: str, belonging: ScanVerdict | None) -> CorrectionAct:
    with viewing(parts.engine) as cn:
        return CorrectionAct(number, scan=file_named(cn, number, name).key, belonging=belonging)


def _tell(done: Consequences) -> None:
    none, unclear = said("（无）"), said("（待核）")
    for sentence in done.said:
        print_said(sentence)
    for change in done.changes:
        before, after = (_state(state) if state else none for state in (change.before, change.after))
        states = after if before == after else f"{before} -> {after}"
        changed = change.scan_before != change.scan_after
        scans = f"  {said('scan')}: {change.scan_after or none}" if changed else ""
        line = f"{change.number}  {change.nominee or unclear}  {states}{scans}"
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    for letter in done.letters:
        text = f"\n{letter.to}\n{letter.fault or letter.subject}\n\n{letter.text}"
        out.print(text, markup=False, highlight=False, soft_wrap=True)


def _refused(why: str) -> NoReturn:
    complain(why)
    raise typer.Exit(BAD_USAGE)
