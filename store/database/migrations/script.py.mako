"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.database.schema import Instant

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Applies the revision."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """There is no way back: the archive and a database copy are."""
    raise NotImplementedError
