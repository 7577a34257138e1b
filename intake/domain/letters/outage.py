"""An outage of the service itself: who hears of it and of its end, each once, and what he reads.

Pure: instants and those who are to be told come in, the outage as it is to be remembered goes out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from intake.domain.text.calendar import moment


class Duty(StrEnum):
    """What the service must do without pause."""

    RECEIVE = "receive"
    SEND = "send"


DUTY_NAMES: dict[Duty, str] = {Duty.RECEIVE: "收信", Duty.SEND: "发信"}
"""How staff call them."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A duty that is not done, since the first attempt that failed; `seen` is the last, `why` its reason.

    `told` are those who know of it (mail addresses, and what stands for the operator's command); it works
    again since `over`, which `heard` know.
    """

    duty: Duty
    since: datetime
    seen: datetime
    why: str
    told: tuple[str, ...] = ()
    over: datetime | None = None
    heard: tuple[str, ...] = ()


def failed(known: Outage | None, duty: Duty, why: str, at: datetime, since: datetime) -> Outage:
    """The outage after one more failure, a new one `since`; one whose end not all have heard of goes on."""
    if known is None:
        return Outage(duty, since, at, why)
    believe_it_over = set(known.heard)
    still_told = tuple(who for who in known.told if who not in believe_it_over)
    return replace(known, seen=at, why=why, told=still_told, over=None, heard=())


def worked(known: Outage | None, at: datetime, patience: timedelta) -> Outage | None:
    """The outage after a success: over, or forgotten where it was too short for anybody to be told."""
    if known is None or known.over is not None:
        return known
    if not known.told and at - known.since < patience:
        return None
    return replace(known, over=at)


def to_tell(known: Outage, everybody: Sequence[str], now: datetime, patience: timedelta) -> list[str]:
    """Who of `everybody` is to be told now: of the outage once it has lasted, or of its end."""
    if known.over is not None:
        return [who for who in everybody if who not in known.heard]
    if now - known.since < patience:
        return []
    return [who for who in everybody if who not in known.told]


def informed(known: Outage, who: str, *, of_end: bool) -> Outage:
    """The outage with one more who knows of it, or of its end."""
    if of_end:
        return replace(known, heard=(*known.heard, who))
    return replace(known, told=(*known.told, who))


def is_done(known: Outage, everybody: Collection[str]) -> bool:
    """True once it is over and all have heard: nothing of it need be remembered."""
    return known.over is not None and set(everybody) <= set(known.heard)


@dataclass(frozen=True, slots=True)
class OutageView:
    """What staff read of an outage, and of its end (`until`) where it is over."""

    template: ClassVar[str] = "outage"

    campaign_title: str
    duty: Duty
    since: datetime
    until: datetime | None
    lasted: str
    why: str

    @property
    def name(self) -> str:
        """The duty as staff call it."""
        return DUTY_NAMES[self.duty]


def outage_view(known: Outage, campaign_title: str, now: datetime) -> OutageView:
    """The view of an outage, told at an instant."""
    end = known.over or now
    return OutageView(
        campaign_title, known.duty, known.since, known.over, lasted(end - known.since), known.why
    )


def lasted(span: timedelta) -> str:
    """A length of time as an office writes it, cut off to minutes: 35分钟, 2小时5分钟, 3天2小时."""
    minutes = max(0, int(span.total_seconds()) // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days}天" + (f"{hours}小时" if hours else "")
    if hours:
        return f"{hours}小时" + (f"{minutes}分钟" if minutes else "")
    return f"{minutes}分钟" if minutes else "不足1分钟"


def done_line(done: Mapping[str, datetime | None]) -> str:
    """When mail was last polled, all of it processed, and a letter sent, by `store.reports.last_done`."""
    polled, whole, sent = (
        moment(at) if (at := done[name]) else "尚无" for name in ("poll", "journey", "letter")
    )
    return f"最近一次收信：{polled}；最近一次全部处理完毕：{whole}；最近一次发信：{sent}"


QUEUE_NAMES = {"read": "读信", "look": "核验扫描件"}
"""How staff are told what workers do, by queue."""


def work_line(workers: int, waiting: Mapping[str, int], doing: Mapping[str, int], stalled: int) -> str:
    """How many workers live, the jobs of each queue that wait or are being done, those of dead workers."""
    queues = "，".join(
        f"{name}待办{waiting.get(queue, 0)}件、在办{doing.get(queue, 0)}件"
        for queue, name in QUEUE_NAMES.items()
    )
    again = f"；{stalled}件的工作进程已中断，即将重新分派" if stalled else ""
    return f"工作进程{workers}个；{queues}{again}"
