"""The submission mailbox over IMAP: looked at, never changed.

Folders are opened with EXAMINE and bodies fetched with BODY.PEEK[], so that
neither a flag nor a message of the mailbox changes (RFC 3501 §6.3.2, §6.4.5).
"""

from __future__ import annotations

import contextlib
import logging
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from types import TracebackType
from typing import Any, Self

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientAbortError, IMAPClientError, ProtocolError
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.response_parser import parse_fetch_response
from imapclient.tls import IMAP4_TLS

from intake.clock import PATIENCE, SLOWEST, TimedLine
from intake.config.faults import Wrong
from intake.config.settings import MailboxSettings
from intake.mail.imap_listing import Fetched, FolderState, Listed, batches
from intake.mail.trouble import Trouble, explain, one_line

__all__ = ["Fetched", "FolderState", "Listed", "Mailbox", "MailboxDown", "MailboxRefused", "batches"]

CONNECT_SECONDS = 20.0
"""A server that has not taken the connection by then is down, however patient we are later."""

LISTING = 5_000
"""Messages whose size and date are asked for in one command; one answer stays under a megabyte or so."""

_WIRE_LOG = logging.getLogger("imapclient.imaplib")
"""Where the library tells what goes over the line."""

LINES = 4
"""The level of imaplib at which commands and lines of answers are told, and no mails."""

_PLAIN_SIZE = re.compile(
    rb"\d+ \((?:UID (?P<uid>\d+) RFC822\.SIZE (?P<size>\d+)|RFC822\.SIZE (?P<rest>\d+) UID (?P<other>\d+))\)"
)
"""A line of FETCH that tells number and size of a message, and nothing else."""

IDENTITY = '("name" "Shouwen" "version" "1")'
"""What ID tells (RFC 2971).  NetEase refuses SELECT and EXAMINE to a client that sent none."""

_TEMPORARY = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]", "SERVER BUSY", "SYSTEM BUSY", "TRY AGAIN")
"""What an answer of NO holds that passes by itself: codes of RFC 5530, words of providers without codes."""


class MailboxRefused(Trouble):
    """The server does not let us in or show a folder: a person has to mend it."""


class MailboxDown(Trouble):
    """The server cannot be reached or broke off: back off and try again."""


