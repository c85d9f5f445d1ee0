"""What the browser sends to review, and the case as a page of the desk."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, NamedTuple

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from portal import db, i18n, pages
from portal.access import Actor
from portal.i18n import Refusal, library_text, ngettext
from portal.i18n import gettext as _
from portal.places import service as places
from portal.questions import service as questions
from portal.questions.cleaning import clean
from portal.review import checks, decisions, dossier, notebook, remarks, service, telling
from portal.review.choosing import MOST, NothingChosen, Plan
from portal.review.filters import QUEUE, address, further
from portal.review.kinds import kinds
from portal.review.models import ITEMS, Case
from portal.review.queue import AGES, HOLDERS, Wanted
from portal.review.remarks import MOST_WORDS, NoReason, NoWords
from portal.review.states import GROUPS, STATES

RUNS = "/desk/review/runs"
MOST_SEARCHED = 40
# A reason as a choice: its code, what it says, how to mend it.
Reason = tuple[str, str, str]
AFTER = re.compile(r"(?:([0-9]{8})\.)?([0-9]{1,15})\Z")
# Both sides of the room, views and desk, hang their pages on it.
blueprint = Blueprint("review", __name__)


@dataclass(frozen=True, slots=True)
class Said:
    """A reason of the list and the officer's own words, as typed."""

    reason: str
    words: str


class Reads(NamedTuple):
    """What a seller will read, in the seller's language: the message, the page, the language's tag and name."""

    notice: str
    drawn: Markup
    tag: str
    name: str


def case_page(actor: Actor, case_id: str, status: int = 200, **facts: Any) -> ResponseReturnValue:
    """The page of one case."""
    shown = {"it": found(actor, case_id), "refusal": "", "typed": "", "phone": "", "noted": "", **facts}
    return pages.show("review/case.html", status, **shown)


def found(actor: Actor, case_id: str) -> dossier.Dossier:
    """The case for whoever may read it; else there is no such page."""
    return dossier.for_staff(pages.session(), actor, case_id) or abort(404)


def do(actor: Actor, case_id: str, act: Callable[[Case], object], *, to: str = "") -> ResponseReturnValue:
    """Do something to a case and show it; a refusal stands above the case as it is now, with the words that were typed.

    Refusals that belong to a field of a page are raised to whoever asks for it.
    """
    case = service.case_for(pages.session(), actor, case_id) or abort(404)
    try:
        act(case)
    except (NoReason, NoWords, decisions.NoColleague):
        raise
    except Refusal as refusal:
        kept = {"noted": request.form.get("note", ""), "typed": said().words}
        return case_page(actor, case_id, 409, refusal=refusal.text, **kept)
    return pages.go(f"{QUEUE}{case_id}{to}")


def asking(
    actor: Actor, case_id: str, action: str, ask: Callable[[dossier.Dossier], ResponseReturnValue]
) -> ResponseReturnValue:
    """The page that asks before something is done; what may not be done now is refused as after its button."""
    it = found(actor, case_id)
    try:
        decisions.ready(pages.session(), it.case, action, by=actor)
    except Refusal as refusal:
        return case_page(actor, case_id, 409, refusal=refusal.text, typed=said().words)
    return ask(it)


def boxes() -> checks.Boxes:
    """The boxes of what is to be looked at."""
    return checks.Boxes(request.form.getlist("shown"), request.form.getlist("ticked"))


def note() -> str:
    """A note for colleagues."""
    return clean(request.form.get("note", ""), notebook.MOST_WORDS, lines=True)


def keep(case: Case, actor: Actor) -> None:
    """Keep what the page of a case came back with beside its button: a note, ticks."""
    notebook.keep(pages.session(), case, by=actor, version=version(), words=note(), boxes=boxes())


def refusal_read(it: dossier.Dossier, said: "Said") -> Reads:
    """What the seller will read of a refusal."""
    with i18n.speaking(it.language):
        return _reads(it, telling.decided(it.case, said.reason), lines=remarks.lines(said.reason, said.words))


def mending_read(it: dossier.Dossier) -> Reads:
    """What the seller will read of an application that is sent back."""
    with i18n.speaking(it.language):
        return _reads(it, telling.sent_back(it.case, it.made), remarks=[dossier.said(it.case, one) for one in it.made])


