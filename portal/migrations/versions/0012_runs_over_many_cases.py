"""Runs over many cases

Revision: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "review_run",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("go", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("to_id", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('chosen', 'running', 'stopped', 'done')", name=op.f("ck_review_run_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_run")),
        sa.UniqueConstraint("key", name=op.f("uq_review_run_key")),
    )
    with op.batch_alter_table("review_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_run_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_review_run_moved_at"), ["moved_at"], unique=False)
    op.create_table(
        "review_run_item",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('skipped', 'done', 'waiting')", name=op.f("ck_review_run_item_state")),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_review_run_item_case_id_review_case")),
        sa.ForeignKeyConstraint(["run_id"], ["review_run.id"], name=op.f("fk_review_run_item_run_id_review_run")),
        sa.PrimaryKeyConstraint("run_id", "at", name=op.f("pk_review_run_item")),
        sa.UniqueConstraint("run_id", "case_id", name=op.f("uq_review_run_item_run_id_case_id")),
    )
    with op.batch_alter_table("review_run_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_run_item_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_review_run_item_state", ["run_id", "state", "at"], unique=False)
