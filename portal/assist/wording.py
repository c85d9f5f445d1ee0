"""What is read out to a farmer: from library/assist/assist.toml, where staff may change it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Annotated

from pydantic import Field

from portal.questions.models import Frozen, Library, Words
from portal.questions.reading import BadLibrary, one

FILE = "assist/assist.toml"


class Wording(Frozen):
    """The consent, sentence by sentence, and what is ticked for it and before sending."""

    version: Annotated[int, Field(ge=1)]
    title: Words
    points: Annotated[tuple[Words, ...], Field(min_length=1)]
    agree: Words
    sending: Words

    @property
    def whole(self) -> str:
        """All that is agreed to, a sentence a line."""
        return "\n".join((*self.points, self.agree))


_state = SimpleNamespace(wording=None)


def problems(_: Library, folder: Path, overlay: Path | None = None) -> list[str]:
    """The faults of the file."""
    return one(Wording, FILE, folder, overlay)[1].found


def setup(folder: Path, overlay: Path | None = None) -> Wording:
    """Take the wording of a library into use. Raises BadLibrary."""
    read, place = one(Wording, FILE, folder, overlay)
    if read is None:
        raise BadLibrary(place.found)
    _state.wording = read
    return read


def wording() -> Wording:
    """The wording in use."""
    return _state.wording  # type: ignore[no-any-return]
