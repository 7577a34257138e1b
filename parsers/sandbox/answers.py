"""What comes back from a reading process: bytes that say nothing but facts, and are believed in nothing else.

Its process may be in a stranger's hands, so that its answer is data of that stranger.  It is JSON (RFC 8259)
decoded into the types that were asked for; pickles, which run code, travel to the process alone.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import stat
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, from_json

from intake.domain.model.facts import Attachment, Facts, MessageFacts
from intake.domain.model.inspection import Inspection, Picture
from parsers.common import limits
from parsers.common.contract import UnreadableCode

VALUE, REFUSAL, DISK_FAULT, FAULT = b"V", b"R", b"D", b"F"

_HASH = re.compile(r"sha256:[0-9a-f]{64}")
_LARGEST = 2**53
_ESCAPED_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
_SUSPECT = re.compile(rb"NaN|Infinity|\\u0000|(?:^|[\s:,\[])-?(?:[0-9]{16}|[0-9]+(?:\.[0-9]+)?[eE])")
"""Where JSON may hold a number that no database takes, or NUL: looked at value by value.

A number stands at the beginning, or behind a bracket, comma, colon or blank; elsewhere such characters are
those of a hash, of which every answer has some.
"""


def is_hash(name: str) -> bool:
    """True for a content hash; anything else may be a path of a stranger's."""
    return _HASH.fullmatch(name) is not None


class NoSoundAnswer(Exception):
    """The bytes are no answer to what was asked; the text says why, for staff."""


@dataclass(frozen=True, slots=True)
class WholeMail:
    """What a mail says, and what those of its files say that were read with it, by their hashes."""

    facts: MessageFacts
    files: dict[str, Facts]


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


Failure = Refusal | DiskFault | ChildFault
_FAILURES: dict[bytes, type[Failure]] = {REFUSAL: Refusal, DISK_FAULT: DiskFault, FAULT: ChildFault}
_TAGS = {kind: tag for tag, kind in _FAILURES.items()}


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def prepare(*kinds: Any) -> None:
    """Makes the decoders of these types beforehand, which takes some milliseconds for each."""
    for kind in (*kinds, *_TAGS):
        _adapter(kind)


def encoded(value: Any, kind: Any) -> bytes:
    """The answer of a task that went well, as a value of the type `kind`."""
    return VALUE + _json(value, kind)


def encoded_failure(failure: Failure) -> bytes:
    """The answer of a task that did not."""
    kind = type(failure)
    return _TAGS[kind] + _json(failure, kind)


def decoded(answer: bytes, kind: Any) -> Any:
    """The value of the type `kind`, or a `Failure`; raises `NoSoundAnswer`."""
    failure = _FAILURES.get(answer[:1])
    if failure is None and answer[:1] != VALUE:
        raise NoSoundAnswer("it begins with none of the known marks")
    data = answer[1:]
    try:
        if _SUSPECT.search(data):
            _check(from_json(data, allow_inf_nan=False))
        wanted: Any = failure or kind
        return _adapter(wanted).validate_json(data, strict=True)
    except (ValidationError, ValueError, RecursionError) as fault:
        # Its own text would repeat what the stranger wrote.
        raise NoSoundAnswer(f"not of the type asked for ({type(fault).__name__})") from None


def vouch(value: Any, room: Path, scratch: Path) -> None:
    """Copies the files that `value` names out of `room`, where the process works, into `scratch`.

    Copied, since the process may live and hold what it wrote open.  Raises `NoSoundAnswer` for a file
    that is not what its hash says, or a name that is none.
    """
    for item in _files_of(value):
        if not is_hash(item.content_hash):
            raise NoSoundAnswer("a hash that is none")
        if isinstance(item, Attachment):
            _check_names(item)
        name = item.content_hash.removeprefix("sha256:")
        if os.path.lexists(room / name):
            take(room / name, scratch / name, item.size)


def _files_of(value: Any) -> tuple[Attachment | Picture, ...]:
    if isinstance(value, MessageFacts):
        return value.attachments
    if isinstance(value, WholeMail):
        members = (item for file in value.files.values() for item in _files_of(file))
        return (*value.facts.attachments, *members)
    if isinstance(value, Inspection):
        return value.pictures
    return tuple(getattr(value, "members", ()))


def _check_names(item: Attachment) -> None:
    name, folder = item.filename or "", item.folder
    if len(name) > limits.NAME_CHARACTERS or len(folder) > limits.FOLDER_CHARACTERS:
        raise NoSoundAnswer("a name over the limit")
    if any(character in "/\\" or character < " " for character in name):
        raise NoSoundAnswer("a name with a path in it")


def take(made: Path, wanted: Path, size: int) -> None:
    """Copies a plain file of that size whose hash is its name, and nothing else: no link, no pipe.

    Raises `NoSoundAnswer`.
    """
    try:
        handle = os.open(made, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as fault:
        if fault.errno in (errno.ELOOP, errno.EACCES, errno.ENXIO):
            raise NoSoundAnswer("a file that is none") from None
        raise
    digest, copied = hashlib.sha256(), 0
    part = wanted.with_name(f"{wanted.name}.part")
    with os.fdopen(handle, "rb") as source, part.open("wb") as target:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            while copied <= size and (piece := source.read(limits.MIB)):
                copied += len(piece)
                digest.update(piece)
                target.write(piece)
    if (digest.hexdigest(), copied) != (made.name, size):
        part.unlink()
        raise NoSoundAnswer("a file that is not what its hash says")
    part.replace(wanted)
    made.unlink()


def _json(value: Any, kind: Any) -> bytes:
    adapter = _adapter(kind)
    try:
        data = adapter.dump_json(value)
    except (PydanticSerializationError, UnicodeEncodeError):
        # Half a surrogate pair, which is no text: a question mark stands for it.
        told = json.dumps(adapter.dump_python(value), ensure_ascii=False, default=_told)
        data = told.encode("utf-8", "replace")
    return _ESCAPED_NUL.sub(rb"\1", data) if b"\\u0000" in data else data


def _told(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _check(value: Any) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            _check(key)
            _check(item)
    elif isinstance(value, list):
        for item in value:
            _check(item)
    elif isinstance(value, str):
        if "\0" in value:
            raise ValueError("NUL")
    elif isinstance(value, int | float) and abs(value) > _LARGEST:
        raise ValueError("a number beyond all measure")
