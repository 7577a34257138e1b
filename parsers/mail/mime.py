"""A message as a tree of parts (RFC 5322, 2045, 2046), each a stretch of the raw bytes.

The raw message is the truth: a part is two offsets into it, so that a file leaves as the
very bytes that were sent, an enclosed message whole, and 70 MB cost little more than
themselves. Faults that mail programs pass over are passed over here too: a wrong or
missing boundary, parts after the last one, a header broken by a stray line.

mail-parser gives addresses, dates and Received, but re-encodes attached messages, loses nameless parts
and raw GBK names, and holds a 70 MB attachment several times over; so names and bytes are read by this
walk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from parsers.common import limits
from parsers.mail import transfer
from parsers.mail.fields import Fields, claimed_type, field_of, raw_parameter

_FIELD_NAME = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_FIELD_END = re.compile(rb"\r\n(?![ \t])|\r(?![ \t\n])|\n(?![ \t])")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_BLANKS = re.compile(rb"[ \t\r\n]*")
_MAILBOX_LINE = re.compile(rb">?From [^\r\n]*(?:\r\n|\r|\n|\Z)")
_DELIMITER_TAIL = re.compile(rb"(--)?[ \t]*(?:\r\n|\r|\n|\Z)")
_LIKELY_DELIMITER = re.compile(
    rb"(?:\A|(?<=[\r\n]))--([^\r\n]{0,200}?)[ \t]*(?:\r\n|\r|\n)"
    rb"(?:Content-[A-Za-z-]{1,40}|MIME-Version)[ \t]*:",
    re.IGNORECASE,
)
_MULTIPART = re.compile(r"\s*multipart/", re.IGNORECASE)
_NEEDED_NAMES = (
    b"subject from to date message-id in-reply-to references received reply-to return-path mime-version "
    b"content-type content-disposition content-transfer-encoding"
)
_NEEDED = frozenset(_NEEDED_NAMES.split())
"""Fields that are kept however much chaff stands before them."""

_HEADED = re.compile(rb"^Content-(?:Disposition|Transfer-Encoding)[ \t]*+:", re.IGNORECASE | re.MULTILINE)
UNPARTED = "（未能拆分的邮件内容）"
"""How staff are told of what looks like parts, with no boundary between them."""

_SAME_FIELD = 50
_RESUMED_FIELDS = 20


@dataclass(slots=True, eq=False)
class MimePart:
    """A part: its header, and its body as `data[start:end]`, not yet decoded.

    `children` are the parts of a multipart; a leaf has none.
    """

    fields: Fields
    data: bytes
    start: int
    end: int
    kind: str
    children: list[MimePart] = field(default_factory=list)

    @property
    def raw(self) -> memoryview:
        """The body as it stands in the message."""
        return memoryview(self.data)[self.start : self.end]


@dataclass(slots=True)
class Tree:
    """A message taken apart; `left_out` names what a limit kept out, with the reason code."""

    root: MimePart
    defects: list[str]
    left_out: list[tuple[str, str]]

    def without_last_leaf(self) -> MimePart:
        """Takes the last leaf out of the tree and returns it: the end of it did not come."""
        part, above = self.root, None
        while part.children:
            part, above = part.children[-1], part
        if above:
            above.children.pop()
        else:
            part.end = part.start
        return part

    def leaves(self) -> Iterator[MimePart]:
        """All parts that are no multipart, in the order of the message."""
        waiting = [self.root]
        while waiting:
            part = waiting.pop()
            if part.children:
                waiting.extend(reversed(part.children))
            else:
                yield part


def read(data: bytes) -> Tree:
    """Takes a message apart. Never raises: what is beyond a limit stays a leaf or is told in `left_out`."""
    reader = _Reader()
    root = reader.part(data, 0, len(data), 0, "text/plain")
    return Tree(root, reader.defects, list(dict.fromkeys(reader.left_out)))


class _Reader:
    def __init__(self) -> None:
        self.defects: list[str] = []
        self.left_out: list[tuple[str, str]] = []
        self.count = 0

    def part(self, data: bytes, start: int, end: int, depth: int, default: str) -> MimePart:
        """The part that lies at `data[start:end]`, header and all, with its own parts."""
        self.count += 1
        fields, body = self._header(data, start, end, depth == 0)
        found = MimePart(fields, data, body, end, claimed_type(fields, default))
        # An empty type, or a word that is none, declares as little as no field at all.
        undeclared = depth == 0 and "/" not in (field_of(fields, "content-type") or "")
        undeclared = undeclared and not found.kind.startswith("multipart/")
        if _is_parted(found):
            self.defects.append("a boundary beside a type that is no multipart")
            found.kind = "multipart/mixed"
        if found.kind.startswith("multipart/") or undeclared:
            if depth < limits.MIME_DEPTH:
                self._divide(found, depth, undeclared)
            else:
                # Kept as one file and named, so that nobody takes it for the text.
                found.kind = "application/octet-stream"
                self.left_out.append((f"第{limits.MIME_DEPTH}层以下的内容", "too-large"))
        return found

    def _header(self, data: bytes, start: int, end: int, is_root: bool) -> tuple[Fields, int]:
        """The fields of a header and where the body begins."""
        position = start
        if mailbox_line := _MAILBOX_LINE.match(data, position, end):
            position = mailbox_line.end()
        block = _Block()
        while position < end:
            name = _FIELD_NAME.match(data, position, end)
            if name:
                position = self._field(data, name, end, block)
                continue
            line_end = _LINE_END.search(data, position, end)
            following = line_end.end() if line_end else end
            if line_end and line_end.start() == position:  # the empty line
                resumed = _resumption(data, following, end, block) if is_root else None
                if resumed is None:
                    return block.fields(), following
                self.defects.append("an empty line within the header")
                position = resumed
            elif (
                is_root
                and block.names
                and _FIELD_NAME.match(data, following, end)
                and _known(data, following)
            ):
                self.defects.append("a stray line within the header")
                position = following
            else:
                self.defects.append("no empty line after a header")
                return block.fields(), position
        return block.fields(), end

    def _field(self, data: bytes, name: re.Match[bytes], end: int, block: _Block) -> int:
        stop = _FIELD_END.search(data, name.end(), end)
        value_end = stop.start() if stop else end
        if not block.add(name[1].lower(), data, name.end(), value_end):
            self.defects.append("a header over the limit: not all of it was read")
        return stop.end() if stop else end

    def _divide(self, part: MimePart, depth: int, undeclared: bool) -> None:
        """Finds the parts of a multipart, by its boundary or by what looks like one."""
        boundary = None if undeclared else raw_parameter(part.fields, "content-type", "boundary")
        if boundary and self._take_parts(part, boundary, depth):
            return
        if not undeclared and transfer.encoding(part.fields, part.raw) in ("base64", "quoted-printable"):
            # Forbidden for a multipart (RFC 2045 §6.4), but it is met.
            part.data = transfer.decoded(part.fields, part.raw)
            part.start, part.end = 0, len(part.data)
            if boundary and self._take_parts(part, boundary, depth):
                return
        likely = _LIKELY_DELIMITER.search(part.data, part.start, part.end)
        if likely and self._take_parts(part, likely[1].removesuffix(b"--"), depth):
            self.defects.append("a boundary that is not declared, or another than is declared")
            if undeclared:
                part.kind = "multipart/mixed"
        elif not undeclared:
            self.defects.append("a multipart without its boundary")
            if _HEADED.search(part.data, part.start, part.end):
                self.left_out.append((UNPARTED, "unreadable"))

    def _take_parts(self, part: MimePart, boundary: bytes, depth: int) -> bool:
        default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
        closed = False
        for start, end, is_last in _spans(part, boundary):
            if self.count >= limits.MIME_PARTS:
                self.left_out.append((f"第{limits.MIME_PARTS}部分以后的内容", "too-large"))
                if not part.children:
                    part.end = part.start
                return True
            if closed:
                self.defects.append("a part after the final boundary")
            part.children.append(self.part(part.data, start, end, depth + 1, default))
            closed = is_last
        if part.children and not closed:
            self.defects.append("no final boundary")
        return bool(part.children)


class _Block:
    """The fields of one header, within the limits."""

    def __init__(self) -> None:
        self.names: dict[bytes, int] = {}
        self._found: list[tuple[str, str]] = []
        self._size = 0

    def add(self, name: bytes, data: bytes, start: int, end: int) -> bool:
        """Takes a field; False where it was cut or dropped."""
        seen = self.names.get(name, 0)
        fits = (
            name in _NEEDED or self._size + min(end - start, limits.FIELD_CHARACTERS) <= limits.HEADER_BYTES
        )
        if seen >= _SAME_FIELD or not fits:
            return False
        self.names[name] = seen + 1
        value = data[start : min(end, start + limits.FIELD_CHARACTERS)]
        if name == b"references" and end - start > len(value):
            # The message replied to stands last (RFC 5322 §3.6.4), the thread's first message first.
            half = limits.FIELD_CHARACTERS // 2
            value = data[start : start + half] + b" " + data[end - half : end]
        self._size += len(value)
        text = _LINE_END.sub(b"", value).lstrip(b" \t")
        self._found.append((name.decode("ascii"), text.decode("ascii", "surrogateescape")))
        return end - start <= limits.FIELD_CHARACTERS

    def fields(self) -> Fields:
        """The fields in order; of several types, which a gateway leaves behind, one of a multipart counts."""
        if self.names.get(b"content-type", 0) > 1:
            self._found.sort(key=lambda item: item[0] != "content-type" or not _MULTIPART.match(item[1]))
        return tuple(self._found)


def _is_parted(part: MimePart) -> bool:
    """True for a part of another type whose declared boundary stands in its body all the same.

    An enclosed message is left whole: the boundary may be its own.
    """
    if part.kind.startswith(("multipart/", "message/")):
        return False
    boundary = raw_parameter(part.fields, "content-type", "boundary")
    return boundary is not None and next(_delimiters(part, boundary), None) is not None


def _known(data: bytes, position: int) -> bool:
    name = _FIELD_NAME.match(data, position)
    return bool(name and name[1].lower() in _NEEDED)


def _resumption(data: bytes, position: int, end: int, block: _Block) -> int | None:
    """Where a header goes on after an empty line: only if it has not said its type, and does so now."""
    if b"content-type" in block.names:
        return None
    blanks = _BLANKS.match(data, position, end)
    resumed = position = blanks.end() if blanks else position
    for _ in range(_RESUMED_FIELDS):
        name = _FIELD_NAME.match(data, position, end)
        if not name:
            return None
        if name[1].lower() == b"content-type":
            return resumed
        stop = _FIELD_END.search(data, name.end(), end)
        position = stop.end() if stop else end
    return None


def _spans(part: MimePart, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """The stretches between the delimiters, and whether each ends with the final one (RFC 2046 §5.1.1)."""
    begun: int | None = None
    for start, end, is_final in _delimiters(part, boundary):
        if begun is not None:
            yield begun, max(begun, _before_line_end(part.data, start)), is_final
        begun = None if is_final else end
    if begun is not None and begun < part.end:
        yield begun, max(begun, _before_line_end(part.data, part.end)), False


def _delimiters(part: MimePart, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    mark = b"--" + boundary
    position = part.data.find(mark, part.start, part.end)
    while position >= 0:
        after = position + len(mark)
        at_line_start = position == part.start or part.data[position - 1] in b"\r\n"
        tail = _DELIMITER_TAIL.match(part.data, after, part.end) if at_line_start else None
        if tail:
            yield position, tail.end(), bool(tail[1])
        position = part.data.find(mark, tail.end() if tail else after, part.end)


def _before_line_end(data: bytes, position: int) -> int:
    """The line end before a delimiter belongs to the delimiter."""
    if data[position - 2 : position] == b"\r\n":
        return position - 2
    return position - 1 if position and data[position - 1] in b"\r\n" else position


def leading(data: bytes) -> int:
    """Blank lines and a byte order mark before the header, which editors and programs leave there."""
    found = re.match(rb"(?:\xef\xbb\xbf)?(?:[ \t]*[\r\n]+)*", data)
    return found.end() if found else 0
