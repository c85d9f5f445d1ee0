"""Practice that is shut

Revision: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# Every CHECK of the table: SQLite forgets those that are not said again.
CHECKS = {
    "desk": "desk IN ('waiting', 'seller', 'done', 'practice', 'erased', 'shut', 'shut_practice')",
    "state": "state IN ('submitted', 'in_review', 'changes_requested', 'resubmitted', 'approved', 'to_approve', "
    "'to_reject', 'rejected', 'withdrawn')",
}
case = sa.table(
    "review_case",
    *(sa.column(name) for name in ("seq", "seller_id", "county", "place", "desk", "kind", "state", "holder_id")),
)
consent = sa.table("consent", *(sa.column(name) for name in ("person_id", "name", "withdrawn_at")))
cell = sa.table(
    "review_cell",
    *(sa.column(name) for name in ("county", "place", "desk", "kind", "state", "holder_id", "n")),
)


def upgrade() -> None:
    """Go to this revision."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("review_case", schema=None, recreate="auto") as batch_op:
        for column, condition in CHECKS.items():
            name = batch_op.f(f"ck_review_case_{column}")
            if not sqlite:
                batch_op.drop_constraint(name, type_="check")
            batch_op.create_check_constraint(name, condition)
    shut(op.get_bind())


def shut(connection: sa.Connection) -> None:
    """Practice whose seller took the consent back before leaves its list, and the counts of it."""
    asked = sa.select(consent).where(consent.c.person_id == case.c.seller_id, consent.c.name == "processing")
    back = asked.where(consent.c.withdrawn_at.is_not(None)).exists()
    given = asked.where(consent.c.withdrawn_at.is_(None)).exists()
    alike = ("county", "place", "desk", "kind", "state", "holder_id")
    for row in connection.execute(sa.select(case).where(case.c.desk == "practice", back, ~given)).all():
        connection.execute(sa.insert(cell).values(n=-1, **{name: getattr(row, name) for name in alike}))
        connection.execute(sa.update(case).where(case.c.seq == row.seq).values(desk="shut_practice"))
