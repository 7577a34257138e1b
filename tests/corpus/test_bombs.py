"""Bombs, given to the command as an operator runs it: each ends within its limit and costs little memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

from tests.corpus.bombs import BOMBS, MIB

MEMORY = 400 * MIB
"""Bytes that the service's process may hold at any moment, whatever is sent to it."""

SECONDS = 240
"""Elapsed time for the whole command: it has to end by itself well within the limits of one child."""

_WATCH = """
import sys
code = 0
sys.argv = sys.argv[1:]
from intake.cli.app import main
try:
    main()
except SystemExit as ended:
    code = ended.code or 0
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
print("PEAK", int(status["VmHWM"].split()[0]) * 1024, file=sys.stderr)
sys.exit(code)
"""
"""Runs the command and tells the peak memory of its own process, without its children.

Not by getrusage: what it tells includes the process that started this one.
"""

CONFIG = """
[mailbox]
host = "127.0.0.1"
username = "intake@example.org"
password = { file = "password" }
[smtp]
host = "127.0.0.1"
username = "intake@example.org"
password = { file = "password" }
sender = "intake@example.org"
[store]
database = "sqlite:///shouwen.db"
archive = "archive"
[letters]
mode = "hold"
[service]
workers = 1
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _WATCH, "shouwen", "--config", str(folder / "config.toml"), *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env={**os.environ, "PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"},
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An installation that sends nothing."""
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / "password").write_text("secret")
    return tmp_path


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux tells it")
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_ends_with_a_word_about_it(folder: Path, bomb: str) -> None:
    (folder / "bomb.eml").write_bytes(BOMBS[bomb].make(f"bombs/{bomb}"))
    started = time.monotonic()
    done = run(folder, "ingest", str(folder / "bomb.eml"))
    took = time.monotonic() - started
    assert done.returncode in (0, 1), done.stderr
    peak = int(done.stderr.rpartition("PEAK ")[2])
    state, said = _recorded(folder)
    assert state == ["read"], said
    assert BOMBS[bomb].said in said
    assert "天府" in said or "朱镕基" in said, "the form beside the bomb is read"
    assert peak < MEMORY, f"{peak // MIB} MiB"
    assert took < SECONDS
    print(f"{bomb}: {took:.1f} s, {peak // MIB} MiB")  # noqa: T201 - shown by pytest -s


def _recorded(folder: Path) -> tuple[list[str], str]:
    """The states of all messages, and everything that was read of them and their documents."""
    import sqlite3

    with sqlite3.connect(folder / "shouwen.db") as database:
        states = [row[0] for row in database.execute("SELECT state FROM message")]
        rows = database.execute("SELECT facts FROM message UNION ALL SELECT facts FROM reading").fetchall()
    return states, "\n".join(json.dumps(json.loads(row[0]), ensure_ascii=False) for row in rows if row[0])
