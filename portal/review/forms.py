"""What the browser sends to review, and the filters of the queue as links."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

from flask import Blueprint, request

from portal import db
from portal.i18n import gettext as _
from portal.i18n import library_text, ngettext
from portal.questions import service as questions
from portal.questions.cleaning import clean
from portal.review.choosing import MOST, Plan
from portal.review.kinds import kinds
from portal.review.models import GROUPS, ITEMS
from portal.review.queue import HOLDERS, Counts, Wanted
from portal.review.remarks import MOST_WORDS

if TYPE_CHECKING:
    from portal.access import Actor

QUEUE, RUNS = "/desk/review/", "/desk/review/runs"
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


@dataclass(frozen=True, slots=True)
class Choosing:
    """How one chooses rows of the queue for a run: the form's address and one-time key, and whether all are ticked."""

    url: str
    key: str
    ticked: bool
    tick: str
    every: str


def choosing(actor: "Actor", part: Wanted, counts: Counts) -> Choosing | None:
    """What the queue needs so that rows can be chosen; None where this person decides on nothing."""
    if not actor.roles & {"reviewer", "manager"} or part.desk not in ("waiting", "practice"):
        return None
    ticked, many = request.args.get("chosen") == "page", counts.desks.get(part.desk, 0)
    after = {} if part.after is None else {"after": str(part.after)}
    return Choosing(
        url=address(part).replace(QUEUE, RUNS),
        key=db.new_id(),
        ticked=ticked,
        tick=address(part, **after, chosen="" if ticked else "page"),
        every=ngettext("With this one …", "With all %(num)s …", many)
        if 0 < many <= MOST
        else _("With the first 500 …"),
    )


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


def question(action: str, many: int, to: str) -> str:
    """What the page asks before a run begins."""
    asked = {
        "approve": ngettext("Approve this one?", "Approve %(num)s applications?", many),
        "remark": ngettext("Remark on this one?", "Remark on %(num)s applications?", many),
        "send_back": ngettext("Send this one back to be mended?", "Send %(num)s applications back to be mended?", many),
        "hand_over": ngettext("Hand this one to %(who)s?", "Hand %(num)s applications to %(who)s?", many, who=to),
    }
    return asked[action]
