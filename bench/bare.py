"""The bare library calls on the same bytes, in one process: what reading costs without a service.

mail-parser parses the message, python-docx opens the form and reads its tables, pypdf
opens the PDF and extracts its text.  Nothing is stored, checked or answered.  Run as
`python -m bench.bare FOLDER`, it reads the folder's mails and prints its times as JSON.
"""

from __future__ import annotations

import base64
import io
import json
import sys
import time
from pathlib import Path
from typing import Any

import docx
import mailparser
import pypdf

from bench.measure import own_peak, processor_seconds


def main(folder: Path) -> dict[str, Any]:
    """Reads every mail of the folder; returns seconds by library, and what was seen."""
    spent = {"mail-parser": 0.0, "python-docx": 0.0, "pypdf": 0.0}
    characters = 0
    mails = sorted(folder.iterdir())
    processor = processor_seconds()
    for file in mails:
        raw = file.read_bytes()
        began = time.perf_counter()
        form, pdf = _attachments(raw)
        parsed = time.perf_counter()
        characters += _form_characters(form)
        opened = time.perf_counter()
        characters += _pdf_characters(pdf)
        spent["mail-parser"] += parsed - began
        spent["python-docx"] += opened - parsed
        spent["pypdf"] += time.perf_counter() - opened
    return {
        "messages": len(mails),
        "seconds": sum(spent.values()),
        "stages": spent,
        "processor": processor_seconds() - processor,
        "characters": characters,
        "own_peak": own_peak(),
    }


def _attachments(raw: bytes) -> tuple[bytes, bytes]:
    mail = mailparser.parse_from_bytes(raw)
    form, pdf = (base64.b64decode(attachment["payload"]) for attachment in mail.attachments)
    return form, pdf


def _form_characters(data: bytes) -> int:
    document = docx.Document(io.BytesIO(data))
    texts = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return sum(map(len, texts))


def _pdf_characters(data: bytes) -> int:
    reader = pypdf.PdfReader(io.BytesIO(data))
    return sum(len(page.extract_text()) for page in reader.pages)


if __name__ == "__main__":
    json.dump(main(Path(sys.argv[1])), sys.stdout)
