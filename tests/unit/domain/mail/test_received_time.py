"""The time of record: whose clock is asked, and when two clocks disagree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from intake.domain.mail.received_time import (
    provider_hop,
    time_of_record,
    two_times,
    witnesses_disagree,
)
from intake.domain.model.facts import Hop
from tests.unit.domain.cases import DEADLINE, at

HEADER, INTERNAL, GIVEN = at(21, 10), at(21, 10, 2), at(21, 12)
PROVIDER = Hop("mx12.163.com", HEADER, "from out.example.org by mx12.163.com")
SENDERS_OWN = Hop("relay.zast.example.cn", at(20), "from pc by relay.zast.example.cn")
UNDATED = Hop("mx12.163.com", None, "by mx12.163.com; Someday")


@pytest.mark.parametrize(
    ("hops", "trusted", "expected"),
    [
        ((PROVIDER, SENDERS_OWN), (), PROVIDER),
        ((PROVIDER, SENDERS_OWN), ("*.163.com",), PROVIDER),
        ((SENDERS_OWN, PROVIDER), ("*.163.com",), PROVIDER),
        ((SENDERS_OWN, PROVIDER), ("mx*.126.com", "MX12.163.COM"), PROVIDER),
        ((SENDERS_OWN,), ("*.163.com",), None),
        ((Hop("mx1.163.com.evil.example", HEADER, ""),), ("*.163.com",), None),
        ((), (), None),
    ],
)
def test_the_provider_s_own_line(hops: tuple[Hop, ...], trusted: tuple[str, ...], expected: Hop) -> None:
    assert provider_hop(hops, trusted) == expected


@pytest.mark.parametrize(
    ("hops", "internal", "given", "expected"),
    [
        ((PROVIDER,), INTERNAL, GIVEN, (HEADER, "received")),
        ((UNDATED, SENDERS_OWN), INTERNAL, GIVEN, (INTERNAL, "internaldate")),
        ((), INTERNAL, None, (INTERNAL, "internaldate")),
        ((SENDERS_OWN,), None, GIVEN, (GIVEN, "given")),
    ],
)
def test_witnesses_in_their_order(
    hops: tuple[Hop, ...], internal: datetime | None, given: datetime | None, expected: tuple[datetime, str]
) -> None:
    record = time_of_record(hops, ("*.163.com",), internal, given)
    assert record is not None
    assert (record.at, record.source) == expected
    assert record.provider_at == (HEADER if expected[1] == "received" else None)


def test_without_any_witness_a_person_must_say() -> None:
    assert time_of_record((SENDERS_OWN,), ("*.163.com",), None, None) is None


@pytest.mark.parametrize(
    ("apart", "disagree"),
    [(timedelta(0), False), (timedelta(minutes=5), False), (timedelta(minutes=5, seconds=1), True)],
)
def test_five_minutes_are_allowed_either_way(apart: timedelta, disagree: bool) -> None:
    assert witnesses_disagree(HEADER, HEADER + apart) is disagree
    assert witnesses_disagree(HEADER + apart, HEADER) is disagree
    # The same instant on another clock is the same instant.
    assert witnesses_disagree(HEADER, (HEADER + apart).astimezone(UTC)) is disagree


def test_one_witness_cannot_disagree() -> None:
    assert not witnesses_disagree(None, DEADLINE)
    assert not witnesses_disagree(DEADLINE, None)


@pytest.mark.parametrize(
    ("provider", "internal", "expected"),
    [
        (
            DEADLINE - timedelta(hours=2),
            DEADLINE - timedelta(hours=1, minutes=54, seconds=30),
            "收到时间有两种记载：邮件头2025年2月23日22时00分00秒，邮箱系统2025年2月23日22时05分30秒，相差超过5分钟",
        ),
        (
            DEADLINE - timedelta(minutes=1),
            DEADLINE + timedelta(minutes=9),
            "收到时间有两种记载：邮件头2025年2月23日23时59分00秒，邮箱系统2025年2月24日0时09分00秒，"
            "相差超过5分钟，分处截止时间前后",
        ),
        (DEADLINE - timedelta(minutes=1), DEADLINE + timedelta(minutes=4), ""),
        (DEADLINE, None, ""),
        (None, DEADLINE, ""),
    ],
)
def test_what_staff_read_of_two_times(
    provider: datetime | None, internal: datetime | None, expected: str
) -> None:
    assert two_times(provider, internal, DEADLINE) == expected
