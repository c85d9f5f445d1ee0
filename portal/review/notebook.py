"""What colleagues tell each other about a case: events of its chain, whose sealed words go with the case.

The seller is not shown them, not under "My data" either; docs/keeping.md says why.
"""

from typing import TYPE_CHECKING

from sqlmodel import Session

from portal import db
from portal.i18n import N_, Refusal
from portal.review import checks, events, moves
from portal.review.models import Case

if TYPE_CHECKING:
    from portal.access import Actor

MOST_WORDS = 1000


class EmptyNote(Refusal):
    """A note without words."""

    field = "note"
    msgid = N_("Write down what your colleagues should know, for example: rang the seller, comes on Monday.")


def keep(session: Session, case: Case, *, by: "Actor", version: int, words: str, boxes: checks.Boxes) -> Case:
    """Keep what was typed and ticked on the page of a case, whichever button was pressed: the note and the ticks.

    Raises what note and checks.mark raise, but nothing for what was left empty.
    """
    case = begun(session, case, by=by, version=version, words=words)
    return checks.mark(session, case, boxes, by=by) if any(boxes) else case


def begun(session: Session, case: Case, *, by: "Actor", version: int, words: str) -> Case:
    """Keep the note that stood beside a button that was pressed, if there is one. Raises what note raises."""
    return note(session, case, by=by, version=version, words=words) if words else case


def note(session: Session, case: Case, *, by: "Actor", version: int, words: str) -> Case:
    """Note something for colleagues, whatever the state; the same words twice from one page are noted once.

    Raises EmptyNote and moves.NotForYou.
    """
    case = db.lock(session, case)
    if not moves.may_decide(by, case):
        raise moves.NotForYou
    said = words.strip()[:MOST_WORDS]
    if not said:
        raise EmptyNote
    for event in events.of_case(session, case.id):
        same_page = event.action == "note" and event.who_id == by.id and event.version == version
        if same_page and (events.details(event) or {}).get("words") == said:
            return case
    events.append(session, case, "note", by=by, details={"words": said})
    return case
