"""That a store was put back from a backup, and when: what the lost time brought about is not on its record.

Letters that went out after the backup stand in the folder of sent mail at best.  Those written since the
restore bear Message-IDs of a series of their own, so that none is taken for a lost one of the same number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.database import audit
from store.database.engine import put_row
from store.database.schema import counter, progress

RESTORED, TAKEN = "restored", "restored_from"
"""The marks of the last restore: when it was, and when its backup had been taken."""

POLLED = "polled"
"""The counter of the newest message of the last whole poll; a restore takes it away until the next one."""

_EARLIER = "restored/"

TROUBLE = (
    "数据库已由备份恢复，备份之后的人工处理记录不在其中；收完邮箱来信之前不发信，恢复前可能已发的信函逐一核对"
)
"""What staff read of it in the digest."""


@dataclass(frozen=True, slots=True)
class Restored:
    """The last restore, and whether every folder of the mailbox was polled since."""

    at: datetime
    taken: datetime
    caught_up: bool


def note(cn: Connection, taken: datetime, at: datetime) -> None:
    """Marks the store as restored `at` an instant from a backup that was `taken` at another."""
    if earlier := _marks(cn).get(RESTORED):
        put_row(cn, progress, {"name": f"{_EARLIER}{earlier.isoformat()}"}, {"at": earlier})
    put_row(cn, progress, {"name": RESTORED}, {"at": at})
    put_row(cn, progress, {"name": TAKEN}, {"at": taken})
    cn.execute(sa.delete(counter).where(counter.c.name == POLLED))
    audit.append(cn, audit.AuditEvent(at, "restored", f"from a backup of {taken.isoformat()}"))
    audit.note_trouble(cn, TROUBLE, at)


def last(cn: Connection) -> Restored | None:
    """The last restore; None for a store that was never put back."""
    marks = _marks(cn)
    if RESTORED not in marks:
        return None
    polled = sa.select(counter.c.value).where(counter.c.name == POLLED)
    # A store that was never polled lives of files on disk: there is nothing to catch up with.
    caught_up = "poll_began" not in marks or cn.execute(polled).first() is not None
    return Restored(marks[RESTORED], marks[TAKEN], caught_up)


def series(cn: Connection) -> list[str]:
    """What was added to a letter's key for its Message-ID, in each time between restores; the last is now."""
    marks = _marks(cn)
    times = [marks[name] for name in marks if name.startswith(_EARLIER)]
    times += [marks[RESTORED]] if RESTORED in marks else []
    return ["", *(f"#{at.isoformat()}" for at in sorted(times))]


def _marks(cn: Connection) -> dict[str, datetime]:
    return {row.name: row.at for row in cn.execute(sa.select(progress.c.name, progress.c.at))}
