"""Replacing the second factor: somebody who found the browser open must not be able to."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from sqlmodel import select

from portal import db, vault
from portal.accounts import service
from portal.accounts.models import ListedCode, Staff
from tests.accounts.test_kept import forms_kept
from tests.accounts.test_staff import PASSWORD, choose_password, enter, invited, set_up_app, signed_in
from tests.reader import Reader

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SETUP, LIST = "/desk/accounts/second/setup", "/desk/accounts/second/list"


def secret() -> str:
    """The secret that counts now."""
    with db.reading() as session:
        row = session.exec(select(Staff)).one()
        return vault.unseal(row.totp or b"", f"staff:{row.id}:totp").decode()


def lines() -> int:
    """How many lines printed lists have."""
    with db.reading() as session:
        return len(session.exec(select(ListedCode.id)).all())


def offered(visitor: Reader) -> pyotp.TOTP:
    """What an app shows that scanned the page."""
    visitor.get(SETUP)
    return pyotp.TOTP(visitor.page.all("code")[0].text.replace(" ", ""))


@pytest.mark.parametrize(("password", "sentence"), [("", "请填密码。"), ("wrong", "这不是您的密码")])
def test_without_the_password_an_open_browser_replaces_nothing(app: Flask, password: str, sentence: str) -> None:
    visitor, totp = signed_in(app)
    new = offered(visitor)
    visitor.submit(code=new.at(db.now()), password=password)
    assert (visitor.page.status, visitor.page.url, sentence in visitor.page.words()) == (422, SETUP, True)
    visitor.post(LIST, {"password": password})
    assert (visitor.page.status, visitor.page.url, sentence in visitor.page.words()) == (422, LIST, True)
    assert (secret(), lines()) == (totp.secret, 0)


def test_with_the_password_the_app_is_replaced(app: Flask) -> None:
    visitor, totp = signed_in(app)
    new = offered(visitor)
    visitor.submit(code=new.at(db.now()), password=PASSWORD)
    assert (visitor.page.status, new.secret == totp.secret, secret()) == (200, False, new.secret)
    assert visitor.get("/desk/accounts/me").url == "/desk/accounts/me"


def test_with_the_password_a_list_is_printed(app: Flask) -> None:
    visitor, _ = signed_in(app)
    visitor.get(SETUP)
    button = next(each for each in visitor.page.all("button") if each.get("formaction"))
    visitor.post(button.get("formaction"), {"password": PASSWORD, "code": ""})
    assert (visitor.page.status, lines(), len(visitor.page.all("li"))) == (200, 10, 10)


def test_the_right_password_with_a_wrong_code_replaces_nothing(app: Flask) -> None:
    visitor, totp = signed_in(app)
    offered(visitor)
    visitor.submit(code="abc", password=PASSWORD)
    assert (visitor.page.status, secret()) == (422, totp.secret)
    assert [box.get("value") for box in visitor.page.all("input") if box.get("name") == "password"] == [""]


def test_wrong_passwords_count_by_the_same_limits_as_at_the_sign_in(app: Flask, client: Reader) -> None:
    db.set_now(NOON)
    visitor, _ = signed_in(app)
    visitor.get(SETUP)
    for number in range(10):
        visitor.post(SETUP if number % 2 else LIST, {"password": "wrong", "code": "123456"})
    visitor.post(LIST, {"password": PASSWORD})
    assert ("填错的次数太多了" in visitor.page.words(), lines()) == (True, 0)
    enter(client)
    assert "填错的次数太多了" in client.page.words()
    db.set_now(NOON + timedelta(minutes=15))
    visitor.post(LIST, {"password": PASSWORD})
    assert lines() == 10


def test_the_first_set_up_asks_for_no_password_a_second_time(app: Flask, client: Reader) -> None:
    choose_password(client, invited())
    assert (client.page.url, [box for box in client.page.all("input") if box.get("type") == "password"]) == (SETUP, [])
    set_up_app(client)
    assert client.get("/desk/accounts/me").url == "/desk/accounts/me"


def test_a_form_posted_after_the_end_comes_through_the_first_set_up_too(app: Flask, client: Reader) -> None:
    db.set_now(NOON)
    visitor, _ = signed_in(app)
    with db.writing() as session:
        row = session.exec(select(Staff)).one()
        row.totp = None
        service.sign_out_everywhere(session, row.id)
    visitor.post("/desk/accounts/me/end", {"end": "nobody-has-this1"})
    visitor.submit(login="wang.li", password=PASSWORD)
    assert visitor.page.url.startswith(f"{SETUP}?kept=")
    set_up_app(visitor)
    assert (visitor.page.status, visitor.page.url.partition("?")[0]) == (404, "/desk/accounts/me/end")
    assert len(forms_kept()) == 1
