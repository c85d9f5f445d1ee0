"""Run by Alembic: one history for SQLite and PostgreSQL."""

from typing import Literal

from alembic import context
from sqlalchemy import Connection, Engine

from portal import db, migrations


def run(connection: Connection) -> None:
    """Run the revisions, all or none: a kill at any statement leaves the database as it was.

    SQLite's foreign keys are off while tables are rebuilt, else dropping one would empty those that hang on it; what
    hangs on nothing is looked for before the commit.
    """
    migrations.tables()
    sqlite = connection.dialect.name == "sqlite"
    raw = connection.connection.dbapi_connection
    if sqlite and raw is not None:
        raw.execute("PRAGMA foreign_keys = OFF")
    context.configure(
        connection=connection,
        target_metadata=db.Row.metadata,
        render_as_batch=sqlite,
        transactional_ddl=True,
        include_name=ours,
        render_item=plain,
    )
    try:
        with context.begin_transaction():
            context.run_migrations()
            if sqlite:
                _refuse_orphans(connection)
    finally:
        if sqlite and raw is not None:
            raw.execute("PRAGMA foreign_keys = ON")


def _refuse_orphans(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"the upgrade would leave {len(broken)} rows without their parent; nothing was changed")


def ours(name: str | None, kind: str, _: object) -> bool:
    """Whether a table is ours: DBOS keeps its own beside them."""
    return kind != "table" or name in db.Row.metadata.tables


def plain(kind: str, item: object, _: object) -> str | Literal[False]:
    """Write our own column types as what the database sees: a revision must outlive our classes."""
    if kind != "type":
        return False
    return {"Moment": "sa.DateTime(timezone=True)", "AutoString": "sa.String()"}.get(type(item).__name__, False)


engine: Engine = context.config.attributes["engine"]
with engine.connect().execution_options(mode="write") as connection:
    run(connection)
