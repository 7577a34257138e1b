"""What was erased at a person's wish or after its time; and the trail gives up words for it, nothing else."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.database.columns import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEPT = ("id", "at", "actor", "verb", "number", "message_id", "letter_id")
MARK = "〔已删除〕"


def upgrade() -> None:
    """Applies the revision."""
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased", sa.Text(), nullable=True))
    with op.batch_alter_table("nomination", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased_at", Instant(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in KEPT)
        op.execute("DROP TRIGGER event_no_update")
        op.execute(
            f"CREATE TRIGGER event_no_update BEFORE UPDATE ON event "
            f"WHEN NOT ({same} AND instr(NEW.detail, '{MARK}') > 0) "
            f"BEGIN SELECT RAISE(ABORT, 'event is append-only'); END"
        )
        return
    same = " AND ".join(f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}" for column in KEPT)
    op.execute("DROP TRIGGER event_append_only ON event")
    op.execute(
        "CREATE TRIGGER event_append_only BEFORE DELETE OR TRUNCATE ON event "
        "FOR EACH STATEMENT EXECUTE FUNCTION event_append_only()"
    )
    op.execute(
        "CREATE TRIGGER event_no_update BEFORE UPDATE ON event FOR EACH ROW "
        f"WHEN (NOT ({same} AND position('{MARK}' in NEW.detail) > 0)) "
        "EXECUTE FUNCTION event_append_only()"
    )


def downgrade() -> None:
    """There is no way back: the archive and a database copy are."""
    raise NotImplementedError
