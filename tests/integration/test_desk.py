"""The desk over HTTP: who is let in, what is refused, what an act does; in this process, on real ledgers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from intake.clock import FREEZE
from intake.config.sections.desk import DeskSettings
from intake.config.settings import load_settings
from intake.demo.mailbox import EmbeddedMailbox
from intake.desk import login as login_page
from intake.desk.app import make_app
from intake.desk.throttle import Throttle
from intake.desk.wiring import Desk
from intake.desk.worker import Worker
from intake.domain.model.staff import StaffRole
from intake.service.bootstrap import open_parts
from intake.staff.accounts import Accounts
from parsers.sandbox.pool import Sandbox
from store.database.engine import writing
from store.mail import messages
from tests.journey import BAD_USAGE, DONE, NEEDS_PERSON, Office
from tests.material import AT, SOCIETY, both, entry, form, letter

PASSWORD = "correct horse battery"
HOUR = timedelta(hours=1)


@dataclass
class Browser:
    """Somebody's browser: cookies, the token of the last page, and what was answered."""

    client: Client

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def post(self, path: str, token: str | None = None, **data: Any) -> TestResponse:
        return self.client.post(path, data={"token": token if token is not None else self.token(), **data})

    def token(self) -> str:
        found = re.search(r'name="token" value="(\w+)"', self.get("/progress").text)
        return found[1] if found else ""

    def login(self, name: str, password: str = PASSWORD) -> TestResponse:
        return self.client.post("/login", data={"name": name, "password": password, "back": "/"})

    def form(self, number: str) -> dict[str, str]:
        """The hidden fields of a case's form, as it stands now."""
        said = self.get(f"/case/{number}").text
        names = ("seen", "event", "token")
        return {name: re.search(rf'name="{name}" value="(\w+)"', said)[1] for name in names}  # type: ignore[index]


