"""Bytes to facts: each format one module, recognised by content, never by name.

The libraries that open files are imported where they are used, so that only the
sandbox's children pay for them (`parsers/sandbox/pool.py`); this package itself imports fast.

What a file is, is decided by its content, never by its name or claimed type.  Open
`parsers/common/contract.py` first, then the room of the format.
"""

from __future__ import annotations

from pathlib import Path

from intake.domain.model.facts import Facts, UnreadableFacts
from parsers.archives.archive import ArchiveParser
from parsers.common import limits, opaque
from parsers.common.contract import Parser, Unreadable
from parsers.common.programs import unpackers
from parsers.image import ImageParser
from parsers.mail import message
from parsers.mailfiles.eml import MailFileParser
from parsers.mailfiles.msg import OutlookParser
from parsers.mailfiles.smime import SealedParser
from parsers.mailfiles.tnef import TnefParser
from parsers.ofd.ofd import OfdParser
from parsers.pdf.document import PdfParser
from parsers.word.docx import WordParser
from parsers.word.legacy import ConvertParser, converters
from parsers.word.web import WebParser

PARSERS: tuple[Parser, ...] = (
    WordParser(),
    PdfParser(),
    OfdParser(),
    ImageParser(),
    ArchiveParser(),
    MailFileParser(),
    OutlookParser(),
    TnefParser(),
    SealedParser(),
    ConvertParser(),
    WebParser(),
)
"""Every document format that is opened; a new one is one module and one line here."""


def parse(path: Path, scratch: Path) -> Facts:
    """What the file at `path` holds, whoever sent it under whatever name.

    Files inside it are written to `scratch`, named by the hex digits of their hash.  A
    damaged, encrypted or oversized file gives `UnreadableFacts`, one that nobody here
    opens `OpaqueFacts`.  Raises `OSError` where our own disk fails; anything else that
    is raised is a fault of ours.
    """
    with path.open("rb") as file:
        head = file.read(limits.HEAD_BYTES)
    try:
        parser = _recognised(head, path)
        return parser.parse(path, scratch) if parser else opaque.name(path.read_bytes())
    except Unreadable as fault:
        return UnreadableFacts(fault.code, fault.claimed_format, fault.detail, locked=fault.locked)


def _recognised(head: bytes, path: Path) -> Parser | None:
    """The one parser that knows the content; two would be a fault of ours, not a choice."""
    found = [parser for parser in PARSERS if parser.recognises(head, path)]
    if len(found) > 1:
        raise AssertionError(f"recognised by several parsers: {[parser.name for parser in found]}")
    return found[0] if found else None


def reading_version() -> str:
    """Names every parser with its version: a cached reading under another name is stale.

    So does every converter and unpacker: what nobody here could open is read anew once one is installed.
    """
    versions = {parser.name: str(parser.version) for parser in PARSERS}
    versions |= {"message": str(message.VERSION), "opaque": str(opaque.VERSION)}
    versions["convert"] = "+".join((versions["convert"], *converters()))
    versions["archive"] = "+".join((versions["archive"], *unpackers()))
    return " ".join(f"{name}-{version}" for name, version in sorted(versions.items()))
