"""`flask vault rotate`: all that an older secret sealed or hashed, made anew by the newest, so that the older can go.

Columns of sealed bytes and names of files say so themselves (db.sealed, db.FILE); a room registers the keyed hashes
that can be made again, and what is known by its hash alone and so ends. Rows change a few at a time, each time in a
transaction of its own, and what is new already is passed over: after a kill it is run again. The SQLite file comes
last: a copy gets the new key, is read, and takes the file's name.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import click
from sqlalchemy import Row, Table, update
from sqlalchemy import select as select_columns
from sqlalchemy import tuple_ as together
from sqlmodel import Session, SQLModel

from portal import db, engines, files, vault
from portal.config import Settings
from portal.i18n import gettext

AT_ONCE = 200
Make = Callable[[Session, Any], str]
End = Callable[[Session], list[str]]
Faults = list[str]
_made_again: dict[tuple[str, str], Make] = {}
_ended: list[End] = []


class SqliteBusy(click.ClickException):
    """Another process has the SQLite file open."""

    def __init__(self) -> None:
        super().__init__(
            gettext("The portal still runs on this database. Stop its web and job processes, then try again.")
        )


def made_again(model: type[SQLModel], column: str, make: Make) -> None:
    """Fill a column of keyed hashes anew with what `make` says of a row (all its columns, in a session)."""
    _made_again[(model.__tablename__, column)] = make  # type: ignore[index]


def ends(end: End) -> None:
    """Call `end` for what cannot be made again; it returns a sentence for each person to tell."""
    if end not in _ended:
        _ended.append(end)


def rotate(settings: Settings, say: Callable[[str], None]) -> Faults:
    """Make everything anew with the newest secret; returns what none of the secrets opens. Raises SqliteBusy."""
    if not settings.database:
        _closed(settings).close()  # before anything is changed
    faults: Faults = []
    tables = db.Row.metadata.sorted_tables  # create_app has loaded them all
    for table in tables:
        faults += _sealed_anew(table, say)
    for (name, column), make in _made_again.items():
        faults += _hashed_anew(db.Row.metadata.tables[name], column, make)
        say(gettext("%(name)s: looked up by the newest secret", name=f"{name}.{column}"))
    for table in tables:
        faults += _files_anew(table, say)
    for end in _ended:
        with db.writing() as session:
            sentences = end(session)
        for sentence in sentences:
            say(sentence)
    if not settings.database:
        _database_anew(settings, say)
    return faults


def _batches(table: Table, *names: str) -> Iterator[tuple[Session, list[Row[Any]]]]:
    """The rows of a table in the order of its key, a few at a time, locked, each time in a transaction of its own."""
    key, after = list(table.primary_key), None
    wanted = [column for column in table.columns if not names or column.name in names or column in key]
    while True:
        query = select_columns(*wanted).order_by(*key).limit(AT_ONCE).with_for_update()
        if after is not None:
            query = query.where(together(*key) > together(*after))
        with db.writing() as session:
            rows = list(session.execute(query))
            if rows:
                yield session, rows
        if len(rows) < AT_ONCE:
            return
        after = [getattr(rows[-1], column.name) for column in key]


def _change(session: Session, table: Table, row: Row[Any], values: dict[str, Any]) -> None:
    if values:
        mine = [column == getattr(row, column.name) for column in table.primary_key]
        session.execute(update(table).where(*mine).values(values))


def _sealed_anew(table: Table, say: Callable[[str], None]) -> Faults:
    """Seal a table's sealed columns with the newest secret."""
    places, faults, changed = db.marked(table, "sealed"), Faults(), 0
    if not places:
        return faults
    named = {field for place in places.values() for _, field, _, _ in Formatter().parse(place) if field}
    for session, rows in _batches(table, *places, *named):
        for row in rows:
            known, values = row._asdict(), {}
            for column, place in places.items():
                try:
                    new = vault.renewed(known[column], place.format(**known)) if known[column] else None
                except vault.Unsealable:
                    faults.append(f"{table.name}.{column} of {place.format(**known)}")
                    continue
                if new is not None:
                    values[column] = new
            changed += bool(values)
            _change(session, table, row, values)
    say(gettext("%(name)s: %(num)s sealed anew", name=table.name, num=changed))
    return faults


