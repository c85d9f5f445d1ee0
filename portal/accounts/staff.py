"""People who work for an office: their passwords, roles and places, and the links that invite them."""

import re
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from portal import db, vault
from portal.access import Actor
from portal.accounts import areas, limits, passwords, service
from portal.accounts.models import ROLES, Invitation, ListedCode, Staff
from portal.audit import service as audit
from portal.audit.chain import Who
from portal.i18n import N_, Refusal, gettext

LINK_LIVES = timedelta(hours=24)
HERE_TRIES: list[limits.Rule] = [(10, timedelta(minutes=15))]
LOGIN_TRIES: list[limits.Rule] = [(50, timedelta(hours=1))]
ADDRESS_TRIES: list[limits.Rule] = [(200, timedelta(minutes=15))]
SERVER = audit.Machine()


class WrongLogin(Refusal):
    """The name or the password is wrong; which of them is not said."""

    msgid = N_("The name or the password is wrong. Check both; capital letters count in the password.")
    field = "password"


class WrongPassword(Refusal):
    """Somebody who is signed in did not show that it is them."""

    msgid = N_("That is not your password. Capital letters count.")
    field = "password"


class TooManyTries(Refusal):
    """Too many wrong passwords for this name or from this address."""

    msgid = N_("Too many wrong tries. Wait %(minutes)s minutes, or ask your admin for a new link.")
    field = "password"


class LoginTaken(Refusal):
    """Another member of staff has this sign-in name."""

    msgid = N_("Somebody else has this sign-in name. Take another, for example with a number: wang.li2.")
    field = "login"


class BadLogin(Refusal):
    """The sign-in name has other characters than small letters, digits, dot and dash."""

    msgid = N_("A sign-in name has 3 to 40 small letters, digits, dots or dashes, for example wang.li.")
    field = "login"


class OutOfPlace(Refusal):
    """An admin may give no more places than their own."""

    msgid = N_("You can only give places that you work for yourself.")
    field = "places"


class YourOwn(Refusal):
    """An admin cannot lock themselves out."""

    msgid = N_("You cannot take the admin role from yourself or switch yourself off. Ask another admin.")
    field = "roles"


class LastAdmin(Refusal):
    """Without this person nobody could look after the staff."""

    msgid = N_("This is the last admin who is switched on. Give somebody else the admin role first.")
    field = "roles"


class OwnSecond(Refusal):
    """Nobody resets their own second factor."""

    msgid = N_("You cannot reset your own second key. Change it on your account's page, or ask another admin.")


