"""The whole path of a clerk who has never seen a terminal, from the digest alone, in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.ui import Select, WebDriverWait

from intake.clock import FREEZE
from intake.demo import units
from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.units import SampleUnit
from intake.domain.model.staff import StaffRole
from tests.integration.conftest import OfficeOn
from tests.integration.test_desk import PASSWORD, desk_of
from tests.integration.test_desk_browser import browser, desk_on, fits, login, shot, size, two_names, waited  # noqa: F401
from tests.journey import Office
from tests.material import AT, PROVINCE, SOCIETY, both, entry, form, letter, scan

HOUR = timedelta(hours=1)
NAMES = ("沈知远", "于洁", "马骁")
OTHERS = [
    unit
    for unit in vars(units).values()
    if isinstance(unit, SampleUnit)
    and unit.kind in ("province", "society")
    and unit not in (SOCIETY, PROVINCE)
][:20]
NOW = AT + timedelta(days=2)


@pytest.fixture
def day(pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A misread name, two forms whose scans nobody can tell apart, a question, letters of twenty units."""
    office = office_on(pymap_mailbox, letters={"mode": "hold"})
    monkeypatch.setenv(FREEZE, NOW.isoformat())
    pymap_mailbox.deliver(letter([two_names("沈知远", "沈知遥"), scan(entry("沈知远"), "扫描件.pdf")]), AT)
    forms = [form(entry(name, PROVINCE)) for name in NAMES[1:]]
    scans = [scan(entry(name), f"Scan_{name}.pdf") for name in "12"]
    pymap_mailbox.deliver(letter([*forms, *scans], AT, PROVINCE), AT)
    question = letter((), AT, units.ENTERPRISE, subject="咨询", text="请问推荐表是否需要法人签字？")
    pymap_mailbox.deliver(question, AT)
    for number, unit in enumerate(OTHERS):
        pymap_mailbox.deliver(letter(both(entry(f"赵{chr(0x4E00 + 40 * number)}", unit)), AT, unit), AT)
    office.once(AT + HOUR)
    return office


def confirmed(driver: WebDriver, name: str) -> str:
    """Looks at what an act will do, does it, and gives back what the page says of it."""
    waited(driver, (By.ID, "confirm"))
    fits(driver)
    shot(driver, name)
    driver.find_element(By.ID, "confirm").click()
    return driver.find_element(By.CSS_SELECTOR, ".notice").text


def digest(office: Office, name: str) -> str:
    page = office.folder / f"{name}.html"
    assert office.shouwen("digest", "--preview", page, now=NOW).code == 0
    return page.as_uri()


def corrects(driver: WebDriver) -> None:
    driver.find_element(By.ID, "correct").click()
    box = driver.find_element(By.ID, "field-nominee")
    box.clear()
    box.send_keys("沈知遥")
    fields = driver.find_element(By.ID, "fields")
    Select(fields.find_element(By.NAME, "phrase")).select_by_index(1)
    fields.find_element(By.CSS_SELECTOR, "button.main").click()
    assert "已记录" in confirmed(driver, "path-correct")


def pairs(driver: WebDriver) -> None:
    driver.find_element(By.ID, "correct").click()
    waited(driver, (By.ID, "scans"))
    scans = driver.find_element(By.ID, "scans")
    scans.find_element(By.XPATH, "//label[contains(., 'Scan_2.pdf')]/input").click()
    scans.find_element(By.CSS_SELECTOR, "[name=belonging][value=together]").click()
    scans.find_element(By.NAME, "own").send_keys("经核对附图")
    scans.find_element(By.CSS_SELECTOR, "button.main").click()
    assert "已记录" in confirmed(driver, "path-pair")


def returns(driver: WebDriver) -> None:
    driver.find_element(By.CSS_SELECTOR, "[name=action][value=return]").click()
    driver.find_element(By.NAME, "own").send_keys("缺单位意见")
    driver.find_element(By.CSS_SELECTOR, "#act button").click()
    assert "已记录：退回补正" in confirmed(driver, "path-return")


