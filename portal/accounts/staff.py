"""People who work for an office: who they are, their passwords, roles and places."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from portal import db, vault
from portal.access import Actor
from portal.accounts import areas, limits, passwords, service
from portal.accounts.models import ROLES, ListedCode, Staff
from portal.audit import service as audit
from portal.audit.chain import Who
from portal.i18n import N_, Refusal, gettext
from portal.questions.cleaning import clean

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
    """Nobody gives themselves roles, places or a link, or switches themselves off."""

    msgid = N_(
        "Nobody changes their own roles and places, makes themselves a link or switches themselves off. "
        "Ask another admin, or whoever looks after the server."
    )
    field = "roles"


class LastAdmin(Refusal):
    """Without this person nobody could look after the staff."""

    msgid = N_("This is the last admin who is switched on. Give somebody else the admin role first.")
    field = "roles"


class OwnSecond(Refusal):
    """Nobody resets their own second factor."""

    msgid = N_("You cannot reset your own second key. Change it on your account's page, or ask another admin.")


def good_login(typed: str) -> str:
    """A sign-in name that somebody may have. Raises BadLogin."""
    cleaned = clean_login(typed)
    if not re.match(r"[a-z0-9][a-z0-9.\-]{2,39}\Z", cleaned):
        raise BadLogin
    return cleaned


def clean_login(typed: str) -> str:
    """A sign-in name as it is stored and compared."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def add(
    session: Session, *, name: str, login: str, roles: Sequence[str], places: Sequence[str], by: Who = SERVER
) -> Staff:
    """Add a member of staff, who comes in by an invitation. Raises BadLogin, LoginTaken."""
    cleaned = good_login(login)
    if session.exec(select(Staff.id).where(Staff.login == cleaned)).first():
        raise LoginTaken
    staff = Staff(login=cleaned, name=name, roles=_known(roles), places=sorted(set(places)))
    session.add(staff)
    session.flush()
    note(session, "staff_added", staff, by, roles=_labels(staff.roles), places=areas.place_names(staff.places))
    return staff


def note(session: Session, action: str, staff: Staff, by: Who, **said: object) -> None:
    """Write down what was done about somebody."""
    about = {"about": f"{staff.name} {staff.login}", **said}
    audit.note(session, action, by=by, subject=staff.id, places=staff.places, details=about)


def begins(roles: Collection[str]) -> str:
    """Where the desk begins for somebody with these roles: at the queue, or at filling in; empty where at neither."""
    if {"reviewer", "manager", "auditor"} & {*roles}:
        return "/desk/review/"
    return "/desk/assist/" if "helper" in roles else ""


def role_names(roles: Sequence[str]) -> str:
    """Roles for people."""
    return gettext(", ").join(map(gettext, _labels(roles)))


def _labels(roles: Sequence[str]) -> list[str]:
    return [ROLES[role][0] for role in _known(roles)]


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
    session: Session, staff: Staff, *, name: str, roles: Sequence[str], places: Sequence[str], by: Who = SERVER
) -> Staff:
    """Change who somebody is and where they work. Raises YourOwn, LastAdmin."""
    refuse_own(staff, by)
    name = clean(name, 100)
    if "admin" not in roles:
        _refuse_last(session, staff)
    before = staff.name, _labels(staff.roles), areas.place_names(staff.places)
    staff.name, staff.roles, staff.places = name, _known(roles), sorted(set(places))
    after = staff.name, _labels(staff.roles), areas.place_names(staff.places)
    said = {
        key: [old, new] if isinstance(old, list) else f"{old} → {new}"
        for key, old, new in zip(("name", "roles", "places"), before, after, strict=True)
        if old != new
    }
    if said:
        note(session, "staff_changed", staff, by, **said)
    return staff


def refuse_places(actor: Actor, places: Sequence[str]) -> None:
    """Raise OutOfPlace unless the actor works for all of these places."""
    if not all(actor.works_for(place) for place in places):
        raise OutOfPlace


def refuse_own(staff: Staff, by: Who) -> None:
    """Raise YourOwn for oneself."""
    if staff.id == by.id:
        raise YourOwn


def switch(session: Session, actor: Actor, staff: Staff, *, active: bool) -> Staff:
    """Switch somebody off, which signs them out everywhere, or on again. Raises YourOwn, LastAdmin."""
    refuse_own(staff, actor)
    if staff.active == active:
        return staff
    if not active:
        _refuse_last(session, staff)
        service.sign_out_everywhere(session, staff.id)
    staff.active = active
    note(session, "staff_on" if active else "staff_off", staff, actor)
    return staff


def _refuse_last(session: Session, staff: Staff) -> None:
    """Raise LastAdmin unless another admin stays: two who switch each other off wait here."""
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
    end_second(session, staff)
    staff.reset_at, staff.reset_by = db.now(), by.name
    note(session, "second_reset", staff, by)
    return staff


def end_second(session: Session, staff: Staff) -> None:
    """No app and no list opens anything for somebody any more, and all their sign-ins end."""
    staff.totp, staff.totp_step, staff.listed_at, staff.reset_at = None, 0, None, None
    session.execute(delete(ListedCode).where(col(ListedCode.staff_id) == staff.id))
    service.sign_out_everywhere(session, staff.id)


def sign_out(session: Session, staff: Staff, *, by: Who) -> None:
    """End all sign-ins of a member of staff, one's own or another's."""
    service.sign_out_everywhere(session, staff.id)
    note(session, "signed_out", staff, by)


def within(session: Session, actor: Actor) -> list[Staff]:
    """The staff that an admin looks after: those who work only where the admin does."""
    rows = session.exec(select(Staff).order_by(col(Staff.active).desc(), col(Staff.login)))
    return [row for row in rows if all(actor.works_for(place) for place in row.places)]


def one(session: Session, actor: Actor, id: str) -> Staff | None:
    """A member of staff that the actor looks after."""
    row = session.get(Staff, id)
    return row if row and all(actor.works_for(place) for place in row.places) else None


def of_login(session: Session, login: str) -> Staff | None:
    """The member of staff of a sign-in name, while switched on."""
    return session.exec(select(Staff).where(Staff.login == clean_login(login), col(Staff.active))).first()


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


def _known(roles: Sequence[str]) -> list[str]:
    return [role for role in ROLES if role in roles]
