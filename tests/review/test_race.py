"""Two people decide at once: one decision, and the other one learns who was faster and when."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlmodel import select

from portal import dates, db
from portal.access import Actor
from portal.i18n import Refusal
from portal.review import decisions, events, remarks
from portal.review.models import Case
from portal.review.states import SETTLES_AFTER
from tests.review.life import Life

PAIRS = 300
STATES = {"approve": "approved", "reject": "rejected", "send_back": "changes_requested"}
# Each with another decision than the other; to send back there must be a remark, which approving would refuse.
DIFFERENT = (("approve", "reject"), ("reject", "approve"), ("send_back", "reject"))


def decide(case: Case, by: Actor, action: str, barrier: Barrier) -> tuple[str, str, str]:
    """Decide from the page that both have on screen; returns what came of it, and who and when a refusal names."""
    more = {"reason": "BLUR", "words": "办不了"} if action == "reject" else {}
    barrier.wait(timeout=30)
    try:
        with db.writing() as session:
            row = session.exec(select(Case).where(Case.id == case.id)).one()
            return getattr(decisions, action)(session, row, by=by, version=case.version, **more).state, "", ""
    except Refusal as refusal:
        return type(refusal).__name__, str(refusal.said["who"]), str(refusal.said["at"])


def test_three_hundred_pairs_give_three_hundred_single_decisions(life: Life) -> None:
    officers = life.staff("manager", name="王丽"), life.staff("manager", name="石磊")
    cases = []
    for at in range(PAIRS):
        case = life.in_state("in_review", officers[at % 2])
        remarked = DIFFERENT[at % 3][0] == "send_back"
        cases.append(
            life.do(remarks.remark, case, officers[at % 2], key="name", reason="BLUR", words="") if remarked else case
        )
    with ThreadPoolExecutor(2) as pool:
        for at, case in enumerate(cases):
            actions, barrier = DIFFERENT[at % 3], Barrier(2)
            tried = [pool.submit(decide, case, *each, barrier) for each in zip(officers, actions, strict=True)]
            outcomes = [each.result(timeout=60) for each in tried]
            now = life.now(case)
            first = [outcome[0] for outcome in outcomes].index(now.state)
            assert now.decided_at is not None
            when = dates.moment(now.decided_at)
            assert outcomes[first] == (STATES[actions[first]], "", "")
            assert outcomes[1 - first] == ("AlreadyDecided", officers[first].name, when)
            with db.reading() as session:
                happened = [(event.action, event.who_name) for event in events.of_case(session, case.id)]
                assert happened[-1] == (actions[first], officers[first].name)
                assert (len(happened), events.verify(session, now)) == (case.events + 1, None)
    db.set_now(db.now() + SETTLES_AFTER)
    decisions.settle_due("")
    done = sorted(case.id for case in map(life.now, cases) if case.state != "changes_requested")
    assert sorted(case_id for case_id, _ in life.after) == done
