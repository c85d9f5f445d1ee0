"""Engines on the instance's database: one encrypted SQLite file, or PostgreSQL."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from portal.config import Settings
from portal.i18n import N_, Refusal

# Whose turn it is to write to the file.
TURN = "haohuo.db-turn"


class Shut(Refusal):
    """The file is sealed with another secret, or damaged."""

    msgid = N_(
        "The database does not open with this PORTAL_SECRET: it was made with another one, or the file haohuo.db is "
        "damaged. Nothing was changed. Compare the setting with the key sheet first."
    )


class Away(Shut):
    """The server does not answer, or does not let us in."""

    msgid = N_("The database that PORTAL_DATABASE names does not answer: %(why)s")


def open_sqlite(path: Path, keys: Sequence[bytes], **how: Any) -> Any:
    """The driver's connection to an encrypted file, by the first of the keys that opens it; a new file gets the first.

    `how` is the driver's. That no key opens it shows at the first statement.
    """
    import sqlcipher3.dbapi2 as driver  # type: ignore[import-untyped,unused-ignore]

    for key in (*keys, keys[0]):
        connection = driver.connect(str(path), **how)
        connection.execute("PRAGMA cipher_log_level = NONE")  # what does not open is an exception, and ours to say
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        if len(keys) == 1:
            break
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            break
        except driver.OperationalError:
            raise  # busy: the key may be right
        except driver.DatabaseError:
            connection.close()
    return connection


def make(settings: Settings, keys: Sequence[bytes], *, jobs: bool = False) -> Engine:
    """An engine on the instance's database; one of the `keys` (32 bytes each) opens the SQLite file.

    `jobs` opens transactions as DBOS expects them: by the driver, not by us.
    """
    return _server(settings) if settings.database else _file(settings, keys, jobs)


def _server(settings: Settings) -> Engine:
    """On PostgreSQL; up to four workers have 40 connections at most, and so has a job process with its two engines."""
    url = settings.database.replace("postgresql://", "postgresql+psycopg://", 1)
    few, more = max(8, 12 // settings.workers), max(2, 8 // settings.workers)
    return create_engine(
        url, hide_parameters=True, pool_size=few, max_overflow=more, pool_pre_ping=True, pool_use_lifo=True
    )


def _file(settings: Settings, keys: Sequence[bytes], jobs: bool) -> Engine:
    """On the encrypted file."""
    import sqlcipher3.dbapi2 as driver  # type: ignore[import-untyped,unused-ignore]

    path = settings.home / "haohuo.db"
    for each in (path, settings.home / TURN):
        each.touch(mode=0o600)  # the driver would make it readable by all
    level = "IMMEDIATE" if jobs else None
    engine = create_engine(
        "sqlite://",
        module=driver,
        creator=lambda: open_sqlite(path, keys, check_same_thread=False, isolation_level=level),
        hide_parameters=True,
        pool_size=16,
        max_overflow=48,
        pool_use_lifo=True,  # the last one used has its pages and statements at hand
        poolclass=QueuePool,
    )

    @event.listens_for(engine, "connect")
    def opened(connection: Any, _: ConnectionPoolEntry) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA busy_timeout = {30000 if jobs else 5000}")
        connection.execute("PRAGMA foreign_keys = ON")

    if not jobs:

        @event.listens_for(engine, "begin")
        def begun(connection: Connection) -> None:
            write = connection.get_execution_options().get("mode") == "write"
            if write:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                raw(connection).execute("BEGIN")  # nothing that could fail, so SQLAlchemy need not look after it

    return engine


def raw(connection: Connection) -> Any:
    """The driver's own connection."""
    return connection.connection.dbapi_connection


def refuse_unless_open(engine: Engine) -> None:
    """Raise Shut or Away unless a first connection comes about."""
    try:
        engine.connect().close()
    except OperationalError as reason:
        if engine.dialect.name != "postgresql":
            raise  # busy, or a full disk
        raise Away(why=str(reason.orig).splitlines()[0]) from reason
    except DatabaseError as reason:
        raise Shut from reason
