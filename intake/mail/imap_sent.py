"""The folder of sent mail over IMAP: asked whether it holds a letter, given a copy where that is wished.

Asking opens it with EXAMINE and fetches headers alone.  Headers are compared here and never
searched for by the server: NetEase's SEARCH by header overlooks mail.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from email import message_from_string
from typing import Any

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError
from imapclient.response_parser import parse_fetch_response

from intake.mail.imap import Mailbox, MailboxDown

USUAL_NAMES = ("已发送", "Sent", "Sent Messages", "Sent Items", "已发送邮件", "INBOX.Sent")
"""What providers call the folder, where the server marks none (RFC 6154 §2)."""

NEWEST = 1_000
"""Messages from the end of the folder that are looked at whatever the search by day overlooks."""

HEADERS_AT_ONCE = 500
"""Headers asked for in one command: some 50 KB."""


@dataclass(frozen=True, slots=True)
class SentCopy:
    """A mail that was sent: its Message-ID and that of the mail it answers, "" for none."""

    message_id: str
    in_reply_to: str


class SentFolder(Mailbox):
    """A session with the mailbox that looks at sent mail; raises what `Mailbox` raises."""

    def named(self, wished: str | None) -> str | None:
        """The folder of sent mail: the one wished for, else the one so marked or so called; None for none."""
        with self._translated():
            listing = self._session.list_folders()
        names = {name: {flag.lower() for flag in flags} for flags, _, name in listing}
        if wished:
            return wished if wished in names else None
        marked = [name for name, flags in names.items() if b"\\sent" in flags]
        return next((name for name in (*marked, *USUAL_NAMES) if name in names), None)

    def holds(self, folder: str, message_ids: Collection[str], since: date) -> set[str]:
        """Which of these Message-IDs stand in a folder, among its mail of a day or later and its newest."""
        heads = self._heads(folder, since, "MESSAGE-ID")
        return {wanted for header in heads for wanted in message_ids if wanted in header}

    def copies(self, folder: str, since: date) -> list[SentCopy]:
        """The mails of a folder, among those of a day or later and its newest."""
        return [_copy(header) for header in self._heads(folder, since, "MESSAGE-ID IN-REPLY-TO")]

    def _heads(self, folder: str, since: date, fields: str) -> list[str]:
        state = self.open(folder)
        if not state.exists:
            return []
        uids = self._dated(since)
        with self._translated():
            first = max(1, state.exists - NEWEST + 1)
            newest = parse_fetch_response(self._asked(self._session._imap.fetch(f"{first}:*", "(UID)")))
            uids |= set(newest)
            found: list[str] = []
            known = sorted(uids)
            for start in range(0, len(known), HEADERS_AT_ONCE):
                batch = known[start : start + HEADERS_AT_ONCE]
                answer = self._fetch(",".join(map(str, batch)), f"(BODY.PEEK[HEADER.FIELDS ({fields})])")
                if absent := set(batch) - answer.keys():
                    # What it leaves out is not what it lacks: such a letter would go once more.
                    raise MailboxDown(
                        f"the server left out {len(absent)} of {len(batch)} headers of {folder}",
                        "tried again at the next pass",
                    )
                found += map(_header, answer.values())
        return found

    def append(self, folder: str, raw: bytes, at: datetime) -> None:
        """Files a copy, marked as seen; the one thing that is ever written to the mailbox."""
        with self._translated():
            self._session.append(folder, raw, (b"\\Seen",), at)

    def _dated(self, since: date) -> set[int]:
        """UIDs of the open folder by SEARCH SINCE; none where the server cannot do it."""
        try:
            with self._line.within(self._patience):
                return set(self._session.search(["SINCE", since]))
        except (IMAPClientAbortError, OSError) as fault:
            raise self._down(fault) from None
        except IMAPClientError:
            return set()


def _header(item: dict[bytes, Any]) -> str:
    """The header fields of a FETCH answer; servers write the item's name in several ways."""
    for name, value in item.items():
        if name.upper().startswith(b"BODY[HEADER") and isinstance(value, bytes):
            return value.decode("ascii", "replace")
    return ""


def _copy(header: str) -> SentCopy:
    fields = message_from_string(header)
    return SentCopy(*("".join(str(fields[name] or "").split()) for name in ("Message-ID", "In-Reply-To")))
