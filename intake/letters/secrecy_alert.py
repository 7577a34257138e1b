"""alert: staff are told at once of mail that bears or may bear a mark of a state secret, each once."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from sqlalchemy.engine import Engine

from intake import clock
from intake.config.settings import DigestSettings, SmtpSettings
from intake.domain.campaign.campaign import Campaign
from intake.domain.letters.secrecy_alert import AlertView, alert_view, scan_view
from intake.domain.model.mail import LetterKind, LetterState
from intake.mail.message import Composer, build_mail, message_id_for
from store.database.engine import viewing, writing
from store.letters import outbox
from store.letters.outbox import Owed
from store.mail import secrecy

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Alarm:
    """The parts that telling staff needs; `settings.to` are those whom the digest goes to."""

    engine: Engine
    campaign: Campaign
    composer: Composer
    smtp: SmtpSettings
    settings: DigestSettings

    def sound(self) -> int:
        """Puts an alert into the outbox for each marked mail and addressee without one; returns how many.

        It is queued in hold mode too, as the digest is: no unit reads it.
        """
        with viewing(self.engine) as cn:
            rows = secrecy.marked(cn)
        title = self.campaign.campaign.title
        return self._tell({row["content_hash"]: alert_view(row, title) for row in rows})

    def sound_doubts(self) -> int:
        """The same for mails with a scan that may bear a mark, as the ledger says once it was judged.

        Their papers are read and registered, and their nominations in review.
        """
        with viewing(self.engine) as cn:
            rows = secrecy.marked_in_scans(cn)
        title = self.campaign.campaign.title
        return self._tell({f"{row['content_hash']}/scan": scan_view(row, title) for row in rows})

    def _tell(self, views: Mapping[str, AlertView]) -> int:
        """`views` by what tells the alerts of a mail apart."""
        written = 0
        for about, view in views.items():
            for to in self.settings.to:
                address = parseaddr(to)[1].lower()
                key = f"{self.campaign.campaign.id}/alert/{about}/{address}"
                with writing(self.engine) as cn:
                    if not outbox.has_key(cn, key):
                        now = clock.now()
                        outbox.put(cn, self._owed(view, key, to, now), now)
                        written += 1
        if views and not self.settings.to:
            said = "%d mail(s) bear or may bear a mark of a state secret, and [digest] to names nobody"
            log.warning(said, len(views))
        return written

    def _owed(self, view: AlertView, key: str, to: str, now: datetime) -> Owed:
        rendered = self.composer.render("alert", view)
        message_id = message_id_for(key, self.smtp.sender_address.rpartition("@")[2])
        raw = build_mail(
            rendered,
            sender=self.smtp.sender,
            to=to,
            message_id=message_id,
            date=now,
            in_reply_to=None,
            references=(),
            auto=False,
        )
        return Owed(
            key=key,
            kind=LetterKind.ALERT,
            state=LetterState.QUEUED,
            unit_id=None,
            round=None,
            reference=f"邮件{view.message}",
            to=parseaddr(to)[1],
            subject=rendered.subject,
            message_id=message_id,
            in_reply_to=None,
            raw=raw,
        )
