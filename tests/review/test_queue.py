import gzip
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from portal import db
from portal.access import Actor
from portal.office import sections
from portal.review import counts, queue, service
from portal.review.models import Case
from portal.review.queue import Wanted
from portal.review.states import STATES
from portal.sheets.models import Sheet, Submission
from tests.office.conftest import put
from tests.reader import Page, Reader
from tests.review.life import CONGJIANG, LIPING, Life

FRIDAY = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)


def fill(many: int, *, place: str = "522631105", state: str = "submitted", holder: str | None = None) -> None:
    """Bare cases for the list."""
    with db.writing() as session:
        for _ in range(many):
            _put(session, place, state, holder)


def _put(session: Session, place: str, state: str, holder: str | None) -> None:
    sheet = Sheet(seller_id="s" * 16, set_key="stall", version=1)
    session.add(sheet)
    session.flush()
    sent = Submission(
        sheet_id=sheet.id, round=1, set_key="stall", version=1, language="zh_Hans", answers={}, shown=[], digest=""
    )
    session.add(sent)
    session.flush()
    session.add(
        Case(
            number=db.new_id(),
            tail="",
            sheet_id=sheet.id,
            seller_id=sheet.seller_id,
            kind="stall",
            title="店",
            place=place,
            county=place[:6],
            state=state,
            desk=STATES[state].group,
            submission_id=sent.id,
            first_sent_at=db.now(),
            sent_at=db.now(),
            moved_at=db.now(),
            due=db.today(),
            holder_id=holder,
            holder_name="王丽" if holder else "",
        )
    )


def seen(actor: Actor, wanted: Wanted) -> list[int]:
    """The sequence numbers of all pages, one after the other."""
    found: list[int] = []
    more = True
    after = wanted.after
    with db.reading() as session:
        while more:
            part = Wanted(wanted.desk, wanted.kind, wanted.holder, after)
            rows, more = queue.page(session, actor, part)
            found += [row.seq for row in rows]
            after = found[-1] if found else None
    return found


def further(page: Page) -> list[str]:
    """The link to the next page, if there is one."""
    return [link for link in page.links() if "after=" in link and "lang=" not in link and "size=" not in link]


def test_pages_by_key_show_each_case_once_oldest_first(life: Life) -> None:
    fill(120)
    assert seen(life.staff("reviewer"), Wanted()) == list(range(1, 121))


def test_what_is_decided_stands_newest_first(life: Life) -> None:
    fill(60, state="approved")
    assert seen(life.staff("reviewer"), Wanted("done")) == list(range(60, 0, -1))


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ((LIPING,), [1, 2, 4]),
        ((CONGJIANG,), [3]),
        (("522631105",), [1, 4]),
        ((CONGJIANG, "522631105"), [1, 3, 4]),
        (("52",), [1, 2, 3, 4]),
        (("",), [1, 2, 3, 4, 5]),
        (("52", "522631", "522631105"), [1, 2, 3, 4]),
        ((), []),
        (("44", LIPING, CONGJIANG), [1, 2, 3, 4, 5]),
        (("11",), []),
    ],
)
def test_staff_see_the_cases_of_their_places_only(life: Life, places: tuple[str, ...], expected: list[int]) -> None:
    for place in ("522631105", "522631001", "522633100", "522631105", "440304001"):
        fill(1, place=place)
    reviewer = Actor("staff", "x", "王丽", frozenset({"reviewer"}), places)
    assert seen(reviewer, Wanted()) == expected
    with db.reading() as session:
        assert counts.counts(session, reviewer, Wanted()).desks == ({"waiting": len(expected)} if expected else {})


def test_several_places_make_one_list_in_one_order(life: Life) -> None:
    for _ in range(70):
        fill(1, place="522631105")
        fill(1, place="522633100")
    both = Actor("staff", "x", "王丽", frozenset({"reviewer"}), (LIPING, CONGJIANG))
    assert seen(both, Wanted()) == list(range(1, 141))


def test_counts_are_true_for_every_filter(life: Life) -> None:
    reviewer = life.staff("reviewer")
    fill(3)
    fill(2, state="in_review", holder=reviewer.id)
    fill(4, state="in_review", holder="somebody else")
    fill(5, state="changes_requested")
    fill(6, state="approved")
    fill(7, place="522633100")
    with db.reading() as session:
        found = counts.counts(session, reviewer, Wanted())
        assert (found.total, found.desks) == (9, {"waiting": 9, "seller": 5, "done": 6})
        assert (found.facets["kind"], found.facets["holder"]) == ({"stall": 9}, {"mine": 2, "free": 3, "": 4})
        mine = counts.counts(session, reviewer, Wanted(holder="mine"))
        assert (mine.total, mine.facets["kind"], mine.facets["holder"]["free"]) == (2, {"stall": 2}, 3)
    assert [len(seen(reviewer, Wanted(holder=holder))) for holder in ("", "mine", "free")] == [9, 2, 3]
    assert len(seen(reviewer, Wanted(kind="none such"))) == 0


