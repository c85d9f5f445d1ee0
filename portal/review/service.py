"""Verbs on cases: receive, take, release, send back, approve, reject, withdraw; and who looked at what."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from babel.dates import format_skeleton
from sqlmodel import Session, select

from portal import db, i18n, vault
from portal.accounts import service as accounts
from portal.i18n import N_, Refusal, library_text
from portal.i18n import gettext as _
from portal.notices.service import Text
from portal.office import service as offices
from portal.questions import service as questions
from portal.review import amendments, days, events, moves, numbers, remarks
from portal.review.kinds import Decision, Kind, kind_of
from portal.review.models import STATES, Case, Event
from portal.sheets import service as sheets
from portal.sheets import submissions
from portal.sheets.models import Photo, Sheet, Submission

if TYPE_CHECKING:
    from portal.access import Actor


class NothingRemarked(Refusal):
    """Nothing tells the seller what to mend."""

    msgid = N_("Remark on at least one field first, so that the seller knows what to mend.")


class RemarksStand(Refusal):
    """Approving would leave remarks that nobody reads."""

    msgid = N_("There are remarks on this application. Take them off first, or send it back.")


class NoWords(Refusal):
    """A rejection needs the officer's own words."""

    field = "words"
    msgid = N_("Write in your own words what it is about, for example: this licence belongs to another shop.")


@dataclass(frozen=True)
class Sender:
    """The seller of a sheet, as the chain of events knows people."""

    id: str
    kind: str = "seller"
    name: str = ""


def case_for(session: Session, actor: "Actor", case_id: str) -> Case | None:
    """The case, if the asking seller owns it or the asking staff reads cases of its place; else None."""
    case = session.exec(select(Case).where(Case.id == case_id)).first()
    return case if case is not None and moves.may_see(actor, case) else None


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
    _describe(session, case, kind, submission)
    moves.make(session, case, "receive", by=Sender(sheet.seller_id), details={"digest": submission.digest})
    _tell(
        session,
        case,
        "received",
        lambda: _(
            "We have your application %(number)s and will answer by %(day)s.",
            number=numbers.shown(case.number),
            day=format_skeleton("MMMd", case.due, locale=i18n.language()),
        ),
    )


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
    case.submission_id, case.round, case.sent_at = submission.id, submission.round, submission.sent_at
    case.due = days.after(db.today(), offices.promise(kind.key, kind.promise_days))
    case.tail = tail_of(case.number, accounts.phone(session, case.seller_id))
    case.decided_at, case.decided_by = None, ""


def tail_of(number: str, phone: str) -> str:
    """What stands in the case for the last four digits of a phone: a hash that only our key makes."""
    return vault.look_up("review tail", f"{number}:{phone[-4:]}")


def tail_again(session: Session, row: Any) -> str:
    """The same for a row of Case under the newest secret."""
    return tail_of(row.number, accounts.phone(session, row.seller_id))


def take(session: Session, case: Case, *, by: "Actor", version: int) -> Case:
    """Begin to look at a case; until it is put back or decided it is this person's."""
    case = db.lock(session, case)
    if moves.fresh(session, case, "take", by=by, version=version):
        case.holder_id, case.holder_name = by.id, by.name
        moves.make(session, case, "take", by=by)
    return case


def release(session: Session, case: Case, *, by: "Actor", version: int) -> Case:
    """Put a case back into the queue; remarks made so far stay."""
    case = db.lock(session, case)
    if moves.fresh(session, case, "release", by=by, version=version):
        moves.make(session, case, "release", by=by)
    return case


def send_back(session: Session, case: Case, *, by: "Actor", version: int) -> Case:
    """Ask the seller to mend what was remarked on; only these fields open again. Raises NothingRemarked."""
    case = db.lock(session, case)
    if not moves.fresh(session, case, "send_back", by=by, version=version):
        return case
    made = remarks.of_round(session, case)
    if not made:
        raise NothingRemarked
    case.decided_at, case.decided_by = db.now(), by.name
    moves.make(session, case, "send_back", by=by, details={"fields": [each.label for each in made]})
    sheets.reopen(session, session.get_one(Sheet, case.sheet_id), [each.key for each in made])
    _tell(
        session,
        case,
        "sent_back",
        lambda: i18n.ngettext(
            "Your application %(number)s needs one thing mended: %(fields)s. Sign in, mend it, send it again.",
            "Your application %(number)s needs %(num)s things mended: %(fields)s. Sign in, mend them, send it again.",
            len(made),
            number=numbers.shown(case.number),
            fields=_(", ").join(library_text(each.label) for each in made),
        ),
    )
    return case


