"""Signing in by phone and code, as a seller does it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlmodel import select

from portal import db
from portal.accounts import codes
from portal.accounts.models import Code, Seller, SignIn
from tests.reader import Reader

PHONE = "13800001234"
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def ask(visitor: Reader, phone: str = PHONE, path: str = "/accounts/sign-in") -> str:
    """Ask for a code; returns what the trial shows."""
    visitor.get(path)
    visitor.submit(phone=phone)
    return shown(visitor)


def shown(visitor: Reader) -> str:
    """The code on the page, or an empty string."""
    found = re.search(r'class="code">([0-9]{6})<', visitor.page.text)
    return found[1] if found else ""


def enter(visitor: Reader, digits: str) -> None:
    """Fill in the code."""
    visitor.submit(0, code=digits)


def wrong(digits: str) -> str:
    """Another code of six digits."""
    return f"{(int(digits) + 1) % 10**6:06}"


def test_a_seller_signs_in_with_the_code_that_the_trial_shows(client: Reader) -> None:
    enter(client, ask(client, path="/accounts/sign-in?next=/accounts/me"))
    assert (client.page.status, client.page.url) == (200, "/accounts/me")
    assert "••• •••• 1234" in client.page.words()
    assert PHONE not in client.page.text


def test_it_works_over_https_too(secure_client: Reader) -> None:
    enter(secure_client, ask(secure_client, path="/accounts/sign-in?next=/accounts/me"))
    assert (secure_client.page.status, secure_client.page.url) == (200, "/accounts/me")


def test_a_number_of_ten_digits_is_told_so_and_kept(client: Reader) -> None:
    ask(client, "1380000123")
    assert client.page.status == 422
    assert "您填了 10 位" in client.page.words()
    assert client.page.one("phone").get("value") == "1380000123"


def test_the_right_keyboards_open(client: Reader) -> None:
    client.get("/accounts/sign-in")
    box = client.page.one("phone")
    assert (box.get("type"), box.get("autocomplete"), box.get("inputmode")) == ("tel", "tel", "tel")
    client.submit(phone=PHONE)
    box = client.page.one("code")
    assert (box.get("autocomplete"), box.get("inputmode")) == ("one-time-code", "numeric")


def test_a_wrong_code_says_how_many_tries_are_left(client: Reader) -> None:
    digits = ask(client)
    enter(client, wrong(digits))
    assert client.page.status == 422
    assert "还可以试 4 次" in client.page.words()


def test_a_sixth_try_is_refused_even_with_the_right_code(client: Reader) -> None:
    digits = ask(client)
    for _ in range(5):
        enter(client, wrong(digits))
    enter(client, digits)
    assert "这个验证码填错了 5 次，不能再用了" in client.page.words()
    assert shown(client) == ""
    assert "session" not in client.page.url


def test_a_code_works_once(app: Flask, client: Reader) -> None:
    digits = ask(client)
    enter(client, digits)
    client.http.post("/accounts/sign-out", base_url=client.base, data={"csrf_token": ""})
    with db.aside() as session:
        code = session.exec(select(Code)).one()
        assert isinstance(codes.try_(session, code.id, digits), codes.Over)


def test_a_code_is_over_after_five_minutes(app: Flask, client: Reader) -> None:
    db.set_now(NOON)
    digits = ask(client)
    db.set_now(NOON + timedelta(minutes=5, seconds=1))
    client.get("/accounts/code")
    assert shown(client) == ""
    enter(client, digits)
    assert "这个验证码不能用了" in client.page.words()


def test_full_width_digits_of_a_code_are_taken(client: Reader) -> None:
    digits = ask(client, path="/accounts/sign-in?next=/accounts/me")
    enter(client, " ".join(chr(ord(digit) + 0xFEE0) for digit in digits))
    assert client.page.url == "/accounts/me"


def test_known_and_unknown_numbers_get_the_same_answer(app: Flask, client: Reader) -> None:
    db.set_now(NOON)
    enter(client, ask(client))
    db.set_now(NOON + timedelta(minutes=2))
    known, unknown = Reader(app), Reader(app)
    ask(known), ask(unknown, "13900005678")
    same = [re.sub(r"[0-9]{4,6}|value=\"[^\"]*\"", "", visitor.page.text) for visitor in (known, unknown)]
    assert same[0] == same[1]
    assert known.page.status == unknown.page.status == 200


def test_pressing_send_twice_is_sending_once(app: Flask, client: Reader) -> None:
    ask(client)
    client.get("/accounts/sign-in")
    client.submit(phone=PHONE)
    assert client.page.url == "/accounts/code"
    with db.reading() as session:
        assert len(session.exec(select(Code.id)).all()) == 1


def test_a_new_code_needs_a_minute_and_ends_the_old_one(app: Flask, client: Reader) -> None:
    db.set_now(NOON)
    old = ask(client)
    client.submit(1)
    assert "请过 60 秒再要新的" in client.page.words()
    db.set_now(NOON + timedelta(seconds=60))
    client.submit(1)
    new = shown(client)
    if new != old:
        enter(client, old)
        assert "验证码不对" in client.page.words()
    enter(client, new)
    assert client.page.url.startswith("/registration")


def test_who_asked_for_a_new_code_too_early_signs_in_with_the_first(client: Reader) -> None:
    first = ask(client)
    client.submit(1)
    assert (client.page.status, client.page.url) == (422, "/accounts/code/again")
    enter(client, first)
    assert client.page.url.startswith("/registration")


def test_a_hall_of_fifty_phones_behind_one_address_gets_its_codes(app: Flask) -> None:
    visitors = [Reader(app) for _ in range(50)]
    got = [ask(visitor, f"139000050{number:02}") for number, visitor in enumerate(visitors)]
    assert [len(digits) for digits in got] == [6] * 50


def test_two_tabs_sign_in_as_one_seller_and_the_form_of_the_other_tab_stays_good(app: Flask, client: Reader) -> None:
    digits = ask(client)
    tab = client.page
    enter(client, digits)
    client.page = tab
    client.submit(0, code=digits)
    assert client.page.status == 422 or client.page.url.startswith(("/accounts", "/registration"))
    assert "This page was open too long" not in client.page.text
    with db.reading() as session:
        assert len(session.exec(select(Seller.id)).all()) == 1


def test_signing_out_ends_the_sign_in_and_its_forms_but_keeps_the_language(client: Reader) -> None:
    enter(client, ask(client, path="/accounts/sign-in?next=/accounts/me"))
    client.get("/accounts/me?lang=en")
    before = client.page
    client.submit(0)
    assert client.page.url == "/"
    assert client.page.tree.get("lang") == "en"
    client.page = before
    client.submit(0)
    assert client.page.status == 400
    client.get("/accounts/me")
    assert client.page.url.startswith("/accounts/sign-in")


@pytest.mark.parametrize(
    "next", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "https:evil.example"]
)
def test_next_leads_nowhere_but_here(client: Reader, next: str) -> None:
    digits = ask(client, path="/accounts/sign-in")
    client.get("/accounts/code?next=" + next)
    enter(client, digits)
    assert client.page.url.startswith("/registration")


def test_codes_and_phones_stand_nowhere_in_clear(app: Flask, client: Reader) -> None:
    digits = ask(client)
    enter(client, digits)
    with db.reading() as session:
        code, seller = session.exec(select(Code)).one(), session.exec(select(Seller)).one()
        sign_in = session.exec(select(SignIn)).one()
    assert code.sealed is None
    assert digits not in code.hash
    stored = repr((code, seller, sign_in))
    assert (PHONE in stored, PHONE.encode() in code.phone + seller.phone) == (False, False)
    with client.http.session_transaction() as cookie:
        assert cookie["token"] not in stored


def test_looking_at_the_pages_writes_nothing(app: Flask, client: Reader) -> None:
    ask(client)
    with db.reading() as session:
        before = repr(session.exec(select(Code)).all())
    client.get("/accounts/code")
    client.get("/accounts/sign-in")
    with db.reading() as session:
        assert repr(session.exec(select(Code)).all()) == before
