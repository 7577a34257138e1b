"""The benchmarks do the work that they measure; they are played small, so that they cannot rot.

No time is asserted: only that the work was whole, and how often the database was asked.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import __main__ as whole
from bench import growth, known, poll, replay
from bench.scans import inks
from bench.workload import write_mails, write_mails_of_one
from intake.config.campaign_file import load_campaign

MOST_MORE = 2
"""Statements by which a mail of a unit may cost more than the one before it."""

MOST_COMMANDS = 10
"""Commands of a poll where nothing is new, however many mails there are."""


def test_every_mail_becomes_a_complete_nomination(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["bench", "--messages", "6", "--rounds", "1"])
    assert whole.main() == 0, capsys.readouterr().out


def test_seals_in_ink_close_up_and_electronic_are_never_called_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["inks", "--percent", "1"])
    assert inks.main() == 0, capsys.readouterr().out


def test_work_grows_with_what_is_new(tmp_path: Path) -> None:
    mails = write_mails_of_one(9, load_campaign().units)
    steps = list(growth.measure(mails, tmp_path))
    asked = [step.statements for step in steps]
    assert asked[-1] - asked[2] <= MOST_MORE * (len(asked) - 3), asked


def test_new_mails_ask_no_more_of_a_store_that_holds_others(tmp_path: Path) -> None:
    mails = list(write_mails(6, load_campaign().units, 1))
    empty, full = known.measure(mails, 4, tmp_path)
    assert (empty["nominations"], full["nominations"]) == (2, 6)
    assert full["statements"] <= empty["statements"] + MOST_MORE * 4, (empty, full)


def test_a_poll_over_what_is_known_asks_little() -> None:
    seen = poll.measure(mails=8, known=60, large=2, large_bytes=200_000)
    assert seen.idle_commands <= MOST_COMMANDS
    assert seen.raw_seconds > 0
    assert seen.large_memory > 0


def test_a_replay_reads_all_mails_and_no_file_again(tmp_path: Path) -> None:
    seen = replay.measure(write_mails_of_one(3, load_campaign().units), tmp_path)
    assert seen.mails == 3
    assert seen.again_reading > 0
