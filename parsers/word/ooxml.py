"""Opens an Office Open XML package as Word and WPS do: leniently (ECMA-376 Part 2, OPC).

A missing directory, a dangling relationship, a lost styles.xml or content types list does not
keep the text from being read.  Only what the text needs is ever unpacked and parsed.

python-docx refuses strict OOXML and a package with one dangling relationship, both of which arrive, and
spends most of its time on styles that no form needs; it makes the forms of demo, tests and benchmark.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from parsers.common import limits, package
from parsers.common.contract import Unreadable
from parsers.common.xml import attribute, local_name, parsed

RELATIONSHIPS = "_rels/.rels"
USUAL_MAIN_PART = "word/document.xml"

_FLAT = re.compile(rb"<(?:\w+:)?(?:wordDocument|package)\b")
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_SIGNATURE = b"PK\x03\x04"
_DESCRIPTOR = b"PK\x07\x08"
_ENCRYPTED, _DESCRIBED_LATER = 0x1, 0x8
_STEP = 64 * limits.KIB


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of a package: `names` maps the lower-case path to a function that reads the part.

    Paths are told without the leading slash.  `complete` is false where the zip's directory
    was lost and only some parts could be saved; `raw` gives a part's bytes where they are at hand.
    """

    names: Mapping[str, Callable[[], Any]]
    complete: bool = True
    raw: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)

    def may_mention(self, name: str, word: bytes) -> bool:
        """False only where the part's bytes surely lack the word: then it need not be parsed for it."""
        read = self.raw.get(name.lower())
        if read is None:
            return True
        body = read()
        return word in body or body.startswith(_UTF_16)

    def root(self, name: str) -> Any:
        """The root element of a part, or None where the package has no such part.

        Raises `Unreadable` for a damaged one.
        """
        read = self.names.get(name.lower())
        return None if read is None else read()

    def optional(self, name: str) -> Any:
        """The root element of a part that the text can do without: None also where it is damaged."""
        try:
            return self.root(name)
        except Unreadable as fault:
            if fault.code == "too-large":
                raise
            return None

    def related(self, source: str) -> dict[str, tuple[str, str]]:
        """The relationships of a part inside the package: id to (the type's last word, the path)."""
        folder, name = posixpath.split(source)
        root = self.optional(posixpath.join(folder, "_rels", f"{name}.rels") if name else RELATIONSHIPS)
        found = {}
        for item in () if root is None else root:
            if attribute(item, "TargetMode").lower() != "external":
                target = attribute(item, "Target").replace("\\", "/")
                path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                found[attribute(item, "Id")] = (attribute(item, "Type").rpartition("/")[2], path)
        return found

    def main_part(self) -> str:
        """The document's path: as the relationships say, else as the content types do, else the usual one."""
        for kind, path in self.related("").values():
            if kind == "officeDocument" and path.lower() in self.names:
                return path
        types = self.optional(package.CONTENT_TYPES)
        for item in () if types is None else types:
            declared = attribute(item, "ContentType").lower()
            if "word" in declared and declared.endswith("main+xml"):
                return attribute(item, "PartName").lstrip("/")
        return USUAL_MAIN_PART


def is_flat(head: bytes) -> bool:
    """True for the head of a Word document that is one XML file: Word 2003 XML or a flat OPC package."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and bool(_FLAT.search(head))


def flat(data: bytes) -> Package:
    """The package in a single XML file; Word 2003 XML counts as one that has a main part alone."""
    root = parsed(data, "word")
    if local_name(root) == "wordDocument":
        return Package({USUAL_MAIN_PART: lambda: root})
    parts = {}
    for part in root:
        inner = next((child for child in part if local_name(child) == "xmlData"), None)
        if inner is not None and len(inner):
            content = inner[0]
            parts[attribute(part, "name").lstrip("/").lower()] = lambda content=content: content
    return Package(parts)


def opened(data: bytes) -> Package:
    """The package in a zip file, its directory found harmless first.

    Where the directory is damaged, the parts that are still whole are saved by their local headers.
    Raises `Unreadable` ("too-large", "encrypted", or "unreadable" where nothing is left).
    """
    try:
        archive = package.checked(data, "word")
    except Unreadable as fault:
        if fault.code != "unreadable":
            raise
        saved = dict(_saved(data))
        if not saved:
            raise
        return Package({name: _from_bytes(body) for name, body in saved.items()}, complete=False)
    members = {name.replace("\\", "/").lstrip("/").lower(): name for name in archive.namelist()}
    return Package(
        {path: _from_zip(archive, name) for path, name in members.items()},
        raw={path: _bytes_of(archive, name) for path, name in members.items()},
    )


def _from_bytes(body: bytes) -> Callable[[], Any]:
    return lambda: parsed(body, "word")


def _from_zip(archive: zipfile.ZipFile, name: str) -> Callable[[], Any]:
    read = _bytes_of(archive, name)
    return lambda: parsed(read(), "word")


def _bytes_of(archive: zipfile.ZipFile, name: str) -> Callable[[], bytes]:
    def read() -> bytes:
        if archive.getinfo(name).file_size > limits.WORD_XML_BYTES:
            raise Unreadable("too-large", "word", f"{name!r} is over {limits.WORD_XML_BYTES} bytes")
        try:
            return archive.read(name)
        except package.DAMAGE as fault:
            raise Unreadable("unreadable", "word", f"{type(fault).__name__}: {fault}") from fault

    return read


def _saved(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The XML parts whose local header and bytes are whole (PKWARE APPNOTE 4.3.7), checked by their sums."""
    left = limits.WORD_XML_BYTES
    for count, match in enumerate(re.finditer(re.escape(_SIGNATURE), data)):
        start = match.start()
        if count >= limits.ZIP_MEMBERS or start + _LOCAL_HEADER.size > len(data):
            return
        _, _, flags, method, _, _, crc, packed, _, name_length, extra = _LOCAL_HEADER.unpack_from(data, start)
        body_at = start + _LOCAL_HEADER.size + name_length + extra
        name = data[start + _LOCAL_HEADER.size : body_at - extra].decode("utf-8", "replace")
        path = name.replace("\\", "/").lstrip("/").lower()
        if not path.endswith((".xml", ".rels")):
            continue
        if flags & _ENCRYPTED:
            raise Unreadable("encrypted", "word", "a member is encrypted")
        body, after = _inflated(data, body_at, method, packed, left)
        left -= len(body)
        if left <= 0:
            raise Unreadable("too-large", "word", "the parts of a damaged package are too large")
        if flags & _DESCRIBED_LATER:
            crc = int.from_bytes(after.removeprefix(_DESCRIPTOR)[:4], "little")
        if body and zlib.crc32(body) == crc:
            yield path, body


def _inflated(data: bytes, start: int, method: int, packed: int, most: int) -> tuple[bytes, bytes]:
    """A member's bytes, b"" where they are cut off or damaged, and the few bytes that follow it."""
    if method == zipfile.ZIP_STORED:
        return data[start : start + packed], data[start + packed : start + packed + 12]
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    pieces: list[bytes] = []
    at = start
    try:
        while not engine.eof and at < len(data):
            # In steps, since what a stream leaves over is copied.
            pieces.append(engine.decompress(data[at : at + _STEP]))
            most -= len(pieces[-1])
            at += _STEP
            if most < 0:
                raise Unreadable("too-large", "word", "the parts of a damaged package are too large")
    except zlib.error:
        return b"", b""
    if not engine.eof:
        return b"", b""
    end = min(at, len(data)) - len(engine.unused_data)
    return b"".join(pieces), data[end : end + 12]
