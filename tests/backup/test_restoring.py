"""Restoring: whole or not at all, into a new place only, on either database, and what differs from what runs."""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal import create_app, db, i18n, migrations, vault
from portal.backup import age, archive, restoring, service
from portal.backup.manifest import HEAD, MANIFEST
from portal.config import ROOT, Settings
from tests.backup.office import Run, contents, held, left, moved_to, picture
from tests.backup.test_making import members
from tests.conftest import SECRET
from tests.review.life import Life
from tests.sheets import shops

OTHER = "other-only-for-tests-other-only-for-tests"


def refused(settings: Settings, backup: Path, into: Path) -> str:
    """The sentence with which a restore is refused; nothing of it may stay."""
    with pytest.raises(i18n.Refusal) as refusal, i18n.speaking("en"):
        restoring.restore(settings, backup, into=into)
    assert (into.exists(), left(into.parent)) == (False, [])
    return refusal.value.msgid


def test_what_is_restored_is_what_was_backed_up(made: service.Made, settings: Settings, tmp_path: Path) -> None:
    before, photos = contents(), held()
    into = tmp_path / "new"
    done = restoring.restore(settings, made.path, into=into)
    assert (restoring.differences(done), left(tmp_path)) == ([], [])
    moved_to(settings, into)
    assert (contents(), held()) == (before, photos)
    assert (into / "mode").read_text() == "trial"
    assert [oct(path.stat().st_mode)[-3:] for path in (into, into / "haohuo.db", into / "secret")] == [
        "700",
        "600",
        "600",
    ]


def test_what_is_restored_serves_and_the_numbers_of_its_cases_go_on(
    made: service.Made, settings: Settings, tmp_path: Path
) -> None:
    restoring.restore(settings, made.path, into=tmp_path / "new")
    life = Life(moved_to(settings, tmp_path / "new"))
    before = len(contents()["review_case"])
    shops.send(shops.filled(life.seller("13700001111").id))
    assert len(contents()["review_case"]) == before + 1
    assert life.reader(life.staff("reviewer")).get("/desk/review/").status == 200


def test_a_backup_of_either_database_restores_into_postgresql(
    made: service.Made, settings: Settings, tmp_path: Path, empty_postgres: str
) -> None:
    before, photos = contents(), held()
    restoring.restore(settings, made.path, into=tmp_path / "new", database=empty_postgres)
    life = Life(moved_to(settings, tmp_path / "new", empty_postgres))
    assert (contents(), held()) == (before, photos)
    shops.send(shops.filled(life.seller("13700001111").id))
    assert len(contents()["review_case"]) == len(before["review_case"]) + 1
    with pytest.raises(restoring.NotEmpty):
        restoring.restore(settings, made.path, into=tmp_path / "newer", database=empty_postgres)


@pytest.mark.parametrize("what", ["a folder with something in it", "a file"])
def test_nothing_is_ever_written_over(made: service.Made, settings: Settings, tmp_path: Path, what: str) -> None:
    into = tmp_path / "new"
    if what == "a file":
        into.write_text("mine")
    else:
        into.mkdir()
        (into / "mine").write_text("mine")
    with pytest.raises(restoring.NotEmpty):
        restoring.restore(settings, made.path, into=into)
    assert [path.read_text() for path in (into, into / "mine") if path.is_file()] == ["mine"]


