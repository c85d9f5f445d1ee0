"""What the browser sends to review."""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from flask import Blueprint, request

from portal.i18n import library_text
from portal.places import service as places
from portal.questions import service as questions
from portal.questions.cleaning import clean
from portal.review.kinds import kinds
from portal.review.models import GROUPS, STATES
from portal.review.queue import AGES, HOLDERS, Wanted
from portal.review.remarks import MOST_WORDS

MOST_SEARCHED = 40
AFTER = re.compile(r"(?:([0-9]{8})\.)?([0-9]{1,15})\Z")
# Both sides of the room, views and desk, hang their pages on it.
blueprint = Blueprint("review", __name__)


@dataclass(frozen=True, slots=True)
class Said:
    """A reason of the list and the officer's own words, as typed."""

    reason: str
    words: str


def version() -> int:
    """The version of the case that the page on screen showed; -1 fits none."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def said() -> Said:
    """Reason and words."""
    return Said(request.form.get("reason", "")[:20], clean(request.form.get("words", ""), MOST_WORDS, lines=True))


def new_number() -> Said:
    """A new phone number and why it changes, as typed."""
    return Said(request.form.get("phone", "")[:40], clean(request.form.get("reason", ""), MOST_WORDS, lines=True))


def typed_number() -> str:
    """A case number as typed."""
    return request.form.get("number", "")[:20]


def reasons(where: Literal["desk", "platform"] = "desk") -> list[tuple[str, str, str]]:
    """The list of reasons as choices."""
    return [
        (code, library_text(reason.meaning), library_text(reason.mend))
        for code, reason in questions.library().reasons_at(where).items()
    ]


def wanted() -> Wanted:
    """The part of the queue that the address asks for; what makes no sense there is left out."""
    asked = request.args
    desk = asked.get("desk", "")
    part = Wanted(desk=desk if desk in GROUPS else "waiting", words=clean(asked.get("words", ""), MOST_SEARCHED))
    meant = {
        "kind": kinds(),
        "state": [key for key, state in STATES.items() if state.group == part.desk],
        "age": AGES if part.desk == "waiting" else (),
        "holder": HOLDERS if part.desk == "waiting" else (),
        "reason": questions.library().reasons if part.desk == "seller" else (),
    }
    chosen = {name: value for name, known in meant.items() if (value := asked.get(name, "")) in known}
    place = asked.get("place", "")
    due, after = _after(asked.get("after", ""))
    return replace(part, place=place if places.exists(place) else "", after=after, after_due=due, **chosen)


def _after(typed: str) -> tuple[date | None, int | None]:
    """Behind which row the page begins: its number, and where the list goes by them the day its answer is due."""
    found = AFTER.match(typed)
    if found is None:
        return None, None
    day, number = found.groups()
    try:
        return date.fromisoformat(day) if day else None, int(number)
    except ValueError:
        return None, None
