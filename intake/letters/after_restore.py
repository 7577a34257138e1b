"""Before a first sending after a restore: was the letter sent in the time that the backup does not know?

The folder of sent mail is asked.  Its word counts only where it holds the last letters known to have
gone out, so that it evidently keeps copies; else a person decides on each such letter.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Engine

from intake import clock
from intake.letters.sent_folder import Sentbox
from intake.mail.imap import MailboxRefused
from intake.mail.imap_sent import SentCopy
from intake.mail.message import message_id_for
from store.database import audit, restored, secret
from store.database.engine import viewing, writing
from store.letters import restored_letters
from store.letters.restored_letters import Suspect

FILED_LATE = timedelta(minutes=10)
"""The backup's clock and the provider's may differ by so much."""


@dataclass(slots=True)
class AfterRestore:
    """What became of the letters that are due: `gone` out before, `held` for a person; the `rest` may go."""

    rest: list[int]
    gone: int = 0
    held: int = 0


def look_before_sending(engine: Engine, sentbox: Sentbox, rows: list[int], domain: str) -> AfterRestore:
    """Parts the letters that are due after a restore; `domain` is the sender's.  Raises `MailboxDown`."""
    result = AfterRestore(rows)
    with viewing(engine) as cn:
        back = restored.last(cn)
        waiting = restored_letters.suspects(cn, rows, back) if back else []
        seen = restored_letters.witnesses(cn, back) if back else {}
        series = restored.series(cn)
    if not back or not waiting:
        return result
    found, folder, why = _copies(sentbox, min((back.taken, *seen.values())) - FILED_LATE, seen.keys())
    now = clock.now()
    with writing(engine) as cn:
        key = secret.of_letters(cn)
        ids = sorted({copy.message_id for copy in found})
        others = restored_letters.known(cn, ids) - {item.message_id for item in waiting}
        copies = {copy.message_id: copy for copy in found if copy.message_id not in others}
        for item in waiting:
            names = {message_id_for(name + end, domain, key) for name in item.keys for end in series}
            copy = _sent_before(item, names, copies)
            if copy is not None:
                del copies[copy.message_id]
                said = f"found in {folder}: it went out before the restore"
                restored_letters.gone_before(cn, item.id, now, copy.message_id, said)
                result.gone += 1
            elif why:
                restored_letters.hold(cn, item.id, now, why)
                result.held += 1
            else:
                said = f"not in {folder}, which keeps copies: it goes out"
                audit.append(cn, audit.AuditEvent(now, "letter not found", said, letter_id=item.id))
                continue
            result.rest = [row for row in result.rest if row != item.id]
    return result


def _copies(sentbox: Sentbox, since: datetime, seen: Set[str]) -> tuple[list[SentCopy], str, str]:
    """The copies since then, their folder, and why it proves nothing of a letter that it lacks ("": it does).

    It must hold the letters that were `seen` to go out: a folder that keeps no copies lacks them all.
    """
    try:
        found, folder = sentbox.copies(since)
    except MailboxRefused as refusal:
        return [], "", str(refusal)
    if not folder:
        return found, "", "there is no folder of sent mail to ask"
    if not seen or not seen <= {copy.message_id for copy in found}:
        return found, folder, f"{folder} does not hold the last letters that are known to have gone out"
    return found, folder, ""


def _sent_before(item: Suspect, names: set[str], copies: dict[str, SentCopy]) -> SentCopy | None:
    """The copy of this letter: the very one, or in answer to the same mail the unit's of another round."""
    if item.message_id in copies:
        return copies[item.message_id]
    for name in names & copies.keys():
        if item.round is None or copies[name].in_reply_to == (item.in_reply_to or ""):
            return copies[name]
    return None
