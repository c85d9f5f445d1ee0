"""How often something may be done: a tally of moments for each number, address or login."""

from collections.abc import Iterable
from datetime import timedelta
from math import ceil

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from portal import db
from portal.accounts.models import Tally
from portal.i18n import N_, Refusal

Rule = tuple[int, timedelta]
"""At most so many within so long."""


class TooOften(Refusal):
    """Something limited was asked for too often; `minutes` is the wait."""

    msgid = N_("That was too often. Please try again in %(minutes)s minutes.")


def take(session: Session, key: str, rules: Iterable[Rule], refusal: type[Refusal] = TooOften) -> None:
    """Count one more under `key`, in a transaction of its own (db.aside). Raises `refusal` at the limit.

    A refusal gets `seconds` and `minutes`: how long until it would go. What is refused does not count.
    """
    rules = list(rules)
    tally, moments, now = _held(session, key, rules)
    waits = [_wait(moments, now, rule) for rule in rules]
    if max(waits) > 0:
        raise refusal(seconds=max(waits), minutes=ceil(max(waits) / 60))
    tally.moments = [*moments, now]
    tally.changed_at = db.now()


def forget(session: Session, key: str) -> None:
    """Start the tally of `key` anew, because what was limited went well."""
    tally = session.get(Tally, key)
    if tally is not None:
        tally.moments = []


def _held(session: Session, key: str, rules: list[Rule]) -> tuple[Tally, list[int], int]:
    """The tally of a key, made when missing and locked, with the moments that still count."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(Tally).values(key=key, moments=[], changed_at=db.now()).on_conflict_do_nothing())
    tally = db.lock(session, Tally(key=key))
    now = int(db.now().timestamp())
    longest = max(window for _, window in rules).total_seconds()
    return tally, [moment for moment in tally.moments if moment > now - longest], now


def _wait(moments: list[int], now: int, rule: Rule) -> int:
    """The seconds until one more fits under a rule; 0 when it fits now."""
    most, window = rule
    within = sorted(moment for moment in moments if moment > now - window.total_seconds())
    return 0 if len(within) < most else within[-most] + int(window.total_seconds()) - now
