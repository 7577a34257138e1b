"""The application: who may ask what, what every answer carries, how faults are told.

Refused unless said otherwise: each request needs a session, each that changes something a form's token and
the role that its view names.  Flask, since the rest of the product is made of plain calls and threads.
"""

from __future__ import annotations

import hmac
import json
import logging
import unicodedata
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, request, url_for
from jinja2 import PackageLoader, StrictUndefined
from werkzeug.exceptions import Forbidden, HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from intake import clock
from intake.desk import acts, case, correspondence, lists, login, mails, statistics
from intake.desk.handling import answers, bulk, corrections, senders
from intake.desk.wiring import MOST_DRAWING, Desk, cookie, desk, form_token, give_session, page
from intake.domain.campaign.wording import LETTER_STATE_NAMES, role_name, state_name
from intake.domain.model.mail import LETTER_NAMES
from intake.domain.model.staff import STAFF_ROLE_NAMES, Clerk, StaffRole
from intake.domain.text import calendar
from intake.service.drawing import Drawer
from intake.service.nomination_account import event_told
from store.database.engine import StoreDown

log = logging.getLogger(__name__)

MOST_BYTES = 256 * 1024
"""Of a request: a form of ours holds some words."""

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing from another host, nothing inline: what a sender wrote is no script even where it were no text."""

OPEN = frozenset({"login.show", "login.enter", "static"})
"""What is answered to whoever is not logged in."""

NO_ACCOUNT = "您尚未开通收文账号，请联系系统管理员。"
"""What is told to whom the organisation's proxy let in and who has no account here."""

TOLD = {
    400: "请求有误，请返回后重试。",
    403: "没有办理此项的权限，或页面已过期；请返回刷新后重试。",
    404: "没有找到该页面或该项材料。",
    413: "填写内容过长。",
    503: "数据库或磁盘暂时不能使用，请稍后重试并告知系统管理员。",
}


def make_app(parts: Desk) -> Flask:
    """The desk as a WSGI application."""
    app = Flask("desk", static_folder=str(Path(str(files("templates"))) / "desk" / "static"))
    app.extensions["desk"] = parts
    app.extensions["drawer"] = Drawer(parts.parts, parts.sandbox, MOST_DRAWING)
    app.jinja_loader = PackageLoader("templates", "desk")
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {
        "moment": lambda at: calendar.moment(at) if at else "",
        "short_time": lambda at: f"{calendar.local(at):%m-%d %H:%M}" if at else "",
        "limit": calendar.limit,
        "state": state_name,
        "role": role_name,
        "letter": lambda kind: LETTER_NAMES[kind],
        "letter_state": lambda state: LETTER_STATE_NAMES[state],
        "event_told": event_told,
        "staff_role": lambda role: STAFF_ROLE_NAMES[role],
    }
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.config["TRUSTED_HOSTS"] = _hosts(parts)
    for room in (
        login,
        lists,
        case,
        acts,
        corrections,
        correspondence,
        mails,
        statistics,
        answers,
        senders,
        bulk,
    ):
        app.register_blueprint(room.pages)
    app.before_request(_admit)
    app.after_request(_sealed)
    app.register_error_handler(HTTPException, _told)
    app.register_error_handler(StoreDown, _down)
    app.register_error_handler(Exception, _failed)
    return app


def _hosts(parts: Desk) -> list[str]:
    """The names by which the desk may be asked for: a page of a stranger's under his own name is refused."""
    named = urlsplit(parts.settings.link).hostname
    return list(dict.fromkeys(filter(None, (parts.settings.place[0], "localhost", "127.0.0.1", named))))


