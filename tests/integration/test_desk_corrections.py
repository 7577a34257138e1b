"""The desk's corrections: shown beforehand with their letters, done under the clerk's name, once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from intake.domain.model.staff import StaffRole
from tests.integration.test_desk import Browser, desk_of, number_of
from tests.journey import Office
from tests.material import AT, PROVINCE, both, entry, form, letter, scan

WHY = {"phrase": "经核对", "own": "以纸面为准"}


@pytest.fixture
def doubted(pymap_mailbox: EmbeddedMailbox, office: Office) -> Office:
    """A form whose nominee is not its scan's, and two forms with two scans that name nobody."""
    files = [form(entry("沈知远"), "推荐表.docx"), scan(entry("沈知遥"))]
    pymap_mailbox.deliver(letter(files), AT)
    forms = [form(entry(name, PROVINCE)) for name in ("于洁", "马骁")]
    pymap_mailbox.deliver(
        letter([*forms, *(scan(entry(n), f"Scan_{n}.pdf") for n in "12")], AT, PROVINCE), AT
    )
    office.once(AT + timedelta(minutes=1))
    return office


def seen_on(browser: Browser, path: str) -> dict[str, str]:
    said = browser.get(path).text
    return {
        name: found[1]
        for name in ("seen", "event")
        if (found := re.search(rf'name="{name}" value="(\w+)"', said))
    }


def test_a_name_is_corrected_as_it_was_shown(doubted: Office) -> None:
    number = number_of(doubted, "沈知远")
    with desk_of(doubted) as desk:
        clerk = desk.clerk("李明")
        path = f"/case/{number}/correct"
        said = {**seen_on(clerk, path), **WHY, "field.nominee": "沈知遥", "was.nominee": "沈知远"}
        ahead = clerk.post(f"{path}/preview", **said, **{"field.unit": "x y", "was.unit": "x\ny"})
        assert ahead.status_code == 200
        assert "由“沈知远”更正为“沈知遥”" in ahead.text.replace("&#34;", '"')
        assert "人工核对" in ahead.text and "单位将读到" in ahead.text and "field.unit" not in ahead.text
        assert doubted.query("SELECT * FROM correction") == []
        done = clerk.post(path, **said)
        assert done.status_code == 200 and "已记录" in done.text
        assert "人工更正：原读作“沈知远”" in done.text and "李明" in done.text
        assert desk.desk.worker._judge
        assert "沈知遥" not in clerk.get("/").text
        (row,) = doubted.query("SELECT by_name, reason, value, read FROM correction")
        assert tuple(row) == ("李明", "经核对；以纸面为准", "沈知遥", "沈知远")
        undone = clerk.post(path, **{**seen_on(clerk, path), **WHY, "undo": "nominee"})
        assert "撤销更正" in undone.text and "沈知远" in clerk.get("/").text


def test_a_fault_in_the_offices_own_template_is_told(doubted: Office) -> None:
    own = doubted.folder / "own"
    for kind in ("receipt", "deficiency"):
        (own / kind).mkdir(parents=True)
        (own / kind / "body.txt").write_text("{{ view.misspelt }}", "utf-8")
    doubted.change(letters={"templates": "own"})
    number = number_of(doubted, "沈知远")
    with desk_of(doubted) as desk:
        clerk = desk.clerk("李明")
        path = f"/case/{number}/correct"
        said = {**seen_on(clerk, path), **WHY, "field.nominee": "沈知遥", "was.nominee": "沈知远"}
        ahead = clerk.post(f"{path}/preview", **said)
        assert ahead.status_code == 200 and "单位将读到" not in ahead.text
        assert "信函模板有误" in ahead.text and "misspelt" in ahead.text and 'id="confirm"' in ahead.text


def test_a_scan_is_given_to_its_form_and_taken_from_it(doubted: Office) -> None:
    number = number_of(doubted, "于洁")
    with desk_of(doubted) as desk:
        clerk = desk.clerk("李明")
        path = f"/case/{number}/correct"
        page = clerk.get(path).text
        (file,) = re.findall(r'name="scan" value="([\d.]+)" required><span>Scan_2.pdf', page)
        said = {**seen_on(clerk, path), **WHY, "scan": file, "belonging": "together"}
        ahead = clerk.post(f"{path}/preview", **said)
        assert "《Scan_2.pdf》认定为本件的扫描件" in ahead.text and "马骁" in ahead.text
        assert clerk.post(path, **said).status_code == 200
        rows = {row["nominee"]: row for row in doubted.export("nominations")}
        current = [d["filename"] for d in rows["于洁"]["documents"] if d["role"] == "scan" and d["current"]]
        assert (current, rows["于洁"]["state"]) == (["Scan_2.pdf"], "complete")
        assert "人工认定为本件" in clerk.get(path).text


def test_of_two_clerks_the_second_is_told_what_the_first_did(doubted: Office) -> None:
    number = number_of(doubted, "沈知远")
    with desk_of(doubted) as desk:
        first, second = desk.clerk("李明"), desk.clerk("王芳")
        path = f"/case/{number}/correct"
        seen = seen_on(second, path)
        first.post(path, **{**seen_on(first, path), **WHY, "field.nominee": "沈知遥"})
        late = second.post(path, **{**seen, **WHY, "field.nominee": "沈之遥"})
        assert late.status_code == 409 and "没有记录" in late.text and "李明" in late.text
        assert 'value="沈之遥"' in late.text
        assert len(doubted.query("SELECT * FROM correction")) == 1


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"field.nominee": "沈知遥"}, 400),
        ({**WHY}, 400),
        ({**WHY, "field.service_years": "许多"}, 400),
        ({**WHY, "scan": "x"}, 400),
        ({**WHY, "scan": "99999.0", "belonging": "together"}, 400),
        ({**WHY, "scan": "1.0", "belonging": "married"}, 400),
        ({**WHY, "field.nominee": "沈" * 2000}, 413),
    ],
)
def test_what_cannot_be_said_changes_nothing(doubted: Office, said: dict[str, str], code: int) -> None:
    number = number_of(doubted, "沈知远")
    with desk_of(doubted) as desk:
        assert desk.clerk("李明").post(f"/case/{number}/correct/preview", **said).status_code == code
        viewer = desk.clerk("张三", StaffRole.SEE)
        assert viewer.get(f"/case/{number}/correct").status_code == 403
        assert viewer.post(f"/case/{number}/correct", **WHY, **{"field.nominee": "甲"}).status_code == 403
    assert doubted.query("SELECT * FROM correction") == []


def test_a_mail_is_joined_to_a_unit(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    pymap_mailbox.deliver(letter([*both(entry("于洁"))]), AT)
    office.once(AT + timedelta(minutes=1))
    with desk_of(office) as desk:
        clerk = desk.clerk("李明")
        said = {**seen_on(clerk, "/mail/1"), **WHY, "unit": "河南省科学技术协会"}
        assert "于洁" in clerk.post("/mail/1/join/preview", **said).text
        assert "已记录：邮件1归入河南省科学技术协会" in clerk.post("/mail/1/join", **said).text
        assert office.nominations()["于洁"]["unit"]["name"] == "河南省科学技术协会"
        assert clerk.post("/mail/1/join", **said).status_code == 409
        assert clerk.post("/mail/1/join/preview", **{**said, "unit": "某某协会"}).status_code == 400
