"""`shouwen desk` on a socket that the service manager holds, as `deploy/shouwen-desk.socket` has it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from intake.service.daemon import Service
from tests.journey import BAD_USAGE, DONE, Office

ROOT = Path(__file__).parents[2]
SECONDS = 60


def test_a_browser_that_came_before_the_desk_is_answered(office: Office) -> None:
    office.shouwen("status")
    with socket.create_server(("127.0.0.1", 0)) as held:
        browser = http.client.HTTPConnection("127.0.0.1", held.getsockname()[1], timeout=SECONDS)
        # Nobody serves yet: as with systemd, the connection waits in the socket's queue.
        browser.request("GET", "/login")
        started = f'exec 3<&{held.fileno()}; LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@"'
        program = [sys.executable, "-c", "from intake.cli.app import main; main()"]
        words = ["bash", "-c", started, *program, "--config", str(office.config), "desk"]
        # Its own place is taken, to be seen not to be used.
        office.change(desk={"listen": f"127.0.0.1:{held.getsockname()[1]}"})
        with subprocess.Popen(
            words,
            pass_fds=(held.fileno(),),
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        ) as desk:
            try:
                answer = browser.getresponse()
                assert answer.status == 200 and 'name="password"' in answer.read().decode()
            finally:
                browser.close()
                desk.send_signal(signal.SIGTERM)
                _, said = desk.communicate(timeout=SECONDS)
        assert desk.returncode == 0, said


def test_a_desk_apart_is_left_to_itself_by_the_service(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Service, "run", lambda _: None)
    with socket.create_server(("127.0.0.1", 0)) as held:
        office.change(desk={"listen": f"127.0.0.1:{held.getsockname()[1]}"})
        assert office.shouwen("run").code == BAD_USAGE, "the place is taken"
        office.change(desk={"apart": True})
        assert office.shouwen("run").code == DONE
    assert "`shouwen desk` serves it" in office.shouwen("doctor").text
