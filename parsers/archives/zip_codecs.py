"""The compression methods of zip members, piece by piece (APPNOTE.TXT 4.4.5).

zipfile's own reader is passed by: it needs an intact directory, refuses a member whose
two names differ in encoding, and does not know Deflate64, which Windows writes.
"""

from __future__ import annotations

import bz2
import lzma
import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from parsers.archives.members import MemberLost
from parsers.common import limits

STORED = 0
_PIECE = 64 * limits.KIB
_SMALL_PIECE = 4 * limits.KIB
_MOST_AT_ONCE = 256 * limits.KIB
_FAULTS = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError)


class _Decoder(Protocol):
    """The interface that bz2 and lzma share."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Inflate:
    """zlib's raw deflate behind that interface."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)


class _Inflate64:
    """Deflate64 behind that interface; its library cannot bound the output of one call."""

    unused_data = b""
    needs_input = True

    def __init__(self) -> None:
        from inflate64 import Inflater

        self._inflater = Inflater()

    @property
    def eof(self) -> bool:
        return bool(self._inflater.eof)

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        small = range(0, len(data), _SMALL_PIECE)
        return b"".join(self._inflater.inflate(data[at : at + _SMALL_PIECE]) for at in small)


class _Lzma:
    """LZMA as zip holds it: version, length of the properties, properties, raw stream (APPNOTE 5.8.8)."""

    def __init__(self) -> None:
        self._head = b""
        self._lzma: lzma.LZMADecompressor | None = None

    @property
    def eof(self) -> bool:
        return self._lzma is not None and self._lzma.eof

    @property
    def needs_input(self) -> bool:
        return self._lzma is None or self._lzma.needs_input

    @property
    def unused_data(self) -> bytes:
        return self._lzma.unused_data if self._lzma else b""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        if self._lzma is None:
            self._head += data
            if len(self._head) < 9:
                return b""
            self._lzma, data = _lzma_from(self._head[4:9]), self._head[9:]
        return self._lzma.decompress(data, max_length)


def _lzma_from(properties: bytes) -> lzma.LZMADecompressor:
    packed, dictionary = properties[0], int.from_bytes(properties[1:5], "little")
    settings: dict[str, Any] = {
        "id": lzma.FILTER_LZMA1,
        "lc": packed % 9,
        "lp": packed // 9 % 5,
        "pb": packed // 45,
        "dict_size": max(min(dictionary, limits.ARCHIVE_MEMBER_BYTES), 4 * limits.KIB),
    }
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[settings])


class _Zstandard:
    """Zstandard behind that interface; what it refuses is never called damaged: windows may be too large."""

    unused_data = b""
    eof = False
    """It ends with the member: further frames may follow the first."""

    def __init__(self) -> None:
        self._frame = self._new()

    @staticmethod
    def _new() -> Any:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
        return zstd.ZstdDecompressor()

    @property
    def needs_input(self) -> bool:
        return not self._frame.unused_data if self._frame.eof else bool(self._frame.needs_input)

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        if self._frame.eof:
            data = self._frame.unused_data + data
            if not data:
                return b""
            self._frame = self._new()
        try:
            return bytes(self._frame.decompress(data, max_length))
        except MemoryError:
            raise
        except Exception as fault:
            raise MemberLost("too-large") from fault


def _xz() -> _Decoder:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ)


_DECODERS: dict[int, Callable[[], _Decoder]] = {
    8: _Inflate,
    9: _Inflate64,
    12: bz2.BZ2Decompressor,
    14: _Lzma,
    93: _Zstandard,
    95: _xz,
}


def is_known(method: int) -> bool:
    """True for a compression method that is read here."""
    return method == STORED or method in _DECODERS


def unpacked(packed: memoryview, method: int) -> Iterator[bytes]:
    """The content of `packed`, at most 256 KiB at a time (Deflate64: 4 MiB).

    Raises `MemberLost` where the bytes are damaged. What may be missing at the end is
    for the caller to see by size and checksum.
    """
    if method == STORED:
        for at in range(0, len(packed), _PIECE):
            yield bytes(packed[at : at + _PIECE])
        return
    decoder = _DECODERS[method]()
    try:
        for at in range(0, len(packed), _PIECE):
            yield from _decoded(decoder, bytes(packed[at : at + _PIECE]))
            if decoder.eof:
                return
    except _FAULTS as fault:
        raise MemberLost("unreadable") from fault


def _decoded(decoder: _Decoder, piece: bytes) -> Iterator[bytes]:
    while True:
        out = decoder.decompress(piece, _MOST_AT_ONCE)
        piece = b""
        if out:
            yield out
        # A full answer means that there may be more of it without any further input.
        if decoder.eof or (decoder.needs_input and len(out) < _MOST_AT_ONCE):
            return


def packed_length(rest: memoryview, method: int) -> int | None:
    """How many bytes of `rest` the compressed stream at its beginning takes.

    None where its end is not within `rest` or its method does not mark it. It is
    unpacked to find out, at most to the limit of one member.
    """
    if method not in (8, 12, 14):
        return None
    decoder = _DECODERS[method]()
    made = 0
    try:
        for at in range(0, len(rest), _PIECE):
            piece = bytes(rest[at : at + _PIECE])
            made += sum(len(out) for out in _decoded(decoder, piece))
            if decoder.eof:
                return at + len(piece) - len(decoder.unused_data)
            if made > limits.ARCHIVE_MEMBER_BYTES:
                return None
    except _FAULTS:
        return None
    return None
