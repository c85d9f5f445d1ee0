"""What the office asks for on single answers, and what of it the seller has left as it was."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from portal.i18n import N_, Refusal
from portal.questions.models import Answers
from portal.sheets.models import Sheet


@dataclass(frozen=True, slots=True)
class Said:
    """One remark at a field: its sentences, and the drawings that show what is right and what is not.

    `before` is the answer that it was made on.
    """

    lines: list[str]
    good: str = ""
    bad: str = ""
    before: Any = field(default=None, compare=False)


Remarks = Callable[[Session, Sheet], Mapping[str, list[Said]]]
_remarks: list[Remarks] = []


class Untouched(Refusal):
    """What the office asked for stands as it was sent, and the seller has not said that it is right so."""

    msgid = N_("This is as you sent it before. Change it; or if it is right as it is, tick the box.")


def remarks_from(callback: Remarks) -> Remarks:
    """Ask `callback` for the remarks, by question, that the seller sees at the very fields."""
    _remarks[:] = [callback]
    return callback


def remarks(session: Session, sheet: Sheet) -> Mapping[str, list[Said]]:
    """The open remarks on a sheet, by question."""
    return _remarks[0](session, sheet) if _remarks and sheet.open_keys is not None else {}


def untouched(session: Session, sheet: Sheet, known: Answers) -> dict[str, Said]:
    """The first remark on each answer that is remarked on and would be sent as it was sent before."""
    said = remarks(session, sheet)
    return {key: said[key][0] for key in known if key in said and known[key] == said[key][0].before}
