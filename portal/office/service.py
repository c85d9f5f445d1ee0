"""What the seller reads of the office everywhere."""

from pathlib import Path
from types import SimpleNamespace

from pydantic import Field

from portal.questions.grammar import valid
from portal.questions.models import Frozen, Library, Words
from portal.questions.problems import Place
from portal.questions.reading import BadLibrary, parsed

FILE = "office/office.toml"


class Office(Frozen):
    """The office as pages and papers name it."""

    name: Words
    short: Words
    county: str = Field(pattern=r"^[0-9]{6}$")
    phone: Words
    hours: Words
    address: Words
    station: str = ""


_state = SimpleNamespace(office=None)


def _read(folder: Path, overlay: Path | None) -> tuple[Office | None, list[str]]:
    own, place = overlay / FILE if overlay else None, Place(FILE)
    raw = parsed(own if own and own.exists() else folder / FILE, place)
    return None if raw is None else valid(Office, raw, place), place.found


def problems(_: Library, folder: Path, overlay: Path | None = None) -> list[str]:
    """The faults of the office's file, one sentence each."""
    return _read(folder, overlay)[1]


def setup(folder: Path, overlay: Path | None = None) -> Office:
    """Read office/office.toml from the library, or from the overlay that a county brings. Raises BadLibrary."""
    read, faults = _read(folder, overlay)
    if read is None:
        raise BadLibrary(faults)
    _state.office = read
    return read


def office() -> Office:
    """The office in use."""
    return _state.office  # type: ignore[no-any-return]
