"""What to type where on the platform, in its own order: read from library/registration/platform.toml, filled in from
what was sent.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field
from sqlmodel import Session

from portal import db
from portal.i18n import N_
from portal.i18n import gettext as _
from portal.office import service as offices
from portal.office.known import Office
from portal.press.code import Code
from portal.questions.models import NEVER, Frozen, Key, Library, Sourced, Words
from portal.questions.problems import Place
from portal.questions.reading import BadLibrary, one
from portal.registration import sellers
from portal.registration.platform import Record
from portal.review import moves, numbers
from portal.sheets import pictures

if TYPE_CHECKING:
    from portal.access import Actor

FILE = "registration/platform.toml"
# Fields that hold no sentence for translation: what is typed there stays Chinese.
NO_SENTENCES = ("key", "kinds", "from_", "type", "as_of", "theirs", "confirmed")


class Row(Frozen):
    """One field there: `where` is its label, what goes in is our answer `from`, or the words `type`.

    With neither the hint says where to find it. `theirs`: the platform asks for it itself, we never do.
    """

    where: Words
    from_: str = Field(default="", alias="from")
    type: str = ""
    hint: str = ""
    theirs: bool = False


class Step(Sourced):
    """One step there, for the named kinds of seller only or, when none is named, for all."""

    key: Key
    title: Words
    kinds: tuple[str, ...] = ()
    row: tuple[Row, ...] = ()

    def speaks_to(self, kind: str) -> bool:
        """Whether a kind of seller does this step."""
        return not self.kinds or kind in self.kinds


class Steps(Frozen):
    """The whole file."""

    step: Annotated[tuple[Step, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Line:
    """A row filled in: `value` is what to type as it is, `photo` the id of a picture to hand in there, or `said` is
    where that picture is.
    """

    id: str
    row: Row
    value: str
    photo: str = ""
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """A step with its rows filled in."""

    step: Step
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Album:
    """A seller's photos before one reader: the ids of those that are `kept`, whether the reader `sees` them; of one
    that does not show it is said why it is `gone`, and who has it (`held`).
    """

    kept: Container[str] = ()
    sees: bool = False
    gone: str = ""
    held: str = ""

    def shown(self, photo: str) -> str:
        """The id of a photo that this reader can save, else nothing."""
        return photo if self.sees and photo in self.kept else ""

    def said(self, photo: str) -> tuple[str, ...]:
        """What stands in the place of one that does not show, sentence by sentence."""
        return tuple(filter(None, ("" if photo in self.kept else self.gone, self.held)))


NO_ALBUM = Album()


@dataclass(frozen=True)
class Copy:
    """What templates/registration/paper_platform.html shows."""

    shop: str
    number: str
    steps: list[Filled]
    printed: date
    code: Code
    office: Office


_state = SimpleNamespace(steps=())


def problems(known: Library, folder: Path, overlay: Path | None = None) -> list[str]:
    """What is wrong with the file: each kind must be one that registers, each answer one that such a kind gives."""
    read, place = one(Steps, FILE, folder, overlay)
    for step in read.step if read else ():
        here = place.at("", step.key)
        for kind in step.kinds:
            if kind not in {*sellers.sets_in(known), *known.unread}:
                here.tell(N_("nobody can register as this kind"))
        asked = [known.sets[kind].questions for kind in sellers.sets_in(known) if step.speaks_to(kind)]
        # What a set asks that cannot be read is not known: its own faults are told already.
        for row in () if known.unread else step.row:
            _judge(row, [each[row.from_].personal for each in asked if row.from_ in each], here)
    return place.found


def _judge(row: Row, personal: list[bool], place: Place) -> None:
    if row.from_ and not personal:
        place.tell(N_("there is no question “%(key)s”"), key=row.from_)
    if any(personal):
        place.tell(N_("the answer to “%(key)s” is personal and not for copying"), key=row.from_)
    if bool(row.from_) + bool(row.type) + row.theirs > 1 or not (row.from_ or row.type or row.hint):
        place.tell(N_("“%(where)s” needs one of: from, type, a hint alone"), where=row.where)


def setup(folder: Path, overlay: Path | None = None) -> Steps:
    """Take the steps of a library into use. Raises BadLibrary."""
    read, place = one(Steps, FILE, folder, overlay)
    if read is None:
        raise BadLibrary(place.found)
    _state.steps = read.step
    return read


def album(session: Session, actor: "Actor", record: Record) -> Album:
    """The photos that belong to a shop, as somebody may have them: they fall due for deletion, and helpers see none."""
    gone = _("Deleted here: photos are kept until the shop is open, or some time after the decision.")
    own = actor.kind == "seller"
    held = _("Take the picture on your own phone.") if own else _("The seller has this picture on their own phone.")
    return Album(pictures.kept(session, record.case.seller_id), moves.may_see(actor, record.case), gone, held)


def steps(record: Record, photos: Album = NO_ALBUM) -> list[Filled]:
    """What the seller types where; rows for what was not asked or not answered are left out."""
    sent = {row["key"]: row for row in record.submission.shown}
    found = []
    for step in _state.steps:
        if step.speaks_to(record.case.kind):
            lines = list(_lines(step, sent, record.submission.answers, photos))
            found += [Filled(step, lines)] if lines or not step.row else []
    return found


def _lines(step: Step, sent: dict[str, dict[str, Any]], answers: dict[str, Any], photos: Album) -> Iterator[Line]:
    for number, row in enumerate(step.row, 1):
        answer, shown, id = answers.get(row.from_), sent.get(row.from_, {}), f"{step.key}-{number}"
        if row.from_ and not answer:
            continue
        if shown.get("kind") == "photo":
            yield Line(id, row, "", photos.shown(str(answer)), photos.said(str(answer)))
        else:
            yield Line(id, row, _typed(shown, answer) if row.from_ else row.type)


def _typed(shown: dict[str, Any], answer: Any) -> str:
    """An answer as the platform takes it: in Chinese, a date in digits, of rows the first column."""
    if shown["kind"] == "date" and answer != NEVER:
        return str(answer)
    if shown["kind"] == "rows":
        return "、".join(str(next(iter(cells.values()))) for cells in answer)
    return str(shown["words"])


def copy(record: Record, code: Code) -> Copy:
    """The same on paper."""
    number = numbers.shown(record.case.number)
    return Copy(record.case.title, number, steps(record), db.today(), code, offices.office())