class DeskOf:
    """A desk on an office's ledger, without a server."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.app = make_app(desk)

    def browser(self) -> Browser:
        return Browser(Client(self.app, TestResponse))

    def clerk(self, name: str, role: StaffRole = StaffRole.DECIDE) -> Browser:
        self.desk.accounts.add(name, role, PASSWORD, "test")
        browser = self.browser()
        assert browser.login(name).status_code == 303
        return browser


@contextmanager
def desk_of(office: Office, **settings: object) -> Iterator[DeskOf]:
    with open_parts(load_settings(office.config, secrets=False)) as parts, Sandbox(1) as sandbox:
        asked: list[bool] = []
        worker = Worker(asked.append, parts.stop)
        told = DeskSettings.model_validate(settings)
        accounts = Accounts(parts.engine, timedelta(minutes=told.idle_minutes))
        yield DeskOf(Desk(parts, told, accounts, Throttle(), worker, sandbox))


@pytest.fixture
def two(pymap_mailbox: EmbeddedMailbox, office: Office) -> Office:
    """One nomination in order, one without its scan, and a question."""
    pymap_mailbox.deliver(letter([*both(entry("于洁")), form(entry("马骁"))]), AT)
    office.once(AT + HOUR)
    return office


def number_of(office: Office, nominee: str) -> str:
    return str(office.nominations()[nominee]["number"])


PAGES = ("/", "/all", "/find?text=x", "/questions", "/letters", "/quarantine", "/progress")


def test_nobody_sees_anything_before_the_login(two: Office) -> None:
    with desk_of(two) as desk:
        stranger = desk.browser()
        number = number_of(two, "于洁")
        for path in (*PAGES, f"/case/{number}", f"/case/{number}/file/1", "/letters/1/page", "/nothing"):
            answer = stranger.get(path)
            assert (answer.status_code, "于洁" in answer.text) == (303, False), path
            assert answer.headers["Location"].startswith("/login?back=/"), path
        assert stranger.post(f"/case/{number}/decide", action="reject").status_code == 403
        assert stranger.get("/static/desk.css").status_code == 200
        assert stranger.get("/static/../app.py").status_code in (303, 404)


def test_whoever_logs_in_gets_a_session_that_nobody_knew_and_that_ends(
    two: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk_of(two) as desk:
        desk.desk.accounts.add("李明", StaffRole.SEE, PASSWORD, "test")
        browser = desk.browser()
        browser.client.set_cookie("shouwen_desk_cast-2024", "planted")
        answer = browser.login("李明")
        cookie = answer.headers["Set-Cookie"]
        assert "planted" not in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
        assert "于洁" in browser.get("/all").text
        monkeypatch.setenv(FREEZE, (AT + timedelta(days=9000)).isoformat())
        assert browser.get("/all").status_code == 303
    assert PASSWORD not in str(two.query("SELECT password FROM staff"))


def test_a_session_ends_with_its_logout_its_password_and_its_account(two: Office) -> None:
    with desk_of(two) as desk:
        browser = desk.clerk("李明")
        held = browser.client.get_cookie("shouwen_desk_cast-2024")
        assert held is not None
        assert browser.post("/logout").status_code == 303
        browser.client.set_cookie("shouwen_desk_cast-2024", held.value)
        assert browser.get("/").status_code == 303, "the token itself is dead, not only the cookie"
        browser.login("李明")
        desk.desk.accounts.change("李明", "test", password="another password")
        assert browser.get("/").status_code == 303
        browser.login("李明", "another password")
        assert browser.get("/").status_code == 200
        desk.desk.accounts.remove("李明", "test")
        assert browser.get("/").status_code == 303


def test_whoever_guesses_waits(two: Office) -> None:
    with desk_of(two) as desk:
        desk.desk.accounts.add("李明", StaffRole.SEE, PASSWORD, "test")
        guesses = [desk.browser().login("李明", f"guess {i}").status_code for i in range(7)]
        assert guesses == [401] * 5 + [429] * 2
        assert desk.browser().login("李明").status_code == 429, "nor does the right one tell itself apart"
        answers = {desk.browser().login(f"nobody {i}").text for i in range(2)}
        assert len({re.sub(r"nobody \d", "", said) for said in answers}) == 1


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/ x"]
)
def test_a_login_leads_nowhere_else(two: Office, back: str) -> None:
    with desk_of(two) as desk:
        desk.desk.accounts.add("李明", StaffRole.SEE, PASSWORD, "test")
        answer = desk.browser().client.post(
            "/login", data={"name": "李明", "password": PASSWORD, "back": back}
        )
        assert answer.headers["Location"] == "/"
    assert login_page._back("/case/KX2024-0001?x=1") == "/case/KX2024-0001?x=1"


def test_what_another_site_sends_changes_nothing(two: Office) -> None:
    number = number_of(two, "马骁")
    with desk_of(two) as desk:
        browser = desk.clerk("李明")
        fields = {**browser.form(number), "action": "reject", "phrase": "x", "tell": "no"}
        for bad in ({"token": ""}, {"token": "0" * 64}):
            path = f"/case/{number}/decide"
            assert browser.client.post(path, data={**fields, **bad}).status_code == 403
        for header in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            answer = browser.client.post(f"/case/{number}/decide", data=fields, headers=header)
            assert answer.status_code == 403
        assert browser.get("/", headers={"Host": "evil.example"}).status_code == 400
        other = desk.clerk("王芳")
        assert other.post(f"/case/{number}/decide", **fields).status_code == 403, "another's token"
        assert browser.client.put("/", data=fields).status_code in (403, 405)
    assert two.states()["马骁"] == "deficient"


def test_each_act_asks_for_its_role(two: Office) -> None:
    number = number_of(two, "马骁")
    with desk_of(two) as desk:
        sees, decides = desk.clerk("见", StaffRole.SEE), desk.clerk("办", StaffRole.DECIDE)
        fields = {"action": "reject", "phrase": "x", "seen": "", "event": "0"}
        for path in (
            f"/case/{number}/preview",
            f"/case/{number}/decide",
            "/letters/release",
            "/letters/hold",
        ):
            assert sees.post(path, **fields).status_code == 403, path
        for browser in (sees, decides):
            for path in ("/quarantine/1/retry", "/quarantine/1/away"):
                assert browser.post(path, reason="x").status_code == 403, path
        assert 'id="act"' not in sees.get(f"/case/{number}").text
        for rule in desk.app.url_map.iter_rules():
            view = desk.app.view_functions[rule.endpoint]
            changes = "POST" in (rule.methods or ())
            assert not changes or rule.endpoint == "login.enter" or hasattr(view, "role"), rule
    assert two.states()["马骁"] == "deficient"


def test_every_answer_says_what_a_browser_may_do_with_it(two: Office) -> None:
    number = number_of(two, "于洁")
    with desk_of(two) as desk:
        browser = desk.clerk("李明")
        for path in (*PAGES, f"/case/{number}", "/nothing", f"/case/{number}/file/1", "/letters/1", "/login"):
            answer = browser.get(path)
            headers = answer.headers
            assert headers["X-Content-Type-Options"] == "nosniff", path
            assert headers["Cache-Control"] == "no-store", path
            assert "default-src 'none'" in headers["Content-Security-Policy"], path
            assert "unsafe" not in headers["Content-Security-Policy"], path
            outside = re.findall(
                r'(?:src|href|action)="(?:https?:)?//',
                answer.get_data(as_text=False).decode("utf-8", "replace"),
            )
            assert outside == [], path
            assert " style=" not in answer.get_data().decode("utf-8", "replace"), path
        letter_page = browser.get("/letters/1/page")
        assert "sandbox" in letter_page.headers["Content-Security-Policy"]
        assert letter_page.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_decision_is_shown_with_its_letter_and_then_done_under_the_clerks_name(two: Office) -> None:
    number = number_of(two, "于洁")
    with desk_of(two) as desk:
        browser = desk.clerk("李明")
        fields = {
            **browser.form(number),
            "action": "return",
            "phrase": "扫描件不清晰",
            "own": "请<b>重扫</b>",
        }
        ahead = browser.client.post(f"/case/{number}/preview", data=fields)
        assert ahead.status_code == 200
        assert "退回补正" in ahead.text and SOCIETY.name in ahead.text
        assert "请&lt;b&gt;重扫" in ahead.text and "<b>重扫" not in ahead.text
        assert "待补正" in ahead.text and two.states()["于洁"] == "complete", "nothing is done yet"
        done = browser.client.post(f"/case/{number}/decide", data=fields)
        assert done.status_code == 200 and "已记录：退回补正" in done.text
    assert two.states()["于洁"] == "deficient"
    (row,) = two.query("SELECT action, by_name, reason, told FROM decision")
    assert tuple(row) == ("return", "李明", "扫描件不清晰；请<b>重扫</b>", "扫描件不清晰；请<b>重扫</b>")


@pytest.mark.parametrize(("action", "told"), [("accept", False), ("reject", True), ("withdraw", True)])
def test_a_unit_is_told_as_is_the_custom(two: Office, action: str, told: bool) -> None:
    number = number_of(two, "马骁")
    with desk_of(two) as desk:
        browser = desk.clerk("李明")
        fields = {**browser.form(number), "action": action, "phrase": "经核对", "tell": ""}
        assert browser.client.post(f"/case/{number}/decide", data=fields).status_code == 200
    (row,) = two.query("SELECT told FROM decision")
    assert (row.told is not None) is told


def test_two_clerks_do_not_overwrite_each_other(two: Office) -> None:
    number = number_of(two, "马骁")
    with desk_of(two) as desk:
        first, second = desk.clerk("李明"), desk.clerk("王芳")
        seen = second.form(number)
        own = {**first.form(number), "action": "accept", "phrase": "经电话核实"}
        assert first.client.post(f"/case/{number}/decide", data=own).status_code == 200
        late = {**seen, "action": "reject", "phrase": "不符合", "own": "我的话"}
        answer = second.client.post(f"/case/{number}/decide", data=late)
        assert answer.status_code == 409
        assert "李明" in answer.text and "经电话核实" in answer.text and "我的话" in answer.text
        again = {**late, **second.form(number)}
        assert second.client.post(f"/case/{number}/decide", data=again).status_code == 200
    assert two.states()["马骁"] == "rejected"


def test_what_the_life_of_a_nomination_forbids_is_not_done(two: Office) -> None:
    number = number_of(two, "马骁")
    with desk_of(two) as desk:
        browser = desk.clerk("李明")
        gone = {**browser.form(number), "action": "reject", "phrase": "不符合"}
        browser.client.post(f"/case/{number}/decide", data=gone)
        assert 'value="accept"' not in browser.get(f"/case/{number}").text
        path = f"/case/{number}/decide"
        wrong = browser.client.post(path, data={**gone, **browser.form(number), "action": "accept"})
        assert wrong.status_code == 409
        for bad in ({"action": "delete"}, {"event": "x"}, {"tell": "maybe"}, {"phrase": "", "own": ""}):
            assert browser.client.post(path, data={**gone, **bad}).status_code == 400, bad
        long = browser.client.post(path, data={**gone, "own": "长" * 2000})
        assert long.status_code == 413
    assert two.states()["马骁"] == "rejected"


def test_files_come_as_they_were_sent_and_none_of_another_nomination(two: Office) -> None:
    own, other = number_of(two, "于洁"), number_of(two, "马骁")
    with desk_of(two) as desk:
        browser = desk.clerk("李明", StaffRole.SEE)
        ids = re.findall(rf"/case/{own}/file/(\d+)\"", browser.get(f"/case/{own}").text)
        assert len(ids) == 2
        for document in ids:
            answer = browser.get(f"/case/{own}/file/{document}")
            assert answer.status_code == 200 and answer.data
            assert answer.headers["Content-Disposition"].startswith("attachment; filename")
            assert answer.headers["Content-Type"] == "application/octet-stream"
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert browser.get(f"/case/{other}/file/{document}").status_code == 404
        for path in (
            f"/case/{own}/file/999999",
            f"/case/{own}/file/..%2f..%2fconfig.toml",
            f"/case/{own}/file/-1",
            f"/case/{own}/file/{ids[0]}/page/0",
            f"/case/{own}/file/{ids[0]}/page/99",
            "/case/..%2f..%2fetc",
            "/case/KX2024-9999",
            "/letters/999999/page",
            "/mail/999999",
            "/static/..%2f..%2f_frame.html",
            "/static/%2e%2e/case.html",
        ):
            assert browser.get(path).status_code == 404, path


def test_the_pages_of_a_scan_are_drawn_behind_the_walls(two: Office) -> None:
    own = number_of(two, "于洁")
    with desk_of(two) as desk:
        browser = desk.clerk("李明", StaffRole.SEE)
        (path,) = set(re.findall(r'src="(/case/[^"]+/page/1)"', browser.get(f"/case/{own}").text))
        answer = browser.get(path)
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert answer.data[:2] == b"\xff\xd8" and len(answer.data) > 5000
        word = re.findall(rf"/case/{own}/file/(\d+)\"", browser.get(f"/case/{own}").text)
        statuses = {browser.get(f"/case/{own}/file/{document}/page/1").status_code for document in word}
        assert statuses == {200, 404}, "a Word file has no pages to draw"


def test_held_letters_are_read_and_released_one_by_one_or_all(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    office.change(letters={"mode": "hold"})
    for minute, name in enumerate(("于洁", "马骁")):
        pymap_mailbox.deliver(letter(both(entry(name))), AT + timedelta(hours=2 * minute))
        office.once(AT + timedelta(hours=2 * minute + 1))
    held = [row for row in office.export("letters") if row["state"] == "held"]
    assert len(held) == 2
    with desk_of(office) as desk:
        browser = desk.clerk("李明")
        assert held[0]["subject"] in browser.get("/letters").text
        assert "于洁" in browser.get(f"/letters/{held[0]['id']}/page").text
        assert browser.post("/letters/release").status_code == 409, "none was chosen"
        answer = browser.post("/letters/release", letter=str(held[0]["id"]))
        assert answer.status_code == 200 and "已放行1封" in answer.text
        assert [row["state"] for row in office.export("letters")] == ["queued", "held"]
        assert browser.post("/letters/hold", letter=str(held[0]["id"])).status_code == 200
        assert "已放行2封" in browser.post("/letters/release", all="1").text
        assert [row["state"] for row in office.export("letters")] == ["queued", "queued"]
    actors = {row.actor for row in office.query("SELECT actor FROM event WHERE verb = 'letter queued'")}
    assert "李明" in actors


def test_the_list_counts_what_the_digest_counts_and_finds_by_all_names(two: Office) -> None:
    number = number_of(two, "马骁")
    two.shouwen("decide", number, "reopen", "--by", "甲", "--reason", "乙")
    with desk_of(two) as desk:
        browser = desk.clerk("李明")
        view = desk.desk.parts.digester().view(AT + 2 * HOUR)
        waits = {item.number for item in view.people if item.number.startswith("KX")}
        said = browser.get("/").text
        assert set(re.findall(r'href="/case/([^"/]+)"', said)) == waits
        assert re.search(r'id="count">(\d+)<', said)[1] == str(len(waits))  # type: ignore[index]
        for text in (
            "马骁",
            number.lower(),
            SOCIETY.name[:6],
            SOCIETY.sender.address,
            "马骁 " + SOCIETY.name,
        ):
            assert f"/case/{number}" in browser.get("/find", query_string={"text": text}).text, text
            assert f"/case/{number}" in browser.get("/all", query_string={"text": text}).text, text
        for text in ("%", "' OR 1=1 --", "不存在"):
            assert "/case/" not in browser.get("/find", query_string={"text": text}).text, text
        deficient = browser.get("/all?state=deficient").text
        assert f"/case/{number}" in deficient and f"/case/{number_of(two, '于洁')}" not in deficient
        assert browser.get("/all?page=99999999999999").status_code == 200
        assert browser.get("/all?page=x&state=zzz&doubt=zzz").status_code == 200


def test_a_quarantined_mail_is_put_away_with_a_reason_or_read_again(two: Office) -> None:
    with desk_of(two) as desk:
        with writing(desk.desk.parts.engine) as cn:
            messages.quarantine(cn, 1, "Traceback <b>x</b>", "x@example.org", AT)
        browser = desk.clerk("管", StaffRole.ADMIN)
        assert "Traceback &lt;b&gt;" in browser.get("/quarantine").text
        assert browser.post("/quarantine/1/away", reason=" ").status_code == 400
        assert browser.post("/quarantine/1/away", reason="广告").status_code == 200
        assert browser.post("/quarantine/1/away", reason="广告").status_code == 409
        assert browser.post("/quarantine/1/retry").status_code == 409
        assert "没有隔离邮件" in browser.get("/quarantine").text
        (row,) = two.query("SELECT actor, detail FROM event WHERE verb = 'put away'")
        assert tuple(row) == ("管", "广告")
        with writing(desk.desk.parts.engine) as cn:
            messages.quarantine(cn, 1, "Traceback", "x@example.org", AT)
        assert browser.post("/quarantine/1/retry").status_code == 200
    assert [row.state for row in two.query("SELECT state FROM message WHERE id = 1")] == ["received"]
    two.once(AT + 3 * HOUR)
    assert set(two.states()) == {"于洁", "马骁"}


def test_progress_tells_units_days_and_quotas(two: Office) -> None:
    with desk_of(two) as desk:
        said = desk.clerk("李明", StaffRole.SEE).get("/progress").text
        expected = len({unit.name for unit in desk.desk.parts.loaded.units})
    assert f'id="expected">{expected}<' in said and 'id="reported">1<' in said
    assert "<rect" in said and "：2项" in said


def test_accounts_are_opened_listed_changed_and_closed_by_command(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shouwen(*words: str, password: str = PASSWORD) -> int:
        monkeypatch.setattr("intake.cli.staff._password", lambda: password)
        return office.shouwen("staff", *words).code

    assert shouwen("add", "李明", "--role", "see") == DONE
    assert shouwen("add", "李明") == BAD_USAGE, "there is one"
    assert shouwen("add", "王芳", password="short") == BAD_USAGE
    assert shouwen("change", "李明", "--role", "admin") == DONE
    assert shouwen("change", "无此人", "--role", "admin") == BAD_USAGE
    assert '"role": "admin"' in office.shouwen("staff", "list", "--json").text
    assert shouwen("remove", "李明") == DONE
    assert shouwen("remove", "李明") == BAD_USAGE
    assert office.shouwen("staff", "list", "--json").out.strip() == b"[]"


def test_find_finds_by_command(two: Office) -> None:
    said = two.shouwen("find", "马骁")
    assert said.code == DONE and number_of(two, "马骁") in said.text
    assert two.shouwen("find", "不存在").code == NEEDS_PERSON
    assert '"nominations"' in two.shouwen("find", SOCIETY.sender.address, "--json").text


def test_the_archive_may_lose_a_file_and_the_page_says_so(two: Office) -> None:
    own = number_of(two, "于洁")
    with desk_of(two) as desk:
        browser = desk.clerk("李明")
        (first, *_) = re.findall(rf"/case/{own}/file/(\d+)\"", browser.get(f"/case/{own}").text)
        for path in Path(desk.desk.parts.archive.root, "documents").rglob("*"):
            if path.is_file():
                path.unlink()
        assert browser.get(f"/case/{own}/file/{first}").status_code == 404
        assert browser.get(f"/case/{own}/file/{first}/page/1").status_code == 404
