"""Changes of an approved case: each is a case of its own; approved, its answers go over into the first one.

Until then the first case stays as it is, and it stays so when the change is refused or withdrawn.
"""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from portal import db
from portal.i18n import N_, library_text
from portal.i18n import gettext as _
from portal.review import events, moves, numbers
from portal.review.kinds import Decision, kind_of
from portal.review.models import Case, Event
from portal.review.states import STATES, State
from portal.sheets import amending, submissions
from portal.sheets.models import Sheet


@dataclass(frozen=True, slots=True)
class Change:
    """A change as people read it; `case` is None until it is sent."""

    sheet: Sheet
    case: Case | None

    @property
    def label(self) -> str:
        """What has changed, in the library's words."""
        return called(self.sheet)

    @property
    def number(self) -> str:
        """The number as people read it; empty until it is sent."""
        return numbers.shown(self.case.number) if self.case else ""

    @property
    def state(self) -> State | None:
        """How far it is; None until it is sent."""
        return STATES[self.case.state] if self.case else None

    @property
    def told(self) -> State | None:
        """How far it is, as its seller knows it."""
        return STATES[self.case.told] if self.case else None

    @property
    def open(self) -> bool:
        """Whether it is neither decided nor taken back."""
        return self.sheet.once_key is not None


@dataclass(frozen=True, slots=True)
class Decider:
    """Who approved a change: noted on the first case too."""

    id: str
    name: str
    kind: str = "staff"


def called(sheet: Sheet) -> str:
    """What a change is called in the current language; a change that the library has no more has no name."""
    wanted = amending.of_key(sheet)
    return library_text(wanted.label) if wanted else ""


def amends(session: Session, sheet: Sheet) -> str | None:
    """The case that a sheet changes, None for one that changes none. Raises MayNotLook."""
    first = session.exec(select(Case).where(Case.sheet_id == sheet.amends_id)).first() if sheet.amends_id else None
    return moves.let(first).id if first else None


def of_case(session: Session, case_id: str) -> list[Change]:
    """The changes of a case that were sent, newest first."""
    query = select(Sheet, Case).join(Case, col(Case.sheet_id) == Sheet.id).where(Case.amends_id == case_id)
    return [Change(*row) for row in session.exec(query.order_by(col(Case.seq).desc()))]


def settled(session: Session, case: Case, decision: Decision) -> None:
    """What follows from a decision on a change: another may begin, and approved answers go over; twice is once."""
    if case.amends_id is None:
        return
    sheet = amending.ended(session, session.get_one(Sheet, case.sheet_id))
    if decision == "approved" and not _went_over(session, case):
        _go_over(session, case, sheet)


def _went_over(session: Session, case: Case) -> bool:
    query = select(Event.seq).where(
        Event.case_id == case.amends_id, Event.action == "amended", Event.subject == case.id
    )
    return session.exec(query).first() is not None


def _go_over(session: Session, case: Case, sheet: Sheet) -> None:
    first = db.lock(session, session.exec(select(Case).where(Case.id == case.amends_id)).one())
    made, kind = amending.take_over(session, sheet), kind_of(case.kind)
    if made is None or kind is None:
        return
    known = submissions.submitted(made)
    first.title, first.place = kind.title(known), kind.place(known)
    first.county = first.place[:6]
    first.submission_id, first.round, first.sent_at = made.id, made.round, made.sent_at
    wanted = amending.of_key(sheet)
    details = {"label": wanted.label if wanted else "", "words": numbers.shown(case.number)}
    events.append(session, first, "amended", by=_decider(session, case), subject=case.id, details=details)


def _decider(session: Session, case: Case) -> Decider:
    query = select(Event).where(Event.case_id == case.id, Event.action == "approve").order_by(col(Event.seq).desc())
    found = session.exec(query.limit(1)).first()
    return Decider(found.who_id, found.who_name) if found else Decider("", case.decided_by)


def approved(case: Case) -> str:
    """What the seller is told when a case is approved."""
    said = N_(
        "Your application %(number)s is approved. Now you can open your shop on the platform; "
        "your guide is ready to print."
    )
    of_change = N_("Your change %(number)s is approved; it counts from now on.")
    return _(of_change if case.amends_id else said, number=numbers.shown(case.number))


def refused(case: Case, reason: str) -> str:
    """What the seller is told when a case is not approved."""
    said = N_("Your application %(number)s was not approved: %(reason)s. Sign in to read more, or ring the office.")
    of_change = N_("Your change %(number)s was not approved: %(reason)s. Your shop stays as it was.")
    return _(of_change if case.amends_id else said, number=numbers.shown(case.number), reason=reason)
