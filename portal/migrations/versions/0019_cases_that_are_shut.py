"""Cases that are shut

Revision: 0019
Revises: 0018
"""

from datetime import UTC
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# Every CHECK of the table: SQLite forgets those that are not said again.
CHECKS = {
    "desk": "desk IN ('waiting', 'seller', 'done', 'practice', 'erased', 'shut')",
    "state": "state IN ('submitted', 'in_review', 'changes_requested', 'resubmitted', 'approved', 'to_approve', "
    "'to_reject', 'rejected', 'withdrawn')",
}
case = sa.table(
    "review_case",
    *(
        sa.column(name)
        for name in ("seq", "seller_id", "county", "place", "desk", "kind", "state", "holder_id", "took")
    ),
    sa.column("decided_at", sa.DateTime(timezone=True)),
)
consent = sa.table("consent", *(sa.column(name) for name in ("person_id", "name", "withdrawn_at")))
cell = sa.table(
    "review_cell",
    *(sa.column(name) for name in ("county", "place", "desk", "kind", "state", "holder_id", "took", "n")),
    sa.column("day", sa.Date()),
)
CHINA = ZoneInfo("Asia/Shanghai")


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
    """The office looks at no case whose seller took that back before: it leaves the lists, and their counts."""
    asked = sa.select(consent).where(consent.c.person_id == case.c.seller_id, consent.c.name == "processing")
    back = asked.where(consent.c.withdrawn_at.is_not(None)).exists()
    given = asked.where(consent.c.withdrawn_at.is_(None)).exists()
    for row in connection.execute(sa.select(case).where(case.c.desk == "done", back, ~given)).all():
        here = {"county": row.county, "place": row.place, "n": -1}
        alike = {"desk": row.desk, "kind": row.kind, "state": row.state, "holder_id": row.holder_id}
        connection.execute(sa.insert(cell).values(**here, **alike))
        if row.took is not None and row.decided_at is not None:
            moment = row.decided_at if row.decided_at.tzinfo else row.decided_at.replace(tzinfo=UTC)
            pace = {"desk": "pace", "kind": "", "state": "", "day": moment.astimezone(CHINA).date(), "took": row.took}
            connection.execute(sa.insert(cell).values(**here, **pace))
        connection.execute(sa.update(case).where(case.c.seq == row.seq).values(desk="shut"))
