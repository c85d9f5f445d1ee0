"""Who serves a place."""

import pytest
from flask import Flask

from portal import db
from portal.accounts import staff
from portal.accounts.models import Staff
from portal.accounts.serving import who_serves
from tests.review.life import Life


def serves(place: str) -> str | None:
    """Who serves a place now."""
    with db.reading() as session:
        return who_serves(session, place)


def test_nobody_serves_a_place_without_staff(app: Flask) -> None:
    assert serves("522631") is None


@pytest.mark.parametrize("role", ["reviewer", "manager"])
def test_the_nearest_place_above_serves(app: Flask, role: str) -> None:
    life = Life(app)
    found = []
    for place in ("522632", "", "52", "5226", "522631105", "522631"):
        life.staff(role, place=place)
        found.append(serves("522631"))
    assert found == [None, "", "52", "5226", "5226", "522631"]
    assert [serves("522631105"), serves("522631106"), serves("110000")] == ["522631105", "522631", ""]


@pytest.mark.parametrize("role", ["admin", "auditor", "helper"])
def test_who_does_not_decide_serves_nobody(app: Flask, role: str) -> None:
    Life(app).staff(role)
    assert serves("522631") is None


def test_who_is_switched_off_serves_nobody(app: Flask) -> None:
    life = Life(app)
    admin, reviewer = life.staff("admin"), life.staff("reviewer")
    with db.writing() as session:
        staff.switch(session, admin, session.get_one(Staff, reviewer.id), active=False)
    assert serves("522631") is None
