"""What runs inside a sandbox child: its limits, and the tasks, whose failures become plain values."""

from __future__ import annotations

import logging
import math
import os
import resource
import signal
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake.domain.model.facts import Facts, MessageFacts
from intake.domain.model.inspection import Inspection, Request
from parsers.common.contract import Unreadable, UnreadableCode

_MEMORY_EXIT = 77
OUT_OF_TIME = -signal.SIGXCPU
OUT_OF_MEMORY = (_MEMORY_EXIT, -signal.SIGKILL)
"""Our own exit on MemoryError, or the kernel's killer."""
ENDED_FROM_OUTSIDE = (signal.SIGTERM, -signal.SIGTERM, -signal.SIGHUP, 255)
"""Exit codes that say nothing about the file: told to stop, or the fork server gone (255).

pebble turns SIGTERM into an exit with the signal's number.
"""

_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "HOME")


@dataclass(frozen=True, slots=True)
class Success:
    """What the task returned."""

    value: Any


@dataclass(frozen=True, slots=True)
class Refusal:
    """An `Unreadable` of a parser."""

    code: UnreadableCode
    claimed_format: str
    detail: str


@dataclass(frozen=True, slots=True)
class DiskFault:
    """An `OSError`: our disk, not the sender's file."""

    number: int
    text: str
    path: str


@dataclass(frozen=True, slots=True)
class ChildFault:
    """Any other exception: ours."""

    traceback: str


Outcome = Success | Refusal | DiskFault | ChildFault


def confine(address_space: int) -> None:
    """Puts a fresh child under its limits: memory, no core dumps, none of the service's secrets."""
    for name in [name for name in os.environ if name not in _KEPT_VARIABLES]:
        del os.environ[name]
    logging.disable(logging.CRITICAL)  # parsers warn by the thousand on hostile files
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, address_space)


def _limit(which: int, value: int) -> None:
    with suppress(ValueError, OSError):  # macOS refuses RLIMIT_AS: the limits of time remain
        resource.setrlimit(which, (value, value))


def run(function: Callable[..., Any], arguments: tuple[Any, ...], seconds: int) -> Outcome:
    """Runs one task with `seconds` of processor time, beyond which the kernel ends the child."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + seconds, hard))
    try:
        return Success(function(*arguments))
    except Unreadable as fault:
        return Refusal(fault.code, fault.claimed_format, fault.detail)
    except MemoryError:
        # The heap is in pieces: the next file gets a fresh child.
        os._exit(_MEMORY_EXIT)
    except OSError as fault:
        return DiskFault(fault.errno or 0, fault.strerror or str(fault), str(fault.filename or ""))
    except Exception:  # noqa: BLE001 - the parent quarantines the message with this text
        return ChildFault(traceback.format_exc())


def unpack(path: Path, scratch: Path) -> MessageFacts:
    """`message.unpack`."""
    from parsers.mail import message

    return message.unpack(path, scratch)


def parse(path: Path, scratch: Path) -> Facts:
    """`parsers.parse`."""
    import parsers

    return parsers.parse(path, scratch)


def inspect(path: Path, scratch: Path, request: Request, before: Inspection | None) -> Inspection:
    """`parsers.scan.reader.inspect`."""
    from parsers.scan import reader

    return reader.inspect(path, scratch, request, before)
