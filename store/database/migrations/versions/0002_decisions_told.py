"""What a unit is told of a person's decision, and in which letter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Applies the revision."""
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("letter_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_decision_letter_id"), "letter", ["letter_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_decision_letter_id"), ["letter_id"], unique=False)
