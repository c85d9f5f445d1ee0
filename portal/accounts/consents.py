"""What people agreed to: given, held with its very words, taken back."""

import hashlib
from collections.abc import Callable, Sequence

from sqlmodel import Session, col, select

from portal import db
from portal.accounts.models import Consent

Changed = Callable[[Session, str, str], None]
_on_withdrawn: list[Changed] = []
_on_given: list[Changed] = []


def on_given(callback: Changed) -> Changed:
    """Call `callback` with the person and the name of a consent when it is given, in the same transaction."""
    if callback not in _on_given:
        _on_given.append(callback)
    return callback


def on_withdrawn(callback: Changed) -> Changed:
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
    for callback in _on_given:
        callback(session, person_id, name)
    return consent


def withdraw(session: Session, person_id: str, name: str) -> bool:
    """Note that a person no longer agrees, and let other rooms draw the consequence; returns whether they did."""
    found = [consent for consent in held(session, person_id) if consent.name == name]
    for consent in found:
        consent.withdrawn_at = db.now()
    for callback in _on_withdrawn if found else ():
        callback(session, person_id, name)
    return bool(found)


def agree_again(session: Session, person_id: str, name: str) -> None:
    """Give a consent that was taken back anew, in the same words; nothing where there is none to give."""
    for consent in last(session, person_id):
        if consent.name == name and consent.withdrawn_at is not None:
            give(session, person_id, name, version=consent.version, wording=consent.wording)


def last(session: Session, person_id: str) -> list[Consent]:
    """A person's last word on each consent: agreed to, or taken back since."""
    every = session.exec(select(Consent).where(Consent.person_id == person_id).order_by(col(Consent.given_at))).all()
    return list({consent.name: consent for consent in every}.values())


def held(session: Session, person_id: str) -> Sequence[Consent]:
    """What a person agrees to now, oldest first."""
    return session.exec(
        select(Consent)
        .where(Consent.person_id == person_id, col(Consent.withdrawn_at).is_(None))
        .order_by(col(Consent.given_at))
    ).all()
