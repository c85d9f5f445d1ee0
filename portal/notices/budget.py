"""How many messages may leave in a day (China's day), and what stops when: at 75 % and at 100 %.

At half the budget the desk and the log say so. From three quarters on, "we have your application" and reminders wait
for the next morning; sign-in codes and what was decided still leave. When the budget is used up everything waits, and
people sign in with a code from the office. Without a limit (a trial, an office without a gateway) nothing is counted.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

from sqlalchemy import CursorResult, func, update
from sqlmodel import Session, col, select

from portal import db
from portal.config import Settings
from portal.i18n import gettext
from portal.notes import Note
from portal.notices.gateways import Failed
from portal.notices.models import NO_GATEWAY, STATION, Notice, SmsDay
from portal.notices.reasons import Why, why

if TYPE_CHECKING:
    from portal.access import Actor

LOOK_AFTER = {"admin", "manager"}
STEPS = (50, 75, 100)
# From this step on these kinds wait; from 100 on all do.
WAITING = {"received": 75, "unserved": 75, "expiry": 75}
MORNING = time(8)
TROUBLE = timedelta(minutes=15)
log = logging.getLogger(__name__)
_state = SimpleNamespace(limit=0)


@dataclass(frozen=True)
class Today:
    """How the day stands: `step` is the highest of STEPS that is reached, 0 below them; `trouble` when it fails now."""

    taken: int
    limit: int
    step: int
    trouble: bool


def setup(settings: Settings) -> None:
    """Take the budget of the settings; 0 is none."""
    _state.limit = settings.sms.budget if settings.sms else 0


def _stop(kind: str) -> int:
    """The count at which a kind of notice stops."""
    return int(-(-_state.limit * WAITING.get(kind, 100) // 100))


def take(session: Session, kind: str) -> bool:
    """Count one more message of this kind; False, and nothing counted, when it has to wait. One statement decides."""
    if not _state.limit:
        return True
    day = db.today()
    db.insert_once(session, SmsDay(day=day))
    taken = session.execute(
        update(SmsDay)
        .where(col(SmsDay.day) == day, col(SmsDay.taken) < _stop(kind))
        .values(taken=SmsDay.taken + 1)
        .returning(col(SmsDay.taken))
    ).scalar()
    if taken is None:
        return False
    for step in STEPS:
        if taken == -(-_state.limit * step // 100):
            log.warning("SMS: %s of %s messages of today have left (%s %%)", taken, _state.limit, step)
    return True


def outcome(session: Session, failure: Failed | None = None) -> None:
    """Note how a try ended; what surely did not leave is not counted."""
    if not _state.limit:
        return
    values: dict[str, object] = {"good_at": db.now()} if failure is None else {"bad_at": db.now()}
    if failure is not None and not failure.gone:
        values["taken"] = SmsDay.taken - 1
    noted = session.execute(update(SmsDay).where(col(SmsDay.day) == db.today(), col(SmsDay.taken) > 0).values(**values))
    assert isinstance(noted, CursorResult)


def today(session: Session) -> Today:
    """How the day stands: one short read."""
    row = session.get(SmsDay, db.today()) if _state.limit else None
    if row is None:
        return Today(0, _state.limit, 0, False)
    step = max((step for step in STEPS if row.taken >= -(-_state.limit * step // 100)), default=0)
    since = db.now() - TROUBLE
    trouble = row.bad_at is not None and row.bad_at > max(since, row.good_at or since)
    return Today(row.taken, _state.limit, step, trouble)


def note(session: Session, actor: "Actor") -> Note | None:
    """How the day's messages stand, for those who look after them: when the gateway fails, and from half-way on."""
    if not _state.limit or not actor.roles & LOOK_AFTER:
        return None
    stands, more = today(session), {"url": "/desk/counter/messages", "link": gettext("Messages")}
    if stands.trouble:
        said = gettext("The gateway takes no messages at the moment. Codes from the office work all the same.")
        return Note(said, alarm=True, **more)
    if not stands.step:
        return None
    numbers = {"step": stands.step, "taken": stands.taken, "limit": stands.limit}
    said = gettext("%(step)s %% of today's messages have left: %(taken)s of %(limit)s.", **numbers)
    return Note(said, alarm=stands.step == 100, **more)


def tomorrow() -> datetime:
    """When waits until the next day end: in the morning, for nobody wants a message at midnight."""
    return datetime.combine(db.today() + timedelta(days=1), MORNING, db.CHINA)


@dataclass(frozen=True)
class Failure:
    """What went wrong how often in the last seven days, and when last."""

    why: Why
    times: int
    last: datetime


def failures(session: Session) -> list[Failure]:
    """The failures of the last seven days, the most frequent first."""
    counted, newest = func.count(), func.max(Notice.made_at)
    rows = session.execute(
        select(Notice.error, counted, newest)
        .where(
            col(Notice.state).in_(("failed", "given_up")),
            col(Notice.error).not_in(("", NO_GATEWAY, STATION)),
            col(Notice.made_at) > db.now() - timedelta(days=7),
        )
        .group_by(col(Notice.error))
        .order_by(counted.desc(), col(Notice.error))
        .limit(10)
    )
    return [Failure(why(error), times, last) for error, times, last in rows]


def forget(session: Session, before: date) -> None:
    """Forget the days before one."""
    for old in session.exec(select(SmsDay).where(col(SmsDay.day) < before).limit(100)):
        session.delete(old)
