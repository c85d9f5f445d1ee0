"""Practice and my data

Revision: 0006
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

# Every CHECK of the two tables that are rebuilt: SQLite forgets those that are not said again.
CHECKS = {
    "notice": {
        "kind": "kind IN ('received', 'sent_back', 'decided', 'code', 'number', 'keeping')",
        "state": "state IN ('waiting', 'sending', 'sent', 'failed', 'given_up', 'practice')",
    },
    "review_case": {
        "desk": "desk IN ('waiting', 'seller', 'done', 'practice', 'erased')",
        "state": "state IN ('submitted', 'in_review', 'changes_requested', 'resubmitted', 'approved', 'rejected', "
        "'withdrawn')",
    },
}


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "practice",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wiped_by", sa.String(), nullable=False),
        sa.Column("wiped_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
    )
    op.create_table(
        "number_change",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seller_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("tail", sa.String(), nullable=False),
        sa.Column("old_tail", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_name", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_change")),
    )
    op.create_index(op.f("ix_number_change_seller_id"), "number_change", ["seller_id"], unique=False)
    _keeping()
    _sellers()
    with op.batch_alter_table("review_case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("photos_gone_at", sa.DateTime(timezone=True), nullable=True))
    for table in CHECKS:
        _check_anew(table)


def _keeping() -> None:
    op.create_table(
        "keeping_term",
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("rule", name=op.f("pk_keeping_term")),
    )
    op.create_table(
        "keeping_warned",
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("rule", "subject", name=op.f("pk_keeping_warned")),
    )
    op.create_table(
        "keeping_run",
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_keeping_run")),
    )


def _sellers() -> None:
    """Sellers of before are real ones, active when they were last seen, sent something, or were answered."""
    with op.batch_alter_table("seller", schema=None) as batch_op:
        batch_op.add_column(sa.Column("practice", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("active_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE seller SET active_at = made_at")
    for table, person, moment in (
        ("sign_in", "person_id", "seen_at"),
        ("sheet", "seller_id", "changed_at"),
        ("review_case", "seller_id", "moved_at"),
    ):
        newest = f"(SELECT max({moment}) FROM {table} WHERE {table}.{person} = seller.id)"
        op.execute(f"UPDATE seller SET active_at = {newest} WHERE {newest} > active_at")
    with op.batch_alter_table("seller", schema=None) as batch_op:
        batch_op.alter_column("active_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.alter_column("practice", existing_type=sa.Boolean(), server_default=None)
        batch_op.create_index(batch_op.f("ix_seller_practice"), ["practice"], unique=False)
        batch_op.create_index(batch_op.f("ix_seller_active_at"), ["active_at"], unique=False)


def _check_anew(table: str) -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table(table, schema=None, recreate="auto") as batch_op:
        for column, condition in CHECKS[table].items():
            name = batch_op.f(f"ck_{table}_{column}")
            if not sqlite:
                batch_op.drop_constraint(name, type_="check")
            batch_op.create_check_constraint(name, condition)
