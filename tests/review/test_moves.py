"""Every action in every state by every role; the expectations are written out here, not read from the table."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

from portal import db
from portal.access import Actor
from portal.review import handing, remarks, service
from portal.review.models import MOVES, STATES, Case
from tests.review.life import CONGJIANG, LIPING, Life, tried

VERBS: dict[str, Callable[..., Any]] = {
    "take": service.take,
    "release": service.release,
    "hand_over": handing.hand_over,
    "remark": remarks.remark,
    "unremark": remarks.unremark,
    "send_back": service.send_back,
    "approve": service.approve,
    "reject": service.reject,
    "withdraw": service.withdraw,
}
COLLEAGUE = Actor("staff", "x" * 16, "石磊", frozenset({"reviewer"}), (LIPING,))
MORE: dict[str, dict[str, Any]] = {
    "remark": {"key": "contact", "reason": "BLUR", "words": ""},
    "unremark": {"key": "about"},
    "reject": {"reason": "BLUR", "words": "办不了"},
    "hand_over": {"to": COLLEAGUE},
}
# What comes of it for the holder or the owner: the state, or the refusal.
WAITING = {"take": "in_review", "hand_over": "in_review", "withdraw": "withdrawn"}
IN_REVIEW = {
    "release": "submitted",
    "hand_over": "in_review",
    "remark": "in_review",
    "unremark": "in_review",
    "send_back": "NothingRemarked",
    "approve": "approved",
    "reject": "rejected",
    "withdraw": "withdrawn",
}
EXPECTED: dict[str, dict[str, str]] = {
    "submitted": WAITING,
    "resubmitted": WAITING,
    "in_review": IN_REVIEW,
    "changes_requested": {"withdraw": "withdrawn"},
    "approved": {**dict.fromkeys(VERBS, "AlreadyDecided"), "withdraw": "TooLate"},
    "rejected": {**dict.fromkeys(VERBS, "AlreadyDecided"), "withdraw": "TooLate"},
    "withdrawn": {**dict.fromkeys(VERBS, "AlreadyWithdrawn"), "withdraw": "withdrawn"},
}


def attempt(case: Case, by: Actor) -> dict[str, str]:
    """What comes of each action by one person."""
    found = {}
    for action, verb in VERBS.items():
        more = {
            **MORE.get(action, {}),
            **({} if verb in (remarks.remark, remarks.unremark, service.withdraw) else {"version": case.version}),
        }
        with db.writing() as session:
            row = session.exec(select(Case).where(Case.id == case.id)).one()
            found[action] = tried(session, verb, row, by, **more)
    return found


def test_the_table_names_every_action_and_state() -> None:
    assert (set(MOVES) - {"receive"}, set(STATES)) == (set(VERBS), set(EXPECTED))


@pytest.mark.parametrize("state", EXPECTED)
def test_each_action_does_what_the_state_allows(life: Life, state: str) -> None:
    reviewer, owner = life.staff("reviewer"), life.seller()
    case = life.in_state(state, reviewer, owner)
    allowed = {action: EXPECTED[state].get(action, "NotNow") for action in VERBS}
    for_staff, for_owner = attempt(case, reviewer), attempt(case, owner)
    assert {**for_staff, "withdraw": for_owner["withdraw"]} == allowed
    assert for_staff["withdraw"] == "NotForYou"
    assert {for_owner[action] for action in VERBS if action != "withdraw"} == {"NotForYou"}


@pytest.mark.parametrize("state", EXPECTED)
def test_only_reviewers_and_managers_of_the_place_act(life: Life, state: str) -> None:
    case = life.in_state(state, life.staff("reviewer"))
    others = [
        life.staff("auditor"),
        life.staff("helper"),
        life.staff("admin"),
        life.staff("reviewer", place=CONGJIANG),
        life.staff("manager", place=CONGJIANG),
        life.seller(),
    ]
    assert [attempt(case, other) for other in others] == [dict.fromkeys(VERBS, "NotForYou")] * len(others)


def test_a_colleague_leaves_a_held_case_alone_and_a_manager_need_not(life: Life) -> None:
    case = life.in_state("in_review", life.staff("reviewer"))
    held = {**dict.fromkeys(VERBS, "HeldByAnother"), "withdraw": "NotForYou"}
    assert attempt(case, life.staff("reviewer", name="石磊")) == held
    assert attempt(case, life.staff("manager", name="杨主任")) == {
        **IN_REVIEW,
        "take": "HeldByAnother",
        "withdraw": "NotForYou",
    }
