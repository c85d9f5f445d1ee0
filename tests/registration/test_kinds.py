"""The five kinds of seller: each registers, and whoever chose the wrong one is moved with the answers kept."""

import pytest
from flask import Flask

from portal import db
from portal.office.service import office
from portal.registration import desks, sellers
from portal.registration import service as registration
from portal.review import service as review
from portal.review import status
from portal.sheets import service as sheets
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


@pytest.mark.parametrize("sent", [False, True])
@pytest.mark.parametrize("code", ["12522631MA00100028", "33522631MA00100049"])
def test_a_kind_that_has_no_forms_here_is_told_whom_to_ring_whether_sent_or_not(
    app: Flask, code: str, sent: bool
) -> None:
    reader, sheet_id = draft(app, "collective")
    if sent:
        shops.send(sheet_id)
        shops.reopen(sheet_id, "credit_code")
    typed(reader, sheet_id, code)
    words = reader.page.words()
    rings = f"我们没有这一种的申请表。县里的电话： {office().phone}"
    assert (rings in words, "换不了种类" in words, "撤回" in words) == (True, False, False)


@pytest.mark.parametrize("end", ["withdrawn", "rejected"])
def test_whoever_sent_the_wrong_kind_begins_the_right_one_with_the_answers_kept(app: Flask, end: str) -> None:
    life = Life(app)
    seller, officer = life.seller(), life.staff("reviewer")
    reader, sheet_id = life.reader(seller), shops.filled(seller.id, "company")
    case = life.send(sheet_id, {})
    if end == "withdrawn":
        reader.get(f"/review/cases/{case.id}/withdraw")
        reader.submit()
    else:
        life.do(review.reject, life.do(review.take, case, officer), officer, reason="TYPE", words="是合作社")
    reader.get("/registration/cooperative")
    before, begun = shops.known(sheet_id), reader.submit().url.split("/")[2]
    after = shops.known(begun)
    photos = [key for key in ("licence_photo", "shop_picture") if after.pop(key) == before.pop(key)]
    anew = {"consent_processing", "declaration"}
    assert (kind_of(begun), begun == sheet_id, photos, shops.photos(begun)) == ("cooperative", False, [], 2)
    assert after == {key: value for key, value in before.items() if key not in anew}
    with db.reading() as session:
        assert set(session.get_one(Sheet, begun).typed_by.values()) == {seller.id}


def test_what_was_emptied_since_the_answers_came_over_stays_empty(app: Flask) -> None:
    life = Life(app)
    seller = life.seller()
    sheet_id = shops.filled(seller.id, "company")
    life.do(review.withdraw, life.send(sheet_id, {}), seller)
    with db.writing() as session:
        begun = registration.begin(session, seller_id=seller.id, kind="household").id
    shops.answer(begun, "called", called=None)
    with db.writing() as session:
        assert "called" not in sheets.answers(registration.begin(session, seller_id=seller.id, kind="household"))


def test_a_declaration_in_other_words_is_made_anew(app: Flask) -> None:
    reader, sheet_id = draft(app, "company")
    reader.get("/registration/cooperative")
    reader.submit()
    assert (kind_of(sheet_id), "declaration" in shops.known(sheet_id)) == ("cooperative", False)


def test_the_task_list_leads_to_the_other_kinds_and_the_draft_moves(app: Flask) -> None:
    reader, sheet_id = draft(app, "household")
    assert "/registration/" in reader.get(f"/sheets/{sheet_id}").links()
    page = reader.get("/registration/")
    assert [box.get("value") for box in page.all("input") if box.get("checked") is not None] == ["household"]
    assert "已经填好的，那边也要问的都会留着" in page.words()
    reader.submit(kind="collective")
    assert reader.submit().url == f"/sheets/{sheet_id}"
    assert (kind_of(sheet_id), shops.known(sheet_id)["shop_name"]) == ("collective", "九潮高山椪柑")


