"""A seller's new phone number at the desk: for a case of one's place, and noted on every case of the seller."""

from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from portal import db
from portal.accounts import number
from portal.accounts import service as accounts
from portal.i18n import N_, Refusal
from portal.review import events, numbers, service
from portal.review.models import ERASED, Case

if TYPE_CHECKING:
    from portal.access import Actor


class NoSuchNumber(Refusal):
    """No case of this number lies where the asking person works."""

    field = "number"
    msgid = N_("No application here has this number. It has 8 letters and digits, like K7QM-3XRD.")


def known_to(session: Session, actor: "Actor", case_id: str) -> Case | None:
    """The case, if it lies where this member of staff works, whatever their role, and its seller is not forgotten."""
    case = session.exec(select(Case).where(Case.id == case_id)).first()
    here = case is not None and actor.kind == "staff" and actor.works_for(case.place) and case.desk != ERASED
    return case if here else None


def by_number(session: Session, actor: "Actor", typed: str) -> Case | None:
    """The case of a number that somebody typed, where this member of staff works."""
    id = session.exec(select(Case.id).where(Case.number == (numbers.typed(typed) or ""))).first()
    return known_to(session, actor, id) if id else None


def ask_number(session: Session, case: Case, *, by: "Actor", phone: str, reason: str) -> None:
    """Ask for a new number for the seller of a case, who came in person; a colleague has to confirm it.

    Raises number.Same, Taken, NoReason.
    """
    number.ask(session, case.seller_id, phone=phone, reason=reason, by=by, about=(case.id, case.number, case.place))
    case = db.lock(session, case)
    events.append(session, case, "number_asked", by=by, details={"reason_given": reason})


def number_changed(session: Session, seller_id: str, by: events.Who, details: events.Details) -> None:
    """A seller has a new number: every case of theirs opens by its last four digits, and says who changed it."""
    for case in session.exec(select(Case).where(Case.seller_id == seller_id).order_by(col(Case.seq))).all():
        case = db.lock(session, case)
        case.tail = service.tail_of(case.number, accounts.phone(session, seller_id))
        events.append(session, case, "number_changed", by=by, details=details)
