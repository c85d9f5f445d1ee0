"""Run by Alembic: one history for SQLite and PostgreSQL."""

from typing import Literal

from alembic import context
from sqlalchemy import Connection, Engine

from portal import db, migrations


def run(connection: Connection) -> None:
    """Run the revisions in one transaction each, with SQLite's foreign keys off while tables are rebuilt."""
    migrations.tables()
    sqlite = connection.dialect.name == "sqlite"
    raw = connection.connection.dbapi_connection
    if sqlite and raw is not None:
        raw.execute("PRAGMA foreign_keys = OFF")
    context.configure(
        connection=connection,
        target_metadata=db.Row.metadata,
        render_as_batch=sqlite,
        transaction_per_migration=True,
        include_name=ours,
        render_item=plain,
    )
    with context.begin_transaction():
        context.run_migrations()
    if sqlite and raw is not None:
        broken = raw.execute("PRAGMA foreign_key_check").fetchall()
        raw.execute("PRAGMA foreign_keys = ON")
        if broken:
            raise RuntimeError(f"the upgrade left {len(broken)} rows without their parent; restore the copy")


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
