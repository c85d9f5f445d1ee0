"""Durable work on our own database: asked for in a request's commit, done by the job process, resumed after a kill.

A piece of work is a function of one id; it may be called again after a kill, so whatever it does must be safe to do
twice. The job process is in worker.py; a web process never loads it, nor DBOS (0.9 s, 24 MB).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click
from sqlalchemy import column, inspect, table
from sqlmodel import Field, Session, select

from portal import db, files
from portal.config import Settings

Work = Callable[[str], float | None]
# The lines in which work waits, and how many of each are done at once: a page that somebody looks at is not behind a
# thousand messages, nor behind a run over five hundred cases.
LINES = {"soon": 2, "long": 2, "messages": 4}


@dataclass(frozen=True)
class Item:
    """A piece of work: its name, what it does, when the clock calls it (a cron line), in which line it waits."""

    name: str
    function: Work
    schedule: str | None
    line: str


known: dict[str, Item] = {}
at_start: list[Callable[[], None]] = []


def work(name: str, schedule: str | None = None, *, line: str = "soon") -> Callable[[Work], Work]:
    """Make a function of one id durable work under `name` ("room.verb"), which waits in a line of LINES.

    It returns the seconds after which it wants to be called again, or None when it is done. With `schedule` (a cron
    line, in China's time) it is also called by the clock, with an empty id.
    """

    def made(function: Work) -> Work:
        known[name] = Item(name, function, schedule, line)
        return function

    return made


class Asked(db.Row, table=True):
    """Work asked for in a request's commit, until the job process has handed it to DBOS."""

    __tablename__ = "asked"

    id: str = Field(primary_key=True)
    name: str
    subject: str
    at: datetime = Field(default_factory=db.now, sa_type=db.Moment)


def ask(session: Session, name: str, id: str) -> None:
    """Ask for work in the session's transaction: it happens if that commits; asking twice is asking once."""
    if name not in known:
        raise LookupError(f"no work is called {name}")
    db.insert_once(session, Asked(id=f"{name}:{id}", name=name, subject=id))


def unfinished(session: Session) -> list[Asked]:
    """All work that was asked for and is not done, handed over or not, as if it had just been asked for.

    What is done after it has moved to another database: nothing is lost, and what is done already is not done twice.
    """
    asked = {row.id: row for row in session.exec(select(Asked))}
    schema = "dbos" if session.get_bind().dialect.name == "postgresql" else None
    if inspect(session.connection()).has_table("workflow_status", schema=schema):
        columns: Any = column("workflow_uuid"), column("name")
        running = column("status").in_(("ENQUEUED", "PENDING", "DELAYED"))
        handed = select(*columns).select_from(table("workflow_status", *columns, schema=schema)).where(running)
        for uuid, name in session.execute(handed).all():
            if name in known:  # not what the clock called: it will call again
                subject = uuid.removeprefix(f"{name}:").split(":")[0]
                asked.setdefault(f"{name}:{subject}", Asked(id=f"{name}:{subject}", name=name, subject=subject))
    return list(asked.values())


def register(app: Any) -> None:
    """Give the application its `flask jobs` commands."""
    app.cli.add_command(commands)


@click.group("jobs")
def commands() -> None:
    """Do the work that requests asked for."""


@commands.command("run")
def run_command() -> None:
    """Be the job process, until told to stop."""
    from portal.jobs import worker

    worker.run(_settings())


@commands.command("drain")
def drain_command() -> None:
    """Do the work that waits, then stop."""
    from portal.jobs import worker

    worker.drain(_settings())


def _settings() -> Settings:
    settings: Settings = click.get_current_context().obj.load_app().extensions["settings"]
    return settings


@work("jobs.files", schedule="10 4 * * *")
def sweep_files(_: str) -> None:
    """Remove the files that no row has named for a day."""
    with db.reading() as session:
        wanted = files.named(session)
    files.sweep(wanted)
