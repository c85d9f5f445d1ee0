"""Two people decide at once: one decision, and the other one learns who was faster."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlmodel import select

from portal import db
from portal.access import Actor
from portal.i18n import Refusal
from portal.review import events, service
from portal.review.models import Case
from tests.review.life import Life

PAIRS = 100
DECISIONS = ("approve", "reject")


def decide(case: Case, by: Actor, barrier: Barrier) -> str:
    """Approve or reject from the page that both have on screen."""
    barrier.wait(timeout=30)
    try:
        with db.writing() as session:
            row = session.exec(select(Case).where(Case.id == case.id)).one()
            if by.name == "王丽":
                return service.approve(session, row, by=by, version=case.version).state
            return service.reject(session, row, by=by, version=case.version, reason="BLUR", words="办不了").state
    except Refusal as refusal:
        return f"{type(refusal).__name__} {refusal.values['who']}"


def test_a_hundred_pairs_give_a_hundred_single_decisions(life: Life) -> None:
    one, other = life.staff("manager", name="王丽"), life.staff("manager", name="石磊")
    cases = [life.in_state("in_review", one) for _ in range(PAIRS)]
    outcomes = []
    with ThreadPoolExecutor(2) as pool:
        for case in cases:
            barrier = Barrier(2)
            outcomes.append(
                {each.result(timeout=60) for each in [pool.submit(decide, case, by, barrier) for by in (one, other)]}
            )
    possible = ({"approved", "AlreadyDecided 王丽"}, {"rejected", "AlreadyDecided 石磊"})
    assert [outcome for outcome in outcomes if outcome not in possible] == []
    with db.reading() as session:
        for case in cases:
            happened = [event.action for event in events.of_case(session, case.id)]
            assert [action for action in happened if action in DECISIONS] == happened[2:], case.number
            assert (len(happened), events.verify(session, life.now(case))) == (3, None)
    assert sorted(case_id for case_id, _ in life.after) == sorted(case.id for case in cases)
