"""`python -m tests.page_pictures DEMO_DIR FOLDER CHROMIUM [NAME]`: all pages and letters at three sizes.

DEMO_DIR is what `shouwen demo` left: the desk's pages are of its ledger, the letters those of docs/letters.
Each is drawn at 360, 800 and 1280 pixels, light and dark, into FOLDER, with a contact sheet of each page,
so that a person looks through them; with NAME those alone whose name begins so (desk-case).  What has to
be pushed sideways is told, and ends with 1.
`make pictures-all` calls it.
"""

from __future__ import annotations

import base64
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from selenium import webdriver

from intake.config.sections.desk import DeskSettings
from intake.config.settings import load_settings
from intake.desk.server import serving
from intake.domain.model.staff import StaffRole
from intake.service.bootstrap import open_parts
from intake.staff.accounts import Accounts
from parsers.sandbox.pool import Sandbox
from tests.desk_picture import CLERK, PASSWORD

LETTERS = Path(__file__).parents[1] / "docs" / "letters"
WIDTHS = (360, 800, 1280)
HIGHEST = 2400
"""Pixels of a page that are drawn: what lies below looks as what lies above."""

LISTEN = "127.0.0.1:18462"
DESK = {
    "waiting": "/",
    "all": "/all",
    "find": "/find?text=协会",
    "case": "/case/{number}",
    "correct": "/case/{number}/correct",
    "mail": "/mail/1",
    "letters": "/letters?show=all",
    "letter": "/letters/1",
    "questions": "/questions",
    "senders": "/unit/1/senders",
    "quarantine": "/quarantine",
    "progress": "/progress",
    "fault": "/case/none",
}


@contextmanager
def opened(chromium: str) -> Iterator[webdriver.Chrome]:
    """A browser that draws."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which(chromium) or chromium
    for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"):
        options.add_argument(word)
    browser = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    browser.set_page_load_timeout(120)
    yield browser
    browser.quit()


def picture(browser: webdriver.Chrome, to: Path, width: int, dark: bool) -> int:
    """Draws the page that is open; returns by how many pixels it is too wide."""
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})
    browser.refresh()
    height, wide = browser.execute_script(
        "const e = document.documentElement; return [e.scrollHeight, e.scrollWidth - innerWidth]"
    )
    clip = {"x": 0, "y": 0, "width": width, "height": min(height, HIGHEST), "scale": 1}
    data = browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip})
    to.write_bytes(base64.b64decode(data["data"]))
    return int(wide)


def sheet(pictures: list[Path], to: Path) -> None:
    """All of a page side by side."""
    shown = [Image.open(path).convert("RGB") for path in pictures]
    whole = Image.new("RGB", (sum(one.width + 12 for one in shown), max(one.height for one in shown)), "#888")
    left = 0
    for one in shown:
        whole.paste(one, (left, 0))
        left += one.width + 12
    whole.save(to)


def drawn(browser: webdriver.Chrome, name: str, place: str, folder: Path, only: str) -> list[str]:
    """Draws one page in every size and light, and tells what is wrong with it."""
    if not name.startswith(only):
        return []
    browser.get(place)
    found, wrong = [], []
    for dark in (False, True):
        for width in WIDTHS:
            path = folder / f"{name}-{width}{'-dark' if dark else ''}.png"
            wide = picture(browser, path, width, dark)
            found.append(path)
            if wide > 0:
                wrong.append(f"{name} at {width}: {wide} pixels too wide")
    sheet(found, folder / f"sheet-{name}.png")
    return wrong


def all_of(demo: Path, folder: Path, chromium: str, only: str = "") -> list[str]:
    """Draws everything; returns what is wrong."""
    folder.mkdir(parents=True, exist_ok=True)
    wrong = []
    with opened(chromium) as browser:
        for path in sorted(LETTERS.glob("*.html")):
            wrong += drawn(browser, f"letter-{path.stem}", path.as_uri(), folder, only)
        settings = load_settings(demo / "config.toml", secrets=False)
        with open_parts(settings) as parts, Sandbox(1) as sandbox:
            accounts = Accounts(parts.engine)
            if CLERK not in [clerk.name for clerk in accounts.listed()]:
                accounts.add(CLERK, StaffRole.ADMIN, PASSWORD, CLERK)
            with serving(parts, sandbox, DeskSettings(listen=LISTEN)) as desk:
                wrong += drawn(browser, "desk-login", f"{desk.link}/login", folder, only)
                browser.get(f"{desk.link}/login")
                browser.find_element("name", "name").send_keys(CLERK)
                browser.find_element("name", "password").send_keys(PASSWORD)
                browser.find_element("css selector", "form button").click()
                browser.implicitly_wait(20)
                browser.get(f"{desk.link}/all")
                number = browser.find_element("css selector", 'a[href^="/case/"]').get_attribute("href")
                for name, place in DESK.items():
                    place = place.format(number=str(number).rpartition("/")[2])
                    wrong += drawn(browser, f"desk-{name}", desk.link + place, folder, only)
    return wrong


if __name__ == "__main__":
    faults = all_of(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
    sys.stdout.write("\n".join(faults or ["Every page fits."]) + "\n")
    sys.exit(bool(faults))
