"""What is said before a sheet is sent: every finding over the whole of it, each with the way to its field."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import Session

from portal.i18n import N_, gettext, library_text
from portal.places import service as places
from portal.questions import service as questions
from portal.questions.models import Answers, Fault, Finding, Level, Page, QuestionSet, Reason
from portal.sheets import remarked, service
from portal.sheets.models import Sheet

if TYPE_CHECKING:
    from portal.access import Actor

# What a helper cannot send; a place that is not chosen down to the township is none yet.
OUTSIDE = Finding(
    "refuse", N_("This place is not one that you work for. Choose the right place, or let the office there help.")
)
Findings = Callable[[Session, Sheet, Answers], list[Fault]]
_findings: list[Findings] = []


@dataclass(frozen=True, slots=True)
class Pointed:
    """One thing to mend: the address of its field, the sentence, and the reason that it would be sent back for.

    `said` is what the office says of it.
    """

    url: str
    words: str
    reason: Reason | None
    said: service.Said | None = None


def findings_from(callback: Findings) -> Findings:
    """Ask `callback` what a noun sees in the answers that would be sent, besides what the questions find."""
    _findings[:] = [callback]
    return callback


def over(session: Session, sheet: Sheet, actor: "Actor", page: str = "") -> list[Fault]:
    """All that is seen in a sheet, or on one page of it: what the questions find, then what a noun sees."""
    seen = [
        *typed(service.set_of(sheet), service.answers(sheet), actor),
        *(each for callback in _findings for each in callback(session, sheet, service.sent_answers(sheet))),
    ]
    return [each for each in seen if page in ("", each.page)]


def typed(wanted: QuestionSet, known: Answers, actor: "Actor", page: Page | None = None) -> list[Fault]:
    """What the questions find in the answers or one page of them, and for a helper the places that are not theirs."""
    return [*questions.faults(wanted, known, page=page), *away(wanted, known, actor, page)]


def away(wanted: QuestionSet, known: Answers, actor: "Actor", page: Page | None = None) -> list[Fault]:
    """The places that a helper does not work for; to anybody else all are open."""
    asked = ((shown, each) for shown in ([page] if page else wanted.page) for each in shown.question)
    return [
        Fault(shown.key, each.key, OUTSIDE)
        for shown, each in asked
        if actor.helper and each.kind == "place" and outside(str(known.get(each.key, "")), actor)
    ]


def outside(place: str, actor: "Actor") -> bool:
    """Whether a place is chosen to the end, and none that this member of staff works for."""
    return places.is_whole(place) and not actor.works_for(place)


def pointed(sheet: Sheet, url: str, faults: Iterable[Fault], level: Level) -> list[Pointed]:
    """The faults of one level, each leading to its field; a reason stands beside the first that it fits."""
    wanted, left, found = service.set_of(sheet), dict(questions.library().reasons), []
    for fault in faults:
        if fault.level == level:
            address = f"{url}/{fault.page}?faults#{fault.key}"
            found.append(Pointed(address, named(wanted, fault), left.pop(fault.finding.reason, None)))
    return found


def named(wanted: QuestionSet, fault: Fault) -> str:
    """A fault away from its field: where its sentence does not name the question, the label stands before it.

    A label may be a question itself: more than a colon parts the two.
    """
    label = called(wanted, fault.key)
    names_it = label.casefold() in fault.text.casefold()
    return fault.text if names_it else gettext("“%(label)s”: %(said)s", label=label, said=fault.text)


def called(wanted: QuestionSet, key: str) -> str:
    """What a field is called: its question's label; a cell by its row and column besides."""
    question_key, _, cell = key.partition(".")
    question, (at, _, column_key) = wanted.questions[question_key], cell.partition(".")
    label, column = library_text(question.label), next((c for c in question.columns if c.key == column_key), None)
    if column is None:
        return label
    values = {"label": label, "at": int(at) + 1, "column": library_text(column.label)}
    return gettext("%(label)s, row %(at)s, %(column)s", **values)


def untouched(session: Session, sheet: Sheet, url: str) -> list[Pointed]:
    """What the office asked for and is still as it was sent, each leading to its field."""
    wanted, left = service.set_of(sheet), remarked.untouched(session, sheet, service.sent_answers(sheet))
    return [
        Pointed(f"{url}/{wanted.page_of[key].key}#{key}", library_text(wanted.questions[key].label), None, said)
        for key, said in left.items()
    ]
