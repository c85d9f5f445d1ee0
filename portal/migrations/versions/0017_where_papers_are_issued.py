"""Where papers are issued

Revision: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("office_spot", schema=None, recreate="auto") as batch_op:
        for column in ("papers", "takes"):
            batch_op.add_column(sa.Column(column, sa.String(), nullable=False, server_default=""))
        if not sqlite:
            batch_op.drop_constraint(batch_op.f("ck_office_spot_kind"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_office_spot_kind"), "kind IN ('station', 'courier', 'cold', 'packing', 'issuer')"
        )
    with op.batch_alter_table("office_spot", schema=None) as batch_op:
        for column in ("papers", "takes"):
            batch_op.alter_column(column, existing_type=sa.String(), server_default=None)
