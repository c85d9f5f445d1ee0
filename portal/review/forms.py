"""What the browser sends to review, the case as a page of the desk, and the filters of the queue as links."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from portal import pages
from portal.access import Actor
from portal.i18n import Refusal, library_text
from portal.i18n import gettext as _
from portal.questions import service as questions
from portal.questions.cleaning import clean
from portal.review import dossier, notebook, service, telling
from portal.review.decisions import NoColleague, NoWords
from portal.review.kinds import kinds
from portal.review.models import GROUPS, Case
from portal.review.queue import HOLDERS, Counts, Wanted
from portal.review.remarks import MOST_WORDS, NoReason

QUEUE = "/desk/review/"
# Both sides of the room, views and desk, hang their pages on it.
blueprint = Blueprint("review", __name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter as a link; `count` is empty where nothing is counted."""

    label: str
    url: str
    count: str
    here: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A reason of the list and the officer's own words, as typed."""

    reason: str
    words: str


class Reads(NamedTuple):
    """What a seller will read: the message, and the lines of the page."""

    notice: str
    lines: list[str]


def case_page(actor: Actor, case_id: str, status: int = 200, **facts: Any) -> ResponseReturnValue:
    """The page of one case."""
    shown = {"it": found(actor, case_id), "refusal": "", "phone": "", "noted": "", **facts}
    return pages.show("review/case.html", status, **shown)


def found(actor: Actor, case_id: str) -> dossier.Dossier:
    """The case for whoever may read it; else there is no such page."""
    return dossier.for_staff(pages.session(), actor, case_id) or abort(404)


def do(actor: Actor, case_id: str, act: Callable[[Case], object], *, to: str = "") -> ResponseReturnValue:
    """Do something to a case and show it; a refusal stands above the case as it is now.

    Refusals that belong to a field of a page are raised to whoever asks for it.
    """
    case = service.case_for(pages.session(), actor, case_id) or abort(404)
    try:
        act(case)
    except (NoReason, NoWords, NoColleague):
        raise
    except Refusal as refusal:
        return case_page(actor, case_id, 409, refusal=refusal.text, noted=request.form.get("note", ""))
    return pages.go(f"{QUEUE}{case_id}{to}")


def note() -> str:
    """A note for colleagues."""
    return clean(request.form.get("note", ""), notebook.MOST_WORDS, lines=True)


def refusal_read(case: Case, said: "Said") -> Reads:
    """What the seller will read of a refusal."""
    meaning = questions.library().reasons[said.reason].meaning
    return Reads(telling.decided(case, said.reason), [library_text(meaning), said.words])


def keys() -> list[tuple[str, list[tuple[str, str]]]]:
    """The keys of the keyboard: where they work, and what each does."""
    anywhere = [("?", _("This page")), ("/", _("Search")), ("u", _("Back to the applications"))]
    listed = [("j", _("Next row")), ("k", _("Row before")), ("Enter", _("Open the row"))]
    case = [
        ("j", _("Next application of the list")),
        ("k", _("Application before")),
        ("t", _("To “I look at this one”; Enter presses it")),
        ("p", _("To “Put back”; Enter presses it")),
        ("r", _("To the next remark link; Enter opens it")),
        ("v", _("Photos beside each other")),
        ("m", _("To the note for colleagues")),
        ("h", _("Hand over: opens the page")),
        ("b", _("Send back: opens the page")),
        ("n", _("Not approve: opens the page")),
        ("a", _("To “Approve”; Enter presses it")),
        ("z", _("To “Undo”; Enter presses it")),
    ]
    return [(_("Everywhere"), anywhere), (_("In the list"), listed), (_("On an application"), case)]


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
    """The part of the queue that the address asks for; what makes no sense is left out."""
    asked = request.args
    desk, kind, holder, after = (asked.get(name, "") for name in ("desk", "kind", "holder", "after"))
    return Wanted(
        desk=desk if desk in GROUPS else "waiting",
        kind=kind if kind in kinds() else "",
        holder=holder if holder in HOLDERS else "",
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 16 else None,
    )


def address(part: Wanted, **changes: str) -> str:
    """The address of a part of the queue with some of it changed."""
    facts = {"desk": part.desk, "kind": part.kind, "holder": part.holder, **changes}
    query = {key: value for key, value in facts.items() if value and (key, value) != ("desk", "waiting")}
    return QUEUE + (f"?{urlencode(query)}" if query else "")


def filters(part: Wanted, counts: Counts) -> list[tuple[str, list[Choice]]]:
    """The filters: whose turn, which kind, who looks at it."""
    turns = [
        Choice(_(label), address(part, desk=key, holder=""), str(counts.desks.get(key, "")), part.desk == key)
        for key, label in GROUPS.items()
    ]
    counted = part.desk in counts.desks
    sorts = [
        Choice(label, address(part, kind=key), str(counts.kinds.get(key, 0)) if counted else "", part.kind == key)
        for key, label in [("", _("All")), *((key, library_text(kind.label)) for key, kind in kinds().items())]
    ]
    holders = [
        Choice(label, address(part, holder=key), str(counts.holders[key]), part.holder == key)
        for key, label in (("", _("All")), ("mine", _("Mine")), ("free", _("Nobody's")))
    ]
    rows = [(_("Whose turn"), turns), (_("Kind"), sorts)]
    return [*rows, (_("Looked at by"), holders)] if part.desk == "waiting" else rows
