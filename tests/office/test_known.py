"""What is in force is read once in a process, and again when it has changed: here at once, elsewhere soon."""

import math
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from portal import db
from portal.config import ROOT, Settings
from portal.office import known, sections, service
from portal.office.models import Day
from tests.office.conftest import ADMIN, FOOT, WHO, fill, put
from tests.statements import statements


@pytest.fixture
def curious() -> Iterator[None]:
    """A process that looks at the page's version each time it is asked."""
    known.LOOK_EVERY_SECONDS = 0.0
    yield
    known.LOOK_EVERY_SECONDS = math.inf


def test_the_office_is_read_once_and_asked_for_without_a_statement(app: Flask) -> None:
    fill()
    service.office()
    with statements() as seen:
        assert [service.office().name, service.promise("household"), service.works_on(date(2026, 10, 1))] == [
            WHO["name"],
            3,
            True,
        ]
    assert seen == []


def test_a_look_that_finds_the_same_version_costs_two_statements(app: Flask, curious: None) -> None:
    fill()
    service.office()
    with statements() as seen:
        service.office()
    assert len(seen) == 2


def test_a_change_is_seen_at_once_and_not_before_it_stands(app: Flask) -> None:
    fill()
    with db.writing() as session:
        given = sections.cleaned(sections.WHO, {**WHO, "phone": "0855-1112222"})
        service.change(session, sections.WHO, given, by=ADMIN, seen=2)
        assert service.office().phone == WHO["phone"]
    assert service.office().phone == "0855-1112222"


def test_a_change_that_is_rolled_back_was_never_there(app: Flask) -> None:
    fill()

    def broken() -> None:
        with db.writing() as session:
            given = sections.cleaned(sections.WHO, {**WHO, "phone": "0855-1112222"})
            service.change(session, sections.WHO, given, by=ADMIN, seen=2)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert service.office().phone == WHO["phone"]


def test_another_process_sees_a_change_at_its_next_look(
    app: Flask, settings: Settings, curious: None, tmp_path: Path
) -> None:
    fill()
    assert service.office().phone == WHO["phone"]
    file = tmp_path / "office.toml"
    file.write_text('phone = "0855-1112222"\n[[holiday]]\nfrom = 2026-10-01\nname = "国庆节"\n', "utf-8")
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    ours = {"PORTAL_HOME": str(settings.home), "PORTAL_SECRET": settings.secret, "PORTAL_DATABASE": settings.database}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "office", "fill", str(file)],
        cwd=ROOT,
        env={**bare, **ours},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "办公室这一页填好了。\n", "")
    assert (service.office().phone, service.works_on(date(2026, 10, 1))) == ("0855-1112222", False)


def test_who_looks_while_something_changes_does_not_keep_the_old(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    put(sections.FOOT, FOOT)
    read, reading, changed = known._read, threading.Event(), threading.Event()

    def slow(*arguments: object) -> known.InForce:
        found = read(*arguments)  # type: ignore[arg-type]
        if not reading.is_set():
            reading.set()
            assert changed.wait(60)
        return found

    monkeypatch.setattr(known, "_read", slow)
    known.forget()
    other = threading.Thread(target=known.in_force)
    other.start()
    assert reading.wait(60)
    put(sections.WHO, WHO)
    changed.set()
    other.join(60)
    assert service.office().name == WHO["name"]


def test_while_the_database_is_gone_the_office_stays_as_it_was(app: Flask, settings: Settings, curious: None) -> None:
    fill()
    service.office()
    before = db.engine()
    db.setup(Settings(**{**vars(settings), "database": "postgresql://nobody@127.0.0.1:1/none"}), (b"0" * 32,))
    assert service.office().name == WHO["name"]
    before.dispose()


def test_a_marked_day_counts_only_where_its_weekday_says_otherwise() -> None:
    days = (
        Day(day=date(2026, 10, 1), working=False, name="国庆节"),
        Day(day=date(2026, 10, 3), working=False, name="国庆节"),
        Day(day=date(2026, 10, 10), working=True, name="上班"),
    )
    found = known.InForce(known.NOBODY, days=days)
    assert found.marked == {date(2026, 10, 1): False, date(2026, 10, 10): True}
    assert [
        found.shift(date(2026, 9, 30), date(2026, 10, 31)),
        found.shift(date(2026, 9, 30), date(2026, 10, 9)),
        found.shift(date(2026, 10, 1), date(2026, 10, 10)),
        found.shift(date(2026, 10, 10), date(2026, 10, 1)),
    ] == [0, -1, 1, 0]
