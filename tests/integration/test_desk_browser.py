"""The desk in a real browser, from the login to a decision: on a phone, at a desk, by the keyboard alone."""

from __future__ import annotations

import base64
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.ui import Select, WebDriverWait

from intake.config.sections.desk import DeskSettings
from intake.config.settings import load_settings
from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails.programs import AttachedFile
from intake.demo.papers.sheet import SampleSheet, SheetCell, sheet_of
from intake.desk.server import serving
from intake.domain.model.staff import StaffRole
from intake.service.bootstrap import open_parts
from intake.staff.accounts import Accounts
from parsers.sandbox.pool import Sandbox
from tests.journey import Office
from tests.material import AT, PROVINCE, both, docx, entry, form, letter, scan
from tests.servers.parts import missing

PASSWORD = "correct horse battery"
WIDTHS = (360, 1280)
SHOTS = os.environ.get("SHOUWEN_DESK_SHOTS")
"""A folder for pictures of the pages, for whoever wants to look at them."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebDriver]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        missing("Chromium", "apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    profile = tmp_path_factory.mktemp("chromium")
    # Tests run in containers as root, where Chromium's own sandbox cannot be made.
    for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", f"--user-data-dir={profile}"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    opened = webdriver.Chrome(options, webdriver.ChromeService(driver))
    # A page that a click asked for may come a moment later.
    opened.implicitly_wait(10)
    opened.set_page_load_timeout(60)
    yield opened
    opened.quit()


@contextmanager
def desk_on(office: Office) -> Iterator[str]:
    """The desk on an office's ledger, served; a clerk 李明 may decide."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{probe.getsockname()[1]}"
    with open_parts(load_settings(office.config, secrets=False)) as parts, Sandbox(1) as sandbox:
        accounts = Accounts(parts.engine, timedelta(hours=1))
        if not accounts.listed():
            accounts.add("李明", StaffRole.DECIDE, PASSWORD, "test")
        with serving(parts, sandbox, DeskSettings(listen=listen)) as settings:
            yield settings.link


@pytest.fixture
def two(pymap_mailbox: EmbeddedMailbox, office: Office) -> Office:
    pymap_mailbox.deliver(letter([*both(entry("于洁")), form(entry("马骁"))]), AT)
    office.once(AT + timedelta(hours=1))
    return office


def size(browser: WebDriver, width: int, dark: bool = False) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})


def login(browser: WebDriver, link: str) -> None:
    browser.delete_all_cookies()
    browser.get(link)
    browser.switch_to.active_element.send_keys("李明", Keys.TAB, PASSWORD, Keys.ENTER)
    WebDriverWait(browser, 30).until(lambda b: b.find_elements(By.ID, "count"))


def waited(driver: WebDriver, which: tuple[str, str]) -> None:
    WebDriverWait(driver, 60).until(lambda b: b.find_elements(*which))


