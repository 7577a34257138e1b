"""Why a mail server cannot be used, in one line that says what to do about it."""

from __future__ import annotations

import re
import socket
import ssl
from dataclasses import dataclass


class Trouble(Exception):
    """A server that cannot be used now: what happened and how to mend it, each in one line."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what}; {mend}")
        self.what = what
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Cause:
    """A failed connection explained; `person` is true where trying again alone cannot help."""

    what: str
    mend: str
    person: bool


def explain(fault: Exception, section: str, host: str, port: int) -> Cause:
    """Says what a connection fault to `host`:`port` means; `section` is "mailbox" or "smtp"."""
    where = f"{host}:{port}"
    if isinstance(fault, ssl.SSLCertVerificationError):
        reason = fault.verify_message or "not trusted"
        what = f"{where} shows a certificate that does not hold: {reason}"
        return Cause(what, f"check {section}.host, or add the issuer to the system's certificates", True)
    if isinstance(fault, ssl.SSLError):
        what = f"{where} does not speak TLS as expected: {fault.reason or one_line(fault)}"
        return Cause(what, f"check {section}.port and {section}.security", True)
    if isinstance(fault, socket.gaierror):
        what = f"the host {host} is not found"
        return Cause(f"{what} (port {port})", f"check {section}.host and the name service", False)
    if isinstance(fault, TimeoutError):
        return Cause(f"{where} does not answer in time", f"check the network and {section}.port", False)
    if isinstance(fault, ConnectionRefusedError):
        return Cause(f"{where} refuses the connection", f"check {section}.host and {section}.port", False)
    return Cause(f"the connection to {where} failed: {one_line(fault)}", "it is tried again by itself", False)


def one_line(fault: object, limit: int = 200) -> str:
    """An exception's or answer's text on one line, shortened."""
    text = fault.decode("utf-8", "replace") if isinstance(fault, bytes) else str(fault)
    # imapclient makes a text of the server's bytes, quotes and all.
    text = re.sub(r"""^b(['"])(.*)\1$""", r"\2", text)
    text = " ".join(text.split()) or type(fault).__name__
    return text if len(text) <= limit else text[: limit - 1] + "…"
