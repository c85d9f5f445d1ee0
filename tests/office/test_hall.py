"""A hall: fifty phones behind one address, none locked out."""

from datetime import timedelta

from flask import Flask

from portal import db
from portal.accounts.models import Code, Seller
from tests.keeping.lives import rows
from tests.office.test_practice import PHONE, opened, practising
from tests.reader import Reader
from tests.sheets import shops


def test_fifty_phones_of_one_hall_practise_at_once(app: Flask) -> None:
    opened(app)
    for at in range(50):
        reader = practising(app, f"139000000{at:02}")
        reader.get("/accounts/me")
        reader.post("/accounts/sign-out")
        shops.sign_in(reader, f"139000000{at:02}")
        shops.begin(reader, "household")
        page = reader.submit(0, turn="next", ground="own_produce")
        assert page.url.endswith("/place"), (at, page.words())
    assert (rows(Seller), rows(Code)) == (50, 100)


def test_fifty_phones_of_one_hall_sign_in_for_real(app: Flask) -> None:
    for at in range(50):
        reader = Reader(app)
        shops.sign_in(reader, f"139000000{at:02}")
        reader.get("/accounts/me")
        reader.post("/accounts/sign-out")
    db.set_now(db.now() + timedelta(seconds=61))
    for at in range(50):
        reader = Reader(app)
        shops.sign_in(reader, f"139000000{at:02}")
        shops.begin(reader, "household")
        assert reader.submit(0, turn="next", ground="own_produce").url.endswith("/place"), at


def test_a_hall_may_practise_with_one_and_the_same_number(app: Flask) -> None:
    opened(app)
    for _ in range(15):
        practising(app, PHONE)
    assert rows(Seller) == 1
