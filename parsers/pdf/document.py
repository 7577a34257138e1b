"""A PDF to its pages, filled-in fields and embedded files.

pypdf tells encryption and producer and is bounded on hostile structure; PDFium reads
text ten times as fast. What either can open counts as readable.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from intake.domain.model.facts import Attachment, PdfFacts, PdfSignature
from parsers.common import magic
from parsers.common.contract import Unreadable
from parsers.common.text import clean
from parsers.pdf import embedded, ending, form_fields, signatures, text_layer

LeftOut = tuple[tuple[str, str], ...]


class PdfParser:
    """PDF of any version; pages beyond the limit are counted, not read."""

    name = "pdf"
    version = 6

    def recognises(self, head: bytes, path: Path) -> bool:
        """True when a PDF header stands in the first 1024 bytes, and no other format's at the start."""
        return magic.kind(head) == "pdf"

    def parse(self, path: Path, scratch: Path) -> PdfFacts:
        """The pages; raises `Unreadable`: "encrypted" behind a password, "unreadable" when damaged.

        A PDF that merely forbids copying or printing (an owner password) opens.
        """
        data = path.read_bytes()
        read, structure = _read(data)
        if read.needs_password and not read.count:
            raise Unreadable("encrypted", "pdf", "a password is needed to open it")
        if not read.count:
            raise Unreadable("unreadable", "pdf", structure.fault or "it has no pages")
        if ending.is_cut(data) or (ending.lacks_end(data) and (read.lost or ending.lacks_objects(data))):
            raise Unreadable("unreadable", "pdf", "it is cut off: part of what its pages show is missing")
        members, left_out = structure.members(scratch, len(data))
        return PdfFacts(
            pages=read.pages,
            page_count=read.count,
            producer=structure.producer,
            fields=structure.fields(),
            members=members,
            left_out=left_out,
            signatures=structure.signatures(data),
        )


@dataclass(slots=True)
class _Structure:
    """What pypdf says; `reader` is None where it cannot open the file."""

    reader: Any = None
    producer: str = ""
    needs_password: bool = False
    fault: str = ""

    def fields(self) -> tuple[tuple[str, str], ...]:
        """The filled-in fields; none where pypdf could not open the file."""
        return form_fields.fields(self.reader) if self.reader is not None else ()

    def signatures(self, data: bytes) -> tuple[PdfSignature, ...]:
        """The electronic signatures; none where pypdf could not open the file."""
        return signatures.signatures(self.reader, data) if self.reader is not None else ()

    def members(self, scratch: Path, packed: int) -> tuple[tuple[Attachment, ...], LeftOut]:
        """The embedded files, and those that could not be had; none where pypdf could not open the file."""
        if self.reader is None:
            return (), ()
        found = embedded.members(self.reader, scratch, packed)
        return found.attachments(), found.left_out()


def _read(data: bytes) -> tuple[text_layer.PageTexts, _Structure]:
    """By PDFium, with a new end where that refuses it; by pypdf what it refuses even so.

    pypdf takes minutes for some damaged files, and so goes through each once.
    """
    structure: list[_Structure] = []

    def opened(shown: bytes) -> _Structure:
        structure[:] = structure or [_structure(shown)]
        return structure[0]

    read = text_layer.by_pdfium(data, lambda: opened(data).reader)
    if not read.count and not read.needs_password and (mended := ending.with_trailer(data)):
        again = text_layer.by_pdfium(mended, lambda: opened(mended).reader)
        read, data = (again, mended) if again.count else (read, data)
    told = opened(data)
    locked = read.needs_password or told.needs_password
    if not read.count and told.reader is not None:
        read = text_layer.by_pypdf(told.reader)
    return replace(read, needs_password=locked), told


def _structure(data: bytes) -> _Structure:
    from pypdf import PasswordType, PdfReader

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            return _Structure(needs_password=True)
        return _Structure(reader, _producer(reader))
    except NotImplementedError:
        return _Structure(needs_password=True)  # encryption by certificate
    except MemoryError:
        raise
    except Exception as fault:  # noqa: BLE001 - pypdf raises whatever its parser trips over
        return _Structure(fault=f"{type(fault).__name__}: {fault}"[:300])


def _producer(reader: Any) -> str:
    """The program that wrote it; a damaged entry must not cost the fields and files."""
    try:
        metadata = reader.metadata
        return clean(str(metadata.producer or ""))[:200] if metadata else ""
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as below
        return ""
