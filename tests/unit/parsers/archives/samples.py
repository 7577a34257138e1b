"""Archives made byte by byte, as programs that are not at hand here would write them."""

from __future__ import annotations

import hashlib
import io
import lzma
import random
import struct
import tarfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import py7zr
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from intake.domain.model.facts import ContainerFacts, Facts, UnreadableFacts

FORM, SCAN = "张三/最美科技志愿者推荐表.docx", "张三/扫描件/盖章.pdf"
FILES = {FORM: b"form" * 1000, SCAN: random.Random(1).randbytes(50_000), "空.txt": b""}
BRIEFLY = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)
UTF8 = 0x800
LOCKED = 0x1
SIZES_FOLLOW = 0x8
STORED, DEFLATED, DEFLATE64, ZSTANDARD, XZ = 0, 8, 9, 93, 95


@dataclass(frozen=True)
class Packed:
    """A zip member: its raw name, what is packed, and what its headers say of that."""

    name: bytes
    data: bytes = b""
    method: int = STORED
    flags: int = 0
    extra: bytes = b""
    mode: int = 0
    claimed_size: int | None = None
    claimed_crc: int | None = None

    @property
    def packed(self) -> bytes:
        """The bytes as they stand in the archive."""
        if self.method == STORED:
            return self.data
        if self.method == DEFLATE64:
            from inflate64 import Deflater

            deflater = Deflater()
            return bytes(deflater.deflate(self.data) + deflater.flush())
        if self.method == ZSTANDARD:
            from backports import zstd

            half = len(self.data) // 2
            return zstd.compress(self.data[:half]) + zstd.compress(self.data[half:])
        if self.method == XZ:
            return lzma.compress(self.data, lzma.FORMAT_XZ)
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return packer.compress(self.data) + packer.flush()

    def sizes(self) -> bytes:
        """Checksum, packed and unpacked size as the headers have them."""
        size = len(self.data) if self.claimed_size is None else self.claimed_size
        crc = zlib.crc32(self.data) if self.claimed_crc is None else self.claimed_crc
        return struct.pack("<III", crc, len(self.packed), size)

    def local(self) -> bytes:
        """Local header, data and, with `SIZES_FOLLOW`, the descriptor (APPNOTE 4.3.7 to 4.3.9)."""
        follow = bool(self.flags & SIZES_FOLLOW)
        head = struct.pack("<4s5H", b"PK\3\4", 20, self.flags, self.method, 0, 0)
        head += bytes(12) if follow else self.sizes()
        head += struct.pack("<HH", len(self.name), len(self.extra)) + self.name + self.extra
        return head + self.packed + (b"PK\7\x08" + self.sizes() if follow else b"")

    def central(self, offset: int) -> bytes:
        """The entry in the directory (4.3.12)."""
        head = struct.pack("<4s6H", b"PK\1\2", 0x0314, 20, self.flags, self.method, 0, 0) + self.sizes()
        lengths = (len(self.name), len(self.extra), 0, 0, 0, self.mode << 16, offset)
        return head + struct.pack("<5HII", *lengths) + self.name + self.extra


def zipped(*members: Packed, disk: int = 0, offsets: Mapping[int, int] | None = None) -> bytes:
    """A zip file; `offsets` makes the directory lie about where a member begins."""
    data, directory = b"", b""
    for number, member in enumerate(members):
        directory += member.central((offsets or {}).get(number, len(data)))
        data += member.local()
    counts = (disk, disk, len(members), len(members), len(directory), len(data), 0)
    return data + directory + struct.pack("<4s4HIIH", b"PK\5\6", *counts)


def unicode_path(raw: bytes, name: str) -> bytes:
    """The Info-ZIP Unicode Path extra field for a member whose plain name is `raw` (4.6.9)."""
    content = b"\1" + struct.pack("<I", zlib.crc32(raw)) + name.encode()
    return struct.pack("<HH", 0x7075, len(content)) + content


def sevenzip(files: Mapping[str, bytes], password: str | None = None, hidden: bool = False) -> bytes:
    """A 7z archive with its directory in plain bytes; `hidden` encrypts that too."""
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", password=password, header_encryption=hidden) as archive:
        archive.set_encoded_header_mode(hidden)
        for name, data in files.items():
            archive.writestr(data, name)
    return buffer.getvalue()


def tarred(files: Mapping[str, bytes], mode: str = "w", format: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar archive, compressed as `mode` says ("w:gz")."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=format) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def _block(kind: int, flags: int, body: bytes, data: bytes = b"") -> bytes:
    rest = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(rest) & 0xFFFF) + rest + data


def rar(files: Mapping[bytes, bytes], main: int = 0, flags: int = 0, mode: int = 0o100644) -> bytes:
    """A RAR 3 archive of stored files.

    `main` 0x1 makes it a volume, 0x80 hides its directory behind a password; `flags` 0x4
    locks each file.
    """
    data = b"Rar!\x1a\x07\x00" + _block(0x73, main, bytes(6))
    for name, content in files.items():
        body = struct.pack(
            "<IIBIIBBHI", len(content), len(content), 3, zlib.crc32(content), 0, 29, 0x30, len(name), mode
        )
        data += _block(0x74, 0x8000 | flags, body + name, content)
    return data + _block(0x7B, 0x4000, b"")


def contents(facts: Facts, scratch: Path) -> dict[str, bytes]:
    """Path and bytes of every member; their hashes and sizes are those of the bytes."""
    assert isinstance(facts, ContainerFacts), facts
    found = {}
    for member in facts.members:
        data = (scratch / member.content_hash.removeprefix("sha256:")).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (member.content_hash[7:], member.size)
        found["/".join(part for part in (member.folder, member.filename or "") if part)] = data
    return found


def refused(facts: Facts) -> tuple[str, str]:
    assert isinstance(facts, UnreadableFacts), facts
    return facts.code, facts.claimed_format


def mutated(
    original: bytes, data: st.DataObject, seal: Callable[[bytearray], None] = lambda _: None
) -> bytes:
    """The archive with a few bytes changed; `seal` mends checksums so that the change is looked at."""
    changed = bytearray(original)
    for _ in range(data.draw(st.integers(1, 4))):
        last = len(changed) - 1
        at = data.draw(st.integers(6, last) | st.integers(max(last - 120, 6), last))
        changed[at : at + 1] = data.draw(st.binary(min_size=1, max_size=1))
    if data.draw(st.booleans()):
        seal(changed)
    return bytes(changed)


def paths(facts: Facts) -> list[str]:
    """Folder and name of each member, in order."""
    assert isinstance(facts, ContainerFacts), facts
    return ["/".join(part for part in (m.folder, m.filename or "") if part) for m in facts.members]
