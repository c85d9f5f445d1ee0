"""A seller's new phone number at the desk: for people of one's place, and noted on every case of the seller."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from portal import db
from portal.accounts import codes, limits, number
from portal.accounts import service as accounts
from portal.accounts.models import NumberChange, Seller
from portal.i18n import N_, Refusal, ngettext
from portal.questions.cleaning import clean
from portal.review import events, numbers, service
from portal.review.kinds import kind_of
from portal.review.models import Case
from portal.review.states import ERASED
from portal.sheets import service as sheets

if TYPE_CHECKING:
    from portal.access import Actor

WITNESSES = frozenset({"reviewer", "manager", "admin", "helper"})
# Enough for a day of people who lost their phones, too few to try out a county's numbers.
LOOKS: list[limits.Rule] = [(30, timedelta(hours=1))]


class NoSuchNumber(Refusal):
    """No case of this number lies where the asking person works."""

    field = "number"
    msgid = N_("No application here has this number. It has 8 letters and digits, like K7QM-3XRD.")


class NoSuchPhone(Refusal):
    """Nobody of the asking person's places signs in with this phone number."""

    field = "number"
    msgid = N_("Nobody of your places signs in with this phone number. Compare it once more, digit by digit.")


class TooManyLooks(limits.TooOften):
    """Somebody looks more numbers up than people lose phones."""

    field = "number"


@dataclass(frozen=True)
class Person:
    """A seller who has a new number, with the case that says where they belong; none while nothing was sent."""

    seller_id: str
    tail: str
    place: str
    practice: bool
    case: Case | None = None

    @property
    def url(self) -> str:
        """The page that asks for the new number."""
        return f"/desk/review/{self.case.id}/number" if self.case else f"/desk/review/numbers/seller/{self.seller_id}"

    @property
    def number(self) -> str:
        """The number of the case as people read it."""
        return numbers.shown(self.case.number) if self.case else ""


def count_try(session: Session, actor: "Actor") -> None:
    """Count one more look-up by a member of staff (db.aside). Raises TooManyLooks."""
    limits.take(session, f"numbers:{actor.id}", LOOKS, TooManyLooks)


def find(session: Session, actor: "Actor", typed: str) -> Person:
    """Who is meant by the number of an application or by a phone number. Raises NoSuchNumber, NoSuchPhone."""
    if len(re.sub(r"[^0-9]", "", clean(typed, 40))) < 11:
        id = session.exec(select(Case.id).where(Case.number == (numbers.typed(typed) or ""))).first()
        person = of_case(session, actor, id or "")
        if person is None:
            raise NoSuchNumber
        return person
    try:
        seller = accounts.with_phone(session, codes.phone_number(typed))
    except Refusal:
        raise NoSuchPhone from None
    person = of_seller(session, actor, seller.id) if seller else None
    if person is None:
        raise NoSuchPhone
    return person


def of_case(session: Session, actor: "Actor", case_id: str) -> Person | None:
    """The seller of a case that lies where this member of staff works, whatever their role."""
    case = session.exec(select(Case).where(Case.id == case_id)).first()
    if case is None or case.desk == ERASED or not actor.works_for(case.place):
        return None
    seller = session.get_one(Seller, case.seller_id)
    return Person(seller.id, seller.tail, case.place, seller.practice, case)


def of_seller(session: Session, actor: "Actor", seller_id: str) -> Person | None:
    """A seller: by the newest case where this member of staff works, or, while nothing was sent, by what is begun.

    Who has named no place yet belongs to nobody, and so to whoever they stand before.
    """
    seller = session.get(Seller, seller_id)
    if seller is None:
        return None
    cases = session.exec(select(Case.id).where(Case.seller_id == seller_id).order_by(col(Case.seq).desc())).all()
    if cases:
        return next((person for id in cases if (person := of_case(session, actor, id))), None)
    named = [place for place in _places(session, seller_id) if place]
    here = next((place for place in named or actor.places if actor.works_for(place)), None)
    return None if here is None else Person(seller_id, seller.tail, here, seller.practice)


def _places(session: Session, seller_id: str) -> list[str]:
    """The places that a seller's sheets name so far."""
    begun = [(kind_of(sheet.set_key), sheet) for sheet in sheets.of_seller(session, seller_id)]
    return [kind.place(sheets.answers(sheet)) for kind, sheet in begun if kind]


def ask_number(session: Session, person: Person, *, by: "Actor", phone: str, reason: str) -> None:
    """Ask for a new number for a seller who came in person; a colleague has to confirm it.

    Raises number.Same, Taken, NoReason.
    """
    case = person.case
    about = (case.id, case.number, case.place) if case else ("", "", person.place)
    number.ask(session, person.seller_id, phone=phone, reason=reason, by=by, about=about)
    if case:
        events.append(session, db.lock(session, case), "number_asked", by=by, details={"reason_given": reason})


def refuse_number(session: Session, row: NumberChange, *, by: "Actor") -> NumberChange:
    """Somebody says that this is not the seller, or whoever asked takes it back. Raises number.Over."""
    number.refuse_change(session, row, by=by)
    case = session.exec(select(Case).where(Case.id == row.case_id)).first()
    if case and case.desk != ERASED:
        events.append(session, db.lock(session, case), "number_refused", by=by)
    return row


def awaited(count: int) -> str:
    """That so many new numbers wait for a second person."""
    return ngettext(
        "%(num)s new phone number waits for a second person who has seen the seller.",
        "%(num)s new phone numbers wait for a second person who has seen the seller.",
        count,
    )


def number_changed(session: Session, seller_id: str, by: events.Who, details: events.Details) -> None:
    """A seller has a new number: every case of theirs opens by its last four digits, and says who changed it."""
    for case in session.exec(select(Case).where(Case.seller_id == seller_id).order_by(col(Case.seq))).all():
        case = db.lock(session, case)
        case.tail = service.tail_of(case.number, accounts.phone(session, seller_id))
        events.append(session, case, "number_changed", by=by, details=details)
