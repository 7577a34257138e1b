"""What becomes of the messages of one reading: read, set aside for a fault of ours, or not to be had now."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from store.mail.readings import MailReading

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadingTrouble:
    """A message that could not be read, and the whole story for whoever mends it (or its code)."""

    message: int
    story: str
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class Unavailable:
    """A message whose archived bytes cannot be had now, and how so; no fault of its sender's."""

    message: int
    how: str


Outcome = MailReading | ReadingTrouble | Unavailable
"""What becomes of one message."""


@dataclass(slots=True)
class ReadResult:
    """How many messages were read, how many went to quarantine, and how many could not be had."""

    read: int = 0
    quarantined: int = 0
    damaged: int = 0

    @property
    def done(self) -> int:
        """How many were tried."""
        return self.read + self.quarantined + self.damaged

    def count(self, outcome: Outcome) -> None:
        """Counts one in, and tells the operator of what was not read."""
        if isinstance(outcome, MailReading):
            self.read += 1
        elif isinstance(outcome, Unavailable):
            self.damaged += 1
            log.error("message %d cannot be read: %s; it is fetched again", outcome.message, outcome.how)
        else:
            self.quarantined += 1
            log.error("message %d is quarantined; `shouwen quarantine show` tells why", outcome.message)
