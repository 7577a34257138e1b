"""winmail.dat: how Outlook packs a message's files when it thinks that Outlook will read it ([MS-OXTNEF]).

The format is a flat list of attributes, and a file may be cut off anywhere; what came
whole is taken. (The kept library for it pads bytes and loses files whose attributes
come in another order.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from intake.domain.model.facts import ContainerFacts, OpaqueFacts
from parsers.archives.members import REST, UNTOLD, Members
from parsers.common import magic
from parsers.mailfiles import mapi

_MESSAGE_LEVEL, _ATTACHMENT_LEVEL = 1, 2
_FROM, _SUBJECT, _BODY = 0x8000, 0x8004, 0x800C
_DATA, _TITLE = 0x800F, 0x8010
_ATTACHMENT_BEGINS, _MESSAGE_PROPERTIES, _ATTACHMENT_PROPERTIES = 0x9002, 0x9003, 0x9005
_CODEPAGE = 0x9007
_HEADER, _TRAILER = 9, 2
_INTERFACE = 16
_MESSAGE_INTERFACE = bytes.fromhex("0703020000000000c000000000000046")
_NAMED = 0x8000
_MULTIPLE = 0x1000
_FIXED = {0x02: 2, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 2, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = (mapi.STRING8, mapi.UNICODE, mapi.BINARY, mapi.OBJECT)


@dataclass(slots=True)
class _File:
    title: bytes = b""
    data: bytes | None = None
    is_whole: bool = True
    properties: mapi.Properties = field(default_factory=mapi.Properties)


class TnefParser:
    """TNEF streams, as winmail.dat or inside one another."""

    name = "tnef"
    version = 1

    def recognises(self, head: bytes, path: Path) -> bool:
        """True for TNEF's signature."""
        return magic.kind(head) == "tnef"

    def parse(self, path: Path, scratch: Path) -> ContainerFacts | OpaqueFacts:
        """The files of the stream, and what its message says."""
        data = path.read_bytes()
        message = mapi.Properties()
        files: list[_File] = []
        members = Members(scratch, len(data))
        for level, number, value, is_whole in _attributes(data):
            if level == _MESSAGE_LEVEL:
                _take_message(message, number, value)
                if not is_whole:
                    members.leave_out(REST, "unreadable")
                continue
            if number == _ATTACHMENT_BEGINS or not files:
                files.append(_File())
            _take_file(files[-1], number, value, is_whole)
        return _facts(message, files, members)


def _attributes(data: bytes) -> Iterator[tuple[int, int, bytes, bool]]:
    """Level, number and value of each attribute; the last one may be cut off, and garbage may follow it."""
    position = 6
    while position + _HEADER <= len(data):
        number = int.from_bytes(data[position + 1 : position + 3], "little")
        if data[position] not in (_MESSAGE_LEVEL, _ATTACHMENT_LEVEL):
            return
        length = int.from_bytes(data[position + 5 : position + 9], "little")
        begun = position + _HEADER
        value = data[begun : begun + length]
        yield data[position], number, value, len(value) == length
        position = begun + length + _TRAILER


def _take_message(message: mapi.Properties, number: int, value: bytes) -> None:
    if number == _CODEPAGE:
        message.codepage = int.from_bytes(value[:4], "little")
    elif number == _SUBJECT:
        message.values.setdefault(mapi.SUBJECT, (mapi.STRING8, value))
    elif number == _BODY:
        message.values.setdefault(mapi.BODY, (mapi.STRING8, value))
    elif number == _FROM:
        _, _, address = value.rpartition(b":")
        message.values.setdefault(mapi.SENT_BY_ADDRESS, (mapi.STRING8, address))
    elif number == _MESSAGE_PROPERTIES:
        message.values |= _properties(value)


def _take_file(file: _File, number: int, value: bytes, is_whole: bool) -> None:
    file.is_whole &= is_whole
    if number == _TITLE:
        file.title = value.rstrip(b"\x00")
    elif number == _DATA:
        file.data = value
    elif number == _ATTACHMENT_PROPERTIES:
        file.properties.values |= _properties(value)


def _facts(message: mapi.Properties, files: list[_File], members: Members) -> ContainerFacts | OpaqueFacts:
    for file in files:
        file.properties.codepage = message.codepage
        file.properties.values.setdefault(mapi.SHORT_NAME, (mapi.STRING8, file.title))
        name = mapi.line(file.properties, mapi.LONG_NAME, mapi.SHORT_NAME, mapi.DISPLAY_NAME) or None
        data, claimed_type = _content(file)
        if data is None and file.is_whole and not name:
            continue  # an attachment without content: Outlook writes them for pictures drawn elsewhere
        if data is None or not file.is_whole:
            members.leave_out(name, "unreadable")
        else:
            members.add(name, [data], len(data), claimed_type)
    facts = members.finish("tnef")
    if isinstance(facts, OpaqueFacts):
        return facts
    return ContainerFacts(
        "tnef",
        facts.members,
        facts.left_out,
        subject=mapi.line(message, mapi.SUBJECT),
        sender=mapi.sender(message),
        body=mapi.body(message),
    )


def _content(file: _File) -> tuple[bytes | None, str]:
    """The bytes of a file and its claimed type; those of an enclosed message are a stream of their own."""
    claimed_type = mapi.line(file.properties, mapi.MIME_TYPE).lower() or UNTOLD
    kind, value = file.properties.values.get(mapi.ATTACH_DATA, (0, b""))
    if kind == mapi.OBJECT and len(value) > _INTERFACE:
        is_message = value.startswith(_MESSAGE_INTERFACE)
        return value[_INTERFACE:], "application/ms-tnef" if is_message else claimed_type
    return (value if kind == mapi.BINARY else file.data), claimed_type


def _properties(data: bytes) -> dict[int, tuple[int, bytes]]:
    """A list of properties ([MS-OXTNEF] 2.1.3.4): number to type and first value, as far as it goes."""
    found: dict[int, tuple[int, bytes]] = {}
    reader = _TnefReader(data, 4)
    for _ in range(int.from_bytes(data[:4], "little")):
        kind, number = reader.take(2), reader.take(2)
        if number >= _NAMED:
            reader.skip_name()
        value = reader.value(kind)
        if value is None:
            break
        found.setdefault(number, (kind & ~_MULTIPLE, value))
    return found


@dataclass(slots=True)
class _TnefReader:
    data: bytes
    position: int

    def take(self, size: int) -> int:
        self.position += size
        return int.from_bytes(self.data[self.position - size : self.position], "little")

    def skip_name(self) -> None:
        self.position += 16
        if self.take(4) == 0:
            self.position += 4
        else:
            self._block()

    def value(self, kind: int) -> bytes | None:
        """The first of a property's values, all of them passed; None where the list ends or is damaged."""
        base = kind & ~_MULTIPLE
        variable = base in _VARIABLE
        if not variable and base not in _FIXED:
            return None
        count = self.take(4) if variable or kind & _MULTIPLE else 1
        first: bytes | None = None
        for _ in range(min(count, len(self.data))):
            value = self._block() if variable else self._fixed(_FIXED[base])
            if value is None:
                return None
            first = value if first is None else first
        self.position += -self.position % 4
        return first or b""

    def _fixed(self, size: int) -> bytes | None:
        self.position += size
        return self.data[self.position - size : self.position] if self.position <= len(self.data) else None

    def _block(self) -> bytes | None:
        """A length, so many bytes, and the bytes up to the next multiple of four."""
        size = self.take(4)
        begun = self.position
        self.position += size + -size % 4
        return self.data[begun : begun + size] if begun + size <= len(self.data) else None
