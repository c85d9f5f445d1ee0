"""The pages of a change: the seller's and the desk's."""

import pytest
from flask import Flask
from sqlalchemy import update
from sqlmodel import select

from portal import db
from portal.access import Actor
from portal.accounts import service as accounts
from portal.accounts.models import Staff
from portal.review import checks, remarks
from portal.review import service as review
from portal.review.models import Case
from portal.sheets import service as sheets
from portal.sheets.models import Sheet, Submission
from tests.registration.changes import NEW, begun, changed, decided, marked, of_sheet, sheet
from tests.registration.conftest import Approve
from tests.review.life import Life
from tests.sheets import shops
from tests.statements import statements


def test_of_the_first_round_only_what_was_changed_stands_out_old_and_new(approve: Approve, life: Life) -> None:
    first = approve()
    change, reviewer = changed(life, first), life.reader(life.staff("reviewer"))
    reviewer.get(f"/desk/review/{change.id}")
    with statements() as seen:
        page = reviewer.get(f"/desk/review/{change.id}")
    words = page.words()
    assert (len(seen) <= 6, f"{first.number[:4]}-{first.number[4:]}" in words) == (True, True), seen
    assert ("变更：店名改了" in words, marked(page)) == (True, ["店名"])
    assert ["".join(each.itertext()) for each in page.all("del")] == [shops.KNOWN["shop_name"]]
    queue = life.reader(life.staff("reviewer")).get("/desk/review/")
    assert "变更 · 农户、家庭手工" in queue.words()


def test_of_a_change_only_what_it_changed_is_ticked_and_remarked_on(approve: Approve, life: Life) -> None:
    change, officer = changed(life, approve()), life.staff("reviewer")
    life.do(review.take, change, officer)
    page = life.reader(officer).get(f"/desk/review/{change.id}")
    boxes = [box.get("value") for box in page.all("input") if box.get("name") == "ticked"]
    assert (boxes, [url for url in page.links() if "/remark/" in url]) == (
        ["shop_words"],
        [f"/desk/review/{change.id}/remark/shop_name"],
    )
    folded = "".join(page.all("details")[0].itertext())
    assert ("其他几项，和通过时一样" in folded, shops.KNOWN["called"] in folded) == (True, True)
    with db.writing() as session:
        now = session.exec(select(Case).where(Case.id == change.id)).one()
        checks.mark(session, now, checks.Boxes([], ["shop_words", "place"]), by=officer)
    assert list(life.now(change).ticks) == ["shop_words"]


def test_while_the_consent_is_taken_back_no_change_is_offered_and_the_page_says_why(
    approve: Approve, life: Life
) -> None:
    case = approve()
    seller = life.reader(Actor("seller", case.seller_id))
    seller.get("/registration/change")
    with db.writing() as session:
        accounts.withdraw(session, case.seller_id, "processing")
    assert seller.post("/registration/change", {"change": "goods"}).status == 409
    page = seller.get("/registration/change")
    assert (page.status, [box for box in page.all("input") if box.get("name") == "change"]) == (200, [])
    assert ("您收回了让县里看您材料的同意" in page.words(), "/accounts/me#consents" in page.links()) == (True, True)
    with db.writing() as session:
        accounts.give(session, case.seller_id, "processing", version=1, wording="同意")
    page = seller.get("/registration/change")
    assert len([box for box in page.all("input") if box.get("name") == "change"]) == 2


def test_one_change_at_a_time_and_the_second_is_told_so_with_a_link(approve: Approve, life: Life) -> None:
    case = approve("sole_trader")
    first = begun(case)
    assert (begun(case), begun(case, "goods"), begun(case, "nothing")) == (first, "Running", "NoSuchChange")
    seller = life.reader(Actor("seller", case.seller_id))
    page = seller.get("/registration/change")
    assert ("一次办一样：“店名改了”还没办完。" in page.words(), f"/sheets/{first}" in page.links()) == (True, True)
    page = seller.post("/registration/change", {"change": "goods"})
    assert (page.status, f"/sheets/{first}" in page.links()) == (409, True)
    shops.answer(first, "shop", shop_name=NEW)
    shops.send(first)
    page = seller.get("/registration/change")
    assert f"/review/cases/{of_sheet(first).id}" in page.links()
    assert begun(case) == "Running"


def test_a_change_that_came_back_leads_from_my_shop_to_what_is_to_be_mended(approve: Approve, life: Life) -> None:
    case = approve()
    change, seller = changed(life, case), life.reader(Actor("seller", case.seller_id))
    seen = []
    for sent_back in (False, True):
        if sent_back:
            life.do(review.take, change, officer := life.staff("reviewer"))
            life.do(remarks.remark, change, officer, key="shop_name", reason="SHOPNAME", words="")
            life.do(review.send_back, change, officer)
        seen.append(f"/sheets/{change.sheet_id}" in seller.get("/registration/mine").links())
    assert seen == [False, True]


def test_only_what_is_approved_can_be_changed_and_nothing_changed_is_not_sent(approve: Approve, life: Life) -> None:
    waiting = shops.filled(life.seller().id)
    shops.send(waiting)
    assert begun(of_sheet(waiting)) == "NotClosed"
    case = approve()
    sheet_id = begun(case)
    seller = life.reader(Actor("seller", case.seller_id))
    assert "您还什么都没改" in seller.get(f"/sheets/{sheet_id}/check").words()
    with pytest.raises(sheets.NothingChanged):
        shops.send(sheet_id)


