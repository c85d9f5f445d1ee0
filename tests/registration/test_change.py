"""Something changes after approval: what is asked, what the office decides, and what counts when."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from portal import db
from portal.access import Actor
from portal.registration import papers, platform, standings
from portal.review import dossier, events, remarks
from portal.review import service as review
from portal.sheets import amending, twins
from portal.sheets import service as sheets
from portal.sheets.models import Sheet
from tests.registration.changes import NEW, begun, changed, decided, last_told, sheet
from tests.registration.conftest import Approve
from tests.review.life import Life
from tests.sheets import shops


def test_a_change_opens_its_own_questions_and_what_they_bring(approve: Approve) -> None:
    grower, trader = approve(), approve("sole_trader")
    opens = {}
    for case in (grower, trader):
        with db.reading() as session:
            first = session.get_one(Sheet, case.sheet_id)
            offers = [each.key for each in amending.offered(first)]
        for key in offers:
            made = sheet(begun(case, key))
            opens[case.kind, key] = amending.opened(made, sheets.answers(made))
            with db.writing() as session:
                amending.drop(session, made)
    assert opens == {
        ("household", "name"): ["shop"],
        ("household", "goods"): ["goods"],
        ("sole_trader", "licence"): ["licence"],
        ("sole_trader", "name"): ["shop"],
        ("sole_trader", "goods"): ["goods"],
    }


def test_one_more_thing_to_sell_asks_for_its_paper_too(approve: Approve) -> None:
    case = approve()
    sheet_id = begun(case, "goods")
    shops.answer(sheet_id, "goods", goods_kind=["fresh", "processed"], goods=[{"what": "椪柑"}, {"what": "腊肉"}])
    made = sheet(sheet_id)
    assert amending.opened(made, sheets.answers(made)) == ["goods", "food_paper"]
    with pytest.raises(sheets.Unfinished):
        shops.send(sheet_id)
    shops.answer(sheet_id, "food_paper", food_paper="none")
    assert shops.send(sheet_id).round == 1


def test_what_is_not_opened_stays_closed_and_a_new_licence_is_asked_for_anew(approve: Approve) -> None:
    case = approve("sole_trader", licence_ends="2030-12-31")
    sheet_id = begun(case, "licence")
    known = shops.known(sheet_id)
    assert ("licence_ends" in known, "licence_photo" in known, known["licence_name"]) == (
        False,
        False,
        shops.KNOWN["licence_name"],
    )
    with pytest.raises(sheets.Locked):
        shops.answer(sheet_id, "shop", shop_name=NEW)
    assert shops.known(sheet_id)["shop_name"] == shops.KNOWN["shop_name"]


def test_the_shop_stays_as_it_was_until_the_change_is_approved_and_then_it_counts_everywhere(
    approve: Approve, life: Life
) -> None:
    case = approve()
    change = changed(life, case)
    with db.reading() as session:
        record = platform.of_seller(session, case.seller_id)
    assert record is not None
    assert (record.case.id, record.case.title, life.now(case).state, change.amends_id) == (
        case.id,
        shops.KNOWN["shop_name"],
        "approved",
        case.id,
    )
    decided(life, change, review.approve)
    now = life.now(case)
    assert (now.title, now.state, now.round, now.number) == (NEW, "approved", 2, case.number)
    assert (shops.known(case.sheet_id)["shop_name"], shops.finds(case.sheet_id)["shop_name"]) == (NEW, NEW)
    with db.reading() as session:
        record = platform.of_seller(session, case.seller_id)
        assert record is not None
        assert sheets.submitted(record.submission)["shop_name"] == NEW
        assert {label: words for _, label, words in papers.receipt(session, now, "http://x").lines}["店名"] == NEW
        assert events.verify(session, now) is None
        steps = [(event.action, event.who_name) for event in events.of_case(session, case.id)]
    assert steps[-1] == ("amended", "王丽")
    assert [each.round for each in shops.submissions(case.sheet_id)] == [1, 2]
    assert last_told(case.seller_id) == f"您的变更 {change.number[:4]}-{change.number[4:]} 通过了，从现在起就按新的算。"


@pytest.mark.parametrize("end", ["reject", "withdraw"])
def test_a_change_that_is_refused_or_taken_back_leaves_the_shop_and_another_may_begin(
    approve: Approve, life: Life, end: str
) -> None:
    case = approve()
    before = shops.known(case.sheet_id)
    change = changed(life, case)
    if end == "reject":
        decided(life, change, review.reject, reason="SHOPNAME", words="这个名字不行")
        assert "您的店还是原来的样子" in last_told(case.seller_id)
    else:
        life.do(review.withdraw, change, Actor("seller", case.seller_id))
    now = life.now(case)
    assert (now.title, now.state, now.round, shops.known(case.sheet_id)) == (case.title, "approved", 1, before)
    assert sheet(begun(case)).state == "draft"


def test_a_change_is_sent_back_mended_and_approved_like_any_application(approve: Approve, life: Life) -> None:
    case = approve()
    change = changed(life, case, shop_sentence="新的一句话。")
    officer = life.staff("reviewer")
    life.do(review.take, change, officer)
    life.do(remarks.remark, change, officer, key="shop_name", reason="SHOPNAME", words="")
    life.do(review.send_back, change, officer)
    shops.answer(change.sheet_id, "shop", shop_name="九潮更好的名字")
    shops.send(change.sheet_id)
    with db.reading() as session:
        found = dossier.for_staff(session, officer, change.id)
    assert found is not None
    rows = {row.key: row for part in found.parts for row in part.rows if row.amended or row.changed}
    assert {key: (row.changed, row.before, row.words) for key, row in rows.items()} == {
        "shop_name": (True, shops.KNOWN["shop_name"], "九潮更好的名字"),
        "shop_sentence": (False, shops.KNOWN["shop_sentence"], "新的一句话。"),
    }
    decided(life, change, review.approve)
    assert (life.now(case).title, life.now(case).round) == ("九潮更好的名字", 2)


def test_two_tabs_that_begin_at_once_begin_one(approve: Approve) -> None:
    case = approve("sole_trader")
    with ThreadPoolExecutor(4) as many:
        came = sorted(set(many.map(lambda _: begun(case), range(4))))
    with db.reading() as session:
        assert [each.id for each in session.exec(select(Sheet).where(Sheet.amends_id == case.sheet_id))] == came


def test_the_first_application_is_never_dropped_and_a_sent_change_is_withdrawn_instead(
    approve: Approve, life: Life
) -> None:
    case = approve()
    change = changed(life, case)
    with db.writing() as session:
        for sheet_id in (case.sheet_id, change.sheet_id):
            try:
                amending.drop(session, session.get_one(Sheet, sheet_id))
            except sheets.Locked:
                continue
    assert (sheet(case.sheet_id).seller_id, sheet(change.sheet_id).state) == (case.seller_id, "sent")


def test_a_shop_and_its_change_are_no_duplicates_of_each_other_and_count_once(approve: Approve, life: Life) -> None:
    case, other = approve("sole_trader"), approve("sole_trader")
    change = changed(life, case)
    with db.reading() as session:
        for each, number in ((case, 1), (change, 1), (other, 1)):
            wanted, known = sheets.set_of(sheet(each.sheet_id)), shops.known(each.sheet_id)
            same, _ = twins.of(session, each.sheet_id, wanted, known)
            assert same["credit_code"] == twins.Twins(own=0, others=number), each.amends_id
            assert same[twins.PHONE] == twins.Twins(), each.amends_id


def test_changes_are_no_shops_of_their_own_in_the_list_and_have_no_papers_of_a_shop(
    approve: Approve, life: Life
) -> None:
    case = approve()
    change = decided(life, changed(life, case), review.approve)
    with db.reading() as session:
        rows, _ = standings.page(session, life.staff("helper"), standings.Wanted())
        assert [(row.case_id, row.title) for row in rows] == [(case.id, NEW)]
        assert platform.of_case(session, change.id) is None
    assert [name for name, _ in papers.offered(change)] == ["outcome", "receipt"]
