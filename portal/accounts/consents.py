"""What people agreed to: given, held with its very words, taken back."""

import hashlib
from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from portal import db
from portal.accounts.models import Consent

Withdrawn = Callable[[Session, str, str], None]
_on_withdrawn: list[Withdrawn] = []


def on_withdrawn(callback: Withdrawn) -> Withdrawn:
    """Call `callback` with the person and the name of a consent when it is taken back, in the same transaction."""
    if callback not in _on_withdrawn:
        _on_withdrawn.append(callback)
    return callback


def give(session: Session, person_id: str, name: str, *, version: int, wording: str) -> Consent:
    """Note that a person agreed to these words; agreeing to the same words again changes nothing."""
    digest = hashlib.sha256(wording.encode()).hexdigest()
    for consent in held(session, person_id):
        if consent.name == name:
            if (consent.version, consent.digest) == (version, digest):
                return consent
            consent.withdrawn_at = db.now()
    consent = Consent(person_id=person_id, name=name, version=version, wording=wording, digest=digest)
    session.add(consent)
    session.flush()
    return consent


def withdraw(session: Session, person_id: str, name: str) -> bool:
    """Note that a person no longer agrees, and let other rooms draw the consequence; returns whether they did."""
    found = [consent for consent in held(session, person_id) if consent.name == name]
    for consent in found:
        consent.withdrawn_at = db.now()
    for callback in _on_withdrawn if found else ():
        callback(session, person_id, name)
    return bool(found)


def held(session: Session, person_id: str) -> Sequence[Consent]:
    """What a person agrees to now, oldest first."""
    return session.exec(
        select(Consent)
        .where(Consent.person_id == person_id, col(Consent.withdrawn_at).is_(None))
        .order_by(col(Consent.given_at))
    ).all()


def taken_back(person_id: Mapped[str], name: str) -> ColumnElement[bool]:
    """That a person took a consent back and has not given it anew; who was never asked for it took nothing back."""
    of_person = select(Consent.id).where(Consent.person_id == person_id, Consent.name == name)
    given = of_person.where(col(Consent.withdrawn_at).is_(None)).exists()
    return of_person.where(col(Consent.withdrawn_at).is_not(None)).exists() & ~given
