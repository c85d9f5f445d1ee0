"""Who serves a place: whether anybody looks at the applications that come from there, and who decides beside whom."""

from sqlmodel import Session, col, select

from portal.access import Actor
from portal.accounts.models import Staff

DECIDES = frozenset({"reviewer", "manager"})


def who_serves(session: Session, place: str) -> str | None:
    """The nearest place whose staff decide on applications from `place`: its own code or one above; None: nobody.

    "" is staff who work everywhere. Staff who are switched off serve nobody.
    """
    return nearest(scopes(session), place)


def scopes(session: Session) -> set[str]:
    """The places whose staff decide on applications."""
    rows = session.exec(select(Staff.roles, Staff.places).where(col(Staff.active)))
    return {scope for roles, places in rows if DECIDES & set(roles) for scope in places}


def nearest(scopes: set[str], place: str) -> str | None:
    """The nearest of some places that a place lies in, or is; None: it lies in none of them."""
    return max((scope for scope in scopes if place.startswith(scope)), key=len, default=None)


def acting(session: Session, staff_id: str) -> Actor | None:
    """A member of staff as they may act now, without a browser; None once they are switched off."""
    row = session.get(Staff, staff_id)
    return _actor(row) if row is not None and row.active else None


def colleagues(session: Session, actor: Actor) -> list[Actor]:
    """Who decides on applications in a place that the actor works for or in: the actor first, then by name."""
    rows = session.exec(select(Staff).where(col(Staff.active)).order_by(col(Staff.name), col(Staff.id))).all()
    found = [_actor(row) for row in rows if DECIDES & set(row.roles)]
    near = [each for each in found if any(map(actor.works_for, each.places)) or any(map(each.works_for, actor.places))]
    return sorted(near, key=lambda each: each.id != actor.id)


def working(session: Session, roles: frozenset[str], place: str) -> list[Staff]:
    """Who has one of these roles and works for a place, by name."""
    rows = session.exec(select(Staff).where(col(Staff.active)).order_by(col(Staff.name), col(Staff.login)))
    return [row for row in rows if roles & {*row.roles} and any(place.startswith(mine) for mine in row.places)]


def _actor(row: Staff) -> Actor:
    return Actor("staff", row.id, row.name, frozenset(row.roles), tuple(row.places))
