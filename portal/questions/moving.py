"""Answers carried from one set to another: a newer version, or the sister set of the right kind."""

from collections.abc import Mapping
from typing import Any

from portal.questions.models import Answers, Question, QuestionSet


def move(answers: Answers, old: QuestionSet | None, new: QuestionSet) -> Answers:
    """The answers whose key is asked in both sets in the same kind; choices that are no longer offered fall away.

    A consent, or a declaration, is kept only where its words are the same. Without `old` (a version nobody has any
    more) an answer must look like one of its new kind, and consents are asked anew.
    """
    return _kept(answers, old.questions if old else None, new.questions)


def _kept(answers: Mapping[str, Any], old: Mapping[str, Question] | None, new: Mapping[str, Question]) -> Answers:
    moved = {}
    for key, question in new.items():
        before = old.get(key) if old is not None else None
        if key in answers and (before is None) is (old is None) and _same(before, question):
            value = _fitting(answers[key], before, question)
            if value not in (None, "", []):
                moved[key] = value
    return moved


def _same(before: Question | None, question: Question) -> bool:
    if question.consent:
        return before is not None and before.options == question.options
    if before is not None and question.ticked:
        return before.options == question.options
    return before is None or before.kind == question.kind


def _fitting(value: Any, before: Question | None, new: Question) -> Any | None:
    if not isinstance(value, list if new.kind in ("some_of", "rows") else str):
        return None
    if new.kind == "one_of":
        return value if value in new.labels else None
    if new.kind == "some_of":
        return [chosen for chosen in value if chosen in new.labels]
    if new.kind == "rows":
        columns = {column.key: column for column in before.columns} if before else None
        after = {column.key: column for column in new.columns}
        rows = [_kept(row, columns, after) for row in value if isinstance(row, dict)]
        return [row for row in rows if row]
    return value
