"""What a run does to each case, and what it leaves with which reason."""

import pytest

from portal import dates, db
from portal.access import Actor
from portal.review import decisions, deeds, moves, remarks, runs, service
from portal.review.choosing import Plan
from portal.review.models import Case
from portal.sheets.models import Sheet
from tests.review.life import CONGJIANG, Life
from tests.review.test_runs import actions, begun, outcome, switch, worked


def test_each_case_that_cannot_be_done_is_left_with_its_reason(life: Life) -> None:
    officer, other = life.staff("reviewer"), life.staff("reviewer", name="石磊")
    good = life.sent()
    held = life.in_state("in_review", other)
    remarked = life.in_state("in_review", officer)
    life.do(remarks.remark, remarked, officer, key="name", reason="BLUR", words="")
    remarked = life.now(remarked)
    decided, withdrawn, mending = (life.in_state(state, other) for state in ("approved", "withdrawn", "resubmitted"))
    moved = life.sent()
    run = begun([good, held, remarked, decided, withdrawn, mending, moved], officer)
    life.do(service.take, moved, officer)
    worked(run)
    found, today = outcome(run), dates.day(db.today())
    assert {case_id: state for case_id, (state, _) in found.items() if state == "done"} == {
        good.id: "done",
        mending.id: "done",
    }
    assert found[held.id] == ("skipped", moves.HeldByAnother(who="石磊").text)
    assert found[remarked.id][1] == service.RemarksStand().text
    assert found[decided.id][1].startswith(f"石磊已经在 {today}")
    assert f"卖家已经在 {today}" in found[withdrawn.id][1]
    assert found[moved.id][1].startswith(f"选了以后：有人在看了（{officer.name}，{today}")
    assert [life.now(case).state for case in (held, remarked, moved)] == ["in_review"] * 3
    assert (life.now(moved).version, actions(moved)) == (moved.version + 1, ["receive", "take"])


def test_a_refused_case_stays_free_as_it_was(life: Life) -> None:
    officer = life.staff("reviewer")
    case = life.sent()
    run = worked(begun([case], officer, Plan("send_back")))
    assert outcome(run)[case.id] == ("skipped", service.NothingRemarked().text)
    assert (life.now(case).state, life.now(case).version, actions(case)) == ("submitted", case.version, ["receive"])


def test_what_the_person_filled_in_for_a_seller_is_left_to_a_colleague(life: Life) -> None:
    helper, mine, other = life.staff("reviewer", "helper"), life.sent(), life.sent()
    with db.writing() as session:
        session.get_one(Sheet, mine.sheet_id).helpers = {helper.id: helper.name}
    run = worked(begun([mine, other], helper))
    assert outcome(run)[mine.id] == ("skipped", decisions.FilledIn().text)
    assert (life.now(mine).state, life.now(other).state) == ("submitted", "approved")


@pytest.mark.parametrize("role", ["reviewer", "manager"])
@pytest.mark.parametrize("since", [False, True])
def test_what_a_colleague_looks_at_is_left_alone_by_managers_too_and_says_whose_it_is(
    life: Life, role: str, since: bool
) -> None:
    colleague, officer, case = life.staff("reviewer", name="石磊"), life.staff(role, name="杨主任"), life.sent()
    held = case if since else life.do(service.take, case, colleague)
    run = begun([held], officer)
    if since:
        life.do(service.take, case, colleague)
    assert outcome(worked(run))[case.id] == ("skipped", moves.HeldByAnother(who="石磊").text)
    assert life.now(case).holder_name == "石磊"


def test_what_was_decided_or_changed_after_it_was_chosen_says_by_whom_and_when(life: Life) -> None:
    colleague, manager = life.staff("reviewer", name="石磊"), life.staff("manager", name="杨主任")
    decided, put_back, free = life.sent(), life.sent(), life.sent()
    run = begun([decided, put_back, free], manager)
    life.do(decisions.approve, life.do(service.take, decided, colleague), colleague)
    life.do(service.release, life.do(service.take, put_back, colleague), colleague)
    found, today = outcome(worked(run)), dates.day(db.today())
    assert found[decided.id][1].startswith(f"石磊已经在 {today}")
    assert found[put_back.id][1].startswith(f"选了以后：放回队列（石磊，{today}")
    assert found[free.id][0] == "done"


