"""What runs in a reading process: tasks of one mail behind the walls, whose failures become plain values.

It is forked from the fork server for one mail, one scan, or some mails of one sender (`bundle.py`), and ends
with them, so that what a file does to it no other sender's file meets.
"""

from __future__ import annotations

import ctypes
import errno
import logging
import math
import os
import pickle
import resource
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from intake.domain.model.facts import Attachment, Facts, MessageFacts
from intake.domain.model.inspection import Box, Inspection, Picture, Request
from parsers.common import limits
from parsers.common.contract import Unreadable
from parsers.sandbox import frames, walls
from parsers.sandbox.answers import ChildFault, DiskFault, Refusal, WholeMail, encoded, encoded_failure

Ends = Callable[[MessageFacts | Facts | str], bool]
"""Told what a mail or a file says, or a file's name: whether nothing more of the mail may be opened."""

RAR = b"Rar!"
"""How a file begins whose unpacker wants more of the system than all others: it is read alone."""

OUT_OF_MEMORY = 77
"""Our own exit on MemoryError: the heap is in pieces."""

_DEATH_SIGNAL = 1
_REQUEST_BYTES = 256 * limits.MIB
_OVER_OUR_LIMITS = {
    errno.EFBIG: f"wrote a file of more than {limits.READER_FILE_BYTES} bytes",
    errno.EAGAIN: f"started more than {limits.PROCESSES} processes",
    errno.EMFILE: "opened too many files at once",
}


@dataclass(frozen=True, slots=True)
class WorkPlace:
    """Where a reading process lives: what it may read, the folder that it works in, and how much it may have.

    `code` are folders of programs besides our own.
    """

    room: Path
    readable: tuple[Path, ...] = ()
    workable: tuple[Path, ...] = ()
    code: tuple[Path, ...] = ()
    address_space: int = limits.ADDRESS_SPACE


@dataclass(frozen=True, slots=True)
class Order:
    """One task: a function of ours to call, the type of its answer, seconds of processor time."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    kind: Any
    seconds: int


def serve(line: socket.socket, instructions: bytes, processes: int, parent: int) -> NoReturn:
    """Does the tasks that come over `line` and ends this process; never returns or raises.

    First comes the place, then one order after the other, all pickled by the service.  `instructions`
    is the filter of system calls, `processes` what its whole account may have, `parent` the fork server.
    """
    code = 70
    try:
        os.setsid()
        _die_with(parent)
        sys.path[:], place = _received(line, limits.GRACE_SECONDS)
        _enter(place, instructions, processes)
        while True:
            try:
                order: Order = _received(line, limits.IDLE_SECONDS)
            except (frames.Broken, frames.FrameLate):
                code = 0
                break
            frames.write(line, _answer(order, place))
    except MemoryError:
        code = OUT_OF_MEMORY
    except (frames.Broken, frames.FrameLate):
        code = 0  # nobody listens any more, or nobody tells what is to be done
    except BaseException:  # noqa: BLE001 - walls that cannot be raised: told as our fault
        with suppress(Exception):
            frames.write(line, encoded_failure(ChildFault(traceback.format_exc())))
    finally:
        os._exit(code)


def _received(line: socket.socket, seconds: float) -> Any:
    data = frames.receive(line, _REQUEST_BYTES, time.monotonic() + seconds)
    return pickle.loads(data)  # noqa: S301 - written by the service


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(71)


def _enter(place: WorkPlace, instructions: bytes, processes: int) -> None:
    """Goes behind the walls, with a private folder for what libraries write."""
    logging.disable(logging.CRITICAL)  # parsers warn by the thousand on hostile files
    os.environ["TMPDIR"] = tempfile.tempdir = str(place.room)
    os.chdir(place.room)
    walls.confine(
        (*place.workable, place.room),
        place.readable,
        place.code,
        instructions,
        address_space=place.address_space,
        processes=processes,
    )


def _answer(order: Order, place: WorkPlace) -> bytes:
    try:
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + order.seconds, most))
        return encoded(order.function(*order.arguments), order.kind)
    except Unreadable as fault:
        return encoded_failure(Refusal(fault.code, fault.claimed_format, fault.detail))
    except MemoryError:
        raise
    except OSError as fault:
        if fault.errno in _OVER_OUR_LIMITS:
            return encoded_failure(Refusal("too-large", "unknown", _OVER_OUR_LIMITS[fault.errno]))
        if fault.errno in (errno.EPERM, errno.EACCES) and not _is_own(fault.filename, place):
            # One of our walls stood in the way of a library: no outage that passes by itself.
            return encoded_failure(ChildFault(traceback.format_exc()))
        told = DiskFault(fault.errno or 0, fault.strerror or str(fault), str(fault.filename or ""))
        return encoded_failure(told)
    except Exception:  # noqa: BLE001 - the service quarantines the message with this text
        return encoded_failure(ChildFault(traceback.format_exc()))


def _is_own(name: object, place: WorkPlace) -> bool:
    own = (place.room, *place.readable, *place.workable)
    return any(str(name).startswith(str(path)) for path in own)


def unpack(path: Path, scratch: Path) -> MessageFacts:
    """`message.unpack`."""
    from parsers.mail import message

    return message.unpack(path, scratch)


def parse(path: Path, scratch: Path) -> Facts:
    """`parsers.parse`."""
    import parsers

    return parsers.parse(path, scratch)


def read_mail(path: Path, scratch: Path, known: frozenset[str], ends: Ends) -> WholeMail:
    """`unpack`, and `parse` for its files and what lies in them, depth first; some may be left out.

    Left are those `known`, what another wall must open for, all from a mark on that `ends` the reading,
    and what does not come to its turn in time.
    """
    facts = unpack(path, scratch)
    files: dict[str, Facts] = {}
    if not ends(facts):
        until = time.process_time() + limits.TOGETHER_SECONDS / 2
        _read_files(facts.attachments, scratch, files, known, ends, until)
    return WholeMail(facts, files)


def _read_files(
    items: Iterable[Attachment],
    scratch: Path,
    files: dict[str, Facts],
    known: frozenset[str],
    ends: Ends,
    until: float,
    depth: int = 0,
) -> bool:
    """Reads files into `files`; false once no further one is to be opened."""
    for item in items:
        if item.content_hash in files or item.content_hash in known:
            continue
        if depth > limits.NESTING or len(files) >= limits.DOCUMENTS_PER_MESSAGE:
            return False
        if time.process_time() > until or ends(f"{item.folder}/{item.filename or ''}"):
            return False
        place = scratch / item.content_hash.removeprefix("sha256:")
        with place.open("rb") as file:
            if file.read(len(RAR)) == RAR:
                continue
        read = files[item.content_hash] = parse(place, scratch)
        members = getattr(read, "members", ())
        if ends(read) or not _read_files(members, scratch, files, known, ends, until, depth + 1):
            return False
    return True


def inspect(path: Path, scratch: Path, request: Request, before: Inspection | None) -> Inspection:
    """`parsers.scan.reader.inspect`."""
    from parsers.scan import reader

    return reader.inspect(path, scratch, request, before)


def draw(path: Path, scratch: Path, number: int, turned: int, seals: tuple[Box, ...]) -> Picture:
    """`parsers.scan.reader.draw`."""
    from parsers.scan import reader

    return reader.draw(path, scratch, number, turned, seals)
