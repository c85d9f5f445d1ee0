"""A seller's new number: changed by the seller, who proves both, or by two people of the office who know the seller."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, ScalarSelect, and_, bindparam, false, func, literal, or_
from sqlmodel import Session, col, select

from portal import db, jobs, vault
from portal.accounts import contacts, service
from portal.accounts.models import NumberChange, Seller
from portal.audit import service as audit
from portal.i18n import N_, Refusal
from portal.i18n import gettext as _

if TYPE_CHECKING:
    from portal.access import Actor

LIVES = timedelta(hours=24)
Details = Mapping[str, object]
Changed = Callable[[Session, str, "Actor", Details], None]
_on_changed: list[Changed] = []


class Same(Refusal):
    """The new number is the old one."""

    msgid = N_("That is the number we have already. Enter the new one.")
    field = "phone"


class Taken(Refusal):
    """The new number belongs to another seller."""

    msgid = N_("Somebody else is registered here with this number, so it cannot be used. Enter another one.")
    field = "phone"


class NoReason(Refusal):
    """Nobody says why the number changes."""

    msgid = N_("Write down why, for example: phone lost, seen in person with the old receipt.")
    field = "reason"


class SamePerson(Refusal):
    """Whoever asked cannot be the witness."""

    msgid = N_("You asked for this yourself. Somebody else who knows the seller has to confirm it.")


class Over(Refusal):
    """The change was confirmed, refused, overtaken, or is older than a day."""

    msgid = N_(
        "This change is not waiting any more: it was confirmed or refused, the seller has changed the number "
        "meanwhile or is gone, or a day has passed."
    )


class Gone(Over):
    """There is no such change where this person works; a stranger reads the same."""

    status = 404


def on_changed(callback: Changed) -> Changed:
    """Call `callback` with the seller, who changed it and the details when a number has changed."""
    if callback not in _on_changed:
        _on_changed.append(callback)
    return callback


def change(session: Session, seller_id: str, phone: str, *, by: "Actor", details: Details | None = None) -> Seller:
    """Give a seller a new number: both numbers are told, every sign-in ends, another one that waits is void.

    Raises Same and Taken.
    """
    seller = db.lock(session, session.get_one(Seller, seller_id))
    refuse(session, seller, phone)
    old = service.phone(session, seller.id)
    seller.phone = vault.seal(phone.encode(), f"seller:{seller.id}:phone")
    seller.phone_key = vault.look_up(service.phone_kind(seller.practice), phone)
    seller.tail = phone[-4:]
    contacts.choose(seller, "own")
    _close_all(session, seller.id)
    session.flush()
    service.sign_out_everywhere(session, seller.id)
    for number in (old, phone):
        service.tell(session, seller.id, kind="number", say=lambda: _sentence(old, phone), number=number)
    for callback in _on_changed:
        callback(session, seller.id, by, details or {})
    return seller


def _sentence(old: str, new: str) -> str:
    before, after = told_apart(old, new)
    return _(
        "At Haohuo you now sign in with the %(after)s; it was the %(before)s. Was it not you? Ring the office at once.",
        after=after,
        before=before,
    )


def told_apart(old: str, new: str) -> tuple[str, str]:
    """Two numbers in words that tell them apart: by their last four digits, or, where these are the same, by the first
    three too; and where these are the same as well, by every digit that differs.
    """
    if old[-4:] != new[-4:]:
        return _("number ending in %(tail)s", tail=old[-4:]), _("number ending in %(tail)s", tail=new[-4:])
    alike = old[:3] == new[:3]
    hidden = {at for at in range(3, 7) if not alike or old[at] == new[at]}
    before, after = ("".join("*" if at in hidden else digit for at, digit in enumerate(each)) for each in (old, new))
    return _("number %(masked)s", masked=before), _("number %(masked)s", masked=after)


def pair(session: Session, row: NumberChange) -> tuple[str, str]:
    """The old and the new number of a change that waits, told apart; where the tails do, nothing sealed is opened."""
    if row.old_tail != row.tail:
        return told_apart(row.old_tail, row.tail)
    return told_apart(service.phone(session, row.seller_id), _held(row))


def same(session: Session, seller_id: str, phone: str) -> Same | None:
    """The refusal where a seller has this number already. Whether somebody else has it is said after the proof only."""
    other = session.get_one(Seller, seller_id)
    found = service.with_phone(session, phone, practice=other.practice)
    return Same() if found is not None and found.id == seller_id else None


def refuse(session: Session, seller: Seller, phone: str) -> None:
    """Raise Same or Taken where a seller cannot have this number."""
    other = service.with_phone(session, phone, practice=seller.practice)
    if other is not None:
        raise Same if other.id == seller.id else Taken


def ask(
    session: Session, seller_id: str, *, phone: str, reason: str, by: "Actor", about: tuple[str, str, str]
) -> NumberChange:
    """Ask for a new number for a seller who came in person; a colleague has to confirm it within a day.

    `about` names the case: id, number (both empty where nothing was sent yet), place. A new asking takes the place of
    one that waits. Raises Same, Taken,
    NoReason.
    """
    seller = db.lock(session, session.get_one(Seller, seller_id))
    refuse(session, seller, phone)
    if not reason:
        raise NoReason
    _close_all(session, seller_id)
    row = NumberChange(
        seller_id=seller_id,
        case_id=about[0],
        case_number=about[1],
        place=about[2],
        tail=phone[-4:],
        old_tail=seller.tail,
        reason=reason,
        asked_by=by.id,
        asked_name=by.name,
        ends_at=db.now() + LIVES,
    )
    row.phone = vault.seal(phone.encode(), _place(row.id))
    session.add(row)
    session.flush()
    _note(session, "number_asked", row, by=by)
    return row


def waiting(session: Session, actor: "Actor") -> list[NumberChange]:
    """The changes that wait for a witness where this person works, oldest first."""
    rows = session.exec(select(NumberChange).where(_open()).order_by(col(NumberChange.made_at)))
    return [row for row in rows if _near(actor, row)]


def awaited(places: tuple[str, ...]) -> ScalarSelect[int]:
    """For the database: how many of these wait :now for somebody of these places who is not :me, who asked for them."""
    row = NumberChange
    near = [col(row.place).startswith(place, autoescape=True) for place in places]
    above = [literal(place).startswith(col(row.place)) for place in places]
    known = or_(false(), *near, and_(col(row.case_id) == "", or_(false(), *above)))
    still = col(row.phone).is_not(None), col(row.ends_at) > bindparam("now", type_=db.Moment)
    return select(func.count()).where(*still, col(row.asked_by) != bindparam("me"), known).scalar_subquery()


def one(session: Session, actor: "Actor", id: str) -> NumberChange:
    """A change that lies where this person works. Raises Gone."""
    row = session.get(NumberChange, id)
    if row is None or not _near(actor, row):
        raise Gone
    return row


def confirm(session: Session, row: NumberChange, *, by: "Actor") -> Seller:
    """A second person has seen the seller too: the number counts. Raises SamePerson, Over, Taken."""
    row = db.lock(session, row)
    phone = _held(row)
    if row.asked_by == by.id:
        raise SamePerson
    _close(row)
    _note(session, "number_changed", row, by=by)
    details = {"reason_given": row.reason, "asked_by": row.asked_name}
    return change(session, row.seller_id, phone, by=by, details=details)


def refuse_change(session: Session, row: NumberChange, *, by: "Actor") -> NumberChange:
    """Somebody of the office says no, or whoever asked takes it back. Raises Over."""
    row = db.lock(session, row)
    _held(row)
    _close(row)
    _note(session, "number_refused", row, by=by)
    return row


@jobs.work("accounts.numbers", schedule="* * * * *")
def sweep(_: str) -> None:
    """Wipe the numbers of changes that nobody confirmed within the day."""
    over = col(NumberChange.phone).is_not(None), col(NumberChange.ends_at) <= db.now()
    with db.writing() as session:
        for row in session.exec(select(NumberChange).where(*over).limit(1000)):
            _close(row)


def _note(session: Session, action: str, row: NumberChange, *, by: "Actor") -> None:
    """Write it into the office's chain where there is no case whose chain could hold it."""
    if not row.case_id:
        audit.note(session, action, by=by, subject=row.seller_id, places=[row.place], details={"about": row.reason})


def _near(actor: "Actor", row: NumberChange) -> bool:
    """Whether a change is this person's concern; with nothing sent yet, whoever works within its place knows too."""
    within = not row.case_id and any(place.startswith(row.place) for place in actor.places)
    return within or actor.works_for(row.place)


def _open() -> ColumnElement[bool]:
    return col(NumberChange.phone).is_not(None) & (col(NumberChange.ends_at) > db.now())


def _held(row: NumberChange) -> str:
    """The new number while the change waits. Raises Over."""
    if row.phone is None or row.ends_at <= db.now():
        raise Over
    return vault.unseal(row.phone, _place(row.id)).decode()


def _close_all(session: Session, seller_id: str) -> None:
    for waiting in session.exec(select(NumberChange).where(NumberChange.seller_id == seller_id, _open())):
        _close(waiting)


def _close(row: NumberChange) -> None:
    row.phone, row.closed_at = None, db.now()


def _place(id: str) -> str:
    return f"number_change:{id}:phone"
