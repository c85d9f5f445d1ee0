"""A new number that waits for its witness while something else happens; what is promised where nothing is sent."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlmodel import select

from portal import db
from portal.accounts.models import Seller
from portal.config import Settings
from portal.keeping import service as keeping
from portal.notices import gateways
from portal.review.models import Case
from tests.accounts.test_number import asked, confirmed, entered, phone_of
from tests.keeping.lives import Shop
from tests.review.life import Life
from tests.sheets import shops

OWN = "13888880003"
OVER = "这次换号已经不等了"


def sent(seller_id: str) -> str:
    """A case of a seller that waits; its id."""
    submission = shops.send(shops.filled(seller_id))
    with db.reading() as session:
        return session.exec(select(Case.id).where(Case.submission_id == submission.id)).one()


@pytest.fixture
def counter(app: Flask, settings: Settings) -> Iterator[None]:
    """An office that hands its codes out and sends nothing."""
    gateways.setup(replace(settings, codes="counter"))
    yield
    gateways.setup(settings)


def test_what_the_office_asked_for_is_void_once_the_seller_has_changed_it(app: Flask) -> None:
    shop = Shop(app)
    asked(shop, shop.officer)
    entered(shop.life.reader(shop.seller), OWN)
    page = confirmed(shop, shop.life.staff("helper"))
    assert (page.status, OVER in page.words(), phone_of(shop.seller)) == (409, True, OWN)


def test_of_a_seller_who_is_gone_the_witness_is_told_that_nothing_waits(app: Flask) -> None:
    shop = Shop(app)
    asked(shop, shop.officer)
    reader = shop.life.reader(shop.life.staff("helper"))
    reader.get("/desk/review/numbers")
    with db.writing() as session:
        keeping.erase(session, shop.seller.id)
    page = reader.submit(0)
    assert (page.status, OVER in page.words()) == (404, True)


def test_where_nothing_is_sent_no_page_promises_a_message(app: Flask, counter: None) -> None:
    shop = Shop(app)
    seller = shop.life.seller()
    mine, desk, waiting = shop.life.reader(seller), shop.life.reader(shop.officer), sent(seller.id)
    pages = [f"/review/cases/{waiting}", "/accounts/me", "/accounts/me/number"]
    words = [mine.get(f"{path}?lang=zh_Hans").words() for path in pages]
    words.append(desk.get(f"/desk/review/{waiting}/number").words())
    assert [any(said in each for said in ("短信", "收到通知", "告诉旧号", "验证码给我")) for each in words] == [
        False,
        True,
        False,
        False,
    ]
    assert "不发短信；登录以后在这里看" in words[1]


def test_who_is_told_by_the_station_is_promised_no_message(app: Flask) -> None:
    life = Life(app)
    life.staff("reviewer")
    seller = life.seller()
    case = sent(seller.id)
    words = life.reader(seller).get(f"/review/cases/{case}").words()
    assert ("会给您发短信" in words, "回话就写在这一页上" in words) == (True, False)
    with db.writing() as session:
        session.get_one(Seller, seller.id).contact = "station"
    words = life.reader(seller).get(f"/review/cases/{case}").words()
    assert ("会给您发短信" in words, "回话就写在这一页上" in words) == (False, True)


def test_after_a_number_that_another_has_the_next_one_is_asked_for_its_code(app: Flask) -> None:
    life = Life(app)
    reader = life.reader(life.seller())
    life.seller("13888880002")
    page = entered(reader, "13888880002")
    assert page.status == 422
    assert reader.submit(phone=OWN).url == "/accounts/me/number/code"
    assert OWN[-4:] in reader.page.words()
