"""Migrations: one Alembic history for both databases, and `flask db upgrade`."""

import shutil
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import Engine

from portal import db
from portal.config import Settings

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).resolve().parent
ROOMS = ("accounts", "notices", "keeping", "sheets", "review", "guides")
group = AppGroup("db", help="The database and its history.")


def tables() -> None:
    """Load the tables of all rooms, so that the models are complete."""
    for room in ROOMS:
        import_module(f"portal.{room}.models")


def _config(engine: Engine) -> "Config":
    from alembic.config import Config  # here as below: 10 MB that a web process never needs

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["engine"] = engine
    return config


def at_head(engine: Engine) -> bool:
    """Whether the database is at the newest revision."""
    from alembic.script import ScriptDirectory

    return set(revisions(engine)) == set(ScriptDirectory.from_config(_config(engine)).get_heads())


def revisions(engine: Engine) -> tuple[str, ...]:
    """The revisions at which the database stands; none when it is new."""
    from alembic.runtime.migration import MigrationContext

    with engine.connect() as connection:
        return tuple(MigrationContext.configure(connection).get_current_heads())


def copy_first(settings: Settings) -> Path | None:
    """Copy an existing SQLite database beside itself before it changes; returns the copy's path.

    On PostgreSQL the copy is the operator's (pg_dump), and None comes back.
    """
    source = settings.home / "haohuo.db"
    if settings.database or not source.exists():
        return None
    copy = settings.home / f"haohuo-{db.now():%Y%m%d-%H%M%S}.db"
    with db.writing() as session:  # nobody else writes while the file is copied
        for name in (source, *(path for path in [source.with_name("haohuo.db-wal")] if path.exists())):
            shutil.copy2(name, copy.with_name(copy.name + name.name.removeprefix("haohuo.db")))
        session.rollback()
    return copy


def upgrade(settings: Settings) -> None:
    """Bring the database to the newest revision, copying it first; also the tables that jobs need."""
    from alembic import command

    engine = db.engine()
    if not at_head(engine):
        copy = copy_first(settings) if revisions(engine) else None
        if copy:
            click.echo(f"Copied the database to {copy.name} first.")
        command.upgrade(_config(engine), "head")
    from portal.jobs import worker  # DBOS is heavy, and only this needs it

    worker.upgrade(settings)


def register(app: Flask) -> None:
    """Add `flask db`."""
    app.cli.add_command(group)


@group.command("upgrade")
def upgrade_command() -> None:
    """Bring the database to this program's version; a SQLite file is copied first."""
    from flask import current_app

    upgrade(current_app.extensions["settings"])
    click.echo("The database is up to date.")
