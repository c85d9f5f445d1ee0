"""What is real and what is practice stay apart in one browser, and no page says the one of the other."""

from flask import Flask
from sqlmodel import select

from portal import db
from portal.access import Actor
from portal.accounts import handed
from portal.accounts.models import Seller
from tests.office.test_practice import PHONE, opened, practising

OFFICER = Actor("staff", "officer", "王丽", frozenset({"helper"}), ("522631",))
BANNER = "练习 这里都不是真的"


def card() -> handed.Card:
    """A card of the office's list for the number that also practises."""
    with db.writing() as session:
        return handed.give(session, PHONE, by=OFFICER, roll_id="list")


def test_a_card_says_that_it_is_real_and_ends_practice(app: Flask) -> None:
    opened(app)
    made, reader = card(), practising(app, PHONE)
    words = reader.get(f"/counter/{made.token}").words()
    said = "不是练习 这张卡片是真的：用它登录，这个浏览器里的练习就结束了。"
    assert (said in words, BANNER in words, "不练了，登录" in words) == (True, False, True)
    reader.submit(code=made.digits)
    words = reader.get("/accounts/me").words()
    assert (reader.page.url, "练习" in words) == ("/accounts/me", False)
    with db.reading() as session:
        assert sorted(session.exec(select(Seller.practice))) == [False, True]


def test_a_card_that_opens_nothing_leaves_practice_as_it_is(app: Flask) -> None:
    opened(app)
    made, reader = card(), practising(app, PHONE)
    reader.get(f"/counter/{made.token}")
    reader.submit(code=f"{(int(made.digits) + 1) % 10**8:08}")
    assert (reader.page.status, BANNER in reader.get("/accounts/me").words()) == (422, True)
