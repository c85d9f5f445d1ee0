"""What is sealed in the database, and whether a secret opens it: a few values of every table, tried one by one."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from sqlalchemy import Connection, Select, Table, event, inspect, literal_column, select

from portal import db, engines, files, vault
from portal.config import Settings
from portal.i18n import N_

Sealed = Callable[[], bytes]


class OpensNothing(engines.Shut):
    """What is sealed on the server was sealed with another secret."""

    msgid = N_(
        "This PORTAL_SECRET opens nothing of what is sealed in the database: it was sealed with another one. Nothing "
        "was changed. Compare the setting with the key sheet first."
    )


def samples(connection: Connection) -> list[Sealed]:
    """The sealed values in the first and last row of every table, at whatever revision; each opens when called."""
    there = inspect(connection).get_table_names()
    tables = [table for table in db.Row.metadata.sorted_tables if table.name in there]
    return [one for table in tables for one in _of(connection, table)]


def _of(connection: Connection, table: Table) -> Iterator[Sealed]:
    places, key = db.marked(table, "sealed"), list(table.primary_key)
    # All columns that stand there, as an older revision lacks some of the model's.
    rows: Select[Any] = select(literal_column("*")).select_from(table).limit(1)
    ends = [rows.order_by(*key), rows.order_by(*(column.desc() for column in key))] if places else []
    for row in (row for end in ends for row in connection.execute(end).mappings()):
        kept = {name: place.format(**row) for name, place in places.items() if row.get(name)}
        yield from (partial(vault.unseal, row[name], place) for name, place in kept.items())


def opens(one: Sealed) -> bool:
    """Whether the secret in use opens it; what is damaged or gone does not open."""
    try:
        one()
    except (vault.Unsealable, files.Damaged, files.Missing):
        return False
    return True


def watch(settings: Settings) -> None:
    """Have the first connection to PostgreSQL raise OpensNothing under another secret.

    SQLite's file stays shut by itself; a server would let the wrong secret seal beside what it does not open.
    """
    if settings.database:
        proven: list[bool] = []

        @event.listens_for(db.engine(), "engine_connect")
        def connected(connection: Connection) -> None:
            if not proven:
                try:
                    refuse_another(connection)
                except BaseException:
                    connection.close()  # nobody holds it yet
                    raise
                proven.append(True)


def refuse_another(connection: Connection) -> None:
    """Raise OpensNothing when there are sealed values and none opens; one that is damaged stops nobody."""
    found = samples(connection)
    connection.rollback()
    if found and not any(map(opens, found)):
        raise OpensNothing
