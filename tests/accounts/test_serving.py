"""Which desk gets what comes from a place."""

from flask import Flask

from portal import db
from portal.accounts.models import Staff
from portal.accounts.serving import who_serves
from tests.review.life import CONGJIANG, LIPING, Life

TOWNSHIP = "522631105"


def served(place: str) -> str | None:
    with db.reading() as session:
        return who_serves(session, place)


def test_nobody_serves_a_place_without_staff(app: Flask) -> None:
    assert served(TOWNSHIP) is None


def test_the_nearest_desk_gets_it(app: Flask) -> None:
    life = Life(app)
    found = []
    for place in ("", "52", CONGJIANG, "5226", LIPING):
        life.staff("reviewer", place=place)
        found.append(served(TOWNSHIP))
    assert found == ["", "52", "52", "5226", LIPING]


def test_only_those_who_decide_are_a_desk(app: Flask) -> None:
    life = Life(app)
    for role in ("admin", "auditor", "helper"):
        life.staff(role)
    assert served(TOWNSHIP) is None
    life.staff("manager")
    assert served(TOWNSHIP) == LIPING


def test_whoever_was_switched_off_serves_nobody(app: Flask) -> None:
    officer = Life(app).staff("reviewer")
    with db.writing() as session:
        session.get_one(Staff, officer.id).active = False
    assert served(TOWNSHIP) is None
