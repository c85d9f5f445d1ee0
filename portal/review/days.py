"""Working days as the office keeps them: what we promise by, and how long a case has waited."""

from datetime import date, timedelta
from functools import lru_cache

from portal.office import service as offices

WEEK = 5


def is_working(day: date) -> bool:
    """Whether the office works on that day."""
    return offices.works_on(day)


def after(start: date, days: int) -> date:
    """The date `days` working days after `start`, which does not count itself."""
    day = start
    while days:
        day += timedelta(1)
        days -= is_working(day)
    return day


def between(start: date, end: date) -> int:
    """How many working days lie after `start`, up to and with `end`; 0 when `end` is not later."""
    return _weekdays(start, end) + offices.in_force().shift(start, end)


@lru_cache(4096)
def _weekdays(start: date, end: date) -> int:
    whole, rest = divmod(max(0, (end - start).days), 7)
    return whole * WEEK + sum((end - timedelta(back)).weekday() < WEEK for back in range(rest))
