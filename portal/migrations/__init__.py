"""Migrations: one Alembic history for both databases, and `flask db upgrade`."""

import os
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine, column, inspect, select, table

from portal import db, engines, reserve
from portal.config import Settings, command
from portal.i18n import N_, Refusal, gettext

HERE = Path(__file__).resolve().parent
ROOMS = ("accounts", "office", "notices", "keeping", "counter", "sheets", "review", "registration", "assist", "guides")
VERSIONS = [HERE / "versions"]
# How many copies stay that an upgrade made first.
COPIES = 3


class Behind(Refusal):
    """The database is not at this program's revision."""

    msgid = N_(
        "The database stands at revision %(stands)s, this program needs %(wanted)s. Run this first: %(command)s (it "
        "copies a SQLite database before it changes anything)."
    )


class Ahead(Behind):
    """The database was brought to a revision that this program does not know."""

    msgid = N_(
        "The database was made by a newer program (revision %(stands)s, this one knows %(wanted)s): install that "
        "program again, or restore a backup that is older."
    )


def tables() -> None:
    """Load the tables of all rooms, so that the models are complete."""
    for room in ROOMS:
        import_module(f"portal.{room}.models")


def newest() -> str:
    """The newest revision of this program: the first word of its file's name."""
    return max(path.name.split("_")[0] for folder in VERSIONS for path in folder.glob("[0-9]*.py"))


def standing(engine: Engine) -> str:
    """The revision at which the database stands; empty when it is new. Raises engines.Shut."""
    engines.refuse_unless_open(engine)
    number: Any = column("version_num")
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return connection.execute(select(number).select_from(table("alembic_version", number))).scalar() or ""


def refuse_unless_at_head() -> None:
    """Raise Behind unless the database stands at this program's revision; loads no Alembic."""
    stands, wanted = standing(db.engine()), newest()
    if stands > wanted:
        raise Ahead(stands=stands, wanted=wanted)
    if stands != wanted:
        raise Behind(stands=stands or "–", wanted=wanted, command=command("db upgrade"))


def copy_first(settings: Settings) -> Path | None:
    """Copy an existing SQLite database beside itself before it changes, encrypted as it is; returns the copy's path.

    On PostgreSQL there is none: the upgrade is one transaction, and `flask backup` is the copy.
    """
    if settings.database:
        return None
    copy = settings.home / f"haohuo-{db.now():%Y%m%d-%H%M%S}.db"
    for left in settings.home.glob("haohuo-*.db.part*"):
        left.unlink()
    beside = copy.with_name(copy.name + ".part")
    beside.touch(mode=0o600)  # the driver would make it readable by all
    try:
        with db.engine().connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.execute("VACUUM INTO ?", (str(beside),))
        with beside.open("rb") as whole:
            os.fsync(whole.fileno())
        beside.rename(copy)
    finally:
        beside.unlink(missing_ok=True)
    for old in sorted(settings.home.glob("haohuo-*.db"))[:-COPIES]:
        old.unlink()
    return copy


def move(engine: Engine, revision: str) -> None:
    """Bring a database to a revision, all of the way or not at all."""
    from alembic import command
    from alembic.config import Config  # 10 MB that a web process never needs

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(map(str, VERSIONS)))
    config.attributes["engine"] = engine
    command.upgrade(config, revision)


def upgrade(settings: Settings) -> None:
    """Bring the database to the newest revision, copying it first; also the tables that jobs need."""
    engine = db.engine()
    stands = standing(engine)
    if stands > newest():
        refuse_unless_at_head()
    if stands != newest():
        copy = copy_first(settings) if stands else None
        if copy:
            click.echo(gettext(N_("The database was copied to %(name)s first."), name=copy.name))
        move(engine, newest())
    from portal.jobs import worker  # DBOS is heavy, and only this needs it

    worker.upgrade(settings)


def register(app: Any) -> None:
    """Add `flask db`."""
    app.cli.add_command(group)


@click.group("db")
def group() -> None:
    """The database and its history."""


@group.command("upgrade")
@click.pass_obj
def upgrade_command(info: Any) -> None:
    """Bring the database to this program's version; a SQLite file is copied first."""
    settings = info.load_app().extensions["settings"]
    upgrade(settings)
    click.echo(gettext(N_("The database is up to date.")))
    if not reserve.make():
        said = N_(
            "The disk has no room for the reserve of %(size)s MB, which lets people go on saving when it is full: "
            "%(wanted)s MB must be free, %(free)s MB are. Make room, then run this again."
        )
        mb = {"size": reserve.SIZE, "wanted": reserve.wanted(), "free": reserve.room(settings.home)}
        click.echo(gettext(said, **{name: size // 2**20 for name, size in mb.items()}), err=True)
