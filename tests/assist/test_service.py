"""Filling in for a farmer: consent, who typed what, who gets the messages, and when it ends."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlmodel import col, select

from portal import db
from portal.accounts import handed
from portal.accounts import service as accounts
from portal.accounts.models import Consent, Seller
from portal.assist import service
from portal.assist.models import Assist
from portal.counter import service as counter
from portal.keeping import service as keeping
from portal.notices.models import Notice
from portal.review import remarks
from portal.review import service as review
from portal.review.models import Case, Event
from portal.sheets import service as sheets
from portal.sheets.models import Sheet
from tests.assist.conftest import FARMER, Station, farmer, shown
from tests.review.life import CONGJIANG, Life
from tests.sheets import shops

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def the_sheet() -> Sheet:
    """The one sheet there is."""
    with db.reading() as session:
        return session.exec(select(Sheet)).one()


def test_a_helper_fills_in_for_a_farmer_and_the_case_says_who(app: Flask, station: Station) -> None:
    sheet_id = station.begins()
    station.fills(sheet_id)
    page = station.sends()
    with db.reading() as session:
        case = session.exec(select(Case)).one()
        sheet = session.get_one(Sheet, sheet_id)
        actions = [(event.action, event.who_id) for event in session.exec(select(Event).order_by(col(Event.seq)))]
        assert sheets.filled_by(session, sheet) == {station.helper.id}
    assert actions == [("receive", case.seller_id), ("filled_in", station.helper.id)]
    assert set(sheet.typed_by.values()) == {station.helper.id}
    assert (page.status, case.number[:4] in page.words()) == (200, True)
    own = farmer(app)
    for url in ("/registration/mine", f"/review/cases/{case.id}"):
        assert f"/sheets/{sheet_id}/check" in own.get(url).links()
    assert "石帮手" in own.get(f"/sheets/{sheet_id}/check").words()
    officer = station.life.reader(station.life.staff("reviewer"))
    words = officer.get(f"/desk/review/{case.id}").words()
    assert "石帮手在本人身边替他填的，全部。" in words
    assert "消息：发到本人手机" in words


def test_nothing_begins_before_it_was_read_out_and_agreed_to(station: Station) -> None:
    page = station.asks(read=None)
    assert (page.status, "请先把上面几句念给本人听" in page.words()) == (422, True)
    assert (station.asks(kind=None).status, station.asks(contact="relative").status) == (422, 422)
    assert station.asks("1380").status == 422
    with db.reading() as session:
        assert (session.exec(select(Assist)).all(), session.exec(select(Seller)).all()) == ([], [])


def test_the_code_of_the_farmer_is_what_opens(station: Station) -> None:
    page = station.asks()
    wrong = "000000" if shown(page) != "000000" else "111111"
    for left in (4, 3, 2, 1):
        assert f"还可以试 {left} 次" in station.desk.submit(0, code=wrong).words()
    station.desk.submit(0, code=wrong)
    assert station.desk.submit(0, code=wrong).status == 422
    with db.reading() as session:
        assert session.exec(select(Sheet)).all() == []


def test_the_words_that_were_read_out_are_kept_and_can_be_taken_back(app: Flask, station: Station) -> None:
    sheet_id = station.begins()
    with db.reading() as session:
        consent = session.exec(select(Consent)).one()
    assert (consent.name, "您说一句，我填一句" in consent.wording) == ("assisted", True)
    owner = farmer(app)
    owner.get("/accounts/me")
    owner.post("/accounts/me/withdraw", {"name": "assisted"})
    assert station.desk.get(f"/sheets/{sheet_id}").status == 404


def test_two_hours_without_saving_end_it(station: Station) -> None:
    db.set_now(NOON)
    sheet_id = station.begins()
    for minutes in (25, 50, 75, 100):
        db.set_now(NOON + timedelta(minutes=minutes))
        assert station.desk.get(f"/sheets/{sheet_id}").status == 200
    db.set_now(NOON + timedelta(minutes=121))
    assert station.desk.get(f"/sheets/{sheet_id}").status == 404
    service.sweep("")
    with db.reading() as session:
        assert session.exec(select(Assist.state)).one() == "ended"


def test_a_number_whose_code_nobody_tells_is_forgotten(station: Station) -> None:
    db.set_now(NOON)
    station.asks()
    db.set_now(NOON + timedelta(minutes=61))
    service.sweep("")
    with db.reading() as session:
        assert session.exec(select(Assist)).all() == []


def test_a_farmer_of_another_county_is_left_to_it(app: Flask) -> None:
    life = Life(app)
    shops.filled(life.seller(FARMER).id, place="522631105")
    other = Station(app, place=CONGJIANG)
    page = other.asks()
    assert (page.status, shops.fault(page, "phone")) == (
        422,
        "这个号码是别的地方的卖家，请由那边的办公室或者帮手陪他填。",
    )


def test_it_is_sent_only_after_it_was_read_out(station: Station) -> None:
    station.fills(station.begins())
    page = station.desk.submit(0)
    assert ("请把全部内容念给本人听" in page.words(), the_sheet().state) == (True, "draft")
    station.sends()
    assert the_sheet().state == "sent"


def test_a_double_tap_sends_once(station: Station) -> None:
    sheet_id = station.begins()
    before = station.fills(sheet_id)
    first = station.sends()
    station.desk.page = before
    assert station.sends().url == first.url
    with db.reading() as session:
        assert len(session.exec(select(Event)).all()) == 2


@pytest.mark.parametrize(("contact", "name", "sent"), [("relative", "女儿王丽", True), ("station", "", False)])
def test_who_gets_the_messages_is_said_and_kept_to(station: Station, contact: str, name: str, sent: bool) -> None:
    station.fills(station.begins(contact=contact, relative=name))
    station.sends()
    with db.reading() as session:
        notice = session.exec(select(Notice).where(Notice.kind == "unserved")).one()
        case = session.exec(select(Case)).one()
    assert (notice.number is not None or notice.error != "station") is sent
    words = station.life.reader(station.life.staff("reviewer")).get(f"/desk/review/{case.id}").words()
    assert (f"发到家里人的手机：{name}" if sent else "由服务点当面告诉") in words
    assert ("要由您告诉本人" in station.desk.get("/desk/assist/mine").words()) is not sent


def test_who_sends_back_reads_that_the_station_tells_it(station: Station) -> None:
    station.fills(station.begins(contact="station"))
    station.sends()
    officer = station.life.staff("reviewer")
    with db.writing() as session:
        case = review.take(session, session.exec(select(Case)).one(), by=officer, version=1)
        remarks.remark(session, case, by=officer, key="shop_name", reason="SHOPNAME", words="")
    words = station.life.reader(officer).get(f"/desk/review/{case.id}/send_back").words()
    assert [said in words for said in ("不发短信，由服务点告诉本人：", "卖家会收到消息")] == [True, False]


def test_the_owner_may_send_the_messages_to_the_own_number_again(app: Flask, station: Station) -> None:
    station.begins(contact="station")
    owner = farmer(app)
    owner.get("/accounts/me")
    assert "要由您告诉本人" in station.desk.get("/desk/assist/mine").words()
    owner.post("/accounts/me/contact")
    with db.reading() as session:
        assert session.exec(select(Seller.contact)).one() == "own"
    assert "要由您告诉本人" not in station.desk.get("/desk/assist/mine").words()


def test_an_application_that_was_sent_is_not_opened(app: Flask, station: Station) -> None:
    shops.send(shops.filled(station.life.seller(FARMER).id))
    station.asks()
    page = station.desk.submit(0, code=shown(station.desk.page))
    assert (page.status, "已经交上去了" in page.words()) == (422, True)


def test_a_code_of_the_helpers_own_making_proves_nothing_but_a_colleagues_does(station: Station) -> None:
    colleague = station.life.staff("helper", name="吴见证")
    station.asks()
    with db.writing() as session:
        own = counter.give(session, station.helper, FARMER).digits
    page = station.desk.submit(0, code=own)
    assert (page.status, "您自己开的" in page.words()) == (422, True)
    with db.writing() as session:
        given = counter.give(session, colleague, FARMER).digits
    assert station.desk.submit(0, code=given).url.startswith("/sheets/")
    with db.reading() as session:
        row = session.exec(select(Assist)).one()
    assert (row.way, row.witness) == ("witness", "吴见证")


def test_a_card_of_a_list_proves_it_too(station: Station) -> None:
    station.asks()
    with db.writing() as session:
        card = handed.give(session, FARMER, by=station.helper, roll_id="roll")
    station.desk.submit(0, code=card.digits)
    with db.reading() as session:
        assert session.exec(select(Assist.way)).one() == "card"


def test_the_farmer_owns_it_sees_who_typed_what_changes_it_and_sends(app: Flask, station: Station) -> None:
    sheet_id = station.begins()
    station.fills(sheet_id)
    owner = farmer(app)
    words = owner.get(f"/sheets/{sheet_id}/check").words()
    assert words.count("石帮手代填") == len(the_sheet().typed_by)
    owner.get(f"/sheets/{sheet_id}/called")
    owner.submit(0, called="杨二姐")
    assert the_sheet().typed_by["called"] == the_sheet().seller_id
    owner.get(f"/sheets/{sheet_id}/check")
    owner.submit(0)
    with db.reading() as session:
        case = session.exec(select(Case)).one()
    officer = station.life.reader(station.life.staff("reviewer"))
    assert "石帮手在本人身边替他填的：" in officer.get(f"/desk/review/{case.id}").words()


@SQLITE
def test_what_we_hold_of_it_is_told_and_forgotten(app: Flask, station: Station) -> None:
    station.fills(station.begins(contact="relative", relative="女儿王丽"))
    station.sends()
    seller_id = the_sheet().seller_id
    with db.reading() as session:
        parts = [part for room in keeping.keepers() for part in room.show(session, seller_id)]
        told = [row.words + row.label for part in parts for row in part.rows]
    assert any("石帮手" in words for words in told)
    assert any("女儿王丽" in words for words in told)
    with db.writing() as session:
        keeping.erase(session, seller_id)
    with db.reading() as session:
        assert session.exec(select(Assist)).all() == []
        assert the_sheet().helpers == {}
        assert accounts.seller(session, seller_id) is None
