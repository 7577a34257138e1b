"""How far the stages have come, and how far the mailbox is known whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.database.engine import put_row
from store.database.restored import POLLED
from store.database.schema import counter, folder, message, progress

JOURNEY_ENDED = "journey_ended"
"""The mark of the last pass that polled, read and judged all there was."""

POLL_ENDED = "poll_ended"
"""The mark of the last poll that got through all folders; `poll_began` tells when it had begun."""


def set_progress(cn: Connection, name: str, at: datetime) -> None:
    """Notes the instant that a stage has reached."""
    put_row(cn, progress, {"name": name}, {"at": at})


def progress_of(cn: Connection, name: str) -> datetime | None:
    """The instant that was noted under a name, or None."""
    found: datetime | None = cn.execute(
        sa.select(progress.c.at).where(progress.c.name == name)
    ).scalar_one_or_none()
    return found


@dataclass(frozen=True, slots=True)
class Horizon:
    """What of the mailbox is known whole: mail that came before `came`, up to the message row `newest`.

    A row, and no instant: a clock that was set back would count mail of a later poll to an earlier one.
    """

    came: datetime
    newest: int


def note_poll(cn: Connection, began: datetime, ended: datetime) -> None:
    """Notes that a poll got through all folders: every message that has a row by now is part of it."""
    set_progress(cn, "poll_began", began)
    set_progress(cn, POLL_ENDED, ended)
    put_row(cn, counter, {"name": POLLED}, {"value": _newest_row(cn)})


def horizon(cn: Connection, now: datetime) -> Horizon | None:
    """How far the mail is known whole, by the last poll that got through all folders.

    None: polling began but has never got through, or not since the store was restored.  Where no
    mailbox was ever polled (files on disk only), everything that is archived is all there is.
    """
    newest = cn.execute(sa.select(counter.c.value).where(counter.c.name == POLLED)).scalar_one_or_none()
    if newest is not None and (began := progress_of(cn, "poll_began")):
        return Horizon(began, newest)
    polled = cn.execute(sa.select(folder.c.name)).first() is not None
    return None if polled else Horizon(now, _newest_row(cn))


def _newest_row(cn: Connection) -> int:
    return cn.execute(sa.select(sa.func.max(message.c.id))).scalar_one() or 0
