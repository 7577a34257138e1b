"""The record of outages: read as written, taken in turns, and of use where it cannot be written."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from intake import clock
from intake.domain.letters.outage import Duty, Outage
from intake.service import outage_record
from intake.service.outage_record import SIZE, Noted, OutageRecord

AT = datetime(2025, 2, 21, 10, 0, tzinfo=clock.SHANGHAI)
NOTED = Noted(
    AT,
    {
        Duty.RECEIVE: Outage(Duty.RECEIVE, AT, AT, "数据库或磁盘异常", ("a@example.org",)),
        Duty.SEND: Outage(Duty.SEND, AT, AT, "refused", (), AT, ("a@example.org",)),
    },
)


@pytest.fixture
def record(tmp_path: Path) -> OutageRecord:
    return OutageRecord(tmp_path / "var" / "outages.json")


def test_what_is_written_is_read_by_another(record: OutageRecord) -> None:
    assert record.read() == Noted()
    assert not record.path.parent.exists(), "reading makes nothing"
    record.change(lambda _: NOTED)
    assert OutageRecord(record.path).read() == NOTED
    assert record.path.stat().st_size == SIZE
    assert record.path.stat().st_mode & 0o077 == 0
    record.change(lambda noted: replace(noted, outages={}))
    assert record.path.stat().st_size == SIZE and record.read() == Noted(AT)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"alive_at": null, "outages": [{"duty": "x"}]}', "x" * SIZE]
)
def test_a_file_that_makes_no_sense_is_nothing(record: OutageRecord, text: str) -> None:
    record.path.parent.mkdir()
    record.path.write_text(text)
    assert record.read() == Noted()
    assert record.change(lambda _: NOTED) == NOTED == record.read()


def test_where_it_cannot_be_written_this_process_remembers(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("in the way")
    record = OutageRecord(tmp_path / "var" / "outages.json")
    record.change(lambda _: NOTED)
    assert record.read() == NOTED
    (tmp_path / "var").unlink()
    record.change(lambda noted: noted)
    assert OutageRecord(record.path).read() == NOTED


def test_a_long_reason_leaves_room(record: OutageRecord) -> None:
    long = replace(NOTED.outages[Duty.SEND], why="长" * 100_000)
    record.change(lambda _: Noted(AT, {Duty.SEND: long}))
    assert len(OutageRecord(record.path).read().outages[Duty.SEND].why) == outage_record.LONGEST_WHY
    assert json.loads(record.path.read_text())


def test_one_process_tells_at_a_time(record: OutageRecord) -> None:
    with record.telling() as mine, OutageRecord(record.path).telling() as other:
        assert (mine, other) == (True, False)
    with record.telling() as mine:
        assert mine
