"""Practice: whether people may practise here now. Practice sellers are of a kind of their own: nothing is real."""

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from portal import db
from portal.access import Actor
from portal.accounts.models import Practice, Seller, SignIn
from portal.audit import service as audit
from portal.i18n import N_, Refusal


class Closed(Refusal):
    """Somebody wants to practise where nobody may practise now."""

    msgid = N_("Practice is over. Leave practice at the top of the page, then go on for real.")
    field = "phone"


def state(session: Session) -> Practice:
    """Whether practice is open, and what was last done about it."""
    return session.get(Practice, "practice") or Practice()


def refuse_closed(session: Session) -> None:
    """Raise Closed unless practice is open."""
    if not state(session).open:
        raise Closed


def count(session: Session) -> int:
    """How many practice sellers there are."""
    return session.exec(select(func.count()).select_from(Seller).where(col(Seller.practice))).one()


def switch(session: Session, *, open: bool, by: Actor) -> Practice:
    """Let people practise, or no longer, which signs all practice sellers out."""
    row = _held(session)
    if row.open != open:
        row.open, row.changed_by, row.changed_at = open, by.name, db.now()
        audit.note(session, "practice", by=by, details={"about": [N_("opened") if open else N_("closed")]})
    if not open:
        practising = select(Seller.id).where(col(Seller.practice))
        here = col(SignIn.person_id).in_(practising), col(SignIn.revoked_at).is_(None)
        session.execute(update(SignIn).values(revoked_at=db.now()).where(*here))
    return row


def wiped(session: Session, *, by: Actor) -> Practice:
    """Note that all of practice is to be wiped; keeping does it."""
    row = _held(session)
    row.wiped_by, row.wiped_at = by.name, db.now()
    audit.note(session, "practice", by=by, details={"about": [N_("wiped")]})
    return row


def _held(session: Session) -> Practice:
    db.insert_once(session, Practice())
    return db.lock(session, Practice())
