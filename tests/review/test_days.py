from datetime import date, timedelta

import pytest

from portal.review import days

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
