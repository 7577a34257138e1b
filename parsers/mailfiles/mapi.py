"""Properties of Outlook's own formats ([MS-OXPROPS]): their numbers, and their values as text."""

from __future__ import annotations

from dataclasses import dataclass, field

from parsers.common import limits
from parsers.common.text import clean, decode, one_line
from parsers.mail.htmltext import declared_charset, html_to_text

SUBJECT = 0x0037
SENT_BY_ADDRESS = 0x0065
SENDER_ADDRESS = 0x0C1F
BODY = 0x1000
RTF = 0x1009
HTML = 0x1013
DISPLAY_NAME = 0x3001
ATTACH_DATA = 0x3701
SHORT_NAME = 0x3704
LONG_NAME = 0x3707
MIME_TYPE = 0x370E
INTERNET_CODEPAGE = 0x3FDE
MESSAGE_CODEPAGE = 0x3FFD
SENDER_SMTP = 0x5D01
SENT_BY_SMTP = 0x5D02

STRING8 = 0x001E
UNICODE = 0x001F
BINARY = 0x0102
OBJECT = 0x000D
LONG = 0x0003

_SENDERS = (SENDER_SMTP, SENT_BY_SMTP, SENDER_ADDRESS, SENT_BY_ADDRESS)
_CODEPAGES = {936: "gb18030", 54936: "gb18030", 52936: "hz", 950: "big5", 65001: "utf-8", 20127: "ascii"}
_RTF_BYTES = 512 * limits.KIB
"""Rich text that is unpacked: a letter has 20 KiB; more is pictures, at a second for each MiB."""


@dataclass(slots=True)
class Properties:
    """The properties of a message or an attachment: number to type and raw value.

    `codepage` is a Windows code page number, which 8-bit strings are in.
    """

    values: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    codepage: int = 0

    def text(self, *numbers: int) -> str:
        """The first of these that is there and not empty, as text."""
        for number in numbers:
            kind, value = self.values.get(number, (0, b""))
            text = self._as_text(kind, value)
            if text.strip():
                return text
        return ""

    def _as_text(self, kind: int, value: bytes) -> str:
        if kind == UNICODE:
            return clean(value.decode("utf-16-le", "replace")).rstrip("\x00")
        if kind in (STRING8, BINARY):
            return clean(decode(value.rstrip(b"\x00"), charset(self.codepage)))
        return ""

    def number(self, number: int) -> int:
        """A whole number; 0 when absent."""
        kind, value = self.values.get(number, (0, b""))
        return int.from_bytes(value[:4], "little") if kind == LONG else 0

    def data(self, number: int) -> bytes | None:
        """A value as it stands; None when absent."""
        found = self.values.get(number)
        return found[1] if found else None


def line(properties: Properties, *numbers: int) -> str:
    """The first of these that is there, as one clean line."""
    return one_line(properties.text(*numbers))


def charset(codepage: int) -> str | None:
    """The name of a Windows code page; None for one that says nothing."""
    return _CODEPAGES.get(codepage) or (f"cp{codepage}" if codepage else None)


def sender(properties: Properties) -> str:
    """The sender's address, lower case; "" where only an Exchange path is known."""
    addresses = (one_line(properties.text(number)).lower() for number in _SENDERS)
    return next((address for address in addresses if "@" in address), "")


def body(properties: Properties) -> str:
    """What the message says: its plain text, else its HTML, else its rich text."""
    plain = properties.text(BODY).strip()
    if plain:
        return plain[: limits.BODY_CHARACTERS]
    kind, page = properties.values.get(HTML, (0, b""))
    if page:
        stated = charset(properties.number(INTERNET_CODEPAGE))
        html = (
            properties.text(HTML)
            if kind == UNICODE
            else clean(decode(page, stated or declared_charset(page)))
        )
        return html_to_text(html)[0][: limits.BODY_CHARACTERS]
    return _rich_text(properties.data(RTF) or b"")[: limits.BODY_CHARACTERS]


def _rich_text(packed: bytes) -> str:
    """PidTagRtfCompressed ([MS-OXRTFCP]) as text; "" where it cannot be read: a body is no document."""
    if not packed or max(len(packed), int.from_bytes(packed[4:8], "little")) > _RTF_BYTES:
        return ""
    from compressed_rtf import decompress
    from striprtf.striprtf import rtf_to_text

    try:
        rich = decompress(packed)[:_RTF_BYTES].decode("ascii", "replace")
        text: str = rtf_to_text(rich, errors="replace")  # type: ignore[no-untyped-call]
        return clean(text).strip()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - both raise whatever odd bytes lead them to
        return ""
