"""The ledger: units, the documents that are theirs, nominations, findings, decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.engine import Connection, Row

from intake.domain.facts import Facts, OpaqueFacts
from intake.domain.model import (
    Action,
    Case,
    CaseDocument,
    Decision,
    Document,
    Field,
    Finding,
    Form,
    MessageKind,
    MessageRef,
    MessageState,
    Role,
    Severity,
    State,
    Unit,
)
from store import audit
from store.messages import FACTS
from store.schema import (
    counter,
    decision,
    document,
    finding,
    message,
    nomination,
    nomination_document,
    reading,
    unit,
)

FIELDS: TypeAdapter[Mapping[str, Field]] = TypeAdapter(Mapping[str, Field])


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A document as stored: its facts, before the campaign's eyes have read a role into it."""

    id: int
    message: MessageRef
    ordinal: int
    filename: str
    content_hash: str
    size: int
    facts: Facts

    def as_document(self, role: Role, form: Form | None) -> Document:
        """The document in the role that was read into it."""
        return Document(
            self.id, self.message, self.ordinal, self.filename, self.content_hash, self.size, role, self.facts, form
        )


@dataclass(frozen=True, slots=True)
class Mail:
    """A read message of the material kind, for attribution and for judging its times."""

    ref: MessageRef
    body: str
    threads: tuple[str, ...]
    provider_received_at: datetime | None
    internal_date: datetime | None
    attribution: str | None
    unit_id: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A recorded nomination: its number, state, case without facts, and the last decision."""

    id: int
    unit_id: int
    case: Case
    state: State
    decision: Decision | None


def next_value(cn: Connection, name: str) -> int:
    """The next number of a series, without gaps or doubles: the row stays locked until commit."""
    return cn.execute(
        sa.update(counter).where(counter.c.name == name).values(value=counter.c.value + 1).returning(counter.c.value)
    ).scalar_one()


# Units -----------------------------------------------------------------------------------


def unit_id(cn: Connection, item: Unit) -> int:
    """The row of a unit, made or brought up to date with the registry."""
    values = {
        "name": item.name,
        "kind": item.kind,
        "known": item.known,
        "entitled": item.entitled,
        "quota": item.quota,
    }
    row = cn.execute(sa.select(unit).where(unit.c.key == item.key)).one_or_none()
    if row is None:
        return cn.execute(sa.insert(unit).values(key=item.key, **values).returning(unit.c.id)).scalar_one()
    if any(getattr(row, name) != value for name, value in values.items()):
        cn.execute(sa.update(unit).where(unit.c.id == row.id).values(**values))
    return row.id


def units(cn: Connection, ids: Collection[int], *, lock: bool = False) -> dict[int, Unit]:
    """Units by row; `lock` keeps other writers from the same units until commit (Postgres)."""
    statement = sa.select(unit).where(unit.c.id.in_(ids)).order_by(unit.c.id)
    rows = cn.execute(statement.with_for_update() if lock else statement)
    return {row.id: _unit(row) for row in rows}


def units_of_kind(cn: Connection, kind: str) -> list[int]:
    """The rows of all units of a kind that have sent something."""
    return list(cn.execute(sa.select(unit.c.id).where(unit.c.kind == kind).order_by(unit.c.id)).scalars())


def _unit(row: Row[tuple[object, ...]]) -> Unit:
    return Unit(row.key, row.name, row.kind, row.known, row.entitled, row.quota)


# Mail and documents ----------------------------------------------------------------------

_MAIL = (
    message.c.id,
    message.c.message_id,
    message.c.received_at,
    message.c.claimed_from,
    message.c.subject,
    message.c.facts,
    message.c.provider_received_at,
    message.c.internal_date,
    message.c.attribution,
    message.c.unit_id,
)
_IS_MATERIAL = (message.c.state == MessageState.READ) & (message.c.kind == MessageKind.MATERIAL)


def _mail(row: Row[tuple[object, ...]]) -> Mail:
    facts = row.facts
    return Mail(
        ref=MessageRef(row.id, row.message_id, row.received_at, row.claimed_from, row.subject),
        body=facts["body"],
        threads=(*facts["in_reply_to"], *facts["references"]),
        provider_received_at=row.provider_received_at,
        internal_date=row.internal_date,
        attribution=row.attribution,
        unit_id=row.unit_id,
    )


def unassembled(cn: Connection) -> list[Mail]:
    """Material that has not found its nominations yet, in the order in which it came."""
    rows = cn.execute(
        sa.select(*_MAIL)
        .where(_IS_MATERIAL, message.c.assembled.is_(False))
        .order_by(message.c.received_at, message.c.content_hash)
    )
    return [_mail(row) for row in rows]


def mail_of_senders(cn: Connection, senders: Collection[str]) -> list[Mail]:
    """All material of these senders, attributed or not."""
    rows = cn.execute(
        sa.select(*_MAIL).where(_IS_MATERIAL, message.c.claimed_from.in_(senders)).order_by(message.c.id)
    )
    return [_mail(row) for row in rows]


def mail_of_units(cn: Connection, unit_ids: Collection[int]) -> list[Mail]:
    """All material in which a document belongs to one of the units."""
    ids = sa.select(document.c.message_id).where(document.c.unit_id.in_(unit_ids))
    rows = cn.execute(
        sa.select(*_MAIL)
        .where(_IS_MATERIAL, message.c.unit_id.in_(unit_ids) | message.c.id.in_(ids))
        .order_by(message.c.id)
    )
    return [_mail(row) for row in rows]


def documents_of_messages(cn: Connection, refs: Iterable[MessageRef]) -> list[RawDocument]:
    """The documents of these messages with their facts, in order."""
    by_id = {ref.id: ref for ref in refs}
    return _documents(cn, document.c.message_id.in_(by_id), by_id)


def documents_of_unit(cn: Connection, unit_row: int, refs: Iterable[MessageRef]) -> list[RawDocument]:
    """The unit's documents among those of the given messages."""
    by_id = {ref.id: ref for ref in refs}
    return _documents(cn, (document.c.unit_id == unit_row) & document.c.message_id.in_(by_id), by_id)


