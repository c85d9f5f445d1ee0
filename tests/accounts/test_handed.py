"""Signing in with a code that the office handed out: in every mode, once, and without telling who has one waiting."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import col, select

from portal import create_app, db
from portal.access import Actor
from portal.accounts import codes, handed, service
from portal.accounts.models import Code, HandedCode, Seller
from portal.config import Settings, Sms
from portal.notices import budget, gateways
from portal.notices.models import Notice
from tests.accounts.test_sign_in import NOON, PHONE, ask, shown
from tests.notices.test_service import Wire
from tests.reader import Reader

OFFICER = Actor("staff", "officer", "王丽", frozenset({"helper"}), ("522631",))
WRONG = "这 8 位数字和这个手机号对不上"


@pytest.fixture
def counter(settings: Settings) -> Iterator[Flask]:
    """An office that hands out its codes."""
    yield create_app(replace(settings, codes="counter"))
    db.set_now(None)


def hand_out(phone: str = PHONE, lives: timedelta = handed.DESK_LIVES) -> str:
    """A code for a number."""
    with db.writing() as session:
        return handed.give(session, phone, by=OFFICER, lives=lives).digits


def other(digits: str) -> str:
    """Other digits."""
    return f"{(int(digits) + 1) % 10**8:08}"


def enter(visitor: Reader, digits: str) -> str:
    """Fill in the code; returns the page's words."""
    visitor.submit(0, code=digits)
    return visitor.page.words()


def by_office(visitor: Reader, phone: str = PHONE) -> None:
    """Enter the number and say that one has a code from the office."""
    visitor.get("/accounts/sign-in?next=/accounts/me")
    visitor.submit(phone=phone, by_office="yes")


def test_a_seller_signs_in_with_what_the_office_gave(counter: Flask) -> None:
    digits, visitor = hand_out(), Reader(counter)
    ask(visitor, path="/accounts/sign-in?next=/accounts/me")
    assert (visitor.page.url, shown(visitor)) == ("/accounts/code?next=/accounts/me", "")
    enter(visitor, f"{digits[:4]} {digits[4:]}")
    assert visitor.page.url == "/accounts/me"
    with db.reading() as session:
        row = session.exec(select(HandedCode)).one()
        assert session.exec(select(Notice)).all() == []
    assert (row.by_name, row.tail, row.phone, row.used_at is not None) == ("王丽", "1234", None, True)
    assert (digits in row.hash, PHONE in repr(row)) == (False, False)


def test_the_pages_say_how_to_come_by_a_code(counter: Flask) -> None:
    visitor = Reader(counter)
    words = visitor.get("/accounts/sign-in").words()
    assert ("用手机号和办公室给您的码登录" in words, "打电话给办公室" in words, "给我发" in words) == (
        True,
        True,
        False,
    )
    visitor.submit(phone=PHONE)
    box = visitor.page.one("code")
    assert (box.get("inputmode"), box.get("autocomplete")) == ("numeric", "off")
    assert "过了 60 天，或者换了手机，再要一个新的就行" in visitor.page.words()


def test_a_number_with_a_code_and_one_without_get_the_same_answers(counter: Flask) -> None:
    right = hand_out()
    pages: list[list[str]] = []
    for phone in (PHONE, "13900001234"):
        visitor = Reader(counter)
        ask(visitor, phone)
        seen = [visitor.page.text]
        for digits in [other(right)] * 4 + [right if phone != PHONE else other(right), right]:
            visitor.submit(0, code=digits)
            seen.append(visitor.page.text)
        pages.append([re.sub(r'value="[^"]*"', "", text) for text in seen])
    assert pages[0] == pages[1]
    assert "填错 5 次了" in pages[0][-1]


def test_five_wrong_tries_from_anywhere_end_a_code_and_the_desk_gives_another(counter: Flask) -> None:
    digits = hand_out()
    for _ in range(5):
        visitor = Reader(counter)
        ask(visitor)
        assert WRONG in enter(visitor, other(digits))
    visitor = Reader(counter)
    ask(visitor)
    assert WRONG in enter(visitor, digits)
    enter(visitor, hand_out())
    assert visitor.page.url.startswith("/registration")


def test_a_code_works_once_for_its_own_number_until_its_day(counter: Flask) -> None:
    db.set_now(NOON)
    week, day = hand_out(lives=timedelta(days=7)), hand_out("13900005678")
    db.set_now(NOON + timedelta(days=1, seconds=1))
    visitor = Reader(counter)
    ask(visitor, "13900005678")
    assert WRONG in enter(visitor, day)
    assert WRONG in enter(visitor, week)
    ask(visitor)
    enter(visitor, week)
    assert visitor.page.url.startswith("/registration")
    again = Reader(counter)
    ask(again)
    assert WRONG in enter(again, week)


def test_a_newer_code_ends_the_older_one(counter: Flask) -> None:
    old = hand_out()
    new = hand_out()
    visitor = Reader(counter)
    ask(visitor)
    told = enter(visitor, old)
    assert old == new or (WRONG in told, "给过新的，旧的就不能用了，请填最新的那个" in told) == (True, True)
    enter(visitor, new)
    assert visitor.page.url.startswith("/registration")


def test_a_code_of_another_length_is_no_try_and_no_message_is_spoken_of(counter: Flask) -> None:
    visitor = Reader(counter)
    ask(visitor)
    for digits in ("123456", "1234567"):
        words = enter(visitor, digits)
        assert ("请填办公室给您的 8 位数字" in words, "短信" in words) == (True, False)
    with db.reading() as session:
        assert session.exec(select(Code.tries)).one() == 0


