"""Making a backup: whole or not there, of one moment, opened by the secret alone, old ones cleared away."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
from flask import Flask
from sqlalchemy import Table
from sqlmodel import Session, col, select

from portal import db, files, jobs, migrations, vault
from portal.backup import age, archive, rows, service
from portal.backup.manifest import HEAD, MANIFEST, Head, Manifest
from portal.config import ROOT, Settings
from portal.jobs import worker
from portal.sheets.models import Photo
from tests.backup.office import Run, contents, left
from tests.review.life import Life
from tests.sheets import shops


def members(path: Path) -> dict[str, bytes]:
    """All that is in a backup."""
    with archive.reading(path, age.identities()) as found:
        return {name: content.read() for name, content in found}


def test_a_backup_names_what_it_is_and_all_that_is_in_it(made: service.Made, settings: Settings) -> None:
    inside = members(made.path)
    head, manifest = Head.read(inside[HEAD]), Manifest.read(inside[MANIFEST])
    assert (head.revision, head.mode, head.secrets) == (migrations.newest(), "trial", list(vault.fingerprints()))
    assert head.database == ("postgresql" if settings.database else "sqlite")
    assert {name: table["rows"] for name, table in manifest.tables.items()} == {
        name: len(lines) for name, lines in contents().items()
    }
    with db.reading() as session:
        assert sorted(manifest.files) == sorted(files.named(session))
    assert {name.removeprefix("files/") for name in inside if name.startswith("files/")} == set(manifest.files)
    assert [next(iter(inside)), list(inside)[-1]] == [HEAD, MANIFEST]


def test_a_backup_is_readable_by_nobody_else_and_tells_nothing(made: service.Made, settings: Settings) -> None:
    content = made.path.read_bytes()
    assert oct(made.path.stat().st_mode)[-3:] == "600"
    assert content.startswith(b"age-encryption.org/v1")
    assert [word for word in ("杨大姐", "15400000001", "seller", "sheet") if word.encode() in content] == []
    assert left(settings.home) == []


def test_another_key_may_open_it_too_with_the_plain_age_format(life: Life, settings: Settings, run: Run) -> None:
    other = pyrage.x25519.Identity.generate()
    done = run("backup", "--to", other.to_public())
    assert (done.exit_code, "It opens with PORTAL_SECRET." in done.output) == (0, True)
    [path] = service.backups(service.folder(settings))
    with archive.reading(path, [other]) as found:
        assert next(found)[0] == HEAD
    assert pyrage.decrypt(path.read_bytes(), [other])[:9] == b"head.json"


def test_a_key_that_is_none_is_refused(app: Flask, run: Run) -> None:
    done = run("backup", "--to", "age1nonsense")
    assert (done.exit_code, "is no public key" in done.output) == (2, True)


def test_a_folder_that_cannot_be_is_told_in_a_sentence(life: Life, tmp_path: Path, run: Run) -> None:
    (tmp_path / "file").touch()
    done = run("backup", "--into", tmp_path / "file" / "backups")
    assert (done.exit_code, done.output.startswith("Error: This cannot be read or written: ")) == (1, True)


def test_a_file_lost_before_is_named_and_the_rest_is_kept(life: Life, settings: Settings, run: Run) -> None:
    with db.reading() as session:
        name = sorted(files.named(session))[0]
    files.where(name).unlink()
    done = run("backup")
    said = f"The photo or paper in file {name} was missing already before this backup."
    assert (done.exit_code, done.output.splitlines().count(said)) == (0, 1)


def test_people_save_while_a_backup_is_made_and_it_holds_one_moment(
    life: Life, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the first table and the last, shops come in and old files would be swept."""
    before, asked = contents(), list[str]()
    with db.reading() as session:
        names = files.named(session)
    sweeper = threading.Thread(target=files.sweep, args=([],), kwargs={"older_than_hours": -1})
    lines = rows.lines

    def meanwhile(session: Session, table: Table) -> Iterator[bytes]:
        if not asked:
            asked.append(shops.filled(life.seller().id))
            sweeper.start()
        return lines(session, table)

    monkeypatch.setattr(rows, "lines", meanwhile)
    made = service.make(settings, into=service.folder(settings))
    monkeypatch.undo()
    sweeper.join()
    assert {name: table["rows"] for name, table in made.manifest.tables.items()} == {
        name: len(lines) for name, lines in before.items()
    }
    assert (set(made.manifest.files), made.manifest.missing) == (names, [])
    assert len(contents()["sheet"]) == len(before["sheet"]) + 1


