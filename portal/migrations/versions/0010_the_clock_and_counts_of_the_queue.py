"""The clock of review, the counts of the queue, the morning line

The days that a case lay at the office before it was sent back are counted from its chain of events, by the office's
own calendar. The day that was promised stays as it is: the seller was told of it.

Revision: 0010
Revises: 0009
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CHINA = ZoneInfo("Asia/Shanghai")
KINDS = "'received', 'sent_back', 'decided', 'code', 'number', 'keeping', 'morning'"
INDEXES = {
    "ix_review_case_place": ["desk", "place", "seq"],
    "ix_review_case_kind": ["desk", "county", "kind", "seq"],
    "ix_review_case_state": ["desk", "county", "state", "seq"],
    "ix_review_case_due": ["desk", "county", "due", "seq"],
    "ix_review_case_holder": ["desk", "holder_id", "county", "seq"],
}
moment = sa.DateTime(timezone=True)
case = sa.table(
    "review_case",
    *(sa.column(name, sa.String()) for name in ("id", "county", "place", "desk", "kind", "state", "holder_id")),
    *(sa.column(name, moment) for name in ("sent_at", "decided_at")),
    *(sa.column(name, sa.Integer()) for name in ("seq", "round", "used", "took")),
    sa.column("due", sa.Date()),
)
event = sa.table(
    "review_event",
    sa.column("case_id", sa.String()),
    sa.column("seq", sa.Integer()),
    sa.column("at", moment),
    sa.column("action", sa.String()),
)
cell = sa.table(
    "review_cell",
    *(sa.column(name, sa.String()) for name in ("county", "place", "desk", "kind", "state", "holder_id")),
    sa.column("day", sa.Date()),
    sa.column("took", sa.Integer()),
    sa.column("n", sa.Integer()),
)


def upgrade() -> None:
    """Go to this revision."""
    with op.batch_alter_table("review_case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("used", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("took", sa.Integer(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_review_case_holder_id"))
    with op.batch_alter_table("review_case", schema=None) as batch_op:
        batch_op.alter_column("used", existing_type=sa.Integer(), server_default=None)
    for name, columns in INDEXES.items():
        op.create_index(name, "review_case", columns)
    op.create_index("ix_seller_tail", "seller", ["tail"])
    _cells()
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("phone", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("told_on", sa.Date(), nullable=True))
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_notice_kind"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_notice_kind"), f"kind IN ({KINDS})")
    fill(op.get_bind())


def _cells() -> None:
    op.create_table(
        "review_cell",
        sa.Column("seq", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("county", "place", "desk", "kind", "state")),
        sa.Column("holder_id", sa.String(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("took", sa.Integer(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_review_cell")),
    )
    op.create_index("ix_review_cell_county", "review_cell", ["county", "desk"])
    op.create_index("ix_review_cell_desk", "review_cell", ["desk", "day"])


def fill(connection: sa.Connection) -> None:
    """Count the days of what was sent before, and all cases."""
    marked = _marked(connection)
    used: Counter[str] = Counter()
    sent: dict[str, date] = {}
    moves = sa.select(event).where(event.c.action.in_(("receive", "send_back"))).order_by(event.c.case_id, event.c.seq)
    returned = set(connection.execute(sa.select(case.c.id).where(case.c["round"] > 1)).scalars())
    back: dict[str, date] = {}
    for row in connection.execute(moves).all():
        if row.case_id not in returned:
            continue
        if row.action == "send_back":
            back[row.case_id] = _day(row.at)
            continue
        if row.case_id in back:
            used[row.case_id] += _working(sent[row.case_id], back.pop(row.case_id), marked)
        sent[row.case_id] = _day(row.at)
    _write(connection, used, marked)


def _write(connection: sa.Connection, used: Counter[str], marked: dict[date, bool]) -> None:
    sums: Counter[tuple[object, ...]] = Counter()
    changed = []
    for row in connection.execute(sa.select(case)).all():
        took = None
        if row.state in ("approved", "rejected") and row.decided_at:
            took = used[row.id] + _working(_day(row.sent_at), _day(row.decided_at), marked)
        if used[row.id] or took is not None:
            changed.append({"which": row.seq, "days": used[row.id], "all": took})
        if row.desk == "erased":
            continue
        due = row.due if row.desk == "waiting" else None
        sums[(row.county, row.place, row.desk, row.kind, row.state, row.holder_id, due, None)] += 1
        if row.desk == "done" and took is not None:
            sums[(row.county, row.place, "pace", "", "", None, _day(row.decided_at), took)] += 1
    if changed:
        known = sa.update(case).where(case.c.seq == sa.bindparam("which"))
        connection.execute(known.values(used=sa.bindparam("days"), took=sa.bindparam("all")), changed)
    names = [column.name for column in cell.columns]
    if sums:
        connection.execute(sa.insert(cell), [dict(zip(names, (*key, n), strict=True)) for key, n in sums.items()])


def _marked(connection: sa.Connection) -> dict[date, bool]:
    day = sa.table("office_day", sa.column("day", sa.Date()), sa.column("working", sa.Boolean()))
    return {row.day: row.working for row in connection.execute(sa.select(day)).all()}


def _working(start: date, end: date, marked: dict[date, bool]) -> int:
    """The working days after `start`, up to and with `end`."""
    each = (start + timedelta(at) for at in range(1, (end - start).days + 1))
    return sum(marked.get(day, day.weekday() < 5) for day in each)


def _day(at: datetime) -> date:
    """The day in China; SQLite gives naive moments of UTC."""
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(CHINA).date()
