"""What the machine finds out about an application of each kind."""

import pytest
from flask import Flask

from portal import db, i18n
from portal.registration import findings, sellers
from portal.review.kinds import Fact
from tests.review.life import Life
from tests.sheets import shops

NAMES = {
    "sole_trader": "黎平县高山果园",
    "cooperative": "黎平县高山椪柑专业合作社",
    "company": "黎平县高山果业有限公司",
    "collective": "黎平县高寅村股份经济合作社",
}


def found(app: Flask, kind: str, phone: str = "", **known: object) -> list[Fact]:
    """The facts of an application of a kind, in English."""
    sheet_id = shops.filled(Life(app).seller(phone).id, kind, **known)
    sent = shops.send(sheet_id)
    with db.reading() as session, i18n.speaking("en"):
        return findings.found_out(session, sent)


@pytest.mark.parametrize("kind", NAMES)
def test_a_right_application_of_each_kind_draws_no_remark_but_the_place_of_issue(app: Flask, kind: str) -> None:
    facts = found(app, kind, licence_name=NAMES[kind])
    elsewhere = [fact.text for fact in facts if fact.sign != "ok"]
    assert elsewhere == (["The code was issued in 浙江省 金华市 义乌市"] if kind == "company" else [])
    assert "The licence code's check digit is right" in [fact.text for fact in facts]


@pytest.mark.parametrize("kind", ["cooperative", "company", "collective"])
def test_a_name_that_no_such_body_bears_is_told(app: Flask, kind: str) -> None:
    said = [fact.text for fact in found(app, kind, licence_name="高山果园") if fact.sign == "look"]
    words = "、".join(sellers.kind(kind).names)
    assert f"“高山果园” has none of the words of such a name: {words}" in said


def test_a_code_of_the_city_or_province_is_near_enough() -> None:
    assert [findings.issued_in(f"91{region}MA0000007R") for region in ("522631", "522600", "520000", "110000")] == [
        "522631",
        "5226",
        "52",
        "11",
    ]


def test_the_same_code_in_another_application_is_told(app: Flask) -> None:
    found(app, "collective", licence_name=NAMES["collective"])
    again = found(app, "collective", "15400000002", licence_name=NAMES["collective"], shop_name="另一家店")
    assert "1 other applications have the same licence code" in [fact.text for fact in again]


def test_a_grower_without_a_code_has_no_facts_about_one(app: Flask) -> None:
    assert [fact.text for fact in found(app, "household") if "code" in fact.text] == []
