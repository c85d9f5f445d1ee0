"""Runs: one thing done to many cases as a job, in the name of one person, each case by the verb of a single one.

A case and what came of it are one transaction, so a kill doubles nothing; a run can be stopped and continued.
"""

import json
import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from portal import db, i18n, jobs
from portal.accounts import serving
from portal.i18n import N_, Refusal
from portal.review import choosing, deeds, numbers
from portal.review.models import Case, Run, RunItem
from portal.review.states import STATES, State

if TYPE_CHECKING:
    from portal.access import Actor

PAGE = 50
# Seconds that a run works before other jobs have their turn.
SLICE = 2.0
DRAFTS, KEEP, STALLED = timedelta(days=1), timedelta(days=90), timedelta(hours=1)
log = logging.getLogger(__name__)


class PlanChanged(Refusal):
    """Another window changed what is to be done after this page was drawn."""

    msgid = N_("In another window something else was chosen for these. Read it again, then begin.")


class SwitchedOff(Refusal):
    """The person in whose name a run works may work here no longer."""

    msgid = N_("%(who)s was switched off, so this was stopped. What was done stays done.")


class Broken(Refusal):
    """The verb failed in a way that nobody foresaw."""

    msgid = N_("Something broke on our side. Do this one by itself.")


@dataclass(frozen=True, slots=True)
class Progress:
    """How many cases of a run are done, skipped, and still waiting."""

    done: int
    skipped: int
    waiting: int

    @property
    def total(self) -> int:
        """All cases of the run."""
        return self.done + self.skipped + self.waiting

    @property
    def past(self) -> int:
        """The cases that had their turn."""
        return self.done + self.skipped


@dataclass(frozen=True, slots=True)
class Line:
    """One case of a run, for people."""

    at: int
    case_id: str
    number: str
    title: str
    state: str
    kept: str
    done_at: datetime | None

    @property
    def why(self) -> str:
        """Why it was skipped, in the current language."""
        return read(self.kept)

    @property
    def shown_number(self) -> str:
        """The number as people read it."""
        return numbers.shown(self.number)

    @property
    def status(self) -> State:
        """The state of the case, now."""
        return STATES[self.state]


def kept(refusal: Refusal) -> str:
    """Why something was not done, as it is kept: in every language, whichever the run was begun in."""
    return json.dumps(refusal.everywhere, ensure_ascii=False)


def read(why: str) -> str:
    """The same in the current language; of older runs one sentence is kept as it was said."""
    return str(json.loads(why)[i18n.language()]) if why.startswith("{") else why


def mine(session: Session, actor: "Actor", run_id: str) -> Run | None:
    """A run of the asking person; another's is None."""
    run = session.get(Run, run_id)
    return run if run is not None and run.by_id == actor.id else None


def of(session: Session, actor: "Actor") -> list[tuple[Run, Progress]]:
    """The person's runs that were begun, newest first, PAGE at the most."""
    begun = select(Run).where(Run.by_id == actor.id, Run.state != "chosen")
    rows = session.exec(begun.order_by(col(Run.made_at).desc(), col(Run.id)).limit(PAGE)).all()
    counted = _counted(session, [row.id for row in rows])
    return [(row, counted[row.id]) for row in rows]


def progress(session: Session, run: Run) -> Progress:
    """How far a run is."""
    return _counted(session, [run.id])[run.id]


def _counted(session: Session, ids: list[str]) -> dict[str, Progress]:
    columns = col(RunItem.run_id), col(RunItem.state)
    query = select(*columns, func.count()).where(col(RunItem.run_id).in_(ids)).group_by(*columns)
    found = {id: {"done": 0, "skipped": 0, "waiting": 0} for id in ids}
    for id, state, number in session.execute(query).all():
        found[id][state] = number
    return {id: Progress(**counts) for id, counts in found.items()}


def result(session: Session, run: Run, state: str, after: int = -1, limit: int = PAGE) -> tuple[list[Line], bool]:
    """The cases of a run with one outcome, in their order, and whether there are more."""
    columns = (RunItem.at, Case.id, Case.number, Case.title, Case.state, RunItem.why, RunItem.done_at)
    query = (
        select(*map(col, columns))
        .join(Case, col(Case.id) == col(RunItem.case_id))
        .where(col(RunItem.run_id) == run.id, col(RunItem.state) == state, col(RunItem.at) > after)
    )
    rows = session.execute(query.order_by(col(RunItem.at)).limit(limit + 1)).all()
    return [Line(*row) for row in rows[:limit]], len(rows) > limit


