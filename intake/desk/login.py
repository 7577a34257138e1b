"""Logging in and out: the form, how guesses are slowed, the cookie of a session."""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response

from intake.desk.throttle import MOST_OF_A_NAME, MOST_OF_AN_ADDRESS
from intake.desk.wiring import cookie, desk, give_session, needs, page
from intake.domain.model.staff import StaffRole

pages = Blueprint("login", __name__)

_BACK = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,400}")
"""A place of our own: "//host" and a backslash would lead to another's."""

Answer = str | Response | tuple[str, int]


@pages.get("/login")
def show() -> Answer:
    """The form."""
    return page("login.html", back=_back(request.args.get("back", "")), said="", name="")


@pages.post("/login")
def enter() -> Answer:
    """Lets somebody in whose name and password are right, in a session that nobody knew before."""
    name, password = request.form.get("name", "").strip(), request.form.get("password", "")
    back = _back(request.form.get("back", ""))
    keys = (f"name {name[:100].casefold()}", f"from {request.remote_addr}")
    throttle = desk().throttle
    wait = throttle.take([(keys[0], MOST_OF_A_NAME), (keys[1], MOST_OF_AN_ADDRESS)])
    if wait:
        said = f"尝试次数过多，请{int(wait // 60) + 1}分钟后再试。"
        return page("login.html", back=back, said=said, name=name), HTTPStatus.TOO_MANY_REQUESTS
    token = desk().accounts.login(name, password)
    if token is None:
        said = "姓名或口令不正确。"
        return page("login.html", back=back, said=said, name=name), HTTPStatus.UNAUTHORIZED
    throttle.forgive(keys)
    if old := request.cookies.get(cookie()):
        desk().accounts.logout(old)
    answer = redirect(back, HTTPStatus.SEE_OTHER)
    give_session(answer, token)
    return answer


@pages.post("/logout")
@needs(StaffRole.SEE)
def leave() -> Answer:
    """Ends the session."""
    desk().accounts.logout(request.cookies.get(cookie(), ""))
    g.clerk = None
    answer = redirect(url_for("login.show"), HTTPStatus.SEE_OTHER)
    answer.delete_cookie(cookie(), path="/")
    return answer


def _back(wanted: str) -> str:
    return wanted if _BACK.fullmatch(wanted) else "/"
