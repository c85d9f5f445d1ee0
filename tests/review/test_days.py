from datetime import date, timedelta

import pytest

from portal.office import sections
from portal.review import days
from tests.office.conftest import put

pytestmark = pytest.mark.usefixtures("app")  # which days are free the office's page says
FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("start", "wait", "end"),
    [
        (date(2026, 11, 16), 3, date(2026, 11, 19)),
        (FRIDAY, 1, date(2026, 11, 23)),
        (FRIDAY, 3, date(2026, 11, 25)),
        (date(2026, 11, 21), 3, date(2026, 11, 25)),
        (date(2026, 11, 22), 1, date(2026, 11, 23)),
        (FRIDAY, 0, FRIDAY),
    ],
)
def test_a_promise_counts_working_days_after_the_day_of_sending(start: date, wait: int, end: date) -> None:
    assert days.after(start, wait) == end


def test_the_days_between_are_those_that_a_promise_counts() -> None:
    starts = [FRIDAY + timedelta(at) for at in range(7)]
    assert [[days.between(start, days.after(start, wait)) for wait in range(1, 15)] for start in starts] == [
        list(range(1, 15))
    ] * 7


def test_a_weekend_takes_no_time() -> None:
    assert (days.between(FRIDAY, FRIDAY + timedelta(2)), days.between(FRIDAY, FRIDAY + timedelta(3))) == (0, 1)


def test_nothing_lies_between_a_day_and_one_before_it() -> None:
    assert days.between(FRIDAY, FRIDAY - timedelta(9)) == 0


def marked(lines: str) -> None:
    """Put holidays and moved working days into force."""
    put(sections.DAYS, {"lines": lines})


WEEK_OF_REST = "2026-10-01 至 2026-10-07 国庆节\n2026-10-10 上班"


@pytest.mark.parametrize(
    ("start", "wait", "end"),
    [
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 29), 3, date(2026, 10, 9)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 10, 9), 2, date(2026, 10, 12)),
    ],
)
def test_a_promise_leaves_holidays_out_and_counts_weekends_at_work(start: date, wait: int, end: date) -> None:
    marked(WEEK_OF_REST)
    assert (days.after(start, wait), days.between(start, end)) == (end, wait)


def test_with_holidays_too_the_days_between_are_those_that_a_promise_counts() -> None:
    marked(WEEK_OF_REST)
    starts = [date(2026, 9, 24) + timedelta(at) for at in range(20)]
    assert [[days.between(start, days.after(start, wait)) for wait in range(1, 15)] for start in starts] == [
        list(range(1, 15))
    ] * 20


def test_the_days_of_the_list_are_the_office_s_own() -> None:
    marked(WEEK_OF_REST)
    worked = [days.is_working(date(2026, 10, day)) for day in range(1, 13)]
    assert worked == [False] * 7 + [True] * 3 + [False, True]
    marked("")
    assert days.is_working(date(2026, 10, 1))
