"""The shop on the platform

Revision: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "platform_shop",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.Column("told_name", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('not_yet', 'sent', 'refused', 'open')", name=op.f("ck_platform_shop_state")),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_platform_shop_case_id_review_case")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_platform_shop")),
    )
    op.create_table(
        "platform_refusal",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_platform_refusal_case_id_review_case")),
        sa.PrimaryKeyConstraint("case_id", "version", name=op.f("pk_platform_refusal")),
    )
    with op.batch_alter_table("platform_refusal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_platform_refusal_reason"), ["reason"], unique=False)
