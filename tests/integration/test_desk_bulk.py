"""Several nominations decided at once, and words on senders: shown beforehand, each done by itself."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from intake.clock import FREEZE
from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails.programs import Author
from intake.domain.model.staff import StaffRole
from store.database.engine import writing
from store.letters import returns
from tests.integration.test_desk import Browser, desk_of
from tests.journey import Office
from tests.material import AT, SOCIETY, both, entry, form, letter

HOUR = timedelta(hours=1)
NAMES = ("马骁", "白桦", "石磊")


@pytest.fixture
def three(pymap_mailbox: EmbeddedMailbox, office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Three nominations that lack their scans, and one in order."""
    monkeypatch.setenv(FREEZE, (AT + HOUR).isoformat())
    pymap_mailbox.deliver(letter([*both(entry("于洁")), *(form(entry(name)) for name in NAMES)]), AT)
    office.once(AT + HOUR)
    return office


def picks(browser: Browser, numbers: list[str], **act: str) -> dict[str, object]:
    """The form of the preview of these nominations, as it will be posted."""
    ahead = browser.client.post("/bulk/preview", data={"token": browser.token(), "pick": numbers, **act})
    assert ahead.status_code == 200, ahead.text
    fields = ("token", "action", "phrase", "own", "tell")
    found: dict[str, object] = {
        name: re.search(rf'name="{name}" value="([^"]*)"', ahead.text)[1]  # type: ignore[index]
        for name in fields
    }
    return {**found, "pick": re.findall(r'name="pick" value="([^"]+)"', ahead.text)}


def test_equal_cases_are_decided_at_once_each_by_itself(three: Office) -> None:
    numbers = [str(row["number"]) for name, row in three.nominations().items() if name in NAMES]
    with desk_of(three) as desk:
        first, second = desk.clerk("李明"), desk.clerk("王芳")
        assert first.get("/all").text.count('name="pick"') == 4
        act = {"action": "return", "phrase": "扫描件未见单位公章", "own": "请<b>重报</b>", "tell": ""}
        shown = picks(first, [*numbers, "KX2024-9999"], **act)
        ahead = first.client.post("/bulk/preview", data={**act, "token": first.token(), "pick": numbers})
        assert "请&lt;b&gt;重报" in ahead.text and all(number in ahead.text for number in numbers)
        assert ahead.text.count("将读到") == 1, "one letter tells the unit of all three"
        assert three.query("SELECT count(*) AS n FROM decision")[0].n == 0, "nothing is done yet"
        assert len(shown["pick"]) == 3, "what is not there is left out"  # type: ignore[arg-type]
        # Another clerk is faster with one of them.
        own = {**second.form(numbers[1]), "action": "accept", "phrase": "经电话核实"}
        assert second.client.post(f"/case/{numbers[1]}/decide", data=own).status_code == 200
        done = first.client.post("/bulk/decide", data=shown)
        assert done.status_code == 409 and "已办理2项" in done.text and "1项没有办理" in done.text
        assert numbers[1] in done.text.split("已办理<")[0], "it is told as left out"
        again = first.client.post("/bulk/decide", data=shown)
        assert again.status_code == 409 and "已办理0项" in again.text, "nothing is done twice"
    rows = three.query("SELECT action, by_name FROM decision ORDER BY id")
    assert [tuple(row) for row in rows] == [("accept", "王芳"), ("return", "李明"), ("return", "李明")]


def test_an_action_that_does_not_apply_leaves_that_one_out(three: Office) -> None:
    numbers = [str(row["number"]) for row in three.nominations().values()]
    with desk_of(three) as desk:
        browser = desk.clerk("李明")
        fields = {**browser.form(numbers[0]), "action": "reject", "phrase": "不符合"}
        browser.client.post(f"/case/{numbers[0]}/decide", data=fields)
        shown = picks(browser, numbers, action="accept", phrase="经核对", own="", tell="no")
        assert len(shown["pick"]) == 3  # type: ignore[arg-type]
        assert browser.client.post("/bulk/decide", data=shown).status_code == 200
        for bad in (
            {"pick": []},
            {"phrase": "", "pick": numbers},
            {"pick": [str(i) for i in range(200)]},
        ):
            data = {"token": browser.token(), "action": "accept", "phrase": "x", "tell": "", **bad}
            assert browser.client.post("/bulk/preview", data=data).status_code == 400, bad
        data = {"token": browser.token(), "action": "delete", "phrase": "x", "pick": numbers}
        assert browser.client.post("/bulk/preview", data=data).status_code == 400


