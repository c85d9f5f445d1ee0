"""What the machine finds out about an application of each kind."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import delete
from sqlmodel import col, select

from portal import db, i18n
from portal.access import ANYONE
from portal.questions import service as questions
from portal.registration import findings, sellers
from portal.review import numbers
from portal.review.kinds import Fact
from portal.review.models import Case
from portal.sheets import lookover
from portal.sheets import service as sheets
from portal.sheets.models import Photo, Sheet
from tests.review.life import Life
from tests.sheets import shops
from tests.statements import statements

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
    label = "Unified social credit code (the 18 characters on the certificate)"
    told = [fact.text for fact in again]
    assert f"{label}: other applications with the same: 1, all from other phone numbers" in told
    assert "This phone number has sent no other application" in told


def test_what_the_same_phone_sent_before_is_told(app: Flask) -> None:
    life = Life(app)
    seller = life.seller()
    shops.send(first := shops.filled(seller.id))
    with db.writing() as session:
        sheets.close(session, session.get_one(Sheet, first), again=True)
    sent = shops.send(shops.filled(seller.id))
    with db.reading() as session, i18n.speaking("en"):
        said = [fact.text for fact in findings.found_out(session, sent) if fact.sign == "look"]
    assert said == [
        "Other applications sent from this phone number: 1",
        "Name of the shop: other applications with the same: 1, all from this phone number",
    ]


@pytest.mark.parametrize(
    ("ends", "sign", "fact"),
    [
        ("never", "ok", "Business licence valid until: no end"),
        ("2027-11-23", "ok", "Business licence valid until: 23 Nov 2027 (days left: 365)"),
        ("2026-12-23", "look", "Business licence valid until: 23 Dec (days left: 30)"),
        ("2026-11-22", "bad", "Business licence valid until: over since 22 Nov (days: 1)"),
    ],
)
def test_how_long_a_licence_runs_is_told_once(app: Flask, ends: str, sign: str, fact: str) -> None:
    db.set_now(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
    facts = found(app, "sole_trader", licence_ends=ends)
    told = [(each.sign, each.text) for each in facts if each.text.startswith("Business licence valid")]
    assert told == [(sign, fact)]


def test_a_word_of_the_list_is_told_once_with_its_field(app: Flask) -> None:
    facts = found(app, "household", shop_sentence="自家种的，全县最好。", goods=[{"what": "治病的椪柑"}])
    assert [each.text for each in facts if each.sign == "look"] == [
        "Write them down one by one, row 1, What it is called: the word list knows 治病",
        "One sentence about your goods: the word list knows 最好",
    ]


def test_the_case_page_shows_facts_and_checks_with_few_statements(app: Flask) -> None:
    life = Life(app)
    sent = shops.send(shops.filled(life.seller().id, "sole_trader", goods_kind=["processed"], food_paper="none"))
    with db.reading() as session:
        case = session.exec(select(Case).where(Case.submission_id == sent.id)).one()
    reader = life.reader(life.staff("reviewer"))
    reader.get("/desk/review/?lang=en")
    with statements() as seen:
        page = reader.get(f"/desk/review/{case.id}")
    assert len(seen) <= 6, seen
    asked = [check.what for check in questions.library().checks_for("sole_trader") if check.key != "trade_paper"]
    with i18n.speaking("en"):
        assert [what for what in asked if i18n.library_text(what) not in page.words()] == []
        assert i18n.library_text("卖预包装食品的证") not in page.words()


def advised(sheet_id: str) -> list[tuple[str, str, str]]:
    """What the seller is told before sending, in English: (field, reason, sentence)."""
    with db.reading() as session, i18n.speaking("en"):
        sheet = session.get_one(Sheet, sheet_id)
        return [(fault.key, fault.finding.reason, fault.text) for fault in lookover.over(session, sheet, ANYONE)]


def test_the_seller_reads_what_the_desk_would_see(app: Flask) -> None:
    known = {"licence_name": "高山果园", "credit_code": "91330782MA0000007R", "goods": [{"what": "治病的椪柑"}]}
    sheet_id = shops.filled(Life(app).seller().id, "company", **known)
    with db.writing() as session:
        for photo in session.exec(select(Photo).where(Photo.sheet_id == sheet_id)):
            photo.width, photo.height, photo.digest = 320, 240, "same"
            session.add(photo)
    assert [(key, reason) for key, reason, _ in advised(sheet_id)] == [
        ("goods.0.what", "WORDS"),
        ("place", "PLACE"),
        ("licence_name", "NAME"),
        ("licence_photo", "BLUR"),
        ("shop_picture", "BLUR"),
        ("shop_picture", ""),
    ]
    assert advised(sheet_id)[-1][2] == "This is the same picture as the one for: Photo of the licence. Is that meant?"


def test_a_photo_that_is_gone_is_asked_for_again(app: Flask) -> None:
    sheet_id = shops.filled(Life(app).seller().id)
    with db.writing() as session:
        session.execute(delete(Photo).where(col(Photo.sheet_id) == sheet_id))
    assert advised(sheet_id) == [("shop_picture", "", "This photo is no longer here. Please add it again.")]


def test_nothing_is_said_of_a_right_application_or_of_a_sheet_that_is_none(app: Flask) -> None:
    seller = Life(app).seller()
    right = {"licence_name": NAMES["collective"]}
    assert advised(shops.filled(seller.id, "collective", **right)) == []
    with db.reading() as session:
        other = Sheet(seller_id=seller.id, set_key="readiness", version=1)
        assert findings.advice(session, other, {}) == []


def test_a_grower_without_a_code_has_no_facts_about_one(app: Flask) -> None:
    assert [fact.text for fact in found(app, "household") if "code" in fact.text] == []


def test_a_fact_of_others_alike_leads_to_those_that_the_officer_may_read(app: Flask) -> None:
    life = Life(app)
    here, there = (life.send(shops.filled(life.seller().id, place=place), {}) for place in ("522631105", "522633100"))
    case = life.send(shops.filled(life.seller().id), {})
    page = life.reader(life.staff("reviewer")).get(f"/desk/review/{case.id}")
    told = next(fact for fact in page.all("li") if "店名：另有 2 份申请一样" in "".join(fact.itertext()))
    leads = [(link.get("href"), link.text) for link in told.iter("a")]
    assert leads == [(f"/desk/review/{here.id}", numbers.shown(here.number))]
    assert ("同样的店名" in page.words(), f"/desk/review/{there.id}" in page.links()) == (True, False)
