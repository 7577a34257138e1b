"""The golden files: the whole expected reading of each message, one JSON file a message."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from tests.corpus.statement import Message

FOLDER = Path(__file__).parent / "golden"
WRITING = os.environ.get("SHOUWEN_GOLDEN") == "write"
"""With SHOUWEN_GOLDEN=write the files are made anew from what is read, where that is what was stated."""


def path_of(message: Message) -> Path:
    """Where a message's golden file lies."""
    return FOLDER / f"{message.key}.json"


def kept(message: Message, read: dict[str, Any]) -> dict[str, Any]:
    """A reading as it is kept: without the hash and size of files that vary with a library's version."""
    documents = [
        {**document, "size": None, "sha256": None} if varies else document
        for document, varies in zip(read["documents"], _varying(message, read), strict=True)
    ]
    return {**read, "documents": documents}


def _varying(message: Message, read: dict[str, Any]) -> list[bool]:
    stated = message.varying()
    # A reading with other files than were stated is compared as it is.
    return stated if len(stated) == len(read["documents"]) else [False] * len(read["documents"])


def load(message: Message) -> dict[str, Any]:
    """The golden file's content."""
    found: dict[str, Any] = json.loads(path_of(message).read_text(encoding="utf-8"))
    return found


def write(message: Message, read: dict[str, Any]) -> None:
    """Makes the golden file anew."""
    path = path_of(message)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(kept(message, read), ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
