"""Who serves a place: whether anybody looks at the applications that come from there."""

from sqlalchemy import select
from sqlmodel import Session, col

from portal.accounts.models import Staff

DECIDES = frozenset({"reviewer", "manager"})


def who_serves(session: Session, place: str) -> str | None:
    """The nearest place whose staff decide on applications from `place`: its own code or one above; None: nobody.

    "" is staff who work everywhere. Staff who are switched off serve nobody.
    """
    rows = session.execute(select(col(Staff.roles), col(Staff.places)).where(col(Staff.active)))
    scopes = {scope for roles, places in rows if DECIDES & set(roles) for scope in places}
    return max((scope for scope in scopes if place.startswith(scope)), key=len, default=None)
