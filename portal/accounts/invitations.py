"""The links by which staff come in: the first one, and a new one for whoever cannot get in any more."""

import secrets
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from portal import db, vault
from portal.accounts import staff as people
from portal.accounts.models import Invitation, Staff
from portal.audit.chain import Who
from portal.i18n import N_, Refusal

LINK_LIVES = timedelta(hours=24)


class SwitchedOff(Refusal):
    """No link opens anything for somebody who is switched off."""

    msgid = N_("This person is switched off. Switch them on again first.")


def invite(session: Session, staff: Staff, *, by: Who = people.SERVER) -> str:
    """A one-time token for /desk/accounts/first/<token>; earlier ones end."""
    people.note(session, "staff_link", staff, by)
    return _token(session, staff)


def invite_anew(session: Session, staff: Staff, *, by: Who = people.SERVER) -> str:
    """A link for somebody who cannot get in; from now on nothing else lets them in, for what they lost may be found.

    Raises YourOwn, SwitchedOff.
    """
    people.refuse_own(staff, by)
    staff = db.lock(session, staff)
    if not staff.active:
        raise SwitchedOff
    staff.password = None
    people.end_second(session, staff)
    people.note(session, "staff_anew", staff, by)
    return _token(session, staff)


def _token(session: Session, staff: Staff) -> str:
    session.execute(
        update(Invitation)
        .values(used_at=db.now())
        .where(col(Invitation.staff_id) == staff.id, col(Invitation.used_at).is_(None))
    )
    token = secrets.token_urlsafe(24)
    session.add(Invitation(staff_id=staff.id, token_hash=_hash(token), ends_at=db.now() + LINK_LIVES))
    session.flush()
    return token


def invited(session: Session, token: str) -> Staff | None:
    """Who an invitation is for, while it is good."""
    return session.exec(
        select(Staff)
        .join(Invitation, col(Invitation.staff_id) == col(Staff.id))
        .where(
            Invitation.token_hash == _hash(token),
            col(Invitation.used_at).is_(None),
            col(Invitation.ends_at) > db.now(),
            col(Staff.active),
        )
    ).first()


def accept(session: Session, token: str, password_hash: str) -> Staff | None:
    """Use an invitation up: the new password counts; what let them in before, as on a trial, ends."""
    staff = invited(session, token)
    used = (
        update(Invitation)
        .values(used_at=db.now())
        .where(col(Invitation.token_hash) == _hash(token), col(Invitation.used_at).is_(None))
        .returning(col(Invitation.id))
    )
    if staff is None or session.execute(used).first() is None:
        return None
    staff = db.lock(session, staff)
    staff.password = password_hash
    people.end_second(session, staff)
    return staff


def _hash(token: str) -> str:
    return vault.look_up("invitation", token)
