"""However long a nominee's name is, Postgres takes it: an index by hash in the place of a B-tree."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Applies the revision."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.drop_index("ix_nomination_nominee", "nomination")
    op.create_index("ix_nomination_nominee", "nomination", ["nominee"], postgresql_using="hash")


def downgrade() -> None:
    """There is no way back: the archive and a database copy are."""
    raise NotImplementedError
