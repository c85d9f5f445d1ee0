"""A button without fields, pressed before the first sign-in, is pressed again after it: once, and on that way alone."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, request
from sqlmodel import select

from portal import db
from portal.access import Actor, staff
from portal.accounts import kept
from portal.accounts.models import Kept
from portal.sheets.models import Sheet
from tests.accounts.test_sign_in import PHONE, shown
from tests.accounts.test_staff import PASSWORD, signed_in
from tests.reader import Reader

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
START = "/registration/household"


def press(visitor: Reader, path: str = START) -> str:
    """Press 开始填; returns the address of the sign-in page that it leads to."""
    visitor.get(path)
    visitor.submit()
    assert visitor.page.url.startswith(f"/accounts/sign-in?next={path}&kept=")
    return visitor.page.url


def sign_in(visitor: Reader, path: str, phone: str = PHONE) -> str:
    """Sign in from an address; returns where it led."""
    visitor.get(path)
    visitor.submit(phone=phone)
    visitor.submit(0, code=shown(visitor))
    return visitor.page.url


def begun() -> list[str]:
    """The sets of the sheets that were begun."""
    with db.reading() as session:
        return sorted(session.exec(select(Sheet.set_key)).all())


def waiting(visitor: Reader) -> bool:
    """Whether the cookie still knows of a pressed button."""
    with visitor.http.session_transaction(base_url=visitor.base) as cookie:
        return "pressed" in cookie


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_a_newcomer_presses_start_signs_in_and_lands_on_the_first_question(app: Flask, secure: bool) -> None:
    visitor = Reader(app, secure=secure)
    url = sign_in(visitor, press(visitor))
    assert (visitor.page.status, url.endswith("/ground"), begun(), waiting(visitor)) == (
        200,
        True,
        ["household"],
        False,
    )


def test_a_newcomer_who_needs_a_second_code_lands_there_too(client: Reader) -> None:
    db.set_now(NOON)
    client.get(press(client))
    client.submit(phone=PHONE)
    db.set_now(NOON + timedelta(minutes=1))
    client.submit(1)
    client.submit(0, code=shown(client))
    assert client.page.url.endswith("/ground")


def test_the_button_is_pressed_without_the_fields_of_the_sign_in(app: Flask, client: Reader) -> None:
    got: list[dict[str, list[str]]] = []

    @staff("reviewer")
    def probe(actor: Actor) -> str:
        got.append(request.form.to_dict(flat=False))
        return ""

    db.set_now(NOON)
    app.add_url_rule("/desk/accounts/probe", "accounts.probe", probe, methods=["POST"])
    _, totp = signed_in(app)
    db.set_now(NOON + timedelta(minutes=1))
    client.get("/desk/accounts/sign-in")
    client.post("/desk/accounts/probe")
    client.submit(login="wang.li", password=PASSWORD)
    client.submit(code=totp.at(db.now()))
    assert got == [{}]


def test_a_button_of_an_abandoned_sign_in_is_not_pressed_on_another_way_in(client: Reader) -> None:
    press(client)
    assert sign_in(client, "/accounts/sign-in") == "/registration/"
    assert (begun(), waiting(client)) == ([], False)


def test_a_link_to_the_same_page_presses_nothing(client: Reader) -> None:
    press(client)
    assert sign_in(client, f"/accounts/sign-in?next={START}") == START
    assert (begun(), waiting(client)) == ([], False)


def test_a_made_up_id_presses_nothing(client: Reader) -> None:
    press(client)
    assert sign_in(client, f"/accounts/sign-in?next={START}&kept=made-up") == START
    assert begun() == []


def test_another_browser_cannot_press_it(app: Flask, client: Reader) -> None:
    link = press(client)
    other = Reader(app)
    assert (sign_in(other, link), begun()) == (START, [])


def test_looking_at_the_address_presses_nothing(client: Reader) -> None:
    link = press(client)
    id = link.partition("kept=")[2]
    assert client.get(f"{START}?kept={id}").status == 200
    sign_in(client, "/accounts/sign-in?next=/accounts/me")
    client.get(link)
    assert (client.page.url, begun()) == (START, [])


def test_its_id_presses_no_other_button(client: Reader) -> None:
    id = press(client).partition("kept=")[2]
    with client.http.session_transaction() as cookie:
        pressed = cookie["pressed"]
    sign_in(client, "/accounts/sign-in?next=/accounts/me")
    with client.http.session_transaction() as cookie:
        cookie["pressed"] = pressed
    client.post(f"/registration/sole_trader?kept={id}")
    assert (client.page.url, begun()) == ("/registration/sole_trader", [])


def test_it_is_pressed_once(client: Reader) -> None:
    link = press(client)
    sign_in(client, link)
    client.post(f"{START}?kept={link.partition('kept=')[2]}")
    assert client.page.url == START


def test_of_two_tabs_the_last_pressed_counts_and_the_other_shows_its_page(client: Reader) -> None:
    first, second = press(client), press(client, "/registration/sole_trader")
    assert sign_in(client, first) == START
    client.get(second)
    assert (client.page.url, begun()) == ("/registration/sole_trader", [])


def test_it_is_good_for_a_day(client: Reader) -> None:
    db.set_now(NOON)
    link = press(client)
    db.set_now(NOON + kept.LIVES)
    assert (sign_in(client, link), begun()) == (START, [])


def test_what_a_script_posts_presses_nothing(client: Reader) -> None:
    client.get(START)
    client.post(START, X_Autosave="1")
    assert (client.page.url, waiting(client)) == (f"/accounts/sign-in?next={START}", False)


def test_a_form_with_fields_is_no_button(client: Reader) -> None:
    client.get(START)
    client.post(START, {"shop": "x"})
    assert (client.page.url, waiting(client)) == (f"/accounts/sign-in?next={START}", False)


def test_a_press_without_its_token_counts_for_nothing(client: Reader) -> None:
    client.get(START)
    client.post(START, {"csrf_token": ""})
    assert (client.page.status, waiting(client)) == (400, False)


def test_a_pressed_button_takes_no_room_in_the_database(client: Reader) -> None:
    press(client)
    with db.reading() as session:
        assert session.exec(select(Kept)).all() == []
