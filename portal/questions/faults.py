"""What is wrong with the answers to a set: left out, of the wrong kind, or found by a check."""

from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.i18n import N_
from portal.places import service as places
from portal.questions.checks import CHECKS
from portal.questions.conditions import visible, visible_pages
from portal.questions.models import NEVER, NO, WORDS, YES, Answers, Fault, Finding, Page, Question, QuestionSet, State
from portal.questions.parsing import iso_day, plain_number

# A stored value of another kind than the question's, as an older version may have left it.
ODD = Finding("refuse", N_("Please answer this again."))
NOT_LISTED = Finding("refuse", N_("Please choose from what is listed."))
NO_NUMBER = Finding("refuse", N_("Please write a number in digits, for example 12 or 2.5."))
NO_DATE = Finding("refuse", N_("There is no such day. Please write year, month and day, for example 20270301."))
FIRST_YEAR, LAST_YEAR = "1900", "2199"
NO_PLACE = Finding("refuse", N_("We do not know this place. Please choose it again."))
NO_TOWNSHIP = Finding("refuse", N_("Please choose on, down to the township or street."))
LEFT_OUT = {
    "text": N_("Please write: %(label)s"),
    "long_text": N_("Please write: %(label)s"),
    "number": N_("Please write: %(label)s"),
    "date": N_("Please write the date: %(label)s"),
    "one_of": N_("Please choose one: %(label)s"),
    "some_of": N_("Please choose at least one: %(label)s"),
    "yes_no": N_("Please choose yes or no: %(label)s"),
    "photo": N_("Please add a photo: %(label)s"),
    "place": N_("Please choose your place, down to the township."),
    "rows": N_("Please fill in at least one row: %(label)s"),
}


def faults(questions: QuestionSet, answers: Answers, *, page: Page | str | None = None) -> list[Fault]:
    """Everything wrong with what is asked, in the order of the pages; of one page (or its key) when given."""
    if isinstance(page, str):
        page = questions.pages[page]
    pages = visible_pages(questions, answers) if page is None else [page]
    return [
        Fault(shown.key, name, finding)
        for shown in pages
        for question in visible(shown, answers)
        for name, finding in findings(question, answers.get(question.key), answers, question.key)
    ]


def findings(question: Question, value: Any, answers: Answers, name: str) -> Iterator[tuple[str, Finding]]:
    """What is wrong with one value, with the name of the form field it concerns."""
    if value is None or value in ("", []):
        if question.required:
            yield name, _left_out(question)
        return
    if not isinstance(value, list if question.kind in ("some_of", "rows") else str):
        yield name, ODD
        return
    refused = [(name + below, finding) for below, finding in KINDS[question.kind](question, value, answers)]
    yield from refused
    for check in () if refused else question.check:
        yield from ((name, finding) for finding in CHECKS[check].findings(str(value), answers))
    if question.refuse or question.advise:
        for chosen in value if isinstance(value, list) else [value]:
            yield from ((name, finding) for finding in _said_of(question, chosen))


def state(questions: QuestionSet, page: Page, answers: Answers) -> State:
    """How far a page is: nothing answered, something, or all that is asked and nothing refused."""
    asked = visible(page, answers)
    refused = any(fault.level == "refuse" for fault in faults(questions, answers, page=page))
    if not refused:
        return "done"
    return "part" if any(answers.get(question.key) for question in asked) else "empty"


Below = Iterator[tuple[str, Finding]]


def _left_out(question: Question) -> Finding:
    if question.empty:
        return Finding("refuse", WORDS, words={"words": question.empty})
    return Finding("refuse", LEFT_OUT[question.kind], words={"label": question.label})


def _said_of(question: Question, chosen: object) -> Iterator[Finding]:
    if isinstance(chosen, str):
        if chosen in question.refuse:
            yield Finding("refuse", WORDS, words={"words": question.refuse[chosen]})
        if chosen in question.advise:
            yield Finding("advise", WORDS, words={"words": question.advise[chosen]})


def _text(question: Question, value: str, _answers: Answers) -> Below:
    count = len(value)
    if count > question.longest:
        msgid = N_("At most %(most)s characters; you wrote %(count)s. Please shorten it.")
        yield "", Finding("refuse", msgid, {"most": question.longest, "count": count})
    elif question.at_least is not None and count < question.at_least:
        msgid = N_("At least %(least)s characters; you wrote %(count)s. Please say a little more.")
        yield "", Finding("refuse", msgid, {"least": question.at_least, "count": count})


def _number(question: Question, value: str, _answers: Answers) -> Below:
    try:
        number = Decimal(plain_number(value) or "")
    except InvalidOperation:
        yield "", NO_NUMBER
        return
    if question.at_least is not None and number < question.at_least:
        yield "", Finding("refuse", N_("Please write %(least)s or more."), {"least": question.at_least})
    elif question.at_most is not None and number > question.at_most:
        yield "", Finding("refuse", N_("Please write %(most)s or less."), {"most": question.at_most})


def _date(question: Question, value: str, _answers: Answers) -> Below:
    if question.never and value == NEVER:
        return
    typed = iso_day(value)
    if not typed or not FIRST_YEAR <= typed[:4] <= LAST_YEAR:
        yield "", NO_DATE


def _choice(question: Question, value: str, _answers: Answers) -> Below:
    if value not in question.labels:
        yield "", NOT_LISTED


def _yes_no(_question: Question, value: str, _answers: Answers) -> Below:
    if value not in (YES, NO):
        yield "", NOT_LISTED


def _choices(question: Question, value: list[Any], _answers: Answers) -> Below:
    if any(not isinstance(chosen, str) or chosen not in question.labels for chosen in value):
        yield "", NOT_LISTED
    elif question.at_least is not None and len(value) < question.at_least:
        yield "", Finding("refuse", N_("Please choose at least %(least)s."), {"least": question.at_least})
    elif question.at_most is not None and len(value) > question.at_most:
        yield "", Finding("refuse", N_("Please choose at most %(most)s."), {"most": question.at_most})


def _place(_question: Question, value: str, _answers: Answers) -> Below:
    if not places.exists(value):
        yield "", NO_PLACE
    elif not places.is_whole(value):
        yield "", NO_TOWNSHIP


def _photo(_question: Question, _value: str, _answers: Answers) -> Below:
    yield from ()


def _rows(question: Question, value: list[Any], answers: Answers) -> Below:
    if any(not isinstance(row, dict) for row in value):
        yield "", ODD
        return
    if len(value) > question.most_rows:
        msgid = N_("At most %(most)s rows; you filled in %(count)s. Please take some out.")
        yield "", Finding("refuse", msgid, {"most": question.most_rows, "count": len(value)})
    elif question.at_least is not None and len(value) < question.at_least:
        yield "", Finding("refuse", N_("Please fill in at least %(least)s rows."), {"least": question.at_least})
    for number, row in enumerate(value):
        for column in question.columns:
            yield from findings(column, row.get(column.key), answers, f".{number}.{column.key}")


KINDS: dict[str, Callable[[Question, Any, Answers], Below]] = {
    "text": _text,
    "long_text": _text,
    "number": _number,
    "date": _date,
    "one_of": _choice,
    "some_of": _choices,
    "yes_no": _yes_no,
    "photo": _photo,
    "place": _place,
    "rows": _rows,
}
