"""Decisions that settle

Revision: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
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
