"""A whole run is taken back before any seller is told of it: by a run over what it decided."""

from collections import Counter

import pytest
from sqlmodel import select

from portal import db
from portal.notices.models import Notice
from portal.review import choosing, decisions, events, runs, service
from portal.review.choosing import Plan
from portal.review.models import Case
from tests.review.life import Life
from tests.review.test_desk import form_to
from tests.review.test_desk_runs import run_of
from tests.review.test_runs import begun, chosen, now, outcome, worked


def told(case: Case) -> list[str]:
    """What the seller of a case was told."""
    with db.reading() as session:
        return sorted(session.exec(select(Notice.kind).where(Notice.case_id == case.id)))


def test_what_a_run_decided_is_undone_by_another_and_no_seller_is_told(life: Life) -> None:
    officer = life.staff("reviewer")
    reader, cases = life.reader(officer), [life.sent() for _ in range(3)]
    first = worked(begun(cases, officer))
    life.do(decisions.undo, cases[0], officer, settled=False)
    page = reader.get(f"/desk/review/runs/{first.id}")
    assert "撤回全部 2 件决定 …" in page.words()
    page = reader.submit(form_to(page, "/undo"))
    assert ("撤回 2 件决定吗？" in page.words(), page.url.endswith("/confirm")) == (True, True)
    second = worked(run_of(reader.submit(form_to(page, "/start"))))
    assert [(life.settle(case).state, life.now(case).holder_id) for case in cases] == [("in_review", officer.id)] * 3
    assert (second.state, {state for state, _ in outcome(second).values()}) == ("done", {"done"})
    assert [told(case) for case in cases] == [["received"]] * 3


def test_a_double_tap_undoes_each_decision_once(life: Life) -> None:
    officer = life.staff("reviewer")
    reader, case = life.reader(officer), life.sent()
    first = worked(begun([case], officer))
    asked, made = reader.get(f"/desk/review/runs/{first.id}"), set()
    for _ in range(2):
        reader.page = asked
        page = reader.submit(form_to(asked, "/undo"))
        made.add(run_of(page).id)
    for _ in range(2):
        reader.page = page
        reader.submit(form_to(page, "/start"))
    worked(now(run_of(page)))
    reader.page = asked
    late = reader.submit(form_to(asked, "/undo"))
    with db.reading() as session:
        seen = Counter(event.action for event in events.of_case(session, case.id))
    assert (len(made), seen["undo"], late.status, "现在都撤回不了了" in late.words()) == (1, 1, 409, True)


def test_whoever_was_told_meanwhile_is_left_as_it_is(life: Life) -> None:
    officer = life.staff("reviewer")
    cases = [life.sent(), life.sent()]
    first = worked(begun(cases, officer))
    with db.writing() as session:
        run = choosing.undoing(session, first, by=officer)
    life.settle(cases[0])
    with db.writing() as session:
        run = runs.ask(session, run, by=officer, version=run.version)
    worked(run)
    found = [(life.now(case).state, outcome(run)[case.id][0]) for case in cases]
    assert found == [("approved", "skipped"), ("in_review", "done")]


@pytest.mark.parametrize("action", ["remark", "hand_over"])
def test_what_decides_nothing_is_not_undone(life: Life, action: str) -> None:
    officer = life.staff("reviewer")
    said = {"remark": Plan("remark", "name", "BLUR"), "hand_over": Plan("hand_over", to=officer.id)}[action]
    run, reader = worked(begun([life.sent()], officer, said)), life.reader(officer)
    assert [form.get("action") for form in reader.get(f"/desk/review/runs/{run.id}").all("form")].count(
        f"/desk/review/runs/{run.id}/undo"
    ) == 0


def test_what_a_colleague_decided_since_is_theirs(life: Life) -> None:
    officer, manager = life.staff("reviewer"), life.staff("manager", name="石磊")
    case = life.sent()
    run = worked(begun([case], officer))
    life.do(decisions.undo, case, manager, settled=False)
    life.do(service.approve, case, manager, settled=False)
    with db.reading() as session:
        assert choosing.undoable(session, run) == {}


def test_all_that_were_chosen_can_be_read_before_it_begins(life: Life) -> None:
    officer = life.staff("reviewer")
    cases, reader = [life.sent(name=f"第 {at} 家店") for at in range(7)], life.reader(officer)
    run = chosen(cases, officer)
    page = reader.get(f"/desk/review/runs/{run.id}")
    assert ("7 件里的前 5 件" in page.words(), "第 6 家店" in page.words()) == (True, False)
    every = reader.get(next(link for link in page.links() if link.endswith("/chosen")))
    assert [f"第 {at} 家店" in every.words() for at in range(7)] == [True] * 7
