"""Mail: questions that nobody has answered, one mail's words, and what could not be processed."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, request
from werkzeug.wrappers import Response

from intake import clock
from intake.desk.handling import answers
from intake.desk.wiring import clerk, desk, needs, page
from intake.domain.mail.set_aside import UNPLACED, reason_told, trouble_told
from intake.domain.model.staff import StaffRole
from intake.staff import worklist
from store import listing
from store.database.engine import viewing, writing
from store.letters import questions
from store.mail import attention, messages

pages = Blueprint("mails", __name__)

MOST_REASON = 500
MOST_DONE = 200
"""Questions dealt with that are listed, the newest."""

Answer = str | Response | tuple[str, int]


@pages.get("/questions")
def asked() -> str:
    """Questions that wait for an answer, each with its words, the oldest first; or those dealt with.

    One is dealt with as well once an answer of the mailbox's own threads to it, as the digest has it.
    """
    done = request.args.get("show") == "done"
    with viewing(desk().parts.engine) as cn:
        if done:
            rows = questions.dealt_with(cn, MOST_DONE)
        else:
            rows = questions.unsettled(cn, worklist.EVER, clock.now())
        said = {row["id"]: row for row in listing.words_of(cn, {row["id"] for row in rows})}
    return page("questions.html", active="questions", rows=rows, said=said, done=done)


@pages.get("/mail/<int(max=2147483647):message>")
def one(message: int) -> str:
    """The words of one mail and what can be done about it; of one that bears a secrecy mark nothing."""
    return answers.mail_page(message)


@pages.get("/quarantine")
def quarantined() -> str:
    """Mail that could not be processed."""
    return _quarantine()


@pages.post("/quarantine/<int(max=2147483647):message>/retry")
@needs(StaffRole.ADMIN)
def retry(message: int) -> Answer:
    """Reads a mail again, as `shouwen quarantine replay` does."""
    engine = desk().parts.engine
    with viewing(engine) as cn:
        known = any(row["id"] == message for row in attention.quarantined(cn))
    if not known:
        return _quarantine(f"邮件{message}已不在隔离中。"), HTTPStatus.CONFLICT
    with writing(engine) as cn:
        messages.replay(cn, [message], clock.now())
    desk().worker.ask(read=True)
    return _quarantine(f"邮件{message}正在重新读取；仍不能处理的，会再次列入。")


@pages.post("/quarantine/<int(max=2147483647):message>/place")
@needs(StaffRole.ADMIN)
def place(message: int) -> Answer:
    """Says which campaign a mail is for, where its mailbox serves several."""
    placer = desk().parts.placer()
    campaign = request.form.get("campaign", "")
    if placer is None or campaign not in {each.key for each in placer.neighbours}:
        return _quarantine("请选择活动。"), HTTPStatus.BAD_REQUEST
    with viewing(desk().parts.engine) as cn:
        found = next((row for row in attention.quarantined(cn) if row["id"] == message), None)
    if found is None or found["trouble"] != UNPLACED:
        return _quarantine(f"邮件{message}已不在隔离中。"), HTTPStatus.CONFLICT
    placer.place_by_person(found["content_hash"], campaign, clerk().name)
    desk().worker.ask(read=True)
    return _quarantine(f"邮件{message}已转交所选活动办理。")


@pages.post("/quarantine/<int(max=2147483647):message>/away")
@needs(StaffRole.ADMIN)
def put_away(message: int) -> Answer:
    """Puts a mail away that holds nothing for this office; it stays archived."""
    reason = " ".join(request.form.get("reason", "").split())[:MOST_REASON]
    if not reason:
        return _quarantine("请填写理由。"), HTTPStatus.BAD_REQUEST
    with writing(desk().parts.engine) as cn:
        done = messages.put_away(cn, message, clerk().name, reason, clock.now())
    if not done:
        return _quarantine(f"邮件{message}已不在隔离中。"), HTTPStatus.CONFLICT
    desk().worker.ask()
    return _quarantine(f"邮件{message}已归档，不再列入待办；存档保留。")


def _quarantine(notice: str = "") -> str:
    with viewing(desk().parts.engine) as cn:
        rows = attention.quarantined(cn)
    told = [{**row, "told": trouble_told(row["trouble"]), "why": reason_told(row["trouble"])} for row in rows]
    campaigns = [(each.key, each.campaign.campaign.title) for each in desk().parts.neighbours]
    return page(
        "quarantine.html",
        active="quarantine",
        rows=told,
        notice=notice,
        campaigns=campaigns,
        unplaced=UNPLACED,
    )
