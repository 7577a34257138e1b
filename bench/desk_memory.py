"""The memory of `shouwen run` with the desk, as a process of its own, once everything was asked of it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from bench.measure import descendants
from intake import clock
from intake.clock import SHANGHAI
from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.postoffice import EmbeddedPostOffice
from store.database.engine import connect

USER, PASSWORD = "intake@example.org", "none"
PATIENCE = 180
"""Seconds in which the service starts, and writes its digest at the next minute."""

_CONFIG = """
[mailbox]
host = "127.0.0.1"
port = {imap}
security = "plain"
username = "intake@example.org"
password = {{ file = "password" }}
poll_seconds = 30
[smtp]
host = "127.0.0.1"
port = {smtp}
security = "plain"
username = "intake@example.org"
password = {{ file = "password" }}
pause_seconds = 0
[store]
database = "sqlite:///shouwen.db"
archive = "archive"
[digest]
to = ["staff@example.net"]
at = "{at:%H:%M}"
[desk]
listen = "127.0.0.1:{desk}"
"""


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes: what the service's own process holds, held at most, and what it has with all its children.

    The last counts what processes share once (PSS of proc(5)).
    """

    resident: int
    peak: int
    together: int


def memory_of_run(folder: Path, login: dict[str, str], pages: Sequence[str]) -> Memory:
    """Starts `shouwen run` on the ledger that lies in `folder`, asks for the pages, waits for a digest.

    `login` is what the login page's form says.  Raises `TimeoutError`, `urllib.error.URLError`.
    """
    with ExitStack() as stack:
        mailbox = stack.enter_context(EmbeddedMailbox(USER, PASSWORD))
        office = stack.enter_context(EmbeddedPostOffice(USER, PASSWORD))
        with socket.create_server(("127.0.0.1", 0)) as probe:
            place = probe.getsockname()[1]
        config = folder / "run.toml"
        at = clock.now().astimezone(SHANGHAI) + timedelta(seconds=90)
        said = _CONFIG.format(imap=mailbox.port, smtp=office.port, desk=place, at=at)
        config.write_text(said, "utf-8")
        service = stack.enter_context(_running(config))
        browser = _browser(f"http://127.0.0.1:{place}", login)
        _asked(browser, f"http://127.0.0.1:{place}", pages)
        _until(lambda: _digests(folder) > 0, "the digest")
        # Once more, with all that was kept for them still there.
        _asked(browser, f"http://127.0.0.1:{place}", pages)
        return Memory(
            _figure(service, "status", "VmRSS"),
            _figure(service, "status", "VmHWM"),
            sum(_figure(one, "smaps_rollup", "Pss") for one in (service, *descendants(service))),
        )


@contextmanager
def _running(config: Path) -> Iterator[int]:
    """The number of the process of the service, until the context ends."""
    program = [sys.executable, "-c", "from intake.cli.app import main; main()"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with (config.parent / "run.log").open("wb") as log:
        process = subprocess.Popen([*program, "--config", str(config), "run"], env=environment, stderr=log)
        try:
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


def _browser(link: str, login: dict[str, str]) -> urllib.request.OpenerDirector:
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def logged_in() -> bool:
        try:
            browser.open(f"{link}/login", urllib.parse.urlencode(login).encode(), PATIENCE).close()
        except ConnectionError:
            return False
        except urllib.error.URLError as fault:
            if isinstance(fault.reason, ConnectionError):
                return False
            raise
        return True

    _until(logged_in, "the desk")
    return browser


def _asked(browser: urllib.request.OpenerDirector, link: str, pages: Sequence[str]) -> None:
    for page in pages:
        with browser.open(link + urllib.parse.quote(page, safe="/?=&@%"), timeout=PATIENCE) as answer:
            if answer.geturl().endswith("/login") or answer.status != 200:
                raise ValueError(f"{page} is not shown")
            answer.read()


def _digests(folder: Path) -> int:
    engine = connect(f"sqlite:///{folder}/shouwen.db")
    try:
        with engine.connect() as cn:
            return int(cn.execute(sa.text("SELECT count(*) FROM letter WHERE kind = 'digest'")).scalar_one())
    finally:
        engine.dispose()


def _until(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} has not come in {PATIENCE} s")
        time.sleep(0.5)


def _figure(process: int, file: str, name: str) -> int:
    """A figure of proc(5) in bytes; 0 where the process has gone."""
    try:
        text = Path(f"/proc/{process}/{file}").read_text("ascii", "replace")
    except OSError:
        return 0
    found = re.search(rf"(?m)^{name}:\s+(\d+) kB", text)
    return int(found[1]) * 1024 if found else 0
