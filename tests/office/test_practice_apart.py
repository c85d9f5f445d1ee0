"""What is real and what is practice stay apart in one browser, and no page says the one of the other."""

import re
from dataclasses import replace

from flask import Flask
from sqlmodel import select

from portal import create_app, db
from portal.access import Actor
from portal.accounts import handed
from portal.accounts.models import HandedCode, Seller
from portal.config import Settings
from tests.office.test_practice import PHONE, opened, practising, sent
from tests.reader import Page, Reader

OFFICER = Actor("staff", "officer", "王丽", frozenset({"helper"}), ("522631",))
BANNER = "练习 这里都不是真的"
STAFF = "练习 这不是真的，什么也不会发出去。"
UNTRUE = ("短信登录", "给我发", "我有办公室给的码", "打电话给办公室", "已经发到", "没收到", "短信里")


def card() -> handed.Card:
    """A card of the office's list for the number that also practises."""
    with db.writing() as session:
        return handed.give(session, PHONE, by=OFFICER, roll_id="list")


def used() -> list[tuple[bool, int]]:
    """Of each code that the office handed out whether it was used, and how often it was tried."""
    with db.reading() as session:
        return [(row.used_at is not None, row.tries) for row in session.exec(select(HandedCode))]


def on_page(page: Page) -> str:
    """The code that stands on a practising page."""
    found = re.search("[0-9]{6}", "".join(page.one("trial-code").itertext()))
    assert found
    return found[0]


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


def test_staff_read_before_they_sign_in_that_it_ends_practice(app: Flask) -> None:
    opened(app)
    words = practising(app, PHONE).get("/desk/accounts/sign-in").words()
    assert ("不是练习 工作人员登录是真的" in words, BANNER in words) == (True, False)


def test_practice_neither_uses_nor_tries_a_code_of_the_office(app: Flask) -> None:
    opened(app)
    made, reader = card(), practising(app)
    reader.get("/accounts/sign-in")
    reader.submit(phone=PHONE, by_office="yes")
    digits = on_page(reader.page)
    page = reader.submit(0, code=made.digits)
    assert (page.status, "请填这一页上的 6 位数字" in page.words(), used()) == (422, True, [(False, 0)])
    reader.submit(0, code=digits)
    assert BANNER in reader.get("/accounts/me").words()
    visitor = Reader(app)
    visitor.get(f"/counter/{made.token}")
    visitor.submit(code=made.digits)
    assert used() == [(True, 1)]


def test_in_practice_the_code_stands_on_the_page_whichever_way_it_comes_for_real(settings: Settings) -> None:
    said = []
    for codes in ("trial", "counter"):
        app = create_app(replace(settings, codes=codes))
        opened(app)
        reader = practising(app)
        first = reader.get("/accounts/sign-in").words()
        page = reader.submit(phone=PHONE)
        assert (len(on_page(page)), "这个号码的验证码就在这一页上" in page.words()) == (6, True)
        real = "真办理时用短信发来" in first, "真办理时由办公室给，是 8 位" in first
        said.append((*real, [word for word in UNTRUE if word in first + page.words()]))
    assert said == [(True, False, []), (False, True, [])]


def test_a_practice_code_that_is_over_is_followed_by_a_new_one_on_the_page(app: Flask) -> None:
    opened(app)
    reader = practising(app)
    reader.get("/accounts/sign-in")
    reader.submit(phone=PHONE)
    first = on_page(reader.page)
    for at in range(5):
        reader.submit(0, code=f"{(int(first) + at + 1) % 10**6:06}")
    assert ("验证码不能用了" in reader.page.words(), first in reader.page.text) == (True, False)
    reader.submit(1)
    reader.submit(0, code=on_page(reader.page))
    assert BANNER in reader.get("/accounts/me").words()


def test_every_page_of_the_desk_about_a_case_of_practice_says_so(app: Flask) -> None:
    life = opened(app)
    _, case = sent(app)
    desk = life.reader(life.staff("reviewer", "manager", "helper"))
    at = f"/desk/review/{case.id}"
    desk.get(at)
    ticks = next(at for at, form in enumerate(desk.page.all("form")) if form.get("id") == "ticks")
    desk.submit(ticks, f"{at}/take")
    desk.get(f"{at}/remark/shop_name")
    desk.submit(reason="BLUR", words="写清楚一点")
    print_at = desk.post(f"/guides/papers/receipt/{case.id}").url
    here = ["send_back", "reject", "hand_over", "photos", "number", "disagree", "remark/shop_name"]
    paths = [at, *(f"{at}/{page}" for page in here), print_at]
    assert [path for path in paths if STAFF not in desk.get(path).words()] == []
    words = desk.get(f"{at}/send_back").words()
    assert ("十分钟后卖家只能改这 1 处" in words, "短信" in words, "收到消息" in words) == (True, False, False)
    assert STAFF not in desk.get("/desk/review/").words()
