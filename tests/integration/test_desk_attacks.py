"""Attacks on every page of the desk: the routes are walked, so that no new one can be forgotten."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from werkzeug.routing import Rule

from intake.clock import FREEZE
from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails.programs import AttachedFile
from intake.domain.model.staff import StaffRole
from store.database.engine import writing
from store.mail import messages
from tests.integration.test_desk import PASSWORD, DeskOf, desk_of
from tests.journey import Office
from tests.material import AT, both, entry, form, letter, sample_unit

HOUR = timedelta(hours=1)
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>{{ 7*191 }}"
NAME = "<svg onload=alert(3)>"
UNIT_NAME = "<b onclick=alert(4)>"

WANTED = {
    # Whoever sees may leave; all else that changes something asks for more.
    "login.leave": StaffRole.SEE,
    "mails.retry": StaffRole.ADMIN,
    "mails.put_away": StaffRole.ADMIN,
    "mails.place": StaffRole.ADMIN,
}
"""The role that a change asks for, where it is not to decide."""

READ_BY_NOBODY = {"login.enter"}
"""Changes that are open to whoever is not logged in."""


@pytest.fixture
def hostile(pymap_mailbox: EmbeddedMailbox, office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Mails whose every word is meant as a program: subjects, words, filenames; one is in quarantine."""
    monkeypatch.setenv(FREEZE, (AT + 2 * HOUR).isoformat())
    page = AttachedFile(f"{NAME}.html", f"<html>{EVIL}</html>".encode())
    drawing = AttachedFile("图.svg", f'<svg xmlns="http://www.w3.org/2000/svg">{EVIL}</svg>'.encode())
    files = [*both(entry("于洁")), form(entry("马骁"), f"{NAME}..%2f.docx"), page, drawing]
    pymap_mailbox.deliver(letter(files, subject=f"推荐 {EVIL}", text=f"您好 {EVIL}"), AT)
    pymap_mailbox.deliver(letter((), AT + HOUR, subject=f"咨询 {EVIL}", text=f"请问 {EVIL}？"), AT + HOUR)
    pymap_mailbox.deliver(letter(both(entry("白桦")), AT + HOUR, subject=EVIL), AT + HOUR)
    # Names of people and units that nobody has, and of whoever sends.
    unit = sample_unit(f"{UNIT_NAME}协会", "society", address="evil@unit.example")
    pymap_mailbox.deliver(letter([form(entry(f"赵{NAME}", unit))], AT + HOUR, unit), AT + HOUR)
    office.once(AT + 2 * HOUR)
    with office.engine() as engine, writing(engine) as cn:
        messages.quarantine(cn, 3, f"Traceback {EVIL}", "x@example.org", AT)
    return office


def example(rule: Rule, number: str) -> str:
    """A path of a route on this ledger."""
    values = {
        "number": number,
        "document": 1,
        "which": 1,
        "letter": 1,
        "message": 1,
        "unit": 1,
        "filename": "desk.css",
    }
    unknown = rule.arguments - values.keys()
    assert not unknown, f"{rule} has parts of which this test knows no example: {unknown}"
    path = re.sub(r"<(?:[^<>:]+:)?(\w+)>", lambda found: str(values[found[1]]), rule.rule)
    assert "<" not in path, path
    return path


def routes(desk: DeskOf, method: str) -> Iterator[Rule]:
    for rule in desk.app.url_map.iter_rules():
        if method in (rule.methods or ()):
            yield rule


def number_of(office: Office) -> str:
    return str(office.nominations()["于洁"]["number"])


def fields_of(number: str) -> dict[str, str]:
    """What every change wants, so that only who sends it decides on the answer."""
    return {
        "action": "reject",
        "phrase": "x",
        "own": "x",
        "reason": "x",
        "tell": "no",
        "letter": "1",
        "address": "x@example.org",
        "word": "confirm",
        "pick": number,
        "seen": "",
        "event": "0",
    }


def snapshot(office: Office) -> list[list[tuple[object, ...]]]:
    """All that a clerk can change: decisions, words, letters' states, and the trail."""
    tables = (
        "SELECT count(*) FROM decision",
        "SELECT count(*) FROM correspondent",
        "SELECT count(*) FROM event WHERE verb NOT IN ('logged in', 'staff added')",
        "SELECT state FROM letter ORDER BY id",
        "SELECT state FROM message ORDER BY id",
        "SELECT state FROM nomination ORDER BY id",
    )
    return [[tuple(row) for row in office.query(statement)] for statement in tables]


