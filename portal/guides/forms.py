"""What the browser sends to the print room, and where its desk pages hang."""

import re
from dataclasses import dataclass

from flask import Blueprint, request

from portal import access, db, i18n
from portal.counter import reading
from portal.guides import recipients
from portal.guides.batches import How
from portal.guides.models import ITEMS
from portal.guides.recipients import WHOM, Wanted
from portal.guides.shapes import SHAPES

# Pages of the print room that are not read by everybody; views.py has the others.
blueprint = Blueprint("room", __name__)
ONCE = re.compile(r"[a-z0-9]{16}\Z")
MOST_TYPED = 20_000


@dataclass(frozen=True)
class Typed:
    """The form as it was typed."""

    whom: str
    number: str
    text: str
    place: str
    edition: str
    locale: str
    zipped: bool
    once: str


def typed() -> Typed:
    """What was sent; before that, what stands on the empty form."""
    sent, once = request.form, request.form.get("once", "")
    whom, edition = sent.get("whom", request.args.get("whom", "place")), sent.get("edition", "a4")
    return Typed(
        whom=whom if whom in WHOM else "place",
        number=sent.get("number", request.args.get("number", ""))[:60],
        text=sent.get("text", "")[:MOST_TYPED],
        place=sent.get("place", "")[:60],
        edition=edition if edition in SHAPES else "a4",
        locale=sent.get("locale", i18n.language()),
        zipped="zipped" in sent,
        once=once if ONCE.match(once) else db.new_id(),
    )


def wanted(guide: str, it: Typed) -> Wanted:
    """For whom it is. Raises what reading a list does."""
    words = {"one": it.number, "place": it.place}.get(it.whom, "")
    return Wanted(guide, it.whom, words, _cells(it) if it.whom == "list" else (), access.practising())


def how(it: Typed) -> How:
    """In which shape."""
    return How(it.edition, it.locale, it.zipped)


def _cells(it: Typed) -> tuple[str, ...]:
    sent = request.files.get("list")
    if sent is not None and sent.filename:
        rows = reading.workbook(sent.stream.read(reading.MOST_BYTES + 1))
    else:
        rows = [re.split(r"[\t,，;；、]", line) for line in it.text.splitlines()]
    return recipients.cells_of(rows)


def part(default: str) -> tuple[str, int]:
    """Which outcome of a batch is looked at, and behind which row."""
    shown, after = request.args.get("show", default), request.args.get("after", "")
    good = after.isascii() and after.isdigit() and len(after) < 6
    return shown if shown in (*ITEMS, "odd") else default, int(after) if good else -1
