"""Where a PDF ends: cut off in the middle, as a broken upload leaves it, or only without its last lines.

A file without its table and trailer is whole all the same, and both readers find its objects.  One that
breaks off within a picture or the drawing of a page has lost part of its paper, whatever still opens.
"""

from __future__ import annotations

import re

_OBJECT = re.compile(rb"\b(\d{1,7}) (\d{1,5}) obj\b(.{0,1000}?)\bendobj\b", re.DOTALL)
_CATALOG = re.compile(rb"/Type\s*/Catalog\b")
_MOST_OBJECTS = 100_000
"""Objects among which the catalog is looked for; a file of thousands of pages has as many."""

_ENDS = (b"endobj", b"\nxref", b"\rxref", b"trailer", b"startxref", b"%%EOF")
"""What stands behind the last object of a file that is not cut within one."""
_HEADER = re.compile(rb"\b(\d{1,7})\s{1,9}\d{1,5}\s{1,9}obj\b")
_REFERENCE = re.compile(rb"\b(\d{1,7})\s{1,9}\d{1,5}\s{1,9}R\b")
_STREAM = re.compile(rb"(.{0,4000}?)\bstream\r?\n", re.DOTALL)
_LENGTH = re.compile(rb"/Length\s{1,9}(\d{1,10})(?!\s{1,9}\d{1,5}\s{1,9}R)\b")
_NOT_SHOWN = re.compile(rb"/Type\s{0,9}/(?:Metadata|XRef|ObjStm|EmbeddedFile|CMap)\b")
_FILLING = b"\0\r\n\t "
"""What an upload that broke off leaves of the room that it was given."""


def with_trailer(data: bytes) -> bytes | None:
    """A file that has lost its end, with a new one that names its catalog; None where none is left.

    Both readers find the objects of such a file by themselves, but not where to begin.
    """
    if b"/Encrypt" in data or not _CATALOG.search(data):
        return None
    root = b""
    for count, match in enumerate(_OBJECT.finditer(data)):
        if count == _MOST_OBJECTS:
            break
        if _CATALOG.search(match[3]):
            root = b"%s %s R" % (match[1], match[2])
    if not root:
        return None
    return data + b"\nendobj\ntrailer\n<</Root " + root + b">>\nstartxref\n0\n%%EOF\n"


def lacks_end(data: bytes) -> bool:
    """True for a file behind whose last object, whole or not, neither table nor trailer stands."""
    after = max(data.rfind(end) for end in _ENDS[1:])
    return _HEADER.search(data, max(after, 0)) is not None


def lacks_objects(data: bytes) -> bool:
    """True for a file that names objects which are not there, or of which it has half.

    Not where any lie packed, since none can tell which; half a stream is for `is_cut` to judge.
    """
    heads = list(_HEADER.finditer(data))
    if not heads or b"/ObjStm" in data:
        return False
    last = data[heads[-1].start() :]
    if b"endobj" not in last and b"stream" not in last:
        heads.pop()
    there = {head[1] for head in heads}
    return any(match[1] not in there for match in _REFERENCE.finditer(data))


def is_cut(data: bytes) -> bool:
    """True for a file that surely breaks off within a picture, a font or the drawing of a page.

    It is not for one whose bytes are all there but for the words behind them, nor where what breaks off is
    nothing that a page shows.
    """
    after = max(data.rfind(end) for end in _ENDS)
    header = _HEADER.search(data, max(after, 0))
    begun = _STREAM.match(data, header.end()) if header else None
    if begun is None or b"endstream" in data[begun.end() :] or _NOT_SHOWN.search(begun[1]):
        return False
    length = _LENGTH.search(begun[1])
    return length is None or begun.end() + int(length[1]) > len(data.rstrip(_FILLING))