def test_a_change_that_was_not_sent_is_dropped_without_a_trace(approve: Approve, life: Life) -> None:
    case, other = approve(), approve()
    sheet_id = begun(case)
    thief = life.reader(Actor("seller", other.seller_id))
    thief.get("/registration/change")
    assert thief.post("/registration/change/drop").status == 200
    assert sheet(sheet_id).state == "draft"
    seller = life.reader(Actor("seller", case.seller_id))
    seller.get("/registration/change")
    for _ in range(2):
        assert seller.post("/registration/change/drop").status == 200
    with db.reading() as session:
        assert session.exec(select(Sheet).where(Sheet.amends_id == case.sheet_id)).all() == []
        assert session.exec(select(Submission).where(Submission.round == 0)).all() == []


def test_the_sellers_page_shows_the_shop_and_the_change_in_few_statements(approve: Approve, life: Life) -> None:
    case = approve()
    seller = life.reader(Actor("seller", case.seller_id))
    page = seller.get("/registration/mine")
    assert "/registration/change" in page.links()
    change = changed(life, case)
    seller.get("/registration/mine")
    with statements() as seen:
        page = seller.get("/registration/mine")
    words = page.words()
    assert (len(seen) <= 4, "变更：店名改了" in words, case.title in words) == (True, True, True), seen
    assert (f"/review/cases/{change.id}" in page.links(), "/registration/change" in page.links()) == (True, False)
    decided(life, change, review.approve)
    page = seller.get("/registration/mine")
    assert ("上一次变更：店名改了" in page.words(), NEW in page.words()) == (True, True)


def test_of_a_change_too_a_day_is_promised_only_where_somebody_looks(approve: Approve, life: Life) -> None:
    case = approve()
    changed(life, case)
    seller = life.reader(Actor("seller", case.seller_id))
    said = ["前回话" in seller.get("/registration/mine").words()]
    with db.writing() as session:
        session.execute(update(Staff).values(active=False))
    said.append("前回话" in seller.get("/registration/mine").words())
    assert said == [True, False]


def test_a_seller_changes_the_name_page_by_page(app: Flask, approve: Approve, life: Life) -> None:
    case = approve()
    seller = life.reader(Actor("seller", case.seller_id))
    seller.get("/registration/change")
    assert seller.submit(0).url.endswith("/shop")
    assert seller.submit(0, turn="next", shop_name=NEW).url.endswith("/check")
    assert seller.submit().url == "/registration/mine?sent"
    with db.reading() as session:
        number = session.exec(select(Case.number).where(Case.amends_id == case.id)).one()
    large = ["".join(each.itertext()) for each in seller.page.all("b") if each.get("class") == "code"]
    assert (large, "变更：店名改了" in seller.page.words()) == ([f"{number[:4]}-{number[4:]}"], True)
    own = life.reader(Actor("seller", case.seller_id))
    with db.reading() as session:
        change = session.exec(select(Case).where(Case.amends_id == case.id)).one()
    assert "县里同意以前，您的店照旧。" in own.get(f"/review/cases/{change.id}").words()
    assert "您的店还是原来的样子" in own.get(f"/review/cases/{change.id}/withdraw").words()


def test_all_pages_of_a_change_are_complete_in_english(approve: Approve, life: Life) -> None:
    case = approve("sole_trader", licence_ends="2027-01-01")
    seller = life.reader(Actor("seller", case.seller_id))
    sheet_id = begun(case, "licence")
    for url in (
        "/registration/mine",
        "/registration/change",
        f"/sheets/{sheet_id}",
        f"/sheets/{sheet_id}/licence?faults",
        f"/sheets/{sheet_id}/check",
    ):
        assert seller.get(f"{url}{'&' if '?' in url else '?'}lang=en").status == 200


def test_the_photos_of_the_shop_are_there_in_its_change_too(approve: Approve, life: Life) -> None:
    case = approve("household")
    sheet_id = begun(case)
    shops.answer(sheet_id, "shop", shop_name=NEW)
    page = life.reader(Actor("seller", case.seller_id)).get(f"/sheets/{sheet_id}/check")
    assert ("我们自己看了一遍，没有看到要改的" in page.words(), "这张照片不在了" in page.words()) == (True, False)


def test_a_change_counts_no_steps_and_says_nothing_of_what_it_leaves_alone(approve: Approve, life: Life) -> None:
    said = {}
    for key, page in (("goods", "goods"), ("name", "shop")):
        case = approve(shop_sentence="自家种的，全县最好。")
        seller, sheet_id = life.reader(Actor("seller", case.seller_id)), begun(case, key)
        assert "步，共" not in seller.get(f"/sheets/{sheet_id}/{page}").words()
        said[key] = "不过请再看一眼" in seller.get(f"/sheets/{sheet_id}/check").words()
    assert said == {"goods": False, "name": True}


def test_whoever_was_refused_is_led_to_the_reason_before_starting_anew(approve: Approve, life: Life) -> None:
    first = approve()
    sheet_id = shops.filled(life.seller().id)
    shops.send(sheet_id)
    case, officer = of_sheet(sheet_id), life.staff("reviewer")
    life.do(review.reject, life.do(review.take, case, officer), officer, reason="TYPE", words="代码是公司的。")
    for each, expected in ((case, True), (first, False)):
        page = life.reader(Actor("seller", each.seller_id)).get("/registration/mine")
        assert ("为什么没有通过，可以问谁" in page.words(), f"/review/cases/{each.id}" in page.links()) == (
            expected,
            True,
        )
