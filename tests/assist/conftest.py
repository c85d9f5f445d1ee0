"""A helper at a village station, and the farmers who come."""

import re

import pytest
from flask import Flask

from tests.reader import Page, Reader
from tests.review.life import Life
from tests.sheets import shops

FARMER = "15400000001"


class Station:
    """One device at which a helper fills in for one farmer after the other."""

    def __init__(self, app: Flask, *roles: str, place: str = "522631", name: str = "石帮手") -> None:
        self.app, self.life = app, Life(app)
        self.helper = self.life.staff(*(roles or ("helper",)), place=place, name=name)
        self.desk = self.life.reader(self.helper)

    def asks(self, phone: str = FARMER, *, at: str = "/desk/assist/", **changes: str | None) -> Page:
        """Read out, tick, and ask for the farmer's code."""
        self.desk.get(at)
        form = {"read": "yes", "phone": phone, "contact": "own", "kind": "household", **changes}
        return self.desk.submit(-1, **form)

    def begins(self, phone: str = FARMER, *, at: str = "/desk/assist/", **changes: str | None) -> str:
        """The farmer tells the code; returns the id of the sheet that opens."""
        self.asks(phone, at=at, **changes)
        page = self.desk.submit(0, code=shown(self.desk.page))
        assert page.status == 200, page.words()
        return re.split(r"[/?]", page.url.partition("/sheets/")[2])[0]

    def fills(self, sheet_id: str) -> Page:
        """Everything that a grower answers, up to check-your-answers."""
        self.desk.get(f"/sheets/{sheet_id}/ground")
        page = shops.fill(self.desk, shops.grower())
        assert page.url.endswith("/check"), page.url
        return page

    def sends(self) -> Page:
        """All was read out."""
        return self.desk.submit(0, read="yes")


def shown(page: Page) -> str:
    """The code that a trial shows."""
    found = re.search(r"(?<![0-9])[0-9]{6}(?![0-9])", "".join(page.one("trial-code").itertext()))
    assert found
    return found[0]


def farmer(app: Flask, phone: str = FARMER) -> Reader:
    """The farmer's own browser, signed in."""
    life = Life(app)
    return life.reader(life.seller(phone))


@pytest.fixture
def station(app: Flask) -> Station:
    """A helper of 黎平."""
    return Station(app)
