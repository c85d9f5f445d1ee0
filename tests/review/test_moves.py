"""Every action in every state by every role; the expectations are written out here, not read from the table."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session, select

from portal import db
from portal.access import Actor
from portal.review import checks, decisions, remarks, service
from portal.review.kinds import kinds, register_kind
from portal.review.models import Case
from portal.review.states import MOVES, STATES
from tests.review.life import CONGJIANG, LIPING, Life, tried


def ticked(session: Session, case: Case, *, by: Actor) -> None:
    """Tick one thing."""
    checks.mark(session, case, checks.Boxes([], ["name"]), by=by)


def unticked(session: Session, case: Case, *, by: Actor) -> None:
    """Untick it."""
    checks.mark(session, case, checks.Boxes(["name"], []), by=by)


WITHOUT_VERSION = (remarks.remark, remarks.unremark, ticked, unticked, service.withdraw)
VERBS: dict[str, Callable[..., Any]] = {
    "take": service.take,
    "release": service.release,
    "remark": remarks.remark,
    "unremark": remarks.unremark,
    "hand_over": decisions.hand_over,
    "send_back": decisions.send_back,
    "approve": decisions.approve,
    "reject": decisions.reject,
    "confirm": decisions.confirm,
    "disagree": decisions.disagree,
    "undo": decisions.undo,
    "tick": ticked,
    "untick": unticked,
    "withdraw": service.withdraw,
}
MORE: dict[str, dict[str, Any]] = {
    "remark": {"key": "contact", "reason": "BLUR", "words": ""},
    "unremark": {"key": "about"},
    "reject": {"reason": "BLUR", "words": "办不了"},
    "disagree": {"words": "名字不对"},
}
PROPOSALS: dict[str, Callable[..., Any]] = {"to_approve": decisions.approve, "to_reject": decisions.reject}
# What comes of it for the holder or the owner: the state, or the refusal; what is not named is NotNow.
WAITING = {"take": "in_review", "hand_over": "in_review", "withdraw": "withdrawn"}
IN_REVIEW = {
    "release": "submitted",
    "remark": "in_review",
    "unremark": "in_review",
    "hand_over": "in_review",
    "tick": "in_review",
    "untick": "in_review",
    "send_back": "NothingRemarked",
    "approve": "approved",
    "reject": "rejected",
    "confirm": "approved",
    "withdraw": "withdrawn",
}
OVER = {**dict.fromkeys(VERBS, "AlreadyDecided"), "undo": "TooLateToUndo", "withdraw": "TooLate"}
UNSETTLED = {**OVER, "undo": "in_review", "withdraw": "JustNow"}
SAME = {"disagree": "SecondPerson", "confirm": "SecondPerson", "undo": "in_review", "withdraw": "withdrawn"}
EXPECTED: dict[str, dict[str, str]] = {
    "submitted": WAITING,
    "resubmitted": WAITING,
    "in_review": IN_REVIEW,
    "changes_requested": {"withdraw": "withdrawn", "undo": "TooLateToUndo"},
    "changes_requested unsettled": {"withdraw": "withdrawn", "undo": "in_review"},
    "to_approve": {**SAME, "approve": "SecondPerson"},
    "to_reject": {**SAME, "reject": "SecondPerson"},
    "approved": OVER,
    "approved unsettled": UNSETTLED,
    "rejected": OVER,
    "rejected unsettled": UNSETTLED,
    "withdrawn": {**dict.fromkeys(VERBS, "AlreadyWithdrawn"), "withdraw": "withdrawn"},
}
# What a colleague of the same role finds otherwise, and a manager.
HELD = dict.fromkeys(VERBS, "HeldByAnother")
CONFIRMED = {
    "to_approve": {"approve": "approved", "confirm": "approved", "disagree": "in_review"},
    "to_reject": {"reject": "rejected", "confirm": "rejected", "disagree": "in_review"},
}
COLLEAGUE: dict[str, dict[str, str]] = {
    "in_review": HELD,
    "changes_requested unsettled": {"undo": "NotYours"},
    "approved unsettled": {"undo": "NotYours"},
    "rejected unsettled": {"undo": "NotYours"},
    "to_approve": {**CONFIRMED["to_approve"], "undo": "NotYours"},
    "to_reject": {**CONFIRMED["to_reject"], "undo": "NotYours"},
}
MANAGER: dict[str, dict[str, str]] = {"in_review": {"take": "HeldByAnother"}, **CONFIRMED}
ROLES = [("auditor", LIPING), ("helper", LIPING), ("admin", LIPING), ("reviewer", CONGJIANG), ("manager", CONGJIANG)]


def placed(life: Life, state: str, by: Actor, owner: Actor | None = None) -> Case:
    """A case in a state; unsettled means that the seller was not told yet."""
    name, _, unsettled = state.partition(" ")
    if name not in PROPOSALS and not unsettled:
        return life.in_state(name, by, owner)
    case = life.in_state("in_review", by, owner)
    if name in PROPOSALS:
        plain = kinds()["stall"]
        register_kind(replace(plain, second_check=True))
        case = life.do(PROPOSALS[name], case, by, **(MORE["reject"] if name == "to_reject" else {}))
        register_kind(plain)
        return case
    if name == "changes_requested":
        life.do(remarks.remark, case, by, key="name", reason="BLUR", words="")
    verb = {"changes_requested": "send_back", "approved": "approve", "rejected": "reject"}[name]
    return life.do(VERBS[verb], case, by, settled=False, **MORE.get(verb, {}))


def attempt(case: Case, by: Actor, to: str) -> dict[str, str]:
    """What comes of each action by one person."""
    found = {}
    for action, verb in VERBS.items():
        more = {**MORE.get(action, {}), **({} if verb in WITHOUT_VERSION else {"version": case.version})}
        more |= {"to": to} if action == "hand_over" else {}
        with db.writing() as session:
            row = session.exec(select(Case).where(Case.id == case.id)).one()
            found[action] = tried(session, verb, row, by, **more)
    return found


def staffed(expected: dict[str, str]) -> dict[str, str]:
    """The whole row of a member of staff."""
    return {**dict.fromkeys(VERBS, "NotNow"), **expected, "withdraw": "NotForYou"}


def test_the_table_names_every_action_and_state() -> None:
    done_by = {"receive", "propose_approval", "propose_rejection"}
    assert (set(MOVES) - done_by, set(STATES)) == (set(VERBS) - {"confirm"}, {key.split()[0] for key in EXPECTED})


@pytest.mark.parametrize("state", EXPECTED)
def test_each_action_does_what_the_state_allows(life: Life, state: str) -> None:
    reviewer, owner = life.staff("reviewer"), life.seller()
    case = placed(life, state, reviewer, owner)
    assert attempt(case, reviewer, reviewer.id) == staffed(EXPECTED[state])
    allowed = EXPECTED[state].get("withdraw", "NotNow")
    assert attempt(case, owner, "") == {**dict.fromkeys(VERBS, "NotForYou"), "withdraw": allowed}


@pytest.mark.parametrize("state", EXPECTED)
def test_a_colleague_and_a_manager_do_what_is_theirs(life: Life, state: str) -> None:
    reviewer = life.staff("reviewer")
    other, manager = life.staff("reviewer", name="石磊"), life.staff("manager", name="杨主任")
    case = placed(life, state, reviewer)
    assert attempt(case, other, other.id) == staffed({**EXPECTED[state], **COLLEAGUE.get(state, {})})
    assert attempt(case, manager, manager.id) == staffed({**EXPECTED[state], **MANAGER.get(state, {})})


@pytest.mark.parametrize("state", EXPECTED)
@pytest.mark.parametrize(("role", "place"), ROLES)
def test_only_reviewers_and_managers_of_the_place_act(life: Life, state: str, role: str, place: str) -> None:
    case = placed(life, state, life.staff("reviewer"))
    assert attempt(case, life.staff(role, place=place), "") == dict.fromkeys(VERBS, "NotForYou")


def test_a_stranger_among_the_sellers_does_nothing(life: Life) -> None:
    case = life.in_state("in_review", life.staff("reviewer"))
    assert attempt(case, life.seller(), "") == dict.fromkeys(VERBS, "NotForYou")
