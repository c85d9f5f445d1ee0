"""Verbs on cases: receive, take, release, withdraw; and who looked at what. Decisions have a file of their own."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, select

from portal import db, vault
from portal.accounts import service as accounts
from portal.i18n import N_
from portal.questions import service as questions
from portal.review import amendments, checks, clock, decisions, events, moves, numbers, remarks, telling, trail
from portal.review.decisions import NothingRemarked as NothingRemarked
from portal.review.decisions import RemarksStand as RemarksStand
from portal.review.decisions import approve as approve
from portal.review.decisions import reject as reject
from portal.review.decisions import send_back as send_back
from portal.review.kinds import Kind, kind_of
from portal.review.models import Case
from portal.sheets import submissions
from portal.sheets.models import Photo, Sheet, Submission

if TYPE_CHECKING:
    from portal.access import Actor


@dataclass(frozen=True)
class Sender:
    """The seller of a sheet, as the chain of events knows people."""

    id: str
    kind: str = "seller"
    name: str = ""


def case_for(session: Session, actor: "Actor", case_id: str) -> Case | None:
    """The case, if the asking seller owns it or the asking staff reads cases of its place; else None.

    Raises ConsentGone.
    """
    case = session.exec(select(Case).where(Case.id == case_id)).first()
    return moves.opened(actor, case) if case is not None and moves.may_see(actor, case) else None


def of_sheet(session: Session, sheet_id: str) -> Case | None:
    """The case that a sheet became."""
    return session.exec(select(Case).where(Case.sheet_id == sheet_id)).first()


def receive(session: Session, sheet: Sheet, submission: Submission) -> None:
    """Take in what was sent: the first time it makes the case, later it brings the mended answers.

    Does nothing for sheets that nobody decides on.
    """
    kind = kind_of(sheet.set_key)
    if kind is None:
        return
    case = of_sheet(session, sheet.id)
    if case is None:
        case = _new_case(session, sheet, submission)
    else:
        case = db.lock(session, case)
        remarks.answered(session, case)
        checks.carry(session, case, submission)
    _describe(session, case, kind, submission)
    moves.make(session, case, "receive", by=Sender(sheet.seller_id), details={"digest": submission.digest})
    telling.received(session, case)


def _new_case(session: Session, sheet: Sheet, submission: Submission) -> Case:
    return Case(
        number=_free_number(session),
        tail="",
        sheet_id=sheet.id,
        seller_id=sheet.seller_id,
        kind="",
        title="",
        place="",
        county="",
        desk="practice" if accounts.is_practice(session, sheet.seller_id) else "waiting",
        submission_id=submission.id,
        first_sent_at=submission.sent_at,
        sent_at=submission.sent_at,
        moved_at=db.now(),
        due=db.today(),
        amends_id=amendments.amends(session, sheet),
    )


def _free_number(session: Session) -> str:
    while True:
        number = numbers.new_number()
        if session.exec(select(Case.seq).where(Case.number == number)).first() is None:
            return number


def _describe(session: Session, case: Case, kind: Kind, submission: Submission) -> None:
    """What the queue and the status page read from the row, as the newest submission has it."""
    known = submissions.submitted(submission)
    case.kind, case.title, case.place = kind.key, kind.title(known), kind.place(known)
    case.county = case.place[:6]
    clock.begin(case, kind)
    case.submission_id, case.round, case.sent_at = submission.id, submission.round, submission.sent_at
    case.tail = tail_of(case.number, accounts.phone(session, case.seller_id))
    case.decided_at, case.decided_by, case.decider_id = None, "", None


def tail_of(number: str, phone: str) -> str:
    """What stands in the case for the last four digits of a phone: a hash that only our key makes."""
    return vault.look_up("review tail", f"{number}:{phone[-4:]}")


def tail_again(session: Session, row: Any) -> str:
    """The same for a row of Case under the newest secret; of whoever was erased there is none."""
    return row.tail and tail_of(row.number, accounts.phone(session, row.seller_id))


def take(session: Session, case: Case, *, by: "Actor", version: int) -> Case:
    """Begin to look at a case; until it is put back or decided it is this person's."""
    case = db.lock(session, case)
    if moves.fresh(session, case, "take", by=by, version=version):
        case.holder_id, case.holder_name = by.id, by.name
        moves.make(session, case, "take", by=by)
    return case


def release(session: Session, case: Case, *, by: "Actor", version: int, boxes: checks.Boxes = checks.NO_BOXES) -> Case:
    """Put a case back into the queue; remarks made so far stay, and the ticks that the page came back with."""
    case = db.lock(session, case)
    if moves.fresh(session, case, "release", by=by, version=version):
        checks.along(session, case, boxes, by=by)
        moves.make(session, case, "release", by=by)
    return case


def withdraw(session: Session, case: Case, *, by: "Actor") -> Case:
    """The seller takes the application back before a decision, and may begin anew; twice is once."""
    db.lock(session, session.get_one(Sheet, case.sheet_id))  # in the order in which a sending locks them
    case = db.lock(session, case)
    own_again = case.state == "withdrawn" and by.id == case.seller_id
    if not own_again and moves.fresh(session, case, "withdraw", by=by):
        case.decided_at, case.decided_by, case.settles_at = db.now(), "", None
        moves.make(session, case, "withdraw", by=by)
        decisions.follow(session, case, "withdrawn")
    return case


def see_phone(session: Session, case: Case, *, by: "Actor") -> str:
    """The seller's phone number in full; that it was looked at is noted with it."""
    case = db.lock(session, case)
    if not moves.may_decide(by, case):
        raise moves.NotForYou
    events.append(session, case, "see_phone", by=by)
    return accounts.phone(session, case.seller_id)


def may_see_photo(session: Session, actor: "Actor", photo: Photo) -> bool:
    """Whether a member of staff may see a photo of a sheet; the first sighting of a day is noted before it is shown."""
    case = of_sheet(session, photo.sheet_id)
    if case is None or actor.kind != "staff" or not moves.may_see(actor, case) or case.shut:
        return False
    known = questions.library().sets.get(case.kind)
    question = known.questions.get(photo.key) if known else None
    details = {"label": question.label} if question else {"said": N_("Photo of the form")}
    trail.saw(session, actor, case, "see_photo", subject=photo.id, details=details)
    return True
