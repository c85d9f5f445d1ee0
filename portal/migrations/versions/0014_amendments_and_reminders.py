"""Amendments and reminders

Revision: 0014
Revises: 0013
"""

from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Every CHECK of the tables that are rebuilt: SQLite forgets those that are not said again.
CHECKS = {
    "notice": {
        "kind": "kind IN ('received', 'sent_back', 'decided', 'code', 'number', 'keeping', 'morning', 'expiry')",
        "state": "state IN ('waiting', 'sending', 'sent', 'failed', 'given_up', 'practice')",
    },
}
# The answers that say until when a paper holds, as the library of that day called them.
DATES = ("licence_ends", "food_paper_ends", "jy_ends")


def upgrade() -> None:
    """Go to this revision."""
    with op.batch_alter_table("sheet", schema=None) as batch_op:
        batch_op.add_column(sa.Column("amends_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("amend", sa.String(), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_sheet_amends_id"), ["amends_id"], unique=False)
    with op.batch_alter_table("sheet", schema=None) as batch_op:
        batch_op.alter_column("amend", existing_type=sa.String(), server_default=None)
    with op.batch_alter_table("review_case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("amends_id", sa.String(), nullable=True))
        batch_op.create_index(batch_op.f("ix_review_case_amends_id"), ["amends_id"], unique=False)
    op.create_table(
        "review_reminder",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_review_reminder_case_id_review_case")),
        sa.PrimaryKeyConstraint("case_id", "key", "step", "day", name=op.f("pk_review_reminder")),
    )
    _check_anew("notice")
    _find_by_date()


def _find_by_date() -> None:
    """Papers that were told of before are found by their last day too."""
    connection = op.get_bind()
    sheet = sa.table("sheet", sa.column("id", sa.String), sa.column("answers", sa.JSON))
    finding = sa.table("finding", *(sa.column(name, sa.String) for name in ("sheet_id", "key", "value", "tail")))
    found = [row for id, answers in connection.execute(sa.select(sheet)) for row in _dated(id, answers)]
    if found:
        connection.execute(sa.insert(finding), found)


def _dated(sheet_id: str, answers: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"sheet_id": sheet_id, "key": key, "value": answers[key], "tail": ""} for key in DATES if _day(answers.get(key))
    ]


def _day(value: Any) -> bool:
    try:
        return bool(date.fromisoformat(value)) if isinstance(value, str) else False
    except ValueError:
        return False


def _check_anew(table: str) -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table(table, schema=None, recreate="auto") as batch_op:
        for column, condition in CHECKS[table].items():
            name = batch_op.f(f"ck_{table}_{column}")
            if not sqlite:
                batch_op.drop_constraint(name, type_="check")
            batch_op.create_check_constraint(name, condition)
