"""The tables.  What must never happen is refused here, not only avoided in code."""

from __future__ import annotations

import sqlalchemy as sa

from intake.domain.mail.authentication import Authenticity
from intake.domain.model.correction import CorrectionKind
from intake.domain.model.document import Role
from intake.domain.model.mail import LetterKind, LetterState, MessageKind, MessageState, Place
from intake.domain.model.nomination import Action, Severity, State
from store.database.columns import Instant, key, one_of, to
from store.database.schema_service import (
    campaign,
    counter,
    folder,
    metadata,
    placement,
    progress,
    secret,
    staff,
    staff_session,
)

__all__ = [
    "bounce",
    "campaign",
    "correction",
    "correspondent",
    "counter",
    "decision",
    "document",
    "event",
    "finding",
    "folder",
    "inspection",
    "letter",
    "letter_message",
    "letter_nomination",
    "message",
    "metadata",
    "nomination",
    "nomination_document",
    "placement",
    "progress",
    "reading",
    "secret",
    "sighting",
    "staff",
    "staff_session",
    "unit",
]

unit = sa.Table(
    "unit",
    metadata,
    key(),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("known", sa.Boolean, nullable=False),
    sa.Column("entitled", sa.Boolean, nullable=False),
    sa.Column("quota", sa.Integer),
    sa.Column("round", sa.Integer, nullable=False, server_default="0"),
)

