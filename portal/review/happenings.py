"""What happened to a case, in words: for the desk all of it, for the seller what the seller was told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from portal.i18n import gettext as _
from portal.i18n import library_text
from portal.questions import service as questions
from portal.review import events, remarks
from portal.review.models import Case, Event
from portal.review.states import DECISIONS, MOVES, NOTED, NOTES, PROPOSED, PROPOSES, SIGHTINGS

# What the desk shows folded up, and what the seller sees.
SMALL = ("remark", "unremark", "tick", "untick", *SIGHTINGS)
STEPS = ("receive", "send_back", "approve", "reject", "withdraw", *NOTED)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened, in words; `more` says what exactly."""

    at: datetime
    label: str
    who: str
    more: list[str]


def afterwards(session: Session, case_id: str) -> list[Step]:
    """What was told after the decision, and by whom."""
    return steps(event for event in events.of_case(session, case_id) if event.action == "told")


def story(session: Session, case: Case) -> tuple[list[Step], list[Step]]:
    """All that happened to a case, for its seller: what was done, and who looked at number and photos, by name."""
    happened = known(case, events.of_case(session, case.id))
    done = [event for event in happened if event.action in (*STEPS, "take")]
    seen = [event for event in happened if event.action in SIGHTINGS]
    return steps(done), steps(seen)


def proposed(case: Case, happened: list[Event]) -> list[str]:
    """Why it is proposed not to approve; empty while nothing of the kind waits."""
    said = [event for event in happened if event.action == PROPOSES["reject"]]
    return more(said[-1]) if said and case.state in PROPOSED else []


def disagreed(case: Case, happened: list[Event]) -> Step | None:
    """Who said no to what was proposed, and why, as long as nothing else was decided or sent."""
    turns = ("receive", "disagree", *DECISIONS, *PROPOSES.values())
    last = [event for event in happened if event.action in turns][-1:]
    return steps(last)[0] if case.state == "in_review" and last and last[0].action == "disagree" else None


def known(case: Case, happened: Iterable[Event]) -> list[Event]:
    """The events without the decisions of which the seller was not told: those undone, and one not settled yet."""
    kept: list[Event] = []
    last: Event | None = None
    for event in [*happened, None]:
        if (event.action == "undo" if event else case.settles_at) and last in kept:
            kept.remove(last)
        if event:
            last = event if event.action in (*DECISIONS, *PROPOSES.values()) else last
            kept += [event] * (event.action not in PROPOSES.values())
    return kept


def steps(happened: Iterable[Event], *, named: bool = True) -> list[Step]:
    """Events in words; `named` says who did it and what exactly."""
    labels = {**{key: move.label for key, move in MOVES.items()}, **SIGHTINGS, **NOTES, **NOTED}
    return [
        Step(
            at=event.at,
            label=_(labels[event.action]),
            more=more(event) if named else [],
            who=(event.who_name or _("the seller")) if named else "",
        )
        for event in happened
    ]


def refused(event: Event) -> list[str]:
    """What the seller reads of a refusal: why, what can be done about it, and the officer's own words."""
    details: dict[str, Any] = events.details(event) or {}
    return remarks.lines(details.get("reason", ""), details.get("words", ""))


def more(event: Event) -> list[str]:
    """What the details of an event say; nothing where they were erased."""
    details: dict[str, Any] = events.details(event) or {}
    reason = questions.library().reasons.get(details.get("reason", ""))
    lines = [_(said) for said in filter(None, [details.get("said")])]
    lines += [library_text(label) for label in [*details.get("fields", []), *filter(None, [details.get("label")])]]
    if reason:
        lines.append(library_text(reason.meaning))
    return [
        *lines,
        *filter(None, [details.get("words"), details.get("reason_given"), details.get("asked_by"), details.get("to")]),
    ]
