"""What an officer looks at: the rows of the kind, ticked by name in each round; a tick of what did not change stays."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlmodel import Session

from portal import db
from portal.i18n import N_, Refusal, library_text
from portal.i18n import gettext as _
from portal.questions import service as questions
from portal.questions.checks import CHECKS
from portal.questions.conditions import holds
from portal.questions.models import Check
from portal.review import events, moves
from portal.review.kinds import kind_of
from portal.review.models import Case
from portal.sheets import submissions
from portal.sheets.models import Submission

if TYPE_CHECKING:
    from portal.access import Actor


class NotTicked(Refusal):
    """The kind asks for every tick before an application passes."""

    msgid = N_("Tick these first, this kind asks for it: %(what)s.")


@dataclass(frozen=True, slots=True)
class Tick:
    """Who ticked something, when, and in which round: an earlier one when nothing it hangs on has changed since."""

    round: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to look at, and its tick; `otherwise` are the reasons to remark with when it is not right."""

    check: Check
    tick: Tick | None
    otherwise: str


def wanted(submission: Submission, approved: Submission | None) -> list[Check]:
    """What there is to look at in a submission; of a change what hangs on an answer that is not as it was approved."""
    kind, answers = kind_of(submission.set_key), submissions.submitted(submission)
    asked = [check for check in kind.checks if holds(check.only_if, answers)] if kind else []
    changed = submissions.changed(approved, submission).keys() if approved else set()
    return [check for check in asked if not approved or not check.about or changed & {*check.about}]


def approved_before(session: Session, case: Case) -> Submission | None:
    """What was approved before a change; None for a case that is no change."""
    return submissions.of_round(session, case.sheet_id, 0) if case.amends_id else None


def reasons(kind: str, key: str) -> list[str]:
    """The codes of the reasons that fit one answer: its question's, its checks', those of what is looked at there."""
    sets, known = questions.library().sets, kind_of(kind)
    question = sets[kind].questions.get(key) if kind in sets else None
    own = [*question.reasons, *(CHECKS[name].reason for name in question.check)] if question else []
    looked = [code for check in known.checks if key in check.about for code in check.reasons] if known else []
    return list(dict.fromkeys(filter(None, (*own, *looked))))


def reasons_to_end(kind: str) -> list[str]:
    """The codes of the reasons that no mending of answers does away with: a kind's own, else all."""
    known = questions.library()
    keys = known.sets[kind].questions if kind in known.sets else ()
    own = {code for key in keys for code in reasons(kind, key)}
    ending = [code for code, reason in known.reasons.items() if reason.ends]
    return [code for code in ending if code in own] or ending


def ticks(case: Case) -> dict[str, Tick]:
    """What is ticked in a case, by key."""
    return {
        key: Tick(each["round"], each["by"], datetime.fromisoformat(each["at"])) for key, each in case.ticks.items()
    }


def rows(case: Case, submission: Submission, approved: Submission | None) -> list[Row]:
    """The rows of a case with its ticks."""
    ticked, known = ticks(case), questions.library().reasons
    return [
        Row(check, ticked.get(check.key), _("; ").join(library_text(known[code].meaning) for code in reasons))
        for check in wanted(submission, approved)
        for reasons in [[code for code in check.reasons if code in known]]
    ]


def unticked(found: Collection[Row]) -> str:
    """What was not looked at yet, in one line; empty when all was."""
    return _(", ").join(library_text(row.check.what) for row in found if row.tick is None)


class Boxes(NamedTuple):
    """The boxes of a page: the ticks that it showed, and those that it came back with."""

    shown: Collection[str]
    ticked: Collection[str]


NO_BOXES = Boxes((), ())


def mark(session: Session, case: Case, boxes: Boxes, *, by: "Actor") -> Case:
    """Tick and untick what a page says; a double tap changes nothing."""
    case = db.lock(session, case)
    moves.fresh(session, case, "tick", by=by)
    for action, details in _differing(session, case, boxes, by=by):
        moves.make(session, case, action, by=by, details=details)
    return case


def along(session: Session, case: Case, boxes: Boxes, *, by: "Actor") -> None:
    """The same with a decision: what was ticked is noted beside the one move that it is."""
    for action, details in _differing(session, case, boxes, by=by):
        events.append(session, case, action, by=by, details=details)


def _differing(session: Session, case: Case, boxes: Boxes, *, by: "Actor") -> list[tuple[str, events.Details]]:
    """Change the ticks of a locked case by what a page says, and return what there is to note.

    Only the difference counts, so that another tab or a second officer loses no tick.
    """
    sent = session.get_one(Submission, case.submission_id)
    known = {check.key: check for check in wanted(sent, approved_before(session, case))}
    new = [key for key in known if key in boxes.ticked and key not in boxes.shown and key not in case.ticks]
    gone = [key for key in known if key in boxes.shown and key not in boxes.ticked and key in case.ticks]
    tick = {"round": case.round, "by": by.name, "at": db.now().isoformat()}
    case.ticks = {**{key: each for key, each in case.ticks.items() if key not in gone}, **dict.fromkeys(new, tick)}
    marked = (("tick", new), ("untick", gone))
    return [(action, {"fields": [known[key].what for key in keys]}) for action, keys in marked if keys]


def carry(session: Session, case: Case, now: Submission) -> None:
    """The ticks come along into the next round where nothing of what they hang on has changed."""
    changed = submissions.changed(session.get_one(Submission, case.submission_id), now).keys()
    hang = {check.key: check.about for check in wanted(now, approved_before(session, case))}
    case.ticks = {
        key: each for key, each in case.ticks.items() if key in hang and not changed & {*(hang[key] or changed)}
    }


def complete(session: Session, case: Case) -> None:
    """Nothing is left to tick where the kind asks for all. Raises NotTicked."""
    kind = kind_of(case.kind)
    if kind is None or not kind.all_checks:
        return
    sent = session.get_one(Submission, case.submission_id)
    found = rows(case, sent, approved_before(session, case))
    if unticked(found):
        raise NotTicked(what=lambda: unticked(found))