def test_a_code_given_when_the_page_stood_open_for_an_hour_still_works(counter: Flask) -> None:
    db.set_now(NOON)
    visitor = Reader(counter)
    ask(visitor)
    db.set_now(NOON + timedelta(hours=1))
    enter(visitor, hand_out())
    assert visitor.page.url.startswith("/registration")


def test_fifty_phones_behind_one_address_come_in_and_nobody_waits_a_minute(counter: Flask) -> None:
    for number in range(50):
        phone, visitor = f"139000050{number:02}", Reader(counter)
        digits = hand_out(phone)
        ask(visitor, phone)
        enter(visitor, other(digits))
        visitor.get("/accounts/sign-in")
        visitor.submit(phone=phone)
        enter(visitor, digits)
        assert visitor.page.url.startswith("/registration"), number
    with db.reading() as session:
        assert len(session.exec(select(Seller.id)).all()) == 50


def test_a_code_of_the_office_works_in_a_trial_too(app: Flask, client: Reader) -> None:
    digits = hand_out()
    by_office(client)
    assert (shown(client), "办公室给您的码是多少" in client.page.words()) == ("", True)
    enter(client, digits)
    assert client.page.url == "/accounts/me"


def test_it_may_be_entered_where_a_message_was_sent(app: Flask, client: Reader) -> None:
    digits = hand_out()
    ask(client)
    enter(client, digits)
    assert client.page.url.startswith("/registration")


@pytest.fixture
def wire(app: Flask, settings: Settings) -> Iterator[Wire]:
    """A gateway that sends one message a day."""
    wire = Wire()
    gateways.setup(settings, wire)
    budget.setup(replace(settings, sms=Sms("http", "https://sms.example", "", "k" * 32, "", "", {}, 1)))
    db.set_now(NOON)
    yield wire
    gateways.setup(settings)
    budget.setup(settings)


def send_all() -> None:
    """Do the work of sending."""
    from portal.notices import service as notices

    with db.reading() as session:
        ids = session.exec(select(Notice.id).where(Notice.state == "waiting").order_by(col(Notice.made_at))).all()
    for id in ids:
        notices.send(id)


def test_when_the_days_messages_are_used_up_the_page_says_so_and_the_office_helps(app: Flask, wire: Wire) -> None:
    first, second = Reader(app), Reader(app)
    ask(first)
    assert "6 位" in first.page.words()
    send_all()
    digits = hand_out("13900005678")
    ask(second, "13900005678")
    words = second.page.words()
    assert ("今天的短信发完了" in words, "打电话给办公室" in words, len(wire.sent)) == (True, True, 1)
    enter(second, digits)
    assert second.page.url.startswith("/registration")


def test_when_the_gateway_fails_the_page_says_so_and_the_office_helps(app: Flask, wire: Wire) -> None:
    wire.fails = [gateways.Failed("no line")]
    visitor = Reader(app)
    ask(visitor)
    assert "短信现在发不出去" not in visitor.page.words()
    send_all()
    visitor.get("/accounts/code")
    words = visitor.page.words()
    assert ("短信现在发不出去" in words, "打电话给办公室" in words) == (True, True)
    assert ("可能没有发出去" in words, "验证码发到了" in words) == (True, False)
    enter(visitor, hand_out())
    assert visitor.page.url.startswith("/registration")


def test_many_tries_at_once_use_a_code_once_and_never_more_than_five(app: Flask) -> None:
    def attempts(tried: list[str]) -> Counter[bool]:
        def attempt(digits: str) -> bool:
            with db.aside() as session:
                return handed.opens(session, PHONE, digits)

        with ThreadPoolExecutor(8) as pool:
            return Counter(pool.map(attempt, tried))

    digits = hand_out()
    assert attempts([digits] * 8) == {True: 1, False: 7}
    digits = hand_out()
    assert attempts([other(digits)] * 12) == {False: 12}
    with db.reading() as session:
        assert sorted(session.exec(select(HandedCode.tries)).all()) == [1, 5]
    assert attempts([digits]) == {False: 1}


def test_what_is_over_loses_its_number_and_after_a_year_its_row(app: Flask) -> None:
    db.set_now(NOON)
    hand_out()
    db.set_now(NOON + timedelta(days=2))
    service.sweep("")
    with db.reading() as session:
        assert [(row.phone, row.tail, row.by_name) for row in session.exec(select(HandedCode))] == [
            (None, "1234", "王丽")
        ]
    db.set_now(NOON + timedelta(days=366))
    service.sweep("")
    with db.reading() as session:
        assert session.exec(select(HandedCode)).all() == []


def test_a_number_gets_ten_codes_of_the_desk_a_day(app: Flask) -> None:
    with db.aside() as session:
        for _ in range(10):
            handed.count(session, PHONE, OFFICER)
    with db.aside() as session, pytest.raises(handed.TooManyHanded):
        handed.count(session, PHONE, OFFICER)


def test_the_digits_are_eight_and_any_eight() -> None:
    assert codes.digits_of("１２３４ 5678") == "12345678"
    assert codes.digits_of("00000000") == "00000000"


def test_pages_do_not_say_that_codes_come_by_sms_or_have_six_digits(counter: Flask) -> None:
    words = Reader(counter).get("/").words()
    assert ("只在登录时要验证码" in words, "短信" in words, "6 位" in words) == (True, False, False)