def test_a_bit_that_fell_over_anywhere_is_noticed(made: service.Made, settings: Settings, tmp_path: Path) -> None:
    content = made.path.read_bytes()
    bad = tmp_path / "bad.age"
    said = set()
    for at in [0, 30, 90, 150, 200, 250, *range(300, len(content), len(content) // 25), len(content) - 1]:
        bad.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        said.add(refused(settings, bad, tmp_path / "new"))
    assert said == {archive.Damaged.msgid, archive.WrongKey.msgid}


def test_a_backup_cut_off_anywhere_is_refused(made: service.Made, settings: Settings, tmp_path: Path) -> None:
    content = made.path.read_bytes()
    bad = tmp_path / "bad.age"
    for length in [0, 1, 100, 250, *range(300, len(content), len(content) // 12), len(content) - 1]:
        bad.write_bytes(content[:length])
        assert refused(settings, bad, tmp_path / "new") == archive.Damaged.msgid
    # age works in pieces of 64 KB: a file that ends with a whole piece is cut off all the same.
    bad.write_bytes(content[: len(content) - len(content) % 65552])
    assert refused(settings, bad, tmp_path / "new") == archive.Damaged.msgid


def test_another_secret_does_not_open_it(made: service.Made, settings: Settings, tmp_path: Path) -> None:
    create_app(replace(settings, secret=OTHER))
    assert refused(replace(settings, secret=OTHER), made.path, tmp_path / "new") == archive.WrongKey.msgid


def test_a_secret_that_lost_its_older_part_is_refused_and_with_it_all_opens(
    life: Life, settings: Settings, tmp_path: Path
) -> None:
    both = replace(settings, secret=f"{OTHER},{SECRET}")
    create_app(both)
    made = service.make(both, into=tmp_path / "backups")
    create_app(replace(settings, secret=OTHER))
    assert refused(replace(settings, secret=OTHER), made.path, tmp_path / "new") == restoring.OtherSecret.msgid
    create_app(both)
    assert restoring.restore(both, made.path, into=tmp_path / "new").manifest.rows == made.manifest.rows


def test_a_backup_made_before_the_secret_grew_still_opens(
    made: service.Made, settings: Settings, tmp_path: Path
) -> None:
    before = contents()
    both = replace(settings, secret=f"{OTHER},{SECRET}")
    create_app(both)
    restoring.restore(both, made.path, into=tmp_path / "new")
    moved_to(both, tmp_path / "new")
    assert contents() == before


def changed(made: service.Made, path: Path, **changes: bytes) -> Path:
    """The backup as another program would have made it: some members are others."""
    named = {name.replace(".json", ""): name for name in (HEAD, MANIFEST)}
    inside = {**members(made.path), **{named.get(key, key): content for key, content in changes.items()}}
    with path.open("wb") as file:
        keys = [age.identities()[0].to_public()]
        archive.write(file, ((name, len(content), [content]) for name, content in inside.items()), keys)
    return path


@pytest.mark.parametrize("newer", [{"revision": "9999", "program": "9.0.0"}, {"format": 2}])
def test_a_backup_of_a_newer_program_names_that_program(
    made: service.Made, settings: Settings, tmp_path: Path, newer: dict[str, object]
) -> None:
    head = json.loads(members(made.path)[HEAD]) | newer
    bad = changed(made, tmp_path / "newer.age", head=json.dumps(head).encode())
    assert refused(settings, bad, tmp_path / "new") == restoring.TooNew.msgid


def test_rows_or_files_that_the_manifest_does_not_know_are_damage(
    made: service.Made, settings: Settings, tmp_path: Path
) -> None:
    manifest = json.loads(members(made.path)[MANIFEST])
    name = sorted(manifest["files"])[0]
    for part, key, fact in (("files", name, "digest"), ("tables", "sheet", "digest"), ("tables", "sheet", "rows")):
        wrong = json.loads(json.dumps(manifest))
        wrong[part][key][fact] = 1
        bad = changed(made, tmp_path / "bad.age", manifest=json.dumps(wrong).encode())
        assert refused(settings, bad, tmp_path / "new") == archive.Damaged.msgid
    bad = changed(made, tmp_path / "bad.age", **{f"files/{name}": b"another"})
    assert refused(settings, bad, tmp_path / "new") == archive.Damaged.msgid


NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sheet", recreate="auto") as table:
        table.add_column(sa.Column("colour", sa.String(), nullable=False, server_default="green"))
"""


def test_an_older_backup_is_brought_to_the_newer_program(
    made: service.Made, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = tmp_path / "versions"
    versions.mkdir()
    (versions / "9999_next.py").write_text(NEXT.format(before=migrations.newest()))
    monkeypatch.setattr(migrations, "VERSIONS", [*migrations.VERSIONS, versions])
    done = restoring.restore(settings, made.path, into=tmp_path / "new")
    assert (done.upgraded, restoring.differences(done)) == (True, [])
    moved_to(settings, tmp_path / "new")
    with db.engine().connect() as connection:
        colours = connection.exec_driver_sql("SELECT DISTINCT colour FROM sheet").scalars().all()
    assert (migrations.standing(db.engine()), colours) == ("9999", ["green"])


def test_the_differences_from_what_runs_are_told(made: service.Made, tmp_path: Path, life: Life, run: Run) -> None:
    with db.writing() as session:
        session.connection().exec_driver_sql("UPDATE tally SET moments = '[]'")
        session.connection().exec_driver_sql("UPDATE sheet SET version = version + 1")
    picture(shops.filled(life.seller().id))
    done = run("restore", "--into", tmp_path / "new")
    sheets = made.manifest.tables["sheet"]["rows"]
    assert done.exit_code == 0, done.output
    assert f"sheet: {sheets} in the backup, {sheets + 1} here now" in done.output
    assert "seller: " in done.output
    assert "files: " in done.output
    assert "staff: " not in done.output


def test_changed_rows_of_the_same_number_are_told(made: service.Made, tmp_path: Path, run: Run) -> None:
    with db.writing() as session:
        session.connection().exec_driver_sql("UPDATE sheet SET version = version + 1")
    done = run("restore", "--into", tmp_path / "new", "--from", made.path)
    sheets = made.manifest.tables["sheet"]["rows"]
    assert f"sheet: {sheets} in the backup and here, but not the same ones" in done.output


def test_without_a_backup_the_command_says_so(app: Flask, tmp_path: Path, run: Run) -> None:
    for more, said in (((), "There is no backup in"), (("--from", tmp_path / "none.age"), "No such file or directory")):
        done = run("restore", "--into", tmp_path / "new", *more)
        assert (done.exit_code, said in done.output, (tmp_path / "new").exists()) == (1, True, False)


KILLED = """
import os, signal, sys
from pathlib import Path
from portal import create_app
from portal.backup import restoring
from portal.config import Settings
settings = Settings.read()
create_app(settings)
same = restoring._same
def die(*args):
    same(*args)
    os.kill(os.getpid(), signal.SIGKILL)
restoring._same = die
restoring.restore(settings, Path(sys.argv[1]), into=Path(sys.argv[2]))
"""


def test_a_killed_restore_leaves_no_home_and_works_when_done_again(
    made: service.Made, settings: Settings, tmp_path: Path
) -> None:
    environ = {
        **os.environ,
        "PORTAL_HOME": str(settings.home),
        "PORTAL_SECRET": settings.secret,
        "PORTAL_URL": settings.url,
        "PORTAL_DATABASE": settings.database,
    }
    into = tmp_path / "deep" / "new"
    command = [sys.executable, "-c", KILLED, str(made.path), str(into)]
    assert subprocess.run(command, env=environ, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    assert (into.exists(), len(left(into.parent))) == (False, 1)
    restoring.restore(settings, made.path, into=into)
    assert (into.exists(), left(into.parent)) == (True, [])


def test_the_home_that_runs_is_not_touched(made: service.Made, settings: Settings, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in settings.home.rglob("*") if path.suffix == ".age"}
    rows = contents()
    restoring.restore(settings, made.path, into=tmp_path / "new")
    shutil.rmtree(tmp_path / "new")
    assert ({path: path.stat().st_mtime_ns for path in before}, contents(), vault.fingerprints()) == (
        before,
        rows,
        vault.fingerprints(),
    )
