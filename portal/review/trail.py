"""What staff did with cases, as the list of who did what reads it: from the chains of the cases."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, false, func, or_
from sqlmodel import Session, col, select

from portal import db
from portal.audit import service as audit
from portal.audit.chain import Details
from portal.audit.service import Done, Wanted
from portal.i18n import N_, gettext
from portal.review import events, happenings, numbers, queue
from portal.review.models import Case, Event
from portal.review.moves import READERS
from portal.review.states import HIDDEN, MOVES, NOTED, NOTES, SIGHTINGS

if TYPE_CHECKING:
    from portal.access import Actor

DECISIONS = ("send_back", "approve", "reject")


def _group(action: str) -> str:
    if action in SIGHTINGS:
        return "out" if action == "print" else "seen"
    return "decided" if action in DECISIONS else "other"


ACTIONS = {
    **{key: (_group(key), move.label) for key, move in MOVES.items() if move.by == "staff"},
    **{key: (_group(key), label) for key, label in {**SIGHTINGS, **NOTES, **NOTED}.items()},
}


def saw(
    session: Session, actor: "Actor", case: Case, action: str, *, subject: str, details: Details | None = None
) -> None:
    """Note that a member of staff is about to see something of a case: once a day, aside, before the bytes leave."""
    if not _saw_today(session, actor, case, action, subject):
        with db.aside() as other:
            locked = db.lock(other, case)
            if not _saw_today(other, actor, case, action, subject):
                events.append(other, locked, action, by=actor, subject=subject, details=details)


def _saw_today(session: Session, actor: "Actor", case: Case, action: str, subject: str) -> bool:
    query = select(Event.seq).where(
        Event.case_id == case.id,
        Event.action == action,
        Event.subject == subject,
        Event.who_id == actor.id,
        Event.at >= Wanted(days=1).since,
    )
    return session.exec(query).first() is not None


def rows(session: Session, actor: "Actor", wanted: Wanted, limit: int) -> list[Done]:
    """The newest doings with cases of the person's places."""
    query = select(Event, Case).join(Case).where(_here(actor), *audit.conditions(Event, wanted, ACTIONS))
    if wanted.after:
        at, case_id, seq = wanted.after
        earlier = and_(col(Event.case_id) == case_id, col(Event.seq) < seq)
        then = and_(col(Event.at) == at, or_(col(Event.case_id) < case_id, earlier))
        query = query.where(or_(col(Event.at) < at, then))
    newest = query.order_by(col(Event.at).desc(), col(Event.case_id).desc(), col(Event.seq).desc()).limit(limit)
    return [_done(actor, event, case) for event, case in session.exec(newest)]


def _done(actor: "Actor", event: Event, case: Case) -> Done:
    shown = case.desk not in HIDDEN
    told = [*map(str, (events.details(event) or {}).values())] if event.action == "print" else []
    return Done(
        at=event.at,
        chain=case.id,
        seq=event.seq,
        action=event.action,
        label=ACTIONS.get(event.action, ("", event.action))[1],
        who_id=event.who_id,
        who=event.who_name,
        about=f"{numbers.shown(case.number)} {case.title if shown else ''}".strip(),
        url=f"/desk/review/{case.id}" if shown and actor.roles & READERS else "",
        more=tuple(happenings.more(event) if event.action == "see_photo" else told),
    )


def counts(session: Session, actor: "Actor", wanted: Wanted) -> dict[str, int]:
    """How often each was done with cases of the person's places."""
    query = select(Event.action, func.count()).join(Case).where(_here(actor))
    query = query.where(*audit.conditions(Event, wanted, ACTIONS)).group_by(col(Event.action))
    return dict(session.execute(query).all())


def breaks(session: Session) -> Iterator[str]:
    """A sentence for each case whose chain does not hold."""
    for number, broken in events.breaks(session):
        yield gettext(N_("The events of case %(number)s: %(why)s"), number=numbers.shown(number), why=broken.text)


def _here(actor: "Actor") -> ColumnElement[bool]:
    return or_(*queue.scopes(actor.places), false())


CHAINS = audit.Chains(ACTIONS, rows, counts, breaks)
