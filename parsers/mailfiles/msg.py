"""Outlook's saved messages, .msg ([MS-OXMSG]): a file system in a file, a folder for each attachment."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake.domain.model.facts import ContainerFacts, OpaqueFacts
from parsers.archives.members import UNTOLD, Members
from parsers.common import limits, magic
from parsers.mailfiles import mapi

_FIXED_VALUES = "__properties_version1.0"
_ATTACHMENT = "__attach_version1.0_"
_VALUE = re.compile(r"__substg1\.0_([0-9A-Fa-f]{4})([0-9A-Fa-f]{4})")
_EMBEDDED = "__substg1.0_3701000D"
_ENTRY = 16
_ROOT_HEADER, _EMBEDDED_HEADER, _ATTACHMENT_HEADER = 32, 24, 8


class OutlookParser:
    """Messages that Outlook saved or attached as .msg."""

    name = "outlook"
    version = 1

    def recognises(self, head: bytes, path: Path) -> bool:
        """True for a compound file with a message's list of values at its root."""
        if magic.kind(head) != "ole":
            return False
        import olefile

        try:
            with olefile.OleFileIO(str(path)) as ole:
                return bool(ole.exists(_FIXED_VALUES))
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - olefile raises whatever a damaged directory leads it to
            return False

    def parse(self, path: Path, scratch: Path) -> ContainerFacts | OpaqueFacts:
        """What the message says and its files; those of an enclosed message lie in a folder of its name."""
        import olefile

        members = Members(scratch, path.stat().st_size)
        with olefile.OleFileIO(str(path)) as ole:
            taking = _MsgTaking(_Folders(ole), members, [])
            said = taking.message((), _ROOT_HEADER, "", 0)
        facts = members.finish("outlook-message")
        if isinstance(facts, OpaqueFacts):
            return facts
        return ContainerFacts(
            "outlook-message",
            facts.members,
            facts.left_out,
            subject=mapi.line(said, mapi.SUBJECT),
            sender=mapi.sender(said),
            body="\n\n".join(filter(None, taking.words))[: limits.BODY_CHARACTERS],
        )


class _Folders:
    """The compound file: what lies in each folder, told once, and the streams."""

    def __init__(self, ole: Any) -> None:
        self._ole = ole
        self._names: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for entry in ole.listdir(streams=True, storages=True):
            self._names[tuple(entry[:-1])].append(entry[-1])

    def names(self, path: tuple[str, ...]) -> list[str]:
        """The names in a folder, in order."""
        return sorted(self._names.get(path, ()))

    def stream(self, path: tuple[str, ...], name: str) -> bytes:
        """A stream's bytes; none where the file is damaged there."""
        try:
            with self._ole.openstream([*path, name]) as stream:
                return bytes(stream.read())
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - olefile raises whatever a damaged file leads it to
            return b""


def _properties(folders: _Folders, path: tuple[str, ...], header: int) -> mapi.Properties:
    """The values of a message or an attachment: numbers in one list, each text in a stream of its own."""
    found = mapi.Properties()
    data = folders.stream(path, _FIXED_VALUES)
    for position in range(header, len(data) - _ENTRY + 1, _ENTRY):
        tag = int.from_bytes(data[position : position + 4], "little")
        if tag & 0xFFFF == mapi.LONG:
            found.values[tag >> 16] = (mapi.LONG, data[position + 8 : position + 12])
    for name in folders.names(path):
        # Named for number and type, in hex.
        value = _VALUE.fullmatch(name)
        if value and int(value[2], 16) in (mapi.STRING8, mapi.UNICODE, mapi.BINARY):
            found.values[int(value[1], 16)] = (int(value[2], 16), folders.stream(path, name))
    found.codepage = found.number(mapi.MESSAGE_CODEPAGE) or found.number(mapi.INTERNET_CODEPAGE)
    return found


@dataclass(slots=True)
class _MsgTaking:
    """Takes the files of a message and of those enclosed in it."""

    folders: _Folders
    members: Members
    words: list[str]

    def message(self, path: tuple[str, ...], header: int, folder: str, depth: int) -> mapi.Properties:
        """Takes all of one message; returns its properties."""
        said = _properties(self.folders, path, header)
        self.words.append(
            mapi.body(said) if not depth else f"{mapi.line(said, mapi.SUBJECT)}\n{mapi.body(said)}"
        )
        for name in self.folders.names(path):
            if name.startswith(_ATTACHMENT):
                self._attachment((*path, name), said.codepage, folder, depth)
        return said

    def _attachment(self, path: tuple[str, ...], codepage: int, folder: str, depth: int) -> None:
        values = _properties(self.folders, path, _ATTACHMENT_HEADER)
        values.codepage = codepage
        name = mapi.line(values, mapi.LONG_NAME, mapi.SHORT_NAME, mapi.DISPLAY_NAME).replace("/", "-")
        claimed = f"{folder}/{name}" if folder else name
        data = values.data(mapi.ATTACH_DATA)
        if data is not None:
            kind = mapi.line(values, mapi.MIME_TYPE).lower() or UNTOLD
            self.members.add(claimed or None, [data], len(data), kind)
        elif _FIXED_VALUES in self.folders.names((*path, _EMBEDDED)) and depth < limits.NESTING:
            self.message((*path, _EMBEDDED), _EMBEDDED_HEADER, claimed or "msg", depth + 1)
        elif self.folders.names((*path, _EMBEDDED)):
            self.members.leave_to_a_person(claimed)  # an object of another program, drawn into the text
        else:
            self.members.leave_out(claimed, "unreadable")
