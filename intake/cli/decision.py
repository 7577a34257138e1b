"""What a person decides about a nomination: decide."""

from __future__ import annotations

from typing import Annotated

import typer

from intake.cli.shared import NEEDS_PERSON, Number, no_such_nomination, opened, out, screen
from intake.domain.campaign.wording import state_name
from intake.domain.model.lifecycle import Refused
from intake.domain.model.nomination import Action
from intake.service.pipeline import judge
from intake.staff.decision import TOLD_OF_ITSELF, NoSuchNomination, decide


def decide_nomination(
    context: typer.Context,
    number: Number,
    action: Action,
    by: Annotated[str, typer.Option("--by", help="Who decides.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; the unit reads it where it is told.")],
    tell: Annotated[
        bool | None,
        typer.Option("--tell/--no-tell", help="Tell the unit (if not said: of return, reject, withdraw)."),
    ] = None,
    say: Annotated[
        str, typer.Option("--say", help="What the unit reads in place of the reason.", show_default=False)
    ] = "",
) -> None:
    """A person's decision, recorded; it outranks every rule."""
    if not by.strip() or not reason.strip():
        raise typer.BadParameter("--by and --reason must say something")
    if say.strip() and tell is False:
        raise typer.BadParameter("--say is what the unit reads: it goes with --tell")
    wanted = (action in TOLD_OF_ITSELF or bool(say.strip())) if tell is None else tell
    with opened(context.obj) as parts:
        try:
            told = (say.strip() or reason) if wanted else None
            outcome = decide(parts.engine, number, action, by, reason, told, parts.loaded.units)
        except NoSuchNomination:
            no_such_nomination(number)
        except Refused as fault:
            screen.print(f"{number}: {fault}; see `shouwen status {number}`", markup=False, soft_wrap=True)
            raise typer.Exit(NEEDS_PERSON) from None
        with parts.sandbox() as sandbox:
            judge(parts, sandbox)
        settle = parts.settings.letters.settle_seconds
    out.print(f"{number}: {state_name(outcome.state)} ({outcome.state})", markup=False)
    if outcome.is_told:
        said = "decide again to change it" if settle else "it goes with the next pass"
        screen.print(f"the unit is told by letter after {settle} s; {said}", soft_wrap=True)
    elif wanted:
        screen.print("no mail of the unit may be answered: tell it by telephone", soft_wrap=True)
        raise typer.Exit(NEEDS_PERSON)
