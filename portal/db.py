"""The database: engine, transactions, and the kinds of values that rows are made of.

One office has one encrypted SQLite file, a province PostgreSQL; rows, verbs and tests are the same for both.
"""

import secrets
import string
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Engine,
    LargeBinary,
    MetaData,
    Table,
    TypeDecorator,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlmodel import Session, SQLModel

from portal import engines, reserve, turns
from portal.config import Settings

CHINA = ZoneInfo("Asia/Shanghai")
AFTERWARDS = "afterwards"
# PostgreSQL's classes of connections that fail, of too little room for them, and of a server that stops or starts.
AWAY = ("08", "53", "57")
ID_LETTERS = string.ascii_lowercase + string.digits
_state = SimpleNamespace(engine=None, turn=Path(), now=None)
# SQLite has one writer: queueing here is fair and cheap; processes queue at a file beside it.
_one_writer = threading.Lock()
_here = threading.local()


class Row(SQLModel):
    """The base of every table; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite gives naive ones back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC; a naive datetime is a mistake of ours."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def choice(column: str, *values: str) -> CheckConstraint:
    """A CHECK that holds a text column to its values (a native enum cannot be changed in one step)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def sealed(place: str, *, nullable: bool = True) -> "Column[bytes]":
    """A column of sealed bytes; `place` is the vault's, and its {names} are columns of the same row.

    `flask vault rotate` goes by it.
    """
    return Column(LargeBinary, nullable=nullable, info={"sealed": place})


# sa_column_kwargs of a column that holds the name of a file (files.py): the rotation renames it.
FILE = {"info": {"file": True}}


def marked(table: Table, mark: str) -> dict[str, Any]:
    """The columns of a table that bear a mark ("sealed", "file"), and what it says."""
    return {column.name: column.info[mark] for column in table.columns if mark in column.info}


def now() -> datetime:
    """This moment in UTC; tests set it."""
    return _state.now or datetime.now(UTC)


def set_now(moment: datetime | None) -> None:
    """Stop the clock at a moment (tests); None lets it run again."""
    _state.now = moment


def today() -> date:
    """Today's date in China."""
    return now().astimezone(CHINA).date()


def new_id() -> str:
    """A new 16-character id for a row, also fit for a URL: 82 bits."""
    return "".join(secrets.choice(ID_LETTERS) for _ in range(16))


def setup(settings: Settings, keys: Sequence[bytes]) -> Engine:
    """Open the instance's database for this process; `keys` are the vault's for the database."""
    if _state.engine is not None:
        _state.engine.dispose()
    _state.engine, _state.turn = engines.make(settings, keys), settings.home / engines.TURN
    return _state.engine  # type: ignore[no-any-return]


def engine() -> Engine:
    """The engine of this process."""
    if _state.engine is None:
        raise RuntimeError("the database is not open: call db.setup(settings) first")
    return _state.engine  # type: ignore[no-any-return]


def _sqlite() -> bool:
    return engine().dialect.name == "sqlite"


@contextmanager
def looking(*, still: bool = False) -> Iterator[Connection]:
    """A read transaction for statements alone, without rows as objects. When `still`, all of it sees one moment.

    PostgreSQL refuses a write in it; SQLite undoes it at the end, which raises RuntimeError. Its PRAGMA query_only
    would refuse at once, but each turn of it has every statement prepared anew: 10 % of a saved page.
    """
    with engine().connect() as connection:
        if not _sqlite():
            level = {"isolation_level": "REPEATABLE READ"} if still else {}  # SQLite's are always so
            connection = connection.execution_options(postgresql_readonly=True, **level)
        before = _changes(connection)
        try:
            yield connection
        finally:
            connection.rollback()
        if _changes(connection) != before:
            raise RuntimeError("a write in a read transaction; it was undone")


def _changes(connection: Connection) -> int:
    """How many rows SQLite has changed on this connection since it was opened."""
    return int(engines.raw(connection).total_changes) if _sqlite() else 0


@contextmanager
def reading(*, still: bool = False, on: Connection | None = None) -> Iterator[Session]:
    """A read transaction (`on` one of looking()), which lets nothing be written. See looking()."""
    with (
        nullcontext(on) if on is not None else looking(still=still) as connection,
        Session(connection, autoflush=False, expire_on_commit=False) as session,
    ):
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """A write transaction: commits when the block ends well, rolls back when it raises.

    Raises RuntimeError inside another of this thread, which would wait for itself.
    """
    if getattr(_here, "writing", False):
        raise RuntimeError("a write transaction inside another: hand its session on instead")
    _here.writing = True
    try:
        with _written() as session:
            yield session
    finally:
        _here.writing = False
    for act in session.info.get(AFTERWARDS, ()):
        act()


@contextmanager
def _written() -> Iterator[Session]:
    if not _sqlite():
        with Session(engine(), expire_on_commit=False) as session, session.begin():
            yield session
    else:
        reserve.lend()
        with (
            _one_writer,
            turns.alone(_state.turn),
            engine().connect().execution_options(mode="write") as connection,
            connection.begin(),
            Session(connection, expire_on_commit=False, join_transaction_mode="conditional_savepoint") as session,
        ):
            yield session
            session.flush()


def afterwards(session: Session, act: Callable[[], object]) -> None:
    """Do something once what this transaction writes stands; not at all when it is rolled back."""
    session.info.setdefault(AFTERWARDS, []).append(act)


# What must stand although the request fails (tries, sightings) has a short write transaction of its own.
aside = writing


R = TypeVar("R", bound=SQLModel)


def lock(session: Session, row: R) -> R:
    """Hold a row until the transaction ends, as it is now: what has a limit is counted under it.

    On SQLite all of it is held since the transaction began: what was read in it is as it is now.
    """
    key = [getattr(row, column.name) for column in row.__table__.primary_key]  # type: ignore[attr-defined]
    if _sqlite():
        return session.get_one(type(row), key[0])
    return session.get_one(type(row), key[0], populate_existing=True, with_for_update=True)


def insert_once(session: Session, row: SQLModel) -> None:
    """Insert a row unless one with the same key stands already: the second of a double tap changes nothing."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    table = type(row).__table__  # type: ignore[attr-defined]
    values = {column.key: getattr(row, column.key) for column in table.columns}
    filled = {key: value for key, value in values.items() if value is not None}
    session.execute(insert(table).values(filled).on_conflict_do_nothing())


def ready() -> bool:
    """Whether the database answers."""
    try:
        with engine().connect() as connection:
            return bool(connection.execute(select(1)).scalar() == 1)
    except SQLAlchemyError:
        return False


def away(error: object) -> bool:
    """Whether an exception of the database says that it does not answer now: it is busy, starting, or out of reach."""
    if not isinstance(error, OperationalError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    busy = getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_BUSY")
    return busy or (not _sqlite() and (state is None or state.startswith(AWAY)))


def disk_full(error: object) -> bool:
    """Whether an exception of the database says that its disk is full."""
    cause = getattr(error, "orig", error)
    return "SQLITE_FULL" in getattr(cause, "sqlite_errorname", "") or getattr(cause, "sqlstate", "") == "53100"