correspondent = sa.Table(
    "correspondent",
    metadata,
    sa.Column("unit_id", sa.ForeignKey("unit.id"), primary_key=True),
    sa.Column("address", sa.Text, primary_key=True),
    sa.Column("confirmed", sa.Boolean, nullable=False),
    sa.Column("by_name", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""A person's word on an address: it writes for the unit, or (`confirmed` false) it does not."""

message = sa.Table(
    "message",
    metadata,
    key(),
    sa.Column("content_hash", sa.Text, nullable=False, unique=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("kind", sa.Text),
    sa.Column("archived_at", Instant, nullable=False),
    sa.Column("internal_date", Instant),
    sa.Column("given_received_at", Instant),
    sa.Column("provider_received_at", Instant),
    sa.Column("claimed_date", Instant),
    sa.Column("received_at", Instant, index=True),
    sa.Column("received_source", sa.Text),
    sa.Column("message_id", sa.Text, index=True),
    sa.Column("claimed_from", sa.Text, index=True),
    sa.Column("subject", sa.Text),
    sa.Column("answer_to", sa.Text),
    sa.Column("facts", sa.JSON),
    to("unit", index=True),
    sa.Column("attribution", sa.Text),
    sa.Column("assembled", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("trouble", sa.Text),
    sa.Column("authentication", sa.Text, nullable=False, server_default="unknown"),
    sa.Column("authentication_said", sa.Text, nullable=False, server_default=""),
    one_of("state", MessageState),
    one_of("kind", MessageKind),
    sa.Column("classified", sa.Text),
    sa.Column("erased", sa.Text),
    one_of("authentication", Authenticity),
    one_of("classified", Place),
    one_of("received_source", ("received", "internaldate", "given")),
    sa.CheckConstraint(
        "state <> 'read' OR (kind IS NOT NULL AND received_at IS NOT NULL)", name="read_whole"
    ),
)
"""One archived mail.  `answer_to` is the address a letter may go to; null: nobody is answered.

`authentication` is how the provider judged the sender, `authentication_said` in which words.
`classified` is where a mark of a state secret was seen: nothing of such a mail is processed.
`erased`: its bytes are gone for good and never come back (`store/mail/erasure.py`); "whole" or "part".
"""

sighting = sa.Table(
    "sighting",
    metadata,
    key(),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("folder", sa.Text, nullable=False),
    sa.Column("uidvalidity", sa.BigInteger, nullable=False),
    sa.Column("uid", sa.BigInteger, nullable=False),
    to("message", index=True),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("trouble", sa.Text),
    sa.Column("seen_at", Instant, nullable=False),
    sa.UniqueConstraint("account", "folder", "uidvalidity", "uid"),
)
"""Where in the mailbox a message stands; without a message: it could not be fetched whole yet."""

document = sa.Table(
    "document",
    metadata,
    key(),
    to("message", nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("filename", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False, index=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("folder", sa.Text, nullable=False, server_default=""),
    to("unit", index=True),
    sa.UniqueConstraint("message_id", "ordinal"),
)

reading = sa.Table(
    "reading",
    metadata,
    sa.Column("content_hash", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
)
"""What the parsers read out of one file, however often it was sent."""

inspection = sa.Table(
    "inspection",
    metadata,
    sa.Column("content_hash", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
)
"""What was seen in one scan; deepened when a further form needs more of it read."""

nomination = sa.Table(
    "nomination",
    metadata,
    key(),
    sa.Column("number", sa.Text, nullable=False, unique=True),
    to("unit", nullable=False, index=True),
    sa.Column("category", sa.Text),
    sa.Column("nominee", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("erased_at", Instant),
    one_of("state", State),
    # By hash on Postgres (see the migration): to say so here loads its dialect in every command.
    sa.Index("ix_nomination_nominee", "nominee"),
)

nomination_document = sa.Table(
    "nomination_document",
    metadata,
    sa.Column("nomination_id", sa.ForeignKey("nomination.id"), primary_key=True),
    sa.Column("document_id", sa.ForeignKey("document.id"), primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True, server_default="0"),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("current", sa.Boolean, nullable=False),
    sa.Column("certain", sa.Boolean, nullable=False),
    sa.Column("page", sa.Integer, nullable=False, server_default="0"),
    sa.Column("waiting", sa.Boolean, nullable=False, server_default=sa.false()),
    one_of("role", Role),
    sa.Index(
        "uq_nomination_document_current",
        "nomination_id",
        "role",
        unique=True,
        # On Postgres too, likewise.
        sqlite_where=sa.text("current AND page = 0 AND role IN ('form', 'scan')"),
    ),
    sa.Index("ix_nomination_document_document_id", "document_id"),
)
"""What lies with a nomination; a `waiting` file came from an address that a person must confirm first."""

finding = sa.Table(
    "finding",
    metadata,
    key(),
    to("nomination", nullable=False, index=True),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
    sa.Column("document", sa.Text),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("basis", sa.Text),
    sa.Column("confidence", sa.Float),
    sa.Column("fields", sa.Text, nullable=False, server_default=""),
    sa.Column("kind", sa.Text),
    one_of("severity", Severity),
)

decision = sa.Table(
    "decision",
    metadata,
    key(),
    to("nomination", nullable=False, index=True),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("by_name", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("told", sa.Text),
    to("letter", index=True),
    one_of("action", Action),
)
"""A person's decision.  `told` is what the unit hears of it (null: nothing), `letter_id` in which letter."""

correction = sa.Table(
    "correction",
    metadata,
    key(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False, index=True),
    sa.Column("part", sa.Integer, nullable=False, server_default="0"),
    sa.Column("about", sa.Text, nullable=False, server_default=""),
    sa.Column("value", sa.Text),
    sa.Column("read", sa.Text, nullable=False, server_default=""),
    sa.Column("number", sa.Text, nullable=False, server_default="", index=True),
    sa.Column("by_name", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    one_of("kind", CorrectionKind),
)
"""A person's word on a paper (`intake.domain.model.correction`): of each thing the last one is in force.

It hangs on the bytes of which it speaks and on no row, so that nothing that is read again loses it.
"""

letter = sa.Table(
    "letter",
    metadata,
    key(),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    to("unit"),
    sa.Column("round", sa.Integer),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("to_address", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("message_id", sa.Text, nullable=False, unique=True),
    sa.Column("in_reply_to", sa.Text),
    sa.Column("thread", sa.Text, index=True),
    sa.Column("raw", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("unsure", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_attempt_at", Instant),
    sa.Column("sent_at", Instant, index=True),
    sa.Column("trouble", sa.Text),
    one_of("kind", LetterKind),
    one_of("state", LetterState),
    sa.UniqueConstraint("unit_id", "round"),
    sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at"),
    sa.Index("ix_letter_due", "state", "next_attempt_at"),
)
"""The outbox: the whole letter as bytes, so that a second attempt sends the same one."""

bounce = sa.Table(
    "bounce",
    metadata,
    sa.Column("message_id", sa.ForeignKey("message.id"), primary_key=True),
    to("letter", index=True),
    sa.Column("address", sa.Text, nullable=False, index=True),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("cleared_at", Instant),
    sa.Column("cleared_by", sa.Text),
    sa.Column("cleared_reason", sa.Text),
    one_of("outcome", ("failed", "delayed", "delivered")),
    sa.CheckConstraint(
        "(cleared_at IS NULL) = (cleared_by IS NULL) AND (cleared_at IS NULL) = (cleared_reason IS NULL)",
        name="cleared_whole",
    ),
)
"""A letter that came back, by the message that says so; a failed address gets none until it is cleared."""

letter_nomination = sa.Table(
    "letter_nomination",
    metadata,
    sa.Column("letter_id", sa.ForeignKey("letter.id"), primary_key=True),
    sa.Column("nomination_id", sa.ForeignKey("nomination.id"), primary_key=True, index=True),
    sa.Column("said", sa.JSON),
)
"""Of what a letter speaks; `said` is what it asked for (`intake.domain.letters.last_letter.Said`)."""

letter_message = sa.Table(
    "letter_message",
    metadata,
    sa.Column("message_id", sa.ForeignKey("message.id"), primary_key=True),
    sa.Column("letter_id", sa.ForeignKey("letter.id"), nullable=False, index=True),
)
"""Which letter answers a message; the primary key is the promise that none is answered twice."""

event = sa.Table(
    "event",
    metadata,
    key(),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("verb", sa.Text, nullable=False),
    sa.Column("number", sa.Text, index=True),
    sa.Column("message_id", sa.Integer, index=True),
    sa.Column("letter_id", sa.Integer, index=True),
    sa.Column("detail", sa.Text, nullable=False),
)
"""The audit trail; triggers refuse DELETE, and UPDATE but where it takes out words and leaves their mark."""
