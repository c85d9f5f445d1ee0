"""A full disk, really full: the reserve is given up, people go on, and then are told plainly; nothing is half kept."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal import create_app, db, i18n, reserve
from portal.config import ROOT, Settings
from portal.jobs import known
from tests.reader import Reader
from tests.review.life import Life
from tests.sheets import shops

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
MEGABYTE = 2**20


@pytest.fixture
def small(settings: Settings) -> Iterator[Settings]:
    """The instance on a disk of its own, of 24 MB, with a small reserve."""
    inside = {path.name: path.read_bytes() for path in settings.home.iterdir() if path.is_file()}
    if (
        os.geteuid()
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(settings.home)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("no disk can be mounted here")
    try:
        for name, content in inside.items():
            (settings.home / name).write_bytes(content)
        settings.files.mkdir()
        yield settings
    finally:
        db.engine().dispose()
        subprocess.run(["umount", str(settings.home)], check=True)


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reserve that suits the small disk."""
    monkeypatch.setattr(reserve, "SIZE", 4 * MEGABYTE)
    monkeypatch.setattr(reserve, "LOW", MEGABYTE)


def fill(home: Path, leave: int) -> Path:
    """Fill the disk with something else, but for a little."""
    waste = home / "waste"
    with waste.open("ab") as file:
        file.write(bytes(max(reserve.room(home) - leave, 0)))
    return waste


def test_the_reserve_lets_people_sign_in_and_save_and_the_desk_says_why(sizes: None, small: Settings) -> None:
    app = create_app(small)
    assert (reserve.make(), reserve.lent()) == (True, False)
    waste, life = fill(small.home, leave=64 * 1024), Life(app)
    reader = Reader(app)
    shops.sign_in(reader)
    shops.begin(reader, "household")
    shops.fill(reader, shops.grower())
    assert (reader.page.status, reserve.lent()) == (200, True)
    page = life.reader(life.staff("reviewer")).get("/desk/review/?lang=en")
    assert "The disk is full." in page.words()
    assert reserve.make() is False
    waste.unlink()
    known["backup.reserve"].function("")
    assert (reserve.lent(), (small.home / "reserve").stat().st_size) == (False, reserve.SIZE)
    assert "The disk is full." not in life.reader(life.staff("reviewer")).get("/desk/review/?lang=en").words()


def test_with_the_reserve_gone_too_a_save_is_told_in_a_sentence_and_nothing_is_half_kept(
    sizes: None, small: Settings
) -> None:
    app = create_app(small)
    life = Life(app)
    seller = life.seller()
    sheet_id = shops.filled(seller.id)
    reader = life.reader(seller)
    page = reader.get(f"/sheets/{sheet_id}/called?lang=en")
    waste = fill(small.home, leave=0)
    saves = []
    for at in range(20):
        assert reader.get(page.url).status == 200
        saves.append(reader.submit(0, turn="later", called=f"n{at}" * 30))
    told = [page for page in saves if page.status != 200]
    assert {(page.status, page.words().count("Our disk is full")) for page in told} == {(507, 1)}
    kept = shops.known(sheet_id)["called"]
    assert kept in {"杨大姐", *(f"n{at}" * 30 for at in range(20))}
    waste.unlink()
    assert reader.get(page.url).status == 200
    reader.submit(0, called="吴师傅")
    assert shops.known(sheet_id)["called"] == "吴师傅"


def test_a_photo_on_a_full_disk_is_refused_and_the_page_keeps_its_answers(sizes: None, small: Settings) -> None:
    app = create_app(small)
    life = Life(app)
    seller = life.seller()
    sheet_id = shops.filled(seller.id)
    reader = life.reader(seller)
    reader.get(f"/sheets/{sheet_id}/shop?lang=en")
    fill(small.home, leave=0)
    page = reader.submit(0, shop_picture=shops.upload())
    assert (page.status in (409, 422, 507), "disk is full" in page.words()) == (True, True)
    assert list(small.files.rglob("*.part")) == []


def command(settings: Settings, *words: str) -> "subprocess.CompletedProcess[str]":
    """The command line in a process of its own."""
    told = {"PORTAL_HOME": str(settings.home), "PORTAL_SECRET": settings.secret, "PORTAL_URL": settings.url}
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *words],
        cwd=ROOT,
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_backup_and_no_upgrade_begins_without_room(small: Settings) -> None:
    create_app(small)
    fill(small.home, leave=2 * MEGABYTE)
    backup = command(small, "backup")
    assert (backup.returncode, "MB" in backup.stderr, "Traceback" in backup.stderr) == (1, True, False)
    with db.engine().connect().execution_options(mode="write") as connection, connection.begin():
        connection.exec_driver_sql("DELETE FROM alembic_version")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('0000')")
    fill(small.home, leave=0)
    upgrade = command(small, "db", "upgrade")
    assert (upgrade.returncode, "磁盘满了" in upgrade.stderr) == (1, True), upgrade.stderr
    assert list(small.home.rglob("*.part")) == []


def test_a_drill_that_finds_the_disk_full_leaves_no_half_of_what_it_wanted_to_write(small: Settings) -> None:
    create_app(small)
    fill(small.home, leave=0)
    drilled = command(small, "backup", "drill")
    assert (drilled.returncode, "Traceback" in drilled.stderr) == (1, False)
    assert list(small.home.rglob("*.part")) == []


def test_a_home_with_no_reserve_is_not_told_that_it_lent_one(app: Flask, settings: Settings) -> None:
    reserve.lend()
    assert (reserve.lent(), (settings.home / "reserve").exists()) == (False, False)


def test_whoever_makes_the_reserve_again_is_told_when_there_is_no_room_for_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = app.test_cli_runner()
    with i18n.speaking("en"):
        assert asked.invoke(args=["db", "upgrade"]).output == "The database is up to date.\n"
        monkeypatch.setattr(reserve, "SIZE", 2**60)
        said = asked.invoke(args=["db", "upgrade"]).output
    assert re.sub("[0-9]+ MB are", "1 MB are", said) == (
        "The database is up to date.\nThe disk has no room for the reserve of 1099511627776 MB, which lets people go "
        "on saving when it is full: 2199023255568 MB must be free, 1 MB are. Make room, then run this again.\n"
    )
