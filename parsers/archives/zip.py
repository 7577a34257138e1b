"""zip archives: by their directory, or, where that is lost, by what still stands in order (APPNOTE.TXT)."""

from __future__ import annotations

import mmap
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from intake.domain.model.facts import ContainerFacts, OpaqueFacts
from parsers.archives import zip_codecs
from parsers.archives.members import REST, MemberLost, Members
from parsers.archives.zip_names import ZipName, decoded_names
from parsers.common import limits, package
from parsers.common.contract import Unreadable

LOCAL = b"PK\x03\x04"
CENTRAL = b"PK\x01\x02"
END = b"PK\x05\x06"
_DESCRIPTOR = b"PK\x07\x08"
_LOCAL_BYTES = 30
_END_BYTES = 22
_END_WITHIN = 64 * limits.KIB + _END_BYTES
"""The end record stands before a comment of at most 64 KiB (4.3.16)."""
_ENCRYPTED = 0x1
_SIZES_FOLLOW = 0x8
_UNIX = 3


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """A member as the directory or its own header describes it; `header` is where that begins."""

    name: ZipName
    method: int
    flags: int
    crc: int
    packed: int
    size: int
    header: int
    attributes: int = 0
    """The Unix mode, where a Unix program wrote the archive."""


def unpack(path: Path, scratch: Path) -> ContainerFacts | OpaqueFacts:
    """Takes the files out; `OpaqueFacts` for one part of a split archive, which takes the others.

    Raises `Unreadable` for a locked or damaged archive, or a bomb.
    """
    with path.open("rb") as file:
        # Never closed by hand: that fails while a fault on its way up still holds a view of it.
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    members = Members(scratch, len(data))
    listed = _listed(path)
    if _is_part(data, listed is not None):
        return OpaqueFacts("archive")
    entries, whole = (listed, True) if listed is not None else _salvaged(data)
    _refuse_overlap(entries)
    names = decoded_names([entry.name for entry in entries])
    view = memoryview(data)
    for entry, name in zip(entries, names, strict=True):
        _take(entry, name, view, members)
    if not whole:
        members.leave_out(REST, "unreadable")
    return members.finish("zip")


def _is_part(data: mmap.mmap, has_directory: bool) -> bool:
    """True for a part of a split archive (.z01 and .zip), which can be read only with all the others."""
    end = data.rfind(END, max(len(data) - _END_WITHIN, 0))
    disk = int.from_bytes(data[end + 4 : end + 6], "little") if end >= 0 else 0
    return disk not in (0, 0xFFFF) or (data[:4] == _DESCRIPTOR and not has_directory)


def _listed(path: Path) -> list[ZipEntry] | None:
    """The directory, in its order; None where it is lost."""
    try:
        with package.opened(path) as archive:
            return [_entry(info) for info in archive.infolist()]
    except package.DAMAGE:
        return None


def _entry(info: zipfile.ZipInfo) -> ZipEntry:
    return ZipEntry(
        name=ZipName.of(info.orig_filename, info.flag_bits, info.extra),
        method=info.compress_type,
        flags=info.flag_bits,
        crc=info.CRC,
        packed=info.compress_size,
        size=info.file_size,
        header=info.header_offset,
        attributes=info.external_attr >> 16 if info.create_system == _UNIX else 0,
    )


def _refuse_overlap(entries: list[ZipEntry]) -> None:
    """Members that share bytes unpack to far more than is there; no honest program writes them."""
    spans = sorted((entry.header, entry.header + _LOCAL_BYTES + entry.packed) for entry in entries)
    if any(first[1] > second[0] for first, second in pairwise(spans)):
        raise Unreadable("too-large", "zip", "its members overlap, as only a bomb's do")


def _take(entry: ZipEntry, name: str, view: memoryview, members: Members) -> None:
    if (entry.size == 0 and name.endswith(("/", "\\"))) or stat.S_ISDIR(entry.attributes):
        return
    if entry.flags & _ENCRYPTED:
        members.leave_locked(name, entry.size)
    elif entry.attributes and stat.S_IFMT(entry.attributes) not in (0, stat.S_IFREG):
        # A link is never followed; what it should lead to is missing.
        members.leave_out(name, "unreadable")
    elif not zip_codecs.is_known(entry.method) or entry.packed < 0:
        # One that is cut off may go on in the next part of an archive split by size (.zip.001).
        members.leave_to_a_person(name)
    else:
        members.add(name, _content(entry, view), entry.size)


