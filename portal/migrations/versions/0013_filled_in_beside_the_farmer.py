"""Filled in by a helper beside the farmer, and on paper

Revision: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "assist",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("helper_id", sa.String(), nullable=False),
        sa.Column("helper_name", sa.String(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("tail", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("contact_name", sa.LargeBinary(), nullable=True),
        sa.Column("set_key", sa.String(), nullable=False),
        sa.Column("blank_id", sa.String(), nullable=True),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("witness", sa.String(), nullable=False),
        sa.Column("seller_id", sa.String(), nullable=True),
        sa.Column("sheet_id", sa.String(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('asked', 'open', 'sent', 'ended')", name=op.f("ck_assist_state")),
        sa.CheckConstraint("contact IN ('own', 'relative', 'station')", name=op.f("ck_assist_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assist")),
    )
    with op.batch_alter_table("assist", schema=None) as batch_op:
        batch_op.create_index("ix_assist_helper", ["helper_id", "made_at"], unique=False)
        for column in ("seller_id", "sheet_id"):
            batch_op.create_index(batch_op.f(f"ix_assist_{column}"), [column], unique=False)

    op.create_table(
        "blank",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("set_key", sa.String(), nullable=False),
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.String(), nullable=True),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blank")),
        sa.UniqueConstraint("number", name=op.f("uq_blank_number")),
        sa.UniqueConstraint("batch", "at", name=op.f("uq_blank_batch_at")),
    )
    with op.batch_alter_table("blank", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_blank_sheet_id"), ["sheet_id"], unique=False)

    with op.batch_alter_table("sheet", schema=None) as batch_op:
        batch_op.add_column(sa.Column("helpers", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("paper", sa.JSON(), server_default="[]", nullable=False))
    with op.batch_alter_table("seller", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contact", sa.String(), server_default="own", nullable=False))
        batch_op.add_column(sa.Column("contact_name", sa.LargeBinary(), nullable=True))
    # From now on the program says what a new row holds.
    with op.batch_alter_table("sheet", schema=None) as batch_op:
        batch_op.alter_column("helpers", existing_type=sa.JSON(), server_default=None)
        batch_op.alter_column("paper", existing_type=sa.JSON(), server_default=None)
    with op.batch_alter_table("seller", schema=None) as batch_op:
        batch_op.alter_column("contact", existing_type=sa.String(), server_default=None)
        batch_op.create_check_constraint(op.f("ck_seller_contact"), "contact IN ('own', 'relative', 'station')")
