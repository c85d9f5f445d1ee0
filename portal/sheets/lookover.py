"""What is said before a sheet is sent: every finding over the whole of it, each with the way to its field."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlmodel import Session

from portal.i18n import gettext, library_text
from portal.questions import service as questions
from portal.questions.models import Answers, Fault, Level, QuestionSet, Reason
from portal.sheets import remarked, service
from portal.sheets.models import Sheet

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


def over(session: Session, sheet: Sheet, page: str = "") -> list[Fault]:
    """All that is seen in a sheet, or on one page of it: what the questions find, then what a noun sees."""
    seen = [
        *questions.faults(service.set_of(sheet), service.answers(sheet)),
        *(each for callback in _findings for each in callback(session, sheet, service.sent_answers(sheet))),
    ]
    return [each for each in seen if page in ("", each.page)]


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
    label = library_text(wanted.questions[fault.key.partition(".")[0]].label)
    names_it = label.casefold() in fault.text.casefold()
    return fault.text if names_it else gettext("“%(label)s”: %(said)s", label=label, said=fault.text)


def untouched(session: Session, sheet: Sheet, url: str) -> list[Pointed]:
    """What the office asked for and is still as it was sent, each leading to its field."""
    wanted, left = service.set_of(sheet), remarked.untouched(session, sheet, service.sent_answers(sheet))
    return [
        Pointed(f"{url}/{wanted.page_of[key].key}#{key}", library_text(wanted.questions[key].label), None, said)
        for key, said in left.items()
    ]