class Mailbox:
    """One session with the mailbox; a context manager that connects, logs in and logs out."""

    def __init__(self, settings: MailboxSettings) -> None:
        self._settings = settings
        self._client: IMAPClient | None = None
        self._line = TimedLine()
        self._sizes: dict[int, int] = {}
        self._exists = 0
        self.knows_id = False
        """True once the server has answered our ID with OK."""

    def __enter__(self) -> Self:
        """Connects, logs in and sends ID; raises `MailboxRefused` or `MailboxDown`."""
        try:
            with self._translated():
                self._client = self._connect()
                if self._settings.security == "starttls":
                    self._client.starttls(ssl.create_default_context())
            self._login()
            with self._translated():
                self._identify()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the session; a connection that is already gone is no fault."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            with self._line.within(self._settings.timeout_seconds):
                client.logout()
        except (IMAPClientError, OSError):
            with contextlib.suppress(IMAPClientError, OSError):
                client.shutdown()

    def folders(self) -> list[str]:
        """The names of all folders that can hold messages, decoded from modified UTF-7."""
        with self._translated():
            listing = self._session.list_folders()
        names = [name for flags, _, name in listing if b"\\noselect" not in {flag.lower() for flag in flags}]
        return ["INBOX" if name.upper() == "INBOX" else name for name in names]

    def open(self, folder: str) -> FolderState:
        """Opens a folder read-only; raises `MailboxRefused` when the server does not show it."""
        try:
            with self._translated():
                answer = self._session.select_folder(folder, readonly=True)
                uidvalidity = answer.get(b"UIDVALIDITY") or self._status(folder).get(b"UIDVALIDITY")
        except MailboxRefused as refusal:
            raise self._not_shown(folder, refusal) from None
        if not uidvalidity:
            raise MailboxRefused(
                f"the folder {folder} has no UIDVALIDITY, so its messages cannot be told apart",
                "ask the provider, or take it out of mailbox.folders",
            )
        self._exists = int(answer.get(b"EXISTS", 0))
        return FolderState(int(uidvalidity), answer.get(b"UIDNEXT"), self._exists)

    def new_uids(self, above: int, *, dated: bool = False) -> list[Listed]:
        """All messages of the open folder with a UID greater than `above`, by ascending UID.

        Only where they are `dated` is their time of arrival asked for, which takes the library long to read.
        """
        found: list[Listed] = []
        with self._translated():
            for span in self._spans(above):
                found += self._listed(span, above, "(RFC822.SIZE INTERNALDATE)" if dated else "(RFC822.SIZE)")
        self._sizes = {item.uid: item.size for item in found}
        return sorted(found, key=lambda item: item.uid)

    def fetch(self, uids: Sequence[int]) -> Iterator[Fetched]:
        """The messages with these UIDs of the open folder, in that order, by one command.

        Where the server refuses the command, each message is asked for alone, so
        that one it cannot give does not block the others.
        """
        size = sum(self._sizes.get(uid, 0) for uid in uids)
        try:
            with self._line.within(self._patience + size / SLOWEST):
                answer = self._fetch(",".join(map(str, uids)), "(RFC822.SIZE INTERNALDATE BODY.PEEK[])")
        except (IMAPClientAbortError, OSError) as fault:
            raise self._down(fault) from None
        except IMAPClientError as refusal:
            if _is_temporary(refusal):
                raise self._down(refusal) from None
            if len(uids) > 1:
                for uid in uids:
                    yield from self.fetch([uid])
            else:
                yield Fetched(uids[0], b"", 0, None, whole=False)
            return
        for uid in uids:
            # Taken out of the answer, so that no body is held longer than its reader needs it.
            yield _fetched(uid, answer.pop(uid, None))

    def uids_of(self, message_id: str) -> list[int]:
        """Messages of the open folder that the server finds by this Message-ID; it may overlook some."""
        if not message_id.isascii():
            return []
        try:
            with self._line.within(self._patience):
                found = self._session.search(["HEADER", "Message-ID", message_id])
        except (IMAPClientAbortError, OSError) as fault:
            raise self._down(fault) from None
        except IMAPClientError as refusal:
            if _is_temporary(refusal):
                raise self._down(refusal) from None
            return []
        return sorted(found)

    def oldest_message(self, folder: str) -> datetime | None:
        """The earliest arrival (INTERNALDATE) in a folder; None for an empty one."""
        if not self.open(folder).exists:
            return None
        return min(
            (item.internal_date for item in self.new_uids(0, dated=True) if item.internal_date), default=None
        )

    @property
    def _patience(self) -> float:
        return PATIENCE * self._settings.timeout_seconds

    @property
    def _session(self) -> IMAPClient:
        if self._client is None:
            raise MailboxDown("the mailbox is not connected", "connect first")
        return self._client

    def _connect(self) -> IMAPClient:
        settings = self._settings
        tls = settings.security == "tls"
        try:
            client = _Client(
                self._line,
                settings.host,
                settings.port,
                ssl=tls,
                ssl_context=ssl.create_default_context() if tls else None,
                timeout=SocketTimeout(
                    min(CONNECT_SECONDS, settings.timeout_seconds), settings.timeout_seconds
                ),
            )
        except IMAPClientError as fault:
            # A greeting other than OK: "BYE too many connections" and the like pass by themselves.
            raise self._down(fault) from None
        client.normalise_times = False
        return client

    def _login(self) -> None:
        try:
            with self._line.within(self._patience):
                self._session.login(self._settings.username, self._settings.password.reveal())
        except (IMAPClientError, UnicodeEncodeError) as fault:
            # imapclient turns a connection that breaks during LOGIN into a LoginError as well.
            broken = fault.__context__
            if isinstance(broken, IMAPClientAbortError):
                raise self._down(broken) from None
            answer = one_line(fault)
            if _is_temporary(fault):
                raise self._down(fault) from None
            raise MailboxRefused(
                f"{self._settings.host} refuses the login of {self._settings.username}: {answer}",
                "check mailbox.username and mailbox.password (NetEase and QQ want the 授权码)",
            ) from None
        except Wrong as fault:
            raise MailboxRefused(f"the password cannot be read: {fault.what}", fault.mend) from None
        except OSError as fault:
            raise self._down(fault) from None

    def _identify(self) -> None:
        # Sent even where ID is not advertised: capabilities told before the login
        # may lack it, and a server that does not know it answers BAD and goes on.
        try:
            answer, _ = self._session._imap.xatom("ID", IDENTITY)
            self.knows_id = answer == "OK"
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            self.knows_id = False

    def _spans(self, above: int) -> Iterator[str]:
        """UID ranges that cover everything above `above`, about LISTING messages in each.

        UIDs may be sparse, so in a big folder the bounds are asked for by sequence number.
        """
        marks = range(LISTING, self._exists, LISTING)
        start = above + 1
        if marks:
            numbers = ",".join(str(mark) for mark in marks)
            bounds = parse_fetch_response(self._asked(self._session._imap.fetch(numbers, "(UID)")))
            for bound in sorted(bounds):
                if bound >= start:
                    yield f"{start}:{bound}"
                    start = bound + 1
        yield f"{start}:*"

    def _listed(self, span: str, above: int, items: str) -> list[Listed]:
        """The messages of a span; "n:*" names the last one even when its UID is below n (RFC 3501 §6.4.8)."""
        data = self._asked(self._session._imap.uid("FETCH", span, items))
        lines = [_PLAIN_SIZE.fullmatch(line) for line in data if isinstance(line, bytes)]
        if len(lines) == len(data) and all(lines):
            # As nearly all servers write it; the library reads it a character at a time.
            pairs = [(line["uid"] or line["other"], line["size"] or line["rest"]) for line in lines if line]
            return [Listed(int(uid), int(size), None) for uid, size in pairs if int(uid) > above]
        answer = parse_fetch_response(data, normalise_times=False, uid_is_key=True)
        return [
            Listed(uid, item[b"RFC822.SIZE"], _aware(item.get(b"INTERNALDATE")))
            for uid, item in answer.items()
            if uid > above and b"RFC822.SIZE" in item
        ]

    def _fetch(self, uids: str, items: str) -> dict[int, dict[bytes, Any]]:
        data = self._asked(self._session._imap.uid("FETCH", uids, items))
        return dict(parse_fetch_response(data, normalise_times=False, uid_is_key=True))

    def _asked(self, reply: tuple[str, list[Any]]) -> list[Any]:
        answer, data = reply
        if answer != "OK":
            # What came before the NO must not turn up in the next answer.
            self._session._imap.untagged_responses.pop("FETCH", None)
            raise IMAPClientError(f"FETCH failed: {one_line(data[-1] if data else answer)}")
        return data

    def _status(self, folder: str) -> dict[bytes, Any]:
        return dict(self._session.folder_status(folder, ["UIDVALIDITY"]))

    def _not_shown(self, folder: str, refusal: MailboxRefused) -> MailboxRefused:
        if "unsafe login" in refusal.what.lower():
            mend = "log in to the account on the web and allow this client there; it sends ID as asked"
        else:
            mend = "check mailbox.folders against the folders that `shouwen doctor` lists"
        return MailboxRefused(f"the folder {folder} cannot be opened: {refusal.what}", mend)

    def _down(self, fault: Exception) -> MailboxDown | MailboxRefused:
        cause = explain(fault, "mailbox", self._settings.host, self._settings.port)
        return (MailboxRefused if cause.person else MailboxDown)(cause.what, cause.mend)

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        """Turns the library's exceptions into ours, and ends what takes too long altogether."""
        try:
            with self._line.within(self._patience):
                yield
        except CapabilityError as fault:
            mend = 'write mailbox.security = "tls" and its port (993)'
            raise MailboxRefused(f"{self._settings.host}: {one_line(fault)}", mend) from None
        except (IMAPClientAbortError, ProtocolError, OSError) as fault:
            raise self._down(fault) from None
        except IMAPClientError as fault:
            if _is_temporary(fault):
                raise self._down(fault) from None
            raise MailboxRefused(one_line(fault), "see the server's answer") from None


