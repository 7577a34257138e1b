"""Who hears of an outage and of its end: each once, whatever comes between."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from intake.domain.letters.outage import (
    Duty,
    Outage,
    done_line,
    failed,
    informed,
    is_done,
    lasted,
    outage_view,
    to_tell,
    work_line,
    worked,
)
from intake.domain.text.calendar import SHANGHAI

BEGAN = datetime(2025, 2, 21, 10, 0, tzinfo=SHANGHAI)
MINUTE = timedelta(minutes=1)
PATIENCE = 30 * MINUTE
ALL = ["a@example.org", "b@example.org"]


def out(minutes: int = 0, *told: str) -> Outage:
    """An outage whose last failure was so many minutes after its beginning."""
    known = failed(None, Duty.RECEIVE, "down", BEGAN, BEGAN)
    if minutes:
        known = failed(known, Duty.RECEIVE, "still down", BEGAN + minutes * MINUTE, BEGAN + minutes * MINUTE)
    for who in told:
        known = informed(known, who, of_end=False)
    return known


def test_nobody_is_told_before_the_stated_minutes_and_then_all_are() -> None:
    assert to_tell(out(29), ALL, BEGAN + 29 * MINUTE, PATIENCE) == []
    assert to_tell(out(30), ALL, BEGAN + 30 * MINUTE, PATIENCE) == ALL
    assert (out(30).since, out(30).why) == (BEGAN, "still down")


def test_who_knows_is_not_told_again() -> None:
    known = out(31, ALL[0])
    assert to_tell(known, ALL, BEGAN + 500 * MINUTE, PATIENCE) == [ALL[1]]


def test_a_short_outage_of_which_nobody_knows_is_forgotten() -> None:
    assert worked(out(20), BEGAN + 21 * MINUTE, PATIENCE) is None
    assert worked(None, BEGAN, PATIENCE) is None


def test_the_end_is_told_to_all_once() -> None:
    over = worked(out(31, *ALL), BEGAN + 40 * MINUTE, PATIENCE)
    assert over is not None and over.over == BEGAN + 40 * MINUTE
    assert to_tell(over, ALL, BEGAN + 41 * MINUTE, PATIENCE) == ALL
    heard = informed(informed(over, ALL[0], of_end=True), ALL[1], of_end=True)
    assert not is_done(over, ALL) and is_done(heard, ALL)
    assert worked(heard, BEGAN + 50 * MINUTE, PATIENCE) == heard


def test_who_could_not_be_told_of_a_long_outage_hears_of_its_end() -> None:
    over = worked(out(45), BEGAN + 46 * MINUTE, PATIENCE)
    assert over is not None
    assert to_tell(over, ALL, BEGAN + 46 * MINUTE, PATIENCE) == ALL


def test_an_end_that_is_none_is_told_as_a_new_outage_to_those_who_believe_in_it() -> None:
    over = worked(out(31, *ALL), BEGAN + 40 * MINUTE, PATIENCE)
    assert over is not None
    at = BEGAN + 41 * MINUTE
    again = failed(informed(over, ALL[0], of_end=True), Duty.RECEIVE, "down again", at, at)
    assert (again.over, again.since) == (None, BEGAN)
    assert to_tell(again, ALL, at, PATIENCE) == [ALL[0]]


def test_what_is_told_names_duty_beginning_and_end() -> None:
    view = outage_view(out(31), "推荐工作", BEGAN + 65 * MINUTE)
    assert (view.name, view.until, view.lasted) == ("收信", None, "1小时5分钟")


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=59), "不足1分钟"),
        (35 * MINUTE, "35分钟"),
        (timedelta(hours=2), "2小时"),
        (timedelta(days=3, hours=2, minutes=59), "3天2小时"),
        (timedelta(days=1), "1天"),
        (-MINUTE, "不足1分钟"),
    ],
)
def test_how_long_it_lasted(span: timedelta, said: str) -> None:
    assert lasted(span) == said


def test_when_mail_was_last_fetched_and_sent() -> None:
    told = done_line({"poll": BEGAN, "journey": BEGAN, "letter": None})
    assert "收信：2025年2月21日10时00分" in told and "发信：尚无" in told


def test_workers_are_told_with_what_waits_for_them() -> None:
    told = work_line(2, {"read": 3, "look": 0}, {"read": 1}, stalled=0)
    assert told == "工作进程2个；读信待办3件、在办1件，核验扫描件待办0件、在办0件"
    assert work_line(0, {}, {"look": 1}, stalled=1).endswith("；1件的工作进程已中断，即将重新分派")
