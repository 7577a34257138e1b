"""Changes to real files: small ones in any place, and those that parsers trip over."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from random import Random

TOKENS = (
    *(b"\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\r\n\r\n", b"--=_b\r\n", b"=?gbk?B?", b"''%"),
    *(b"Content-Type: multipart/mixed; boundary=a\r\n", b"Content-Transfer-Encoding: base64\r\n"),
    *(b"PK\1\2", b"PK\3\4", b"PK\5\6", b"obj<</Length 9 0 R>>stream", b"endobj", b"[" * 200, b"<<" * 200),
    *(
        b"<w:tbl><w:tr><w:tc>",
        b"</w:tc>",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
        b"&a;",
        b"w:val=''",
        b"-1",
        b"9" * 30,
    ),
)
Change = Callable[[bytearray, Random], None]


def mutated(seeds: Sequence[bytes], chance: Random) -> bytes:
    """One of the seeds, changed in a few places; the same chance gives the same bytes.

    A zip file is at times changed within a member and packed anew, so that the change
    gets past the checksums.
    """
    seed = chance.choice(seeds)
    if seed.startswith(b"PK") and chance.random() < 0.7:
        return _repacked(seed, chance)
    return _changed(seed, chance, chance.choice(seeds))


def _changed(seed: bytes, chance: Random, other: bytes = b"") -> bytes:
    data = bytearray(seed)
    for _ in range(chance.choice((1, 1, 2, 3, 8, 30))):
        chance.choice(CHANGES)(data, chance)
    if other and chance.random() < 0.1:
        data[_place(data, chance) :] = other[chance.randrange(len(other) + 1) :]
    return bytes(data)


def _repacked(seed: bytes, chance: Random) -> bytes:
    buffer = BytesIO()
    try:
        with zipfile.ZipFile(BytesIO(seed)) as old, zipfile.ZipFile(buffer, "w") as new:
            members = [(info, old.read(info)) for info in old.infolist()]
            target = chance.randrange(len(members)) if members else 0
            for at, (info, content) in enumerate(members):
                # A name alone would bear the time of this moment: the same chance, other bytes.
                named = zipfile.ZipInfo(info.filename)
                new.writestr(named, _changed(content, chance) if at == target else content)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError, EOFError):
        return _changed(seed, chance)  # locked or damaged by itself
    return buffer.getvalue()


def _place(data: bytearray, chance: Random) -> int:
    return chance.randrange(len(data) + 1)


def _flip(data: bytearray, chance: Random) -> None:
    if data:
        data[chance.randrange(len(data))] = chance.choice((0, 255, chance.randrange(256)))


def _insert(data: bytearray, chance: Random) -> None:
    at = _place(data, chance)
    data[at:at] = chance.choice(TOKENS)


def _delete(data: bytearray, chance: Random) -> None:
    at = _place(data, chance)
    del data[at : at + chance.choice((1, 4, 60, 1000))]


def _repeat(data: bytearray, chance: Random) -> None:
    at, length = _place(data, chance), chance.choice((1, 16, 200, 2000))
    data[at:at] = data[at : at + length] * chance.choice((1, 2, 20))


def _cut(data: bytearray, chance: Random) -> None:
    if chance.random() < 0.2:
        del data[_place(data, chance) :]


def _digit(data: bytearray, chance: Random) -> None:
    if found := re.compile(rb"[0-9]").search(data, _place(data, chance)):
        data[found.start()] = chance.choice(b"0123456789-")


CHANGES: tuple[Change, ...] = (_flip, _flip, _insert, _delete, _repeat, _cut, _digit)
