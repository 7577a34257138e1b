"""read: from an archived message to its kind, its documents and their facts.

All parsing happens in the sandbox's children.  A message that our own fault keeps
from being read goes to quarantine, and the next one goes on.

A file may hold files: archives, mails sent as files, Outlook's `.msg` and `winmail.dat`, signed mail, PDF
portfolios.  A parser that opens one writes the members to a scratch folder, and they are walked here
depth first within the limits; each becomes a document with the `folder` that it lay in, which is evidence
for pairing.  What a limit or a password kept out is named in `left_out` and makes a person look.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.domain.mail.authentication import TOPMOST, Trust, verdict_of
from intake.domain.mail.kind import Believed, answer_address, kind_of
from intake.domain.mail.received_time import NO_TIME, time_of_record
from intake.domain.mail.set_aside import UNPLACED
from intake.domain.model.facts import Attachment, Facts, MessageFacts, UnreadableFacts
from intake.domain.model.mail import MessageKind
from intake.domain.secrecy import mail_marks
from intake.domain.secrecy.mail_marks import Mark, Place
from intake.stages.bundles import bundles_of, slices
from intake.stages.read_outcomes import Outcome, ReadingTrouble, ReadResult, Unavailable
from parsers import reading_version
from parsers.common import limits
from parsers.mail import message
from parsers.sandbox.bundle import Bundle
from parsers.sandbox.pool import MessageUnreadable, ParserFault, Sandbox
from store.archive.archive import Archive
from store.archive.names import PREFIX, Damaged
from store.database.engine import StoreDown, viewing, writing
from store.mail import damage, messages, readings
from store.mail import secrecy as marked
from store.mail.messages import Unread
from store.mail.readings import MailReading, ReadDocument

log = logging.getLogger(__name__)

UNNAMED, WHOLE_MAIL = "未命名附件", "整封邮件"

RECORDED = 16
"""Messages whose readings are written in one transaction: some ten milliseconds of work, one fsync."""

SLICE = 64
"""Messages read between two looks at whether the service is to stop."""


BY_PEOPLE = frozenset({MessageKind.MATERIAL, MessageKind.ENQUIRY, MessageKind.OTHER})
"""Kinds of mail that people write: machines and mass mail speak of secrets as they like."""


class _Marked(Exception):
    """A file bears a mark of a state secret: nothing more of its mail is opened."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.place = place


@dataclass(slots=True)
class _Taking:
    """The files of one message while they are taken out, and how much that is already."""

    scratch: Path
    version: str
    bundle: Bundle | None = None
    heed: bool = True
    anew: bool = False
    known: dict[str, Facts] = field(default_factory=dict)
    found: list[ReadDocument] = field(default_factory=list)
    size: int = 0
    left: list[str] = field(default_factory=list)

    def room_for(self, item: Attachment, depth: int) -> bool:
        """True while the message keeps within the limits; counts the file in."""
        self.size += item.size
        return (
            depth <= limits.NESTING
            and len(self.found) < limits.DOCUMENTS_PER_MESSAGE
            and self.size <= limits.UNPACKED_BYTES_PER_MESSAGE
        )


