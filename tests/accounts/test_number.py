"""A new number: by the seller with a code to it, or at the desk by two people; both numbers are told."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import col, select

from portal import db
from portal.access import Actor
from portal.accounts import number
from portal.accounts import service as accounts
from portal.accounts.models import NumberChange, Seller
from portal.audit import service as audit
from portal.audit.models import Entry
from portal.config import Settings
from portal.jobs import worker
from portal.notices import gateways
from portal.review import events, status
from portal.review.models import Case, Event
from portal.sheets import service as sheets
from tests.keeping.lives import PHONE, Shop
from tests.notices.test_service import Wire
from tests.reader import Page, Reader
from tests.review.life import CONGJIANG
from tests.sheets import shops

NEW = "13888880002"


def phone_of(seller: Actor) -> str:
    """The number as it is now."""
    with db.reading() as session:
        return accounts.phone(session, seller.id)


def entered(reader: Reader, phone: str) -> Page:
    """The seller's own way: the number, then the code that the trial shows."""
    reader.get("/accounts/me/number")
    page = reader.submit(phone=phone)
    if page.url != "/accounts/me/number/code":
        return page
    shown = re.search(r"[0-9]{6}", "".join(page.one("trial-code").itertext()))
    assert shown
    return reader.submit(0, code=shown[0])


def asked(shop: Shop, staff: Actor, phone: str = NEW, reason: str = "手机丢了，拿着回执来的") -> Page:
    """Somebody of the office asks for a new number."""
    reader = shop.life.reader(staff)
    reader.get(f"/desk/review/{shop.case.id}/number")
    return reader.submit(phone=phone, reason=reason)


def confirmed(shop: Shop, staff: Actor, **pressed: str) -> Page:
    """Somebody presses the button of the change that was asked for last."""
    reader = shop.life.reader(staff)
    reader.get("/desk/review/numbers")
    with db.reading() as session:
        id = session.exec(select(NumberChange.id).order_by(col(NumberChange.made_at).desc())).first()
    return reader.post(f"/desk/review/numbers/{id}", pressed)


def test_a_seller_changes_the_number_with_a_code_to_the_new_one(app: Flask) -> None:
    shop = Shop(app)
    phone, tablet = shop.life.reader(shop.seller), shop.life.reader(shop.seller)
    assert entered(phone, NEW).url == "/accounts/me"
    assert (phone_of(shop.seller), "0002" in phone.page.words()) == (NEW, True)
    assert tablet.get("/accounts/me").url.startswith("/accounts/sign-in")
    assert status.ask(shop.case.number, "0002").state.key == "approved"
    with pytest.raises(status.NoMatch):
        status.ask(shop.case.number, PHONE[-4:])
    with db.reading() as session:
        last = session.exec(select(Event)).all()[-1]
        assert (last.action, last.who_kind, events.verify(session, shop.case)) == ("number_changed", "seller", None)


@pytest.mark.parametrize(
    ("phone", "said"),
    [(PHONE, "这就是我们这里记着的号"), ("13977770002", "这个号已经有别人"), ("1388", "您填了 4 位")],
)
def test_a_number_that_cannot_be_is_refused_at_its_field(app: Flask, phone: str, said: str) -> None:
    shop = Shop(app)
    shop.life.seller("13977770002")
    page = entered(shop.life.reader(shop.seller), phone)
    assert (page.status, said in shops.fault(page, "phone"), phone_of(shop.seller)) == (422, True, PHONE)


def test_two_people_of_the_office_change_it_and_both_numbers_are_told(app: Flask, settings: Settings) -> None:
    shop = Shop(app)
    worker.drain(settings)
    wire = Wire()
    gateways.setup(settings, wire)
    mine = shop.life.reader(shop.seller)
    helper = shop.life.staff("helper", name="杨帮手")
    assert asked(shop, shop.officer).url == "/desk/review/numbers"
    assert phone_of(shop.seller) == PHONE
    assert confirmed(shop, helper).url == "/desk/review/numbers"
    worker.drain(settings)
    gateways.setup(settings)
    assert (phone_of(shop.seller), sorted(phone for phone, _, _ in wire.sent)) == (NEW, sorted([PHONE, NEW]))
    assert mine.get("/accounts/me").url.startswith("/accounts/sign-in")
    assert status.ask(shop.case.number, NEW[-4:]).state.key == "approved"
    words = shop.life.reader(shop.officer).get(f"/desk/review/{shop.case.id}").words()
    assert ("手机号换了 杨帮手" in words, "手机丢了，拿着回执来的 · 王丽" in words) == (True, True)
    with db.reading() as session:
        assert session.exec(select(NumberChange.phone)).all() == [None]
        assert events.verify(session, shop.case) is None


