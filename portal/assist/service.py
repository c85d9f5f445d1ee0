"""Verbs of assisted filling: open a sheet with the farmer's code, send it for them, end."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, delete, func, update
from sqlmodel import Session, col, select

from portal import access, db, i18n, jobs
from portal.accounts import contacts
from portal.accounts import service as accounts
from portal.accounts.models import Seller, Staff
from portal.assist import blanks, consent
from portal.assist.models import Assist, Blank
from portal.assist.wording import wording
from portal.audit import service as audit
from portal.i18n import N_, Refusal
from portal.registration import service as registration
from portal.review import dossier, events
from portal.review import service as review
from portal.review.kinds import kind_of
from portal.review.models import Case
from portal.sheets import lookover
from portal.sheets import service as sheets
from portal.sheets.models import Photo, Sheet

if TYPE_CHECKING:
    from portal.access import Actor

# Told decisions: what there is to pass on.
ANSWERED = ("changes_requested", "approved", "rejected")
ROLES = ("helper", "reviewer", "manager")
CONSENT = "assisted"
# How long a sheet stays open to the helper after the last thing that was saved, and a code is awaited.
IDLE, AWAITED = timedelta(hours=2), timedelta(hours=1)


class Elsewhere(Refusal):
    """The number belongs to a seller of a place for which the helper does not work."""

    msgid = N_("This number belongs to a seller of another place. The office or a helper there fills it in with them.")
    field = "phone"


class SentAlready(Refusal):
    """The farmer's application is at the office, so nothing can be filled in."""

    msgid = N_(
        "The application of this number was sent already, so nothing can be filled in now. "
        "Look with them how far it is: at the foot of this page."
    )
    field = "code"


class PlaceOutside(Refusal):
    """The place that was chosen lies where the helper does not work."""

    msgid = lookover.OUTSIDE.msgid


def refuse_elsewhere(session: Session, actor: "Actor", seller: Seller | None) -> None:
    """Raise Elsewhere where a seller has begun something at a place for which the helper does not work.

    A slip of the finger locks nobody out: whoever helped with what was never sent may go on, and mend it.
    """
    for sheet in sheets.of_seller(session, seller.id) if seller else ():
        own = actor.id in sheet.helpers and sheet.state == "draft" and sheet.open_keys is None
        if not own and lookover.outside(place_of(sheet), actor):
            raise Elsewhere


def place_of(sheet: Sheet) -> str:
    """The place of a sheet, as far as it is chosen."""
    kind = kind_of(sheet.set_key)
    return kind.place(sheets.answers(sheet)) if kind else ""


def open(session: Session, actor: "Actor", row: Assist, proof: consent.Proof) -> Assist:
    """The farmer's code was right: begin or go on with their application; what the helper had open ends.

    One begun as another kind of seller stays what it is until the farmer was asked.
    Raises Elsewhere, SentAlready, blanks.OfAnother.
    """
    db.lock(session, session.get_one(Staff, actor.id))
    row = db.lock(session, row)
    if row.state != "asked":
        return row
    end_all(session, actor)
    seller = accounts.seller_of(session, consent.phone_of(row), i18n.language(), practice=row.practice)
    refuse_elsewhere(session, actor, seller)
    sheet = registration.begin(session, seller_id=seller.id, kind=row.set_key)
    if sheet.state != "draft":
        raise SentAlready
    accounts.give(session, seller.id, CONSENT, version=wording().version, wording=wording().whole)
    contacts.choose(seller, row.contact, consent.contact_name(row))
    sheet.helpers = {**sheet.helpers, actor.id: actor.name}
    if row.blank_id:
        blanks.bind(session, session.get_one(Blank, row.blank_id), sheet)
    row.state, row.way, row.witness, row.phone, row.contact_name = "open", proof.way, proof.witness, None, None
    row.seller_id, row.sheet_id, row.opened_at = seller.id, sheet.id, db.now()
    session.add_all((row, sheet, seller))
    session.flush()
    if not row.practice:
        said = {"about": sheets.set_of(sheet).short, "witness": row.witness}
        audit.note(session, "filling_begun", by=actor, subject=sheet.id, details=said)
    return row


def standing(session: Session, actor: "Actor", sheet_id: str) -> Assist | None:
    """The filling that opens this sheet to this helper now."""
    query = select(Assist, Sheet.changed_at).join(Sheet, col(Sheet.id) == Assist.sheet_id)
    found = session.exec(query.where(Assist.sheet_id == sheet_id, *_open_to(actor))).first()
    return found[0] if found and actor.roles & set(ROLES) and _lives(*found) else None


def _open_to(actor: "Actor") -> tuple[ColumnElement[bool], ...]:
    return col(Assist.helper_id) == actor.id, col(Assist.state) == "open"


def _lives(row: Assist, changed_at: datetime) -> bool:
    return max(row.opened_at or row.made_at, changed_at) > db.now() - IDLE


