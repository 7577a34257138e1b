"""What a mail server's answers mean, and when a letter is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.mail.smtp_replies import (
    JITTER_SHARE,
    WAITS,
    Course,
    given_up,
    judge_reply,
    next_attempt,
    next_day,
)

NOON = datetime(2025, 2, 21, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("code", "text", "course", "minutes"),
    [
        (451, "DT:SPM 163 smtp5,EcCowABX, please try again", Course.RETRY, 2),
        (451, "MI:SFQ 163 smtp1", Course.RETRY, 15),
        (450, "RP:QRC 163 smtp1", Course.RETRY, 15),
        (550, "RP:QRC 163 smtp1", Course.RETRY, 15),
        (451, "MI:DMC 163", Course.RETRY, 2),
        (421, "HL:ICC 126 mx1", Course.RETRY, 15),
        (421, "HL:REP 126 mx1", Course.RETRY, 15),
        (554, "HL:IHU 163 mx1", Course.RETRY, 15),
        (554, "MI:SFQ 163 smtp1", Course.RETRY, 15),
        (550, "MI:DMC 163", Course.RETRY, 2),
        (450, "RP:DRC 163", Course.RETRY, 2),
        (450, "MI:STC 163 smtp1", Course.STOP_TODAY, 0),
        (550, "RP:TRC 163 smtp1", Course.STOP_TODAY, 0),
        (554, "MI:SPB 163 smtp5", Course.DEAD, 0),
        (553, "authentication is required,smtp5", Course.AUTH, 240),
        (554, "IP is rejected, smtp auth error limit exceed", Course.AUTH, 30),
        (554, "MI:STC 163 smtp1", Course.STOP_TODAY, 0),
        (451, "RP:TRC 163 smtp1", Course.STOP_TODAY, 0),
        (550, "DT:SPM 163 smtp5", Course.DEAD, 0),
        (554, "DT:SPM 163 smtp5,http://mail.163.com/help", Course.DEAD, 0),
        (550, "MI:SPB 163 smtp5", Course.DEAD, 0),
        (550, "RP:RCL 163 smtp5", Course.DEAD, 0),
        (554, "DT:SUM 163 smtp5", Course.AUTH, 240),
        (553, "Mail from must equal authorized user", Course.AUTH, 240),
        (535, "Error: authentication failed", Course.AUTH, 240),
        (530, "5.7.0 Authentication required", Course.AUTH, 240),
        (451, "Requested mail action not taken: too much fail authentication", Course.AUTH, 30),
        (550, "Connection frequency limited", Course.RETRY, 60),
        (452, "4.3.1 Insufficient system storage", Course.RETRY, 2),
        (421, "4.3.2 Service not available", Course.RETRY, 2),
        (550, "5.1.1 User unknown", Course.DEAD, 0),
        (552, "5.3.4 Message too big", Course.DEAD, 0),
        (554, "5.0.0 Transaction failed", Course.DEAD, 0),
    ],
)
def test_answers(code: int, text: str, course: Course, minutes: int) -> None:
    verdict = judge_reply(code, text)
    assert (verdict.course, verdict.wait) == (course, timedelta(minutes=minutes))
    assert verdict.reason


def test_the_tag_is_told() -> None:
    assert judge_reply(554, "DT:SPM 163 smtp5").tag == "DT:SPM"
    assert judge_reply(421, "HL:REP 126").tag == "HL:REP"
    assert judge_reply(550, "User unknown").tag is None


@given(st.integers(400, 599), st.text())
def test_every_refusal_has_a_course(code: int, text: str) -> None:
    verdict = judge_reply(code, text)
    assert verdict.course in Course
    assert verdict.wait >= timedelta(0)


@given(st.integers(1, 50), st.floats(0, 1))
def test_waits_grow_and_jitter_only_adds_a_share(attempts: int, jitter: float) -> None:
    bare = next_attempt(attempts, NOON, 0.0) - NOON
    assert bare <= next_attempt(attempts + 1, NOON, 0.0) - NOON
    wait = next_attempt(attempts, NOON, jitter) - NOON
    assert bare <= wait <= bare * (1 + JITTER_SHARE)


def test_first_and_longest_wait() -> None:
    assert next_attempt(1, NOON, 0.0) == NOON + WAITS[0]
    assert next_attempt(1000, NOON, 0.0) == NOON + WAITS[-1]


def test_a_verdict_can_ask_for_more_patience_but_not_for_less() -> None:
    assert next_attempt(1, NOON, 0.0, timedelta(minutes=15)) == NOON + timedelta(minutes=15)
    assert next_attempt(7, NOON, 0.0, timedelta(minutes=15)) == NOON + WAITS[-1]


@pytest.mark.parametrize(("attempts", "jitter"), [(0, 0.5), (1, -0.1), (1, 1.1)])
def test_senseless_values_are_refused(attempts: int, jitter: float) -> None:
    with pytest.raises(ValueError, match="attempts="):
        next_attempt(attempts, NOON, jitter)


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
def test_a_stopped_day_goes_on_early_the_next(jitter: float) -> None:
    for moment in (NOON, NOON.replace(hour=0), NOON.replace(hour=23, minute=59, second=59)):
        again = next_day(moment, jitter)
        assert again.date() == NOON.date() + timedelta(days=1)
        assert timedelta(minutes=5) <= again - again.replace(hour=0, minute=0) <= timedelta(minutes=30)


def test_a_letter_is_given_up_at_its_age() -> None:
    age = timedelta(hours=96)
    assert not given_up(NOON, NOON + age - timedelta(seconds=1), age)
    assert given_up(NOON, NOON + age, age)
