"""The counts beside the queue's filters: true to the one, and as cheap at a million cases as at a thousand.

Counting a million rows for each page is too slow, and a count that is kept in one row makes all who decide wait for
each other. So each change of a case adds a row of the difference, in the transaction of the change itself: whatever
wrote the case, both stand or neither. A job sums up what is alike; the sums are the counts at any moment.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, CursorResult, delete, event, func, insert, inspect, select
from sqlalchemy.orm import Mapper
from sqlmodel import Session, col

from portal import db, jobs
from portal.review.models import Case, Cell
from portal.review.states import HIDDEN

PACE = "pace"
# How far back the pace is shown.
PACE_DAYS = 30
AT_ONCE = 500
KEY = ("county", "place", "desk", "kind", "state", "holder_id", "day", "took")
_READ = ("county", "place", "desk", "kind", "state", "holder_id", "due", "decided_at", "took")
Key = tuple[Any, ...]


def of(case: Mapping[str, Any]) -> list[Key]:
    """The cells in which a case counts: on its desk, and once more in the pace when it is decided."""
    if case["desk"] in HIDDEN:
        return []
    county, place, desk, kind, state, holder_id, due, decided_at, took = (case[name] for name in _READ)
    found: list[Key] = [(county, place, desk, kind, state, holder_id, due if desk == "waiting" else None, None)]
    if desk == "done" and took is not None and decided_at is not None:
        found.append((county, place, PACE, "", "", None, decided_at.astimezone(db.CHINA).date(), took))
    return found


@event.listens_for(Case, "after_insert")
@event.listens_for(Case, "before_update")
@event.listens_for(Case, "after_delete")
def _changed(_: Mapper[Case], connection: Connection, case: Case) -> None:
    state: Any = inspect(case)
    now = {name: getattr(case, name) for name in _READ}
    before = now | {name: state.attrs[name].history.deleted[0] for name in _READ if state.attrs[name].history.deleted}
    if state.deleted or state in state.session._deleted:
        _add(connection, of(before), [])
    else:
        _add(connection, of(before) if state.has_identity else [], of(now))


def _add(connection: Connection, gone: list[Key], come: list[Key]) -> None:
    differences: dict[Key, int] = defaultdict(int)
    for keys, n in ((gone, -1), (come, 1)):
        for key in keys:
            differences[key] += n
    rows = [dict(zip(KEY, key, strict=True), n=n) for key, n in differences.items() if n]
    if rows:
        connection.execute(insert(Cell), rows)


@jobs.work("review.cells", schedule="25 * * * *")
def sum_up(_: str) -> None:
    """Make one row of those that are alike, and forget the pace of long ago.

    Just the rows that were summed are deleted: what is written meanwhile stays. Another one at the same work undoes
    this one, which is done again an hour later. The newest row always stays: SQLite would give its number to another.
    """
    with db.writing() as session:
        old, older = db.today() - timedelta(PACE_DAYS + 1), col(Cell.seq) < _newest(session)
        session.execute(delete(Cell).where(col(Cell.desk) == PACE, col(Cell.day) < old, older))
        sums: dict[Key, list[int]] = defaultdict(lambda: [0])
        rows = select(col(Cell.seq), col(Cell.n), *(getattr(Cell, name) for name in KEY)).where(older)
        for seq, n, *key in session.execute(rows):
            sums[tuple(key)][0] += n
            sums[tuple(key)].append(seq)
        alike = {key: (n, seqs) for key, (n, *seqs) in sums.items() if len(seqs) > 1 or not n}
        _replace(session, alike)


def _newest(session: Session) -> int:
    return session.execute(select(func.max(col(Cell.seq)))).scalar() or 0


def _replace(session: Session, alike: Mapping[Key, tuple[int, list[int]]]) -> None:
    seqs = [seq for _, each in alike.values() for seq in each]
    for at in range(0, len(seqs), AT_ONCE):
        some = seqs[at : at + AT_ONCE]
        gone = session.execute(delete(Cell).where(col(Cell.seq).in_(some)))
        assert isinstance(gone, CursorResult)
        if gone.rowcount != len(some):
            raise RuntimeError("somebody else sums up the counts of the queue")
    session.add_all(Cell(**dict(zip(KEY, key, strict=True)), n=n) for key, (n, _) in alike.items() if n)


def recount(session: Session) -> None:
    """Count all cases afresh, after rows were written past the models; nobody may write cases meanwhile."""
    newest = _newest(session)
    sums: dict[Key, int] = defaultdict(int)
    for row in session.execute(select(*(col(getattr(Case, name)) for name in _READ))):
        for key in of(row._asdict()):
            sums[key] += 1
    # Before the old ones go, so that no number is given twice; where nothing counts, one row keeps the numbers.
    rows = [dict(zip(KEY, key, strict=True), n=n) for key, n in sums.items()]
    session.execute(insert(Cell), rows or [dict.fromkeys(("county", "place", "desk"), "") | {"n": 0}])
    session.execute(delete(Cell).where(col(Cell.seq) <= newest))
