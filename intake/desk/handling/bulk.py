"""Several nominations decided in one go: one preview of all that follows, then each done by itself.

Each is decided as it was shown; one that changed meanwhile is left out and told, the others go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from intake import clock
from intake.desk.acts import Act, act_of_form
from intake.desk.wiring import clerk, desk, letters_go, needs, page, worded
from intake.domain.campaign.wording import state_name
from intake.domain.letters.unit_letter import decision_letter
from intake.domain.model.staff import StaffRole
from intake.mail.message import Rendered
from intake.staff.decision import Foreseen, NotDecided, try_to_decide, try_to_foresee
from store import listing
from store.database.engine import viewing

pages = Blueprint("bulk", __name__)

MOST_AT_ONCE = 100
"""Nominations that one form decides: two pages of the list, and a preview that can still be read."""

WHY = {
    NotDecided.NOT_NOW: "现在的状态不能这样办理",
    NotDecided.GONE: "没有该项",
    NotDecided.OVERTAKEN: "预览之后已有变化，请查看后单独办理",
}
"""What is told of one that is not decided."""

Answer = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Ahead:
    """One of them as it would be decided; `seen` is how it stood when that was foreseen."""

    number: str
    seen: str
    foreseen: Foreseen


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One that is not decided, and why."""

    number: str
    why: str


@dataclass(frozen=True, slots=True)
class Done:
    """One that was decided: its state now, and how its unit hears of it."""

    number: str
    state: str
    told: str


@pages.post("/bulk/preview")
@needs(StaffRole.DECIDE)
def preview() -> Answer:
    """What the decision would do to each, and the letters as the units will read them."""
    act = act_of_form()
    numbers = list(dict.fromkeys(request.form.getlist("pick")))
    if not numbers or len(numbers) > MOST_AT_ONCE or not act.reason:
        said = f"请勾选1至{MOST_AT_ONCE}项，并选择或填写理由；未作任何办理。"
        return page("bulk_done.html", active="waiting", act=act, done=(), left=(), notice=said), (
            HTTPStatus.BAD_REQUEST
        )
    ahead, left = _ahead(numbers, act)
    letters, fault = _letters(ahead, act)
    return page(
        "bulk.html",
        active="waiting",
        act=act,
        ahead=ahead,
        left=left,
        letters=letters,
        fault=fault,
        **letters_go(),
    )


@pages.post("/bulk/decide")
@needs(StaffRole.DECIDE)
def do() -> Answer:
    """Decides each by itself, as it was shown."""
    act = act_of_form()
    shown = [pick.partition("|") for pick in request.form.getlist("pick")]
    if not act.reason or not shown or len(shown) > MOST_AT_ONCE:
        abort(400)
    done, left = list[Done](), list[LeftOut]()
    for number, _, seen in shown:
        outcome = _decided(number, seen, act)
        if isinstance(outcome, Done):
            done.append(outcome)
        else:
            left.append(outcome)
    if done:
        desk().worker.ask()
    said = f"已办理{len(done)}项。" + (f"{len(left)}项没有办理，原因见下。" if left else "")
    status = HTTPStatus.CONFLICT if left else HTTPStatus.OK
    return page("bulk_done.html", active="waiting", act=act, done=done, left=left, notice=said), status


def _ahead(numbers: Sequence[str], act: Act) -> tuple[list[Ahead], list[LeftOut]]:
    parts, units = desk().parts, tuple(desk().parts.loaded.units)
    ahead, left = list[Ahead](), list[LeftOut]()
    for number in numbers:
        with viewing(parts.engine) as cn:
            # Taken first: what changes between the two is seen as changed, not overlooked.
            seen = listing.mark(cn, number)
        foreseen = try_to_foresee(parts.engine, number, act.action, units)
        if isinstance(foreseen, NotDecided):
            left.append(LeftOut(number, WHY[foreseen]))
        else:
            ahead.append(Ahead(number, seen, foreseen))
    return ahead, left


def _letters(ahead: Sequence[Ahead], act: Act) -> tuple[list[tuple[str, Rendered]], str]:
    """One letter a unit, as all of them would be told together; or what is wrong with its template."""
    if not act.tell:
        return [], ""
    letters = []
    told = sorted(
        (item for item in ahead if item.foreseen.reachable), key=lambda item: item.foreseen.unit.key
    )
    for _, group in groupby(told, key=lambda item: item.foreseen.unit.key):
        own = [item.foreseen for item in group]
        lines = [(item.case, act.action, act.reason) for item in own]
        view = decision_letter(own[0].unit, lines, desk().parts.loaded.campaign, clock.now())
        letter, fault = worded(view)
        if letter is None:
            return [], fault
        letters.append((own[0].unit.name or own[0].unit.key, letter))
    return letters, ""


def _decided(number: str, seen: str, act: Act) -> Done | LeftOut:
    parts, told = desk().parts, act.reason if act.tell else None
    units = tuple(parts.loaded.units)
    outcome = try_to_decide(parts.engine, number, act.action, clerk().name, act.reason, told, units, seen)
    if isinstance(outcome, NotDecided):
        return LeftOut(number, WHY[outcome])
    how = "发函告知" if outcome.is_told else "请电话告知" if act.tell else "不告知"
    return Done(number, state_name(outcome.state), how)
