"""`python -m tests.desk_picture DEMO_DIR FILE.png CHROMIUM...`: the README's picture of a case at the desk.

DEMO_DIR is what `shouwen demo` left, CHROMIUM the browser with its options.  `make pictures` calls it.
"""

from __future__ import annotations

import base64
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from werkzeug.test import Client, TestResponse

from intake.config.sections.desk import DeskSettings
from intake.config.settings import load_settings
from intake.desk.app import make_app
from intake.desk.throttle import Throttle
from intake.desk.wiring import Desk
from intake.desk.worker import Worker
from intake.domain.model.staff import StaffRole
from intake.service.bootstrap import open_parts
from intake.staff.accounts import Accounts
from parsers.sandbox.pool import Sandbox

CLERK, PASSWORD = "李明", "correct horse battery"
DRAWN_SECONDS = 60
SIZE = (1180, 1020)
COLOURS = 48
"""Enough for a page and a seal; the grain of scanned paper would take a megabyte."""

_CASE = re.compile(r'href="(/case/[\w-]+)"')
_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
_SCRIPT = re.compile(r"<script[^>]*></script>")
_PICTURE = re.compile(r'src="(/case/[^"]+)" alt=')


def page_of(folder: Path, doubt: str = "scan-read-otherwise") -> str:
    """The first case of that doubt, with its style and pictures within; raises `LookupError` for none."""
    with open_parts(load_settings(folder / "config.toml", secrets=False)) as parts, Sandbox(1) as sandbox:
        accounts = Accounts(parts.engine)
        if not accounts.listed():
            accounts.add(CLERK, StaffRole.DECIDE, PASSWORD, CLERK)
        worker = Worker(lambda read: None, parts.stop)
        desk = Desk(parts, DeskSettings(), accounts, Throttle(), worker, sandbox)
        client = Client(make_app(desk), TestResponse)
        client.post("/login", data={"name": CLERK, "password": PASSWORD, "back": "/"})
        cases = _CASE.findall(_text(client, f"/all?doubt={doubt}"))
        if not cases:
            raise LookupError(f"no case of {doubt} in {folder}")
        page = _SCRIPT.sub("", _text(client, cases[0]))
        page = _STYLE.sub(lambda found: f"<style>{_text(client, found[1])}</style>", page)
        return _PICTURE.sub(lambda found: f'src="{_inline(client, found[1])}" alt=', page)


def _text(client: Client, place: str) -> str:
    answer = client.get(place)
    if answer.status_code != 200:
        raise ValueError(f"{place} is answered with {answer.status_code}")
    return answer.text


def _inline(client: Client, place: str) -> str:
    """A picture as a data address; it is drawn when it is first asked for."""
    until = time.monotonic() + DRAWN_SECONDS
    while (answer := client.get(place)).status_code != 200:
        if time.monotonic() > until:
            raise TimeoutError(f"{place} is answered with {answer.status_code}")
        time.sleep(0.5)
    return f"data:{answer.mimetype};base64,{base64.b64encode(answer.data).decode()}"


def draw(page: str, to: Path, chromium: Sequence[str]) -> None:
    """The page as a browser of a desk's width shows its beginning, as a small PNG."""
    with tempfile.TemporaryDirectory(prefix="shouwen-picture-") as folder:
        source, shot = Path(folder, "desk.html"), Path(folder, "desk.png")
        source.write_text(page, "utf-8")
        options = ("--headless", "--disable-gpu", "--hide-scrollbars", f"--window-size={SIZE[0]},{SIZE[1]}")
        command = (*chromium, *options, f"--screenshot={shot}", source.as_uri())
        subprocess.run(command, check=True, capture_output=True, timeout=DRAWN_SECONDS)
        with Image.open(shot) as picture:
            few = picture.convert("RGB").quantize(
                COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
            )
            few.save(to, optimize=True)


if __name__ == "__main__":
    draw(page_of(Path(sys.argv[1])), Path(sys.argv[2]), sys.argv[3:])
