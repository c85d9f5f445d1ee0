"""The filters of the queue: links that combine, true counts, and pages that never read the whole table."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select

from portal import db
from portal.access import Actor
from portal.review import cells, counts, moves, queue, remarks, service
from portal.review.models import Case
from portal.review.queue import Wanted
from tests.review.life import CONGJIANG, LIPING, Life
from tests.review.test_queue import fill, rows

WEDNESDAY = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)


def listed(actor: Actor, wanted: Wanted) -> int:
    """How many rows all pages have, and no row twice."""
    seen: list[int] = []
    with db.reading() as session:
        more = True
        while more:
            some, more = queue.page(session, actor, wanted)
            seen += [row.seq for row in some]
            wanted = queue.after(wanted, some[-1]) if some else wanted
    assert len(set(seen)) == len(seen)
    return len(seen)


def mixed(life: Life) -> Actor:
    """Cases of all sorts, and an officer of their county."""
    db.set_now(WEDNESDAY)
    officer = life.staff("reviewer")
    fill(3)
    fill(2, place="522631001")
    fill(4, place="522631001", state="in_review", holder=officer.id)
    fill(2, state="resubmitted")
    fill(3, state="changes_requested")
    fill(2, state="approved")
    fill(5, place="522633100")
    with db.writing() as session:
        for row in session.exec(select(Case).order_by(col(Case.seq)).limit(7)):
            row.due = date(2026, 11, 16 + (row.seq or 0) % 4)
    return officer


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(desk="seller"),
        Wanted(desk="done", state="approved"),
        Wanted(place="522631001"),
        Wanted(place="522631001", holder="mine"),
        Wanted(age="late"),
        Wanted(age="today", place="522631105"),
        Wanted(age="on_time", state="submitted", kind="stall"),
        Wanted(state="resubmitted", holder="free"),
        Wanted(place="522633"),
        Wanted(state="in_review", age="late"),
    ],
)
def test_every_count_is_what_its_link_shows(life: Life, wanted: Wanted) -> None:
    officer = mixed(life)
    with db.reading() as session:
        found = counts.counts(session, officer, wanted)
    assert found.total == listed(officer, wanted)
    for name, each in found.facets.items():
        for key, number in each.items():
            if key:
                changed = {slot: getattr(wanted, slot) for slot in Wanted.__slots__} | {name: key}
                assert number == listed(officer, Wanted(**changed)), (name, key)
    for desk, number in found.desks.items():
        assert number == listed(officer, Wanted(desk=desk, kind=wanted.kind, place=wanted.place))


def test_late_is_what_was_due_before_the_last_working_day(life: Life) -> None:
    fill(1)
    officer = life.staff("reviewer")
    with db.writing() as session:
        session.exec(select(Case)).one().due = date(2026, 11, 20)  # a Friday
    ages: list[str] = []
    for day in (19, 20, 21, 22, 23):
        db.set_now(WEDNESDAY.replace(day=day))
        with db.reading() as session:
            (row,) = queue.page(session, officer, Wanted())[0]
            ages.append(*(counts.counts(session, officer, Wanted()).facets["age"]))
            assert bool(row.late) == (ages[-1] == "late")
    assert ages == ["on_time", "today", "today", "today", "late"]


def test_by_age_the_longest_due_stand_first(life: Life) -> None:
    db.set_now(WEDNESDAY)
    fill(120)
    with db.writing() as session:
        for row in session.exec(select(Case)):
            row.due = date(2026, 11, 2 + (row.seq or 0) % 3)
    officer = life.staff("reviewer")
    with db.reading() as session:
        first, more = queue.page(session, officer, Wanted(age="late"))
        second, _ = queue.page(session, officer, queue.after(Wanted(age="late"), first[-1]))
    order = [(row.due, row.seq) for row in [*first, *second]]
    assert (order, more, len(order)) == (sorted(order), True, 100)


def test_reasons_are_those_of_the_present_round(life: Life) -> None:
    officer = life.staff("reviewer")
    case = life.in_state("changes_requested", officer)
    life.in_state("resubmitted", officer)
    other = life.do(service.take, life.sent(about="一句话"), officer)
    life.do(remarks.remark, other, officer, key="name", reason="SHOPNAME", words="")
    life.do(remarks.remark, other, officer, key="about", reason="SHOPNAME", words="")
    life.do(service.send_back, other, officer)
    with db.reading() as session:
        found = counts.counts(session, officer, Wanted(desk="seller"))
        blurred = queue.page(session, officer, Wanted(desk="seller", reason="BLUR"))[0]
        counted = counts.counts(session, officer, Wanted(desk="seller", reason="BLUR"))
    assert found.facets["reason"] == {"BLUR": 1, "SHOPNAME": 1}
    assert [row.id for row in blurred] == [case.id]
    assert (counted.total, counted.facets["reason"]) == (1, {"BLUR": 1, "SHOPNAME": 1})


def test_the_page_drills_down_and_each_filter_can_be_taken_off(life: Life) -> None:
    mixed(life)
    reader = life.reader(life.staff("reviewer"))
    page = reader.get("/desk/review/")
    link = next(link for link in page.links() if "place=522631001" in link)
    page = reader.get(link + "&age=late")
    assert (page.status, len(rows(page))) == (200, 2)
    off = re.findall(r'class="off" href="([^"]*)"', page.text)
    assert off == ["/desk/review/?age=late", "/desk/review/?place=522631001"]
    assert "没有同时符合这些条件的" in reader.get("/desk/review/?place=522631001&state=resubmitted").text


def test_a_place_elsewhere_chooses_nothing(life: Life) -> None:
    fill(2, place="522633100")
    reader = life.reader(life.staff("reviewer"))
    assert rows(reader.get(f"/desk/review/?place={CONGJIANG}")) == []
    assert rows(reader.get("/desk/review/?place=no&age=never&state=approved&reason=BLUR&after=99999999.1")) == []


def test_an_export_or_a_run_takes_just_what_the_list_shows(life: Life) -> None:
    officer = mixed(life)
    for wanted in (Wanted(), Wanted(age="late", place="522631105"), Wanted(words="店"), Wanted(holder="mine")):
        with db.reading() as session:
            taken = session.exec(select(Case.seq).where(*queue.chosen(officer, wanted))).all()
        assert len(taken) == listed(officer, wanted) > 0


def test_what_is_rolled_back_leaves_no_count(life: Life) -> None:
    officer = life.staff("reviewer")
    case = life.sent()
    with db.reading() as session:
        before = counts.counts(session, officer, Wanted())
    with pytest.raises(moves.ChangedMeanwhile):
        _take_and_fail(case, officer)
    with db.reading() as session:
        assert counts.counts(session, officer, Wanted()) == before


def _take_and_fail(case: Case, officer: Actor) -> None:
    with db.writing() as session:
        row = session.exec(select(Case).where(Case.id == case.id)).one()
        service.take(session, row, by=officer, version=row.version)
        service.release(session, row, by=officer, version=-1)


PAGES = [
    Wanted(),
    Wanted(after=500),
    Wanted(desk="seller"),
    Wanted(desk="done", after=900),
    Wanted(kind="stall"),
    Wanted(state="submitted"),
    Wanted(place="522631001"),
    Wanted(holder="mine"),
    Wanted(holder="free"),
    Wanted(age="late"),
    Wanted(age="on_time", after=3, after_due=date(2026, 11, 18)),
    Wanted(age="today", kind="stall"),
    Wanted(desk="seller", reason="BLUR"),
]


@pytest.mark.parametrize("places", [(LIPING,), (LIPING, CONGJIANG), ("522631001",)])
def test_no_page_of_the_queue_reads_or_sorts_the_whole_table(life: Life, places: tuple[str, ...]) -> None:
    for place in ("522631001", "522631105", "522633100"):
        fill(400, place=place)
    officer = Actor("staff", "x" * 16, "王丽", frozenset({"reviewer"}), places)
    postgres = db.engine().dialect.name == "postgresql"
    if postgres:
        with db.engine().connect() as connection:
            connection.exec_driver_sql("ANALYZE review_case")
    for wanted in PAGES:
        plan = " ".join(plans(officer, wanted, postgres))
        assert not re.search(r"Seq Scan on review_case|SCAN review_case(?! USING INDEX)", plan), (wanted, plan)
        if not postgres and len(places) == 1:
            assert "TEMP B-TREE" not in plan, (wanted, plan)


def plans(actor: Actor, wanted: Wanted, postgres: bool) -> list[str]:
    """How the database would do the statements of a page."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if "review_case" in statement:
            seen.append((statement, parameters))

    with db.reading() as session:
        event.listen(db.engine(), "before_cursor_execute", note)
        queue.page(session, actor, wanted)
        event.remove(db.engine(), "before_cursor_execute", note)
        return [explained(session, *each, postgres) for each in seen]


def explained(session: Session, statement: str, parameters: Any, postgres: bool) -> str:
    """The plan of one statement."""
    raw = session.connection().connection.cursor()
    raw.execute(("EXPLAIN " if postgres else "EXPLAIN QUERY PLAN ") + statement, parameters)
    return " | ".join(str(row[-1]) for row in raw.fetchall())


def test_the_counts_come_from_their_own_table(life: Life, statements: list[str]) -> None:
    fill(3)
    officer = life.staff("reviewer")
    cells.sum_up("")
    statements.clear()
    with db.reading() as session:
        counts.counts(session, officer, Wanted())
        counts.pace(session, officer.places)
    assert ([" review_case" in each for each in statements], len(statements)) == ([False, False], 2)
