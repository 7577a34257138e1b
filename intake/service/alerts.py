"""Telling staff of an outage and of its end, by mail and by the operator's own command, each once.

The mail goes straight to the server and through no outbox: the database may be what is away.  Where
sending is what has failed the mail is tried again until it goes, and the command tells meanwhile.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import make_msgid, parseaddr
from functools import cached_property
from typing import TYPE_CHECKING

from intake import clock
from intake.config.settings import Settings
from intake.domain.campaign.campaign import Campaign
from intake.domain.letters import outage
from intake.domain.letters.outage import Duty, Outage
from intake.service.outage_record import Noted, OutageRecord

# What writes and sends is loaded where somebody is told: cron asks `shouwen watch` again and again, and
# mostly all is well.
if TYPE_CHECKING:
    from intake.mail.message import Composer, Rendered
    from intake.mail.smtp import PostOffice

log = logging.getLogger(__name__)

COMMAND = "the command"
"""What stands for the operator's command among those who were told; no mail address."""

COMMAND_SECONDS = 30.0
"""How long the operator's command may take; then it is ended, and counts as run."""

MAIL_AGAIN_SECONDS = 120.0
"""How long a mail that could not go waits for its next attempt; providers block frequent logins."""

REFUSED_AGAIN_SECONDS = 600.0
"""The same where the server has refused it, or the login."""

PING_SECONDS = 10.0

PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy")
"""What the command sees of our environment: no password."""