def ask(session: Session, run: Run, *, by: "Actor", version: int) -> Run:
    """Begin what was planned, as a job; a second tap finds it begun. Raises NoDeed, PlanChanged."""
    run = db.lock(session, run)
    if run.state != "chosen":
        return run
    if not run.action:
        raise choosing.NoDeed
    if run.version != version:
        raise PlanChanged
    run.language, run.by_name = i18n.language(), by.name
    return _set_going(session, run)


def stop(session: Session, run: Run) -> Run:
    """Stop after the case that is being done; what was done stays done."""
    run = db.lock(session, run)
    if run.state == "running":
        run.state, run.moved_at = "stopped", db.now()
        session.add(run)
    return run


def go_on(session: Session, run: Run) -> Run:
    """Continue what was stopped."""
    run = db.lock(session, run)
    return _set_going(session, run) if run.state == "stopped" else run


def _set_going(session: Session, run: Run) -> Run:
    """A new piece of work each time: one that is over would not be done again."""
    run.state, run.why, run.go, run.moved_at = "running", "", run.go + 1, db.now()
    session.add(run)
    jobs.ask(session, "review.run", f"{run.id}.{run.go}")
    return run


@jobs.work("review.run", line="long")
def work(subject: str) -> float | None:
    """Do the cases of a run until it is over or stopped; after each slice other jobs have their turn."""
    run_id, _, go = subject.partition(".")
    until = time.monotonic() + SLICE
    while step(run_id, int(go)):
        if time.monotonic() > until:
            return 0.0
    return None


def step(run_id: str, go: int) -> bool:
    """Do the next case of a run in one transaction with what came of it; False when there is nothing to do now."""
    try:
        with db.writing() as session:
            return _next(session, run_id, go)
    except _Skipped as skipped:
        with db.writing() as session:
            return _note(session, _going(session, run_id, go), skipped.at, "skipped", skipped.why)


class _Skipped(Exception):
    """A case that was left as it was: all that the verb began is rolled back with this."""

    def __init__(self, at: int, why: str) -> None:
        super().__init__(at)
        self.at, self.why = at, why


def _next(session: Session, run_id: str, go: int) -> bool:
    run = _going(session, run_id, go)
    if run is None:
        return False
    query = select(RunItem).where(RunItem.run_id == run.id, RunItem.state == "waiting").order_by(col(RunItem.at))
    item, by = session.exec(query.limit(1)).first(), serving.acting(session, run.by_id)
    if item is None or by is None:
        run.state, run.moved_at = "done" if item is None else "stopped", db.now()
        run.why = "" if item is None else kept(SwitchedOff(who=run.by_name))
        session.add(run)
        return False
    with i18n.speaking(run.language):
        _try(session, run, item, by)
    return _note(session, run, item.at, "done", "")


def _going(session: Session, run_id: str, go: int) -> Run | None:
    """The run, held until the transaction ends; None unless it is at work, and this is the work that was asked last."""
    run = session.get(Run, run_id)
    run = db.lock(session, run) if run is not None else None
    return run if run is not None and (run.state, run.go) == ("running", go) else None


def _try(session: Session, run: Run, item: RunItem, by: "Actor") -> None:
    at, said = item.at, choosing.planned(run)
    to = serving.acting(session, said.to) if said.to else None
    deed = deeds.Deed(said.action, said.key, said.reason, said.words, to)
    try:
        deeds.do(session, item.case_id, deed, by=by, version=item.version)
        session.flush()
    except Refusal as refusal:
        raise _Skipped(at, kept(refusal)) from refusal
    except OperationalError:
        raise  # the database is busy or away: the job is tried again
    except Exception as reason:
        log.exception("run %s: case %s failed", run.id, item.case_id)
        raise _Skipped(at, kept(Broken())) from reason


def _note(session: Session, run: Run | None, at: int, state: str, why: str) -> bool:
    """Write down what came of a case; False when the run was stopped meanwhile, so that it comes again."""
    if run is None:
        return False
    item = session.get_one(RunItem, (run.id, at))
    item.state, item.why, item.done_at, run.moved_at = state, why, db.now(), db.now()
    session.add_all((item, run))
    return True


@jobs.work("review.runs", schedule="25 * * * *")
def sweep(_: str) -> None:
    """Set going again what should be at work and is not; forget choices after a day, runs after ninety."""
    with db.writing() as session:
        for run in session.exec(select(Run).where(Run.state == "running", Run.moved_at < db.now() - STALLED)).all():
            _set_going(session, db.lock(session, run))
        over = (col(Run.state) == "chosen") & (col(Run.made_at) < db.now() - DRAFTS)
        over |= col(Run.state).in_(("stopped", "done")) & (col(Run.moved_at) < db.now() - KEEP)
        ids = session.exec(select(Run.id).where(over)).all()
        session.execute(delete(RunItem).where(col(RunItem.run_id).in_(ids)))
        session.execute(delete(Run).where(col(Run.id).in_(ids)))
