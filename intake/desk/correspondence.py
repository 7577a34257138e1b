"""Letters: those that wait, one as its reader will see it, released one by one or several at once."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as AnyResponse

from intake.desk.wiring import clerk, desk, needs, page
from intake.domain.model.mail import LetterState
from intake.domain.model.staff import StaffRole
from intake.staff import letters as staff_letters
from intake.staff.letters import LetterMove, Moved
from store import listing, reports
from store.database.engine import viewing
from store.letters import returns

pages = Blueprint("correspondence", __name__)

MOST_AT_ONCE = 500
"""Letters that one form may name: all that a page lists."""

PAGE_CSP = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"
"""A letter's own styles stand inline, as web mail wants them; it runs no script and loads nothing."""

_LISTS: dict[str, tuple[LetterState, ...]] = {
    "waiting": (LetterState.HELD, LetterState.DEAD),
    "queued": (LetterState.QUEUED, LetterState.SENDING),
    "all": (),
}

_MOVED = {"waiting": LetterState.HELD, "queued": LetterState.QUEUED}
"""The lists from which letters are released or held all at once, and what state all of them are in."""

Answer = str | AnyResponse | tuple[str, int]


@pages.get("/letters")
def show() -> str:
    """Letters that wait for a person, or others."""
    return _list(request.args.get("show", "waiting"))


@pages.get("/letters/<int(max=2147483647):letter>")
def one(letter: int) -> str:
    """One letter with its headers."""
    mail, row = _letter(letter)
    return page("letter.html", active="letters", row=row, mail=mail, releasable=_can_go(row))


@pages.get("/letters/<int(max=2147483647):letter>/page")
def body(letter: int) -> Response:
    """The letter as its reader sees it, for a frame that runs nothing."""
    mail, _ = _letter(letter)
    part = mail.get_body(("html",)) if mail else None
    if part is None:
        abort(404)
    answer = Response(part.get_content(), mimetype="text/html")
    answer.headers["Content-Security-Policy"] = PAGE_CSP
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


@pages.post("/letters/preview")
@needs(StaffRole.DECIDE)
def preview() -> str:
    """The letters that were chosen, or all that wait, each as it will read."""
    which = request.form.get("show", "")
    if which not in _MOVED:
        abort(404)
    shown = []
    with viewing(desk().parts.engine) as cn:
        for letter in _chosen(_MOVED[which]):
            rows, raw = listing.letters(cn, only=letter), reports.raw_letter(cn, letter)
            if rows:
                shown.append({**rows[0], "words": _words(raw) if raw else ""})
    return page("letters_preview.html", active="letters", which=which, rows=shown)


@pages.post("/letters/release")
@needs(StaffRole.DECIDE)
def release() -> Answer:
    """Lets the letters go that were chosen, or all that are held."""
    engine = desk().parts.engine
    moves = [staff_letters.release(engine, one, clerk().name) for one in _chosen(LetterState.HELD)]
    if any(move.moved is Moved.ANEW for move in moves):
        desk().worker.ask(read=True)
    return _answered(moves, "已放行")


@pages.post("/letters/hold")
@needs(StaffRole.DECIDE)
def hold() -> Answer:
    """Keeps letters back that have not gone yet: those that were chosen, or all."""
    engine = desk().parts.engine
    return _answered(
        [staff_letters.hold(engine, one, clerk().name) for one in _chosen(LetterState.QUEUED)], "已暂存"
    )


def _chosen(all_of: LetterState) -> list[int]:
    """The letters that a form names, or all of a state."""
    if request.form.get("all"):
        with viewing(desk().parts.engine) as cn:
            return [row["id"] for row in listing.letters(cn, states=(all_of,), most=MOST_AT_ONCE)]
    return [one for one in request.form.getlist("letter", type=int) if 0 < one < 2**31][:MOST_AT_ONCE]


def _words(raw: bytes) -> str:
    """What a letter says, as text."""
    part = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
    return str(part.get_content()) if part is not None else ""


def waiting(notice: str) -> str:
    """The letters that wait for a person, under a notice."""
    return _list("waiting", notice)


def _answered(moves: list[LetterMove], done: str) -> Answer:
    told = []
    count = sum(move.moved in (Moved.DONE, Moved.ANEW) for move in moves)
    told.append(f"{done}{count}封。" if moves else "没有选择信函。")
    blocked = sorted({move.address for move in moves if move.moved is Moved.BLOCKED})
    if blocked:
        told.append(f"{'、'.join(blocked)}曾有退信，请电话核对地址后在本页解除停发，再放行。")
    if refused := sum(move.moved in (Moved.REFUSED, Moved.UNKNOWN) for move in moves):
        told.append(f"{refused}封的状态已有变化，未作改动。")
    fault = not count or len(told) > 1
    return _list("waiting", "".join(told)), HTTPStatus.CONFLICT if fault else HTTPStatus.OK


def _list(which: str, notice: str = "") -> str:
    if which not in _LISTS:
        abort(404)
    with viewing(desk().parts.engine) as cn:
        rows = listing.letters(cn, states=_LISTS[which], most=MOST_AT_ONCE)
        movable = listing.count_letters(cn, _MOVED[which]) if which in _MOVED else 0
        returned = returns.returned(cn) if which == "waiting" else []
    return page(
        "letters.html",
        active="letters",
        rows=rows,
        which=which,
        movable=movable,
        returned=returned,
        notice=notice,
    )


def _letter(letter: int) -> tuple[EmailMessage | None, dict[str, Any]]:
    """A letter as a mail reader sees it (None where it could not be written), and its row."""
    with viewing(desk().parts.engine) as cn:
        raw = reports.raw_letter(cn, letter)
        rows = listing.letters(cn, only=letter)
    if raw is None or not rows:
        abort(404)
    if not raw:
        return None, rows[0]
    mail = message_from_bytes(raw, policy=policy.default)
    return mail, rows[0]


def _can_go(row: dict[str, Any]) -> bool:
    return row["state"] in staff_letters.RELEASED_FROM
