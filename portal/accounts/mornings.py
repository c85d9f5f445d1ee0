"""Who of the staff wishes to hear each morning how the work stands, and on which phone.

The number is kept sealed, for this alone, and only while it is wished for; nobody can be looked up by it.
"""

from sqlmodel import Session, col, or_, select

from portal import db, vault
from portal.accounts import codes
from portal.accounts.models import Staff


def wish(session: Session, staff_id: str, typed: str) -> Staff:
    """Let the line come to this phone from the next morning on. Raises NotAPhone, WrongLength."""
    number = codes.phone_number(typed)
    person = db.lock(session, session.get_one(Staff, staff_id))
    person.phone = vault.seal(number.encode(), _place(person))
    return person


def stop(session: Session, staff_id: str) -> Staff:
    """Let it come no more, and forget the phone."""
    person = db.lock(session, session.get_one(Staff, staff_id))
    person.phone = None
    return person


def phone(person: Staff) -> str:
    """The phone it comes to; empty when it is not wished for."""
    return vault.unseal(person.phone, _place(person)).decode() if person.phone else ""


def waiting(session: Session) -> list[str]:
    """Who wishes it and did not get today's."""
    still = or_(col(Staff.told_on).is_(None), col(Staff.told_on) < db.today())
    return list(session.exec(select(Staff.id).where(col(Staff.phone).is_not(None), col(Staff.active), still)))


def take(session: Session, staff_id: str) -> Staff | None:
    """Today's is told now, in this very transaction; None when it was told, or is not wished for any more."""
    person = db.lock(session, session.get_one(Staff, staff_id))
    if not person.active or person.phone is None or person.told_on == db.today():
        return None
    person.told_on = db.today()
    return person


def _place(person: Staff) -> str:
    return f"staff:{person.id}:phone"
