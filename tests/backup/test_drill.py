"""The drill: the newest backup is restored aside and walked through, and the desk tells how that went."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal import db, files, i18n, notes, reserve
from portal.access import ANYONE
from portal.backup import drill, service
from portal.config import Settings
from tests.backup.office import Run, contents, held, left
from tests.review.life import Life


def on_desk(life: Life) -> list[tuple[str, str]]:
    """The notes above the queue: how they look, and what they say."""
    page = life.reader(life.staff("reviewer")).get("/desk/review/?lang=en")
    paragraphs = [(str(each.get("class")), " ".join("".join(each.itertext()).split())) for each in page.all("p")]
    return [(look, words) for look, words in paragraphs if "drill" in words or "disk" in words]


def test_a_drill_checks_everything_and_leaves_nothing_behind(
    made: service.Made, life: Life, settings: Settings, run: Run
) -> None:
    before, photos = contents(), held()
    done = run("backup", "drill")
    assert (done.exit_code, f"{made.path.name}: restored and checked, all well." in done.output) == (0, True)
    assert (contents(), held(), left(settings.home)) == (before, photos, [])
    assert drill.last(settings) is not None
    assert on_desk(life) == [("hint", "Last backup drill: less than an hour ago, all well")]


def test_a_drill_finds_a_file_that_does_not_open(life: Life, settings: Settings, run: Run) -> None:
    with db.reading() as session:
        name = sorted(files.named(session))[0]
    files.where(name).write_bytes(b"not what was kept")
    assert run("backup").exit_code == 0
    done = run("backup", "drill")
    assert (done.exit_code, f"the file {name}" in done.output or name in done.output) == (1, True)
    [(look, words)] = on_desk(life)
    assert (look, words.startswith("The last backup drill failed, less than an hour ago.")) == ("sum", True)
    assert left(settings.home) == []


def test_a_drill_finds_a_chain_of_events_that_was_meddled_with(life: Life, run: Run) -> None:
    with db.writing() as session:
        session.connection().exec_driver_sql("UPDATE review_event SET action = 'approve' WHERE seq = 2")
    assert run("backup").exit_code == 0
    assert run("backup", "drill").exit_code == 1


def test_a_damaged_backup_fails_the_drill(made: service.Made, life: Life, settings: Settings, run: Run) -> None:
    content = made.path.read_bytes()
    made.path.write_bytes(content[: len(content) // 2])
    done = run("backup", "drill")
    assert (done.exit_code, "is damaged or was cut off" in done.output, left(settings.home)) == (1, True, [])
    assert [look for look, _ in on_desk(life)] == ["sum"]


def test_after_a_drill_that_failed_the_last_proven_backup_stays(
    made: service.Made, life: Life, settings: Settings, run: Run
) -> None:
    db.set_now(db.now())
    assert run("backup", "drill").exit_code == 0
    for minutes in (1, 2):
        db.set_now(db.now() + timedelta(minutes=minutes))
        assert run("backup").exit_code == 0
        service.newest(service.folder(settings)).write_bytes(b"damaged")
        assert run("backup", "drill").exit_code == 1
    assert made.path.exists()


def test_a_drill_on_a_full_disk_says_why_it_failed(
    made: service.Made, settings: Settings, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings.home / "drill.json.part").mkdir()  # nothing can be written there
    monkeypatch.setattr(reserve, "LOW", 2**60)
    done = run("backup", "drill")
    assert (done.exit_code, "The disk has no room" in done.output) == (1, True)


def test_without_a_backup_the_drill_says_so(app: Flask, run: Run) -> None:
    done = run("backup", "drill")
    assert (done.exit_code, "There is no backup in" in done.output) == (1, True)


@pytest.mark.parametrize(
    ("hours", "mode", "alarm", "words"),
    [
        (3, "production", False, "3 hours"),
        (47, "production", False, "47 hours"),
        (49, "production", True, "2 days"),
        (200, "production", True, "8 days"),
        (200, "trial", False, "8 days"),
    ],
)
def test_after_two_days_a_drill_is_too_old(
    app: Flask, settings: Settings, hours: int, mode: str, alarm: bool, words: str
) -> None:
    drill._write(settings, drill.Drill(db.now() - timedelta(hours=hours, minutes=1), "a", ""))
    drill.setup(replace(settings, mode=mode))
    with i18n.speaking("en"), db.reading() as session:
        note = drill.note(session, ANYONE)
    assert note is not None
    assert (note.alarm, words in note.words) == (alarm, True)


def test_production_without_any_drill_is_told_so_and_a_trial_is_left_in_peace(
    app: Flask, settings: Settings, life: Life
) -> None:
    assert on_desk(life) == []
    drill.setup(replace(settings, mode="production"))
    [(look, words)] = on_desk(life)
    assert (look, words.startswith("No backup was ever tried.")) == ("sum", True)


def test_what_stands_out_comes_first_on_the_desk(app: Flask, settings: Settings, tmp_path: Path, life: Life) -> None:
    drill._write(settings, drill.Drill(db.now(), "a", ""))
    (settings.home / "reserve").touch()
    with db.reading() as session:
        assert [note.alarm for note in notes.for_desk(session, ANYONE)] == [True, False]
    assert [look for look, _ in on_desk(life)] == ["sum", "hint"]
    assert reserve.lent()
