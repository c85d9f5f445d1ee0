"""Papers that run out: found by their last day, told to their owners 90, 30 and 7 days before; facts, no verdicts."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, exists

from portal import dates, db, i18n, jobs
from portal.accounts import service as accounts
from portal.i18n import gettext as _
from portal.i18n import library_text, ngettext
from portal.notices.service import Text
from portal.questions import service as questions
from portal.questions.checks import day
from portal.questions.models import Answers, QuestionSet
from portal.review.kinds import kinds
from portal.review.models import Case, Reminder
from portal.review.models import told as told_states
from portal.sheets.models import Finding, Sheet

STEPS = (7, 30, 90)
LONGEST = max(STEPS)
BATCH = 50
# Hours of China at which nobody is woken by a message.
AWAKE = range(8, 21)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper and its last day; `amend` is the key of the change with which its owner tells of a new one."""

    key: str
    name: str
    day: date
    amend: str = ""

    @property
    def left(self) -> int:
        """The days left, 0 on the last one, fewer when it is over."""
        return (self.day - db.today()).days

    @property
    def soon(self) -> bool:
        """Whether its owner should think of a new one."""
        return self.left <= LONGEST

    @property
    def words(self) -> str:
        """How long it holds, in the current language."""
        facts: dict[str, Any] = {"what": library_text(self.name), "day": dates.day(self.day)}
        if self.left < 0:
            return _("%(what)s: run out on %(day)s", **facts)
        if self.left == 0:
            return _("%(what)s: runs out today", **facts)
        said = ngettext("%(num)s day left", "%(num)s days left", self.left)
        return _("%(what)s: until %(day)s, %(left)s", left=said, **facts)


def papers(wanted: QuestionSet, known: Answers) -> list[Paper]:
    """The papers with a last day among some answers, the first to run out first."""
    opens = {key: each.key for each in reversed(wanted.amend) for key in each.questions}
    dates = ((each, day(str(known.get(each.key, "")))) for each in wanted.questions.values() if each.expires)
    found = (Paper(each.key, each.expires, ends, opens.get(each.key, "")) for each, ends in dates if ends)
    return sorted(found, key=lambda each: each.day)


def keys() -> set[str]:
    """The questions of all kinds of case that ask for a last day."""
    sets = questions.library().sets
    asked = [question for kind in kinds() if kind in sets for question in sets[kind].questions.values()]
    return {question.key for question in asked if question.expires}


def within(days: int) -> ColumnElement[bool]:
    """That a paper of a case runs out within so many days, or has run out: by what its sheet is found by."""
    last = (db.today() + timedelta(days=days)).isoformat()
    return exists().where(
        col(Finding.sheet_id) == col(Case.sheet_id), col(Finding.key).in_(keys()), col(Finding.value) <= last
    )


def _due(step: int, least: int) -> Select[Case, Finding]:
    """What is to be told at one step: approved shops, a day old at least; not what was told, or what is renewed."""
    today = db.today()
    first, last = ((today + timedelta(days=days)).isoformat() for days in (least, step))
    told = exists().where(
        col(Reminder.case_id) == Case.id,
        col(Reminder.key) == Finding.key,
        col(Reminder.step) == step,
        col(Reminder.day) == Finding.value,
    )
    same = aliased(Finding)
    kept = select(col(same.sheet_id)).where(
        col(same.sheet_id) == Sheet.id, col(same.key) == Finding.key, col(same.value) == Finding.value
    )
    renewed = select(col(Sheet.id)).where(
        col(Sheet.amends_id) == Case.sheet_id,
        col(Sheet.state) == "sent",
        ~kept.correlate(Sheet, Finding).exists(),
    )
    return (
        select(Case, Finding)
        .join(Finding, and_(col(Finding.sheet_id) == col(Case.sheet_id), col(Finding.key).in_(keys())))
        .where(col(Case.desk) == "done", told_states("approved"), col(Case.amends_id).is_(None))
        .where(col(Case.decided_at) < db.now() - timedelta(days=1))
        .where(
            col(Finding.value) >= first, col(Finding.value) <= last, ~told, ~renewed.correlate(Case, Finding).exists()
        )
    )


def due(session: Session, limit: int = BATCH) -> list[tuple[Case, Paper, int]]:
    """The reminders to send now, some at a time."""
    found: list[tuple[Case, Paper, int]] = []
    for step, least in zip(STEPS, (0, *(each + 1 for each in STEPS[:-1])), strict=True):
        rows = session.execute(_due(step, least).limit(limit - len(found))).all()
        found += [(case, paper, step) for case, row in rows for paper in _papers(case, row)]
    return found


def _papers(case: Case, row: Finding) -> list[Paper]:
    wanted = questions.library().sets.get(case.kind)
    return papers(wanted, {row.key: row.value}) if wanted else []


@jobs.work("review.expiry", schedule="30 9 * * *")
def remind(today: str) -> float | None:
    """The day's reminders, each in a transaction of its own; the clock, which knows no day, asks for today's."""
    if not today:
        with db.writing() as session:
            jobs.ask(session, "review.expiry", db.today().isoformat())
        return None
    if db.now().astimezone(db.CHINA).hour not in AWAKE:
        return None
    with db.reading() as session:
        todo = due(session)
    for case, paper, step in todo:
        with db.writing() as session:
            tell(session, case, paper, step=step)
    return 0.0 if todo else None


def tell(session: Session, case: Case, paper: Paper, *, step: int) -> bool:
    """Tell the owner once for each step and day; False when that is done, or the paper is another meanwhile."""
    case, day = db.lock(session, case), paper.day.isoformat()
    found = session.get(Finding, (case.sheet_id, paper.key))
    if case.desk != "done" or found is None or found.value != day:
        return False
    if session.get(Reminder, (case.id, paper.key, step, day)) is not None:
        return False
    session.add(Reminder(case_id=case.id, key=paper.key, step=step, day=day))
    accounts.tell(session, case.seller_id, kind="expiry", say=lambda: _sentence(paper), case_id=case.id)
    return True


def _sentence(paper: Paper) -> Text:
    with i18n.speaking(i18n.DEFAULT):
        values = {"what": library_text(paper.name), "day": paper.day.isoformat()}
    said = _(
        "%(what)s runs out on %(day)s. When you have the new one, sign in and tell us under “My shop”: %(change)s.",
        what=library_text(paper.name),
        day=dates.day(paper.day),
        change=_("Something has changed"),
    )
    return Text(said, **values)
