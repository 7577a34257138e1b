"""Mails without a time of record are told by a code: those of before, whose trouble was a sentence, too."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Applies the revision."""
    op.execute(
        "UPDATE message SET trouble = 'no-time-of-record' "
        "WHERE state = 'quarantined' AND trouble LIKE 'no time of record%'"
    )


def downgrade() -> None:
    """There is no way back: the archive and a database copy are."""
    raise NotImplementedError