def _documents(
    cn: Connection, where: sa.ColumnElement[bool], refs: Mapping[int, MessageRef]
) -> list[RawDocument]:
    rows = cn.execute(
        sa.select(document, reading.c.facts)
        .join(reading, reading.c.content_hash == document.c.content_hash)
        .where(where)
        .order_by(document.c.message_id, document.c.ordinal)
    )
    return [
        RawDocument(
            row.id,
            refs[row.message_id],
            row.ordinal,
            row.filename,
            row.content_hash,
            row.size,
            FACTS.validate_python(row.facts),
        )
        for row in rows
    ]


def attribute(cn: Connection, message_row: int, unit_row: int, how: str, documents: Mapping[int, int]) -> None:
    """Gives a message and its documents to their units."""
    cn.execute(
        sa.update(message).where(message.c.id == message_row).values(unit_id=unit_row, attribution=how)
    )
    for document_row, owner in documents.items():
        cn.execute(sa.update(document).where(document.c.id == document_row).values(unit_id=owner))


def move_message(cn: Connection, message_row: int, unit_row: int, how: str) -> None:
    """Gives a message with all its documents to another unit."""
    cn.execute(
        sa.update(message)
        .where(message.c.id == message_row)
        .values(unit_id=unit_row, attribution=how, assembled=False)
    )
    cn.execute(sa.update(document).where(document.c.message_id == message_row).values(unit_id=unit_row))


def mark_assembled(cn: Connection, message_rows: Collection[int]) -> None:
    """Notes that these messages have found their nominations."""
    cn.execute(sa.update(message).where(message.c.id.in_(message_rows)).values(assembled=True))


def ask_again(cn: Connection) -> None:
    """Makes every message be judged again (the campaign file has changed)."""
    cn.execute(sa.update(message).where(_IS_MATERIAL).values(assembled=False))


# Nominations -----------------------------------------------------------------------------


def standings(cn: Connection, unit_rows: Collection[int]) -> list[Standing]:
    """The recorded nominations of these units; their documents carry no facts."""
    owners = units(cn, unit_rows)
    rows = cn.execute(
        sa.select(nomination).where(nomination.c.unit_id.in_(unit_rows)).order_by(nomination.c.number)
    ).all()
    documents = _case_documents(cn, [row.id for row in rows])
    decisions = last_decisions(cn, [row.id for row in rows])
    return [
        Standing(
            row.id,
            row.unit_id,
            Case(
                unit=owners[row.unit_id],
                category=row.category,
                nominee=row.nominee,
                received_at=row.received_at,
                documents=tuple(documents.get(row.id, ())),
                number=row.number,
                doubts=tuple(row.doubts),
            ),
            State(row.state),
            decisions.get(row.id),
        )
        for row in rows
    ]


def _case_documents(cn: Connection, ids: Collection[int]) -> dict[int, list[CaseDocument]]:
    rows = cn.execute(
        sa.select(
            nomination_document, document, message.c.message_id.label("header_id"), message.c.received_at,
            message.c.claimed_from, message.c.subject,
        )
        .join(document, document.c.id == nomination_document.c.document_id)
        .join(message, message.c.id == document.c.message_id)
        .where(nomination_document.c.nomination_id.in_(ids))
        .order_by(document.c.message_id, document.c.ordinal)
    )
    result: dict[int, list[CaseDocument]] = {}
    for row in rows:
        ref = MessageRef(row.message_id, row.header_id, row.received_at, row.claimed_from, row.subject)
        role = Role(row.role)
        plain = Document(
            row.document_id, ref, row.ordinal, row.filename, row.content_hash, row.size, role, OpaqueFacts("unknown")
        )
        result.setdefault(row.nomination_id, []).append(CaseDocument(plain, role, row.current, row.certain))
    return result


def last_decisions(cn: Connection, ids: Collection[int]) -> dict[int, Decision]:
    """The decision in force on each nomination; none after a reopening."""
    rows = cn.execute(sa.select(decision).where(decision.c.nomination_id.in_(ids)).order_by(decision.c.id))
    result: dict[int, Decision] = {}
    for row in rows:
        result[row.nomination_id] = Decision(Action(row.action), row.by_name, row.reason, row.at)
    return {key: value for key, value in result.items() if value.action is not Action.REOPEN}


