"""Rows as lines of text, the same from either database: what a backup holds, and what two databases are compared by.

A line is a JSON list of a row's values, its columns in the order of their names; lines stand in the order of the key.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session

from portal import db, jobs, migrations

AT_ONCE = 500
ASKED = "asked"


@dataclass
class Tally:
    """How many lines a table has, and the digest of them all."""

    rows: int = 0
    digest: str = ""

    def __post_init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, line: bytes) -> bytes:
        """Count a line, and give it back."""
        self._hash.update(line + b"\n")
        self.rows, self.digest = self.rows + 1, self._hash.hexdigest()
        return line

    @property
    def facts(self) -> dict[str, Any]:
        """What a manifest says of it."""
        return asdict(self)


def tables(connection: Connection) -> list[sa.Table]:
    """Our tables as they are in the database, whatever its revision; what others hang on comes first."""
    migrations.tables()
    there = set(sa.inspect(connection).get_table_names())
    found = sa.MetaData()
    found.reflect(connection, only=sorted(there & set(db.Row.metadata.tables)), resolve_fks=False)
    return found.sorted_tables


def columns(table: sa.Table) -> list[sa.Column[Any]]:
    """A table's columns by name: migrations may have left them in another order in the other database."""
    return sorted(table.columns, key=lambda column: column.name)


def lines(session: Session, table: sa.Table) -> Iterator[bytes]:
    """A table's rows. Work that is asked for stands with what is under way: its own tables stay behind."""
    if table.name == ASKED:
        asked = sorted(jobs.unfinished(session), key=lambda row: row.id)
        return (_line([_plain(getattr(row, column.name)) for column in columns(table)]) for row in asked)
    return stored(session.connection(), table)


def stored(connection: Connection, table: sa.Table) -> Iterator[bytes]:
    """A table's rows as they are stored, few at a time."""
    key = [_ordered(column, connection) for column in table.primary_key]
    query = sa.select(*(_read(column) for column in columns(table))).order_by(*key)
    with connection.execute(query, execution_options={"yield_per": AT_ONCE}) as found:
        for row in found:
            yield _line([_plain(value) for value in row])


def put(connection: Connection, table: sa.Table, content: Iterable[bytes]) -> None:
    """Insert lines that were read from a table of the same revision."""
    names = [column.name for column in columns(table)]
    back = [_back(column) for column in columns(table)]
    insert = sa.insert(table).values({column.name: _written(column, connection) for column in columns(table)})
    rows = [
        {name: turn(value) for name, turn, value in zip(names, back, json.loads(line), strict=True)} for line in content
    ]
    if rows:
        connection.execute(insert, rows)


def tally(content: Iterable[bytes]) -> Tally:
    """Count lines and take their digest."""
    found = Tally()
    for line in content:
        found.add(line)
    return found


def count_on(connection: Connection, table: sa.Table) -> None:
    """Let PostgreSQL's own numbers go on after the highest that came in; SQLite does so by itself."""
    if connection.dialect.name == "postgresql":
        for column in table.primary_key:
            sequence = connection.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, column.name)))
            if sequence:
                highest = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).scalar_subquery()
                connection.execute(sa.select(sa.func.setval(sequence, highest, False)))


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def _ordered(column: sa.Column[Any], connection: Connection) -> sa.ColumnElement[Any]:
    """By bytes on both: the order of letters is the server's own affair on PostgreSQL."""
    by_bytes = isinstance(column.type, sa.String) and connection.dialect.name == "postgresql"
    return column.collate("C") if by_bytes else column


def _read(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    return sa.cast(column, sa.Text) if isinstance(column.type, sa.JSON) else column


def _written(column: sa.Column[Any], connection: Connection) -> sa.ColumnElement[Any]:
    """JSON goes from text to text, so that nothing of it changes on the way."""
    if not isinstance(column.type, sa.JSON):
        return sa.bindparam(column.name, type_=column.type)
    text = sa.bindparam(column.name, type_=sa.Text())
    return sa.cast(text, column.type) if connection.dialect.name == "postgresql" else text


def _plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return aware.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return str(value) if isinstance(value, Decimal) else value


def _back(column: sa.Column[Any]) -> Callable[[Any], Any]:
    """What makes a column's value out of JSON's."""
    turns: list[tuple[type[Any], Callable[[Any], Any]]] = [
        (sa.JSON, str),
        (sa.DateTime, datetime.fromisoformat),
        (sa.Date, date.fromisoformat),
        (sa.LargeBinary, base64.b64decode),
    ]
    turn = next((turn for kind, turn in turns if isinstance(column.type, kind)), lambda value: value)
    return lambda value: None if value is None else turn(value)
