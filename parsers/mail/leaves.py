"""The leaves of a message: which are its text, and which are files, whatever they are called.

Every leaf that is not the text is a file: inline, without a name, of whatever type. What
looks like text and holds a PDF is a file too.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

from intake.domain.model.facts import Attachment
from parsers.common import cms, limits, magic
from parsers.common.text import clean, decode
from parsers.mail import headers, mime, transfer, uuencode
from parsers.mail.fields import disposition, field_of, parameter
from parsers.mail.flowed import unflow
from parsers.mail.htmltext import declared_charset
from parsers.mail.mime import MimePart, Tree

_REPORTS = ("message/delivery-status", "message/disposition-notification")
_TEXTS = ("text/plain", "text/html")
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
"""In a bounce, the letter that it returns, whole or its header alone (RFC 3462 §2, RFC 6533 §4)."""

UNDECODED = "（无法解码的附件）"
_LONGEST_FIELD = 1000
_MACHINES = re.compile(r"(?:[^<]{0,200}<)?(?:mailer[-_.]?daemon|postmaster)(?:[@>\s]|$)", re.I)
_SIGNED_WHOLE = ("application/pkcs7-mime", "application/x-pkcs7-mime")
"""Types that hold text and files within a signature (RFC 8551 §3.5.2)."""


@dataclass(slots=True)
class BodyText:
    """One stretch of text; where the mail offers it twice (multipart/alternative), both ways."""

    plain: str = ""
    html: str = ""


@dataclass(slots=True)
class Gathered:
    """What the leaves of a message gave, in its order."""

    words: list[BodyText] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def gather(tree: Tree, scratch: Path) -> Gathered:
    """Sorts the leaves; writes each file to `scratch`/<64 hex digits of its SHA-256>.

    Raises `OSError` where our own disk fails.
    """
    walk = _Walk(scratch, charset_of(tree), is_bounce=_may_be_bounce(tree.root))
    walk.found.words = walk.take(tree.root)
    return walk.found


def charset_of(tree: Tree) -> str | None:
    """The first charset that the message names: raw bytes in its headers are likely in it too."""
    parts = [tree.root, *tree.leaves()]
    return next(
        (found for part in parts if (found := parameter(part.fields, "content-type", "charset"))), None
    )


class _Walk:
    def __init__(
        self, scratch: Path | None, charset: str | None, depth: int = 0, *, is_bounce: bool = False
    ) -> None:
        self._scratch = scratch
        self._charset = charset
        self._depth = depth
        self._is_bounce = is_bounce
        self.found = Gathered()

    def take(self, part: MimePart) -> list[BodyText]:
        """Files what is a file and returns what is text."""
        if not part.children:
            return self._taken(part)
        taken = [self.take(child) for child in part.children]
        if part.kind == "multipart/alternative":
            return _alternatives(taken)
        return [words for each in taken for words in each]

    def _taken(self, part: MimePart) -> list[BodyText]:
        """One leaf; what a library trips over in it is named, and the rest of the mail goes on."""
        try:
            return self._take_leaf(part)
        except (OSError, MemoryError):
            raise
        except Exception as fault:  # noqa: BLE001 - one stranger's bytes must not cost his whole mail
            self.found.defects.append(
                f"a part that could not be decoded: {type(fault).__name__}: {fault}"[:200]
            )
            self.found.left_out.append((_name_of(part), "too-large"))
            return []

    def _take_leaf(self, part: MimePart) -> list[BodyText]:
        name = headers.filename(part.fields, self._charset)
        if name is None and disposition(part.fields) != "attachment" and _is_text(part):
            return self._text(part)
        if part.kind in _REPORTS:
            # A bounce names the failed recipient only here (RFC 3464 §2.3).
            report = decode(transfer.decoded(part.fields, part.raw[: 4 * limits.BODY_CHARACTERS]))
            self.found.reports.append(clean(report)[: limits.BODY_CHARACTERS])
        if self._is_bounce and part.kind in _RETURNED:
            self.found.reports.append(_returned(transfer.decoded(part.fields, part.raw)))
        if part.kind == "message/rfc822" and name is None:
            name = headers.name_from_subject(transfer.decoded(part.fields, part.raw), self._charset)
        self._file(name, part.kind, transfer.pieces(part.fields, part.raw))
        return self._signed_text(part) if part.kind in _SIGNED_WHOLE else []

    def _signed_text(self, part: MimePart) -> list[BodyText]:
        """The text within a signature; the files there come out when the signed file itself is read."""
        content = cms.signed_content(transfer.decoded(part.fields, part.raw))
        if content is None or self._depth >= limits.NESTING:
            return []
        return _Walk(None, self._charset, self._depth + 1).take(mime.read(content).root)

    def _text(self, part: MimePart) -> list[BodyText]:
        data = transfer.decoded(part.fields, part.raw)
        charset = parameter(part.fields, "content-type", "charset")
        if part.kind == "text/html":
            page = self._bounded(data, limits.HTML_CHARACTERS)
            return [BodyText(html=clean(decode(page, charset or declared_charset(page))))]
        text = clean(decode(self._bounded(self._without_embedded(data), 2 * limits.BODY_CHARACTERS), charset))
        if (parameter(part.fields, "content-type", "format") or "").lower() == "flowed":
            text = unflow(text, (parameter(part.fields, "content-type", "delsp") or "").lower() == "yes")
        return [BodyText(plain=text)]

    def _bounded(self, data: bytes, characters: int) -> bytes:
        """The beginning of a text, to the end of a line, as far as it can have so many characters."""
        most = 4 * characters
        if len(data) <= most:
            return data
        self.found.defects.append("a text over the limit: its end was not read")
        return data[: data.rfind(b"\n", 0, most) + 1 or most]

    def _without_embedded(self, data: bytes) -> bytes:
        """The text without the files that stand in it, which are kept as attachments."""
        if b"begin " not in data:
            return data
        kept: list[bytes] = []
        position = 0
        for item in uuencode.find(data):
            kept.append(data[position : item.start])
            position = item.end
            name = headers.safe_name(decode(item.name, self._charset))
            self._file(name, "application/octet-stream", _all_of(item.data, item.whole))
        return b"".join([*kept, data[position:]])

    def _file(self, name: str | None, kind: str, pieces: Generator[bytes, None, bool]) -> None:
        if self._scratch is None:
            return
        ordinal = len(self.found.attachments) + 1
        digest, size, whole = store(self._scratch, pieces)
        if not whole:
            self.found.defects.append(f"the encoding of file {ordinal} was cut short")
        self.found.attachments.append(Attachment(ordinal, name, kind, f"sha256:{digest}", size))


def _name_of(part: MimePart) -> str:
    """How staff are told of a part that could not be taken out."""
    try:
        return headers.filename(part.fields) or UNDECODED
    except Exception:  # noqa: BLE001 - its name may be what could not be read
        return UNDECODED


def store(scratch: Path, pieces: Generator[bytes, None, bool]) -> tuple[str, int, bool]:
    """Writes a file to the scratch folder; returns its hash, its size, and what the pieces returned."""
    digest = hashlib.sha256()
    size = 0
    # Under another name first: a child that is killed here must not leave half a file as whole.
    unfinished = scratch / f".part.{os.getpid()}"
    with unfinished.open("wb") as file:
        whole = True
        while True:
            try:
                piece = next(pieces)
            except StopIteration as end:
                whole = bool(end.value)
                break
            digest.update(piece)
            size += file.write(piece)
    unfinished.replace(scratch / digest.hexdigest())
    return digest.hexdigest(), size, whole


def _may_be_bounce(root: MimePart) -> bool:
    """True for a report, and for mail by the null sender or a mail system: it may return a letter of ours."""
    null = (field_of(root.fields, "return-path") or "").strip() == "<>"
    machine = _MACHINES.match((field_of(root.fields, "from") or "").strip())
    return root.kind == "multipart/report" or null or machine is not None


def _returned(letter: bytes) -> str:
    """The fields of a returned letter that tell which one it was."""
    head = mime.read(letter[: limits.HEADER_BYTES]).root.fields
    said = ((name, headers.text_of(field_of(head, name) or "")) for name in ("message-id", "to"))
    titles = {"message-id": "Message-ID", "to": "To"}
    return "\n".join(f"{titles[name]}: {value[:_LONGEST_FIELD]}" for name, value in said if value)


def _all_of(data: bytes, whole: bool) -> Generator[bytes, None, bool]:
    yield data
    return whole


def _is_text(part: MimePart) -> bool:
    """True for what a person reads; a multipart without its boundary is one block of text, too."""
    if part.kind not in _TEXTS and not part.kind.startswith("multipart/"):
        return False
    head = next(iter(transfer.pieces(part.fields, part.raw[: limits.HEAD_BYTES])), b"")
    return magic.kind(head[: limits.HEAD_BYTES]) in ("", "message")


def _alternatives(taken: list[list[BodyText]]) -> list[BodyText]:
    """The same text several times as one: the plain ones together, the HTML ones together."""
    words = [each for option in taken for each in option]
    plain = [each.plain for each in words if each.plain]
    html = [each.html for each in words if each.html]
    return [BodyText("\n".join(plain), "\n".join(html))] if plain or html else []
