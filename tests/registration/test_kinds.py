"""The five kinds of seller: each registers, and whoever chose the wrong one is moved with the answers kept."""

import pytest
from flask import Flask

from portal import db
from portal.registration import desks, sellers
from portal.sheets.models import Sheet
from tests.reader import Reader
from tests.review.life import CONGJIANG, LIPING, Life
from tests.sheets import shops

KINDS = ("household", "sole_trader", "cooperative", "company", "collective")


def kind_of(sheet_id: str) -> str:
    with db.reading() as session:
        return session.get_one(Sheet, sheet_id).set_key


def draft(app: Flask, kind: str, **known: object) -> tuple[Reader, str]:
    """A seller with a filled draft."""
    life = Life(app)
    seller = life.seller()
    return life.reader(seller), shops.filled(seller.id, kind, **known)


def typed(reader: Reader, sheet_id: str, code: str) -> None:
    """Type a code on the licence page and stay there with what is wrong."""
    reader.get(f"/sheets/{sheet_id}/licence")
    reader.submit(0, turn="next", credit_code=code, licence_name="黎平县的一家")


def test_all_kinds_are_offered_and_a_grower_finds_himself_first(client: Reader) -> None:
    page = client.get("/registration/")
    assert tuple(box.get("value") for box in page.all("input") if box.get("name") == "kind") == KINDS


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_each_kind_has_its_list_and_its_guide(client: Reader, kind: str, language: str) -> None:
    client.get(f"/?lang={language}")
    assert [client.get(f"/{path}/{kind}").status for path in ("registration", "guides/open_shop")] == [200, 200]


@pytest.mark.parametrize("kind", ["cooperative", "company", "collective"])
def test_each_kind_registers_from_the_first_question_to_the_desk(app: Flask, kind: str) -> None:
    life = Life(app)
    visitor, officer = Reader(app), life.reader(life.staff("reviewer"))
    visitor.get(f"/registration/{kind}")
    visitor.submit()
    shops.sign_in(visitor)
    sheet_id = shops.begin(visitor, kind)
    shops.fill(visitor, shops.held(kind))
    assert visitor.submit().url == "/registration/mine?sent"
    short = sellers.sets()[kind].short
    assert f"{short} · " in officer.get("/desk/review/").words()
    assert (len(shops.submissions(sheet_id)), visitor.get("/registration/mine").status) == (1, 200)


@pytest.mark.parametrize("kind", KINDS[1:])
@pytest.mark.parametrize("right", KINDS[1:])
def test_a_code_of_another_kind_moves_the_draft_there_with_its_answers(app: Flask, kind: str, right: str) -> None:
    if kind == right:
        return
    reader, sheet_id = draft(app, kind)
    typed(reader, sheet_id, shops.CODES[right])
    before = shops.known(sheet_id)
    button = next(button for button in reader.page.all("button") if button.get("name") == "move")
    assert (button.get("value"), "您正在填的是别的一种" in shops.fault(reader.page, "credit_code")) == (right, True)
    page = reader.submit(0, turn=None, move=right, licence_name="改了的名字")
    assert (page.url, kind_of(sheet_id)) == (f"/sheets/{sheet_id}/licence", right)
    after = shops.known(sheet_id)
    kept = ("place", "called", "goods", "shop_name", "shop_picture", "credit_code", "licence_photo")
    assert {key: after[key] for key in kept} == {key: before[key] for key in kept}
    assert after["licence_name"] == "改了的名字"


def test_a_draft_moves_to_no_other_question_set(app: Flask) -> None:
    reader, sheet_id = draft(app, "company")
    for other in ("readiness", "nobody", "company"):
        reader.get(f"/sheets/{sheet_id}/called")
        reader.submit(0, move=other)
        assert kind_of(sheet_id) == "company"


def test_what_was_sent_is_not_moved_and_the_seller_is_told_what_to_do(app: Flask) -> None:
    reader, sheet_id = draft(app, "sole_trader")
    shops.send(sheet_id)
    assert "请先撤回" in reader.get("/registration/").words()
    reader.get("/registration/company")
    assert reader.submit().url == "/registration/mine?other"
    assert "交上去的申请换不了种类" in reader.page.words()
    shops.reopen(sheet_id, "credit_code", "licence_name")
    typed(reader, sheet_id, shops.CODES["company"])
    assert [button for button in reader.page.all("button") if button.get("name") == "move"] == []
    assert "交上去的申请换不了种类" in reader.page.words()
    reader.submit(0, move="company")
    assert kind_of(sheet_id) == "sole_trader"


def test_the_task_list_leads_to_the_other_kinds_and_the_draft_moves(app: Flask) -> None:
    reader, sheet_id = draft(app, "household")
    assert "/registration/" in reader.get(f"/sheets/{sheet_id}").links()
    page = reader.get("/registration/")
    assert [box.get("value") for box in page.all("input") if box.get("checked") is not None] == ["household"]
    assert "已经填好的，那边也要问的都会留着" in page.words()
    reader.submit(kind="collective")
    assert reader.submit().url == f"/sheets/{sheet_id}"
    assert (kind_of(sheet_id), shops.known(sheet_id)["shop_name"]) == ("collective", "九潮高山椪柑")


def test_a_page_of_the_old_kind_in_another_tab_leads_to_the_task_list(app: Flask) -> None:
    reader, sheet_id = draft(app, "household")
    reader.get(f"/sheets/{sheet_id}/ground")
    other = reader.page
    reader.get("/registration/cooperative")
    reader.submit()
    reader.page = other
    assert reader.submit(0, turn="next").url == f"/sheets/{sheet_id}"


def test_who_gets_it_stands_beside_the_place_and_the_answers(app: Flask) -> None:
    life = Life(app)
    seller = life.seller()
    reader, sheet_id = life.reader(seller), shops.filled(seller.id)
    pages = [f"/sheets/{sheet_id}/place", f"/sheets/{sheet_id}/check"]
    assert ["黎平县还没有人受理" in reader.get(page).words() for page in pages] == [True, True]
    life.staff("reviewer", place="5226")
    said = "黎平县没有自己的受理台：您的申请由黔东南苗族侗族自治州的受理台来看。"
    assert [said in reader.get(page).words() for page in pages] == [True, True]
    life.staff("reviewer", place=LIPING)
    assert ["受理" in reader.get(page).words() for page in pages] == [False, False]


def test_a_desk_for_everywhere_is_named_outside_of_the_office_s_own_county(app: Flask) -> None:
    Life(app).staff("reviewer", place="")
    with db.reading() as session:
        own, other = (desks.served(session, county + "100") for county in (LIPING, CONGJIANG))
        assert (own, other) == ("", "从江县没有自己的受理台：您的申请由全国的受理台来看。")
        assert [desks.served(session, place) for place in ("", "52", "5226", "nowhere")] == [""] * 4
