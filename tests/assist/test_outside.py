"""A place for which the helper does not work: said where it is chosen, and nobody is locked out by it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import select

from portal import db
from portal.accounts.models import Seller
from portal.assist import service
from portal.sheets import service as sheets
from portal.sheets.models import Sheet
from tests.assist.conftest import FARMER, Station
from tests.reader import Page
from tests.sheets import shops

HERE, NEXT_TO_IT, ELSEWHERE = "522631105", "522631106", "522633101"
SAID = "选的地方不归您这里管。请改成对的地方，或者请那边的服务点帮他填。"


@pytest.fixture
def station(app: Flask) -> Station:
    """A helper of one township."""
    return Station(app, place=HERE)


def chosen(station: Station, sheet_id: str, place: str) -> None:
    """A place kept without the page that says what is wrong with it."""
    with db.writing() as session:
        sheet = session.get_one(Sheet, sheet_id)
        page = sheets.set_of(sheet).pages["place"]
        sheets.answer(session, sheet, page=page, given={"place": place}, by=station.helper.id)


def summed(page: Page) -> list[str]:
    """Where the faults on top of a page lead."""
    box = next((each for each in page.all("div") if each.get("class") == "sum"), None)
    return [] if box is None else [link.get("href") for link in box.iter("a")]


def test_the_helpers_own_township_is_offered_before_the_provinces(station: Station) -> None:
    sheet_id = station.begins()
    page = station.desk.get(f"/sheets/{sheet_id}/place")
    offered = [it.get("value") for it in page.all("button") if it.get("name") == "place"]
    assert offered == [HERE, HERE[:6]]
    station.desk.submit(0, place=HERE)
    assert shops.known(sheet_id)["place"] == HERE


def test_a_place_outside_is_a_fault_at_its_field_and_in_the_self_check(station: Station) -> None:
    sheet_id = station.begins()
    station.fills(sheet_id)
    station.desk.get(f"/sheets/{sheet_id}/place?place=522631")
    page = station.desk.submit(0, turn="next", place=NEXT_TO_IT)
    assert (page.url, shops.fault(page, "place")) == (f"/sheets/{sheet_id}/place?faults", SAID)
    assert summed(page) == ["#place"]
    page = station.desk.get(f"/sheets/{sheet_id}/check")
    assert (summed(page), SAID in page.words()) == ([f"/sheets/{sheet_id}/place?faults#place"], True)
    assert "交给县里" not in [button.text for button in page.all("button")]


def test_a_place_outside_is_not_yet_filled_in_on_the_helpers_list_and_is_on_the_farmers(station: Station) -> None:
    sheet_id = station.begins()
    station.fills(sheet_id)
    chosen(station, sheet_id, NEXT_TO_IT)
    farmer = station.life.reader(station.life.seller(FARMER))
    seen = [reader.get(f"/sheets/{sheet_id}").words().count("填了一半") for reader in (station.desk, farmer)]
    assert seen == [1, 0]


def test_the_farmer_may_choose_any_place(app: Flask, station: Station) -> None:
    sheet_id = station.begins()
    station.fills(sheet_id)
    chosen(station, sheet_id, ELSEWHERE)
    own = station.life.reader(station.life.seller(FARMER))
    assert SAID not in own.get(f"/sheets/{sheet_id}/check").words()
    own.submit(0)
    with db.reading() as session:
        assert session.get_one(Sheet, sheet_id).state == "sent"


def test_a_place_outside_is_not_sent_and_the_fault_leads_to_its_field(station: Station) -> None:
    sheet_id = station.begins()
    station.fills(sheet_id)
    chosen(station, sheet_id, NEXT_TO_IT)
    page = station.sends()
    assert (page.status, page.url) == (200, f"/sheets/{sheet_id}/check")
    assert summed(page) == [f"/sheets/{sheet_id}/place?faults#place"]
    with db.reading() as session:
        assert session.get_one(Sheet, sheet_id).state == "draft"


def test_whoever_helped_goes_on_with_what_was_never_sent_and_nobody_else_of_elsewhere_does(station: Station) -> None:
    sheet_id = station.begins()
    chosen(station, sheet_id, NEXT_TO_IT[:6])
    colleague = station.life.staff("helper", place=HERE)
    with db.reading() as session:
        farmer = session.exec(select(Seller)).one()
        service.refuse_elsewhere(session, colleague, farmer)  # half-way chosen is no place yet
    chosen(station, sheet_id, NEXT_TO_IT)
    with db.reading() as session, pytest.raises(service.Elsewhere):
        service.refuse_elsewhere(session, colleague, farmer)
    db.set_now(db.now() + timedelta(minutes=2))
    assert station.begins() == sheet_id
    shops.reopen(sheet_id, "shop_name")
    with db.reading() as session, pytest.raises(service.Elsewhere):
        service.refuse_elsewhere(session, station.helper, farmer)
