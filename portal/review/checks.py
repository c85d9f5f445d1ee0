"""What an officer looks at: the rows of the kind, ticked by name in each round; a tick of what did not change stays."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete
from sqlmodel import Session, col, select

from portal import db
from portal.i18n import N_, Refusal, library_text
from portal.i18n import gettext as _
from portal.questions.conditions import holds
from portal.questions.models import Check
from portal.review import moves
from portal.review.kinds import kind_of
from portal.review.models import Case, Tick
from portal.sheets import submissions
from portal.sheets.models import Submission

if TYPE_CHECKING:
    from portal.access import Actor


class NotLookedAt(Refusal):
    """The kind asks for every tick before an application passes."""

    msgid = N_("Tick these first, this kind asks for it: %(what)s.")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to look at, and who ticked it; `before` is the earlier round in which that was, 0 for this one."""

    check: Check
    tick: Tick | None
    before: int = 0


def wanted(submission: Submission) -> list[Check]:
    """What there is to look at in a submission."""
    kind, answers = kind_of(submission.set_key), submissions.submitted(submission)
    return [check for check in kind.checks if holds(check.only_if, answers)] if kind else []


def rows(case: Case, submission: Submission, ticks: Collection[Tick]) -> list[Row]:
    """The rows of a case with the ticks of its round."""
    by_key = {tick.key: tick for tick in ticks}
    found = [(check, by_key.get(check.key)) for check in wanted(submission)]
    return [Row(check, tick, tick.ticked_in if tick and tick.ticked_in < case.round else 0) for check, tick in found]


def of_round(session: Session, case: Case) -> list[Tick]:
    """The ticks of the present round."""
    return list(session.exec(select(Tick).where(Tick.case_id == case.id, Tick.round == case.round)))


def unticked(found: Collection[Row]) -> str:
    """What was not looked at yet, in one line; empty when all was."""
    return _(", ").join(library_text(row.check.what) for row in found if row.tick is None)


def mark(session: Session, case: Case, *, by: "Actor", ticked: Collection[str], shown: Collection[str]) -> Case:
    """Tick and untick what a page says: `shown` are the ticks that it showed, `ticked` those it came back with.

    Only the difference counts, so that another tab or a second officer loses no tick; a double tap changes nothing.
    """
    case = db.lock(session, case)
    moves.fresh(session, case, "tick", by=by)
    known = {check.key: check for check in wanted(session.get_one(Submission, case.submission_id))}
    there = {tick.key for tick in of_round(session, case)}
    new = [check for key, check in known.items() if key in ticked and key not in shown and key not in there]
    gone = [check for key, check in known.items() if key in shown and key not in ticked and key in there]
    if new:
        session.add_all(_tick(case, check, by) for check in new)
        moves.make(session, case, "tick", by=by, details={"fields": [check.what for check in new]})
    if gone:
        mine = delete(Tick).where(col(Tick.case_id) == case.id, col(Tick.round) == case.round)
        session.execute(mine.where(col(Tick.key).in_([check.key for check in gone])))
        moves.make(session, case, "untick", by=by, details={"fields": [check.what for check in gone]})
    return case


def _tick(case: Case, check: Check, by: "Actor") -> Tick:
    return Tick(case_id=case.id, round=case.round, key=check.key, ticked_in=case.round, by_id=by.id, by_name=by.name)


def carry(session: Session, case: Case, before: Submission, now: Submission) -> None:
    """The ticks of the round before come along where nothing of what they hang on has changed."""
    changed = submissions.changed(before, now).keys()
    hang = {check.key: check.about for check in wanted(now)}
    past = select(Tick).where(Tick.case_id == case.id, Tick.round == before.round)
    for tick in session.exec(past).all():
        if tick.key in hang and not changed & {*(hang[tick.key] or changed)}:
            session.add(Tick(**{**tick.model_dump(), "round": now.round}))


def complete(session: Session, case: Case) -> None:
    """Nothing is left to tick where the kind asks for all. Raises NotLookedAt."""
    kind = kind_of(case.kind)
    if kind is not None and kind.all_checks:
        left = unticked(rows(case, session.get_one(Submission, case.submission_id), of_round(session, case)))
        if left:
            raise NotLookedAt(what=left)
