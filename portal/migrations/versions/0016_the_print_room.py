"""The print room

Revision: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "print_batch",
        *(_text(name) for name in ("id", "key", "by_id", "by_name", "language", "place")),
        sa.Column("practice", sa.Boolean(), nullable=False),
        *(_text(name) for name in ("guide", "edition", "locale", "whom", "about")),
        sa.Column("zipped", sa.Boolean(), nullable=False),
        _text("state"),
        sa.Column("go", sa.Integer(), nullable=False),
        *(_text(name) for name in ("why", "file", "singles")),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("made_at", "moved_at")),
        sa.CheckConstraint("state IN ('chosen', 'running', 'stopped', 'done')", name=op.f("ck_print_batch_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_batch")),
        sa.UniqueConstraint("key", name=op.f("uq_print_batch_key")),
    )
    op.create_table(
        "print_item",
        _text("batch_id"),
        sa.Column("at", sa.Integer(), nullable=False),
        *(_text(name) for name in ("case_id", "kind", "state", "why", "piece")),
        sa.Column("page", sa.Integer(), nullable=False),
        _text("single"),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('failed', 'done', 'waiting')", name=op.f("ck_print_item_state")),
        sa.ForeignKeyConstraint(["batch_id"], ["print_batch.id"], name=op.f("fk_print_item_batch_id_print_batch")),
        sa.PrimaryKeyConstraint("batch_id", "at", name=op.f("pk_print_item")),
        sa.UniqueConstraint("batch_id", "case_id", name=op.f("uq_print_item_batch_id_case_id")),
    )
    op.create_table(
        "print_errand",
        *(_text(name) for name in ("id", "key", "seller_id", "case_id", "paper", "locale")),
        *(_text(name) for name in ("spot_id", "spot_name", "place")),
        sa.Column("practice", sa.Boolean(), nullable=False),
        *(_text(name) for name in ("state", "by_name")),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("asked_at", "moved_at")),
        sa.CheckConstraint(
            "state IN ('waiting', 'printed', 'handed', 'withdrawn', 'over')", name=op.f("ck_print_errand_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_errand")),
        sa.UniqueConstraint("key", name=op.f("uq_print_errand_key")),
    )
    for table, columns in INDEXES:
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    op.create_index("ix_print_item_state", "print_item", ["batch_id", "state", "at"], unique=False)
    op.create_index("ix_print_errand_place", "print_errand", ["state", "place", "asked_at"], unique=False)


INDEXES = (
    ("print_batch", ("by_id", "moved_at")),
    ("print_item", ("case_id",)),
    ("print_errand", ("seller_id", "case_id", "moved_at")),
)


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.String(), nullable=False)
