"""Who writes for a unit, by a clerk's word: shown beforehand with what follows; addresses cleared of returns.

An address is confirmed by asking the unit on the telephone, never by answering the mail.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, request
from sqlalchemy.engine import Connection
from werkzeug.wrappers import Response

from intake import clock
from intake.config.values import is_address
from intake.desk import correspondence
from intake.desk.wiring import clerk, desk, needs, page
from intake.domain.campaign.findings import SENDER_NEW
from intake.domain.model.nomination import Finding, Unit
from intake.domain.model.staff import StaffRole
from intake.staff import correspondents
from store import listing
from store.database.engine import viewing, writing
from store.ledger import units
from store.letters import returns

pages = Blueprint("senders", __name__)

STANDINGS: Mapping[str, str] = {
    "registered": "名录登记",
    "confirmed": "已确认",
    "refused": "已否认",
    "first": "首个来信，未确认",
    "further": "其他来信，未确认",
    "new": "未确认，所报材料待核",
}
"""How an address stands, as staff read it."""

WORDS: Mapping[str, bool | None] = {"confirm": True, "refuse": False, "none": None}
"""What a clerk says of an address: it writes for the unit, it does not, or an earlier word is taken back."""

MOST_REASON = 500

Answer = str | Response | tuple[str, int]


@pages.app_context_processor
def _names() -> dict[str, object]:
    return {"standings": STANDINGS}


def of_case(cn: Connection, unit_row: int, findings: list[Finding]) -> dict[str, Any] | None:
    """Who writes for the unit of a case, where an address doubts it; else None."""
    if not any(item.code == SENDER_NEW.code for item in findings):
        return None
    return _account(cn, _unit(cn, unit_row), unit_row)


@pages.get("/unit/<int(max=2147483647):unit>/senders")
def show(unit: int) -> str:
    """Who writes for a unit, and by whose word."""
    return _page(unit)


@pages.post("/unit/<int(max=2147483647):unit>/senders/preview")
@needs(StaffRole.DECIDE)
def preview(unit: int) -> Answer:
    """What a word on an address brings about."""
    address, word = _said()
    with viewing(desk().parts.engine) as cn:
        owner = _unit(cn, unit)
        others = correspondents.unconfirmed(cn, desk().parts.loaded, owner)
        papers = listing.of_sender(cn, unit, address)
    return page(
        "sender.html",
        active="waiting",
        unit={"row": unit, "name": owner.name or owner.key},
        address=address,
        word=word,
        papers=papers,
        others=[other for other in others if other != address],
    )


@pages.post("/unit/<int(max=2147483647):unit>/senders")
@needs(StaffRole.DECIDE)
def say(unit: int) -> Answer:
    """Records the word; the unit is judged anew by it."""
    address, word = _said()
    with viewing(desk().parts.engine) as cn:
        owner = _unit(cn, unit)
    correspondents.say(desk().parts.engine, owner, address, WORDS[word], clerk().name)
    desk().worker.ask()
    done = {"confirm": "已确认", "refuse": "已否认", "none": "已撤回对该地址的意见："}[word]
    return _page(unit, notice=f"{done}{address}。材料正在重新归并。")


@pages.post("/addresses/unblock")
@needs(StaffRole.DECIDE)
def unblock() -> Answer:
    """Lets letters go again to an address from which one came back."""
    address = request.form.get("address", "").strip().lower()
    reason = " ".join(request.form.get("reason", "").split())[:MOST_REASON]
    if not reason:
        return correspondence.waiting("请填写核实情况。"), HTTPStatus.BAD_REQUEST
    with writing(desk().parts.engine) as cn:
        held = returns.unblock(cn, address, clock.now(), clerk().name, reason)
    if held is None:
        return correspondence.waiting(f"{address}未停发或已解除，未作改动。"), HTTPStatus.CONFLICT
    said = f"{address}已解除停发。" + (f"为其暂存的{len(held)}封信函请在下方放行。" if held else "")
    return correspondence.waiting(said)


def _page(unit: int, notice: str = "") -> str:
    with viewing(desk().parts.engine) as cn:
        account = _account(cn, _unit(cn, unit), unit)
    return page("senders.html", active="waiting", senders=account, notice=notice)


def _account(cn: Connection, owner: Unit, row: int) -> dict[str, Any]:
    found = correspondents.account(cn, desk().parts.loaded, owner) or [{"addresses": []}]
    registry = {unit.name: unit.phone for unit in desk().parts.loaded.units}
    return {
        "row": row,
        "name": owner.name or owner.key,
        "phone": registry.get(owner.name or "", ""),
        "addresses": found[0]["addresses"],
    }


def _unit(cn: Connection, row: int) -> Unit:
    found = units.by_row(cn, [row]).get(row)
    if found is None:
        abort(404)
    return found


def _said() -> tuple[str, str]:
    address, word = request.form.get("address", "").strip().lower(), request.form.get("word", "")
    if word not in WORDS or not is_address(address) or len(address) > 254:
        abort(400)
    return address, word