def test_nobody_is_their_own_witness(app: Flask) -> None:
    shop = Shop(app)
    asked(shop, shop.officer)
    page = confirmed(shop, shop.officer)
    assert (page.status, "要另一位认得这个人的同事" in page.words(), phone_of(shop.seller)) == (409, True, PHONE)


def test_a_witness_may_say_no_and_then_nothing_waits(app: Flask) -> None:
    shop = Shop(app)
    asked(shop, shop.officer)
    second = shop.life.staff("manager")
    assert "没有等人确认的" in confirmed(shop, second, no="yes").words()
    words = shop.life.reader(shop.officer).get(f"/desk/review/{shop.case.id}").words()
    assert "换手机号退掉了 王丽" in words
    assert (confirmed(shop, second).status, phone_of(shop.seller)) == (409, PHONE)


def test_that_somebody_is_needed_stands_on_the_desk_of_whoever_may_confirm(app: Flask) -> None:
    shop, line = Shop(app), "有 1 个新手机号，等另一位见过卖家的人确认"
    helper = shop.life.reader(shop.life.staff("helper", name="杨帮手"))
    mine, auditor = shop.life.reader(shop.officer), shop.life.reader(shop.life.staff("auditor"))

    def told() -> list[bool]:
        pages = helper.get("/desk/accounts/me"), mine.get("/desk/review/"), auditor.get("/desk/review/")
        return [line in page.words() for page in pages]

    assert told() == [False, False, False]
    asked(shop, shop.officer)
    assert told() == [True, False, False]
    assert "/desk/review/numbers" in helper.page.links()
    confirmed(shop, shop.life.staff("helper"))
    assert told() == [False, False, False]


def test_after_a_day_it_is_over_and_the_number_is_wiped(app: Flask) -> None:
    shop = Shop(app)
    asked(shop, shop.officer)
    second = shop.life.staff("reviewer")
    db.set_now(db.now() + timedelta(hours=24, minutes=1))
    page = confirmed(shop, second)
    assert (page.status, "或者过了一天" in page.words(), phone_of(shop.seller)) == (409, True, PHONE)
    number.sweep("")
    with db.reading() as session:
        assert session.exec(select(NumberChange.phone)).all() == [None]


def test_it_changes_once_however_often_it_is_confirmed(app: Flask) -> None:
    shop = Shop(app)
    asked(shop, shop.officer)
    second = shop.life.staff("reviewer")
    pages = [confirmed(shop, second).status for _ in range(2)]
    with db.reading() as session:
        changes = [row for row in session.exec(select(Event)) if row.action == "number_changed"]
    assert (pages, len(changes)) == ([200, 409], 1)


@pytest.mark.parametrize(
    ("phone", "reason", "field", "said"),
    [
        ("13977770002", "丢了", "phone", "这个号已经有别人在这里登记了"),
        (PHONE, "丢了", "phone", "这就是我们这里记着的号"),
        ("12", "丢了", "phone", "您填了 2 位"),
        (NEW, " ", "reason", "请写上为什么"),
    ],
)
def test_what_the_desk_cannot_do_is_said_at_its_field(
    app: Flask, phone: str, reason: str, field: str, said: str
) -> None:
    shop = Shop(app)
    shop.life.seller("13977770002")
    page = asked(shop, shop.officer, phone, reason)
    assert (page.status, said in shops.fault(page, field), shops.value(page, "phone")) == (422, True, phone)
    with db.reading() as session:
        assert session.exec(select(NumberChange)).all() == []


def test_a_number_taken_meanwhile_is_refused_to_the_witness(app: Flask) -> None:
    shop = Shop(app)
    asked(shop, shop.officer)
    shop.life.seller(NEW)
    assert confirmed(shop, shop.life.staff("reviewer")).status == 409
    with db.reading() as session:
        assert len(session.exec(select(Seller)).all()) == 2


