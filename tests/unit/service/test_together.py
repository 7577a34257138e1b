"""Several campaigns in one service: what befalls the process of one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import pytest

from intake.service import together


def test_a_command_that_a_signal_ended_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = {"one": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "other": "pass"}

    def command(campaign: str, _arguments: Sequence[str]) -> list[str]:
        return [sys.executable, "-c", ends[campaign]]

    monkeypatch.setattr(together, "_command", command)
    assert together.each(["one", "other"], []) == 128 + 9
    assert together.each(["other"], []) == 0


def test_a_service_that_cannot_be_started_now_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = together._Kept("one", [sys.executable, "-c", "pass"])
    with monkeypatch.context() as patch:

        def full(*_given: object, **_named: object) -> None:
            raise BlockingIOError(11, "Resource temporarily unavailable")

        patch.setattr(subprocess, "Popen", full)
        kept.look()
    assert kept._process is None and kept._due > 0
    kept._due = 0.0
    kept.look()
    assert kept._process is not None and kept._process.wait(30) == 0