def clean_login(typed: str) -> str:
    """A sign-in name as it is stored and compared."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def add(
    session: Session, *, name: str, login: str, roles: Sequence[str], places: Sequence[str], by: Who = SERVER
) -> Staff:
    """Add a member of staff, who comes in by an invitation. Raises BadLogin, LoginTaken."""
    cleaned = clean_login(login)
    if not re.match(r"[a-z0-9][a-z0-9.\-]{2,39}\Z", cleaned):
        raise BadLogin
    if session.exec(select(Staff.id).where(Staff.login == cleaned)).first():
        raise LoginTaken
    staff = Staff(login=cleaned, name=name, roles=_known(roles), places=sorted(set(places)))
    session.add(staff)
    session.flush()
    _note(session, "staff_added", staff, by, roles=role_names(staff.roles), places=areas.place_names(staff.places))
    return staff


def _note(session: Session, action: str, staff: Staff, by: Who, **said: str) -> None:
    about = {"about": f"{staff.name} {staff.login}", **said}
    audit.note(session, action, by=by, subject=staff.id, places=staff.places, details=about)


def role_names(roles: Sequence[str]) -> str:
    """Roles for people."""
    return gettext(", ").join(gettext(ROLES[role][0]) for role in _known(roles))


def trial_staff(session: Session) -> Staff:
    """The one member of staff that a trial makes by itself: reviewer, manager and admin everywhere."""
    staff = session.exec(select(Staff).where(col(Staff.trial))).first()
    if staff is None:
        staff = add(
            session,
            name=gettext("Trial staff"),
            login="trial",
            roles=["reviewer", "manager", "admin"],
            places=[areas.EVERYWHERE],
        )
        staff.trial = True
    return staff


def change(
    session: Session, actor: Actor, staff: Staff, *, name: str, roles: Sequence[str], places: Sequence[str]
) -> Staff:
    """Change who somebody is and where they work. Raises OutOfPlace, YourOwn, LastAdmin."""
    refuse_places(actor, places)
    if "admin" not in roles:
        _refuse_last(session, actor, staff)
    before = staff.name, role_names(staff.roles), areas.place_names(staff.places)
    staff.name, staff.roles, staff.places = name, _known(roles), sorted(set(places))
    after = staff.name, role_names(staff.roles), areas.place_names(staff.places)
    said = {
        key: f"{old} → {new}"
        for key, old, new in zip(("name", "roles", "places"), before, after, strict=True)
        if old != new
    }
    if said:
        _note(session, "staff_changed", staff, actor, **said)
    return staff


def refuse_places(actor: Actor, places: Sequence[str]) -> None:
    """Raise OutOfPlace unless the actor works for all of these places."""
    if not all(actor.works_for(place) for place in places):
        raise OutOfPlace


def switch(session: Session, actor: Actor, staff: Staff, *, active: bool) -> Staff:
    """Switch somebody off, which signs them out everywhere, or on again. Raises YourOwn, LastAdmin."""
    if staff.id == actor.id:
        raise YourOwn
    if staff.active == active:
        return staff
    if not active:
        _refuse_last(session, actor, staff)
        service.sign_out_everywhere(session, staff.id)
    staff.active = active
    _note(session, "staff_on" if active else "staff_off", staff, actor)
    return staff


def _refuse_last(session: Session, actor: Actor, staff: Staff) -> None:
    """Raise YourOwn for oneself, LastAdmin unless another admin stays: two who switch each other off wait here."""
    if staff.id == actor.id:
        raise YourOwn
    on = select(Staff).where(col(Staff.active)).order_by(col(Staff.id)).with_for_update()
    others = session.exec(on, execution_options={"populate_existing": True}).all()
    if "admin" in staff.roles and not any("admin" in row.roles for row in others if row.id != staff.id):
        raise LastAdmin


def reset_second(session: Session, staff: Staff, *, by: Who = SERVER) -> Staff:
    """Take somebody's second factor away: all sign-ins end, and at the next one they are told and set up a new one.

    Raises OwnSecond.
    """
    if staff.id == by.id:
        raise OwnSecond
    staff.totp, staff.totp_step, staff.listed_at = None, 0, None
    staff.reset_at, staff.reset_by = db.now(), by.name
    session.execute(delete(ListedCode).where(col(ListedCode.staff_id) == staff.id))
    service.sign_out_everywhere(session, staff.id)
    _note(session, "second_reset", staff, by)
    return staff


def sign_out(session: Session, staff: Staff, *, by: Who) -> None:
    """End all sign-ins of a member of staff, one's own or another's."""
    service.sign_out_everywhere(session, staff.id)
    _note(session, "signed_out", staff, by)


def within(session: Session, actor: Actor) -> list[Staff]:
    """The staff that an admin looks after: those who work only where the admin does."""
    rows = session.exec(select(Staff).order_by(col(Staff.active).desc(), col(Staff.login)))
    return [row for row in rows if all(actor.works_for(place) for place in row.places)]


def one(session: Session, actor: Actor, id: str) -> Staff | None:
    """A member of staff that the actor looks after."""
    row = session.get(Staff, id)
    return row if row and all(actor.works_for(place) for place in row.places) else None


def invite(session: Session, staff: Staff, *, by: Who = SERVER) -> str:
    """A new one-time token for /desk/accounts/first/<token>; earlier ones end."""
    _note(session, "staff_link", staff, by)
    session.execute(
        update(Invitation)
        .values(used_at=db.now())
        .where(col(Invitation.staff_id) == staff.id, col(Invitation.used_at).is_(None))
    )
    token = secrets.token_urlsafe(24)
    session.add(Invitation(staff_id=staff.id, token_hash=_hash(token), ends_at=db.now() + LINK_LIVES))
    session.flush()
    return token


def of_login(session: Session, login: str) -> Staff | None:
    """The member of staff of a sign-in name, while switched on."""
    return session.exec(select(Staff).where(Staff.login == clean_login(login), col(Staff.active))).first()


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
    """Use an invitation up: the new password counts, the old second factor and all old sign-ins end."""
    staff = invited(session, token)
    used = (
        update(Invitation)
        .values(used_at=db.now())
        .where(col(Invitation.token_hash) == _hash(token), col(Invitation.used_at).is_(None))
        .returning(col(Invitation.id))
    )
    if staff is None or session.execute(used).first() is None:
        return None
    staff.password, staff.totp, staff.totp_step, staff.listed_at = password_hash, None, 0, None
    staff.reset_at = None
    session.execute(delete(ListedCode).where(col(ListedCode.staff_id) == staff.id))
    service.sign_out_everywhere(session, staff.id)
    return staff


def count_try(session: Session, login: str, address: str) -> None:
    """Count one more try to sign in (db.aside). Raises TooManyTries."""
    name, where = vault.look_up("login", clean_login(login)), vault.look_up("address", address)
    limits.take(session, f"login:{name}:{where}", HERE_TRIES, TooManyTries)
    limits.take(session, f"login:{name}", LOGIN_TRIES, TooManyTries)
    limits.take(session, f"logins:{where}", ADDRESS_TRIES, TooManyTries)


def forget_tries(session: Session, login: str, address: str) -> None:
    """A right password ends the count of wrong ones at this address."""
    limits.forget(session, f"login:{vault.look_up('login', clean_login(login))}:{vault.look_up('address', address)}")


def by_password(session: Session, login: str, password: str, wrong: type[Refusal] = WrongLogin) -> Staff:
    """The member of staff of a name and a password. Raises `wrong`, after the same time for an unknown name."""
    staff = of_login(session, login)
    right = passwords.matches(password, staff.password if staff else None)
    if staff is None or not right:
        raise wrong
    return staff


def _hash(token: str) -> str:
    return vault.look_up("invitation", token)


def _known(roles: Sequence[str]) -> list[str]:
    return [role for role in ROLES if role in roles]
