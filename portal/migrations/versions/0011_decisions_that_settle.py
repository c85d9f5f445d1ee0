"""Decisions that settle, and notes

Revision: 0011
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0007"
branch_labels = None
depends_on = None

# Every CHECK of the table that is rebuilt: SQLite forgets those that are not said again.
CHECKS = {
    "desk": "desk IN ('waiting', 'seller', 'done', 'practice', 'erased')",
    "state": "state IN ('submitted', 'in_review', 'changes_requested', 'resubmitted', 'approved', 'to_approve', "
    "'to_reject', 'rejected', 'withdrawn')",
}


def upgrade() -> None:
    """Go to this revision: what was decided before has settled."""
    with op.batch_alter_table("review_case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("decider_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("settles_at", sa.DateTime(timezone=True), nullable=True))
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("review_case", schema=None) as batch_op:
        for column, condition in CHECKS.items():
            name = batch_op.f(f"ck_review_case_{column}")
            if not sqlite:
                batch_op.drop_constraint(name, type_="check")
            batch_op.create_check_constraint(name, condition)
    some = sa.text("settles_at IS NOT NULL")
    op.create_index("ix_review_case_settles", "review_case", ["settles_at"], sqlite_where=some, postgresql_where=some)
    op.create_table(
        "review_note",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_name", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_review_note_case_id_review_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_note")),
    )
    op.create_index(op.f("ix_review_note_case_id"), "review_note", ["case_id"], unique=False)
