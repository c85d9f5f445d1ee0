"""Working days, Monday to Friday: what we promise by, and how long a case has waited."""

from datetime import date, timedelta

WEEK = 5


def is_working(day: date) -> bool:
    """Whether the office works on that day."""
    return day.weekday() < WEEK


def after(start: date, days: int) -> date:
    """The date `days` working days after `start`, which does not count itself."""
    day = start
    while days:
        day += timedelta(1)
        days -= is_working(day)
    return day


def between(start: date, end: date) -> int:
    """How many working days lie after `start`, up to and with `end`; 0 when `end` is not later."""
    whole, rest = divmod(max(0, (end - start).days), 7)
    return whole * WEEK + sum(is_working(end - timedelta(back)) for back in range(rest))