def _content(entry: ZipEntry, view: memoryview) -> Iterator[bytes]:
    """The member's bytes; `MemberLost`, at the latest at their end, when they are not what was packed."""
    head = bytes(view[entry.header : entry.header + _LOCAL_BYTES])
    start = entry.header + _LOCAL_BYTES + _number(head, 26, 2) + _number(head, 28, 2)
    end = start + entry.packed
    if not head.startswith(LOCAL) or entry.packed < 0 or end > len(view):
        raise MemberLost("unreadable")
    size = crc = 0
    for chunk in zip_codecs.unpacked(view[start:end], entry.method):
        size += len(chunk)
        if size > entry.size:
            raise MemberLost("unreadable")
        crc = zlib.crc32(chunk, crc)
        yield chunk
    if size != entry.size or crc != entry.crc:
        raise MemberLost("unreadable")


def _number(data: bytes, at: int, length: int) -> int:
    return int.from_bytes(data[at : at + length], "little")


def _salvaged(data: mmap.mmap) -> tuple[list[ZipEntry], bool]:
    """The members that can be read without a directory, and whether they are surely all.

    One whose bytes are cut off is in the list too, with `packed` -1.
    """
    entries: list[ZipEntry] = []
    at = data.find(LOCAL)
    while at >= 0 and data[at : at + 4] == LOCAL:
        entry, after = _salvaged_entry(data, at)
        if entry is None or len(entries) >= limits.ARCHIVE_MEMBERS:
            return entries, False
        entries.append(entry)
        lost = entry.packed < 0
        at = data.find(LOCAL, after) if lost or data[after : after + 2] != b"PK" else after
        if lost and at < 0:
            return entries, False
    return entries, at >= 0 and data[at : at + 4] == CENTRAL


def _salvaged_entry(data: mmap.mmap, at: int) -> tuple[ZipEntry | None, int]:
    """The member whose header stands at `at`, and where to look for the next; None for half a header."""
    head = data[at : at + _LOCAL_BYTES]
    name_end = at + _LOCAL_BYTES + _number(head, 26, 2)
    start = name_end + _number(head, 28, 2)
    if len(head) < _LOCAL_BYTES or start > len(data):
        return None, at
    flags, method = _number(head, 6, 2), _number(head, 8, 2)
    crc, packed, size = _number(head, 14, 4), _number(head, 18, 4), _number(head, 22, 4)
    after = start + packed
    if flags & _SIZES_FOLLOW and not packed:
        crc, packed, size, after = _sizes_after(data, start, method)
    elif after > len(data):
        packed, after = -1, len(data)
    raw, extra = data[at + _LOCAL_BYTES : name_end], data[name_end:start]
    return ZipEntry(ZipName(raw, bool(flags & 0x800), extra), method, flags, crc, packed, size, at), after


def _sizes_after(data: mmap.mmap, start: int, method: int) -> tuple[int, int, int, int]:
    """Checksum, packed and unpacked size and the end of a member, whose descriptor follows it (4.3.9).

    A stream that marks its own end is followed to it; a stored or encrypted one ends
    where a descriptor names just the distance gone. Packed is -1 where there is no end.
    """
    with memoryview(data) as view, view[start:] as rest:
        packed = zip_codecs.packed_length(rest, method)
    end = start + packed if packed is not None else data.find(_DESCRIPTOR, start)
    while end >= 0:
        signed = data[end : end + 4] == _DESCRIPTOR
        body = data[end + 4 : end + 24] if signed else data[end : end + 20]
        for width in (4, 8):
            if len(body) >= 4 + 2 * width and _number(body, 4, width) == end - start:
                after = end + 4 * signed + 4 + 2 * width
                return _number(body, 0, 4), end - start, _number(body, 4 + width, width), after
        end = data.find(_DESCRIPTOR, end + 4) if packed is None else -1
    return 0, -1, 0, _behind_inner(data, start)


def _behind_inner(data: mmap.mmap, start: int) -> int:
    """Where a stored archive at `start` ends: its members are not those of the archive around it."""
    if data[start : start + 4] != LOCAL:
        return start
    end = data.find(END, start)
    return end + _END_BYTES if end >= 0 else len(data)
