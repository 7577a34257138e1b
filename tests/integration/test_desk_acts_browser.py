"""What a clerk does beside deciding, in a real browser: answers, many at once, senders."""

from __future__ import annotations

import re
import subprocess
import time
import urllib.request
from dataclasses import replace
from datetime import timedelta
from urllib.error import URLError

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.ui import Select, WebDriverWait

from intake.clock import FREEZE
from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails.programs import Author
from intake.domain.model.staff import StaffRole
from tests.integration.test_desk import PASSWORD, desk_of
from tests.integration.test_desk_browser import browser, desk_on, fits, login, shot, size  # noqa: F401
from tests.journey import Office
from tests.material import AT, SOCIETY, both, entry, form, letter

HOUR = timedelta(hours=1)


@pytest.fixture
def busy(pymap_mailbox: EmbeddedMailbox, office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Nominations without scans, one of which another address sends as well; a question."""
    monkeypatch.setenv(FREEZE, (AT + 3 * HOUR).isoformat())
    pymap_mailbox.deliver(letter([*both(entry("于洁")), form(entry("马骁")), form(entry("白桦"))]), AT)
    office.once(AT + HOUR)
    other = replace(SOCIETY, sender=Author("某某", "other@unit.example"))
    pymap_mailbox.deliver(letter(both(entry("马骁")), AT + HOUR, other), AT + HOUR)
    question = letter((), AT + HOUR, subject="咨询", text="请问推荐表是否需要法人签字？")
    pymap_mailbox.deliver(question, AT + HOUR)
    office.once(AT + 3 * HOUR)
    return office


def gone(driver: WebDriver, path: str) -> None:
    WebDriverWait(driver, 30).until(lambda b: b.current_url.endswith(path))


@pytest.mark.parametrize("width", [360, 1280])
def test_a_clerk_answers_decides_many_and_confirms_a_sender(
    busy: Office,
    browser: WebDriver,  # noqa: F811
    width: int,
) -> None:
    with desk_on(busy) as link:
        size(browser, width)
        login(browser, link)
        # A question: the saved reply is taken over and changed.
        browser.get(f"{link}/questions")
        fits(browser)
        shot(browser, f"questions-open-{width}")
        browser.find_element(By.CSS_SELECTOR, "a.go").click()
        fits(browser)
        Select(browser.find_element(By.ID, "reply")).select_by_index(1)
        own = browser.find_element(By.ID, "own")
        assert "截止" in own.get_attribute("value")
        own.send_keys("另：需要法人签字。")
        shot(browser, f"mail-{width}")
        browser.find_element(By.CSS_SELECTOR, "#act button").click()
        fits(browser)
        shot(browser, f"answer-{width}")
        assert "需要法人签字" in browser.find_element(By.CSS_SELECTOR, "pre.paper").text
        browser.find_element(By.ID, "confirm").click()
        assert "答复已写成" in browser.find_element(By.CSS_SELECTOR, ".notice").text
        fits(browser)
        shot(browser, f"mail-answered-{width}")
        # All three at once, by the keys.
        browser.get(f"{link}/all")
        fits(browser)
        browser.find_element(By.TAG_NAME, "body").send_keys("j")
        browser.switch_to.active_element.send_keys("x")
        assert "已选1项" in browser.find_element(By.CSS_SELECTOR, ".picked").text
        browser.find_element(By.CSS_SELECTOR, ".picked + button").click()
        Select(browser.find_element(By.CSS_SELECTOR, "#bulk [name=action]")).select_by_value("return")
        browser.find_element(By.CSS_SELECTOR, "#bulk [name=own]").send_keys("请补报盖章扫描件", Keys.ENTER)
        assert "确认办理" in browser.find_element(By.ID, "confirm").text
        fits(browser)
        shot(browser, f"bulk-{width}")
        browser.find_element(By.ID, "confirm").click()
        assert "已办理" in browser.find_element(By.CSS_SELECTOR, ".notice").text
        fits(browser)
        shot(browser, f"bulk-done-{width}")
        # A sender nobody knows.
        number = busy.nominations()["马骁"]["number"]
        browser.get(f"{link}/case/{number}")
        fits(browser)
        shot(browser, f"case-senders-{width}")
        browser.find_element(By.CSS_SELECTOR, ".sender.doubted [value=confirm]").click()
        fits(browser)
        shot(browser, f"sender-{width}")
        browser.find_element(By.ID, "confirm").click()
        assert "已确认" in browser.find_element(By.CSS_SELECTOR, ".notice").text
        fits(browser)
        shot(browser, f"senders-{width}")
        for name, path in (
            ("waiting", "/"),
            ("all", "/all"),
            ("mail", "/mail/3"),
            ("senders", "/unit/1/senders"),
        ):
            size(browser, width, dark=True)
            browser.get(link + path)
            fits(browser)
            shot(browser, f"{name}-{width}-dark")
    (row,) = busy.query("SELECT count(*) AS n FROM decision WHERE by_name = '李明'")
    assert row.n == 3
    assert [tuple(r) for r in busy.query("SELECT address, confirmed FROM correspondent")] == [
        ("other@unit.example", 1)
    ]


def test_the_service_serves_the_desk_and_ends_with_it(office: Office) -> None:
    with desk_of(office) as desk:
        desk.desk.accounts.add("李明", StaffRole.DECIDE, PASSWORD, "test")
    office.change(desk={"listen": "127.0.0.1:18461"})
    service = office.start("run")
    try:
        said = ""
        for _ in range(240):
            try:
                with urllib.request.urlopen("http://127.0.0.1:18461/login", timeout=5) as answer:
                    said = answer.read().decode()
                break
            except (URLError, OSError):
                assert service.poll() is None, service.communicate()[0]
                time.sleep(0.5)
        assert re.search(r'name="password"', said)
    finally:
        service.terminate()
        try:
            service.wait(100)
        except subprocess.TimeoutExpired:
            service.kill()
            raise
    assert service.returncode == 0
