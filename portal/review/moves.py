"""What may happen to a case, by whom and when: every move is checked here, made here and noted in the chain."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from portal import dates, db
from portal.i18n import N_, Refusal
from portal.i18n import gettext as _
from portal.review import clock, events, numbers
from portal.review.kinds import kind_of
from portal.review.models import Case, Event
from portal.review.states import DESKS, ERASED, MOVES, PROPOSED, PROPOSES, STATES

if TYPE_CHECKING:
    from portal.access import Actor

READERS = frozenset({"reviewer", "manager", "auditor"})


class NotForYou(Refusal):
    """The role of the asking person may not do this."""

    msgid = N_("Your role may read this application, but not decide on it.")


class AlreadyDecided(Refusal):
    """Somebody was faster; says who and when."""

    msgid = N_("%(who)s decided this already, on %(at)s: %(what)s. Nothing was changed by you.")


class AlreadyWithdrawn(Refusal):
    """The seller took the application back."""

    msgid = N_("The seller withdrew this application on %(at)s. Nothing was changed by you.")


class TooLate(Refusal):
    """The seller wants to withdraw what was decided."""

    msgid = N_("The office has decided on this already, so it cannot be withdrawn.")


class JustNow(Refusal):
    """The same while nobody was told of the decision: it may yet be undone, so it is not given away."""

    msgid = N_("The office is dealing with this one right now. Please look again in ten minutes.")


class ChangedMeanwhile(Refusal):
    """The page was drawn before something else happened to the case."""

    msgid = N_("Something has happened here since you opened the page. Look at it again, then decide.")


class NotNow(Refusal):
    """The state of the case does not allow it."""

    msgid = N_("This cannot be done now. The application is at: %(state)s.")


class HeldByAnother(Refusal):
    """A colleague is looking at the case."""

    msgid = N_("%(who)s is looking at this one. Ask to have it put back, or take another.")


class ConsentGone(Refusal):
    """The seller took back that the office may look at what was sent."""

    msgid = N_("The seller took back that the office may look at application %(number)s: nothing of it is shown.")


class MayNotLook(Refusal):
    """The seller took back that the office may look at what was sent, and wants something done with it there."""

    msgid = N_(
        "You took back that the office may look at what you sent, so nobody there can work on this or print it. "
        "To let them, agree again at “My account”."
    )


def may_see(actor: "Actor", case: Case) -> bool:
    """Whether a case is the asking seller's own, or lies where the asking staff reads cases."""
    if actor.kind == "seller":
        return case.seller_id == actor.id
    if case.desk == ERASED:
        return False
    return actor.kind == "staff" and bool(actor.roles & READERS) and actor.works_for(case.place)


def opened(actor: "Actor", case: Case) -> Case:
    """The case, for whoever may see it. Raises ConsentGone where its seller no longer lets the office look at it."""
    if actor.kind == "staff" and case.shut:
        raise ConsentGone(number=numbers.shown(case.number))
    return case


def let(case: Case) -> Case:
    """The case, where its seller lets the office look at it. Raises MayNotLook."""
    if case.shut:
        raise MayNotLook
    return case


def may_decide(actor: "Actor", case: Case) -> bool:
    """Whether the person's roles and places let them decide on this case."""
    kind = kind_of(case.kind)
    return actor.kind == "staff" and kind is not None and bool(actor.roles & kind.roles) and actor.works_for(case.place)


def fresh(session: Session, case: Case, action: str, *, by: "Actor", version: int | None = None) -> bool:
    """Whether the action is to be done now; False when this person did it from this very page already (a double tap).

    Raises the refusal that fits best. Without a version only state, role and holder count. The case must be locked.
    """
    move = MOVES[action]
    if not (may_decide(by, case) if move.by == "staff" else by.kind == "seller" and by.id == case.seller_id):
        raise NotForYou
    stale = version is not None and version != case.version
    if stale and _did(session, case, action, by=by, version=(version or 0) + 1):
        return False
    decided = STATES[case.state].group == "done" or (stale and case.state == "changes_requested")
    if decided and case.state not in move.froms:
        raise _settled(case, by)
    held = case.state == "in_review" and case.holder_id != by.id
    if held and move.by == "staff" and (action == "take" or "manager" not in by.roles):
        raise HeldByAnother(who=case.holder_name)
    if stale:
        raise ChangedMeanwhile
    if case.state not in move.froms:
        raise NotNow(state=_called(case))
    return True


def _did(session: Session, case: Case, action: str, *, by: "Actor", version: int) -> bool:
    same = (action, PROPOSES.get(action, action))
    query = select(Event.seq).where(
        Event.case_id == case.id, Event.version == version, col(Event.action).in_(same), Event.who_id == by.id
    )
    return session.exec(query).first() is not None


def _settled(case: Case, by: "Actor") -> Refusal:
    moved_at = case.decided_at or case.moved_at
    if by.kind == "seller":
        return JustNow() if case.settles_at else TooLate()
    if case.state == "withdrawn":
        return AlreadyWithdrawn(at=lambda: dates.moment(moved_at))
    return AlreadyDecided(who=case.decided_by, at=lambda: dates.moment(moved_at), what=_called(case))


def _called(case: Case) -> Callable[[], str]:
    """What says how far a case is now."""
    label = STATES[case.state].label
    return lambda: _(label)


def possible(actor: "Actor", case: Case, *, filled_in: bool = False) -> frozenset[str]:
    """The actions that this person can do now, and see_phone: the buttons of a page.

    `filled_in` says that they filled it in for the seller.
    """
    if actor.kind == "seller":
        return frozenset(key for key, move in MOVES.items() if move.by == "seller" and case.told in move.froms)
    if not may_decide(actor, case):
        return frozenset()
    held = case.state == "in_review" and case.holder_id != actor.id and "manager" not in actor.roles
    free = {key for key, move in MOVES.items() if move.by == "staff" and case.state in move.froms and not held}
    if not may_undo(actor, case):
        free.discard("undo")
    if (case.state in PROPOSED and case.decider_id == actor.id) or (filled_in and concludes(case)):
        free -= {"approve", "reject", "disagree"}
    return frozenset({"see_phone", *free} - {*PROPOSES.values()})


def concludes(case: Case) -> bool:
    """Whether who decides now is the last to look: no other person has to agree."""
    kind = kind_of(case.kind)
    return case.state in PROPOSED or kind is None or not kind.second_check


def may_undo(actor: "Actor", case: Case) -> bool:
    """Whether this person may undo what nobody was told yet: their own decision, or any as a manager."""
    open_ = case.settles_at is not None or case.state in PROPOSED
    return open_ and may_decide(actor, case) and (case.decider_id == actor.id or "manager" in actor.roles)


def make(
    session: Session,
    case: Case,
    action: str,
    *,
    by: events.Who,
    subject: str = "",
    details: events.Details | None = None,
) -> Event:
    """Move the case as the table says and note it; the case must be locked and the move checked."""
    state = MOVES[action].leads(case.state, case.round)
    if state != case.state:
        case.moved_at = db.now()
    case.state = state
    clock.stop(case)
    if case.desk in DESKS:
        case.desk = STATES[state].group
    if state != "in_review":
        case.holder_id, case.holder_name = None, ""
    case.version += 1
    return events.append(session, case, action, by=by, subject=subject, details=details)
