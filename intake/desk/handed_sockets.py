"""Sockets that the service manager listens on for the desk, and hands to it (sd_listen_fds(3))."""

from __future__ import annotations

import os
import socket

from intake.config.faults import ConfigFault, Fault
from intake.config.values import is_loopback

FIRST = 3
"""The number of the first of them (SD_LISTEN_FDS_START)."""


def handed_sockets(*, proxied: bool) -> list[socket.socket]:
    """The sockets that were handed to this very process, each once; none where it listens by itself.

    `proxied`: a TLS proxy stands before the desk.  Raises `ConfigFault` for one of another family than TCP's,
    for one that does not listen, and for one beyond loopback where there is no proxy.
    """
    process, count = os.environ.get("LISTEN_PID", ""), os.environ.get("LISTEN_FDS", "")
    if process != str(os.getpid()) or not count.isdigit():
        return []
    for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"):
        # What this process starts has no part in it.
        os.environ.pop(name, None)
    return [_checked(FIRST + place, proxied) for place in range(int(count))]


def _checked(number: int, proxied: bool) -> socket.socket:
    try:
        os.set_inheritable(number, False)
        found = socket.socket(fileno=number)
        listens = bool(found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    except OSError:
        raise _fault(f"descriptor {number}", "is no socket") from None
    if found.family not in (socket.AF_INET, socket.AF_INET6) or not listens:
        raise _fault(str(found.getsockname()), "is no TCP socket that listens")
    host, port = found.getsockname()[:2]
    if not proxied and not is_loopback(host):
        raise _fault(f"{host}:{port}", "is beyond this machine, where passwords would go in the clear")
    return found


def _fault(shown: str, what: str) -> ConfigFault:
    mend = "write ListenStream=127.0.0.1:8460 (or name the TLS proxy in [desk] proxy)"
    return ConfigFault((Fault("ListenStream", shown, what, mend, "shouwen-desk.socket"),))
