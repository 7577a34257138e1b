"""Who is alone of his kind in a mail or a folder: asked of one count for all documents of a kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from intake.domain.model.document import Document

Place = tuple[int, str | None]
"""The row of a message, and the folder in an archive or an enclosed mail; None for the whole mail."""


def mail_of(document: Document) -> Place:
    """The whole mail that brought a document."""
    return document.message.id, None


def folder_of(document: Document) -> Place:
    """The folder in which a document lies: the mail itself, an archive in it, an enclosed mail."""
    return document.place


class Places:
    """How many of some documents (a unit's forms, its scans) lie in each folder and each mail."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._count: Counter[Place] = Counter(
            way(document) for document in documents for way in (folder_of, mail_of)
        )

    def has_any(self, place: Place) -> bool:
        """True where at least one of them lies there."""
        return self._count[place] > 0

    def has_one(self, place: Place) -> bool:
        """True where exactly one of them lies there."""
        return self._count[place] == 1


class SentTogether:
    """Where the forms and the scans that are to be paired lie: counted once, and asked in every step."""

    def __init__(self, forms: Iterable[Document], scans: Iterable[Document]) -> None:
        self.forms, self.scans = Places(forms), Places(scans)

    def are_alone(self, place: Place) -> bool:
        """True where exactly one form and one scan lie there."""
        return self.forms.has_one(place) and self.scans.has_one(place)