def fits(browser: WebDriver) -> None:
    """Nothing has to be pushed sideways, and nothing was refused by the page's own rules."""
    wide = browser.execute_script("return document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{browser.current_url} is {wide} pixels too wide"
    said = [entry["message"] for entry in browser.get_log("browser")]
    assert not [one for one in said if "Content Security Policy" in one], said


def shot(browser: WebDriver, name: str) -> None:
    if SHOTS:
        height = browser.execute_script("return document.documentElement.scrollHeight")
        whole = {
            "x": 0,
            "y": 0,
            "width": browser.execute_script("return innerWidth"),
            "height": height,
            "scale": 1,
        }
        data = browser.execute_cdp_cmd(
            "Page.captureScreenshot", {"captureBeyondViewport": True, "clip": whole}
        )
        Path(SHOTS, f"{name}.png").write_bytes(base64.b64decode(data["data"]))


@pytest.mark.parametrize("width", WIDTHS)
def test_a_clerk_comes_from_the_login_to_a_decision(two: Office, browser: WebDriver, width: int) -> None:
    with desk_on(two) as link:
        size(browser, width)
        login(browser, link)
        fits(browser)
        browser.get(f"{link}/all")
        fits(browser)
        shot(browser, f"all-{width}")
        browser.find_element(By.PARTIAL_LINK_TEXT, "马骁").click()
        fits(browser)
        shot(browser, f"case-{width}")
        browser.find_element(By.CSS_SELECTOR, "[name=action][value=return]").click()
        Select(browser.find_element(By.ID, "phrase")).select_by_index(4)
        browser.find_element(By.NAME, "own").send_keys("请尽快")
        browser.find_element(By.CSS_SELECTOR, "#act button").click()
        waited(browser, (By.ID, "confirm"))
        fits(browser)
        shot(browser, f"preview-{width}")
        assert "单位将读到" in browser.page_source
        browser.find_element(By.ID, "confirm").click()
        assert "已记录：退回补正" in browser.find_element(By.CSS_SELECTOR, ".notice").text
        for path in (
            "/",
            "/letters",
            "/letters/1",
            "/questions",
            "/quarantine",
            "/progress",
            "/find?text=马骁",
        ):
            browser.get(link + path)
            fits(browser)
            shot(browser, f"{path.strip('/').partition('?')[0].replace('/', '-') or 'waiting'}-{width}")
        if SHOTS:
            size(browser, width, dark=True)
            for name, path in (("all", "/all"), ("case", "/case/KX2024-0001"), ("progress", "/progress")):
                browser.get(link + path)
                shot(browser, f"{name}-{width}-dark")
    (row,) = two.query("SELECT action, by_name, reason FROM decision")
    assert (row.action, row.by_name) == ("return", "李明") and row.reason.endswith("；请尽快")


def test_a_clerk_needs_no_mouse(two: Office, browser: WebDriver) -> None:
    with desk_on(two) as link:
        size(browser, 1280)
        login(browser, link)
        browser.get(f"{link}/all")
        press = browser.find_element(By.TAG_NAME, "body").send_keys
        press("j")
        first = browser.switch_to.active_element.get_attribute("href")
        browser.switch_to.active_element.send_keys("j")
        second = browser.switch_to.active_element.get_attribute("href")
        assert first and second and first != second
        browser.switch_to.active_element.send_keys(Keys.ENTER)
        WebDriverWait(browser, 30).until(lambda b: b.current_url == second)
        browser.find_element(By.TAG_NAME, "body").send_keys("k")
        WebDriverWait(browser, 30).until(lambda b: b.current_url == first)
        browser.find_element(By.TAG_NAME, "body").send_keys("a")
        assert browser.find_element(By.CSS_SELECTOR, "[value=accept]").is_selected()
        chosen = browser.switch_to.active_element
        assert chosen.get_attribute("id") == "phrase"
        chosen.send_keys(Keys.TAB, "经核对")
        browser.switch_to.active_element.send_keys(Keys.TAB, Keys.TAB, Keys.ENTER)
        WebDriverWait(browser, 30).until(lambda b: b.find_elements(By.ID, "confirm"))
        assert browser.switch_to.active_element.get_attribute("id") == "confirm"
        browser.switch_to.active_element.send_keys(Keys.ENTER)
        WebDriverWait(browser, 30).until(lambda b: "已记录：确认齐全" in b.page_source)
    (row,) = two.query("SELECT action, by_name, reason FROM decision")
    assert tuple(row) == ("accept", "李明", "经核对")


def test_what_a_stranger_writes_is_text(
    pymap_mailbox: EmbeddedMailbox, office: Office, browser: WebDriver
) -> None:
    evil = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
    file = form(entry("马骁"))
    pymap_mailbox.deliver(
        letter([file, *both(entry("于洁"))], subject=f"推荐 {evil}", text=f"您好 {evil} {{{{ 7*7 }}}}"), AT
    )
    office.once(AT + timedelta(hours=1))
    with desk_on(office) as link:
        size(browser, 1280)
        login(browser, link)
        for path in ("/", "/all", "/case/KX2024-0001", "/find?text=onerror", "/mail/1", "/find?text=" + evil):
            browser.get(link + path)
            assert browser.title.endswith("收文"), path
            # Asked of the page itself: `find_elements` would wait for what must not come.
            assert not browser.execute_script("return document.querySelector('img[src=x]')"), path
            fits(browser)
        browser.get(f"{link}/mail/1")
        assert "{{ 7*7 }}" in browser.find_element(By.TAG_NAME, "pre").text


def two_names(first: str, second: str) -> AttachedFile:
    """A form in which the nominee is called otherwise in another cell."""
    item = entry(first)
    sheet: SampleSheet = sheet_of(item.content(date(2025, 2, 18), 2025, 2024), item.layout)
    row = (SheetCell("姓名", label=True), SheetCell(second, span=len(sheet.widths_mm) - 1))
    return AttachedFile("推荐表.docx", docx(replace(sheet, rows=(*sheet.rows, row))))


@pytest.mark.parametrize("width", WIDTHS)
def test_a_clerk_corrects_a_misread_name_and_pairs_a_scan(
    pymap_mailbox: EmbeddedMailbox, office: Office, browser: WebDriver, width: int
) -> None:
    pymap_mailbox.deliver(letter([two_names("沈知远", "沈知遥"), scan(entry("沈知远"), "扫描件.pdf")]), AT)
    forms = [form(entry(name, PROVINCE)) for name in ("于洁", "马骁")]
    scans = [scan(entry(name), f"Scan_{name}.pdf") for name in "12"]
    pymap_mailbox.deliver(letter([*forms, *scans], AT, PROVINCE), AT)
    office.once(AT + timedelta(minutes=1))
    # What came is in the digest of its own day; two days later what waits is left.
    later = AT + timedelta(days=2)
    asked = office.shouwen("digest", now=later).text
    assert all(name in asked for name in ("沈知远", "于洁", "马骁"))
    with desk_on(office) as link:
        size(browser, width)
        login(browser, link)
        browser.find_element(By.PARTIAL_LINK_TEXT, "沈知远").click()
        waited(browser, (By.ID, "correct"))
        assert "有多种读法" in browser.page_source
        browser.find_element(By.ID, "correct").click()
        fits(browser)
        shot(browser, f"correct-{width}")
        picture = browser.find_element(By.CSS_SELECTOR, ".right .scan img")
        browser.execute_script("arguments[0].scrollIntoView()", picture)
        drawn = "return arguments[0].complete && arguments[0].naturalWidth > 0"
        WebDriverWait(browser, 60).until(lambda b: b.execute_script(drawn, picture))
        name = browser.find_element(By.ID, "field-nominee")
        name.clear()
        name.send_keys("沈知遥")
        fields = browser.find_element(By.ID, "fields")
        Select(fields.find_element(By.NAME, "phrase")).select_by_index(1)
        fields.find_element(By.CSS_SELECTOR, "button.main").click()
        waited(browser, (By.ID, "confirm"))
        fits(browser)
        shot(browser, f"correction-{width}")
        assert "单位意见由" not in browser.page_source
        assert "由“沈知远”更正为“沈知遥”" in browser.page_source and "单位将读到" in browser.page_source
        browser.find_element(By.ID, "confirm").click()
        assert "已记录" in browser.find_element(By.CSS_SELECTOR, ".notice").text
        assert "人工更正：原读作“沈知远”" in browser.page_source
        browser.get(f"{link}/all")
        browser.find_element(By.PARTIAL_LINK_TEXT, "于洁").click()
        waited(browser, (By.ID, "correct"))
        browser.find_element(By.TAG_NAME, "body").send_keys("c")
        scans = browser.find_element(By.ID, "scans")
        scans.find_element(By.XPATH, "//label[contains(., 'Scan_2.pdf')]/input").click()
        scans.find_element(By.CSS_SELECTOR, "[name=belonging][value=together]").click()
        scans.find_element(By.NAME, "own").send_keys("经核对附图")
        scans.find_element(By.CSS_SELECTOR, "button.main").click()
        waited(browser, (By.ID, "confirm"))
        assert "《Scan_2.pdf》认定为本件的扫描件" in browser.page_source
        fits(browser)
        browser.find_element(By.ID, "confirm").click()
        assert "已记录" in browser.find_element(By.CSS_SELECTOR, ".notice").text
        history = browser.find_element(By.CSS_SELECTOR, ".events").text
        assert "李明" in history and "人工认定" in history and "经核对附图" in history
        browser.get(link)
        WebDriverWait(browser, 30).until(lambda b: b.find_elements(By.ID, "count"))
        assert not any(name in browser.page_source for name in ("沈知", "于洁", "马骁"))
    assert office.shouwen("replay", "--all", now=later).code == 0
    told = office.shouwen("digest", now=later).text
    assert not any(name in told for name in ("沈知", "于洁", "马骁")), told
    assert office.states() == {"沈知遥": "complete", "于洁": "complete", "马骁": "complete"}
