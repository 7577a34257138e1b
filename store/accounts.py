"""The accounts of the desk and their sessions; passwords and tokens lie here as hashes alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from intake.domain.model.staff import Clerk, StaffRole
from store.database import audit
from store.database.engine import insert_new
from store.database.schema import staff, staff_session


@dataclass(frozen=True, slots=True)
class DeskSession:
    """Somebody who is logged in: since when, and when last seen."""

    clerk: Clerk
    begun_at: datetime
    seen_at: datetime


def add(cn: Connection, clerk: Clerk, password: str, by: str) -> bool:
    """Opens an account, `password` being a hash; False where there is one of that name."""
    values = {"role": clerk.role, "password": password, "added_at": clerk.added_at}
    if not insert_new(cn, staff, {"name": clerk.name}, values):
        return False
    audit.append(cn, audit.AuditEvent(clerk.added_at, "staff added", f"{clerk.name} ({clerk.role})", by))
    return True


def change(
    cn: Connection, name: str, at: datetime, by: str, *, role: StaffRole | None, password: str | None
) -> bool:
    """Gives an account another role or password, and ends its sessions; False where there is none."""
    values = {key: value for key, value in (("role", role), ("password", password)) if value is not None}
    if not cn.execute(sa.update(staff).where(staff.c.name == name).values(values)).rowcount:
        return False
    cn.execute(sa.delete(staff_session).where(staff_session.c.staff_name == name))
    audit.append(cn, audit.AuditEvent(at, "staff changed", f"{name}: {', '.join(values)}", by))
    return True


def remove(cn: Connection, name: str, at: datetime, by: str) -> bool:
    """Closes an account with its sessions; what was done under its name stays on record."""
    cn.execute(sa.delete(staff_session).where(staff_session.c.staff_name == name))
    if not cn.execute(sa.delete(staff).where(staff.c.name == name)).rowcount:
        return False
    audit.append(cn, audit.AuditEvent(at, "staff removed", name, by))
    return True


def listed(cn: Connection) -> list[Clerk]:
    """All accounts by name."""
    return [_clerk(row) for row in cn.execute(sa.select(staff).order_by(staff.c.name))]


def password_of(cn: Connection, name: str) -> str | None:
    """The hash of an account's password, or None."""
    return cn.execute(sa.select(staff.c.password).where(staff.c.name == name)).scalar_one_or_none()


def begin(cn: Connection, token: str, name: str, at: datetime) -> None:
    """Notes that somebody has logged in."""
    cn.execute(sa.insert(staff_session).values(token=token, staff_name=name, begun_at=at, seen_at=at))
    audit.append(cn, audit.AuditEvent(at, "logged in", actor=name))


def session(cn: Connection, token: str) -> DeskSession | None:
    """The session of a token, whatever its age."""
    row = cn.execute(
        sa.select(staff, staff_session.c.begun_at, staff_session.c.seen_at)
        .join(staff_session, staff_session.c.staff_name == staff.c.name)
        .where(staff_session.c.token == token)
    ).one_or_none()
    return DeskSession(_clerk(row), row.begun_at, row.seen_at) if row else None


def seen(cn: Connection, token: str, at: datetime) -> None:
    """Notes that a session is in use."""
    cn.execute(sa.update(staff_session).where(staff_session.c.token == token).values(seen_at=at))


def end(cn: Connection, token: str) -> None:
    """Ends a session."""
    cn.execute(sa.delete(staff_session).where(staff_session.c.token == token))


def end_older(cn: Connection, begun_before: datetime, seen_before: datetime) -> None:
    """Ends the sessions that began, or were last used, too long ago."""
    old = (staff_session.c.begun_at < begun_before) | (staff_session.c.seen_at < seen_before)
    cn.execute(sa.delete(staff_session).where(old))


def _clerk(row: sa.Row[tuple[object, ...]]) -> Clerk:
    return Clerk(row.name, StaffRole(row.role), row.added_at)
