"""Moving an office from SQLite to PostgreSQL: all rows in one transaction, compared on both sides before it ends."""

from dataclasses import replace
from itertools import islice

from portal import db, migrations
from portal.backup import restoring, rows
from portal.config import Settings
from portal.i18n import N_, Refusal
from portal.jobs import worker


class NotSQLite(Refusal):
    """The move goes from SQLite to PostgreSQL, and in no other way."""

    msgid = N_(
        "This moves a SQLite office to PostgreSQL: run it with the settings of the office, without PORTAL_DATABASE, "
        "and with --to postgresql://…"
    )


class Taken(Refusal):
    """The move fills an empty database, and writes over nothing."""

    msgid = N_(
        "%(place)s is not empty, so nothing was moved. Name an empty PostgreSQL database; to move once more, empty "
        "that one first."
    )


class Unlike(Refusal):
    """What arrived is not what was sent."""

    msgid = N_("%(table)s has other rows in PostgreSQL than in SQLite, so nothing was moved.")


def copy(settings: Settings, to: str) -> dict[str, int]:
    """Copy all rows into an empty PostgreSQL database; returns how many of each table.

    Nobody else writes in the meantime: the job process must not run, and saves wait. Work that is under way goes along
    as work asked for. Raises NotSQLite, Unlike, Taken, migrations.Behind, worker.Running.
    """
    if settings.database or not to.startswith("postgresql://"):
        raise NotSQLite
    migrations.refuse_unless_at_head()
    with (
        worker.slot(settings),
        restoring.opened(replace(settings, database=to)) as engine,
        db.writing() as session,
    ):
        restoring.make_ready(engine, migrations.newest(), Taken)
        with engine.connect() as there, there.begin():
            arriving = {table.name: table for table in rows.tables(there)}
            copied = {}
            for table in arriving.values():
                sent, lines = rows.Tally(), iter(rows.lines(session, table))
                while piece := [sent.add(line) for line in islice(lines, rows.AT_ONCE)]:
                    rows.put(there, table, piece)
                rows.count_on(there, table)
                if rows.tally(rows.stored(there, table)).facts != sent.facts:
                    raise Unlike(table=table.name)
                copied[table.name] = sent.rows
    return copied
