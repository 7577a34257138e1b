"""The ledger: units, the documents that are theirs, nominations, findings, decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.engine import Connection

from intake.domain.model.certainty import Basis
from intake.domain.model.document import Document, Field, MessageRef, Role
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.nomination import Action, Case, CaseDocument, Decision, Finding, Severity, State
from store.database import audit
from store.database.audit import AuditEvent
from store.database.schema import (
    counter,
    decision,
    document,
    finding,
    message,
    nomination,
    nomination_document,
)
from store.ledger import units
from store.mail.messages import JUDGED, unverified, vouched_for


@cache
def fields_adapter() -> TypeAdapter[Mapping[str, Field]]:
    """How a form's fields stand in their row."""
    return TypeAdapter(Mapping[str, Field])


@dataclass(frozen=True, slots=True)
class Standing:
    """A recorded nomination: its number, state, case without facts, and the last decision."""

    id: int
    unit_id: int
    case: Case
    state: State
    decision: Decision | None
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NewNomination:
    """A nomination to be opened: its case, its unit's row, what its form says, its state as judged."""

    case: Case
    unit_row: int
    fields: Mapping[str, Field]
    state: State


def next_value(cn: Connection, name: str, count: int = 1) -> int:
    """The last of the next numbers of a series without gaps or doubles: the row stays locked until commit."""
    step = sa.update(counter).where(counter.c.name == name).values(value=counter.c.value + count)
    return int(cn.execute(step.returning(counter.c.value)).scalar_one())


def standings(cn: Connection, unit_rows: Collection[int]) -> list[Standing]:
    """The recorded nominations of these units; their documents carry no facts, and they no doubts.

    Those of which all was erased are out: nothing is judged, decided or told of them any more.
    """
    owners = units.by_row(cn, unit_rows)
    rows = cn.execute(
        sa.select(nomination)
        .where(nomination.c.unit_id.in_(unit_rows), nomination.c.erased_at.is_(None))
        .order_by(nomination.c.number)
    ).all()
    if not rows:
        return []
    ids = [row.id for row in rows]
    documents = _case_documents(cn, ids)
    decisions = last_decisions(cn, ids)
    return [
        Standing(
            row.id,
            row.unit_id,
            Case(
                unit=owners[row.unit_id],
                category=row.category,
                nominee=row.nominee,
                received_at=row.received_at,
                documents=tuple(documents.get((row.id, False), ())),
                number=row.number,
                waiting=tuple(documents.get((row.id, True), ())),
            ),
            State(row.state),
            decisions.get(row.id),
            row.fields,
        )
        for row in rows
    ]


def _case_documents(cn: Connection, ids: Collection[int]) -> dict[tuple[int, bool], list[CaseDocument]]:
    """The documents of nominations, each with whether it only waits beside them."""
    from intake.domain.model.facts import OpaqueFacts  # lists of the ledger handle no facts

    rows = cn.execute(
        sa.select(
            nomination_document,
            document,
            message.c.message_id.label("header_id"),
            message.c.received_at,
            message.c.claimed_from,
            message.c.subject,
            *JUDGED,
        )
        .join(document, document.c.id == nomination_document.c.document_id)
        .join(message, message.c.id == document.c.message_id)
        .where(nomination_document.c.nomination_id.in_(ids))
        .order_by(document.c.message_id, document.c.ordinal)
    )
    result: dict[tuple[int, bool], list[CaseDocument]] = {}
    for row in rows:
        ref = MessageRef(
            row.message_id,
            row.header_id,
            row.received_at,
            row.claimed_from,
            row.subject,
            unverified(row),
            vouched_for(row),
        )
        role = Role(row.role)
        plain = Document(
            id=row.document_id,
            message=ref,
            ordinal=row.ordinal,
            filename=row.filename,
            content_hash=row.content_hash,
            size=row.size,
            role=role,
            facts=OpaqueFacts("unknown"),
            folder=row.folder,
            part=row.part,
        )
        placed = CaseDocument(plain, role, row.current, row.certain, row.page)
        result.setdefault((row.nomination_id, row.waiting), []).append(placed)
    return result


