"""alert: staff are told at once of mail that bears or may bear a mark of a state secret, each once."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.engine import Engine

from intake import clock
from intake.config.settings import DigestSettings
from intake.domain.letters.secrecy_alert import AlertView, alert_view, scan_view
from intake.domain.model.mail import LetterKind
from intake.letters.letterhead import LetterDraft, Letterhead, turn
from store.database.engine import viewing
from store.mail import secrecy

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Alarm:
    """The parts that telling staff needs; `settings.to` are those whom the digest goes to."""

    engine: Engine
    letterhead: Letterhead
    settings: DigestSettings

    def sound(self) -> int:
        """Puts an alert into the outbox for each marked mail and addressee without one; returns how many.

        It is queued in hold mode too, as the digest is: no unit reads it.
        """
        with viewing(self.engine) as cn:
            rows = secrecy.marked(cn)
        title = self.letterhead.campaign.campaign.title
        return self._tell({row["content_hash"]: alert_view(row, title) for row in rows})

    def sound_doubts(self) -> int:
        """The same for mails with a scan that may bear a mark, as the ledger says once it was judged.

        Their papers are read and registered, and their nominations in review.
        """
        with viewing(self.engine) as cn:
            rows = secrecy.marked_in_scans(cn)
        title = self.letterhead.campaign.campaign.title
        return self._tell({f"{row['content_hash']}/scan": scan_view(row, title) for row in rows})

    def _tell(self, views: Mapping[str, AlertView]) -> int:
        """`views` by what tells the alerts of a mail apart."""
        written = 0
        for about, view in views.items():
            # Staff know a mail by its number; the alert itself has none.
            draft = LetterDraft(LetterKind.ALERT, ("alert", about), view)
            for to in self.settings.to:
                now = clock.now()
                with turn(self.engine, f"邮件{view.message}") as cn:
                    row = self.letterhead.write_to_staff(cn, to, draft, f"邮件{view.message}", now, now)
                written += row is not None
        if views and not self.settings.to:
            said = "%d mail(s) bear or may bear a mark of a state secret, and [digest] to names nobody"
            log.warning(said, len(views))
        return written
