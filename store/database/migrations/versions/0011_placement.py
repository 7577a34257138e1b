"""Several campaigns served from one mailbox: which each mail is for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.database.columns import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Applies the revision."""
    op.create_table(
        "placement",
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", name=op.f("pk_placement")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_message_kind"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_message_kind"),
            "kind IN ('material', 'enquiry', 'auto-reply', 'bounce', 'own', 'bulk', 'other', 'elsewhere')",
        )


def downgrade() -> None:
    """There is no way back: the archive and a database copy are."""
    raise NotImplementedError
