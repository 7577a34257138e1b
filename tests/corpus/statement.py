"""What the maker of a message says that he put into it: the truth that a reading is held against."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

HEAD = 200
"""Characters of a body that are compared: more than any letter of the corpus opens with."""


@dataclass(frozen=True)
class FormSaid:
    """One filled form: its figures by name, as values; the unit as it is written."""

    category: str | None
    nominee: str | None
    unit: str | None
    figures: Mapping[str, float | bool] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """As a reading tells it."""
        return {
            "category": self.category,
            "nominee": self.nominee,
            "unit": self.unit,
            "figures": dict(self.figures),
        }


@dataclass(frozen=True)
class Held:
    """A file of a message, or of a file in it.

    `facts` is what its content is ("word", "pdf scan 2", "container zip"); `folder` where in its
    container it lies; `varies` is true where another version of a library gives other bytes.
    """

    name: str
    data: bytes
    facts: str
    role: str = "other"
    forms: tuple[FormSaid, ...] = ()
    inside: tuple[Held, ...] = ()
    folder: str = ""
    left_out: tuple[tuple[str, str], ...] = ()
    varies: bool = False

    def told(self, above: str = "") -> Iterator[dict[str, Any]]:
        """This file and those in it, in the order in which they are read."""
        folder = "/".join(part for part in (above, self.folder) if part)
        yield {
            "folder": folder,
            "filename": self.name,
            "size": len(self.data),
            "sha256": hashlib.sha256(self.data).hexdigest(),
            "facts": self.facts,
            "left_out": [list(item) for item in self.left_out],
            "parts": [{"role": self.role, **form.told()} for form in self.forms] or [{"role": self.role}],
        }
        for item in self.inside:
            yield from item.told(f"{folder}/{self.name}" if folder else self.name)

    def all_vary(self) -> Iterator[bool]:
        """Which of these files have bytes that vary, in the same order."""
        yield self.varies
        for item in self.inside:
            yield from item.all_vary()


@dataclass(frozen=True)
class Message:
    """A message of the corpus and what it says; `key` names its golden file.

    `body` None is not stated (a machine's long notice); `quoted` are words that must stand in the
    history cut off, `links` provider, filename, size and expiry as written.  `needs` is a
    program without which it cannot be read, `fault` the reason why the reading is known to differ.
    """

    key: str
    raw: bytes
    subject: str
    body: str | None
    files: Sequence[Held] = ()
    kind: str = "material"
    sender: str = "kepu@unit.example"
    quoted: str = ""
    links: Sequence[tuple[str, str, str, str]] = ()
    replies_to: str = ""
    wants_read_receipt: bool = False
    answered_to: str | None = "kepu@unit.example"
    needs: str = ""
    fault: str = ""

    def told(self) -> dict[str, Any]:
        """What the reading must say, whole but for the body's tail and figures that are not stated."""
        return {
            "kind": self.kind,
            "subject": self.subject,
            "sender": self.sender,
            "body": None if self.body is None else self.body[:HEAD],
            "links": [list(link) for link in self.links],
            "replies_to": self.replies_to,
            "wants_read_receipt": self.wants_read_receipt,
            "answered_to": self.answered_to,
            "left_out": [],
            "documents": [document for item in self.files for document in item.told()],
        }

    def varying(self) -> list[bool]:
        """Which documents have bytes that vary, in order."""
        return [varies for item in self.files for varies in item.all_vary()]


def differences(stated: Any, read: Any, place: str = "") -> list[str]:
    """Where a reading is not what was stated; figures that are not stated are free, None is not stated."""
    if stated is None and place.endswith(("body", "sha256", "size")):
        return []
    if isinstance(stated, dict) and isinstance(read, dict):
        keys = stated.keys() if place.endswith("figures") else stated.keys() | read.keys()
        free = {"quoted"} if not place else set()
        return [
            line
            for key in sorted(keys - free)
            for line in differences(stated.get(key, "—"), read.get(key, "—"), f"{place}.{key}")
        ]
    if isinstance(stated, list) and isinstance(read, list) and len(stated) == len(read):
        pairs = enumerate(zip(stated, read, strict=True))
        return [line for at, (one, two) in pairs for line in differences(one, two, f"{place}[{at}]")]
    return [] if stated == read else [f"{place}: stated {stated!r}, read {read!r}"]
