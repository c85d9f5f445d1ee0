"""An old and a new number side by side: found however typed, and told apart by whoever has to compare them."""

import pytest
from flask import Flask

from portal import db, i18n
from portal.accounts import number
from portal.notices import service as notices
from tests.accounts.test_number import asked, confirmed
from tests.keeping.lives import PHONE, Shop


@pytest.mark.parametrize("typed", ["１３９７７７７０００１", "＋８６　１３９－７７７７－０００１", PHONE])
def test_the_old_number_is_found_however_it_is_typed(app: Flask, typed: str) -> None:
    shop = Shop(app)
    reader = shop.life.reader(shop.officer)
    reader.get("/desk/review/numbers")
    assert reader.submit(number=typed).url == f"/desk/review/{shop.case.id}/number"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("13977770001", "13977770002", ("number ending in 0001", "number ending in 0002")),
        ("13977770001", "15888880001", ("number 139****0001", "number 158****0001")),
        ("13977770001", "13977780001", ("number 139***70001", "number 139***80001")),
    ],
)
def test_two_numbers_are_told_apart_by_as_few_digits_as_do(old: str, new: str, said: tuple[str, str]) -> None:
    with i18n.speaking("en"):
        assert number.told_apart(old, new) == said


def test_the_witness_and_both_notices_tell_numbers_with_the_same_end_apart(app: Flask) -> None:
    shop = Shop(app)
    asked(shop, shop.officer, "15888880001")
    second = shop.life.staff("reviewer")
    words = shop.life.reader(second).get("/desk/review/numbers").words()
    assert "：从号码 139****0001 换成号码 158****0001" in words
    confirmed(shop, second)
    with db.reading() as session:
        told = [each.text for each in notices.for_person(session, shop.seller.id) if each.kind == "number"]
    said = "好货：您的登录号换成号码 158****0001 了，原来是号码 139****0001。不是您本人办的"
    assert [text.partition("，请马上")[0] for text in told] == [said, said]
