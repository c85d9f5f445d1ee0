"""The notices of a case that the office seals: what to mend, and how it decided; as facts for the press."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from portal import db
from portal.office import service as offices
from portal.office.known import Office
from portal.places import service as places
from portal.press.code import Code
from portal.questions import service as questions
from portal.questions.models import Reason
from portal.review import clock, dossier, events, numbers, remarks
from portal.review.models import Case


@dataclass(frozen=True)
class Head:
    """What stands on top of both: whose case it is, and the way to it."""

    shop: str
    number: str
    kind: str
    place: str
    code: Code
    office: Office


@dataclass(frozen=True)
class Mending:
    """What templates/review/paper_mending.html shows; `days` are the working days of the next answer."""

    head: Head
    sent_back: date
    remarks: list[dossier.Said]
    days: int


@dataclass(frozen=True)
class Outcome:
    """What templates/review/paper_outcome.html shows; reason and words only where it was not approved."""

    head: Head
    approved: bool
    sent: date
    decided: date
    reason: Reason | None
    words: str


def mending(session: Session, case: Case, code: Code) -> Mending:
    """The notice of what to mend, as it was sent back."""
    said = [dossier.said(case, each) for each in remarks.of_round(session, case)]
    return Mending(_head(case, code), _decided(case), said, clock.next_answer(case))


def outcome(session: Session, case: Case, code: Code) -> Outcome:
    """The notice of the decision; what was said with a rejection is in the chain of events."""
    said = [events.details(event) for event in events.of_case(session, case.id) if event.action == "reject"]
    details = (said[-1] if said else None) or {}
    return Outcome(
        head=_head(case, code),
        approved=case.told == "approved",
        sent=case.sent_at.astimezone(db.CHINA).date(),
        decided=_decided(case),
        reason=questions.library().reasons.get(str(details.get("reason", ""))),
        words=str(details.get("words", "")),
    )


def _head(case: Case, code: Code) -> Head:
    title = questions.library().sets[case.kind].title
    place = " ".join(places.path(case.place))
    return Head(case.title, numbers.shown(case.number), title, place, code, offices.office())


def _decided(case: Case) -> date:
    return (case.decided_at or case.moved_at).astimezone(db.CHINA).date()
