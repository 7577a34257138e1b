"""Questions and other mail: answered in a letter shown beforehand, or settled with a reason.

Both can be taken back: the word on a mail at any time, an answer until it goes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from intake import clock
from intake.config.faults import ConfigFault
from intake.config.replies import LONGEST, SavedReply, load_replies
from intake.desk.wiring import clerk, desk, needs, page
from intake.domain.model.mail import LetterState
from intake.domain.model.staff import StaffRole
from intake.letters.answers import NoQuestion, Unanswerable
from intake.service.bootstrap import Parts
from store import listing
from store.database import audit
from store.database.engine import viewing, writing
from store.ledger import papers
from store.letters import questions
from store.mail import settlement

pages = Blueprint("answers", __name__)

MOST_REASON = 500
REASONS = ("已电话答复", "与本项工作无关", "广告或群发邮件", "重复来信，已答复", "已按来信办理")
"""Why a mail needs nobody any longer, to choose from."""

Answer = str | Response | tuple[str, int]


def mail_page(message: int, **told: Any) -> str:
    """The page of a mail; `told` is what else it says: a notice, what was typed."""
    parts = desk().parts
    with viewing(parts.engine) as cn:
        rows = listing.words_of(cn, {message})
        if not rows:
            abort(404)
        waits = questions.asked(cn, message)
        # How the service read it is for the operator.
        events = [event for event in audit.of_message(cn, message) if event.actor != audit.SERVICE]
        numbers = listing.of_message(cn, message)
        settled = settlement.stands(cn, message)
        held = papers.mail_at(cn, message)
    replies, fault = _replies(parts) if waits else ((), "")
    return page(
        "mail.html",
        active="questions" if waits else "waiting",
        mail=rows[0],
        asked=waits,
        replies=replies,
        replies_fault=fault,
        longest=LONGEST,
        settled=settled,
        reasons=REASONS,
        events=events,
        numbers=numbers,
        held=held,
        units=parts.loaded.units,
        **{"notice": "", "typed": {}, "joining": {}, **told},
    )


@pages.post("/mail/<int(max=2147483647):message>/answer/preview")
@needs(StaffRole.DECIDE)
def preview(message: int) -> Answer:
    """The letter as whoever asked will read it."""
    typed, words = _words()
    if not words:
        return mail_page(
            message, notice="请选用常用答复或填写答复内容。", typed=typed
        ), HTTPStatus.BAD_REQUEST
    return _tried(message, typed, lambda: _ahead(message, typed, words))


@pages.post("/mail/<int(max=2147483647):message>/answer/revise")
@needs(StaffRole.DECIDE)
def revise(message: int) -> Answer:
    """Back to the words, as they were typed."""
    typed, _ = _words()
    return mail_page(message, typed=typed)


@pages.post("/mail/<int(max=2147483647):message>/answer")
@needs(StaffRole.DECIDE)
def answer(message: int) -> Answer:
    """Writes the letter, unless somebody was faster."""
    typed, words = _words()
    if not words:
        abort(400)
    return _tried(message, typed, lambda: _write(message, words))


@pages.post("/mail/<int(max=2147483647):message>/settle")
@needs(StaffRole.DECIDE)
def settle(message: int) -> Answer:
    """Records that a mail needs nobody any longer; its papers stay what they are."""
    phrase, own = (" ".join(request.form.get(name, "").split()) for name in ("phrase", "own"))
    reason = "；".join(filter(None, (phrase, own)))
    if not reason or len(reason) > MOST_REASON:
        return mail_page(message, notice="请选择或填写理由（500字以内）。"), HTTPStatus.BAD_REQUEST
    with writing(desk().parts.engine) as cn:
        known = bool(listing.words_of(cn, {message}))
        done = known and settlement.settle(cn, message, clerk().name, reason, clock.now())
    if not done:
        return mail_page(message, notice="该信已办结，未作改动。"), HTTPStatus.CONFLICT
    return mail_page(message, notice="已办结，不再列入待办。如有误，可在下方恢复。")


@pages.post("/mail/<int(max=2147483647):message>/take-up")
@needs(StaffRole.DECIDE)
def take_up(message: int) -> Answer:
    """Lists a settled mail again."""
    with writing(desk().parts.engine) as cn:
        done = settlement.take_up(cn, message, clerk().name, clock.now())
    if not done:
        return mail_page(message, notice="该信未办结，未作改动。"), HTTPStatus.CONFLICT
    return mail_page(message, notice="已恢复，重新列入待办。")


@pages.post("/letters/<int(max=2147483647):letter>/take-back")
@needs(StaffRole.DECIDE)
def take_back(letter: int) -> Answer:
    """Takes an answer back that has not gone."""
    with viewing(desk().parts.engine) as cn:
        question = questions.answered_by(cn, letter)
    if question is None:
        abort(404)
    if not desk().parts.answerer().take_back(letter, clerk().name):
        return mail_page(question, notice="该信已发出或正在发送，不能收回。"), HTTPStatus.CONFLICT
    return mail_page(question, notice="答复已收回，未发出；可重新答复。")


def _ahead(message: int, typed: Mapping[str, Any], words: str) -> Answer:
    ahead = desk().parts.answerer().ahead(message, words)
    if ahead.unverified and not typed["called"]:
        said = "发件人未经验证，请先电话核实，并在下方勾选“已核实发件人”。"
        return mail_page(message, notice=said, typed=typed), HTTPStatus.BAD_REQUEST
    held = desk().parts.settings.letters.mode == "hold"
    return page("answer.html", active="questions", message=message, own=words, ahead=ahead, held=held)


def _write(message: int, words: str) -> Answer:
    written = desk().parts.answerer().answer(message, words, clerk().name)
    waits = written.state is LetterState.HELD
    how = "待放行后发出" if waits else "即将发出"
    said = f"答复已写成，{how}（{written.to}）。发出前可在信函页收回。"
    return mail_page(message, notice=said)


def _tried(message: int, typed: Mapping[str, Any], act: Callable[[], Answer]) -> Answer:
    try:
        return act()
    except Unanswerable as fault:
        said = f"不能答复：{fault}。"
        return mail_page(message, notice=said, typed=typed), HTTPStatus.CONFLICT
    except NoQuestion:
        said = "该信已有人答复或办结，您的答复没有发出。经过见下方。"
        return mail_page(message, notice=said, typed=typed), HTTPStatus.CONFLICT


def _words() -> tuple[dict[str, Any], str]:
    """What was typed, and the answer: the clerk's own words, else those of the chosen reply."""
    given = request.form
    own = "\n".join(line.strip() for line in given.get("own", "").splitlines() if line.strip())
    title = given.get("reply", "")[:200]
    if len(own) > LONGEST:
        abort(413)
    typed = {"own": own, "reply": title, "called": given.get("called") == "yes"}
    if own:
        return typed, own
    replies, _ = _replies(desk().parts)
    return typed, next((item.text for item in replies if item.title == title), "")


def _replies(parts: Parts) -> tuple[tuple[SavedReply, ...], str]:
    """The saved replies, or what is wrong with their file: the clerk can answer in his own words."""
    settings = parts.settings.desk
    try:
        return load_replies(settings.replies if settings else None, parts.loaded.campaign), ""
    except ConfigFault as fault:
        return (), str(fault)
