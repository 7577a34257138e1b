"""The tables of the service itself: whose database it is, how far its stages have come, its series."""

from __future__ import annotations

import sqlalchemy as sa

from intake.domain.model.staff import StaffRole
from store.database.columns import Instant, one_of

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

campaign = sa.Table(
    "campaign",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("since", Instant, nullable=False),
)
"""The one campaign that this database serves."""

progress = sa.Table(
    "progress",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("at", Instant, nullable=False),
)
"""Instants that a stage reached (`store/mail/progress.py`)."""

counter = sa.Table(
    "counter",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Integer, nullable=False),
)
"""The last number given in each series (nominations, letters), and the newest message of a whole poll."""

secret = sa.Table(
    "secret",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
"""What only this store knows, in hexadecimal; it goes into no export, letter or log."""

folder = sa.Table(
    "folder",
    metadata,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("uidvalidity", sa.BigInteger, nullable=False),
    sa.Column("last_uid", sa.BigInteger, nullable=False),
)
"""The poller's cursor in each folder."""

placement = sa.Table(
    "placement",
    metadata,
    sa.Column("content_hash", sa.Text, primary_key=True),
    sa.Column("campaign", sa.Text, nullable=False),
    sa.Column("by_name", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""Which campaign a mail is for, where several share its mailbox; kept by the first of them alone.

`by_name` is empty where no person said it.
"""

staff = sa.Table(
    "staff",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("password", sa.Text, nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    one_of("role", StaffRole),
)
"""The accounts of the desk; `password` is its argon2 hash, which goes into no export or log."""

staff_session = sa.Table(
    "staff_session",
    metadata,
    sa.Column("token", sa.Text, primary_key=True),
    sa.Column("staff_name", sa.Text, sa.ForeignKey("staff.name"), nullable=False, index=True),
    sa.Column("begun_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
)
"""Who is logged in at the desk; `token` is the hash of what the browser holds."""
