"""Converters that fail, hang, write without end or look around: stand-ins for LibreOffice gone wrong."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

import parsers
from intake.domain.model.facts import OpaqueFacts
from parsers.common import limits
from parsers.word import legacy

Put = Callable[[bytes], Path]


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    "script",
    [
        "exit 0",
        "exit 1",
        "kill -9 $$",
        "head -c 300000 /dev/zero > out/in.docx",
        "mkdir out; echo x > out/in.docx",
    ],
)
def test_a_converter_that_fails_with_a_good_exit_code_or_a_bad_one(
    put: Put, scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    program(tmp_path, legacy.OFFICE, script)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert legacy.OFFICE in legacy.converters()
    monkeypatch.setattr(legacy, "converters", lambda: (legacy.OFFICE,))
    assert parsers.parse(put(b"{\\rtf1 x}"), scratch) == OpaqueFacts("rtf")


def test_a_converter_that_hangs_is_ended_and_its_children_stay_in_our_group(
    put: Put, scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, legacy.OFFICE, f"sleep 300 & echo $! > {tmp_path}/child; wait")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(legacy, "converters", lambda: (legacy.OFFICE,))
    monkeypatch.setattr(limits, "CONVERTER_SECONDS", 1)
    started = monotonic()
    assert parsers.parse(put(b"{\\rtf1 x}"), scratch) == OpaqueFacts("rtf")
    assert monotonic() - started < 20
    child = int((tmp_path / "child").read_text())
    # The sandbox ends the group of the reading process, which here is this one.
    assert os.getpgid(child) == os.getpgid(0)
    os.kill(child, signal.SIGKILL)
    assert list(scratch.iterdir()) == []


def test_a_converter_that_writes_without_end_is_stopped(
    put: Put, scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(
        tmp_path,
        legacy.OFFICE,
        f"mkdir out; cat /dev/zero > out/in.docx; stat -c %s out/in.docx > {tmp_path}/size",
    )
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(legacy, "converters", lambda: (legacy.OFFICE,))
    monkeypatch.setattr(limits, "CONVERTED_BYTES", 100_000)
    assert parsers.parse(put(b"{\\rtf1 x}"), scratch) == OpaqueFacts("rtf")
    assert int((tmp_path / "size").read_text()) == 100_000


def test_the_secrets_of_the_service_are_not_handed_on(
    put: Put, scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, legacy.OFFICE, f"env > {tmp_path}/seen")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("SHOUWEN_MAILBOX_PASSWORD", "geheim")
    monkeypatch.setattr(legacy, "converters", lambda: (legacy.OFFICE,))
    parsers.parse(put(b"{\\rtf1 x}"), scratch)
    assert "PATH=" in (tmp_path / "seen").read_text()
    assert "geheim" not in (tmp_path / "seen").read_text()
