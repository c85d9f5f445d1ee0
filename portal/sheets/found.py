"""What a sheet is found by: a row for each answer that search, duplicates or reminders go by."""

from sqlmodel import Session, select

from portal import vault
from portal.questions.checks import day
from portal.questions.models import Answers, Question, QuestionSet
from portal.sheets.models import Finding, Sheet


def same(known: Answers, before: Answers, into: QuestionSet) -> bool:
    """Whether a sheet is found by the same as before."""
    return all(known.get(each.key) == before.get(each.key) for each in into.findable)


def write(session: Session, sheet: Sheet, known: Answers, into: QuestionSet) -> None:
    """Write what a sheet is found by, and take away what it is no longer found by."""
    session.flush()
    stored = {row.key: row for row in session.exec(select(Finding).where(Finding.sheet_id == sheet.id))}
    wanted = {each.key: row for each in into.findable if (row := _finding(sheet, each, known))}
    for key in stored.keys() - wanted.keys():
        session.delete(stored[key])
    for row in wanted.values():
        session.merge(row)


def _finding(sheet: Sheet, question: Question, known: Answers) -> Finding | None:
    value = known.get(question.key)
    dated = question.expires and isinstance(value, str) and day(value)
    if not (question.find or dated) or not isinstance(value, str):
        return None
    kept = value if question.find != "keyed" else vault.look_up(question.key, value)
    return Finding(
        sheet_id=sheet.id, key=question.key, value=kept, tail=value[-question.tail :] if question.tail else ""
    )
