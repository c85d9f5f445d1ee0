"""One thing done to many cases: every refusal, stopping and continuing, two at once."""

import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func
from sqlmodel import col, select

from portal import dates, db, i18n
from portal.access import Actor
from portal.accounts import service as accounts
from portal.accounts.models import Staff
from portal.config import Settings
from portal.i18n import Refusal
from portal.jobs import worker
from portal.notices.models import Notice
from portal.review import choosing, decisions, events, queue, runs
from portal.review import service as review
from portal.review.choosing import Plan
from portal.review.models import Case, Run, RunItem
from portal.review.states import SETTLES_AFTER
from portal.sheets import service as sheets
from tests.review.life import Life


def chosen(cases: Iterable[Case], by: Actor, key: str = "") -> Run:
    """A run over cases as they are now."""
    with db.writing() as session:
        return choosing.choose(session, {case.id: case.version for case in cases}, by=by, key=key)


def begun(cases: Iterable[Case], by: Actor, said: Plan | None = None) -> Run:
    """A run that was planned and begun."""
    run = chosen(cases, by)
    with db.writing() as session:
        run = choosing.plan(session, run, said or Plan("approve"), by=by)
        return runs.ask(session, run, by=by, version=run.version)


def worked(run: Run) -> Run:
    """Let the work be done that was asked for, as the job process does it."""
    while runs.work(f"{run.id}.{run.go}") is not None:
        pass
    return now(run)


def now(run: Run) -> Run:
    with db.reading() as session:
        return session.get_one(Run, run.id)


def outcome(run: Run) -> dict[str, tuple[str, str]]:
    """What came of each case."""
    with db.reading() as session:
        rows = session.exec(select(RunItem).where(RunItem.run_id == run.id)).all()
        return {row.case_id: (row.state, runs.read(row.why)) for row in rows}


def refused(act: Callable[[], object]) -> str:
    """The name of the refusal."""
    with pytest.raises(Refusal) as raised:
        act()
    return type(raised.value).__name__


def actions(case: Case) -> list[str]:
    with db.reading() as session:
        assert events.verify(session, session.exec(select(Case).where(Case.id == case.id)).one()) is None
        return [event.action for event in events.of_case(session, case.id)]


def test_free_cases_are_taken_and_approved_each_by_the_single_verb(life: Life, settings: Settings) -> None:
    officer = life.staff("reviewer")
    free, held = life.sent(), life.in_state("in_review", officer)
    run = begun([free, held], officer)
    worker.drain(settings)
    assert now(run).state == "done"
    assert outcome(run) == {free.id: ("done", ""), held.id: ("done", "")}
    assert [actions(case) for case in (free, held)] == [["receive", "take", "approve"]] * 2
    assert [(life.now(case).decided_by, life.now(case).state) for case in (free, held)] == [("王丽", "approved")] * 2


def test_a_run_is_stopped_and_continued_and_the_old_work_does_nothing_more(life: Life) -> None:
    officer = life.staff("reviewer")
    cases = [life.sent() for _ in range(4)]
    run = begun(cases, officer)
    assert [runs.step(run.id, 1), runs.step(run.id, 1)] == [True, True]
    with db.writing() as session:
        runs.stop(session, run)
    assert (runs.step(run.id, 1), now(run).state) == (False, "stopped")
    assert [life.now(case).state for case in cases] == ["approved", "approved", "submitted", "submitted"]
    with db.writing() as session:
        runs.go_on(session, run)
        runs.go_on(session, run)
    assert (now(run).go, runs.work(f"{run.id}.1"), worked(now(run)).state) == (2, None, "done")
    assert [actions(case).count("approve") for case in cases] == [1] * 4


def test_continued_by_the_job_process_it_comes_to_its_end(life: Life, settings: Settings) -> None:
    officer = life.staff("reviewer")
    cases = [life.sent() for _ in range(3)]
    run = begun(cases, officer)
    with db.writing() as session:
        runs.stop(session, run)
    worker.drain(settings)
    assert {state for state, _ in outcome(run).values()} == {"waiting"}
    with db.writing() as session:
        runs.go_on(session, run)
    worker.drain(settings)
    assert {state for state, _ in outcome(run).values()} == {"done"}


def switch(actor: Actor, *, active: bool = True, roles: list[str] | None = None) -> None:
    """What an admin does to somebody meanwhile."""
    with db.writing() as session:
        row = session.get_one(Staff, actor.id)
        row.active, row.roles = active, row.roles if roles is None else roles


