"""Handing a letter to the mail server, and knowing afterwards how far it got.

The standard library's `sendmail` cannot tell "never handed over" from "handed
over, answer lost"; whoever retries the second sends the letter twice.  So the
transaction (RFC 5321 §3.3) is walked through here step by step.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from intake.clock import PATIENCE, SLOWEST, TimedLine
from intake.config.faults import Wrong
from intake.config.settings import SmtpSettings
from intake.config.values import is_loopback
from intake.mail.message import BadAddress, bare_address
from intake.mail.trouble import Cause, Trouble, explain, one_line

EHLO_NAME = "[127.0.0.1]"
"""What we call ourselves (RFC 5321 §4.1.4): no host name of an operator's machine leaves it."""

_ENVELOPE_ADDRESS = re.compile(r"[!-;=?-~\u00a1-\U0010ffff]+@[!-;=?-~]+")
NO_UTF8 = "the server takes no addresses of other than ASCII letters (SMTPUTF8)"
_LINE_END = re.compile(rb"\r\n|\n|\r")
_LEADING_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server has taken the letter; `reply` is its answer."""

    reply: str


@dataclass(frozen=True, slots=True)
class LetterRefused:
    """The server has said definitely that it does not take this letter now; it does not have it."""

    code: int
    text: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """The whole letter was sent, its answer did not come: the server may have it."""

    why: str


@dataclass(frozen=True, slots=True)
class Down:
    """The letter was not handed over: the server cannot be reached or broke off before."""

    why: str


Outcome = Accepted | LetterRefused | Unsure | Down


class AuthRefused(Trouble):
    """No login, or none that is safe: a person has to mend it, no letter is at fault."""


class _Broken(Exception):
    """The connection failed before the letter was handed over; the text says how."""


class _Server(smtplib.SMTP):
    """The library's, whose socket is known before the server's first word."""

    def __init__(self, line: TimedLine, *arguments: Any, **named: Any) -> None:
        self._line = line
        super().__init__(*arguments, **named)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        made: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        self._line.is_made(made)
        return made


class _TlsServer(_Server, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


class PostOffice:
    """One connection to the mail server, opened when first needed and kept for further letters."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._server: smtplib.SMTP | None = None
        self._line = TimedLine()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection; one that is already gone is no fault."""
        server, self._server = self._server, None
        if server is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError), self._within():
                server.quit()
            server.close()

    def check(self) -> Down | None:
        """Connects and logs in without sending; None when both work.  Raises `AuthRefused`."""
        try:
            with self._within():
                self._connected()
        except _Broken as fault:
            return Down(str(fault))
        return None

    def send(self, raw: bytes, sender: str, to: str) -> Outcome:
        """Hands one letter over; `sender` and `to` are bare addresses of the envelope.

        A local part of other than ASCII letters goes where the server offers SMTPUTF8 (RFC 6531), and is
        refused elsewhere.  Raises `AuthRefused` when the login is refused or the connection is not safe.
        """
        try:
            to = bare_address(to)
        except BadAddress as fault:
            return LetterRefused(553, f"not tried: {fault}")
        for address in (sender, to):
            if not _ENVELOPE_ADDRESS.fullmatch(address):
                return LetterRefused(553, f"not tried: {address!r} is no address for an envelope")
        reused = self._server is not None
        try:
            with self._within(len(raw)):
                outcome = self._transact(raw, sender, to)
        except _Broken as fault:
            self._drop()
            if not reused:
                return Down(str(fault))
        else:
            return outcome
        # The server closed a connection that lay idle; nothing was handed over, so once more.
        try:
            with self._within(len(raw)):
                return self._transact(raw, sender, to)
        except _Broken as fault:
            self._drop()
            return Down(str(fault))

    def _within(self, size: int = 0) -> contextlib.AbstractContextManager[None]:
        """An end to an exchange that carries `size` bytes."""
        return self._line.within(PATIENCE * self._settings.timeout_seconds + size / SLOWEST)

    def _transact(self, raw: bytes, sender: str, to: str) -> Outcome:
        """MAIL, RCPT, DATA and the letter; raises `_Broken` while nothing was handed over."""
        server = self._connected()
        wide = not (sender + to).isascii()
        if wide and not server.has_extn("smtputf8"):
            return LetterRefused(553, f"not tried: {NO_UTF8}")
        server.command_encoding = "utf-8" if wide else "ascii"
        payload = _LEADING_DOT.sub(b"..", _LINE_END.sub(b"\r\n", raw))
        if not payload.endswith(b"\r\n"):
            payload += b"\r\n"
        try:
            for command, success in (
                (f"MAIL FROM:<{sender}>{self._options(server, payload, wide)}", 250),
                (f"RCPT TO:<{to}>", 250),
                ("DATA", 354),
            ):
                code, text = server.docmd(command)
                if code != success and not (success == 250 and code == 251):
                    return self._refused(server, code, text)
            # Without its last line a server must not deliver the letter (RFC 5321 §4.1.1.4).
            server.send(payload)
        except (smtplib.SMTPException, OSError) as fault:
            raise _Broken(self._reason(fault)) from None
        return self._handed_over(server)

    def _handed_over(self, server: smtplib.SMTP) -> Outcome:
        """Sends the end of the letter; from here on a lost connection leaves us unsure."""
        try:
            server.send(b".\r\n")
            code, text = server.getreply()
        except (smtplib.SMTPException, OSError) as fault:
            self._drop()
            return Unsure(self._reason(fault))
        if self._line.was_cut:
            self._drop()
            return Unsure("the answer did not come whole in time")
        if code // 100 == 2:
            return Accepted(f"{code} {one_line(text)}")
        if code // 100 in (4, 5):
            return self._refused(server, code, text, reset=False)
        self._drop()
        return Unsure(f"an answer that is none: {code} {one_line(text)}")

    def _refused(self, server: smtplib.SMTP, code: int, text: bytes, reset: bool = True) -> LetterRefused:
        if code < 400:
            self._drop()
            raise _Broken(f"an answer out of place: {code} {one_line(text)}")
        if code == 421:
            self._drop()
        elif reset:
            try:
                server.rset()
            except (smtplib.SMTPException, OSError):
                self._drop()
        return LetterRefused(code, one_line(text))

    def _options(self, server: smtplib.SMTP, payload: bytes, wide: bool) -> str:
        options = f" SIZE={len(payload)}" if server.has_extn("size") else ""
        if server.has_extn("8bitmime") and not payload.isascii():
            options += " BODY=8BITMIME"
        if wide:
            options += " SMTPUTF8"
        return options

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            try:
                self._server = self._connect()
                # A letter and its last line are two writes; Nagle's algorithm would hold the second.
                if self._server.sock is not None:
                    self._server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._log_in(self._server)
            except (smtplib.SMTPException, OSError) as fault:
                self._drop()
                cause = self._cause(fault)
                if cause.person:
                    raise AuthRefused(cause.what, cause.mend) from None
                raise _Broken(self._reason(fault)) from None
            except AuthRefused:
                self.close()
                raise
        return self._server

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        host, port, patience = settings.host, settings.port, settings.timeout_seconds
        if settings.security == "tls":
            context = ssl.create_default_context()
            return _TlsServer(self._line, host, port, EHLO_NAME, timeout=patience, context=context)
        server = _Server(self._line, host, port, EHLO_NAME, timeout=patience)
        if settings.security == "starttls":
            try:
                server.starttls(context=ssl.create_default_context())
                if server.sock is not None:
                    self._line.is_made(server.sock)
            except smtplib.SMTPNotSupportedError:
                server.close()
                mend = 'write smtp.security = "tls" and its port (465)'
                raise AuthRefused(f"{host}:{port} offers no STARTTLS", mend) from None
            except BaseException:
                server.close()
                raise
        return server

    def _log_in(self, server: smtplib.SMTP) -> None:
        settings = self._settings
        server.ehlo_or_helo_if_needed()
        if not server.has_extn("auth") and settings.security == "plain" and is_loopback(settings.host):
            # A relay on this machine that knows us by where we come from.
            return
        who = f"{settings.host} refuses the login of {settings.username}"
        mend = "check smtp.username and smtp.password (NetEase and QQ want the 授权码)"
        try:
            server.login(settings.username, settings.password.reveal())
        except smtplib.SMTPAuthenticationError as fault:
            if fault.smtp_code // 100 == 4:
                raise
            raise AuthRefused(f"{who}: {fault.smtp_code} {one_line(fault.smtp_error)}", mend) from None
        except smtplib.SMTPNotSupportedError:
            raise AuthRefused(f"{settings.host} offers no login", "check smtp.port and security") from None
        except UnicodeEncodeError:
            raise AuthRefused(f"{who}: name or password is not ASCII", mend) from None
        except Wrong as fault:
            raise AuthRefused(f"the password cannot be read: {fault.what}", fault.mend) from None

    def _drop(self) -> None:
        """Closes without QUIT: the connection is in no state to be polite to."""
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _reason(self, fault: Exception) -> str:
        if isinstance(fault, smtplib.SMTPResponseException):
            return f"{self._settings.host} answers {fault.smtp_code} {one_line(fault.smtp_error)}"
        cause = self._cause(fault)
        return f"{cause.what}; {cause.mend}"

    def _cause(self, fault: Exception) -> Cause:
        # smtplib hides a time-out or reset behind its own exception.
        hidden = fault.__context__ if isinstance(fault.__context__, OSError) else fault
        return explain(hidden, "smtp", self._settings.host, self._settings.port)
