"""A decision on a change settles after ten minutes like any other; until then, or undone, the shop is untouched."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from portal import db
from portal.access import Actor
from portal.notices import service as notices
from portal.registration import service
from portal.review import choosing, decisions, dossier, earlier, erasing, events, numbers, remarks, runs
from portal.review import service as review
from portal.review.choosing import Plan
from portal.review.kinds import kinds, register_kind
from portal.review.models import Case, RunItem
from tests.registration.changes import NEW, begun, changed, last_told, sheet
from tests.registration.conftest import Approve
from tests.review.life import Life
from tests.sheets import shops


def shop(life: Life, case: Case) -> tuple[Any, ...]:
    """What counts of an approved shop."""
    now = life.now(case)
    return now.title, now.round, now.state, shops.known(case.sheet_id)["shop_name"]


def later(minutes: float) -> None:
    """Let time pass, and the clock call."""
    db.set_now(db.now() + timedelta(minutes=minutes))
    decisions.settle_due("")


def approved(life: Life, change: Case) -> Actor:
    """An officer approves a change; the ten minutes begin."""
    officer = life.staff("reviewer")
    life.do(review.take, change, officer)
    life.do(decisions.approve, change, officer, settled=False)
    return officer


def told(case: Case) -> list[str]:
    with db.reading() as session:
        return [each.kind for each in notices.for_case(session, case.id)]


def test_an_approved_change_goes_over_after_ten_minutes_and_not_before(approve: Approve, life: Life) -> None:
    case = approve()
    before, change = shop(life, case), changed(life, case)
    approved(life, change)
    later(9.9)
    with db.reading() as session:
        mine = service.mine(session, case.seller_id)
        assert mine is not None
        assert mine.change is not None
        assert mine.change.told is not None
        assert (mine.change.told.key, mine.change.open) == ("in_review", True)
    assert (shop(life, case), told(change), begun(case)) == (before, ["received"], "Running")
    page = life.reader(Actor("seller", case.seller_id)).get("/registration/mine")
    assert ("县里在看" in page.words(), "通过了，从现在起" in page.words()) == (True, False)
    later(0.2)
    later(20)
    assert shop(life, case) == (NEW, 2, "approved", NEW)
    assert (told(change), "从现在起就按新的算" in last_told(case.seller_id)) == (["received", "decided"], True)
    with db.reading() as session:
        happened = [event.action for event in events.of_case(session, case.id)]
    assert happened.count("amended") == 1
    assert sheet(begun(case)).state == "draft"


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_a_decision_on_a_change_that_is_undone_leaves_the_shop_and_the_change_stays_open(
    approve: Approve, life: Life, verb: str
) -> None:
    case = approve()
    before, change = shop(life, case), changed(life, case)
    officer = life.staff("reviewer")
    life.do(review.take, change, officer)
    more = {"reason": "SHOPNAME", "words": "这个名字不行"} if verb == "reject" else {}
    life.do(getattr(decisions, verb), change, officer, settled=False, **more)
    life.do(decisions.undo, change, officer)
    later(60)
    now = life.now(change)
    assert (shop(life, case), now.state, told(change), sheet(change.sheet_id).state, begun(case)) == (
        before,
        "in_review",
        ["received"],
        "sent",
        "Running",
    )
    life.do(decisions.approve, change, officer)
    assert shop(life, case) == (NEW, 2, "approved", NEW)


def test_a_change_too_asks_for_a_second_person_where_its_kind_does(approve: Approve, life: Life) -> None:
    case = approve()
    before, change = shop(life, case), changed(life, case)
    known = kinds()[case.kind]
    register_kind(replace(known, second_check=True))
    try:
        first = approved(life, change)
        later(60)
        assert (life.now(change).state, shop(life, case)) == ("to_approve", before)
        with pytest.raises(decisions.SecondPerson):
            life.do(decisions.confirm, change, first)
        life.do(decisions.confirm, change, life.staff("reviewer", name="李强"))
    finally:
        register_kind(known)
    assert shop(life, case) == (NEW, 2, "approved", NEW)


def test_a_run_over_changes_and_first_applications_does_the_same_to_both(approve: Approve, life: Life) -> None:
    case = approve()
    change = changed(life, case)
    fresh = shops.filled(life.seller().id)
    shops.send(fresh)
    with db.reading() as session:
        first = session.exec(select(Case).where(Case.sheet_id == fresh)).one()
    officer = life.staff("reviewer")
    with db.writing() as session:
        run = choosing.choose(
            session, {each.id: life.now(each).version for each in (change, first)}, by=officer, key=""
        )
        run = choosing.plan(session, run, Plan("approve"), by=officer)
        run = runs.ask(session, run, by=officer, version=run.version)
    while runs.work(f"{run.id}.{run.go}") is not None:
        pass
    with db.reading() as session:
        items = session.exec(select(RunItem).where(RunItem.run_id == run.id).order_by(col(RunItem.at))).all()
    assert [(item.state, item.why) for item in items] == [("done", "")] * 2
    assert [life.now(each).state for each in (change, first)] == ["approved"] * 2
    later(11)
    assert (shop(life, case), life.now(first).told) == ((NEW, 2, "approved", NEW), "approved")


def test_the_first_photos_stay_until_a_change_is_settled(approve: Approve, life: Life) -> None:
    case = approve()
    change = changed(life, case)
    approved(life, change)
    after = db.now() + timedelta(days=1)
    with db.reading() as session:
        assert case.id not in {each.subject for each in erasing.photos_due(session, after, "")}
    later(11)
    with db.reading() as session:
        assert case.id in {each.subject for each in erasing.photos_due(session, after, "")}


def test_the_desk_names_a_shop_and_its_changes_once_and_no_earlier_application_twice(
    approve: Approve, life: Life
) -> None:
    case = approve()
    change = life.now(changed(life, case))
    officer = life.staff("reviewer")
    with db.reading() as session:
        found = {each.id: dossier.for_staff(session, officer, each.id) for each in (case, change)}
        assert [earlier.others(session, officer, each) for each in (life.now(case), change)] == [[], []]
    first, second = found[case.id], found[change.id]
    assert first is not None
    assert second is not None
    assert ([each.case and each.case.id for each in first.changed_by], second.amends_number) == (
        [change.id],
        first.number,
    )
    assert [row.key for row in second.differences] == ["shop_name"]


def test_what_its_seller_is_told_of_a_change_calls_it_a_change(approve: Approve, life: Life) -> None:
    case = approve()
    change = changed(life, case)
    number = numbers.shown(change.number)
    assert last_told(case.seller_id).startswith(f"您的变更 {number} 收到了，")
    officer = life.staff("reviewer")
    life.do(review.take, change, officer)
    life.do(remarks.remark, change, officer, key="shop_name", reason="SHOPNAME", words="")
    life.do(review.send_back, change, officer)
    assert last_told(case.seller_id).startswith(f"您的变更 {number} 要改 1 处：")
    shops.answer(change.sheet_id, "shop", shop_name="九潮好名字")
    shops.send(change.sheet_id)
    assert last_told(case.seller_id).startswith(f"您的变更 {number} 收到了，")