def test_whoever_reads_the_list_of_another_kind_is_told_that_starting_moves_the_draft(app: Flask) -> None:
    reader, sheet_id = draft(app, "company")
    said = "您填了一半的是“企业”"
    assert [said in reader.get(f"/registration/{kind}").words() for kind in ("household", "company")] == [True, False]
    shops.send(sheet_id)
    assert said not in reader.get("/registration/household").words()
    assert said not in Reader(app).get("/registration/household").words()


@pytest.mark.parametrize(
    ("kind", "lost"),
    [
        ("cooperative", []),
        ("collective", ["种养的记录，您记了吗？记好的存满 2 年", "新鲜的东西包好了卖，包装上写齐六样吗？"]),
    ],
)
def test_what_the_other_kind_does_not_ask_is_listed_before_it_is_lost(app: Flask, kind: str, lost: list[str]) -> None:
    reader, _ = draft(app, "company")
    note = reader.get(f"/registration/{kind}").one("leaves")
    assert [row.text for row in note.iter("li")] == lost


def test_whoever_signs_in_after_pressing_is_asked_before_the_draft_moves(app: Flask) -> None:
    life = Life(app)
    visitor, sheet_id = Reader(app), shops.filled(life.seller("15400000001").id, "company")
    before = shops.known(sheet_id)
    visitor.get("/registration/household")
    visitor.submit()
    page = shops.sign_in(visitor)
    assert (page.url, kind_of(sheet_id), shops.known(sheet_id)) == ("/registration/household", "company", before)
    assert "您填了一半的是“企业”" in page.words()
    assert (visitor.submit().url, kind_of(sheet_id)) == (f"/sheets/{sheet_id}", "household")


def test_of_two_tabs_that_choose_another_kind_the_second_is_asked_anew(app: Flask) -> None:
    reader, sheet_id = draft(app, "company")
    first, second = reader.get("/registration/household"), reader.get("/registration/cooperative")
    reader.page = first
    reader.submit()
    reader.page = second
    page = reader.submit()
    assert (page.url, kind_of(sheet_id)) == ("/registration/cooperative", "household")
    assert "您填了一半的是“农户、家庭手工”" in page.words()


def test_a_page_of_the_old_kind_in_another_tab_leads_to_the_task_list(app: Flask) -> None:
    reader, sheet_id = draft(app, "household")
    reader.get(f"/sheets/{sheet_id}/ground")
    other = reader.page
    reader.get("/registration/cooperative")
    reader.submit()
    reader.page = other
    assert reader.submit(0, turn="next").url == f"/sheets/{sheet_id}?dropped"


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


def test_no_day_is_promised_while_nobody_looks(app: Flask) -> None:
    life = Life(app)
    seller = life.seller("13800005678")
    case = life.send(shops.filled(seller.id), {})
    reader, promise, nobody = life.reader(seller), f"{case.due.month} 月 {case.due.day} 日", "什么时候有人看"
    pages = ["/registration/mine", f"/review/cases/{case.id}"]
    said = [[[words in reader.get(page).words() for words in (f"{promise}前回话", nobody)] for page in pages]]
    asked = [status.ask(case.number, "5678").due]
    life.staff("reviewer", place="5226")
    said.append([[words in reader.get(page).words() for words in (f"{promise}前回话", nobody)] for page in pages])
    asked.append(status.ask(case.number, "5678").due)
    assert (said, asked) == ([[[False, True]] * 2, [[True, False]] * 2], [None, case.due])


def test_a_desk_for_everywhere_is_named_outside_of_the_office_s_own_county(app: Flask) -> None:
    Life(app).staff("reviewer", place="")
    with db.reading() as session:
        own, other = (desks.served(session, county + "100") for county in (LIPING, CONGJIANG))
        assert (own, other) == ("", "从江县没有自己的受理台：您的申请由全国的受理台来看。")
        assert [desks.served(session, place) for place in ("", "52", "5226", "nowhere")] == [""] * 4
