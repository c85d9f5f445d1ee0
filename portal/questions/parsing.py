"""A form into values: cleaned, capped, and kept as typed where they are wrong."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from portal.places import service as places
from portal.questions.checks import CHECKS
from portal.questions.cleaning import clean, compact
from portal.questions.models import NEVER, Question

Form = Mapping[str, list[str]]
DAY = re.compile(r"([0-9]{4})\s?[-./年]\s?([0-9]{1,2})\s?[-./月]\s?([0-9]{1,2})\s?日?|([0-9]{4})([0-9]{2})([0-9]{2})")
NUMBER = re.compile(r"([+-]?)0*([0-9]{1,15})(?:\.([0-9]{1,6}))?")
CHOICE_LENGTH = 40
MOST_CHOICES = 100


def parse(question: Question, form: Form, name: str = "") -> Any | None:
    """What a form says to a question, or None when nothing; `name` is the field's, the question's key if not given.

    A photo comes by its own way: whatever a form says to it is not read, so that nobody names another's photo.
    """
    return PARSERS[question.kind](question, form, name or question.key)


def iso_day(text: str) -> str | None:
    """A date written in any usual way as YYYY-MM-DD; None when there is no such day."""
    found = DAY.fullmatch(text)
    if not found:
        return None
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def plain_number(text: str) -> str | None:
    """A number in its shortest form: 1,000.50 is 1000.5; None when it is none."""
    found = NUMBER.fullmatch(re.sub(r"[,\s]", "", text))
    if not found:
        return None
    sign, whole, rest = found.groups()
    rest = (rest or "").rstrip("0")
    shortest = f"{whole}.{rest}" if rest else whole
    return f"-{shortest}" if sign == "-" and shortest != "0" else shortest


def _first(form: Form, name: str) -> str:
    given = form.get(name)
    return given[0] if given else ""


def _text(question: Question, form: Form, name: str) -> str | None:
    # More than is allowed is kept, so that the seller can shorten it himself.
    text = clean(_first(form, name), question.longest * 2 + 20, lines=question.kind == "long_text")
    for check in question.check:
        tidy = CHECKS[check].tidy
        text = tidy(text) if tidy else text
    return text or None


def _number(question: Question, form: Form, name: str) -> str | None:
    text = clean(_first(form, name), question.longest * 2 + 20)
    return plain_number(text) or text or None


def _date(question: Question, form: Form, name: str) -> str | None:
    text = clean(_first(form, name), question.longest * 2 + 20)
    if question.never and (_first(form, f"{name}.never") or text in (question.never, NEVER)):
        return NEVER
    return iso_day(text) or text or None


def _choice(_question: Question, form: Form, name: str) -> str | None:
    return clean(_first(form, name), CHOICE_LENGTH) or None


def _choices(question: Question, form: Form, name: str) -> list[str] | None:
    given = {clean(value, CHOICE_LENGTH) for value in form.get(name, [])[:MOST_CHOICES]} - {""}
    known = [value for value in question.labels if value in given]
    return known + sorted(given - set(known)) or None


def _place(_question: Question, form: Form, name: str) -> str | None:
    # What was found by typing and pressed counts before what stands chosen on the page.
    sent = [*form.get(name, [])[:MOST_CHOICES], *form.get(f"{name}.found", [])[-1:]]
    given = [compact(clean(value, CHOICE_LENGTH)) for value in sent]
    return places.picked(given) or next((value for value in given if value), None)


def _photo(_question: Question, _form: Form, _name: str) -> None:
    return None


def _rows(question: Question, form: Form, name: str) -> list[dict[str, Any]] | None:
    pattern = re.compile(re.escape(name) + r"\.([0-9]{1,3})\.")
    numbers = {int(found[1]) for field in form if (found := pattern.match(field))}
    rows = []
    for number in sorted(numbers)[: question.most_rows * 2]:
        cells = {column.key: parse(column, form, f"{name}.{number}.{column.key}") for column in question.columns}
        rows.append({key: value for key, value in cells.items() if value is not None})
    return [row for row in rows if row] or None


PARSERS: dict[str, Callable[[Question, Form, str], Any | None]] = {
    "text": _text,
    "long_text": _text,
    "number": _number,
    "date": _date,
    "one_of": _choice,
    "some_of": _choices,
    "yes_no": _choice,
    "photo": _photo,
    "place": _place,
    "rows": _rows,
}