def test_two_backups_at_once_are_one(life: Life, settings: Settings) -> None:
    into = service.folder(settings)
    into.mkdir()
    with service._alone(into), pytest.raises(service.Busy):
        service.make(settings, into=into)


KILLED = """
import os, signal, sys
from portal import create_app
from portal.backup import service
from portal.config import Settings
settings = Settings.read()
create_app(settings)
content = service._content
def die(name, manifest):
    yield from content(name, manifest)
    os.kill(os.getpid(), signal.SIGKILL)
service._content = die
service.make(settings, into=service.folder(settings))
"""


def test_a_killed_backup_leaves_nothing_that_looks_like_one_and_the_next_clears_it_away(
    life: Life, settings: Settings
) -> None:
    environ = {
        **os.environ,
        "PORTAL_HOME": str(settings.home),
        "PORTAL_SECRET": settings.secret,
        "PORTAL_URL": settings.url,
        "PORTAL_DATABASE": settings.database,
    }
    done = subprocess.run([sys.executable, "-c", KILLED], env=environ, cwd=ROOT, check=False)
    into = service.folder(settings)
    assert (done.returncode, service.backups(into), len(left(into))) == (-signal.SIGKILL, [], 1)
    made = service.make(settings, into=into)
    assert (service.backups(into), left(into)) == ([made.path], [])


def test_a_backup_that_fails_leaves_nothing(life: Life, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str, manifest: Manifest) -> object:
        raise OSError(5, "the disk went away")

    monkeypatch.setattr(service, "_content", broken)
    with pytest.raises(OSError, match="went away"):
        service.make(settings, into=service.folder(settings))
    assert (service.backups(service.folder(settings)), left(settings.home)) == ([], [])


def test_of_old_backups_fourteen_days_and_eight_weeks_stay(tmp_path: Path) -> None:
    start = db.now().replace(year=2026, month=11, day=24, hour=4, minute=0, second=0)
    names = [(start - timedelta(hours=12 * half)).strftime(service.NAME) + ".age" for half in range(240)]
    for name in names:
        (tmp_path / name).touch()
    oldest = sorted(names)[0]
    service.prune(tmp_path, days=14, weeks=8, also=oldest)
    kept = [path.name for path in service.backups(tmp_path)]
    days = [name[7:15] for name in kept]
    assert (kept[0], kept[-1], len(days) - len(set(days))) == (oldest, names[0], 0)
    assert [day for day in days if day > "20261110"] == [f"202611{day}" for day in range(11, 25)]
    # Of the five weeks before those the Sunday is left, and the last three weeks are among the days.
    assert [day for day in days[1:] if day <= "20261110"] == [
        "20261011",
        "20261018",
        "20261025",
        "20261101",
        "20261108",
    ]


def test_the_newest_stays_whatever_is_asked_for(tmp_path: Path) -> None:
    for name in ("haohuo-20261101-040000.age", "haohuo-20261102-040000.age"):
        (tmp_path / name).touch()
    assert [path.name for path in service.prune(tmp_path, days=0, weeks=0)] == ["haohuo-20261101-040000.age"]


def test_a_database_that_is_behind_is_not_backed_up(app: Flask, run: Run) -> None:
    with db.engine().connect().execution_options(mode="write") as connection, connection.begin():
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    done = run("backup")
    assert (done.exit_code, "db upgrade" in done.output) == (1, True)


def test_work_under_way_goes_along_as_work_asked_for(app: Flask, settings: Settings) -> None:
    waits: dict[str, float | None] = {"later": 3600.0}

    @jobs.work("tests.moved")
    def moved(id: str) -> float | None:
        return waits.pop(id, None)

    with db.writing() as session:
        for id in ("later", "done"):
            jobs.ask(session, "tests.moved", id)
    worker.drain(settings)
    with db.writing() as session:
        jobs.ask(session, "tests.moved", "asked")
    with db.reading() as session:
        assert sorted(row.id for row in jobs.unfinished(session)) == ["tests.moved:asked", "tests.moved:later"]
        assert [*session.exec(select(jobs.Asked.id))] == ["tests.moved:asked"]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_large_files_are_never_whole_in_memory(app: Flask, settings: Settings) -> None:
    import resource

    shops.filled(Life(app).seller().id)
    with db.reading() as session:
        names = [session.exec(select(Photo.digest).order_by(col(Photo.id))).one()]
    with files.where(names[0]).open("wb") as large:
        for _ in range(300):
            large.write(bytes(2**20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    made = service.make(settings, into=service.folder(settings))
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert (made.size > 300 * 2**20, more < 40 * 1024) == (True, True)
