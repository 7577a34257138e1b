"""How the provider judged a sender, what marks a message as not to be processed, how a finding is known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Applies the revision."""
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.add_column(sa.Column("basis", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("confidence", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("fields", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("letter_nomination", schema=None) as batch_op:
        batch_op.add_column(sa.Column("said", sa.JSON(), nullable=True))
    _say_what_was_told()
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("authentication", sa.Text(), nullable=False, server_default="unknown"))
        batch_op.add_column(sa.Column("authentication_said", sa.Text(), nullable=False, server_default=""))
        batch_op.create_check_constraint(
            batch_op.f("ck_message_authentication"), "authentication IN ('verified', 'unverified', 'unknown')"
        )
        batch_op.add_column(sa.Column("classified", sa.Text(), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_message_classified"), "classified IN ('subject', 'body', 'filename', 'document')"
        )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_letter_kind"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_letter_kind"),
            "kind IN ('receipt', 'deficiency', 'decision', 'reminder', 'digest', 'alert')",
        )
        batch_op.add_column(sa.Column("thread", sa.Text(), nullable=True))
        batch_op.create_index(batch_op.f("ix_letter_thread"), ["thread"], unique=False)


def _say_what_was_told() -> None:
    """The last letter on each nomination counts as having told all that is on record: none is owed by this.

    Which fields of a form were told is not on record; "*" stands for any.
    """
    cn = op.get_bind()
    asked: dict[int, list[dict[str, str]]] = {}
    found = cn.execute(
        sa.text(
            "SELECT f.nomination_id, f.code, f.document FROM finding f"
            " JOIN nomination n ON n.id = f.nomination_id"
            " WHERE f.severity = 'curable' AND n.state IN ('deficient', 'held', 'lapsed') ORDER BY f.id"
        )
    )
    for nomination, code, document in found:
        matter = {"code": code, "document": document or "", "field": "*"}
        asked.setdefault(nomination, []).append(matter)
    link = sa.table(
        "letter_nomination", sa.column("letter_id"), sa.column("nomination_id"), sa.column("said", sa.JSON)
    )
    last = sa.select(link.c.nomination_id, sa.func.max(link.c.letter_id)).group_by(link.c.nomination_id)
    for nomination, letter in cn.execute(last).all():
        said = {"matters": asked.get(nomination, []), "until": None}
        cn.execute(
            sa.update(link)
            .where(link.c.letter_id == letter, link.c.nomination_id == nomination)
            .values(said=said)
        )
