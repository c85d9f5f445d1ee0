"""Which desk serves a place: the one whose staff work nearest to it."""

from sqlmodel import Session, col, select

from portal.accounts.models import Staff

DESK = frozenset({"reviewer", "manager"})


def who_serves(session: Session, place: str) -> str | None:
    """The place code of the desk that gets what comes from a place; "" is a desk for everywhere, None is nobody."""
    rows = session.exec(select(Staff.roles, Staff.places).where(col(Staff.active)))
    covering = [code for roles, places in rows if DESK & {*roles} for code in places if place.startswith(code)]
    return max(covering, key=len, default=None)