def insert_nomination(cn: Connection, case: Case, unit_row: int, at: datetime, prefix: str) -> tuple[int, str]:
    """Opens a nomination under the next number (KX2024-0001); returns its row and number."""
    number = f"{prefix}-{next_value(cn, 'nomination'):04d}"
    row = cn.execute(
        sa.insert(nomination)
        .values(
            number=number,
            unit_id=unit_row,
            category=case.category,
            nominee=case.nominee,
            state=State.RECEIVED,
            received_at=case.received_at,
            changed_at=at,
            fields={},
            doubts=[],
        )
        .returning(nomination.c.id)
    ).scalar_one()
    audit.append(cn, audit.Event(at, "opened", case.nominee or "", number=number))
    return row, number


def record_case(cn: Connection, row: int, case: Case, unit_row: int, fields: Mapping[str, Field]) -> None:
    """Writes a case's names, fields and documents as they now stand."""
    cn.execute(
        sa.update(nomination)
        .where(nomination.c.id == row)
        .values(
            unit_id=unit_row,
            category=case.category,
            nominee=case.nominee,
            received_at=case.received_at,
            fields=FIELDS.dump_python(fields, mode="json"),
            doubts=list(case.doubts),
        )
    )
    cn.execute(sa.delete(nomination_document).where(nomination_document.c.nomination_id == row))
    cn.execute(
        sa.insert(nomination_document),
        [
            {
                "nomination_id": row,
                "document_id": item.document.id,
                "role": item.role,
                "current": item.current,
                "certain": item.certain,
            }
            for item in case.documents
        ],
    )


def record_findings(cn: Connection, row: int, findings: Sequence[Finding]) -> None:
    """Replaces a nomination's findings by those of the latest judgement."""
    cn.execute(sa.delete(finding).where(finding.c.nomination_id == row))
    if findings:
        cn.execute(
            sa.insert(finding),
            [
                {
                    "nomination_id": row,
                    "code": item.code,
                    "severity": item.severity,
                    "document": item.document,
                    "evidence": item.evidence,
                    "source": item.source,
                }
                for item in findings
            ],
        )


def findings_of(cn: Connection, ids: Collection[int]) -> dict[int, list[Finding]]:
    """The findings of each nomination, in the order of the rules."""
    rows = cn.execute(sa.select(finding).where(finding.c.nomination_id.in_(ids)).order_by(finding.c.id))
    result: dict[int, list[Finding]] = {}
    for row in rows:
        result.setdefault(row.nomination_id, []).append(
            Finding(row.code, Severity(row.severity), row.evidence, row.document, row.source)
        )
    return result


def change_state(
    cn: Connection, row: int, number: str, old: State, new: State, at: datetime, detail: str, actor: str = audit.SERVICE
) -> None:
    """Compare-and-set on the state, with its event; raises `Conflict` when somebody was faster."""
    if old is new:
        return
    changed = cn.execute(
        sa.update(nomination)
        .where(nomination.c.id == row, nomination.c.state == old)
        .values(state=new, changed_at=at)
    )
    if not changed.rowcount:
        raise Conflict(f"{number} is no longer {old}")
    audit.append(cn, audit.Event(at, "state", f"{old} -> {new}: {detail}", actor, number=number))


class Conflict(Exception):
    """Another writer changed the same nomination; the stage is simply run again."""


def record_decision(cn: Connection, row: int, number: str, item: Decision) -> None:
    """Writes a person's decision with its event."""
    cn.execute(
        sa.insert(decision).values(
            nomination_id=row, action=item.action, by_name=item.by, reason=item.reason, at=item.at
        )
    )
    audit.append(cn, audit.Event(item.at, f"decided: {item.action}", item.reason, item.by, number=number))


def find(cn: Connection, number: str) -> tuple[int, int] | None:
    """(row, unit row) of a nomination by its number, or None."""
    row = cn.execute(
        sa.select(nomination.c.id, nomination.c.unit_id).where(nomination.c.number == number)
    ).one_or_none()
    return (row.id, row.unit_id) if row else None


def units_of_nominations(cn: Connection, rows: Collection[int]) -> set[int]:
    """The unit rows to which these nominations belong."""
    return set(cn.execute(sa.select(nomination.c.unit_id).where(nomination.c.id.in_(rows))).scalars())


def filenames_of_messages(cn: Connection, message_rows: Collection[int]) -> list[str]:
    """The names of all documents of these messages, in order."""
    return list(
        cn.execute(
            sa.select(document.c.filename)
            .where(document.c.message_id.in_(message_rows))
            .order_by(document.c.message_id, document.c.ordinal)
        ).scalars()
    )


def judge_again(cn: Connection, unit_row: int) -> None:
    """Lets the next pass assemble and judge a unit anew."""
    cn.execute(sa.update(message).where(_IS_MATERIAL, message.c.unit_id == unit_row).values(assembled=False))
