"""Choosing cases for a run and saying what is to be done with them."""

import pytest
from sqlmodel import select

from portal import db
from portal.jobs import Asked
from portal.review import choosing, erasing, runs
from portal.review.choosing import Plan
from portal.review.models import Case
from tests.review.life import CONGJIANG, Life
from tests.review.test_runs import begun, chosen, now, refused
from tests.sheets import shops


def test_choosing_refuses_what_cannot_go_together(life: Life) -> None:
    officer, case, practice = life.staff("reviewer"), life.sent(), life.sent()
    with db.writing() as session:
        session.exec(select(Case).where(Case.id == practice.id)).one().desk = "practice"
    assert refused(lambda: chosen([], officer)) == "NothingChosen"
    assert refused(lambda: chosen([case], life.staff("reviewer", place=CONGJIANG))) == "NothingChosen"
    assert refused(lambda: chosen([case, practice], officer)) == "Mixed"
    many = {f"case{at}": 1 for at in range(choosing.MOST + 1)}
    with db.writing() as session:
        assert refused(lambda: choosing.choose(session, many, by=officer, key="")) == "TooMany"
    assert (chosen([case], officer).practice, chosen([practice], officer).practice) == (False, True)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Plan("reject"), "NoDeed"),
        (Plan("remark"), "NoField"),
        (Plan("remark", key="nothing", reason="BLUR"), "NoField"),
        (Plan("remark", key="name"), "NoReason"),
        (Plan("remark", key="name", reason="OTHER", words=" "), "NoWords"),
        (Plan("send_back", key="name", reason="OTHER"), "NoWords"),
        (Plan("send_back", words="只写了话"), "NoField"),
        (Plan("hand_over"), "NoColleague"),
        (Plan("hand_over", to="nobody"), "NoColleague"),
    ],
)
def test_a_plan_says_all_that_it_needs(life: Life, said: Plan, expected: str) -> None:
    officer = life.staff("reviewer")
    run = chosen([life.sent()], officer)
    with db.writing() as session:
        assert refused(lambda: choosing.plan(session, run, said, by=officer)) == expected
        assert refused(lambda: runs.ask(session, run, by=officer, version=run.version)) == "NoDeed"


def test_an_answer_is_called_what_each_chosen_kind_calls_it(life: Life) -> None:
    for kind in ("household", "collective"):
        shops.send(shops.filled(life.seller().id, kind))
    with db.reading() as session:
        cases = session.exec(select(Case)).all()
    run = chosen(cases, officer := life.staff("reviewer"))
    with db.writing() as session:
        called = dict(choosing.answers(session, run))
        run = choosing.plan(session, run, Plan("remark", key="place", reason="PLACE"), by=officer)
        said = choosing.told(session, run).label
    assert (called["place"], called["called"], said) == ("村集体在哪个乡镇 / 您在哪个乡镇", "称呼", called["place"])


def test_what_another_window_planned_is_not_begun_unread(life: Life) -> None:
    officer = life.staff("reviewer")
    run = chosen([life.sent()], officer)
    with db.writing() as session:
        choosing.plan(session, run, Plan("approve"), by=officer)
        read = run.version
        choosing.plan(session, run, Plan("send_back"), by=officer)
        assert refused(lambda: runs.ask(session, run, by=officer, version=read)) == "PlanChanged"


def test_the_same_form_twice_is_one_run_and_begun_once(life: Life) -> None:
    officer, case, other = life.staff("reviewer"), life.sent(), life.sent()
    one, again = chosen([case], officer, "form"), chosen([case], officer, "form")
    assert (one.id == again.id, chosen([case, other], officer, "form").id == one.id) == (True, False)
    with db.writing() as session:
        choosing.plan(session, one, Plan("approve"), by=officer)
        for _ in range(2):
            runs.ask(session, one, by=officer, version=1)
        choosing.plan(session, one, Plan("send_back"), by=officer)
        assert [row.id for row in session.exec(select(Asked).where(Asked.name == "review.run"))] == [
            f"review.run:{one.id}.1"
        ]
    assert (now(one).go, now(one).action) == (1, "approve")


def test_what_is_said_is_sealed(life: Life) -> None:
    officer = life.staff("reviewer")
    run = begun([life.sent()], officer, Plan("remark", key="name", reason="BLUR", words="左下角缺了"))
    assert run.words
    assert "左下角缺了".encode() not in run.words
    assert choosing.planned(run).words == "左下角缺了"


def test_a_wiped_seller_leaves_no_trace_in_a_run(life: Life) -> None:
    officer, practice = life.staff("reviewer"), life.sent()
    run = begun([practice, life.sent()], officer)
    with db.writing() as session:
        erasing.erase(session, practice.seller_id, True)
    with db.reading() as session:
        assert runs.progress(session, run) == runs.Progress(0, 0, 1)
