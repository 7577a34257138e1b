"""What every page of the desk works with: the parts, who is logged in, and how a page is made."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import abort, current_app, g, render_template, request
from werkzeug.wrappers import Response

from intake.config.sections.desk import DeskSettings
from intake.desk.throttle import Throttle
from intake.desk.worker import Worker
from intake.domain.letters.views import View
from intake.domain.model.staff import Clerk, StaffRole
from intake.mail.message import Rendered, why_unwritten
from intake.service.bootstrap import Parts
from intake.service.drawing import Drawer
from intake.staff.accounts import Accounts
from intake.staff.decision import MOST_WORDS
from parsers.sandbox.pool import Sandbox

Page = TypeVar("Page", bound=Callable[..., Any])

log = logging.getLogger(__name__)


THREADS = 8
"""Requests served at a time: an office has a few clerks, and each page takes a fraction of a second."""

MOST_DRAWING = THREADS // 2
"""Of them those that draw pages of scans, which may take long; the others stay free for everything else."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of the desk; `worker` judges after an act, `sandbox` draws pages of scans."""

    parts: Parts
    settings: DeskSettings
    accounts: Accounts
    throttle: Throttle
    worker: Worker
    sandbox: Sandbox


def desk() -> Desk:
    """The desk that serves this request."""
    return cast(Desk, current_app.extensions["desk"])


def cookie() -> str:
    """The name of the session's cookie; desks at other ports of one host see it too (RFC 6265 §8.5)."""
    return f"shouwen_desk_{desk().parts.loaded.campaign.campaign.id}"


def drawer() -> Drawer:
    """What draws pages for this desk."""
    return cast(Drawer, current_app.extensions["drawer"])


def clerk() -> Clerk:
    """Who is logged in; no page but the login is reached by anybody else."""
    return cast(Clerk, g.clerk)


def give_session(answer: Response, token: str) -> None:
    """Puts a session's token into the browser.

    Lax, so that a link in the digest finds the clerk logged in; forms carry a token besides.
    """
    secure = desk().settings.link.startswith("https:")
    answer.set_cookie(cookie(), token, httponly=True, samesite="Lax", secure=secure, path="/")


def form_token(session_token: str) -> str:
    """What a form of this session carries, so that no other site's form passes for one (CSRF)."""
    return hmac.new(session_token.encode(), b"form", hashlib.sha256).hexdigest()


def needs(role: StaffRole) -> Callable[[Page], Page]:
    """Marks a view with the role that it asks for; what bears no mark changes nothing and is for all."""

    def marked(view: Page) -> Page:
        view.role = role  # type: ignore[attr-defined]
        return view

    return marked


def worded(view: View) -> tuple[Rendered | None, str]:
    """A letter as it will read; or None and, for the clerk, what is wrong with the office's own template."""
    try:
        return desk().parts.composer.render(view), ""
    except Exception as fault:  # noqa: BLE001 - an office's own template can raise anything
        log.warning("a letter cannot be shown beforehand: %s", fault)
        return None, why_unwritten(fault)


@dataclass(frozen=True, slots=True)
class Because:
    """Why a clerk does something, as a form says it: a phrase that was chosen, and own words."""

    phrase: str
    own: str

    @property
    def reason(self) -> str:
        """Both, in one line."""
        return "；".join(part for part in (self.phrase, self.own) if part)

    @classmethod
    def of_form(cls, more: int = 0) -> Because:
        """What the form of this request says; aborts where it and `more` characters are too long."""
        phrase, own = (" ".join(request.form.get(name, "").split()) for name in ("phrase", "own"))
        if len(phrase) + len(own) + more > MOST_WORDS:
            abort(413)
        return cls(phrase, own)


def letters_go() -> dict[str, object]:
    """What a preview says of when a letter goes: after how many minutes, and whether a person releases it."""
    letters = desk().parts.settings.letters
    return {"settle": letters.settle_minutes, "held": letters.mode == "hold"}


def page(template: str, **values: Any) -> str:
    """A page of the desk, with what all of them show."""
    parts = desk().parts
    return render_template(
        template,
        clerk=g.get("clerk"),
        form_token=g.get("form_token", ""),
        by_proxy=bool(desk().settings.user_header),
        campaign=parts.loaded.campaign,
        words=parts.loaded.campaign.words,
        **values,
    )
