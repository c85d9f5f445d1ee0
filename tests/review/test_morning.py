"""The morning's line: always on the desk, and by SMS for whoever wishes it, once a working day."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from portal import db
from portal.access import Actor
from portal.accounts import mornings
from portal.accounts.models import Staff
from portal.notices import service as notices
from portal.review import morning
from portal.review.models import Case
from tests.review.life import CONGJIANG, Life
from tests.review.test_queue import fill

FRIDAY = datetime(2026, 11, 20, 0, 5, tzinfo=UTC)
HERE = "/desk/review/morning"


def wished(life: Life, phone: str = "13900001234", **where: str) -> Actor:
    officer = life.staff("reviewer", **where)
    with db.writing() as session:
        mornings.wish(session, officer.id, phone)
    return officer


def told(actor: Actor) -> list[str]:
    with db.reading() as session:
        return [row.text for row in notices.for_person(session, actor.id)]


def work() -> None:
    """Two new cases and one of them late, on the Friday."""
    db.set_now(FRIDAY)
    fill(2)
    fill(1, state="in_review", holder="x")
    with db.writing() as session:
        session.exec(select(Case)).first().due = date(2026, 11, 19)  # type: ignore[union-attr]


def test_the_line_is_told_once_a_working_day_to_whoever_wishes_it(life: Life) -> None:
    work()
    officer, other, away = wished(life), life.staff("reviewer"), wished(life, place=CONGJIANG)
    morning.send("")
    morning.send("")
    assert (told(officer), told(other), told(away)) == (["新 2 件，超时 1 件"], [], [])
    db.set_now(FRIDAY.replace(day=21))
    morning.send("")
    assert len(told(officer)) == 1
    db.set_now(FRIDAY.replace(day=23))
    morning.send("")
    assert told(officer)[1:] == ["新 2 件，超时 3 件"]


def test_a_kill_between_two_people_tells_nobody_twice(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    work()
    people = [wished(life), wished(life)]
    real, calls = mornings.phone, []

    def killed(person: Staff) -> str:
        calls.append(person.id)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(person)

    monkeypatch.setattr(mornings, "phone", killed)
    with pytest.raises(KeyboardInterrupt):
        morning.send("")
    morning.send("")
    assert [len(told(person)) for person in people] == [1, 1]


def test_the_desk_says_it_with_the_way_to_what_is_late(life: Life) -> None:
    reader = life.reader(life.staff("reviewer"))
    assert "新 0" not in reader.get("/desk/review/").text
    work()
    page = reader.get("/desk/review/")
    assert ("新 2 件，超时 1 件" in page.text, "/desk/review/?age=late" in page.links()) == (True, True)


def test_the_phone_is_given_changed_and_forgotten_by_its_owner(life: Life) -> None:
    officer = life.staff("reviewer")
    reader = life.reader(officer)
    assert HERE in reader.get("/desk/accounts/me").links()
    reader.get(HERE)
    page = reader.post(HERE, {"phone": "139"})
    assert (page.status, 'value="139"' in page.text) == (422, True)
    reader.post(HERE, {"phone": "+86 139-0000-1234"})
    assert "1234" in reader.get(HERE).text
    with db.reading() as session:
        row = session.get_one(Staff, officer.id)
        assert (mornings.phone(row), b"13900001234" in (row.phone or b"")) == ("13900001234", False)
    reader.post(HERE, {"off": "yes"})
    with db.reading() as session:
        assert session.get_one(Staff, officer.id).phone is None