def _hashed_anew(table: Table, column: str, make: Make) -> Faults:
    """Fill a column of keyed hashes anew."""
    faults = Faults()
    for session, rows in _batches(table):
        for row in rows:
            try:
                value = make(session, row)
            except vault.Unsealable:
                faults.append(f"{table.name}.{column}: what it is made of")
                continue
            if value != getattr(row, column):
                _change(session, table, row, {column: value})
    return faults


def _files_anew(table: Table, say: Callable[[str], None]) -> Faults:
    """Seal the files that a table names with the newest secret, which gives them new names; the sweep takes the old."""
    faults, changed = Faults(), 0
    for column in db.marked(table, "file"):
        with db.reading() as session:
            names = session.scalars(select_columns(table.c[column]).where(table.c[column] != "").distinct()).all()
        for name in names:
            try:
                new = files.renewed(name)
            except (files.Missing, files.Damaged) as reason:
                faults.append(f"{table.name}.{column}: file {name} is {type(reason).__name__.lower()}")
                continue
            if new != name:
                changed += 1
                with db.writing() as session:
                    session.execute(update(table).where(table.c[column] == name).values({column: new}))
        say(gettext("%(name)s: %(num)s sealed anew", name=f"{table.name}.{column}", num=changed))
    return faults


def _closed(settings: Settings) -> Any:
    """The SQLite file without its log, which SQLite allows only while nobody else has it open. Raises SqliteBusy."""
    import sqlcipher3.dbapi2 as driver

    db.engine().dispose()
    connection = engines.open_sqlite(settings.home / "haohuo.db", vault.database_keys(), isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
    except driver.OperationalError as reason:
        connection.close()
        raise SqliteBusy from reason
    return connection


def _database_anew(settings: Settings, say: Callable[[str], None]) -> None:
    """Give the SQLite file the newest secret's key; whatever moment a kill comes, the file is whole under one key."""
    new, *older = vault.database_keys()
    path, copy = settings.home / "haohuo.db", settings.home / "haohuo.db.part"
    held = _closed(settings)
    held.execute("BEGIN EXCLUSIVE")
    for leftover in settings.home.glob(f"{copy.name}*"):
        leftover.unlink()
    # By another process: when this one closes a file, it loses its locks on it.
    subprocess.run(["cp", "-p", str(path), str(copy)], check=True)
    connection = engines.open_sqlite(copy, (*older, new), isolation_level=None)
    connection.execute(f"PRAGMA rekey = \"x'{new.hex()}'\"")
    connection.close()
    connection = engines.open_sqlite(copy, (new,))
    checked = connection.execute("PRAGMA integrity_check").fetchall()
    connection.close()
    if checked != [("ok",)]:
        raise click.ClickException(
            gettext("The copy of the database with its new key does not read well; nothing was changed.")
        )
    _on_disk(copy)
    copy.rename(path)
    _on_disk(settings.home)
    held.close()
    say(gettext("%(name)s: opens with the newest secret", name=path.name))


def _on_disk(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def register(app: Any) -> None:
    """Add `flask vault`."""
    app.cli.add_command(commands)


@click.group("vault")
def commands() -> None:
    """The secrets that all data is sealed with."""


@commands.command("rotate")
def rotate_command() -> None:
    """Make all that is kept anew with the newest secret of PORTAL_SECRET=newest,older.

    The web and job processes are stopped meanwhile, and a backup was made. Killed half-way, run it again.
    """
    settings: Settings = click.get_current_context().obj.load_app().extensions["settings"]
    if len(vault.database_keys()) < 2:
        raise click.ClickException(gettext("There is only one secret: put a new one before it, PORTAL_SECRET=new,old."))
    engines.refuse_unless_open(db.engine())
    faults = rotate(settings, click.echo)
    for fault in faults:
        click.echo(gettext("Opens with none of the secrets, left as it is: %(what)s", what=fault))
    for copy in sorted(settings.home.glob("haohuo-*.db")):
        click.echo(gettext("Still under an older secret, remove it when it is not needed: %(name)s", name=copy.name))
    click.echo(
        gettext("All that opens is under the newest secret. Now take the older ones out of PORTAL_SECRET, start again.")
    )
    if faults:
        raise SystemExit(1)
