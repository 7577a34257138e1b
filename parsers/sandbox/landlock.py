"""Landlock: which files a reading process may touch, as the kernel holds it to (Linux 5.13 and later).

No binding of the three system calls is kept up on PyPI, so they are called here by number; the numbers are
the same on every architecture (Documentation/userspace-api/landlock.rst, include/uapi/linux/landlock.h).
"""

from __future__ import annotations

import ctypes
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_VERSION = 1
_BENEATH = 1

EXECUTE, WRITE, READ, LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_FOLDER, REMOVE_FILE = 1 << 4, 1 << 5
MAKE_FOLDER, MAKE_FILE, MAKE_SOCKET = 1 << 7, 1 << 8, 1 << 9
MOVE, TRUNCATE, DEVICE = 1 << 13, 1 << 14, 1 << 15
_OF_A_FILE = EXECUTE | WRITE | READ | TRUNCATE | DEVICE
"""The rights that a rule on a single file may name."""

LOOK = READ | LIST
RUN = LOOK | EXECUTE
WORK = LOOK | WRITE | TRUNCATE | REMOVE_FILE | REMOVE_FOLDER | MAKE_FILE | MAKE_FOLDER | MOVE
"""What a scratch folder is for.  No links, pipes or devices are made there, and nothing in it is run."""

_RIGHTS_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15}
_ALL_RIGHTS = 16
_NETWORK_FROM, _SCOPES_FROM = 4, 6
_TCP, _SIGNALS_AND_ABSTRACT_SOCKETS = 0b11, 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))


@cache
def version() -> int:
    """The kernel's version of Landlock; 0 where it has none or it is switched off."""
    if sys.platform != "linux":
        return 0
    return max(0, int(_libc().syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))))


@dataclass(frozen=True, slots=True)
class PathRule:
    """What may be done with a file, or beneath a folder, that is held open as `place`."""

    place: int
    rights: int


def rule(path: Path, rights: int) -> Iterator[PathRule]:
    """The rule for a path, opened for it; none where it is not there, or there is no Landlock."""
    if version():
        with suppress(FileNotFoundError, PermissionError, NotADirectoryError):
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
            is_folder = stat.S_ISDIR(os.fstat(place).st_mode)
            yield PathRule(place, rights & handled() & (-1 if is_folder else _OF_A_FILE))


@cache
def handled() -> int:
    """The rights that the kernel's version knows, and so denies where no rule grants them."""
    return int((1 << _RIGHTS_BY_VERSION.get(version(), _ALL_RIGHTS)) - 1)


def confine(rules: Iterable[PathRule]) -> None:
    """From here on this process, with all that it starts, touches only what the rules name.

    TCP is closed and signals reach only its own children, as far as the kernel's version knows these.
    Needs `seccomp.confine` first, for no_new_privs.  Does nothing where there is no Landlock; raises
    `OSError` where the kernel refuses.
    """
    known = version()
    if not known:
        return
    ruleset = _Ruleset(
        handled(),
        _TCP if known >= _NETWORK_FROM else 0,
        _SIGNALS_AND_ABSTRACT_SOCKETS if known >= _SCOPES_FROM else 0,
    )
    # Older kernels take a longer structure whose further fields are 0.
    made = _called(
        _CREATE, ctypes.byref(ruleset), ctypes.c_size_t(ctypes.sizeof(ruleset)), ctypes.c_uint32(0)
    )
    try:
        for granted in rules:
            beneath = _Beneath(granted.rights, granted.place)
            _called(_ADD, made, _BENEATH, ctypes.byref(beneath), ctypes.c_uint32(0))
        _called(_RESTRICT, made, ctypes.c_uint32(0))
    finally:
        os.close(made)


def _called(number: int, *arguments: object) -> int:
    result = int(_libc().syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        fault = ctypes.get_errno()
        raise OSError(fault, f"landlock: {os.strerror(fault)}")
    return result


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
