"""The mailbox's folder of sent mail, as delivery needs it: is a letter there, and put a copy there.

Whatever goes wrong here is told and never raised: a letter's fate does not hang on its copy.

It is asked by EXAMINE, Message-IDs are compared here, and not earlier than two minutes after the attempt,
since providers file with a delay: found there, the letter is `sent`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from intake.config.settings import MailboxSettings, SmtpSettings
from intake.domain.text.calendar import local
from intake.mail.imap import MailboxDown, MailboxRefused
from intake.mail.imap_sent import SentCopy, SentFolder

log = logging.getLogger(__name__)

A_DAY = timedelta(days=1)
"""Looked back further than the attempt: a server may count its days by another zone."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What the folder said: which Message-IDs it holds; `asked` False: it could not be asked, `why` not."""

    found: frozenset[str] = frozenset()
    folder: str = ""
    asked: bool = False
    why: str = ""


class Sentbox:
    """One session with the folder of sent mail, opened when first needed and closed with the context."""

    def __init__(self, mailbox: MailboxSettings, smtp: SmtpSettings) -> None:
        self._mailbox = mailbox
        self._smtp = smtp
        self._session: SentFolder | None = None
        self._trouble: MailboxDown | MailboxRefused | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def look(self, attempts: Mapping[str, datetime]) -> Looked:
        """Which of these letters, by Message-ID and time of the attempt, stand in the folder of sent mail."""
        wished = self._smtp.sent_folder
        if wished == "":
            return Looked(why='smtp.sent_folder is "", so it is never asked')
        try:
            folder = self._connected().named(wished)
            if folder is None:
                return Looked(why=f"the mailbox has no folder {wished or 'of sent mail'}")
            since = local(min(attempts.values()) - A_DAY).date()
            found = self._connected().holds(folder, attempts.keys(), since)
        except (MailboxDown, MailboxRefused) as fault:
            self._gave_up(fault)
            return Looked(why=str(fault))
        return Looked(frozenset(found), folder, asked=True)

    def copies(self, since: datetime) -> tuple[list[SentCopy], str]:
        """What was sent since an instant and the folder's name, "" where there is none to ask.

        Raises `MailboxDown` for an outage, `MailboxRefused` where the folder is not shown.
        """
        if self._smtp.sent_folder == "":
            return [], ""
        try:
            folder = self._connected().named(self._smtp.sent_folder)
            if folder is None:
                return [], ""
            return self._connected().copies(folder, local(since - A_DAY).date()), folder
        except (MailboxDown, MailboxRefused) as fault:
            self._gave_up(fault)
            raise

    def file(self, raw: bytes, message_id: str, at: datetime, again: bool) -> str:
        """Puts a copy of a sent letter into `smtp.copy_to`; what went wrong, or "" for nothing.

        With `again` it is first looked for there, since an earlier answer may have been lost.
        """
        folder = self._smtp.copy_to or ""
        try:
            session = self._connected()
            since = local(at - A_DAY).date()
            if not (again and session.holds(folder, [message_id], since)):
                session.append(folder, raw, at)
        except (MailboxDown, MailboxRefused) as fault:
            self._gave_up(fault)
            return str(fault)
        return ""

    def _connected(self) -> SentFolder:
        if self._trouble is not None:
            # NetEase blocks an account that logs in time and again.
            raise type(self._trouble)(self._trouble.what, "tried again at the next pass")
        if self._session is None:
            self._session = SentFolder(self._mailbox).__enter__()
        return self._session

    def _gave_up(self, fault: MailboxDown | MailboxRefused) -> None:
        log.warning("the folder of sent mail cannot be used: %s", fault)
        if self._session is not None and isinstance(fault, MailboxRefused):
            # This folder is not shown; the session is as good as before, for another one.
            return
        self._trouble = self._trouble or fault
        self._close()

    def _close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()