def last_decisions(cn: Connection, ids: Collection[int]) -> dict[int, Decision]:
    """The decision in force on each nomination; none after a reopening."""
    rows = cn.execute(sa.select(decision).where(decision.c.nomination_id.in_(ids)).order_by(decision.c.id))
    result: dict[int, Decision] = {}
    for row in rows:
        result[row.nomination_id] = Decision(Action(row.action), row.by_name, row.reason, row.at, row.told)
    return {key: value for key, value in result.items() if value.action is not Action.REOPEN}


def last_word(cn: Connection, number: str) -> Decision | None:
    """What a person decided last of a nomination, a reopening too; None where nobody did."""
    row = cn.execute(
        sa.select(decision)
        .join(nomination, nomination.c.id == decision.c.nomination_id)
        .where(nomination.c.number == number)
        .order_by(decision.c.id.desc())
        .limit(1)
    ).one_or_none()
    return Decision(Action(row.action), row.by_name, row.reason, row.at, row.told) if row else None


def state(cn: Connection, row: int) -> State:
    """The state of a nomination."""
    return State(cn.execute(sa.select(nomination.c.state).where(nomination.c.id == row)).scalar_one())


def fields_of(cn: Connection, row: int) -> Mapping[str, Field]:
    """What the form of a nomination says, as it was last read."""
    return fields_adapter().validate_python(
        cn.execute(sa.select(nomination.c.fields).where(nomination.c.id == row)).scalar_one()
    )


def insert_nominations(
    cn: Connection, new: Sequence[NewNomination], at: datetime, prefix: str
) -> list[tuple[int, str]]:
    """Opens nominations under the next numbers (KX2024-0001), in their order; returns row and number of each.

    Their events (`opened_events`) are for the caller to record.
    """
    if not new:
        return []
    first = next_value(cn, "nomination", len(new)) - len(new) + 1
    numbers = [f"{prefix}-{first + place:04d}" for place in range(len(new))]
    cn.execute(
        sa.insert(nomination),
        [
            {
                "number": number,
                "unit_id": item.unit_row,
                "category": item.case.category,
                "nominee": item.case.nominee,
                "state": item.state,
                "received_at": item.case.received_at,
                "changed_at": at,
                "fields": fields_adapter().dump_python(item.fields, mode="json"),
            }
            for number, item in zip(numbers, new, strict=True)
        ],
    )
    # Rows that an insert returns have no order on SQLite, unless each is inserted by itself.
    found = cn.execute(
        sa.select(nomination.c.number, nomination.c.id).where(nomination.c.number.in_(numbers))
    )
    rows = {row.number: row.id for row in found}
    _insert_documents(cn, {rows[number]: item.case for number, item in zip(numbers, new, strict=True)})
    return [(rows[number], number) for number in numbers]


def opened_events(number: str, item: NewNomination, at: datetime, detail: str) -> list[AuditEvent]:
    """That a nomination was opened, and judged at once; `detail` says by what."""
    opened = AuditEvent(at, audit.OPENED, item.case.nominee or "", number=number)
    if item.state is State.RECEIVED:
        return [opened]
    return [opened, _changed(number, State.RECEIVED, item.state, at, detail)]


def record_case(
    cn: Connection, old: Standing, case: Case, unit_row: int, fields: Mapping[str, Field]
) -> None:
    """Writes a case's names, fields and documents as they now stand, where they are not as recorded."""
    said = fields_adapter().dump_python(fields, mode="json")
    now = unit_row, case.category, case.nominee, case.received_at, said
    was = old.unit_id, old.case.category, old.case.nominee, old.case.received_at, old.fields
    if now != was:
        names = ("unit_id", "category", "nominee", "received_at", "fields")
        changed = dict(zip(names, now, strict=True))
        cn.execute(sa.update(nomination).where(nomination.c.id == old.id).values(changed))
    if set(_links(case)) != set(_links(old.case)):
        cn.execute(sa.delete(nomination_document).where(nomination_document.c.nomination_id == old.id))
        _insert_documents(cn, {old.id: case})


def _insert_documents(cn: Connection, cases: Mapping[int, Case]) -> None:
    cn.execute(
        sa.insert(nomination_document),
        [
            dict(zip(("nomination_id", *_LINK), (row, *link), strict=True))
            for row, case in cases.items()
            for link in _links(case)
        ],
    )


_LINK = ("document_id", "part", "role", "current", "certain", "page", "waiting")
"""What is said of a document in a nomination."""


def _links(case: Case) -> Iterator[tuple[Any, ...]]:
    for documents, waiting in ((case.documents, False), (case.waiting, True)):
        for item in documents:
            own = item.document
            yield own.id, own.part, item.role, item.current, item.certain, item.page, waiting


