"""alert: staff are told at once of mail that bears a mark of a state secret, once a mail and addressee."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from sqlalchemy.engine import Engine

from intake import clock
from intake.config import DigestSettings, SmtpSettings
from intake.domain.alerting import AlertView, alert_view
from intake.domain.campaign import Campaign
from intake.domain.model import LetterKind, LetterState
from intake.mail.compose import Composer, build_mail, message_id_for
from store import classified, outbox
from store.engine import viewing, writing
from store.outbox import Owed

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
        """Puts an alert for each mail and addressee into the outbox that has none yet; returns how many.

        It is queued in hold mode too, as the digest is: no unit reads it.
        """
        with viewing(self.engine) as cn:
            rows = classified.marked(cn)
        written = 0
        for row in rows:
            view = alert_view(row, self.campaign.campaign.title)
            for to in self.settings.to:
                address = parseaddr(to)[1].lower()
                key = f"{self.campaign.campaign.id}/alert/{row['content_hash']}/{address}"
                with writing(self.engine) as cn:
                    if not outbox.has_key(cn, key):
                        now = clock.now()
                        outbox.put(cn, self._owed(view, key, to, now), now)
                        written += 1
        if rows and not self.settings.to:
            log.warning("%d mail(s) bear a mark of a state secret, and [digest] to names nobody", len(rows))
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
