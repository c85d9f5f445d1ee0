"""Counts the SQL statements that a page needs."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from portal import db
from portal.office import known

# What begins and ends transactions, and the driver's own questions.
AROUND = ("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL statements sent from now on, without what begins and ends transactions."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(AROUND):
            seen.append(statement)

    known.in_force()  # a process looks at the office before its first page
    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)
