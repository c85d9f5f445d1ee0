"""Deciding on a case: it holds for the desk at once, can be undone for ten minutes, and settles only then.

What settles is a moment in the case's own row, and the clock's work looks for moments that are over: nothing is asked
for that an undo would have to call back, and after a kill the next minute finds the same rows.
"""

import logging
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from portal import db, jobs
from portal.accounts import serving
from portal.accounts.models import Staff
from portal.i18n import N_, Refusal
from portal.review import checks, events, moves, remarks, telling
from portal.review.kinds import Decision, kind_of
from portal.review.models import Case
from portal.review.states import PROPOSED, PROPOSES, SETTLES_AFTER
from portal.sheets import service as sheets
from portal.sheets.models import Sheet

if TYPE_CHECKING:
    from portal.access import Actor

log = logging.getLogger(__name__)
# What nobody does alone who filled the sheet in, nor who proposed it.
CONCLUDING = ("approve", "reject", "disagree")


class NothingRemarked(Refusal):
    """Nothing tells the seller what to mend."""

    msgid = N_("Remark on at least one field first, so that the seller knows what to mend.")


class RemarksStand(Refusal):
    """Approving would leave remarks that nobody reads."""

    msgid = N_("There are remarks on this application. Take them off first, or send it back.")


class SecondPerson(Refusal):
    """Whoever proposed is not the second person."""

    msgid = N_("Another person has to look at this: you proposed it.")


class FilledIn(Refusal):
    """Whoever filled the sheet in for its seller does not decide on it alone."""

    msgid = N_("You filled this in for the seller: a colleague decides. Hand it over; you can still send it back.")


class FilledInToo(FilledIn):
    """The second person is not who filled the sheet in for its seller."""

    msgid = N_("You filled this in for the seller: another person has to agree.")


class NoColleague(Refusal):
    """The named person does not decide on such cases here."""

    field = "to"
    msgid = N_("Choose a colleague who decides on applications of this place, for example from the list below.")


class TooLateToUndo(Refusal):
    """The seller knows already."""

    msgid = N_("The seller has been told already, so this cannot be undone. Ring the seller if it was wrong.")


class NotYours(Refusal):
    """Somebody else decided."""

    msgid = N_("%(who)s decided this. Only they or a manager can undo it.")


def send_back(session: Session, case: Case, *, by: "Actor", version: int) -> Case:
    """Ask the seller to mend what was remarked on; only these fields open again. Raises NothingRemarked."""
    case = db.lock(session, case)
    if not moves.fresh(session, case, "send_back", by=by, version=version):
        return case
    made = remarks.of_round(session, case)
    if not made:
        raise NothingRemarked
    _decide(session, case, "send_back", by=by, details={"fields": [each.label for each in made]})
    return case


def approve(session: Session, case: Case, *, by: "Actor", version: int, boxes: checks.Boxes = checks.NO_BOXES) -> Case:
    """Let the application pass, or propose it, with the ticks that the page came back with.

    Raises FilledIn, SecondPerson, RemarksStand and NotTicked.
    """
    case = db.lock(session, case)
    if not moves.fresh(session, case, "approve", by=by, version=version):
        return case
    action = _or_propose(session, case, "approve", by)
    if remarks.of_round(session, case):
        raise RemarksStand
    checks.along(session, case, boxes, by=by)
    checks.complete(session, case)
    _decide(session, case, action, by=by, details={})
    return case


def reject(session: Session, case: Case, *, by: "Actor", version: int, reason: str, words: str) -> Case:
    """Turn it down, or propose it, with a reason of the list and own words.

    Raises FilledIn, SecondPerson, NoReason and NoWords.
    """
    case = db.lock(session, case)
    if not moves.fresh(session, case, "reject", by=by, version=version):
        return case
    action = _or_propose(session, case, "reject", by)
    said = complete(reason, words)
    _decide(session, case, action, by=by, details={"reason": reason, "words": said})
    return case


def complete(reason: str, words: str) -> str:
    """The words of a refusal, fit to keep. Raises NoReason and NoWords."""
    said = remarks.complete(reason, words)
    if not said:
        raise remarks.NoWords
    return said


def confirm(session: Session, case: Case, *, by: "Actor", version: int) -> Case:
    """Agree, as the second person, to what was proposed: approved, or turned down in the first one's words."""
    if case.state in ("to_reject", "rejected"):
        reason, words = why(session, case)
        return reject(session, case, by=by, version=version, reason=reason, words=words)
    return approve(session, case, by=by, version=version)


def disagree(session: Session, case: Case, *, by: "Actor", version: int, words: str) -> Case:
    """Say no, as the second person, and why: back to whoever proposed. Raises NoWords, SecondPerson, FilledIn."""
    case = db.lock(session, case)
    if not moves.fresh(session, case, "disagree", by=by, version=version):
        return case
    _refuse_same(session, case, by)
    said = words.strip()[: remarks.MOST_WORDS]
    if not said:
        raise remarks.NoWords
    case.holder_id, case.holder_name = case.decider_id, case.decided_by
    moves.make(session, case, "disagree", by=by, details={"words": said})
    _undecided(case)
    return case


