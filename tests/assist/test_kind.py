"""A farmer who has begun as another kind than the helper chose is asked; nothing of theirs is lost without a word."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from portal import db
from portal.assist import blanks
from portal.sheets import service as sheets
from portal.sheets.models import Sheet
from tests.assist.conftest import FARMER, Station
from tests.review.life import Life
from tests.sheets import shops

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
LOST = ["统一社会信用代码（营业执照上那 18 位）", "执照上的名称", "执照到哪天", "执照照片"]


@pytest.fixture
def begun(app: Flask) -> str:
    """The farmer's own draft, as a sole trader."""
    return shops.filled(Life(app).seller(FARMER).id, "sole_trader")


def drawn(sheet_id: str) -> tuple[str, dict[str, Any]]:
    """As what a sheet stands, and its answers."""
    with db.reading() as session:
        return session.get_one(Sheet, sheet_id).set_key, shops.known(sheet_id)


def paper(station: Station, kind: str) -> str:
    """An empty form of a kind; returns its address."""
    with db.writing() as session:
        batch = blanks.make(session, station.helper, kind, batch=db.new_id())
        return f"/desk/assist/papers/{blanks.of_batch(session, batch)[0].number}"


def test_the_farmer_is_asked_and_may_go_on_as_they_began(station: Station, begun: str) -> None:
    before = drawn(begun)
    assert station.begins(kind="household") == begun
    page = station.desk.page
    assert (page.url, drawn(begun)) == (f"/desk/assist/sheets/{begun}/kind", before)
    assert f"/sheets/{begun}" in page.links()
    assert station.desk.get(f"/sheets/{begun}").status == 200
    assert drawn(begun) == before


def test_it_says_what_is_lost_before_it_changes(station: Station, begun: str) -> None:
    station.begins(kind="household")
    assert [row.text for row in station.desk.page.all("ul")[0].iter("li")] == LOST
    page = station.desk.submit(0, leaves="sole_trader")
    kind, known = drawn(begun)
    assert (page.url, kind, "credit_code" in known, known["called"]) == (
        f"/sheets/{begun}", "household", False, "杨大姐",
    )  # fmt: skip
    assert station.desk.get(f"/desk/assist/sheets/{begun}/kind").url == f"/sheets/{begun}"


def test_pressed_twice_it_changes_once_and_a_change_of_theirs_meanwhile_is_not_overrun(
    station: Station, begun: str
) -> None:
    station.begins(kind="household")
    asked = station.desk.page
    for _ in range(2):
        station.desk.page = asked
        assert station.desk.submit(0, leaves="sole_trader").url == f"/sheets/{begun}"
    with db.writing() as session:
        sheets.move(session, session.get_one(Sheet, begun), "company")
    station.desk.page = asked
    page = station.desk.submit(0, leaves="sole_trader")
    assert (page.url, drawn(begun)[0]) == (f"/desk/assist/sheets/{begun}/kind", "company")
    assert "填的是“企业”" in page.words()


def test_a_paper_form_of_another_kind_is_asked_about_and_typed_in_either_way(station: Station, begun: str) -> None:
    before, there = drawn(begun), paper(station, "household")
    for at, (changes, kind) in enumerate([({}, "sole_trader"), ({"leaves": "sole_trader"}, "household")]):
        db.set_now(NOON + timedelta(minutes=2 * at))  # a number has one code a minute
        assert station.begins(at=there) == begun
        assert "这张纸质表是“农户、家庭手工”的" in station.desk.page.words()
        assert drawn(begun) == before
        follow = f"/desk/assist/sheets/{begun}/paper"
        assert follow in station.desk.page.links()
        if changes:
            assert station.desk.submit(0, **changes).url == follow
        assert (station.desk.get(follow).status, drawn(begun)[0]) == (200, kind)
        station.desk.get(f"/sheets/{begun}")
        station.desk.post("/desk/assist/end")


def test_what_came_back_to_be_mended_keeps_its_kind_and_says_so(station: Station, begun: str) -> None:
    shops.send(begun)
    shops.reopen(begun, "shop_name")
    station.begins(kind="household")
    page = station.desk.page
    assert ("种类不能再换" in page.words(), [each for each in page.all("button") if each.get("name") == "leaves"]) == (
        True, [],
    )  # fmt: skip
    assert f"/sheets/{begun}" in page.links()
    station.desk.get("/desk/assist/")
    there = f"/desk/assist/sheets/{begun}/kind"
    assert (station.desk.post(there, {"leaves": "sole_trader"}).url, drawn(begun)[0]) == (there, "sole_trader")


def test_who_began_as_what_was_chosen_is_not_asked(station: Station, begun: str) -> None:
    station.begins(kind="sole_trader")
    assert station.desk.page.url == f"/sheets/{begun}"
