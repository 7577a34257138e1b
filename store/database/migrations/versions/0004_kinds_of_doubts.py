"""What kind of doubt a finding is; a nomination's doubts stand in its findings alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Applies the revision."""
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.Text(), nullable=True))
    with op.batch_alter_table("nomination", schema=None) as batch_op:
        batch_op.drop_column("doubts")
