"""Values in words, in the current language."""

from collections.abc import Callable
from datetime import date
from typing import Any

from babel.dates import format_date

from portal.i18n import N_, gettext, language, library_text
from portal.places import service as places
from portal.questions.models import GONE, NEVER, YES, Question

BETWEEN = N_(", ")
YES_WORD = N_("Yes")
NO_WORD = N_("No")
PHOTO = N_("1 photo")
DELETED = N_("(photo deleted)")


def shown(question: Question, value: Any) -> str:
    """An answer as people read it; a value that makes no sense is shown as it is, nothing as an empty text."""
    if value is None or value in ("", []):
        return ""
    if not isinstance(value, list if question.kind in ("some_of", "rows") else str):
        return str(value)
    return SHOWN[question.kind](question, value)


def _text(_question: Question, value: str) -> str:
    return value


def _number(question: Question, value: str) -> str:
    return f"{value} {library_text(question.unit)}" if question.unit else value


def _date(question: Question, value: str) -> str:
    if value == NEVER:
        return library_text(question.never) or value
    try:
        return format_date(date.fromisoformat(value), "long", locale=language())
    except ValueError:
        return value


def _choice(question: Question, value: str) -> str:
    return library_text(question.labels[value]) if value in question.labels else value


def _choices(question: Question, value: list[Any]) -> str:
    return gettext(BETWEEN).join(_choice(question, str(chosen)) for chosen in value)


def _yes_no(_question: Question, value: str) -> str:
    return gettext(YES_WORD if value == YES else NO_WORD)


def _photo(_question: Question, value: str) -> str:
    return gettext(DELETED if value == GONE else PHOTO)


def _place(_question: Question, value: str) -> str:
    return " ".join(places.path(value)) if places.exists(value) else value


def _rows(question: Question, value: list[Any]) -> str:
    return "\n".join(_row(question, row) for row in value if isinstance(row, dict))


def _row(question: Question, row: dict[str, Any]) -> str:
    return " · ".join(text for column in question.columns if (text := shown(column, row.get(column.key))))


SHOWN: dict[str, Callable[[Question, Any], str]] = {
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