def record_findings(
    cn: Connection, judged: Mapping[int, Sequence[Finding]], known: Mapping[int, Sequence[Finding]]
) -> None:
    """Writes the findings of the latest judgement by nomination, where they are not those `known` before.

    Two statements for all: beyond a quota each mail changes what is said of every nomination of a unit.
    """
    changed = {row: said for row, said in judged.items() if list(said) != list(known.get(row, ()))}
    if gone := [row for row in changed if known.get(row)]:
        cn.execute(sa.delete(finding).where(finding.c.nomination_id.in_(gone)))
    new = [
        {
            "nomination_id": row,
            "code": item.code,
            "severity": item.severity,
            "document": item.document,
            "evidence": item.evidence,
            "source": item.source,
            "basis": item.basis,
            "confidence": item.confidence,
            "fields": ",".join(item.fields),
            "kind": item.kind,
        }
        for row, said in changed.items()
        for item in said
    ]
    if new:
        cn.execute(sa.insert(finding), new)


def findings_of(cn: Connection, ids: Collection[int]) -> dict[int, list[Finding]]:
    """The findings of each nomination, in the order of the rules."""
    rows = cn.execute(sa.select(finding).where(finding.c.nomination_id.in_(ids)).order_by(finding.c.id))
    result: dict[int, list[Finding]] = {}
    for row in rows:
        result.setdefault(row.nomination_id, []).append(
            Finding(
                row.code,
                Severity(row.severity),
                row.evidence,
                row.document,
                row.source,
                Basis(row.basis) if row.basis else None,
                row.confidence,
                tuple(filter(None, row.fields.split(","))),
                DoubtKind(row.kind) if row.kind else None,
            )
        )
    return result


def change_state(
    cn: Connection,
    row: int,
    number: str,
    old: State,
    new: State,
    at: datetime,
    detail: str,
    actor: str = audit.SERVICE,
) -> None:
    """Compare-and-set on the state, with its event; raises `Conflict` when somebody was faster."""
    if old is not new:
        audit.append(cn, move_state(cn, row, number, old, new, at, detail, actor))


def move_state(
    cn: Connection,
    row: int,
    number: str,
    old: State,
    new: State,
    at: datetime,
    detail: str,
    actor: str = audit.SERVICE,
) -> AuditEvent:
    """The same to another state; its event is for the caller to record."""
    changed = cn.execute(
        sa.update(nomination)
        .where(nomination.c.id == row, nomination.c.state == old)
        .values(state=new, changed_at=at)
    )
    if not changed.rowcount:
        raise Conflict(f"{number} is no longer {old}")
    return _changed(number, old, new, at, detail, actor)


def _changed(
    number: str, old: State, new: State, at: datetime, detail: str, actor: str = audit.SERVICE
) -> AuditEvent:
    return AuditEvent(at, audit.CHANGED, f"{old}{audit.ARROW}{new}: {detail}", actor, number=number)


class Conflict(Exception):
    """Another writer changed the same nomination; the stage is simply run again."""


def record_decision(cn: Connection, row: int, number: str, item: Decision) -> None:
    """Writes a person's decision with its event."""
    cn.execute(
        sa.insert(decision).values(
            nomination_id=row,
            action=item.action,
            by_name=item.by,
            reason=item.reason,
            at=item.at,
            told=item.told,
        )
    )
    audit.append(
        cn, audit.AuditEvent(item.at, f"decided: {item.action}", item.reason, item.by, number=number)
    )


def find(cn: Connection, number: str) -> tuple[int, int] | None:
    """(row, unit row) of a nomination by its number, or None; none of one that was erased."""
    row = cn.execute(
        sa.select(nomination.c.id, nomination.c.unit_id).where(
            nomination.c.number == number, nomination.c.erased_at.is_(None)
        )
    ).one_or_none()
    return (row.id, row.unit_id) if row else None


def nominees(cn: Connection) -> dict[str, set[int]]:
    """The unit rows that put each nominee forward."""
    rows = cn.execute(
        sa.select(nomination.c.nominee, nomination.c.unit_id).where(nomination.c.nominee.is_not(None))
    )
    found: dict[str, set[int]] = {}
    for row in rows:
        found.setdefault(row.nominee, set()).add(row.unit_id)
    return found