def hand_over(session: Session, case: Case, *, by: "Actor", version: int, to: str) -> Case:
    """Give a case to a colleague (the id of a member of staff), who looks at it from now on. Raises NoColleague."""
    case = db.lock(session, case)
    if not moves.fresh(session, case, "hand_over", by=by, version=version):
        return case
    known = {each.id: each.name for each in colleagues(session, case)}
    if to not in known:
        raise NoColleague
    if to != case.holder_id:
        case.holder_id, case.holder_name = to, known[to]
        moves.make(session, case, "hand_over", by=by, subject=to, details={"to": known[to]})
    return case


def colleagues(session: Session, case: Case) -> list[Staff]:
    """Who may decide on a case, in the order of their names."""
    kind = kind_of(case.kind)
    return serving.working(session, kind.roles, case.place) if kind else []


def undo(session: Session, case: Case, *, by: "Actor", version: int) -> Case:
    """Take a decision or a proposal back before the seller learns of it; whoever undoes looks at the case again.

    Raises TooLateToUndo and NotYours.
    """
    case = db.lock(session, case)
    if not moves.fresh(session, case, "undo", by=by, version=version):
        return case
    if case.settles_at is None and case.state not in PROPOSED:
        raise TooLateToUndo
    if not moves.may_undo(by, case):
        raise NotYours(who=case.decided_by)
    case.holder_id, case.holder_name = by.id, by.name
    moves.make(session, case, "undo", by=by)
    _undecided(case)
    return case


def settle(session: Session, case: Case) -> Case:
    """Let a decision take its consequences and tell the seller; does nothing when that was done or it was undone."""
    sheet = db.lock(session, session.get_one(Sheet, case.sheet_id))  # in the order in which a sending locks them
    case = db.lock(session, case)
    if case.settles_at is None:
        return case
    case.settles_at = None
    session.add(case)
    if case.state == "changes_requested":
        made = remarks.of_round(session, case)
        sheets.reopen(session, sheet, [each.key for each in made])
        telling.tell(session, case, "sent_back", lambda: telling.sent_back(case, made))
    else:
        follow(session, case, "approved" if case.state == "approved" else "rejected")
        told = why(session, case)[0] if case.state == "rejected" else ""
        telling.tell(session, case, "decided", lambda: telling.decided(case, told))
    return case


def follow(session: Session, case: Case, decision: Decision) -> None:
    """What follows from the end of a case: its sheet closes, and the noun learns of it."""
    sheets.close(session, session.get_one(Sheet, case.sheet_id), again=decision != "approved")
    kind = kind_of(case.kind)
    if kind is not None:
        kind.after(session, case, decision)


@jobs.work("review.settle", schedule="* * * * *")
def settle_due(_: str) -> None:
    """Settle the decisions whose ten minutes are over, each in a transaction of its own."""
    with db.reading() as session:
        due = session.exec(select(Case.id).where(col(Case.settles_at) <= db.now()).order_by(col(Case.settles_at))).all()
    for id in due:
        try:
            with db.writing() as session:
                case = session.exec(select(Case).where(Case.id == id)).first()
                if case is not None and case.settles_at is not None and case.settles_at <= db.now():
                    settle(session, case)
        except Exception:  # one that fails holds up no other; the next minute tries it again
            log.exception("case %s does not settle", id)


def why(session: Session, case: Case) -> tuple[str, str]:
    """The reason and the words of the newest refusal, proposed or decided."""
    said = [e for e in events.of_case(session, case.id) if e.action in ("reject", PROPOSES["reject"])]
    details = (events.details(said[-1]) if said else None) or {}
    return str(details.get("reason", "")), str(details.get("words", ""))


def ready(session: Session, case: Case, action: str, *, by: "Actor") -> None:
    """Raises what the verb would refuse whatever is typed: for the page that asks before it."""
    moves.fresh(session, case, action, by=by)
    if action in CONCLUDING and moves.concludes(case):
        _refuse_same(session, case, by)


def _or_propose(session: Session, case: Case, action: str, by: "Actor") -> str:
    """The action itself, or its proposal where the kind asks for a second person and none has proposed."""
    if not moves.concludes(case):
        return PROPOSES[action]
    _refuse_same(session, case, by)
    return action


def _refuse_same(session: Session, case: Case, by: "Actor") -> None:
    if case.state in PROPOSED and case.decider_id == by.id:
        raise SecondPerson
    if by.id in sheets.filled_by(session, session.get_one(Sheet, case.sheet_id)):
        raise FilledInToo if case.state in PROPOSED else FilledIn


def _decide(session: Session, case: Case, action: str, *, by: "Actor", details: events.Details) -> None:
    proposed = action in PROPOSES.values()
    case.decided_by, case.decider_id = by.name, by.id
    if not proposed:
        case.decided_at, case.settles_at = db.now(), db.now() + SETTLES_AFTER
    moves.make(session, case, action, by=by, details=details)


def _undecided(case: Case) -> None:
    case.decided_at, case.decided_by, case.decider_id, case.settles_at = None, "", None, None
