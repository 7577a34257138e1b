"""Letters in which staff answer a question."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Applies the revision."""
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_letter_kind"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_letter_kind"),
            "kind IN ('receipt', 'deficiency', 'decision', 'reminder', 'answer', 'digest', 'alert')",
        )
