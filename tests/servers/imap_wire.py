"""The words of IMAP (RFC 3501) that the fault server needs, as pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from imaplib import Time2Internaldate

from imapclient.imap_utf7 import decode as decode_utf7
from imapclient.imap_utf7 import encode as encode_utf7


@dataclass(frozen=True, slots=True)
class Stored:
    """A message as the server has it; `uid` may leave gaps, `internal_date` is aware."""

    uid: int
    raw: bytes
    internal_date: datetime
    flags: tuple[str, ...] = ()


_SECTION = re.compile(
    r"(?P<what>BODY(?:\.PEEK)?)\[(?P<section>[^\]]*)\](?:<(?P<start>\d+)\.(?P<count>\d+)>)?"
    r"|(?P<plain>[A-Z0-9.]+)",
    re.IGNORECASE,
)


def arguments(rest: str) -> list[str]:
    """The words of a command's rest, quoted strings without their quotes."""
    found = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', rest)
    return [re.sub(r"\\(.)", r"\1", quoted) or bare for quoted, bare in found]


def folder_name(word: str) -> str:
    """The decoded name of a folder as a client writes it (modified UTF-7, §5.1.3)."""
    name = decode_utf7(word.encode("ascii"))
    return "INBOX" if name.upper() == "INBOX" else name


def written_name(name: str) -> str:
    """A folder's name as the server writes it: modified UTF-7 in quotes."""
    return f'"{encode_utf7(name).decode("ascii")}"'


def numbered(messages: Sequence[Stored], number_set: str, by_uid: bool) -> Iterator[tuple[int, Stored]]:
    """The messages of a sequence set (§9), each with its sequence number, in the folder's order.

    `*` is the last message, and ranges may stand either way round: `9:*` in a
    folder whose last UID is 5 gives the message 5 (§6.4.8), which surprises
    clients again and again.
    """
    last = (messages[-1].uid if by_uid else len(messages)) if messages else 0
    ranges = []
    for part in number_set.split(","):
        ends = [last if end == "*" else int(end) for end in part.split(":")]
        ranges.append((min(ends), max(ends)))
    for sequence, message in enumerate(messages, 1):
        number = message.uid if by_uid else sequence
        if any(low <= number <= high for low, high in ranges):
            yield sequence, message


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a FETCH asks for; `section` is None for what is no body."""

    name: str
    section: str | None = None
    span: tuple[int, int] | None = None

    @property
    def label(self) -> str:
        """The item's name as the answer bears it (§7.4.2)."""
        if self.section is None:
            return self.name
        start = f"<{self.span[0]}>" if self.span else ""
        return f"BODY[{self.section}]{start}"

    @property
    def whole(self) -> bool:
        """Whether the item is the message's whole text."""
        return self.section == "" and self.span is None


def items(text: str, by_uid: bool) -> list[Item]:
    """What a FETCH asks for; a UID FETCH always gives the UID (§6.4.8)."""
    found = []
    for match in _SECTION.finditer(text):
        if match["plain"]:
            found.append(Item(match["plain"].upper()))
            continue
        span = (int(match["start"]), int(match["count"])) if match["start"] else None
        found.append(Item(match["what"].upper(), match["section"].upper(), span))
    if by_uid and not any(item.name == "UID" for item in found):
        found.insert(0, Item("UID"))
    return found


def body(raw: bytes, item: Item) -> bytes:
    """The bytes of a body item: the whole text, or its header; a span of them where one was asked for.

    Raises ValueError for a section that this server does not know.
    """
    head, separator, _ = raw.partition(b"\r\n\r\n")
    section = item.section or ""
    if section == "":
        found = raw
    elif section == "HEADER":
        found = head + separator
    elif section.startswith("HEADER.FIELDS ("):
        found = b"".join(_fields(head, section[15:].rstrip(")").split())) + b"\r\n"
    else:
        raise ValueError(f"section {section} is not known")
    return found[item.span[0] : sum(item.span)] if item.span else found


def _fields(head: bytes, names: Iterable[str]) -> Iterator[bytes]:
    wanted = {name.strip('"').encode("ascii").upper() for name in names}
    for field in re.split(rb"\r\n(?![ \t])", head):
        if field.partition(b":")[0].strip().upper() in wanted:
            yield field + b"\r\n"


def plain(message: Stored, item: Item, size: int) -> str:
    """The answer to an item that is no body.

    Raises ValueError for one that this server does not know.
    """
    match item.name:
        case "UID":
            return str(message.uid)
        case "FLAGS":
            return f"({' '.join(message.flags)})"
        case "INTERNALDATE":
            return Time2Internaldate(message.internal_date)
        case "RFC822.SIZE":
            return str(size)
    raise ValueError(f"item {item.name} is not known")