def stand_in(actor: "Actor", sheet_id: str) -> "Actor | None":
    """The seller in whose name this helper fills this sheet in now; a short read of its own, before the request's."""
    with db.reading() as session:
        query = (
            select(Assist, Sheet.changed_at, Seller.tail)
            .join(Sheet, col(Sheet.id) == Assist.sheet_id)
            .join(Seller, col(Seller.id) == Sheet.seller_id)
        )
        found = session.exec(query.where(Assist.sheet_id == sheet_id, *_open_to(actor))).first()
    if found is None or not actor.roles & set(ROLES) or not _lives(found[0], found[1]):
        return None
    row, _, tail = found
    return access.Actor(
        "seller",
        row.seller_id or "",
        accounts.masked(tail),
        session_id=actor.session_id,
        places=actor.places,
        practice=row.practice,
        helper=actor.id,
        helper_name=actor.name,
    )


def may_see_photo(session: Session, actor: "Actor", photo: Photo) -> bool:
    """Whether the helper fills in the sheet of this photo now."""
    return standing(session, actor, photo.sheet_id) is not None


def send(session: Session, actor: "Actor", row: Assist, *, as_it_is: bool = False) -> Case | None:
    """Send what was read out to the farmer, who said yes. Raises PlaceOutside and what sheets.send refuses."""
    sheet = session.get_one(Sheet, row.sheet_id)
    if lookover.outside(place_of(sheet), actor):
        raise PlaceOutside
    sheets.send(session, sheet, by=actor.id, as_it_is=as_it_is)
    case = review.of_sheet(session, sheet.id)
    if case is not None:
        events.append(session, db.lock(session, case), "filled_in", by=actor, details={"words": row.witness})
    row.state, row.ended_at = "sent", db.now()
    session.add(row)
    return case


def sent(session: Session, actor: "Actor", assist_id: str) -> tuple[Assist, Case] | None:
    """What this helper has just sent, until the next farmer."""
    query = select(Assist, Case).join(Case, col(Case.sheet_id) == Assist.sheet_id)
    mine = Assist.id == assist_id, Assist.helper_id == actor.id, Assist.state == "sent"
    return session.exec(query.where(*mine)).first()


def sent_of(session: Session, actor: "Actor", sheet_id: str) -> str:
    """The id of the filling in which this helper has just sent a sheet; empty when there is none."""
    query = select(Assist.id).where(Assist.sheet_id == sheet_id, Assist.helper_id == actor.id, Assist.state == "sent")
    return session.exec(query.order_by(col(Assist.made_at).desc())).first() or ""


def end_all(session: Session, actor: "Actor") -> None:
    """The next farmer: nothing of the former ones opens to this helper any more."""
    mine = col(Assist.helper_id) == actor.id, col(Assist.state).in_(("open", "sent"))
    session.execute(update(Assist).where(*mine).values(state="ended", ended_at=db.now()))


def filled(session: Session, actor: "Actor") -> list[tuple[Assist, Case | None, bool]]:
    """What this helper filled in within the last 30 days, newest first, 50 at most, and whether the station tells the
    person now: they may have chosen otherwise since. One opened more than once stands there once.
    """
    last = select(func.max(Assist.opened_at)).where(Assist.helper_id == actor.id).group_by(col(Assist.sheet_id))
    query = select(Assist, Case, Seller.contact).outerjoin(Case, col(Case.sheet_id) == Assist.sheet_id)
    query = query.outerjoin(Seller, col(Seller.id) == Assist.seller_id)
    lately = col(Assist.opened_at).in_(last), col(Assist.opened_at) > db.now() - timedelta(days=30)
    query = query.where(Assist.helper_id == actor.id, *lately)
    found = session.exec(query.order_by(col(Assist.opened_at).desc()).limit(50))
    return [(row, case, contact == "station") for row, case, contact in found]


def to_tell(session: Session, actor: "Actor", assist_id: str) -> dossier.Own | None:
    """A decision as its seller reads it, for the helper who filled it in and has to tell the person; else None."""
    query = select(Assist, Case).join(Case, col(Case.sheet_id) == Assist.sheet_id)
    query = query.join(Seller, col(Seller.id) == Case.seller_id).where(Seller.contact == "station")
    found = session.exec(query.where(Assist.id == assist_id, Assist.helper_id == actor.id)).first()
    if found is None or found[0].practice != access.practising() or found[1].shut or found[1].told not in ANSWERED:
        return None
    return dossier.for_seller(session, access.Actor("seller", found[1].seller_id), found[1].id)


def consent_gone(session: Session, seller_id: str, name: str) -> None:
    """The seller no longer wants it filled in: it closes to every helper at once."""
    if name == CONSENT:
        here = col(Assist.seller_id) == seller_id, col(Assist.state) == "open"
        session.execute(update(Assist).where(*here).values(state="ended", ended_at=db.now()))


@jobs.work("assist.sweep", schedule="*/5 * * * *")
def sweep(_: str) -> None:
    """Forget numbers whose code nobody told within the hour, and end what lies idle."""
    with db.writing() as session:
        over = col(Assist.state) == "asked", col(Assist.made_at) < db.now() - AWAITED
        session.execute(delete(Assist).where(*over))
        query = select(Assist, Sheet.changed_at).join(Sheet, col(Sheet.id) == Assist.sheet_id)
        for row, changed_at in session.exec(query.where(Assist.state == "open")).all():
            if not _lives(row, changed_at):
                row.state, row.ended_at = "ended", db.now()
