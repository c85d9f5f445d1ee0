"""Sign-in codes: the number, the limits, one use, and what is left of them."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import select

from portal import db
from portal.accounts import codes, service
from portal.accounts.models import Code
from portal.config import Settings
from portal.jobs import worker
from portal.notices.models import Notice
from tests.accounts.test_sign_in import NOON, PHONE, ask, shown, wrong
from tests.reader import Reader


@pytest.mark.parametrize(
    "typed",
    [
        "138 0000 1234",
        "+86 138-0000-1234",
        "１３８００００１２３４",
        "＋8613800001234",
        "86 13800001234",
        "13800001234 ",
    ],
)
def test_a_number_may_be_typed_as_people_do(typed: str) -> None:
    assert codes.phone_number(typed) == PHONE


@pytest.mark.parametrize("typed", ["", "0855-6221234", "12800001234", "13800001234\nx", "phone", "1380000123４x"])
def test_what_is_no_mobile_number_is_refused(typed: str) -> None:
    with pytest.raises(codes.NotAPhone):
        codes.phone_number(typed)


def test_another_browser_sees_no_code_and_cannot_use_it(app: Flask, client: Reader) -> None:
    digits = ask(client)
    other = Reader(app)
    other.get("/accounts/code")
    assert other.page.url == "/accounts/sign-in"
    other.post("/accounts/code", {"code": digits})
    assert other.page.url == "/accounts/sign-in"
    with db.reading() as session:
        assert session.exec(select(Code.tries)).all() == [0]


def test_a_number_gets_five_codes_an_hour_and_ten_a_day(app: Flask) -> None:
    def asked(minute: int) -> str:
        db.set_now(NOON + timedelta(minutes=minute))
        try:
            with db.aside() as session:
                codes.ask(session, PHONE, asker="a", address="10.0.0.1")
        except codes.TooMany as refusal:
            return str(refusal.values["minutes"])
        return "sent"

    assert [asked(minute) for minute in (0, 10, 20, 30, 40, 50)] == ["sent"] * 5 + ["10"]
    assert [asked(minute) for minute in (61, 71, 81, 91, 101)] == ["sent"] * 5
    assert asked(200) == str(24 * 60 - 200)
    assert asked(24 * 60 + 1) == "sent"


def test_a_code_goes_through_the_notices_and_is_wiped_there_when_sent(
    app: Flask, client: Reader, settings: Settings
) -> None:
    digits = ask(client)
    worker.drain(settings)
    with db.reading() as session:
        notice = session.exec(select(Notice)).one()
    assert (notice.kind, notice.state, notice.case_id, notice.text, notice.number) == ("code", "sent", None, None, None)
    client.get("/accounts/code")
    assert shown(client) == digits


def test_what_a_trial_shows_is_wiped_after_five_minutes(app: Flask, client: Reader) -> None:
    db.set_now(NOON)
    ask(client)
    db.set_now(NOON + timedelta(minutes=5, seconds=1))
    service.sweep("")
    with db.reading() as session:
        assert session.exec(select(Code.sealed)).one() is None


def test_many_tries_at_once_use_a_code_once_and_count_every_try(app: Flask, client: Reader) -> None:
    digits = ask(client)
    with db.reading() as session:
        id = session.exec(select(Code.id)).one()

    def attempt(entered: str) -> str:
        with db.aside() as session:
            return type(codes.try_(session, id, entered)).__name__

    with ThreadPoolExecutor(8) as pool:
        first = Counter(pool.map(attempt, [wrong(digits)] * 3))
        right = Counter(pool.map(attempt, [digits] * 8))
    assert first == {"Wrong": 3}
    assert right == {"NoneType": 1, "Over": 7}


def test_many_presses_at_once_send_one_code(app: Flask) -> None:
    def press(number: int) -> str:
        try:
            with db.aside() as session:
                codes.ask(session, PHONE, asker=str(number), address="10.0.0.1")
        except codes.TooSoon:
            return "too soon"
        return "sent"

    with ThreadPoolExecutor(8) as pool:
        assert Counter(pool.map(press, range(8))) == {"sent": 1, "too soon": 7}