def test_every_change_is_refused_to_strangers_other_sites_and_lesser_roles(hostile: Office) -> None:
    number = number_of(hostile)
    before = snapshot(hostile)
    with desk_of(hostile) as desk:
        stranger, sees = desk.browser(), desk.clerk("见", StaffRole.SEE)
        decides, admin = desk.clerk("办", StaffRole.DECIDE), desk.clerk("管", StaffRole.ADMIN)
        tokens = {id(one): one.token() for one in (sees, decides, admin)}
        changes = [rule for rule in routes(desk, "POST") if rule.endpoint not in READ_BY_NOBODY]
        assert len(changes) > 15
        for rule in changes:
            path, fields = example(rule, number), fields_of(number)
            wanted = WANTED.get(rule.endpoint, StaffRole.DECIDE)
            assert desk.app.view_functions[rule.endpoint].role is wanted, rule  # type: ignore[attr-defined]
            assert stranger.client.post(path, data=fields).status_code == 403, rule
            assert admin.client.post(path, data=fields).status_code == 403, f"{rule} without a token"
            forged = {**fields, "token": tokens[id(sees)]}
            assert admin.client.post(path, data=forged).status_code == 403, f"{rule} with another's token"
            own = {**fields, "token": tokens[id(admin)]}
            for headers in (
                {"Origin": "https://evil.example"},
                {"Origin": "null"},
                {"Sec-Fetch-Site": "cross-site"},
                {"Sec-Fetch-Site": "same-site"},
                {"Host": "evil.example"},
            ):
                status = admin.client.post(path, data=own, headers=headers).status_code
                assert status in (400, 403), f"{rule} from {headers}"
            for lesser in (sees, decides):
                if {id(sees): 0, id(decides): 1}[id(lesser)] < list(StaffRole).index(wanted):
                    answer = lesser.client.post(path, data={**fields, "token": tokens[id(lesser)]})
                    assert answer.status_code == 403, f"{rule} by a lesser role"
            for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
                status = admin.client.open(path, method=method, data=own).status_code
                assert status in (403, 405), f"{method} {rule}"
        assert snapshot(hostile) == before, "nothing of all that did anything"


