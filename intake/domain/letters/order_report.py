"""What a clerk reads who ordered something by mail: what was done, what was not and why.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

MOST_SHOWN = 200
"""Lines of a report; the rest stands in the history."""


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