class Monitor:
    """Notes whether the service does its duties, and tells staff and the command when that changes."""

    def __init__(self, settings: Settings, campaign: Campaign) -> None:
        self._templates = settings.letters.templates
        self._settings = settings.alerts
        self._smtp = settings.smtp
        self._campaign = campaign
        self._mail_again = 0.0
        self._pinging: threading.Thread | None = None
        self.record = OutageRecord(settings.alerts.record)
        self.patience = timedelta(minutes=settings.alerts.minutes)
        addresses = dict.fromkeys(parseaddr(address)[1].lower() for address in settings.alerted)
        self.everybody = (*([COMMAND] if settings.alerts.command else []), *addresses)

    def failed(self, duty: Duty, why: str, since: datetime | None = None) -> None:
        """A duty is not done, `since` that instant where it is no attempt that fails now."""
        now, said = clock.now(), " ".join(why.split())
        self._note(duty, lambda known: outage.failed(known, duty, said, now, since or now))

    def worked(self, duty: Duty) -> None:
        """An attempt at a duty has succeeded."""
        if duty in self.record.read().outages:
            now = clock.now()
            self._note(duty, lambda known: outage.worked(known, now, self.patience))

    def is_out(self, duty: Duty) -> bool:
        """True while a duty is not done."""
        known = self.record.read().outages.get(duty)
        return known is not None and known.over is None

    def lasting(self) -> list[Outage]:
        """The outages that have lasted as long as staff are to be told of them, and are not over."""
        now = clock.now()
        known = self.record.read().outages.values()
        return [item for item in known if item.over is None and now - item.since >= self.patience]

    def alive(self) -> None:
        """A sign of life of the service, for those who watch from outside."""
        now = clock.now()
        self.record.change(lambda noted: replace(noted, alive_at=now))

    def tell(self) -> None:
        """Tells whoever is to be told now and can be; what fails is tried again at a later call."""
        if not any(map(self._waiting, self.record.read().outages.values())):
            return
        with self.record.telling() as mine:
            # Read again: another process may have told them a moment ago.
            for known in self.record.read().outages.values() if mine else ():
                self._tell_of(known, self._waiting(known))

    def ping(self) -> None:
        """Tells the watcher outside that all is well, without waiting for its answer."""
        if self._settings.ping and not (self._pinging and self._pinging.is_alive()):
            self._pinging = threading.Thread(target=_fetch, args=(self._settings.ping,), daemon=True)
            self._pinging.start()

    def _waiting(self, known: Outage) -> list[str]:
        return outage.to_tell(known, self.everybody, clock.now(), self.patience)

    def _note(self, duty: Duty, step: Callable[[Outage | None], Outage | None]) -> None:
        def stepped(noted: Noted) -> Noted:
            known = step(noted.outages.get(duty))
            kept = {name: item for name, item in noted.outages.items() if name != duty}
            if known is not None and not outage.is_done(known, self.everybody):
                kept[duty] = known
            return replace(noted, outages=kept)

        self.record.change(stepped)

    def _tell_of(self, known: Outage, waiting: Sequence[str]) -> None:
        if not waiting:
            return
        words = self._words(known)
        log.warning("%s; to be told: %d", words.subject, len(waiting))
        if COMMAND in waiting:
            _run(self._settings.command, words, known)
            self._mark(COMMAND, known)
        addresses = [who for who in waiting if who != COMMAND]
        if addresses and time.monotonic() >= self._mail_again:
            from intake.mail.smtp import PostOffice

            with PostOffice(self._smtp) as office:
                for who in addresses:
                    if not self._mail(office, who, words, known):
                        break

    def _mark(self, who: str, known: Outage) -> None:
        of_end = known.over is not None
        self._note(known.duty, lambda now: outage.informed(now, who, of_end=of_end) if now else None)

    @cached_property
    def _composers(self) -> tuple[Composer, Composer]:
        """The operator's templates first, and the shipped ones alone."""
        from intake.mail.message import Composer

        own = [self._templates] if self._templates else []
        return Composer(own, self._campaign), Composer((), self._campaign)

    def _words(self, known: Outage) -> Rendered:
        view = outage.outage_view(known, self._campaign.campaign.title, clock.now())
        own, shipped = self._composers
        try:
            return own.render(view)
        except Exception:
            # Staff must hear of faults: where their own templates have one, the shipped ones serve.
            log.exception("the templates of %s have a fault; the shipped ones serve", view.template)
            return shipped.render(view)

    def _mail(self, office: PostOffice, to: str, words: Rendered, known: Outage) -> bool:
        """Mails one of the staff; False where no other mail can go now either."""
        from intake.mail.message import build_mail
        from intake.mail.smtp import Accepted, AuthRefused, Down, Unsure

        raw = build_mail(
            words,
            sender=self._smtp.sender,
            to=to,
            message_id=make_msgid("shouwen", self._smtp.sender_address.rpartition("@")[2]),
            date=clock.now(),
            in_reply_to=None,
            references=(),
            auto=False,
        )
        try:
            outcome = office.send(raw, self._smtp.sender_address, to)
        except AuthRefused as fault:
            log.error("staff cannot be told by mail: %s", fault)
            self._mail_again = time.monotonic() + REFUSED_AGAIN_SECONDS
            return False
        if isinstance(outcome, Accepted):
            self._mark(to, known)
            return True
        log.error("staff cannot be told by mail: %s", outcome)
        if isinstance(outcome, Down):
            self._mail_again = time.monotonic() + MAIL_AGAIN_SECONDS
            return False
        # One that the server may have is not sent again: once is what was promised.
        if isinstance(outcome, Unsure) or known.over is not None:
            self._mark(to, known)
        else:
            # The address, or for now the account: tried as long as the outage lasts.
            self._mail_again = time.monotonic() + REFUSED_AGAIN_SECONDS
        return True


def _run(command: Sequence[str], words: Rendered, known: Outage) -> None:
    """Runs the operator's command, the words on its standard input; whatever becomes of it is only logged."""
    told = {
        "SHOUWEN_EVENT": "recovered" if known.over else "failed",
        "SHOUWEN_DUTY": known.duty.value,
        "SHOUWEN_SINCE": known.since.isoformat(timespec="seconds"),
        "SHOUWEN_SUBJECT": words.subject,
    }
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**environment, **told},
            start_new_session=True,
        )
    except OSError as fault:
        log.error("[alerts] command cannot be run: %s", fault)
        return
    try:
        process.communicate(f"{words.subject}\n\n{words.text}".encode(), COMMAND_SECONDS)
    except subprocess.TimeoutExpired:
        # Its children too, which may hold its input.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        log.error("[alerts] command was not through after %.0f s, and was ended", COMMAND_SECONDS)
        return
    if process.returncode:
        log.error("[alerts] command ended with %d", process.returncode)


def _fetch(address: str) -> None:
    # Not at the start of every command: it loads half of the library.
    import urllib.request

    try:
        with urllib.request.urlopen(address, timeout=PING_SECONDS) as answer:  # noqa: S310 - https, see AlertSettings
            answer.read(1024)
    except (OSError, ValueError) as fault:
        log.warning("the watcher outside cannot be told that all is well: %s", fault)
