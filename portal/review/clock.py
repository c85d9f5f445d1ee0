"""How long the office has had a case, in its working days; while the seller mends, the clock stands still."""

from datetime import date, datetime, timedelta

from sqlmodel import Session

from portal import db
from portal.accounts import serving
from portal.office import service as offices
from portal.review import days
from portal.review.kinds import Kind, kind_of
from portal.review.models import Case
from portal.review.states import STATES

DECIDED = ("approved", "rejected")


def begin(case: Case, kind: Kind) -> None:
    """Let the clock run for what is sent now, before the case takes it in; what an earlier round used is used.

    One working day is left at the least, so that nobody is promised a day that is over; and what comes after a
    decision begins anew.
    """
    mended = case.state == "changes_requested"
    case.used = case.used + _between(case.sent_at, case.moved_at) if mended else 0
    case.due = days.after(db.today(), _left(kind, case.used))


def stop(case: Case) -> None:
    """Note what a decision took; called at every move, since one that is undone took nothing."""
    case.took = so_far(case.used, case.sent_at) if case.state in DECIDED else None


def so_far(used: int, sent_at: datetime) -> int:
    """The working days that the office has had a case which lies with it now; the day of sending does not count."""
    return used + days.between(_day(sent_at), db.today())


def answers_by(session: Session, case: Case) -> date | None:
    """By when the office answers a case that waits; None where nobody looks at what comes from its place."""
    return promised(case, serving.scopes(session)) if STATES[case.told].group == "waiting" else None


def promised(case: Case, scopes: set[str]) -> date | None:
    """The day that was promised; None where nobody promised one: nobody decided, nor works for its place (`scopes`)."""
    return case.due if case.decided_by or serving.nearest(scopes, case.place) is not None else None


def late(due: date | None) -> bool:
    """Whether a promised day is over."""
    return due is not None and due < db.today()


def next_answer(case: Case) -> int:
    """Within how many working days an answer follows once the seller has mended a case that was sent back."""
    kind = kind_of(case.kind)
    return _left(kind, case.used + _between(case.sent_at, case.moved_at)) if kind else 0


def _left(kind: Kind, used: int) -> int:
    promise = offices.promise(kind.key, kind.promise_days)
    return max(promise - used, min(promise, 1))


def _between(start: datetime, end: datetime) -> int:
    return days.between(_day(start), _day(end))


def _day(moment: datetime) -> date:
    return moment.astimezone(db.CHINA).date()


def last_working(day: date) -> date:
    """The last working day up to a day: what was due before it is late."""
    while not days.is_working(day):
        day -= timedelta(1)
    return day