def _reads(it: dossier.Dossier, notice: str, **facts: Any) -> Reads:
    drawn = Markup(render_template("review/preview.html", **{"remarks": [], "lines": [], **facts}))
    return Reads(notice, drawn, i18n.tag(), i18n.LANGUAGES[it.language])


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
        ("c", _("To what is to be looked at; space ticks")),
        ("m", _("To the note for colleagues")),
        ("h", _("To “Hand over”; Enter presses it")),
        ("b", _("To “Send back”; Enter presses it")),
        ("n", _("To “Not approve”; Enter presses it")),
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


def reasons(where: Literal["desk", "platform"] = "desk") -> list[Reason]:
    """The list of reasons as choices."""
    return [
        (code, library_text(reason.meaning), library_text(reason.mend))
        for code, reason in questions.library().reasons_at(where).items()
    ]


def reasons_at(case: Case, key: str, chosen: str) -> tuple[list[Reason], list[Reason]]:
    """The reasons that fit one answer, with the one chosen already and those told in words; then all others.

    Where none is known to fit, all do.
    """
    return _parted(checks.reasons(case.kind, key), chosen)


def reasons_to_reject(case: Case, chosen: str) -> tuple[list[Reason], list[Reason]]:
    """The same for a refusal: first the reasons that no mending of answers does away with."""
    return _parted(checks.reasons_to_end(case.kind), chosen)


def _parted(fit: list[str], chosen: str) -> tuple[list[Reason], list[Reason]]:
    every, known = reasons(), questions.library().reasons
    first = [each for each in every if each[0] in (*fit, chosen) or known[each[0]].needs_words]
    first.sort(key=lambda each: fit.index(each[0]) if each[0] in fit else len(fit))
    return (first, [each for each in every if each not in first]) if fit else (every, [])


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


@dataclass(frozen=True, slots=True)
class Choosing:
    """How one chooses rows of the queue for a run: the form's address and one-time key, and whether all are ticked.

    `fault` is said when the button was pressed with nothing ticked.
    """

    url: str
    key: str
    ticked: bool
    tick: str
    every: str
    fault: str


def choosing(actor: Actor, part: Wanted, total: str) -> Choosing | None:
    """What the queue needs so that rows can be chosen; None where this person decides on nothing."""
    if not actor.roles & {"reviewer", "manager"} or part.desk not in ("waiting", "practice"):
        return None
    ticked, many = request.args.get("chosen") == "page", int(total) if total.isdigit() else 0
    here = _here(part)
    return Choosing(
        url=here.replace(QUEUE, RUNS),
        key=db.new_id(),
        ticked=ticked,
        tick=here if ticked else _here(part, chosen="page"),
        every=ngettext("With this one …", "With all %(num)s …", many)
        if 0 < many <= MOST
        else _("With the first 500 …"),
        fault=NothingChosen().text if request.args.get("chosen") == "none" else "",
    )


def back_to_list() -> str:
    """The page of the queue that a form with nothing ticked came from, which says so."""
    return _here(wanted(), chosen="none")


def _here(part: Wanted, chosen: str = "") -> str:
    here = address(part) if part.after is None else further(part)
    return f"{here}{'&' if '?' in here else '?'}chosen={chosen}" if chosen else here


def chosen() -> dict[str, int]:
    """The ticked cases, each with the version that its row showed."""
    pairs = (value.partition(".")[::2] for value in request.form.getlist("case"))
    return {id: int(shown) for id, shown in pairs if shown.isascii() and shown.isdigit() and len(shown) < 10}


def form_key() -> str:
    """The one-time key of the form."""
    return request.form.get("key", "")[:16]


def plan(action: str) -> Plan:
    """What is to be done with the chosen cases, as typed."""
    typed = said()
    key, to = request.form.get("key", "").strip()[:60], request.form.get("to", "")[:16]
    return Plan(action, key, typed.reason, typed.words, to)


def outcome(skipped: int) -> tuple[str, int]:
    """Which cases of a run the address asks for, and after which; what was skipped comes first."""
    show, after = request.args.get("show", ""), request.args.get("after", "")
    part = show if show in ITEMS else "skipped" if skipped else "done"
    return part, int(after) if after.isascii() and after.isdigit() and len(after) < 5 else -1
