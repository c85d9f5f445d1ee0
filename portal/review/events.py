"""The chain of events of a case: appended under the case's lock, verified from the first to the head."""

from collections.abc import Iterator

from sqlmodel import Session, col, select

from portal import db
from portal.audit import chain
from portal.audit.chain import Break, Details, Who
from portal.review.models import Case, Event

# How many cases are verified at a time: their number makes no difference to the memory.
BATCH = 200

__all__ = ["Details", "Who", "append", "breaks", "details", "erase", "of_case", "verify"]


def append(
    session: Session, case: Case, action: str, *, by: Who, subject: str = "", details: Details | None = None
) -> Event:
    """Add what happened to the chain; the case must be locked, its version already the new one.

    Sellers are named by their id alone: names are personal and could not be erased from the chain.
    """
    case.events += 1
    event = Event(
        case_id=case.id,
        seq=case.events,
        version=case.version,
        at=db.now(),
        action=action,
        subject=subject,
        who_kind=by.kind,
        who_id=by.id,
        who_name="" if by.kind == "seller" else by.name,
        previous=case.head,
        hash="",
        **chain.say(details, _sealed(case.id, case.events)),
    )
    event.hash = _hash(event)
    case.head = event.hash
    session.add_all((case, event))
    session.flush()
    return event


def of_case(session: Session, case_id: str) -> list[Event]:
    """The events of a case, oldest first."""
    return list(session.exec(select(Event).where(Event.case_id == case_id).order_by(col(Event.seq))))


def details(event: Event) -> dict[str, object] | None:
    """What was said with the event; None once it was erased, {} when nothing was."""
    return chain.said(event, _place(event))


def verify(session: Session, case: Case) -> Break | None:
    """The first event that is missing or was changed; None when the whole chain holds."""
    links = of_case(session, case.id)
    return chain.first_break(links, count=case.events, head=case.head, hash_of=_hash, place_of=_place)


def breaks(session: Session) -> Iterator[tuple[str, Break]]:
    """The first broken link of every case whose chain does not hold, with the case's number; few are held at a time."""
    after = 0
    while True:
        query = select(Case).where(col(Case.seq) > after).order_by(col(Case.seq)).limit(BATCH)
        cases = session.exec(query).all()
        for case in cases:
            after = case.seq or 0
            broken = verify(session, case)
            if broken:
                yield case.number, broken
        if len(cases) < BATCH:
            return


def erase(session: Session, case_id: str) -> int:
    """Forget the details of all events of a case, salts included; the chain still verifies. Returns how many."""
    found = of_case(session, case_id)
    for event in found:
        event.details = event.salt = None
        session.add(event)
    return len(found)


def _place(event: Event) -> str:
    return _sealed(event.case_id, event.seq)


def _sealed(case_id: str, seq: int) -> str:
    return f"review_event:{case_id}.{seq}:details"


def _hash(event: Event) -> str:
    return chain.hashed(
        event.previous,
        event.case_id,
        event.seq,
        event.version,
        event.at,
        event.action,
        event.subject,
        event.who_kind,
        event.who_id,
        event.who_name,
        event.digest,
    )