def answers(driver: WebDriver) -> None:
    driver.find_element(By.CSS_SELECTOR, "a.go").click()
    Select(driver.find_element(By.ID, "reply")).select_by_index(1)
    driver.find_element(By.ID, "own").send_keys("另：需要法人签字。")
    driver.find_element(By.CSS_SELECTOR, "#act button").click()
    assert "答复已写成" in confirmed(driver, "path-answer")


@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.long)])
def test_from_the_digest_to_an_empty_one(day: Office, browser: WebDriver, width: int) -> None:  # noqa: F811
    with desk_on(day) as link:
        day.change(desk={"listen": link.removeprefix("http://"), "address": link})
        size(browser, width)
        browser.delete_all_cookies()
        browser.get(digest(day, "before"))
        shot(browser, f"path-digest-{width}")
        assert "沈知远" in browser.page_source and "暂存待放行信函" in browser.page_source
        browser.find_element(By.PARTIAL_LINK_TEXT, day.nominations()["沈知远"]["number"]).click()
        waited(browser, (By.NAME, "password"))
        browser.find_element(By.NAME, "name").send_keys("李明")
        browser.find_element(By.NAME, "password").send_keys(PASSWORD)
        browser.find_element(By.CSS_SELECTOR, "form button").click()
        # The nomination of the link: form and scan side by side.
        waited(browser, (By.ID, "correct"))
        assert "有多种读法" in browser.page_source
        assert "沈知远" in browser.find_element(By.CSS_SELECTOR, ".left table.fields").text
        picture = browser.find_element(By.CSS_SELECTOR, ".right .scan img")
        browser.execute_script("arguments[0].scrollIntoView()", picture)
        drawn = "return arguments[0].complete && arguments[0].naturalWidth > 0"
        WebDriverWait(browser, 60).until(lambda b: b.execute_script(drawn, picture))
        shot(browser, f"path-case-{width}")
        corrects(browser)
        for name, act in (("于洁", pairs), ("马骁", returns)):
            browser.get(f"{link}/all?text={name}")
            browser.find_element(By.PARTIAL_LINK_TEXT, name).click()
            waited(browser, (By.ID, "correct"))
            act(browser)
        browser.get(f"{link}/questions")
        answers(browser)
        # All letters that wait, each read before it goes.
        browser.get(f"{link}/letters")
        browser.find_element(By.ID, "read-all").click()
        waited(browser, (By.ID, "confirm"))
        assert len(browser.find_elements(By.CSS_SELECTOR, "pre.paper")) >= 20
        said = confirmed(browser, f"path-letters-{width}")
        assert "已放行" in said, said
    day.once(NOW, code=0)
    assert len(day.sent()) >= 20
    told = day.shouwen("digest", now=NOW).text
    for name in (*NAMES, "沈知遥", "咨询来信（", "暂存待放行信函（"):
        if name != "马骁":
            assert name not in told, name
    assert "人工待办0件" in told.replace(" ", "") or "人工待办（" not in told
    for name in ("沈知遥", "于洁", "马骁"):
        assert "李明" in day.shouwen("status", day.nominations()[name]["number"]).text
    rows = day.query("SELECT DISTINCT actor FROM event WHERE verb = 'letter queued' AND detail = 'by hand'")
    assert [row.actor for row in rows] == ["李明"]


def test_letters_are_held_all_at_once(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = office_on(pymap_mailbox, letters={"settle_seconds": 1}, smtp={"daily_limit": 1})
    monkeypatch.setenv(FREEZE, (AT + HOUR).isoformat())
    for unit in OTHERS[:3]:
        pymap_mailbox.deliver(letter(both(entry("于洁", unit)), AT, unit), AT)
    office.shouwen("once", now=AT + HOUR)
    with desk_of(office) as desk:
        clerk = desk.clerk("李明", StaffRole.DECIDE)
        shown = clerk.post("/letters/preview", show="queued", all="1").text
        assert shown.count('<pre class="paper">') == 2 and "于洁" in shown and "暂不发出" in shown
        assert "已暂存2封" in clerk.post("/letters/hold", all="1").text
        assert clerk.post("/letters/preview", show="nothing", all="1").status_code == 404
        assert "没有选择信函" in clerk.post("/letters/preview", show="waiting").text
    assert [row["state"] for row in office.export("letters")].count("held") == 2
