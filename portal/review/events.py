"""The chain of events of a case: appended under the case's lock, verified from the first to the head."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Protocol

from sqlmodel import Session, col, select

from portal import db, vault
from portal.review.models import Case, Event

Details = Mapping[str, object]


class Who(Protocol):
    """Whoever does something: an Actor, or the seller of a sheet."""

    @property
    def kind(self) -> str:
        """The word "seller" or "staff"."""

    @property
    def id(self) -> str:
        """Whose account it is."""

    @property
    def name(self) -> str:
        """The name as colleagues know it."""


def append(
    session: Session, case: Case, action: str, *, by: Who, subject: str = "", details: Details | None = None
) -> Event:
    """Add what happened to the chain; the case must be locked, its version already the new one.

    Sellers are named by their id alone: names are personal and could not be erased from the chain.
    """
    case.events += 1
    content, salt = _text(details or {}), secrets.token_hex(16)
    event = Event(
        case_id=case.id,
        seq=case.events,
        version=case.version,
        at=db.now(),
        action=action,
        subject=subject,
        who_kind=by.kind,
        who_id=by.id,
        who_name=by.name if by.kind == "staff" else "",
        digest=_digest(salt, content),
        salt=salt,
        previous=case.head,
        hash="",
        details=vault.seal(content.encode(), _place(case.id, case.events)) if details else None,
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
    if event.salt is None:
        return None
    if event.details is None:
        return {}
    opened: dict[str, object] = json.loads(vault.unseal(event.details, _place(event.case_id, event.seq)))
    return opened


def verify(session: Session, case: Case) -> int | None:
    """The number of the first event that is missing or was changed; None when the whole chain holds.

    Erased details are no break; details that no longer fit their digest are.
    """
    previous, seq = "", 0
    for seq, event in enumerate(of_case(session, case.id), start=1):
        if event.seq != seq or event.previous != previous or event.hash != _hash(event) or not _fits(event):
            return seq
        previous = event.hash
    if seq != case.events or previous != case.head:
        return min(seq + 1, case.events) or 1
    return None


def erase(session: Session, case_id: str) -> int:
    """Forget the details of all events of a case, salts included; the chain still verifies. Returns how many."""
    found = of_case(session, case_id)
    for event in found:
        event.details = event.salt = None
        session.add(event)
    return len(found)


def _fits(event: Event) -> bool:
    if event.salt is None:
        return event.details is None
    try:
        return event.digest == _digest(event.salt, _text(details(event) or {}))
    except (vault.Unsealable, ValueError):
        return False


def _place(case_id: str, seq: int) -> str:
    return f"review_event:{case_id}.{seq}:details"


def _text(content: Details) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _digest(salt: str, content: str) -> str:
    return hashlib.sha256(f"{salt}:{content}".encode()).hexdigest()


def _hash(event: Event) -> str:
    at = event.at.astimezone(db.CHINA).isoformat(timespec="microseconds")
    fields = [
        event.previous,
        event.case_id,
        event.seq,
        event.version,
        at,
        event.action,
        event.subject,
        event.who_kind,
        event.who_id,
        event.who_name,
        event.digest,
    ]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()
