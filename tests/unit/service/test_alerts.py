"""The operator's command and the watcher outside: bounded, without passwords, and never in the way."""

from __future__ import annotations

import http.server
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from intake.config.campaign_file import load_campaign
from intake.config.settings import check_settings
from intake.domain.letters.outage import Duty
from intake.service import alerts
from intake.service.alerts import COMMAND, Monitor
from tests.servers.smtp_faults import FaultyPostOffice, RefuseRecipient

NOW = "2025-02-21T10:00:00+08:00"


def monitor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, port: int = 1, /, **settings: Any) -> Monitor:
    monkeypatch.setenv("TEST_PASSWORD", "secret")
    monkeypatch.setenv("SHOUWEN_NOW", NOW)
    account: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": port,
        "security": "plain",
        "username": "intake@example.org",
    }
    account |= {"password": {"env": "TEST_PASSWORD"}, "timeout_seconds": 1}
    tables = {"mailbox": account, "smtp": account, "alerts": settings}
    return Monitor(check_settings(tables, tmp_path / "config.toml"), load_campaign().campaign)


def later(monkeypatch: pytest.MonkeyPatch, minute: int) -> None:
    monkeypatch.setenv("SHOUWEN_NOW", f"2025-02-21T10:{minute:02d}:00+08:00")


def program(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "tells.py").write_text(text)
    return [sys.executable, str(tmp_path / "tells.py"), "$(touch shell)", str(tmp_path / "told")]


def test_the_command_is_run_once_without_a_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = program(
        tmp_path,
        "import os, sys\nopen(sys.argv[2], 'a').write(sys.argv[1] + os.environ['SHOUWEN_EVENT']"
        " + os.environ.get('TEST_PASSWORD', '') + sys.stdin.read().splitlines()[0] + '\\n')",
    )
    made = monitor(tmp_path, monkeypatch, command=command)
    assert made.everybody == (COMMAND,)
    made.failed(Duty.RECEIVE, "down")
    made.tell()
    assert not (tmp_path / "told").exists()
    later(monkeypatch, 30)
    for _ in range(3):
        made.failed(Duty.RECEIVE, "down")
        made.tell()
    later(monkeypatch, 40)
    made.worked(Duty.RECEIVE)
    for _ in range(3):
        made.tell()
    assert (tmp_path / "told").read_text().splitlines() == [
        "$(touch shell)failed【请即处理】收信服务已中断30分钟",
        "$(touch shell)recovered【已恢复】收信服务已恢复正常（中断40分钟）",
    ]
    assert made.record.read().outages == {}


@pytest.mark.parametrize(
    "text", ["import time; time.sleep(60)", "import os, time\nif not os.fork(): time.sleep(60)"]
)
def test_a_command_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(alerts, "COMMAND_SECONDS", 0.5)
    made = monitor(tmp_path, monkeypatch, command=program(tmp_path, text))
    made.failed(Duty.SEND, "down")
    later(monkeypatch, 31)
    began = time.monotonic()
    made.tell()
    assert time.monotonic() - began < 20
    assert made.record.read().outages[Duty.SEND].told == (COMMAND,)


def test_a_command_that_is_not_there_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = monitor(tmp_path, monkeypatch, command=[str(tmp_path / "none")])
    made.failed(Duty.SEND, "down")
    later(monkeypatch, 31)
    made.tell()


def test_a_mail_that_cannot_go_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = monitor(tmp_path, monkeypatch, to=["staff@example.org", "Other <other@example.org>"])
    made.failed(Duty.SEND, "down")
    later(monkeypatch, 31)
    made.tell()
    began = time.monotonic()
    made.tell()  # not tried again so soon
    assert time.monotonic() - began < 0.5
    assert made.record.read().outages[Duty.SEND].told == ()
    assert [item.duty for item in made.lasting()] == [Duty.SEND]


def test_an_address_that_is_refused_keeps_it_from_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postoffice: FaultyPostOffice
) -> None:
    monkeypatch.setattr(alerts, "REFUSED_AGAIN_SECONDS", 0.0)
    made = monitor(tmp_path, monkeypatch, postoffice.port, to=["gone@example.org", "staff@example.org"])
    monkeypatch.setenv("TEST_PASSWORD", postoffice.password)
    made.failed(Duty.RECEIVE, "down")
    later(monkeypatch, 31)
    postoffice.plan(RefuseRecipient("550 no such user"), times=2)
    made.tell()
    assert made.record.read().outages[Duty.RECEIVE].told == ()
    postoffice.plan(RefuseRecipient("550 no such user"))
    made.tell()
    assert made.record.read().outages[Duty.RECEIVE].told == ("staff@example.org",)
    made.worked(Duty.RECEIVE)
    postoffice.plan(RefuseRecipient("550 no such user"))
    made.tell()
    assert made.record.read().outages == {}, "of an end nobody is told for ever"
    assert [letter.rcpt_tos for letter in postoffice.received] == [("staff@example.org",)] * 2


def test_the_watcher_outside_is_told_and_never_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answer = threading.Event()

    class Slow(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            answer.wait(10)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Slow) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made = monitor(tmp_path, monkeypatch, ping=f"http://127.0.0.1:{server.server_address[1]}/ping/1")
        began = time.monotonic()
        for _ in range(5):
            made.ping()
        assert time.monotonic() - began < 1
        answer.set()
        made._pinging.join(10)  # type: ignore[union-attr]
        server.shutdown()
    assert asked == ["/ping/1"]