@dataclass(frozen=True, slots=True)
class Reader:
    """The parts that reading needs; `own` are the mailbox's own addresses, lower case.

    `trust` tells whose word on senders is believed; `return_path` that the provider writes Return-Path.
    """

    engine: Engine
    archive: Archive
    sandbox: Sandbox
    own: frozenset[str]
    received_by: tuple[str, ...]
    workers: int
    stop: threading.Event
    progressed: Callable[[int, int], None] = lambda done, total: None
    trust: Trust = TOPMOST
    return_path: bool = False
    placed: Callable[[str, MailReading], MailReading | None] = lambda content_hash, reading: reading
    """A reading as this campaign takes it up (`intake.stages.place`); None: a person must say whose it is."""

    def read(self) -> ReadResult:
        """Reads every message that waits; a few at a time are recorded in one transaction."""
        with viewing(self.engine) as cn:
            waiting = messages.unread(cn)
        result = ReadResult()
        version = reading_version()
        # More threads than children, so that no child waits while another message is put on disk.
        with ThreadPoolExecutor(2 * self.workers, thread_name_prefix="read") as pool:
            for some_bundles in slices(bundles_of(waiting, self.archive), SLICE):
                if self.stop.is_set():
                    break
                read = pool.map(partial(self._read_bundle, version), some_bundles)
                outcomes = chain.from_iterable(read)
                while some := list(islice(outcomes, RECORDED)):
                    self._kept(some, version, result)
                    self.progressed(result.done, len(waiting))
        return result

    def read_message(self, message_row: int) -> None:
        """Reads one message, unless it is read already, or was meanwhile: for a worker beside others."""
        version = reading_version()
        if item := self._waiting(message_row):
            outcome = self._read_one(version, item)
            if self._waiting(message_row):
                self._kept([outcome], version, ReadResult())

    def _waiting(self, message_row: int) -> Unread | None:
        with viewing(self.engine) as cn:
            return next(iter(messages.unread(cn, message_row)), None)

    def _kept(self, outcomes: Sequence[Outcome], version: str, result: ReadResult) -> None:
        """Records them together; where a fault of ours forbids it each alone, at last without its reading."""
        try:
            self._record(outcomes, version, result)
        except (StoreDown, OSError):
            raise
        except Exception:
            if len(outcomes) > 1:
                for outcome in outcomes:
                    self._kept([outcome], version, result)
                return
            (only,) = outcomes
            if not isinstance(only, MailReading):
                raise
            story = traceback.format_exc()
            self._record([ReadingTrouble(only.message, story, _sender(only.facts))], version, result)

    def _record(self, outcomes: Sequence[Outcome], version: str, result: ReadResult) -> None:
        read = [item for item in outcomes if isinstance(item, MailReading)]
        with writing(self.engine) as cn:
            for item in read:
                if item.classified is not None:
                    self._forget(cn, item.message)
            if read:
                readings.record(cn, read, version, clock.now())
            for outcome in outcomes:
                if isinstance(outcome, Unavailable):
                    damage.note(cn, outcome.message, outcome.how, clock.now())
                elif isinstance(outcome, ReadingTrouble):
                    messages.quarantine(cn, outcome.message, outcome.story, outcome.sender, clock.now())
        for outcome in outcomes:
            result.count(outcome)

    def _forget(self, cn: Connection, message_row: int) -> None:
        """Drops what an earlier reading kept of a mail whose mark is seen only now."""
        files, pictures = marked.forget(cn, message_row)
        for content_hash in files:
            self.archive.remove("documents", content_hash)
        for content_hash in pictures:
            self.archive.remove("pictures", content_hash)

    def _read_bundle(self, version: str, items: Sequence[Unread]) -> list[Outcome]:
        if len(items) == 1:
            return [self._read_one(version, items[0])]
        with self.archive.scratch() as scratch, self.sandbox.bundle(scratch) as bundle:
            return [self._read_one(version, item, bundle) for item in items]

    def _read_one(self, version: str, item: Unread, bundle: Bundle | None = None) -> Outcome:
        with self.archive.scratch() as scratch:
            return self._read_in(_Taking(scratch, version, bundle), item)

    def _read_in(self, taking: _Taking, item: Unread) -> Outcome:
        try:
            found = self._placed(item, self._reading(item, self._unpacked(item, taking), taking))
            # The file may have come to harm between its check and its reading.
            self.archive.checked("messages", item.content_hash, taking.scratch)
            if isinstance(found, MailReading):
                self._shelve(found.documents, taking.scratch)
            return found
        except Damaged as fault:
            # One file of the archive is at fault: this message waits, and the next one goes on.
            return Unavailable(item.id, str(fault))
        except (OSError, StoreDown):
            # The disk or the database is at fault, not the message: an outage, and the message waits.
            raise
        except Exception:  # noqa: BLE001 - whatever our code trips over must not stop the next message
            story = traceback.format_exc()
            heading = self._heading(item, taking.scratch)
            return ReadingTrouble(item.id, story, _sender(heading) if heading else None)
        finally:
            self.sandbox.release(taking.scratch)

    def _placed(self, item: Unread, outcome: MailReading | ReadingTrouble) -> MailReading | ReadingTrouble:
        """The reading, where several campaigns share the mailbox, as that of the one that the mail is for."""
        if isinstance(outcome, ReadingTrouble):
            return outcome
        placed = self.placed(item.content_hash, outcome)
        return ReadingTrouble(item.id, UNPLACED, _sender(outcome.facts)) if placed is None else placed

    def _unpacked(self, item: Unread, taking: _Taking) -> MessageFacts:
        """The message taken apart, or what its header says where its bytes are past taking apart.

        Such bytes are no fault of ours: the mail is read as one of which all was left out, and
        staff look at it.  Its files are read with it where they can be.
        """
        path = self.archive.checked("messages", item.content_hash, taking.scratch)
        if item.was_read:
            with viewing(self.engine) as cn:
                stored = readings.stored_of(cn, item.id, taking.version)
            # What holds files is opened anew: one of them may be lost.
            taking.known |= _memberless(stored)
            taking.anew = True
        known, ends = frozenset(taking.known), mail_marks.is_marked
        whole = self.sandbox.read_mail(path, taking.scratch, known, ends, taking.bundle)
        if whole is not None:
            # What is known of a file was read for its first sender: no other mail's process changes it.
            with viewing(self.engine) as cn:
                stored = readings.stored(cn, [*whole.files], taking.version)
            taking.known |= whole.files | _memberless(stored)
            return whole.facts
        try:
            return self.sandbox.unpack(path, taking.scratch)
        except MessageUnreadable as fault:
            log.warning("message %d cannot be taken apart: %s", item.id, fault)
            shown = self._heading(item, taking.scratch) or _NOTHING
            return replace(shown, left_out=((WHOLE_MAIL, fault.code),), defects=(fault.detail,))

    def _heading(self, item: Unread, scratch: Path) -> MessageFacts | None:
        """What the header alone says, read in the sandbox too; None where not even that can be read."""
        try:
            path = self.archive.checked("messages", item.content_hash, scratch)
            facts: MessageFacts = self.sandbox.run(
                message.heading, path, seconds=limits.HEADING_SECONDS, kind=MessageFacts
            )
        except Damaged:
            return None
        except OSError:
            raise
        except Exception:  # noqa: BLE001 - the fault that led here is told; this one adds nothing
            return None
        return facts

    def _reading(self, item: Unread, facts: MessageFacts, taking: _Taking) -> MailReading | ReadingTrouble:
        record = time_of_record(facts.received, self.received_by, item.internal_date, item.given_received_at)
        if record is None:
            return ReadingTrouble(item.id, NO_TIME, _sender(facts))
        kind = kind_of(facts, self.own)
        verdict = verdict_of(facts, self.trust)
        place = mail_marks.surely(mail_marks.in_mail(facts)) if kind in BY_PEOPLE else None
        documents: list[ReadDocument] = []
        if place is None:
            try:
                taking.heed = kind in BY_PEOPLE
                documents = self._documents(facts, taking)
            except _Marked as mark:
                place = mark.place
            else:
                facts = replace(facts, left_out=(*facts.left_out, *_told(taking.left)))
        if place is not None:
            facts = mail_marks.dropped(facts)
        return MailReading(
            message=item.id,
            facts=facts,
            kind=kind,
            received_at=record.at,
            received_source=record.source,
            provider_received_at=record.provider_at,
            # Of a mail that nobody could read, nobody can say what came; and where the domain's owner
            # disowns it, the address is most likely that of a third person.  A person answers marked mail.
            answer_to=None
            if place is not None or WHOLE_MAIL in dict(facts.left_out) or verdict.failed
            else answer_address(
                facts,
                kind,
                self.own,
                Believed(self.return_path, verdict.is_verified),
            ),
            documents=tuple(documents),
            verdict=verdict,
            classified=place,
        )

    def _documents(self, facts: MessageFacts, taking: _Taking) -> list[ReadDocument]:
        """The message's files and what lies inside them, depth first; `taking.left` names those too many.

        Where marks are heeded, raises `_Marked` at the first; then none of the files is shelved.
        """
        for attachment in facts.attachments:
            self._take(attachment, "", 0, taking)
        return taking.found

    def _shelve(self, documents: Sequence[ReadDocument], scratch: Path) -> None:
        """Puts the files of a mail on the shelf, before there is a row of any."""
        for content_hash in dict.fromkeys(item.content_hash for item in documents):
            fresh = scratch / content_hash.removeprefix(PREFIX)
            if fresh.exists():
                self.archive.adopt("documents", content_hash, fresh)

    def _take(self, item: Attachment, folder: str, depth: int, taking: _Taking) -> None:
        if not taking.room_for(item, depth):
            taking.left.append(item.filename or UNNAMED)
            return
        name = item.filename or f"{UNNAMED}{len(taking.found) + 1}"
        if taking.heed and mail_marks.in_name(f"{item.folder}/{item.filename or ''}") is Mark.SURE:
            raise _Marked(Place.FILENAME)
        facts = self._facts(item.content_hash, taking)
        if taking.heed and mail_marks.in_document(facts) is Mark.SURE:
            raise _Marked(Place.DOCUMENT)
        taking.found.append(
            ReadDocument(len(taking.found), name, item.content_hash, item.size, facts, folder)
        )
        for member in getattr(facts, "members", ()):
            inside = "/".join(part for part in (folder, name, member.folder) if part)
            self._take(member, inside, depth + 1, taking)

    def _facts(self, content_hash: str, taking: _Taking) -> Facts:
        """What the file says: remembered, or read now."""
        scratch, known = taking.scratch, taking.known
        if content_hash not in known:
            with viewing(self.engine) as cn:
                cached = readings.stored(cn, [content_hash], taking.version).get(content_hash)
            fresh = scratch / content_hash.removeprefix(PREFIX)
            if cached is None or (taking.anew and [*getattr(cached, "members", ())]):
                path = fresh if fresh.exists() else self.archive.checked("documents", content_hash, scratch)
                cached = self._parsed(path, scratch)
            known[content_hash] = cached
        return known[content_hash]

    def _parsed(self, path: Path, scratch: Path) -> Facts:
        """What a file says, read now; one that a parser of ours trips over is for a person, not its mail."""
        try:
            return self.sandbox.parse(path, scratch)
        except ParserFault as fault:
            log.error("a parser tripped over %s: %s", path.name, fault)
            said = f"our parser failed: {str(fault).strip().rpartition(chr(10))[2][:200]}"
            return UnreadableFacts("too-large", "unknown", said)


_NOTHING = MessageFacts(None, (), (), "", None, None, (), None, None, (), {}, "", "", ())
"""A message of which not even the header can be read."""


def _memberless(stored: Mapping[str, Facts]) -> dict[str, Facts]:
    """Those of the files that hold no others."""
    return {name: facts for name, facts in stored.items() if not getattr(facts, "members", ())}


def _sender(facts: MessageFacts) -> str | None:
    return facts.claimed_from.address or facts.claimed_from.name if facts.claimed_from else None


def _told(names: Sequence[str]) -> list[tuple[str, str]]:
    """Files over a limit as `left_out` tells them: by name, and beyond a hundred only how many."""
    told = [(name, "too-large") for name in names[: limits.LEFT_OUT]]
    more = len(names) - len(told)
    return [*told, (f"其余{more}个文件", "too-large")] if more else told
