"""Bytes over a socket with their length before them, and an end to every wait."""

from __future__ import annotations

import os
import socket
import struct
import time

_LENGTH = struct.Struct("!Q")
_PIECE = 256 * 1024


class Broken(Exception):
    """The other side went away, or sent what is no frame."""


class FrameLate(Exception):
    """The deadline passed."""


def send(line: socket.socket, data: bytes, deadline: float) -> None:
    """Sends one frame before `deadline` (`time.monotonic`); raises `Broken` or `FrameLate`."""
    view = memoryview(_LENGTH.pack(len(data)) + data)
    while view:
        _patience(line, deadline)
        try:
            view = view[line.send(view[:_PIECE]) :]
        except TimeoutError:
            raise FrameLate from None
        except OSError as fault:
            raise Broken(str(fault)) from None


def write(line: socket.socket, data: bytes) -> None:
    """Sends one frame by plain writing, which the walls leave; for a process whose time others watch."""
    line.setblocking(True)
    view = memoryview(_LENGTH.pack(len(data)) + data)
    while view:
        try:
            view = view[os.write(line.fileno(), view[:_PIECE]) :]
        except OSError as fault:
            raise Broken(str(fault)) from None


def receive(line: socket.socket, most: int, deadline: float) -> bytes:
    """The next frame, of at most `most` bytes; raises `Broken` or `FrameLate`."""
    (length,) = _LENGTH.unpack(_exactly(line, _LENGTH.size, deadline))
    if length > most:
        raise Broken(f"a frame of {length} bytes")
    return _exactly(line, length, deadline)


def _exactly(line: socket.socket, count: int, deadline: float) -> bytes:
    found = bytearray()
    while len(found) < count:
        _patience(line, deadline)
        try:
            piece = line.recv(min(_PIECE, count - len(found)))
        except TimeoutError:
            raise FrameLate from None
        except OSError as fault:
            raise Broken(str(fault)) from None
        if not piece:
            raise Broken(f"ended after {len(found)} of {count} bytes")
        found += piece
    return bytes(found)


def _patience(line: socket.socket, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise FrameLate
    line.settimeout(left)
