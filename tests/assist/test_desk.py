"""Many farmers on one device: nothing of one is there for the next, and nobody else gets in."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlmodel import select

from portal import db
from portal.accounts import practice
from portal.accounts.models import ROLES, Seller
from portal.assist.models import Assist
from portal.config import Settings
from portal.counter import service as counter
from portal.notices import gateways
from portal.review import remarks
from portal.review import service as review
from portal.review.models import Case
from portal.sheets.models import Sheet
from tests.assist.conftest import FARMER, Station, farmer
from tests.review.life import CONGJIANG, Life
from tests.sheets import shops
from tests.statements import statements

SECOND = "15400000002"
SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def test_the_next_farmer_finds_nothing_of_the_one_before(station: Station) -> None:
    first = station.begins()
    station.desk.submit(0, turn="next", ground="own_produce") if "/ground" in station.desk.page.url else None
    station.desk.get(f"/sheets/{first}/called")
    station.desk.submit(0, called="田三妹", turn="later")
    station.desk.submit(0)  # done: next person
    page = station.desk.page
    assert (page.url, "田三妹" in page.text, FARMER in page.text, FARMER[-4:] in page.words()) == (
        "/desk/assist/", False, False, False,
    )  # fmt: skip
    for back in ("", "/called", "/check"):
        assert station.desk.get(f"/sheets/{first}{back}").status == 404
    second = station.begins(SECOND)
    assert second != first
    assert station.desk.get(f"/sheets/{first}").status == 404
    assert "田三妹" not in station.desk.get(f"/sheets/{second}/called").text


def test_beginning_with_the_next_one_ends_the_one_before(station: Station) -> None:
    first = station.begins()
    second = station.begins(SECOND)
    assert (station.desk.get(f"/sheets/{first}").status, station.desk.get(f"/sheets/{second}").status) == (404, 200)
    with db.reading() as session:
        assert sorted(session.exec(select(Assist.state))) == ["ended", "open"]


def test_what_is_open_no_more_says_why_and_how_to_go_on_and_not_whose_it_was(app: Flask, station: Station) -> None:
    first = station.begins()
    station.desk.get(f"/sheets/{first}/called")
    owner = farmer(app)
    owner.get("/accounts/me")
    owner.post("/accounts/me/withdraw", {"name": "assisted"})
    ends = [station.desk.submit(0, called="田三妹"), station.desk.get(f"/desk/assist/sheets/{first}/paper")]
    ends += [station.desk.get(f"/sheets/{shops.filled(station.life.seller().id)}"), station.desk.get("/sheets/nothing")]
    assert [(page.status, page.all("h1")[0].text) for page in ends] == [(404, "这份登记不在这里开着了")] * 4
    assert ["/desk/assist/" in page.links() for page in ends] == [True] * 4
    assert [FARMER[-4:] in page.words() for page in ends] == [False] * 4
    auditor = station.life.reader(station.life.staff("auditor"))
    assert (auditor.get(f"/sheets/{first}").status, "/desk/assist/" in auditor.page.links()) == (404, False)


def test_opening_an_application_is_written_down_whether_it_is_sent_or_not(station: Station) -> None:
    station.begins()
    page = station.life.reader(station.life.staff("auditor")).get("/desk/audit/?what=other")
    assert "凭本人的验证码打开登记，在旁边代填 农户、家庭手工" in page.words()
    assert FARMER[-4:] not in page.words()


def test_what_is_missing_is_told_in_the_order_of_the_page(station: Station) -> None:
    page = station.asks(phone="", read=None, kind=None)
    faults = [link for link in page.links() if link.startswith("#")]
    assert faults[-3:] == ["#read", "#phone", "#kind"]


def test_pages_in_assisted_filling_are_stored_nowhere_and_say_for_whom(station: Station) -> None:
    sheet_id = station.begins()
    for path in ("", "/called", "/goods", "/check"):
        page = station.desk.get(f"/sheets/{sheet_id}{path}")
        assert page.response is not None
        assert page.response.headers["Cache-Control"] == "no-store"
        assert f"您正在替身边的 ••• •••• {FARMER[-4:]} 填" in page.words()
    form = station.desk.get(f"/sheets/{sheet_id}/called").all("form")[0]
    assert (form.get("data-assisted"), form.get("autocomplete")) == ("", "off")
    offers = {box.get("autocomplete") for box in form.iter("input") if box.get("autocomplete")}
    assert offers == {"off"}


def test_another_helper_another_browser_and_another_sheet_are_not_let_in(app: Flask, station: Station) -> None:
    others = shops.filled(station.life.seller().id)
    sheet_id = station.begins()
    elsewhere = station.life.reader(station.helper)
    colleague = station.life.reader(station.life.staff("helper", "manager", "reviewer", name="别人"))
    for reader in (elsewhere, colleague):
        for path in ("", "/called", "/check"):
            assert reader.get(f"/sheets/{sheet_id}{path}").status == 404
    assert station.desk.get(f"/sheets/{others}").status == 404
    station.desk.get("/desk/assist/")
    assert station.desk.post(f"/sheets/{others}/called", {"called": "改了", "asked": "called"}).status == 404
    station.desk.get("/desk/assist/")
    assert station.desk.post(f"/desk/assist/sheets/{others}/send", {"read": "yes"}).status == 404
    station.desk.get("/desk/assist/")
    assert station.desk.post(f"/sheets/{sheet_id}/send").url.startswith("/accounts/sign-in")


def test_signing_out_ends_it(station: Station) -> None:
    sheet_id = station.begins()
    station.desk.get("/desk/accounts/me")
    station.desk.post("/accounts/sign-out")
    again = station.life.reader(station.helper)
    assert again.get(f"/sheets/{sheet_id}").status == 404
    assert station.desk.get(f"/sheets/{sheet_id}").url.startswith("/accounts/sign-in")


def test_a_helper_who_must_sign_in_again_comes_back_to_the_page(station: Station) -> None:
    sheet_id = station.begins()
    with station.desk.http.session_transaction(base_url=station.desk.base) as cookie:
        cookie["token"] = "over"
    page = station.desk.get(f"/sheets/{sheet_id}/called")
    assert page.url.startswith("/desk/accounts/sign-in?next=")


@SQLITE
@pytest.mark.parametrize("role", ROLES)
def test_who_may_fill_in(app: Flask, role: str) -> None:
    status = Station(app, role).desk.get("/desk/assist/").status
    assert status == (200 if role in ("helper", "reviewer", "manager") else 403)


def test_the_desk_of_a_helper_begins_where_the_sign_in_leads(station: Station) -> None:
    assert station.desk.get("/desk/").url == "/desk/assist/"


def test_the_number_stays_on_screen_until_the_next_farmer(station: Station) -> None:
    station.fills(station.begins())
    page = station.sends()
    with db.reading() as session:
        number = session.exec(select(Case.number)).one()
    assert f"{number[:4]}-{number[4:]}" in page.words()
    there = page.url
    station.desk.submit(-1)
    assert (station.desk.page.url, station.desk.get(there).status) == ("/desk/assist/", 404)
    assert f"{number[:4]}-{number[4:]}" in station.desk.get("/desk/assist/mine").words()


def test_the_station_reads_no_decision_before_the_seller_does(app: Flask, station: Station) -> None:
    station.fills(station.begins())
    station.sends()
    life = Life(app)
    officer = life.staff("reviewer")
    with db.reading() as session:
        case = session.exec(select(Case)).one()
    case = life.do(review.take, case, officer)
    life.do(remarks.remark, case, officer, key="shop_name", reason="SHOPNAME", words="")
    life.do(review.send_back, case, officer, settled=False)
    assert "要改" not in station.desk.get("/desk/assist/mine?lang=zh-Hans").words()
    life.settle(case)
    assert "要改" in station.desk.get("/desk/assist/mine").words()


def test_whoever_has_to_tell_the_person_reads_what_the_person_would(app: Flask, station: Station) -> None:
    station.fills(station.begins(contact="station"))
    station.sends()
    with db.reading() as session:
        case, row = session.exec(select(Case)).one(), session.exec(select(Assist)).one()
    officer = station.life.staff("reviewer")
    case = station.life.do(review.take, case, officer)
    path, desk = f"/desk/assist/tell/{row.id}", station.desk
    assert (path in desk.get("/desk/assist/mine").text, desk.get(path).status) == (False, 404)
    case = station.life.do(review.reject, case, officer, reason="TYPE", words="代码是公司的。", settled=False)
    assert (path in desk.get("/desk/assist/mine").text, desk.get(path).status) == (False, 404)
    station.life.settle(case)
    assert path in desk.get("/desk/assist/mine").text
    said = desk.get(f"{path}?lang=zh-Hans").words()
    assert ("选错了卖家的种类" in said, "代码是公司的。" in said, "没有通过" in said) == (True, True, True)
    assert Station(app, name="杨帮手").desk.get(path).status == 404
    with db.writing() as session:
        session.get_one(Seller, case.seller_id).contact = "own"
    assert (path in desk.get("/desk/assist/mine").text, desk.get(path).status) == (False, 404)


def test_a_day_is_promised_only_where_somebody_looks(app: Flask, station: Station) -> None:
    station.fills(station.begins())
    page = station.sends()
    assert ("这个地方现在还没有人受理：申请存着，等着。" in page.words(), "前回话" in page.words()) == (True, False)
    Life(app).staff("reviewer")
    words = station.desk.get(page.url).words()
    assert ("还没有人受理" in words, "前回话" in words) == (False, True)


def test_what_was_begun_and_not_sent_says_so_in_both_languages(station: Station) -> None:
    station.begins()
    said = {
        language: ["".join(each.itertext()) for each in station.desk.get(f"/desk/assist/mine?lang={language}").all("b")]
        for language in ("zh-Hans", "en")
    }
    assert {language: words[-1] for language, words in said.items()} == {"zh-Hans": "还没交", "en": "Not sent yet"}


def test_what_was_opened_more_than_once_stands_once_among_what_was_filled_in(station: Station) -> None:
    for minute, phone in enumerate([FARMER, SECOND, FARMER]):
        db.set_now(datetime(2026, 11, 20, 4, minute, tzinfo=UTC))
        station.begins(phone)
    rows = station.desk.get("/desk/assist/mine").all("li")
    assert [row.get("class") for row in rows if row.get("class") == "row"] == ["row"] * 2


def test_practice_stays_practice(app: Flask, station: Station) -> None:
    with db.writing() as session:
        practice.switch(session, open=True, by=station.helper)
    with station.desk.http.session_transaction(base_url=station.desk.base) as cookie:
        cookie["practice"] = True
    sheet_id = station.begins()
    station.fills(sheet_id)
    with station.desk.http.session_transaction(base_url=station.desk.base) as cookie:
        cookie.pop("practice")
    assert station.desk.get(f"/sheets/{sheet_id}/check").status == 404
    with station.desk.http.session_transaction(base_url=station.desk.base) as cookie:
        cookie["practice"] = True
    station.desk.get(f"/sheets/{sheet_id}/check")
    station.sends()
    with db.reading() as session:
        assert session.exec(select(Case)).one().practice
        assert session.exec(select(Seller.practice)).all() == [True]


def test_the_photos_are_there_for_the_helper_while_it_is_filled_in_and_no_longer(app: Flask, station: Station) -> None:
    sheet_id = station.begins()
    station.fills(sheet_id)
    with db.reading() as session:
        photo = session.get_one(Sheet, sheet_id).answers["shop_picture"]
    assert station.desk.get(f"/photos/{photo}").status == 200
    assert station.life.reader(station.life.staff("helper", place=CONGJIANG)).get(f"/photos/{photo}").status == 404
    assert farmer(app).get(f"/photos/{photo}").status == 200
    station.desk.get(f"/sheets/{sheet_id}")
    station.desk.post("/desk/assist/end")
    assert station.desk.get(f"/photos/{photo}").status == 404


def test_the_pages_stay_within_their_statements(station: Station) -> None:
    sheet_id = station.begins()
    costs = {}
    for path in ("/desk/assist/", "/desk/assist/papers", "/desk/assist/mine", f"/sheets/{sheet_id}/called"):
        station.desk.get(path)
        with statements() as seen:
            station.desk.get(path)
        costs[path] = len(seen)
    assert max(costs.values()) <= 6, costs


@SQLITE
@pytest.mark.parametrize(("codes", "promised"), [("sms", True), ("counter", False)])
def test_a_message_to_the_phone_is_promised_only_where_one_is_sent(
    app: Flask, station: Station, settings: Settings, codes: str, promised: bool
) -> None:
    gateways.setup(replace(settings, codes=codes))
    words = station.desk.get("/desk/assist/").words()
    told = ("给本人发验证码" in words, "验证码会发到上面" in words, "验证码在县里发的卡片上" in words)
    assert told == (promised, promised, not promised)
    assert "您会有一个验证码：发到您手机上的，或者县里给您的。" in words
    words = station.asks().words()
    assert ("手机上收到的是 6 位" in words, "卡片上的，或者同事给的，8 位" in words) == (promised, not promised)
    witness = station.life.staff("helper", name="吴见证")
    with db.writing() as session:
        given = counter.give(session, witness, FARMER).digits
    sheet_id = station.desk.submit(0, code=given).url.split("/")[2]
    station.fills(sheet_id)
    words = station.sends().words()
    assert ("结果会发到尾号" in words, "县里不发短信" in words) == (promised, not promised)
    gateways.setup(settings)
