"""The privacy notice: read from library/registration/privacy.toml, shown to everybody and printed."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated

from pydantic import Field

from portal.office import service as offices
from portal.office.known import Office
from portal.press.code import Code, code
from portal.questions.models import Frozen, Key, Library, Words
from portal.questions.reading import BadLibrary, one

FILE = "registration/privacy.toml"
# Fields that hold no sentence for translation.
NO_SENTENCES = ("key", "as_of", "office")


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
    """The faults of the file."""
    return one(Notice, FILE, folder, overlay)[1].found


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


def sheet(url: str) -> Sheet:
    """The notice as facts for the press; `url` is the portal's own address."""
    return Sheet(notice(), code(f"{url}/registration/privacy"), offices.office())
