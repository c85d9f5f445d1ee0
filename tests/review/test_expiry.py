"""Papers that run out: who is told when, once; and what the desk sees of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import select

from portal import db
from portal.access import Actor
from portal.accounts.models import Seller
from portal.config import Settings
from portal.jobs import worker
from portal.keeping import service as keeping
from portal.notices import service as notices
from portal.notices.models import Notice
from portal.registration import service as registration
from portal.registration import standings
from portal.review import expiry
from portal.review import service as review
from portal.review.models import Case, Reminder
from portal.sheets import pictures
from portal.sheets.models import Sheet
from tests.keeping.lives import NOON, after
from tests.review.life import CONGJIANG, Life
from tests.sheets import shops

DAY = NOON.date()


@pytest.fixture
def life(app: Flask) -> Life:
    """People, on a fixed day."""
    after(0)
    return Life(app)


Shop = Callable[..., Case]


@pytest.fixture
def shop(life: Life) -> Shop:
    """Makes an approved trader whose licence runs out so many days after the fixed day."""

    def made(days: int | None = 60, seller: Actor | None = None, decide: bool = True) -> Case:
        ends = "never" if days is None else (DAY + timedelta(days=days)).isoformat()
        sheet_id = shops.filled((seller or life.seller()).id, "sole_trader", licence_ends=ends)
        shops.send(sheet_id)
        case = _case(sheet_id)
        if not decide:
            return case
        officer = life.staff("reviewer")
        life.do(review.take, case, officer)
        return life.do(review.approve, case, officer)

    return made


def _case(sheet_id: str) -> Case:
    with db.reading() as session:
        return session.exec(select(Case).where(Case.sheet_id == sheet_id)).one()


def run(days: float) -> None:
    """What the clock starts on that day: until nothing is left."""
    after(days)
    while expiry.remind(db.today().isoformat()) is not None:
        pass


def steps(case: Case) -> list[tuple[int, str]]:
    """At which steps the seller was told, of which day."""
    with db.reading() as session:
        rows = session.exec(select(Reminder).where(Reminder.case_id == case.id)).all()
        told = session.exec(select(Notice).where(Notice.case_id == case.id, Notice.kind == "expiry")).all()
    assert len(rows) == len(told)
    return sorted(((row.step, row.day) for row in rows), reverse=True)


def test_the_seller_is_told_at_ninety_thirty_and_seven_days_and_once_each(shop: Shop) -> None:
    case = shop(100)
    ends = (DAY + timedelta(days=100)).isoformat()
    told = []
    for days in (9, 10, 10, 11, 69, 70, 92, 93, 100, 101, 140):
        run(days)
        told.append(len(steps(case)))
    assert (told, steps(case)) == ([0, 1, 1, 1, 1, 2, 2, 3, 3, 3, 3], [(90, ends), (30, ends), (7, ends)])
    with db.reading() as session:
        said = [each.text for each in notices.for_person(session, case.seller_id) if each.kind == "expiry"]
    assert (
        said[0]
        == "您的营业执照到 2027 年 2 月 28 日 就到期了。换了新的，请登录，在“我的店”里点“有变了，我要改”告诉我们。"
    )


def test_a_licence_that_has_little_left_when_approved_is_told_of_once(shop: Shop) -> None:
    case = shop(20)
    run(0.5)
    assert steps(case) == []  # the day of the decision has its own message
    run(2)
    run(3)
    assert [step for step, _ in steps(case)] == [30]


def test_nobody_is_told_who_has_no_date_is_not_approved_practises_or_is_forgotten(shop: Shop, life: Life) -> None:
    cases = [shop(None), shop(decide=False)]
    seller = life.seller()
    with db.writing() as session:
        session.get_one(Seller, seller.id).practice = True
    cases += [shop(seller=seller), shop()]
    with db.writing() as session:
        keeping.erase(session, cases[-1].seller_id)
    run(40)
    assert [steps(case) for case in cases] == [[]] * 4


def renew(life: Life, case: Case, days: int) -> Case:
    """The seller tells of a new licence."""
    with db.writing() as session:
        sheet_id = registration.change(session, seller_id=case.seller_id, key="licence").id
    ends = (DAY + timedelta(days=days)).isoformat()
    with db.writing() as session:
        photo = pictures.add(session, session.get_one(Sheet, sheet_id), "licence_photo", pictures.store(shops.photo()))
    shops.answer(sheet_id, "licence", licence_ends=ends, licence_photo=photo)
    shops.send(sheet_id)
    return _case(sheet_id)


def test_a_licence_renewed_in_time_is_told_of_no_more_from_the_sending_on(shop: Shop, life: Life) -> None:
    case = shop(60)
    run(2)
    change = renew(life, case, 1000)
    run(40)
    assert [step for step, _ in steps(case)] == [90]
    officer = life.staff("reviewer")
    life.do(review.take, change, officer)
    life.do(review.approve, change, officer)
    run(55)
    assert [step for step, _ in steps(case)] == [90]
    run(1000 - 25)
    assert [step for step, _ in steps(case)] == [90, 30]


def test_when_the_new_licence_is_refused_the_old_one_is_told_of_again(shop: Shop, life: Life) -> None:
    case = shop(60)
    run(2)
    change = renew(life, case, 1000)
    officer = life.staff("reviewer")
    life.do(review.take, change, officer)
    life.do(review.reject, change, officer, reason="BLUR", words="看不清")
    run(40)
    assert [step for step, _ in steps(case)] == [90, 30]


def test_nobody_is_woken_at_night(shop: Shop) -> None:
    case = shop(60)
    after(2)
    db.set_now(db.now().astimezone(db.CHINA).replace(hour=3))
    assert expiry.remind(db.today().isoformat()) is None
    assert steps(case) == []


def test_two_processes_at_once_and_a_run_that_died_tell_once(shop: Shop) -> None:
    cases = [shop(60) for _ in range(3)]
    after(2)
    with db.reading() as session:
        todo = expiry.due(session)

    def told(_: int) -> list[bool]:
        came = []
        for case, paper, step in todo:
            with db.writing() as session:
                came.append(expiry.tell(session, case, paper, step=step))
        return came

    with ThreadPoolExecutor(3) as many:
        came = [each for one in many.map(told, range(3)) for each in one]
    assert (sum(came), [len(steps(case)) for case in cases]) == (3, [1, 1, 1])
    run(2)
    assert [len(steps(case)) for case in cases] == [1, 1, 1]


def test_the_clock_asks_for_the_day_and_the_job_process_does_it(shop: Shop, settings: Settings) -> None:
    case = shop(60)
    after(2)
    expiry.remind("")
    expiry.remind("")
    worker.drain(settings)
    assert len(steps(case)) == 1


def test_being_told_is_no_activity_of_the_seller(shop: Shop) -> None:
    case = shop(60)
    with db.reading() as session:
        before = session.get_one(Seller, case.seller_id).active_at
    run(2)
    with db.reading() as session:
        assert session.get_one(Seller, case.seller_id).active_at == before


@pytest.mark.parametrize(
    ("days", "said", "fact"),
    [
        (80, "还有 80 天", "还有 80 天"),
        (1, "还有 1 天", "还有 1 天"),
        (0, "营业执照：今天到期", "还有 0 天"),
        (-3, "已经到期", "已经过期，过了 3 天"),
    ],
)
def test_the_sellers_page_and_the_desk_say_how_long_it_holds(
    shop: Shop, life: Life, days: int, said: str, fact: str
) -> None:
    case = shop(100)
    after(100 - days)
    seller = life.reader(Actor("seller", case.seller_id)).get("/registration/mine")
    assert (said in seller.words(), "我换了新的" in seller.words()) == (True, True)
    reviewer = life.reader(life.staff("reviewer", "helper"))
    assert said in reviewer.get(f"/desk/registration/platform/{case.id}").words()
    page = reviewer.get(f"/desk/review/{case.id}")
    assert [page.words().count(each) for each in (fact, said)] == [1, 1 if fact == said else 0]


def test_far_off_the_seller_reads_nothing_of_it(shop: Shop, life: Life) -> None:
    case = shop(91)
    seller = life.reader(Actor("seller", case.seller_id)).get("/registration/mine")
    assert "我换了新的" not in seller.words()


def test_the_shops_of_a_place_are_found_by_how_long_their_papers_hold(shop: Shop, life: Life) -> None:
    late, week, month, quarter, never = (shop(days) for days in (-2, 5, 29, 90, None))
    shop(3, decide=False)
    helper, other = life.staff("helper"), life.staff("helper", place=CONGJIANG)
    found = {}
    for days in standings.EXPIRIES:
        with db.reading() as session:
            rows, _ = standings.page(session, helper, standings.Wanted(expiry=days))
            assert standings.page(session, other, standings.Wanted(expiry=days))[0] == []
        found[days] = {row.case_id for row in rows}
    assert found == {
        "-1": {late.id},
        "7": {late.id, week.id},
        "30": {late.id, week.id, month.id},
        "90": {late.id, week.id, month.id, quarter.id},
    }
    page = life.reader(helper).get("/desk/registration/platform?expiry=-1")
    assert [link for link in page.links() if any(each.id in link for each in (late, week, never))] == [
        f"/desk/registration/platform/{late.id}"
    ]
    assert life.reader(helper).get("/desk/registration/platform?expiry=x").status == 200
