"""The secret of this store, by which a Message-ID of ours is told from a made-up one."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.database.engine import insert_new
from store.database.schema import secret

BYTES = 32


def of_letters(cn: Connection) -> bytes:
    """The secret that goes into the Message-IDs of letters, made at its first use; within a writing."""
    found = _read(cn)
    if found is None:
        insert_new(cn, secret, {"name": "letters"}, {"value": secrets.token_hex(BYTES)})
        found = _read(cn)
    return bytes.fromhex(found or "")


def _read(cn: Connection) -> str | None:
    return cn.execute(sa.select(secret.c.value).where(secret.c.name == "letters")).scalar_one_or_none()
