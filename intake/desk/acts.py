"""A clerk's decision: shown beforehand with its consequences, then done under the clerk's name.

Between showing and doing, mail may come and another clerk may act: what is decided on is the case as it was
shown (`seen`), else the clerk is told who did what and decides again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from intake import clock
from intake.desk.case import case_page
from intake.desk.wiring import Because, clerk, desk, letters_go, needs, page, worded
from intake.domain.campaign.wording import ACT_NAMES, state_name
from intake.domain.letters.unit_letter import decision_letter
from intake.domain.model.nomination import Action
from intake.domain.model.staff import StaffRole
from intake.staff.decision import (
    TOLD_OF_ITSELF,
    NotDecided,
    try_to_decide,
    try_to_foresee,
)
from store import listing
from store.database import audit
from store.database.engine import viewing

pages = Blueprint("acts", __name__)

PHRASES: Mapping[Action, tuple[str, ...]] = {
    Action.ACCEPT: (
        "经人工核对，材料齐全，盖章清楚",
        "经电话核实，以所报材料为准",
        "扫描件与WORD版内容一致",
    ),
    Action.RETURN: (
        "扫描件未见单位公章，请盖章后重新扫描",
        "扫描件不清晰，无法核对，请重新扫描",
        "扫描件与WORD版内容不一致，请核对后重新报送",
        "材料填写不完整，请补齐",
    ),
    Action.REJECT: ("不符合通知规定的推荐条件", "超出推荐名额，经单位确认不再推荐"),
    Action.WITHDRAW: ("应推荐单位要求撤回",),
    Action.REOPEN: ("原办理意见有误，重新办理", "单位补充了新的材料，重新办理"),
}
"""Reasons to choose from; a clerk's own words stand beside or instead."""

Answer = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Act(Because):
    """What a form says: the action and why, whether the unit is told, and the case that was shown."""

    action: Action
    tell: bool
    seen: str
    event: int


@pages.app_context_processor
def _phrases() -> dict[str, object]:
    return {"phrases": PHRASES, "results": ACT_NAMES}


@pages.post("/case/<number>/preview")
@needs(StaffRole.DECIDE)
def preview(number: str) -> Answer:
    """What the decision would do: the state after it, and the letter as the unit will read it."""
    act = act_of_form()
    if not act.reason:
        return case_page(number, notice="请选择或填写理由。", typed=_typed(act)), HTTPStatus.BAD_REQUEST
    parts = desk().parts
    ahead = try_to_foresee(parts.engine, number, act.action, tuple(parts.loaded.units))
    if isinstance(ahead, NotDecided):
        return _not_done(number, act, ahead)
    letter, fault = None, ""
    if act.tell and ahead.reachable:
        told = [(ahead.case, act.action, act.reason)]
        letter, fault = worded(decision_letter(ahead.unit, told, parts.loaded.campaign, clock.now()))
    return page(
        "preview.html",
        active="waiting",
        number=number,
        act=act,
        ahead=ahead,
        letter=letter,
        fault=fault,
        **letters_go(),
    )


@pages.post("/case/<number>/decide")
@needs(StaffRole.DECIDE)
def do(number: str) -> Answer:
    """Records the decision, unless the case has changed since it was shown."""
    act = act_of_form()
    if not act.reason:
        abort(400)
    parts = desk().parts
    told = act.reason if act.tell else None
    units = tuple(parts.loaded.units)
    outcome = try_to_decide(parts.engine, number, act.action, clerk().name, act.reason, told, units, act.seen)
    if isinstance(outcome, NotDecided):
        return _not_done(number, act, outcome)
    desk().worker.ask()
    said = f"已记录：{ACT_NAMES[act.action]}，现为“{state_name(outcome.state)}”。"
    if outcome.is_told:
        said += "系统将发函告知单位；发函前如有误，可选“重新办理”更正。"
    elif act.tell:
        said += "没有可以发函的来信地址，请电话告知单位。"
    return case_page(number, notice=said)


def act_of_form() -> Act:
    """What the form of this request says; aborts where it is none of ours."""
    given = request.form
    try:
        action, event = Action(given.get("action", "")), int(given.get("event", "0"))
        tell = {"": action in TOLD_OF_ITSELF, "yes": True, "no": False}[given.get("tell", "")]
    except (ValueError, KeyError):
        abort(400)
    why = Because.of_form()
    return Act(why.phrase, why.own, action, tell, given.get("seen", "")[:64], event)


def _typed(act: Act) -> dict[str, object]:
    return {"action": act.action, "phrase": act.phrase, "own": act.own, "tell": act.tell}


def _overtaken(number: str, act: Act) -> Answer:
    """The case as it stands, with who did what since it was shown; what was typed is kept."""
    with viewing(desk().parts.engine) as cn:
        known, now = audit.of_nomination(cn, number, after=act.event), listing.last_event(cn, number)
    said = "该项在您查看之后已有变化，您的意见没有记录。请核对后重新办理。"
    if now == act.event:
        said = "该项在您查看之后有新的材料或检查结果，您的意见没有记录。请核对后重新办理。"
    return case_page(number, notice=said, since=known, typed=_typed(act)), HTTPStatus.CONFLICT


def _not_done(number: str, act: Act, why: NotDecided) -> Answer:
    if why is NotDecided.GONE:
        abort(404)
    if why is NotDecided.OVERTAKEN:
        return _overtaken(number, act)
    said = f"该项现在的状态不能“{ACT_NAMES[act.action]}”，意见没有记录。"
    return case_page(number, notice=said, typed=_typed(act)), HTTPStatus.CONFLICT