class _Client(IMAPClient):  # type: ignore[misc]
    """The library's client, whose socket is known before the server's first word."""

    def __init__(self, line: TimedLine, *arguments: Any, **named: Any) -> None:
        self._line = line
        super().__init__(*arguments, **named)
        # The library writes out all that comes, whole mails among it, and then asks whether that is logged.
        self._imap.debug = LINES if _WIRE_LOG.isEnabledFor(logging.DEBUG) else 0

    def _create_IMAP4(self) -> Any:  # noqa: N802 - imapclient's name
        kind = IMAP4_TLS if self.ssl else IMAP4WithTimeout
        line = self._line

        class Connection(kind):  # type: ignore[misc, valid-type]
            def _create_socket(self, timeout: float | None = None) -> socket.socket:
                made: socket.socket = super()._create_socket(timeout)
                line.is_made(made)
                return made

        if self.ssl:
            return Connection(self.host, self.port, self.ssl_context, self._timeout.connect)
        return Connection(self.host, self.port, self._timeout.connect)

    def starttls(self, ssl_context: ssl.SSLContext | None = None) -> Any:
        """The library's; the socket is another one from then on."""
        answer = super().starttls(ssl_context)
        self._line.is_made(self.socket())
        return answer


def _is_temporary(refusal: Exception) -> bool:
    answer = one_line(refusal).upper()
    return any(said in answer for said in _TEMPORARY)


def _fetched(uid: int, item: dict[bytes, Any] | None) -> Fetched:
    if item is None:
        return Fetched(uid, b"", 0, None, whole=False, gone=True)
    raw, size = item.get(b"BODY[]"), item.get(b"RFC822.SIZE")
    whole = isinstance(raw, bytes) and isinstance(size, int) and len(raw) == size
    body = raw if isinstance(raw, bytes) else b""
    return Fetched(uid, body, size or 0, _aware(item.get(b"INTERNALDATE")), whole)


def _aware(moment: datetime | None) -> datetime | None:
    """The instant with a plain fixed offset; None stays, and a time without offset is no instant."""
    offset = moment.utcoffset() if moment else None
    if moment is None or offset is None:
        return None
    return moment.replace(tzinfo=timezone(timedelta(seconds=offset.total_seconds())))
