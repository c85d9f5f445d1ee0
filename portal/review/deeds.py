"""What a run does to one case: checked anew, then done by the verb that the desk uses for a single one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import Session, select

from portal import dates, db
from portal.i18n import N_, Refusal
from portal.review import decisions, events, happenings, moves, remarks, service
from portal.review.models import Case
from portal.review.states import MOVES

if TYPE_CHECKING:
    from portal.access import Actor


class NotSeen(Refusal):
    """The case lies where the person works no longer, or is gone."""

    msgid = N_("You may no longer see this one.")


class ColleagueGone(Refusal):
    """The person that cases are handed to was switched off."""

    msgid = N_("The colleague no longer works here.")


class NotForThem(Refusal):
    """The colleague may not decide on the case."""

    msgid = N_("%(who)s may not decide on this one: it lies in another place, or needs another role.")


class MovedSince(Refusal):
    """Something was done to the case after it was chosen; says what, by whom and when."""

    msgid = N_("Since it was chosen: %(what)s (%(who)s, %(at)s). Look at it, then do this one by itself.")


@dataclass(frozen=True)
class Deed:
    """What is to be done to each case: an action, and what is said or to whom it is handed."""

    action: str
    field: str = ""
    reason: str = ""
    words: str = ""
    to: "Actor | None" = None


def do(session: Session, case_id: str, deed: Deed, *, by: "Actor", version: int) -> None:
    """Do it to one case as it was at `version`; raises the refusal of the single verb, or says what happened since.

    A free case is taken first, as by hand. What a colleague looks at is left alone, by managers too: nobody loses a
    case under their eyes without a word. Only handing over is what a manager does to those cases.
    """
    case = session.exec(select(Case).where(Case.id == case_id)).first()
    if case is None or not moves.may_see(by, case):
        raise NotSeen
    case = db.lock(session, case)
    if case.holder_id not in (None, by.id) and deed.action != "hand_over":
        raise moves.HeldByAnother(who=case.holder_name)
    taking = deed.action != "hand_over" and case.state in MOVES["take"].froms
    try:
        if not moves.fresh(session, case, "take" if taking else deed.action, by=by, version=version):
            moves.fresh(session, case, deed.action, by=by)  # done by the same person before: it says when
            raise moves.ChangedMeanwhile
    except moves.ChangedMeanwhile as reason:
        raise _moved(session, case) from reason
    if taking:
        case = service.take(session, case, by=by, version=version)
    DEEDS[deed.action](session, case, by, deed)


def _moved(session: Session, case: Case) -> MovedSince:
    moved = [event for event in events.of_case(session, case.id) if event.action in MOVES]

    def step() -> happenings.Step:
        return happenings.steps(moved[-1:])[0]  # in the language that is spoken when it is read

    return MovedSince(what=lambda: step().label, who=lambda: step().who, at=lambda: dates.moment(step().at))


def _approve(session: Session, case: Case, by: "Actor", deed: Deed) -> None:
    decisions.approve(session, case, by=by, version=case.version)


def _remark(session: Session, case: Case, by: "Actor", deed: Deed) -> None:
    remarks.remark(session, case, by=by, key=deed.field, reason=deed.reason, words=deed.words)


def _send_back(session: Session, case: Case, by: "Actor", deed: Deed) -> None:
    if deed.field:
        _remark(session, case, by, deed)
    decisions.send_back(session, case, by=by, version=case.version)


def _hand_over(session: Session, case: Case, by: "Actor", deed: Deed) -> None:
    if deed.to is None:
        raise ColleagueGone
    if not moves.may_decide(deed.to, case):
        raise NotForThem(who=deed.to.name)
    decisions.hand_over(session, case, by=by, to=deed.to.id, version=case.version)


def _undo(session: Session, case: Case, by: "Actor", deed: Deed) -> None:
    decisions.undo(session, case, by=by, version=case.version)


DEEDS: dict[str, Callable[[Session, Case, "Actor", Deed], None]] = {
    "approve": _approve,
    "remark": _remark,
    "send_back": _send_back,
    "hand_over": _hand_over,
    "undo": _undo,
}
