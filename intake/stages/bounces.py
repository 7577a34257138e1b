"""returned: from the bounces that have come to the letters that they speak of.

A letter that failed for good marks its address: staff are told, and no letter goes
there until a person has cleared it.  A delay or a success is only noted.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.domain.mail.bounces import bounced_message_ids, failed_recipients, outcome_of, reason_of
from store.database import audit
from store.database.engine import viewing, writing
from store.letters import returns
from store.letters.returns import Notice, Sent

UNMATCHED = "退信未能对应到信函，下一轮重试"
"""What becomes of a bounce over which the program fails."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sorter:
    """The parts that matching bounces needs."""

    engine: Engine

    def sort(self) -> int:
        """Matches each new bounce to its letter; returns how many letters failed for good."""
        with viewing(self.engine) as cn:
            waiting = returns.unheeded(cn)
        failed = 0
        for notice in waiting:
            with audit.apart(self.engine, partial(_named, notice), UNMATCHED):
                failed += self._match(notice)
        return failed

    def _match(self, notice: Notice) -> bool:
        """Matches one bounce; true where its letter failed for good."""
        with writing(self.engine) as cn:
            sent = _letter_of(cn, notice)
            outcome = outcome_of(notice.facts)
            returns.record(cn, notice, sent, outcome, reason_of(notice.facts), clock.now())
        if sent is None:
            log.info("message %d is a bounce of no letter of ours", notice.message)
            return False
        if outcome == "failed":
            log.warning("letter %d to %s came back (message %d)", sent.id, sent.address, notice.message)
        return outcome == "failed"


def _named(notice: Notice, cn: Connection) -> str:
    return f"邮件{notice.message}"


def _letter_of(cn: Connection, notice: Notice) -> Sent | None:
    """The letter that a bounce speaks of: by its Message-ID, else by the address that alone it can mean."""
    named = returns.by_message_id(cn, bounced_message_ids(notice.facts))
    return named or returns.by_address(cn, failed_recipients(notice.facts), notice.received_at)
