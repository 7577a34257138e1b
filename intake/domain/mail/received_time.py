"""The time of record: when a mail entered the designated system (电子签名法 §11, 民法典 §137).

It is the topmost Received (or the topmost that matches `[mailbox] received_by`), else INTERNALDATE, else what
the operator names; never Date, which the sender writes.  Where the first two stand on different sides of the
deadline, a person decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Literal

from intake.domain.model.facts import Hop
from intake.domain.text.calendar import local, moment

DISAGREEMENT = timedelta(minutes=5)
"""Provider's Received and INTERNALDATE further apart than this are flagged."""

NO_TIME = "no-time-of-record"
"""The trouble of a message that bears no time at which it came: this code whole; others are tracebacks."""


@dataclass(frozen=True, slots=True)
class TimeOfRecord:
    """When a message came, by which witness, and the provider's header time if it has one."""

    at: datetime
    source: Literal["received", "internaldate", "given"]
    provider_at: datetime | None


def provider_hop(hops: Sequence[Hop], trusted: Sequence[str]) -> Hop | None:
    """The topmost Received header that the mailbox's provider wrote.

    Every server adds its line on top, so without patterns the topmost is the
    provider's own; with patterns (`mailbox.received_by`, matched against the
    by-clause, case ignored) lines of others are passed over.
    """
    for hop in hops:
        if not trusted or any(fnmatchcase(hop.by.lower(), pattern.lower()) for pattern in trusted):
            return hop
    return None


def time_of_record(
    hops: Sequence[Hop],
    trusted: Sequence[str],
    internal_date: datetime | None,
    given: datetime | None,
) -> TimeOfRecord | None:
    """The provider's Received, else INTERNALDATE, else what the operator gave; None: a person must say.

    The sender's Date is never asked.
    """
    hop = provider_hop(hops, trusted)
    provider_at = hop.at if hop else None
    if provider_at:
        return TimeOfRecord(provider_at, "received", provider_at)
    if internal_date:
        return TimeOfRecord(internal_date, "internaldate", None)
    if given:
        return TimeOfRecord(given, "given", None)
    return None


def witnesses_disagree(provider_at: datetime | None, internal_date: datetime | None) -> bool:
    """True when the two witnesses of the arrival are more than five minutes apart."""
    return bool(provider_at and internal_date and abs(provider_at - internal_date) > DISAGREEMENT)


def two_times(provider_at: datetime | None, internal_date: datetime | None, deadline_at: datetime) -> str:
    """What staff are told where the two witnesses disagree; "" where they agree, or one is missing."""
    if provider_at is None or internal_date is None or not witnesses_disagree(provider_at, internal_date):
        return ""
    minutes = int(DISAGREEMENT.total_seconds()) // 60
    said = (
        f"收到时间有两种记载：邮件头{_exact(provider_at)}，邮箱系统{_exact(internal_date)}，"
        f"相差超过{minutes}分钟"
    )
    if (provider_at < deadline_at) != (internal_date < deadline_at):
        said += "，分处截止时间前后"
    return said


def _exact(at: datetime) -> str:
    """To the second: two witnesses may stand at either side of a minute."""
    return f"{moment(at)}{local(at).second:02d}秒"
