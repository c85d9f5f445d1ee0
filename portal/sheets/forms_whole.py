"""A whole sheet as its templates show it: the task list, and check-your-answers."""

from collections.abc import Container, Iterable, Mapping

from portal.questions import service as questions
from portal.questions.models import GONE, Answers, Page, Question, QuestionSet
from portal.sheets.service import Said


def tasks(
    wanted: QuestionSet,
    pages: Iterable[Page],
    known: Answers,
    remarks: Mapping[str, list[Said]],
    *,
    opened: Container[str] = (),
    away: Container[str] = (),
) -> list[tuple[Page, str, int]]:
    """The task list: each page with its state (empty, part, done, mend, open) and how many remarks stand on it.

    `opened` are the keys of the pages that a change opens, `away` of those with a place that a helper cannot send.
    """
    rows: list[tuple[Page, str, int]] = []
    for page in pages:
        count = sum(len(remarks.get(question.key, ())) for question in page.question)
        state = "open" if page.key in opened else questions.state(wanted, page, known)
        state = "part" if page.key in away else state
        rows.append((page, "mend" if count else state, count))
    return rows


def parts(
    pages: Iterable[Page], known: Answers, typists: Mapping[str, str]
) -> list[tuple[Page, list[tuple[Question, str, str, str]]]]:
    """Check-your-answers: each page with its questions, the answer in words, the photo's id where it is one, and the
    name of the helper who typed it.
    """
    return [
        (
            page,
            [
                (
                    question,
                    questions.shown(question, known[question.key]) if question.key in known else "",
                    known[question.key] if question.kind == "photo" and known.get(question.key, GONE) != GONE else "",
                    typists.get(question.key, ""),
                )
                for question in questions.visible(page, known)
            ],
        )
        for page in pages
    ]
