"""Received where nobody looks

Revision: 0018
Revises: 0017
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# Every CHECK of the table: SQLite forgets those that are not said again.
CHECKS = {
    "kind": "kind IN ('received', 'unserved', 'sent_back', 'decided', 'code', 'number', 'keeping', 'morning', "
    "'expiry')",
    "state": "state IN ('waiting', 'sending', 'sent', 'failed', 'given_up', 'practice')",
}


def upgrade() -> None:
    """Go to this revision."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("notice", schema=None, recreate="auto") as batch_op:
        for column, condition in CHECKS.items():
            name = batch_op.f(f"ck_notice_{column}")
            if not sqlite:
                batch_op.drop_constraint(name, type_="check")
            batch_op.create_check_constraint(name, condition)
