"""Names in zip archives: UTF-8 where the member says so, else what the sender's machine wrote.

Chinese Windows writes GBK without saying so, macOS UTF-8 without saying so.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from parsers.common.text import guess

_UTF8_FLAG = 0x800
_UNICODE_PATH = 0x7075
"""The Info-ZIP Unicode Path extra field (APPNOTE.TXT 4.6.9)."""


@dataclass(frozen=True, slots=True)
class ZipName:
    """A name's bytes, whether they are said to be UTF-8, and the member's extra fields."""

    raw: bytes
    is_utf8: bool
    extra: bytes

    @classmethod
    def of(cls, decoded: str, flags: int, extra: bytes) -> ZipName:
        """The same from what zipfile gives when it takes unmarked names for Latin-1."""
        is_utf8 = bool(flags & _UTF8_FLAG)
        return cls(decoded.encode("utf-8" if is_utf8 else "latin-1"), is_utf8, extra)

    def told(self) -> str | None:
        """The name as far as the member itself says its encoding; None where it does not."""
        try:
            for field, content in _fields(self.extra):
                # The checksum is of the plain name: a tool that renames drops neither it nor the field.
                if field == _UNICODE_PATH and content[1:5] == zlib.crc32(self.raw).to_bytes(4, "little"):
                    return content[5:].decode("utf-8")
            return self.raw.decode("utf-8") if self.is_utf8 else None
        except UnicodeDecodeError:
            return None


def _fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    while len(extra) >= 4:
        length = int.from_bytes(extra[2:4], "little")
        yield int.from_bytes(extra[:2], "little"), extra[4 : 4 + length]
        extra = extra[4 + length :]


def decoded_names(names: list[ZipName]) -> list[str]:
    """The names as text, in the same order; those of unsaid encoding are judged together.

    One short GBK name may well be valid UTF-8 too, all names of an archive hardly ever.
    """
    unsaid = [name.raw.replace(b"\n", b" ") for name in names if name.told() is None]
    together = guess(b"\n".join(unsaid))
    texts = together.split("\n") if "\ufffd" not in together else [guess(raw) for raw in unsaid]
    guessed = iter(texts)
    return [told if (told := name.told()) is not None else next(guessed) for name in names]
