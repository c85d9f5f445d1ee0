"""What goes when its time has come: rules that rooms bring, days that the office sets, a daily run and its report.

Every step of a run is a transaction of its own that looks again whether it is still due, so a run that is killed goes
on where it was, and one that is begun twice does nothing twice.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from portal import db, jobs
from portal.accounts import service as accounts
from portal.accounts.models import Seller
from portal.keeping import terms
from portal.keeping.models import Run, Warned

BATCH = 50
# How many labels a report names of each rule; the numbers are always whole.
NAMED = 200
Line = dict[str, Any]
NOTHING: Line = {"told": 0, "gone": 0, "labels": []}


class Due(NamedTuple):
    """One thing whose time has come: its id, whose it is, since when it rests, and how a report calls it."""

    subject: str
    seller_id: str
    since: datetime
    label: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the library: `due` finds what rests since before a moment (or one subject), `act` takes it away.

    `say` makes what the owner is told before, for the day on which it goes; None where nobody is told.
    """

    key: str
    due: Callable[[Session, datetime, str], list[Due]]
    act: Callable[[Session, str], None]
    say: Callable[[date], str] | None = None


class Step(NamedTuple):
    """One thing that a run does: telling the owner, or taking it away."""

    rule: Rule
    told: bool
    due: Due


_rules: dict[str, Rule] = {}


def rule(key: str, **does: object) -> None:
    """Bring a rule; the library says its days and words."""
    _rules[key] = Rule(key, **does)  # type: ignore[arg-type]


def rules() -> dict[str, Rule]:
    """The rules by key."""
    return _rules


def steps(session: Session) -> list[Step]:
    """All that a run would do now: the preview of the next one."""
    return [step for each in _rules.values() for step in _of(session, each)]


def _of(session: Session, each: Rule, only: str = "") -> Iterable[Step]:
    term = terms.of(session, each.key)
    resting = each.due(session, db.now() - timedelta(days=term.days - term.told), only)
    told = _told(session, each.key) if each.say else {}
    for due in resting:
        if each.say is None:
            yield Step(each, False, due)
        elif not _somebody(session, due):
            if due.since < db.now() - timedelta(days=term.days):
                yield Step(each, False, due)
        elif told.get(due.subject, due.since) <= due.since:
            yield Step(each, True, due)
        elif told[due.subject] <= db.now() - timedelta(days=term.told):
            yield Step(each, False, due)


def _told(session: Session, key: str) -> dict[str, datetime]:
    return {row.subject: row.told_at for row in session.exec(select(Warned).where(Warned.rule == key))}


def _somebody(session: Session, due: Due) -> bool:
    return session.get(Seller, due.seller_id) is not None


@jobs.work("keeping.run", schedule="30 2 * * *", line="long")
def run(day: str) -> float | None:
    """The day's run, some steps at a time; the clock, which knows no day, asks for today's."""
    if not day:
        with db.writing() as session:
            jobs.ask(session, "keeping.run", db.today().isoformat())
        return None
    with db.reading() as session:
        todo = steps(session)[:BATCH]
    for step in todo:
        _do(day, step)
    with db.writing() as session:
        row = _report(session, day)
        row.ended_at = None if todo else row.ended_at or db.now()
    return 0.0 if todo else None


def _do(day: str, planned: Step) -> None:
    """One step and its line in the report, unless somebody did something meanwhile."""
    with db.writing() as session:
        for step in _of(session, planned.rule, planned.due.subject):
            if step.told == planned.told:
                _tell(session, step) if step.told else step.rule.act(session, step.due.subject)
                _note(_report(session, day), step)


def _tell(session: Session, step: Step) -> None:
    say = step.rule.say
    assert say is not None
    day = db.today() + timedelta(days=terms.of(session, step.rule.key).told)
    accounts.tell(session, step.due.seller_id, kind="keeping", say=lambda: say(day))
    session.merge(Warned(rule=step.rule.key, subject=step.due.subject, told_at=db.now()))


def _report(session: Session, day: str) -> Run:
    db.insert_once(session, Run(day=day))
    return db.lock(session, Run(day=day))


def _note(row: Run, step: Step) -> None:
    row.report = {**row.report, step.rule.key: _counted(row.report.get(step.rule.key, NOTHING), step)}


def _counted(line: Line, step: Step) -> Line:
    named = [*line["labels"], step.due.label] if step.due.label and not step.told else line["labels"]
    what = "told" if step.told else "gone"
    return {**line, what: line[what] + 1, "labels": named[:NAMED]}


def summary(planned: Iterable[Step]) -> dict[str, Line]:
    """What a run would report, by rule."""
    lines: dict[str, Line] = {}
    for step in planned:
        lines[step.rule.key] = _counted(lines.get(step.rule.key, NOTHING), step)
    return lines


def reports(session: Session, limit: int = 30) -> list[Run]:
    """The reports of past runs, newest first."""
    return list(session.exec(select(Run).order_by(col(Run.day).desc()).limit(limit)))
