"""Moving an office from SQLite to PostgreSQL: all of it in one step, compared, and nothing where something is odd."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import Connection, Table
from sqlmodel import select

from portal import db, jobs, migrations
from portal.backup import copying, rows
from portal.config import Settings
from portal.jobs import worker
from tests.backup.office import Run, contents, held, moved_to
from tests.review.life import Life
from tests.sheets import shops

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def arrived(address: str, settings: Settings) -> int:
    """How many rows the other database has."""
    moved_to(settings, settings.home, address)
    if not migrations.standing(db.engine()):
        return 0
    return sum(len(lines) for lines in contents().values())


def test_an_office_moves_with_all_it_has(life: Life, settings: Settings, run: Run, empty_postgres: str) -> None:
    before, photos = contents(), held()
    done = run("db", "copy", "--to", empty_postgres)
    assert done.exit_code == 0, done.output
    assert f"sheet: {len(before['sheet'])} rows, the same on both sides" in done.output
    assert "PORTAL_DATABASE" in done.output
    assert contents() == before
    life = Life(moved_to(settings, settings.home, empty_postgres))
    assert (contents(), held()) == (before, photos)
    shops.send(shops.filled(life.seller("13700001111").id))
    assert len(contents()["review_case"]) == len(before["review_case"]) + 1


def test_work_is_done_once_on_either_side_of_the_move(app: Flask, settings: Settings, empty_postgres: str) -> None:
    done: list[str] = []
    waits: dict[str, float | None] = {"later": 0.1}

    @jobs.work("tests.moved")
    def moved(id: str) -> float | None:
        done.append(id)
        return waits.pop(id, None)

    with db.writing() as session:
        for id in ("later", "done"):
            jobs.ask(session, "tests.moved", id)
    worker.drain(settings)
    with db.writing() as session:
        jobs.ask(session, "tests.moved", "asked")
    first = list(done)
    copying.copy(settings, empty_postgres)
    moved_to(settings, settings.home, empty_postgres)
    there = replace(settings, database=empty_postgres)
    migrations.upgrade(there)
    worker.drain(there)
    assert sorted(done[len(first) :]) == sorted(["asked", *(["later"] if first.count("later") == 1 else [])])


@pytest.mark.parametrize("odd", ["rows", "revision", "tables"])
def test_a_database_that_is_not_empty_or_of_another_revision_is_refused(
    life: Life, settings: Settings, run: Run, empty_postgres: str, odd: str
) -> None:
    moved_to(settings, settings.home, empty_postgres)
    if odd == "tables":
        change = "CREATE TABLE theirs (id int)"
    else:
        migrations.move(db.engine(), migrations.newest())
        change = "UPDATE alembic_version SET version_num = '0000'"
    if odd == "rows":
        Life(life.app).seller()
    else:
        with db.engine().begin() as connection:
            connection.exec_driver_sql(change)
    moved_to(settings, settings.home)
    done = run("db", "copy", "--to", empty_postgres)
    said = copying.Taken.msgid % {"place": empty_postgres}
    assert (done.exit_code, done.output) == (1, f"Error: {said}\n")


def test_while_the_job_process_runs_nothing_moves(
    life: Life, settings: Settings, run: Run, empty_postgres: str
) -> None:
    with worker.slot(settings):
        done = run("db", "copy", "--to", empty_postgres)
    assert (done.exit_code, "job process" in done.output) == (1, True)
    assert arrived(empty_postgres, settings) == 0


def test_rows_that_arrive_otherwise_undo_the_whole_move(
    life: Life, settings: Settings, run: Run, empty_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = rows.stored

    def odd(connection: Connection, table: Table) -> Iterable[bytes]:
        lines = list(stored(connection, table))
        return lines[1:] if (connection.dialect.name, table.name) == ("postgresql", "submission") else lines

    monkeypatch.setattr(rows, "stored", odd)
    done = run("db", "copy", "--to", empty_postgres)
    assert (done.exit_code, "nothing was moved" in done.output) == (1, True), done.output
    monkeypatch.undo()
    assert arrived(empty_postgres, settings) == 0


def test_only_from_sqlite_and_only_to_postgresql(app: Flask, run: Run) -> None:
    done = run("db", "copy", "--to", "sqlite:///other.db")
    assert (done.exit_code, "--to postgresql://" in done.output) == (1, True)
    with db.reading() as session:
        assert session.exec(select(jobs.Asked)).all() == []
