"""The parts of an OFD package: a zip file of XML parts that name each other by path (GB/T 33190 §7.2)."""

from __future__ import annotations

import hashlib
import posixpath
from typing import Any

from parsers.common import limits, package
from parsers.common.contract import Unreadable
from parsers.common.xml import parsed

FORMAT = "ofd"
ROOT = "ofd.xml"
_LOCKS = frozenset(("encryptions.xml", "decryptseed.dat", "entriesmap.dat"))
"""What stands in a package that is encrypted (GM/T 0099-2020): other parts are then no XML."""

_STEP = 64 * limits.KIB


class OfdPackage:
    """A package, its directory found harmless; paths are told in lower case, without the leading slash.

    Raises `Unreadable`: "encrypted", "too-large", or "unreadable" for a damaged one.
    """

    def __init__(self, data: bytes) -> None:
        self._archive = package.checked(data, FORMAT)
        self._names = {name.replace("\\", "/").lstrip("/").lower(): name for name in self._archive.namelist()}
        self._left = limits.OFD_XML_BYTES
        self._digests: dict[tuple[str, str], bytes] = {}
        self.read: set[str] = set()
        if _LOCKS & self._names.keys():
            raise Unreadable("encrypted", FORMAT, "the document is encrypted")

    @property
    def names(self) -> tuple[str, ...]:
        """The paths of all members."""
        return tuple(self._names)

    def find(self, source: str, location: str | None) -> str:
        """The path of what a part names; "" where nothing is there.

        A location is told from the part's own folder or, with a slash at its head, from the root (§7.3);
        programs also mean the root without it, or the folder of the document.
        """
        told = (location or "").strip().replace("\\", "/").lower()
        folder = posixpath.dirname(source)
        for start in (folder, "", folder.partition("/")[0]):
            path = posixpath.normpath(posixpath.join("/", start, told)).lstrip("/")
            if told and path in self._names:
                return path
        return ""

    def root(self, path: str) -> Any:
        """The root element of a part; None where the package has no such part.

        Raises `Unreadable` for a damaged one, and once all that were read come to too much.
        """
        body = self.body(path)
        if body is None:
            return None
        self.read.add(path)
        return parsed(body, FORMAT)

    def body(self, path: str) -> bytes | None:
        """The bytes of a part, None where there is none; what is read counts against one limit."""
        name = self._names.get(path)
        if name is None:
            return None
        self._left -= self._archive.getinfo(name).file_size
        if self._left < 0:
            raise Unreadable("too-large", FORMAT, f"parts of more than {limits.OFD_XML_BYTES} bytes")
        try:
            return self._archive.read(name)
        except package.DAMAGE as fault:
            raise Unreadable("unreadable", FORMAT, f"{type(fault).__name__}: {fault}") from fault

    def digest(self, path: str, method: str) -> bytes:
        """The digest of a part, b"" where it cannot be had; each is taken once."""
        key = path, method
        if key not in self._digests:
            self._digests[key] = self._digested(path, method)
        return self._digests[key]

    def _digested(self, path: str, method: str) -> bytes:
        name = self._names.get(path)
        if name is None:
            return b""
        try:
            taken = hashlib.new(method, usedforsecurity=False)
            with self._archive.open(name) as member:
                while piece := member.read(_STEP):
                    taken.update(piece)
        except package.DAMAGE:
            return b""
        return taken.digest()
