"""What a clerk reads who ordered something by mail: what was done, what was not and why.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

ABOVE = "回复请写在本行以上"
"""What the digest and our reports say of the line below which nothing is an order."""

TITLE = "办理情况回告"
"""What an office calls the report."""

UNSAID = "邮件回复办理，未写理由"
"""The reason of an act that no unit reads, where the clerk gave none."""

MOST_SHOWN = 200
"""Lines of a report; the rest stands in the history."""


def example_of(prefix: str) -> str:
    """How the digest and our reports show an order."""
    return f"{prefix}-0007 退回 缺单位意见"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One order: where it stands in the mail, of which nomination, and what became of it."""

    place: str
    number: str
    done: bool
    told: str


@dataclass(frozen=True, slots=True)
class OrderReportView:
    """The answer to one mail.

    `refused` tells why nothing of it was carried out, "" where it was; `unread` are its lines that were
    taken for no order; `undoable` while a letter about what was done has not gone.  `minutes` until then.
    """

    template: ClassVar[str] = "orders"

    campaign_title: str
    received_at: datetime
    lines: tuple[OrderLine, ...]
    unread: tuple[str, ...] = ()
    refused: str = ""
    undoable: bool = False
    minutes: int = 0
    example: str = ""

    @property
    def parts(self) -> tuple[tuple[str, tuple[OrderLine, ...]], ...]:
        """What was carried out (or had been), and what was not, each as far as there is room."""
        done = tuple(line for line in self.lines if line.done)
        left = tuple(line for line in self.lines if not line.done)
        found = (("已办理", done), ("未办理，请核对后重新回复", left))
        return tuple((f"{title}（{len(own)}件）", own[:MOST_SHOWN]) for title, own in found if own)
