"""How the provider judged the sender of a message, as statements and rows tell it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from intake.domain.mail.authentication import Authenticity
from store.database.schema import message

JUDGED = (message.c.authentication, message.c.authentication_said)
"""The columns that `unverified` asks for."""


def is_proven() -> sa.ColumnElement[bool]:
    """True for messages whose sender the provider did not question; many providers say nothing of any."""
    return message.c.authentication != Authenticity.UNVERIFIED


def unverified(row: Any) -> str:
    """What the provider said of a sender whom it could not verify, from a row with `JUDGED`; else ""."""
    return str(row.authentication_said) if row.authentication == Authenticity.UNVERIFIED else ""
