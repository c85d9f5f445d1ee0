"""The privacy notice: read from library/registration/privacy.toml, shown to everybody and printed."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated

from pydantic import Field
from sqlmodel import Session

from portal.i18n import N_, library_text
from portal.keeping import terms
from portal.office import service as offices
from portal.office.known import Office
from portal.press.code import Code, code
from portal.questions.models import Frozen, Key, Library, Words
from portal.questions.reading import BadLibrary, one

FILE = "registration/privacy.toml"
# Fields that hold no sentence for translation.
NO_SENTENCES = ("key", "as_of", "office")
# In a point {photos} stands for the days of the rule “photos” as they are now (keeping/keeping.toml, /desk/keeping/).
RULE = re.compile(r"\{([^{}]*)\}")


class Part(Frozen):
    """One section; `office` says whose name, phone and address stand below it."""

    key: Key
    title: Words
    points: Annotated[tuple[Words, ...], Field(min_length=1)]
    source: Words
    office: bool = False


class Notice(Frozen):
    """The whole notice; `as_of` is the day it was looked at."""

    title: Words
    lead: Words
    as_of: date
    part: Annotated[tuple[Part, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Sheet:
    """What templates/registration/paper_privacy.html shows."""

    notice: Notice
    code: Code
    office: Office


_state = SimpleNamespace(notice=None)


def problems(_: Library, folder: Path, overlay: Path | None = None) -> list[str]:
    """The faults of the file; the days that a point names must be those of a rule."""
    read, place = one(Notice, FILE, folder, overlay)
    rules = terms.keys(folder, overlay)
    for part in read.part if read else ():
        for key in {key for point in part.points for key in RULE.findall(point)} - rules:
            place.at("", part.key).tell(N_("there is no rule “%(key)s”"), key=key)
    return place.found


def setup(folder: Path, overlay: Path | None = None) -> Notice:
    """Take the notice of a library into use. Raises BadLibrary."""
    read, place = one(Notice, FILE, folder, overlay)
    if read is None:
        raise BadLibrary(place.found)
    _state.notice = read
    return read


def notice() -> Notice:
    """The notice in use."""
    return _state.notice  # type: ignore[no-any-return]


def read_out(session: Session) -> Notice:
    """The notice in the current language, with the days that hold now."""
    days = terms.days(session)

    def said(point: str) -> str:
        return RULE.sub(lambda found: str(days[found[1]]), library_text(point))

    parts = (part.model_copy(update={"points": tuple(map(said, part.points))}) for part in notice().part)
    return notice().model_copy(update={"part": tuple(parts)})


def sheet(session: Session, url: str) -> Sheet:
    """The notice as facts for the press; `url` is the portal's own address."""
    return Sheet(read_out(session), code(f"{url}/registration/privacy"), offices.office())
