"""The filters of the queue as links: plain addresses, each with the count of what it would show."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from markupsafe import Markup

from portal import i18n
from portal.i18n import N_, library_text
from portal.i18n import gettext as _
from portal.places import service as places
from portal.questions import service as questions
from portal.review import queue
from portal.review.counts import Counts
from portal.review.kinds import kinds
from portal.review.queue import Wanted
from portal.review.states import GROUPS, STATES

if TYPE_CHECKING:
    from portal.access import Actor

QUEUE = "/desk/review/"
NAMES = ("desk", "kind", "place", "state", "age", "reason", "holder", "words")
AGES = {"late": N_("Late"), "today": N_("Due today"), "on_time": N_("In time")}
HOLDERS = {"mine": N_("Mine"), "free": N_("Nobody's")}


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a filter as a link; `here` when it is made already."""

    label: str
    url: str
    count: str
    here: bool


@dataclass(frozen=True, slots=True)
class Sieve:
    """All filters: whose turn it is, the others by name, and those in force, whose links take them off."""

    turns: list[Choice]
    groups: list[tuple[str, list[Choice]]]
    active: list[Choice]
    total: str
    # As the template drew them: they say the same as long as the counts do.
    drawn: list[Markup] = field(default_factory=list)


def address(part: Wanted, **changes: str) -> str:
    """The address of the beginning of a part of the queue, with some of it changed."""
    facts = {name: getattr(part, name) for name in NAMES} | changes
    query = [
        f"{key}={quote_plus(value)}" for key, value in facts.items() if value and (key, value) != ("desk", "waiting")
    ]
    return f"{QUEUE}?{'&'.join(query)}" if query else QUEUE


def further(part: Wanted) -> str:
    """The address of the page behind: `part` says behind which row."""
    due = f"{part.after_due:%Y%m%d}." if part.after_due else ""
    start = address(part)
    return f"{start}{'&' if '?' in start else '?'}after={due}{part.after}"


def sieve(actor: "Actor", part: Wanted, counted: Counts) -> Sieve:
    """The filters of a person's queue, as they stand; made once of the same counts."""
    found: Sieve | None = counted.shown.get(i18n.language())
    if found is None:
        found = counted.shown[i18n.language()] = _sieve(actor, part, counted)
    return found


def _sieve(actor: "Actor", part: Wanted, counted: Counts) -> Sieve:
    more = "+" if counted.capped else ""
    fresh = Wanted(kind=part.kind, place=part.place)
    turns = [
        Choice(_(label), address(replace(fresh, desk=key)), str(counted.desks.get(key, 0)), part.desk == key)
        for key, label in GROUPS.items()
        if key != "practice" or key == part.desk or counted.desks.get(key)
    ]
    groups, active = [], []
    for name, words in _groups(part).items():
        choices = [
            Choice(label, address(part, **{name: key}), f"{count}{more}", key == getattr(part, name))
            for key, label, count in _choices(actor, part, name, counted.facets[name])
        ]
        chosen = getattr(part, name)
        groups.append((words, [Choice(_("All"), address(part, **{name: ""}), "", not chosen), *choices]))
        if chosen:
            active.append(Choice(_label(name, chosen), address(part, **{name: ""}), "", True))
    return Sieve(turns, groups, active, f"{counted.total}{more}")


def _groups(part: Wanted) -> dict[str, str]:
    """The filters that have a meaning on this desk."""
    groups = {"place": _("Place"), "kind": _("Kind")}
    if part.desk in ("waiting", "done"):
        groups["state"] = _("State")
    if part.desk == "waiting":
        groups |= {"age": _("Time limit"), "holder": _("Looked at by")}
    if part.desk == "seller":
        groups["reason"] = _("Reason")
    return groups


def _choices(actor: "Actor", part: Wanted, name: str, counts: dict[str, int]) -> Iterable[tuple[str, str, int]]:
    """The choices of one filter with their counts; of places and reasons only those that there are, and the chosen."""
    known = {
        "kind": kinds(),
        "state": [key for key, state in STATES.items() if state.group == part.desk],
        "age": AGES,
        "holder": HOLDERS,
    }
    if name in known:
        keys = list(known[name])
    else:
        keys = sorted({key for key, count in counts.items() if count} | {getattr(part, name)} - {""})
    if name == "place":
        above = [step.code for step in places.steps(part.place) if actor.works_for(step.code) and step.code not in keys]
        own = queue.outermost(actor.places)
        keys = [code for code in above if [code] != own] + keys
    inside = {key: sum(count for code, count in counts.items() if code.startswith(key)) for key in keys}
    return [(key, _label(name, key), inside[key] if name == "place" else counts.get(key, 0)) for key in keys]


def _label(name: str, key: str) -> str:
    """What a choice is called."""
    if name == "place":
        return places.name(key) if places.exists(key) else key
    if name == "kind":
        return library_text(kinds()[key].label)
    if name == "reason":
        reason = questions.library().reasons.get(key)
        return library_text(reason.meaning) if reason else key
    label = STATES[key].label if name == "state" else {**AGES, **HOLDERS}[key]
    return _(label)
