"""Reads messages of the corpus the way the service does: archive, sandbox, store; told as plain data."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from intake.config.campaign_file import load_campaign
from intake.domain.documents.roles import Roles
from intake.domain.mail.links import own_links
from intake.domain.model.document import Form, Role
from intake.domain.model.facts import (
    ContainerFacts,
    Facts,
    ImageFacts,
    OpaqueFacts,
    PdfFacts,
    UnreadableFacts,
    WordFacts,
)
from intake.stages.ingest import ingest
from intake.stages.read import Reader
from parsers.sandbox.pool import Sandbox
from store.archive.archive import Archive
from store.database import engine as store_engine
from store.database.schema import document, message, reading
from store.mail.readings import facts_adapter, message_adapter
from tests.corpus.papers import FIGURES
from tests.corpus.statement import HEAD

OWN = frozenset({"intake@example.org"})


@dataclass
class ReadingRoom:
    """A store with its sandbox; `folder` is empty when it opens."""

    folder: Path
    sandbox: Sandbox

    def __post_init__(self) -> None:
        self.engine = store_engine.connect(f"sqlite:///{self.folder / 'corpus.db'}")
        store_engine.migrate(self.engine)
        self.archive = Archive(self.folder / "archive")
        self.campaign = load_campaign().campaign
        self.roles = Roles(self.campaign)
        self.reader = Reader(
            self.engine, self.archive, self.sandbox, OWN, (), 1, threading.Event(), return_path=True
        )

    def read(self, raw: bytes) -> dict[str, Any]:
        """What the service holds of a message after it was ingested and read."""
        path = self.folder / "message.eml"
        path.write_bytes(raw)
        ingest(self.engine, self.archive, [path], None, lambda *_: None)
        self.reader.read()
        name = "sha256:" + hashlib.sha256(raw).hexdigest()
        with store_engine.viewing(self.engine) as cn:
            row = cn.execute(sa.select(message).where(message.c.content_hash == name)).one()
            documents = cn.execute(
                sa.select(document, reading.c.facts)
                .join(reading, reading.c.content_hash == document.c.content_hash)
                .where(document.c.message_id == row.id)
                .order_by(document.c.ordinal)
            ).all()
        assert row.trouble is None, row.trouble
        return self._told(row, documents)

    def _told(self, row: Any, documents: Any) -> dict[str, Any]:
        facts = message_adapter().validate_python(row.facts)
        links = own_links(facts.body, facts.quoted, row.received_at)
        return {
            "kind": str(row.kind),
            "subject": row.subject,
            "sender": row.claimed_from,
            "body": facts.body[:HEAD],
            "quoted": facts.quoted[:HEAD],
            "links": [[link.provider, link.filename, link.size, link.expiry] for link in links],
            "replies_to": next(iter(facts.in_reply_to), ""),
            "wants_read_receipt": facts.wants_read_receipt,
            "answered_to": row.answer_to,
            "left_out": [list(item) for item in facts.left_out],
            "documents": [self._document(item) for item in documents],
        }

    def _document(self, row: Any) -> dict[str, Any]:
        facts = facts_adapter().validate_python(row.facts)
        parts = self.roles.read(row.content_hash, row.filename, facts)
        return {
            "folder": row.folder,
            "filename": row.filename,
            "size": row.size,
            "sha256": row.content_hash.removeprefix("sha256:"),
            "facts": described(facts),
            "left_out": [list(item) for item in getattr(facts, "left_out", ())],
            "parts": [_part(role, form) for role, form in parts],
        }


def _part(role: Role, form: Form | None) -> dict[str, Any]:
    if form is None:
        return {"role": str(role)}
    figures = {name: form.fields[name].value for name in FIGURES if name in form.fields}
    return {
        "role": str(role),
        "category": form.category,
        "nominee": form.text("nominee"),
        "unit": form.text("unit"),
        "figures": figures,
    }


def _pdf(facts: PdfFacts) -> str:
    said = [f"{name}={value}" for name, value in facts.fields]
    return " ".join(["pdf", "scan" if facts.is_scan else "text", str(facts.page_count), *said])


def _word(facts: WordFacts) -> str:
    return " ".join(
        ["word"] + ["macros"] * facts.macros + [f"from {facts.converted_from}"] * bool(facts.converted_from)
    )


_DESCRIBED: dict[type, Callable[[Any], str]] = {
    WordFacts: _word,
    PdfFacts: _pdf,
    ImageFacts: lambda facts: f"image {facts.format}",
    ContainerFacts: lambda facts: f"container {facts.format}",
    OpaqueFacts: lambda facts: f"opaque {facts.format}",
    UnreadableFacts: lambda facts: f"unreadable {facts.code} {facts.claimed_format}",
}


def described(facts: Facts) -> str:
    """The facts in the words of the statements."""
    return _DESCRIBED[type(facts)](facts)