def test_a_broken_template_is_told_before_a_decision_too(three: Office) -> None:
    own = three.folder / "templates" / "decision"
    own.mkdir(parents=True)
    (own / "body.txt").write_text("{{ view.nothing }}", "utf-8")
    three.change(letters={"templates": "templates"})
    number = str(three.nominations()["马骁"]["number"])
    with desk_of(three) as desk:
        browser = desk.clerk("李明")
        fields = {**browser.form(number), "action": "return", "phrase": "扫描件不清晰", "tell": "yes"}
        ahead = browser.client.post(f"/case/{number}/preview", data=fields)
        assert ahead.status_code == 200 and "decision/body.txt第1行" in ahead.text
        many = {"token": browser.token(), "action": "return", "phrase": "x", "tell": "yes", "pick": [number]}
        said = browser.client.post("/bulk/preview", data=many)
        assert said.status_code == 200 and "decision/body.txt第1行" in said.text


def test_a_new_sender_is_shown_beside_the_known_one_and_confirmed(
    pymap_mailbox: EmbeddedMailbox, three: Office
) -> None:
    other = Author("某某", "other@unit.example")
    pymap_mailbox.deliver(letter(both(entry("马骁")), AT + HOUR, replace(SOCIETY, sender=other)), AT + HOUR)
    three.once(AT + 3 * HOUR, code=0)
    number = str(three.nominations()["马骁"]["number"])
    assert "sender-new" in three.codes("马骁")
    known = three.query("SELECT claimed_from FROM message WHERE id = 1")[0].claimed_from
    with desk_of(three) as desk:
        browser, sees = desk.clerk("李明"), desk.clerk("见", StaffRole.SEE)
        said = browser.get(f"/case/{number}").text
        assert other.address in said and known in said and "来信地址" in said
        (unit,) = set(re.findall(r'action="/unit/(\d+)/senders/preview"', said))
        assert "senders/preview" not in sees.get(f"/case/{number}").text
        path = f"/unit/{unit}/senders"
        ahead = browser.post(f"{path}/preview", address=other.address, word="confirm")
        assert ahead.status_code == 200 and number in ahead.text and "待确认" in ahead.text
        assert three.query("SELECT count(*) AS n FROM correspondent")[0].n == 0
        assert "已确认" in browser.post(path, address=other.address.upper(), word="confirm").text
        (row,) = three.query("SELECT address, confirmed, by_name FROM correspondent")
        assert tuple(row) == (other.address, 1, "李明")
        assert "已否认" in browser.post(path, address=other.address, word="refuse").text
        assert "已撤回" in browser.post(path, address=other.address, word="none").text
        assert three.query("SELECT count(*) AS n FROM correspondent")[0].n == 0
        for bad in ({"word": "x"}, {"address": "no address"}, {"address": ""}):
            data = {"address": other.address, "word": "confirm", **bad}
            assert browser.post(path, **data).status_code == 400, bad
        assert browser.get("/unit/999/senders").status_code == 404
        browser.post(path, address=other.address, word="confirm")
    three.once(AT + 4 * HOUR)
    assert three.states()["马骁"] == "complete"
    verbs = [row.verb for row in three.query("SELECT verb FROM event WHERE verb LIKE 'correspondent%'")]
    assert verbs[-1] == "correspondent confirmed" and "correspondent word taken back" in verbs


def test_an_address_is_cleared_of_returns_with_what_was_found_out(three: Office) -> None:
    with desk_of(three) as desk:
        browser = desk.clerk("李明")
        to = three.export("letters")[0]["to"]
        with writing(desk.desk.parts.engine) as cn:
            notice = returns.Notice(1, AT, None)  # type: ignore[arg-type]
            returns.record(cn, notice, returns.Sent(1, to), "failed", "no such user", AT)  # type: ignore[arg-type]
        assert to in browser.get("/letters").text and "解除停发" in browser.get("/letters").text
        assert browser.post("/addresses/unblock", address=to).status_code == 400
        assert browser.post("/addresses/unblock", address="x@y.example", reason="x").status_code == 409
        assert "已解除停发" in browser.post("/addresses/unblock", address=to, reason="已电话核对").text
        assert "解除停发</button>" not in browser.get("/letters").text
    (row,) = three.query("SELECT cleared_by, cleared_reason FROM bounce")
    assert tuple(row) == ("李明", "已电话核对")