def test_a_person_who_is_switched_off_meanwhile_stops_the_run(life: Life) -> None:
    officer = life.staff("reviewer")
    cases = [life.sent() for _ in range(3)]
    run = begun(cases, officer)
    runs.step(run.id, run.go)
    switch(officer, active=False)
    run = worked(run)
    assert (run.state, runs.read(run.why)) == ("stopped", "王丽的账号已停用，所以停下了。已经做完的仍然有效。")
    assert [life.now(case).state for case in cases] == ["approved", "submitted", "submitted"]


def test_why_a_case_was_skipped_is_read_in_the_language_of_whoever_looks(life: Life) -> None:
    officer = life.staff("reviewer")
    cases = [life.sent(), life.in_state("in_review", officer)]
    withdrawn, run = cases[0], begun(cases, officer)
    life.do(review.withdraw, withdrawn, Actor("seller", withdrawn.seller_id))
    worked(run)
    with i18n.speaking("en"):
        state, why = outcome(run)[withdrawn.id]
        at = dates.moment(life.now(withdrawn).decided_at)
    said = f"The seller withdrew this application on {at}. Nothing was changed by you."
    assert (state, why) == ("skipped", said)
    assert outcome(run)[withdrawn.id][1].startswith("卖家已经在 ")
    assert runs.read("以前只留了一句话。") == "以前只留了一句话。"


def test_two_runs_over_the_same_cases_at_once_decide_each_once(life: Life) -> None:
    one, other = life.staff("reviewer"), life.staff("reviewer", name="石磊")
    cases = [life.sent() for _ in range(30)]
    both = [begun(cases, one), begun(cases, other)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(worked, both))
    found = [outcome(run) for run in both]
    for case in cases:
        states = sorted(each[case.id][0] for each in found)
        why = next(each[case.id][1] for each in found if each[case.id][0] == "skipped")
        by = life.now(case).decided_by
        assert (states, actions(case).count("approve"), bool(re.match(rf"{by}已经在 \d+ 月 \d+ 日 ", why))) == (
            ["done", "skipped"],
            1,
            True,
        ), why


def test_two_runs_of_one_person_over_the_same_cases_count_each_once(life: Life) -> None:
    officer = life.staff("reviewer")
    cases = [life.sent(), life.in_state("in_review", officer)]
    both = [begun(cases, officer), begun(cases, officer)]
    first, second = (outcome(worked(run)) for run in both)
    assert {state for state, _ in first.values()} == {"done"}
    assert [bool(re.match(r"王丽已经在 \d+ 月 \d+ 日 ", why)) for _, why in second.values()] == [True, True]


def arrive(many: int) -> None:
    """So many real cases, sent in one transaction."""
    with db.writing() as session:
        for number in range(many):
            seller = accounts.seller_of(session, f"137{number:08}", "zh_Hans")
            sheet = sheets.start(session, seller_id=seller.id, set_key="stall")
            for page in sheets.set_of(sheet).page:
                sheets.answer(session, sheet, page=page, given={"name": "椪柑", "contact": "吴"}, by=seller.id)
            sheets.send(session, sheet, by=seller.id)


def test_five_hundred_cases_are_one_run_and_every_seller_is_told_once(life: Life) -> None:
    officer = life.staff("reviewer")
    arrive(choosing.MOST + 3)
    with db.writing() as session:
        every = choosing.every(session, officer, queue.Wanted())
        run = choosing.choose(session, every, by=officer, key="")
        choosing.plan(session, run, Plan("approve"), by=officer)
        runs.ask(session, run, by=officer, version=1)
    assert worked(run).state == "done"
    db.set_now(db.now() + SETTLES_AFTER)
    decisions.settle_due("")
    with db.reading() as session:
        done = runs.progress(session, run)
        told = session.exec(select(func.count(func.distinct(Notice.case_id))).where(Notice.kind == "decided")).one()
        approved = session.exec(select(func.count()).select_from(Case).where(col(Case.state) == "approved")).one()
    assert (len(every), done, told, approved) == (500, runs.Progress(500, 0, 0), 500, 500)


def test_what_stands_still_is_set_going_again_and_what_is_old_goes(life: Life) -> None:
    officer = life.staff("reviewer")
    case = life.sent()
    draft, run = chosen([case], officer, "draft"), begun([case], officer)
    db.set_now(db.now() + timedelta(hours=2))
    runs.sweep("")
    assert (now(run).go, runs.work(f"{run.id}.1"), worked(now(run)).state) == (2, None, "done")
    db.set_now(db.now() + timedelta(days=1))
    runs.sweep("")
    db.set_now(db.now() + timedelta(days=91))
    with db.reading() as session:
        assert (session.get(Run, draft.id), session.get(Run, run.id) is None) == (None, False)
    runs.sweep("")
    with db.reading() as session:
        assert (session.exec(select(Run)).all(), session.exec(select(RunItem)).all()) == ([], [])