def approve(session: Session, case: Case, *, by: "Actor", version: int) -> Case:
    """Let the application pass. Raises RemarksStand while there are remarks of this round."""
    case = db.lock(session, case)
    if not moves.fresh(session, case, "approve", by=by, version=version):
        return case
    if remarks.of_round(session, case):
        raise RemarksStand
    _decide(session, case, "approve", by=by, details={})
    _tell(session, case, "decided", lambda: amendments.approved(case))
    return case


def reject(session: Session, case: Case, *, by: "Actor", version: int, reason: str, words: str) -> Case:
    """Turn the application down, with a reason of the list and own words. Raises NoReason and NoWords."""
    case = db.lock(session, case)
    if not moves.fresh(session, case, "reject", by=by, version=version):
        return case
    found, said = questions.library().reasons_at("desk").get(reason), words.strip()[: remarks.MOST_WORDS]
    if found is None:
        raise remarks.NoReason
    if not said:
        raise NoWords
    _decide(session, case, "reject", by=by, details={"reason": reason, "words": said})
    _tell(session, case, "decided", lambda: amendments.refused(case, library_text(found.meaning)))
    return case


def withdraw(session: Session, case: Case, *, by: "Actor") -> Case:
    """The seller takes the application back before a decision, and may begin anew; twice is once."""
    db.lock(session, session.get_one(Sheet, case.sheet_id))  # in the order in which a sending locks them
    case = db.lock(session, case)
    own_again = case.state == "withdrawn" and by.id == case.seller_id
    if not own_again and moves.fresh(session, case, "withdraw", by=by):
        _decide(session, case, "withdraw", by=by, details={})
    return case


def _decide(session: Session, case: Case, action: str, *, by: "Actor", details: events.Details) -> None:
    """End a case: nobody holds it, its sheet closes, and the noun learns of it."""
    decision: Decision = {"approve": "approved", "reject": "rejected"}.get(action, "withdrawn")  # type: ignore[assignment]
    case.decided_at, case.decided_by = db.now(), by.name if by.kind == "staff" else ""
    moves.make(session, case, action, by=by, details=details)
    sheets.close(session, session.get_one(Sheet, case.sheet_id), again=decision != "approved")
    kind = kind_of(case.kind)
    if kind is not None:
        kind.after(session, case, decision)


def _tell(session: Session, case: Case, kind: str, say: Callable[[], str]) -> None:
    """Tell the seller, in the language last used to sign in; `say` is called in it."""
    values = _values(case, kind)
    accounts.tell(session, case.seller_id, kind=kind, say=lambda: Text(say(), **values), case_id=case.id)


def _values(case: Case, kind: str) -> dict[str, str]:
    """What the template of an SMS vendor asks for, short; the templates are Chinese."""
    with i18n.speaking(i18n.DEFAULT):
        values = {"number": numbers.shown(case.number)}
        if kind == "received":
            values["day"] = format_skeleton("MMMd", case.due, locale=i18n.DEFAULT)
        elif kind == "decided":
            values["result"] = _(STATES[case.state].label)
    return values


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
    if case is None or actor.kind != "staff" or not moves.may_see(actor, case):
        return False
    if not _saw_today(session, actor, case, photo.id):
        with db.aside() as other:
            locked = db.lock(other, case)
            if not _saw_today(other, actor, case, photo.id):
                events.append(other, locked, "see_photo", by=actor, subject=photo.id)
    return True


def _saw_today(session: Session, actor: "Actor", case: Case, photo_id: str) -> bool:
    midnight = db.now().astimezone(db.CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    query = select(Event.seq).where(
        Event.case_id == case.id,
        Event.action == "see_photo",
        Event.subject == photo_id,
        Event.who_id == actor.id,
        Event.at >= midnight,
    )
    return session.exec(query).first() is not None