def test_a_helper_finds_the_case_by_its_number_and_strangers_find_nothing(app: Flask) -> None:
    shop = Shop(app)
    helper = shop.life.reader(shop.life.staff("helper"))
    helper.get("/desk/review/numbers")
    page = helper.submit(number=shop.case.number.lower())
    assert (page.status, page.url) == (200, f"/desk/review/{shop.case.id}/number")
    far = shop.life.reader(shop.life.staff("helper", place=CONGJIANG))
    far.get("/desk/review/numbers")
    page = far.submit(number=shop.case.number)
    assert (page.status, "没有这个编号的登记" in shops.fault(page, "number")) == (422, True)
    asked(shop, shop.officer)
    assert "没有等人确认的" in far.get("/desk/review/numbers").words()
    with db.reading() as session:
        assert session.exec(select(Case.seller_id)).one() == shop.seller.id


def begun(shop: Shop, phone: str, **answers: str) -> Actor:
    """Somebody who has begun and sent nothing."""
    seller = shop.life.seller(phone)
    with db.writing() as session:
        sheet = sheets.start(session, seller_id=seller.id, set_key="household")
        page = sheets.set_of(sheet).page_of["place"]
        sheets.answer(session, sheet, page=page, given=answers, by=seller.id)
    return seller


@pytest.mark.parametrize("answers", [{}, {"place": "522631105"}])
def test_who_has_sent_nothing_yet_is_found_by_the_old_number(app: Flask, answers: dict[str, str]) -> None:
    shop = Shop(app)
    seller = begun(shop, "13977770003", **answers)
    reader = shop.life.reader(shop.life.staff("manager", place=""))
    reader.get("/desk/review/numbers")
    page = reader.submit(1 if 'name="no"' in reader.page.text else 0, number="139 7777 0003")
    assert "还没有交过，号码尾号是 0003" in page.words()
    assert reader.submit(phone=NEW, reason="手机丢了，村里都认得").url == "/desk/review/numbers"
    assert "还没有交过：从尾号 0003 换成尾号 0002" in reader.page.words()
    assert "没有等人确认的" in reader.submit(0, no="yes").words()
    reader.get(f"/desk/review/numbers/seller/{seller.id}")
    reader.submit(phone=NEW, reason="真的丢了")
    assert phone_of(seller) == "13977770003"
    confirmed(shop, shop.life.staff("helper", name="杨帮手"))
    assert phone_of(seller) == NEW
    with db.reading() as session:
        noted = session.exec(select(Entry).order_by(col(Entry.seq))).all()
        said = [(entry.action, entry.who_name, entry.subject) for entry in noted]
        assert (said, audit.verify(session)) == (
            [
                ("number_asked", "王丽", seller.id),
                ("number_refused", "王丽", seller.id),
                ("number_asked", "王丽", seller.id),
                ("number_changed", "杨帮手", seller.id),
            ],
            None,
        )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("13977779999", "没有人用这个手机号登录"),
        ("139777700031234", "没有人用这个手机号登录"),
        ("K7QM-3XRD", "您这里没有这个编号的登记"),
        ("", "您这里没有这个编号的登记"),
    ],
)
def test_an_unknown_number_is_told_so_and_kept(app: Flask, typed: str, said: str) -> None:
    shop = Shop(app)
    reader = shop.life.reader(shop.officer)
    reader.get("/desk/review/numbers")
    page = reader.submit(number=typed)
    assert (page.status, said in shops.fault(page, "number"), page.one("number").get("value")) == (422, True, typed)


def test_a_draft_for_another_county_and_its_case_are_nobody_s_here(app: Flask) -> None:
    shop = Shop(app)
    seller = begun(shop, "13977770003", place="522633100")
    far = shop.life.reader(shop.life.staff("reviewer", place=CONGJIANG))
    here = shop.life.reader(shop.officer)
    address = f"/desk/review/numbers/seller/{seller.id}"
    assert (here.get(address).status, far.get(address).status) == (404, 200)
    assert far.get(f"/desk/review/numbers/seller/{shop.seller.id}").status == 404
    assert here.get(f"/desk/review/numbers/seller/{shop.seller.id}").status == 200


def test_nobody_tries_a_county_s_numbers_out(app: Flask) -> None:
    shop = Shop(app)
    reader = shop.life.reader(shop.officer)
    reader.get("/desk/review/numbers")
    said = [reader.post("/desk/review/numbers", {"number": f"1397766{at:04}"}).words() for at in range(31)]
    assert ["次数太多了" in words for words in said] == [False] * 30 + [True]