def test_a_row_says_how_long_it_waits_and_how_late_it_is(life: Life) -> None:
    db.set_now(FRIDAY)
    reviewer, case = life.staff("reviewer"), life.sent()
    ages = []
    for day in (20, 22, 23, 25, 27):
        db.set_now(FRIDAY.replace(day=day))
        with db.reading() as session:
            row = queue.page(session, reviewer, Wanted())[0][0]
        ages.append((row.age, row.late))
    assert (row.id, row.place_name, row.shown_number) == (case.id, "九潮镇", f"{case.number[:4]}-{case.number[4:]}")
    assert [(bool(age), bool(late)) for age, late in ages] == [(True, False)] * 4 + [(True, True)]
    assert len({age for age, _ in ages}) == 4


@pytest.mark.parametrize("query", ["", "?desk=seller", "?words=店", "?place=522631105&age=late"])
def test_the_page_costs_the_same_statements_at_ten_and_at_three_hundred(
    life: Life, statements: list[str], query: str
) -> None:
    reader = life.reader(life.staff("reviewer"))
    costs = []
    for many in (10, 290):
        fill(many)
        statements.clear()
        assert reader.get(f"/desk/review/{query}").status == 200
        costs.append(len(statements))
    assert (costs[0], costs[0] <= 6) == (costs[1], True)


def test_fifty_rows_stay_under_fourteen_kilobytes_on_the_wire(life: Life) -> None:
    fill(60)
    page = life.reader(life.staff("reviewer")).get("/desk/review/")
    assert len(page.text.encode()) < 60 * 1024
    assert len(gzip.compress(page.text.encode())) <= 14 * 1024
    assert further(page) == ["/desk/review/?after=50"]


def rows(page: Page) -> list[str]:
    """The links to cases."""
    return [link for link in page.links() if re.fullmatch(r"/desk/review/[a-z0-9]{16}", link)]


def test_further_pages_keep_the_filters(life: Life) -> None:
    fill(60)
    reader = life.reader(life.staff("reviewer"))
    link = further(reader.get("/desk/review/?holder=free"))
    assert (link, len(rows(reader.page)), len(rows(reader.get(link[0])))) == (
        ["/desk/review/?holder=free&after=50"],
        50,
        10,
    )


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?desk=seller",
        "?desk=done",
        "?holder=mine",
        "?kind=stall&holder=free",
        "?after=9",
        "?desk=x&kind=y&holder=z&after=²",
        "?after=999999999999999999999",
    ],
)
def test_an_empty_queue_says_so(life: Life, query: str) -> None:
    page = life.reader(life.staff("auditor")).get(f"/desk/review/{query}")
    assert (page.status, rows(page), further(page)) == (200, [], [])


def row_of(reader: Reader, address: str = "/desk/review/") -> str:
    """The first row of the list."""
    return str(re.findall(r"<li>(?:<label>|<a [^>]+data-row).*?</li>", reader.get(address).text, re.S)[0])


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_row_that_was_shown_before_is_shown_as_it_is_now(life: Life) -> None:
    db.set_now(FRIDAY)
    actor, case = life.staff("reviewer"), life.sent()
    reader, auditor = life.reader(actor), life.reader(life.staff("auditor"))
    rows = [row_of(reader), row_of(auditor), row_of(reader, "/desk/review/?chosen=page")]
    assert [row_of(reader), row_of(auditor), row_of(reader, "/desk/review/?chosen=page")] == rows
    assert [("checkbox" in row, " checked" in row) for row in rows] == [(True, False), (False, False), (True, True)]
    life.do(service.take, case, actor)
    rows.append(row_of(reader))
    reader.get("/?lang=en")
    rows.append(row_of(reader))
    db.set_now(FRIDAY + timedelta(days=3))
    reader = life.reader(actor)
    rows.append(row_of(reader))
    put(sections.DAYS, {"lines": "2026-11-23 休息"})
    rows.append(row_of(reader))
    assert [row.count("王丽在看") for row in rows[2:]] == [0, 1, 0, 1, 1]
    assert [row.count("1 个工作日") for row in rows[2:]] == [0, 0, 0, 1, 0]
    assert len({*rows}) == len(rows) - 1
    assert rows[-1] == rows[3]