class Page(HTMLParser):
    """What a browser would run or load of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.bad: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.bad += [f"{tag} {name}" for name in told if name.startswith("on") or name == "style"]
        for name in ("src", "href", "action", "formaction", "data"):
            value = told.get(name)
            if value is not None and not re.match(r"/(?!/)|#", value):
                self.bad.append(f"{tag} {name}={value}")
        if tag in ("svg", "object", "embed", "base", "meta") and "http-equiv" in told:
            self.bad.append(tag)
        if tag == "script" and not (told.get("src") or "").startswith("/static/"):
            self.bad.append("script")
        if tag == "iframe" and "sandbox" not in told:
            self.bad.append("iframe")


def test_no_page_runs_or_loads_what_a_stranger_or_a_clerk_wrote(hostile: Office) -> None:
    number = number_of(hostile)
    cases = [row["number"] for row in hostile.export("nominations")]
    assert len(cases) >= 4, "the hostile names are registered"
    with desk_of(hostile) as desk:
        admin = desk.clerk(f"管{NAME}"[:40], StaffRole.ADMIN)
        # Every word that a clerk may write is hostile too.
        admin.client.post(
            f"/case/{number}/decide", data={**admin.form(number), "action": "return", "own": EVIL}
        )
        admin.post("/mail/2/settle", own=EVIL)
        admin.post("/mail/2/take-up")
        admin.post("/unit/1/senders", address="evil<svg>@x.example", word="refuse")
        shown = [
            (path, admin.get(path))
            for rule in routes(desk, "GET")
            for path in (
                example(rule, number),
                *(["/mail/2", "/mail/4", "/find?text=" + EVIL] if rule.endpoint == "mails.one" else []),
                *([f"/case/{other}" for other in cases] if rule.endpoint == "case.show" else []),
            )
            if rule.endpoint not in ("static", "correspondence.body", "case.download", "case.picture")
        ]
        posts = {
            f"/case/{number}/preview": {**admin.form(number), "action": "reject", "own": EVIL, "tell": "yes"},
            "/mail/2/answer/preview": {"own": EVIL},
            "/mail/2/answer/revise": {"own": EVIL},
            "/mail/2/settle": {"own": EVIL},
            "/bulk/preview": {"pick": [number, EVIL], "action": "reject", "own": EVIL, "tell": "yes"},
            "/bulk/decide": {"pick": [f"{EVIL}|{EVIL}"], "action": "reject", "own": EVIL, "tell": "yes"},
            "/unit/1/senders/preview": {"address": "evil<svg>@x.example", "word": "confirm"},
            "/addresses/unblock": {"address": EVIL, "reason": EVIL},
            "/quarantine/3/away": {"reason": EVIL},
            "/letters/preview": {"show": "waiting", "all": "1"},
            f"/case/{number}/correct/preview": {"field.nominee": NAME, "was.nominee": "于洁", "own": EVIL},
            "/mail/1/join/preview": {"unit": NAME, "own": EVIL},
            "/login": {"name": EVIL, "password": "x", "back": EVIL},
        }
        for path, data in posts.items():
            shown.append((path, admin.client.post(path, data={"token": admin.token(), **data})))
        told = 0
        for path, answer in shown:
            assert answer.status_code in (200, 400, 401, 409), (path, answer.status_code)
            assert Page(answer.text).bad == [], path
            assert not any(word in answer.text for word in (EVIL, NAME, UNIT_NAME)), path
            assert "1337" not in answer.text, path
            told += "&lt;script&gt;" in answer.text
            csp = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in csp and "unsafe" not in csp, path
        assert told > 8, "what they wrote is shown, as text"


def test_an_opened_attachment_is_a_download_that_runs_nothing(hostile: Office) -> None:
    number = number_of(hostile)
    with desk_of(hostile) as desk:
        clerk = desk.clerk("李明", StaffRole.SEE)
        seen = set()
        for name in ("于洁", "马骁"):
            own = str(hostile.nominations()[name]["number"])
            for document in re.findall(rf"/case/{own}/file/(\d+)\"", clerk.get(f"/case/{own}").text):
                answer = clerk.get(f"/case/{own}/file/{document}")
                seen.add(document)
                assert answer.headers["Content-Disposition"].startswith("attachment;")
                assert "\n" not in answer.headers["Content-Disposition"]
                assert answer.headers["Content-Type"] == "application/octet-stream"
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert "sandbox" in answer.headers["Content-Security-Policy"]
                named = re.search(r"filename=\"?([^\";]*)", answer.headers["Content-Disposition"])
                assert named and "/" not in named[1] and "\\" not in named[1]
        assert len(seen) >= 3
        for path in (
            f"/case/{number}/file/../../../../etc/passwd",
            f"/case/{number}%2f..%2f..%2fetc/file/1",
            f"/case/../case/{number}/file/1%00",
            f"/case/{number}/file/1/page/1%2f..",
            f"/case/{number}/file/2147483648",
            "/static/../../config.toml",
            "/static/..%5c..%5cconfig.toml",
            "/static//etc/passwd",
            "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
            "//etc/passwd",
            "/mail/-1",
            "/letters/1.0/page",
            "/unit/0x1/senders",
        ):
            answer = clerk.get(path)
            assert answer.status_code in (303, 308, 404), path
            assert b"root:" not in answer.data and b"password" not in answer.data.lower(), path


def test_a_session_is_nobodys_but_his_who_logged_in(hostile: Office) -> None:
    with desk_of(hostile) as desk:
        desk.desk.accounts.add("李明", StaffRole.DECIDE, PASSWORD, "test")
        browser = desk.browser()
        browser.client.set_cookie("shouwen_desk_cast-2024", "planted-by-another")
        assert browser.login("李明").status_code == 303
        mine = browser.client.get_cookie("shouwen_desk_cast-2024")
        assert mine is not None and mine.value != "planted-by-another" and len(mine.value) >= 40
        thief = desk.browser()
        thief.client.set_cookie("shouwen_desk_cast-2024", "planted-by-another")
        assert thief.get("/").status_code == 303
        # Nobody who reads the database has a session by it.
        (row,) = hostile.query("SELECT token FROM staff_session")
        thief.client.set_cookie("shouwen_desk_cast-2024", row.token)
        assert thief.get("/").status_code == 303
        browser.login("李明")
        again = browser.client.get_cookie("shouwen_desk_cast-2024")
        assert again is not None and again.value != mine.value
        thief.client.set_cookie("shouwen_desk_cast-2024", mine.value)
        assert thief.get("/").status_code == 303, "the session before is ended"


def test_guessing_passwords_is_slow_and_tells_nothing(hostile: Office) -> None:
    with desk_of(hostile) as desk:
        desk.desk.accounts.add("李明", StaffRole.DECIDE, PASSWORD, "test")
        known = [desk.browser().login("李明", f"guess {n}") for n in range(12)]
        unknown = [desk.browser().login("无此人", f"guess {n}") for n in range(12)]
        statuses = [answer.status_code for answer in known]
        assert statuses[:3] == [401] * 3 and statuses[-1] == 429, statuses
        # Each guess was made with a fresh browser: neither a cookie nor a session is counted by.
        assert {answer.status_code for answer in unknown} <= {401, 429}
        assert desk.browser().login("李明").status_code == 429, "the right one tells nothing either"


def test_an_oversized_or_odd_form_is_refused(hostile: Office) -> None:
    number = number_of(hostile)
    with desk_of(hostile) as desk:
        clerk = desk.clerk("李明")
        big = {"token": clerk.token(), "own": "长" * 200_000}
        for path in ("/mail/2/answer", f"/case/{number}/decide", "/bulk/decide"):
            assert clerk.client.post(path, data=big).status_code in (400, 413), path
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("x", "x")
        upload = {"token": clerk.token(), "own": (packed, "x.zip")}
        assert clerk.client.post("/mail/2/answer", data=upload).status_code == 400, "a file is no text"
        odd = b"token=%ff%fe&own=%00"
        kind = "application/x-www-form-urlencoded"
        assert clerk.client.post("/mail/2/answer", data=odd, content_type=kind).status_code in (400, 403)