def _admit() -> AnyResponse | None:
    """Lets a request in, or answers it with the login; raises 403 for what may not be done."""
    _refuse_what_is_none_of_ours()
    by_proxy = bool(desk().settings.user_header)
    if request.endpoint == "static" or (request.endpoint in OPEN and not by_proxy):
        return None
    token = request.cookies.get(cookie(), "")
    found = desk().accounts.clerk(token) if token else None
    if by_proxy:
        token, found = _of_proxy(token, found)
        if request.endpoint in OPEN:
            return redirect(url_for("lists.waiting"), HTTPStatus.SEE_OTHER)
    if found is None:
        if request.method == "POST":
            raise Forbidden
        back = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return redirect(url_for("login.show", back=back), HTTPStatus.SEE_OTHER)
    g.clerk, g.form_token = found, form_token(token)
    wanted = _wanted_role()
    if wanted is None or not found.role.covers(wanted):
        raise Forbidden
    if request.method == "POST" and not hmac.compare_digest(
        request.form.get("token", "").encode(), g.form_token.encode()
    ):
        raise Forbidden
    return None


def _refuse_what_is_none_of_ours() -> None:
    """Raises for a request that no page of ours makes, whoever sends it."""
    if isinstance(request.routing_exception, SecurityError):
        raise request.routing_exception
    if request.method not in ("GET", "HEAD", "POST"):
        raise Forbidden
    if request.method == "POST" and not _is_ours():
        raise Forbidden
    if desk().settings.proxy and request.environ.get("wsgi.url_scheme") != "https":
        # It came past the proxy, in the clear.
        raise Forbidden


def _of_proxy(token: str, found: Clerk | None) -> tuple[str, Clerk | None]:
    """The session of whom the proxy has logged in, begun where there is none or it is another's.

    Only what came through the proxy gets here (`_admit`), so that the header is the proxy's own.
    """
    told = request.headers.get(desk().settings.user_header, "")
    # A header's bytes are told as Latin-1 (PEP 3333); names here are Chinese.
    name = told.encode("latin-1", "replace").decode("utf-8", "replace").strip()
    if found is not None and found.name == unicodedata.normalize("NFC", name):
        return token, found
    if request.method == "POST" or not name:
        raise Forbidden
    begun = desk().accounts.enter(name)
    if begun is None:
        raise Forbidden(NO_ACCOUNT)
    g.begun = begun
    return begun, desk().accounts.clerk(begun)


def _wanted_role() -> StaffRole | None:
    """What the view of this request asks for; None for a change of which nobody said who may do it."""
    view = current_app.view_functions.get(request.endpoint or "")
    role: StaffRole | None = getattr(view, "role", None)
    return role or (None if request.method == "POST" else StaffRole.SEE)


def _is_ours() -> bool:
    """False where the browser says that a form stands on another site's page."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _sealed(response: Response) -> Response:
    """Every answer tells the browser what it may do with it."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers.setdefault("X-Frame-Options", "DENY")
    headers["X-Content-Type-Options"] = "nosniff"
    # Not "no-referrer": a form of ours would then come from the origin "null".
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    headers["X-Robots-Tag"] = "noindex"
    # What is personal stays in no cache of a shared machine.
    headers["Cache-Control"] = "no-cache" if request.endpoint == "static" else "no-store"
    if begun := g.get("begun"):
        give_session(response, begun)
    if desk().settings.link.startswith("https:"):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _told(fault: HTTPException) -> tuple[str, int]:
    code = fault.code or 500
    if isinstance(fault, SecurityError):
        # Asked for under a name that is not ours: no page of ours can be made there.
        return TOLD[400], 400
    if fault.description == NO_ACCOUNT:
        return page("fault.html", said=NO_ACCOUNT), code
    return page("fault.html", said=TOLD.get(code, "请求有误，请返回后重试。")), code


def _down(fault: StoreDown) -> tuple[str, int]:
    log.error("the desk cannot use the database: %s", fault)
    return page("fault.html", said=TOLD[503]), 503


def _failed(fault: Exception) -> tuple[str, int]:
    log.error("a page of the desk failed: %s", json.dumps(request.path), exc_info=fault)
    said = f"处理时出现内部错误，已记入服务日志（{calendar.moment(clock.now())}）。"
    return page("fault.html", said=said), 500