def test_one_remark_on_all_then_all_sent_back(life: Life) -> None:
    officer = life.staff("reviewer")
    cases = [life.sent() for _ in range(3)]
    worked(begun(cases, officer, Plan("remark", key="name", reason="BLUR", words="左下角缺了")))
    for case in map(life.now, cases):
        with db.reading() as session:
            made = remarks.of_round(session, case)
        assert [(each.key, each.reason, remarks.words_of(each)) for each in made] == [("name", "BLUR", "左下角缺了")]
        assert case.holder_id == officer.id
    worked(begun(map(life.now, cases), officer, Plan("send_back")))
    assert [life.now(case).state for case in cases] == ["changes_requested"] * 3


def test_sending_back_may_bring_its_remark_along(life: Life) -> None:
    officer, case = life.staff("reviewer"), life.sent()
    worked(begun([case], officer, Plan("send_back", key="name", reason="BLUR", words="")))
    assert actions(case) == ["receive", "take", "remark", "send_back"]


def test_an_answer_that_an_application_lacks_is_named(life: Life) -> None:
    officer, case = life.staff("reviewer"), life.sent()
    run = worked(begun([case], officer, Plan("remark", key="about", reason="BLUR")))
    assert outcome(run)[case.id] == ("skipped", remarks.NoSuchField().text)


def test_a_set_of_cases_is_handed_to_a_colleague(life: Life) -> None:
    officer, other = life.staff("reviewer"), life.staff("reviewer", name="石磊")
    free, mine, held = life.sent(), life.in_state("in_review", officer), life.in_state("in_review", other)
    run = worked(begun([free, mine, held], officer, Plan("hand_over", to=other.id)))
    assert [outcome(run)[case.id][0] for case in (free, mine, held)] == ["done", "done", "skipped"]
    assert [life.now(case).holder_name for case in (free, mine, held)] == ["石磊"] * 3
    assert actions(free) == ["receive", "hand_over"]


def test_a_manager_hands_on_what_a_colleague_held(life: Life) -> None:
    away, other = life.staff("reviewer", name="石磊"), life.staff("reviewer", name="吴芳")
    held = life.in_state("in_review", away)
    worked(begun([held], life.staff("manager", name="杨主任"), Plan("hand_over", to=other.id)))
    assert life.now(held).holder_name == "吴芳"


def test_nothing_is_handed_to_whom_it_is_not_for(life: Life) -> None:
    manager = life.staff("manager", place="52")
    elsewhere = life.staff("reviewer", place=CONGJIANG, name="石磊")
    one, two = life.sent(), life.sent()
    run = worked(begun([one], manager, Plan("hand_over", to=elsewhere.id)))
    assert outcome(run)[one.id][1].startswith("石磊不能审这一件")
    run = begun([two], manager, Plan("hand_over", to=elsewhere.id))
    switch(elsewhere, active=False)
    assert outcome(worked(run))[two.id] == ("skipped", deeds.ColleagueGone().text)


def test_a_role_taken_away_meanwhile_leaves_the_rest_as_it_is(life: Life) -> None:
    officer = life.staff("reviewer")
    cases = [life.sent() for _ in range(3)]
    run = begun(cases, officer)
    runs.step(run.id, run.go)
    switch(officer, roles=["auditor"])
    runs.step(run.id, run.go)
    switch(officer, roles=[])
    assert [why for _, why in outcome(worked(run)).values()] == [
        "",
        moves.NotForYou().text,
        deeds.NotSeen().text,
    ]


def test_a_case_that_breaks_the_verb_is_listed_and_the_rest_is_done(
    life: Life, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    officer = life.staff("reviewer")
    bad, good = life.sent(), life.sent()
    verb = deeds.DEEDS["approve"]

    def broken(session: object, case: Case, by: Actor, deed: deeds.Deed) -> None:
        verb(session, case, by, deed)  # type: ignore[arg-type]
        if case.id == bad.id:
            raise ZeroDivisionError

    monkeypatch.setitem(deeds.DEEDS, "approve", broken)
    found = outcome(worked(begun([bad, good], officer)))
    assert (found[bad.id], found[good.id][0]) == (("skipped", runs.Broken().text), "done")
    assert (life.now(bad).state, len(caplog.messages)) == ("submitted", 1)
