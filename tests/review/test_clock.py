"""The clock of a case: it counts the office's working days and stands still while the seller mends."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from portal import db
from portal.access import Actor
from portal.office import sections
from portal.review import cells, clock, counts, days, queue, remarks, service, status
from portal.review.models import Case, Cell
from portal.review.queue import Wanted
from tests.office.conftest import put
from tests.review.life import LIPING, Life

MONDAY = datetime(2026, 11, 16, 2, 30, tzinfo=UTC)


def on(day: int) -> None:
    """Let it be ten in the morning of a day of that November; 16, 23 and 30 are Mondays."""
    month, day = (11, day) if day <= 30 else (12, day - 30)
    db.set_now(MONDAY.replace(month=month, day=day))


def sent_back(life: Life, officer: Actor, *, sent: int, back: int) -> Case:
    on(sent)
    case = life.sent()
    on(back)
    case = life.do(service.take, case, officer)
    life.do(remarks.remark, case, officer, key="name", reason="BLUR", words="换一个")
    return life.do(service.send_back, case, officer)


@pytest.mark.parametrize(
    ("sent", "back", "again", "used", "due"),
    [
        (16, 17, 24, 1, date(2026, 11, 26)),  # one of three days is used: two are left
        (16, 16, 24, 0, date(2026, 11, 27)),
        (16, 18, 18, 2, date(2026, 11, 19)),
        (16, 19, 30, 3, date(2026, 12, 1)),  # used up: a day that is to come is promised all the same
        (16, 25, 30, 7, date(2026, 12, 1)),
        (20, 23, 28, 1, date(2026, 12, 1)),  # a weekend uses nothing
    ],
)
def test_the_days_with_the_seller_do_not_count(
    life: Life, sent: int, back: int, again: int, used: int, due: date
) -> None:
    officer = life.staff("reviewer")
    case = sent_back(life, officer, sent=sent, back=back)
    answer = clock.next_answer(case)
    on(again)
    case = life.send(case.sheet_id, {"name": "换好的名字"})
    assert (case.used, case.due, case.state) == (used, due, "resubmitted")
    assert days.between(db.today(), due) == answer
    with db.reading() as session:
        row = queue.page(session, officer, Wanted())[0][0]
    assert (row.due, row.late) == (due, "")
    on(again + 1)
    assert clock.so_far(row.used, row.sent_at) == used + (again not in (28,))


def test_holidays_use_nothing_up(life: Life) -> None:
    put(sections.DAYS, {"lines": "2026-11-17 至 2026-11-18 节日"})
    case = sent_back(life, life.staff("reviewer"), sent=16, back=19)
    on(20)
    assert life.send(case.sheet_id, {"name": "换好的名字"}).used == 1


def test_all_pages_and_papers_name_one_day(life: Life) -> None:
    officer, seller = life.staff("reviewer"), life.seller("13900001234")
    on(16)
    case = life.sent(seller)
    on(17)
    life.do(service.take, case, officer)
    life.do(remarks.remark, case, officer, key="name", reason="BLUR", words="换一个")
    case = life.do(service.send_back, case, officer)
    on(24)
    case = life.send(case.sheet_id, {"name": "换好的名字"})
    words = "11月26日"
    assert words in life.reader(officer).get(f"/desk/review/{case.id}").text
    assert words in life.reader(seller).get(f"/review/cases/{case.id}").text
    assert str(status.ask(case.number, "1234").due) == "2026-11-26"


def test_what_a_decision_took_is_counted_and_undone_with_it(life: Life) -> None:
    officer = life.staff("reviewer")
    case = sent_back(life, officer, sent=16, back=17)
    on(23)
    case = life.send(case.sheet_id, {"name": "换好的名字"})
    case = life.do(service.take, case, officer)
    assert case.took is None
    on(25)
    assert life.do(service.approve, case, officer).took == 3


def test_a_withdrawn_case_is_no_decision_of_ours(life: Life) -> None:
    case = life.in_state("withdrawn", life.staff("reviewer"))
    with db.reading() as session:
        assert (case.took, counts.pace(session, (LIPING,))) == (None, None)


def decided(life: Life, officer: Actor, took: int) -> None:
    on(2)
    case = life.do(service.take, life.sent(), officer)
    on(2 + took)
    life.do(service.approve, case, officer)


def test_the_pace_is_the_middle_and_nine_of_ten_of_the_last_thirty_days(life: Life) -> None:
    officer = life.staff("reviewer")
    for took in (0, 0, 1, 1, 1, 2, 2, 3, 3, 4):
        decided(life, officer, took)
    with db.reading() as session:
        assert counts.pace(session, (LIPING,)) == counts.Pace(10, 1, 3)
        assert counts.pace(session, ("522633",)) is None
    words = "最近 30 天办结 10 件：一半在 1 个工作日内办完，九成在 3 个工作日内办完。"
    assert words in life.reader(officer).get("/desk/review/").text
    on(33)  # those of the second and third of November are over
    with db.reading() as session:
        assert counts.pace(session, (LIPING,)) == counts.Pace(5, 3, 4)


def test_counts_summed_up_are_the_same_and_those_counted_afresh_too(life: Life) -> None:
    officer = life.staff("reviewer")
    on(16)
    for state in ("submitted", "in_review", "changes_requested", "resubmitted", "approved", "rejected", "withdrawn"):
        life.in_state(state, officer)

    def seen() -> object:
        with db.reading() as session:
            every = [counts.counts(session, officer, Wanted(desk)) for desk in ("waiting", "seller", "done")]
            return every, counts.pace(session, officer.places), counts.morning(session, officer.places)

    before = seen()
    cells.sum_up("")
    summed = seen()
    with db.writing() as session:
        cells.recount(session)
    assert (summed, seen()) == (before, before)


def test_counts_are_kept_just_as_long_as_the_same_cells_stand(life: Life, statements: list[str]) -> None:
    officer, colleague = life.staff("reviewer"), life.staff("reviewer", name="吴丽")
    on(16)
    case = life.in_state("submitted", officer)

    def seen() -> tuple[int, dict[str, int]]:
        with db.reading() as session:
            stands = counts.standing(session, officer.places, Wanted())
            found = counts.counts(session, officer, Wanted(), stands)
        return found.total, found.facets["holder"]

    before = seen()
    statements.clear()
    again, asked = seen(), len(statements)
    life.do(service.take, case, colleague)
    taken = seen()
    life.in_state("submitted", officer)
    free = {"free": 1}
    assert (before, again, asked) == ((1, free), (1, free), 1)
    assert (taken, seen()) == ((1, {"": 1}), (2, {"": 1, **free}))


def test_no_number_of_a_cell_is_given_twice(life: Life) -> None:
    known: dict[int, dict[str, object]] = {}

    def recount() -> None:
        with db.writing() as session:
            cells.recount(session)

    officer = life.staff("reviewer")
    on(16)
    steps = [recount, recount, lambda: life.in_state("submitted", officer), lambda: cells.sum_up(""), recount]
    for step in [*steps, *steps[2:], *steps]:
        step()
        with db.reading() as session:
            now = {cell.seq or 0: cell.model_dump() for cell in session.exec(select(Cell))}
        assert {seq: known.get(seq, cell) for seq, cell in now.items()} == now
        assert max(now) >= max(known, default=0)
        known |= now
