"""What other rooms ask of the question engine; the one library in use."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from portal import i18n
from portal.questions import licences, words
from portal.questions.conditions import visible, visible_pages
from portal.questions.faults import faults, state
from portal.questions.models import Library
from portal.questions.moving import move
from portal.questions.parsing import parse
from portal.questions.reading import BadLibrary, check_library, look, read
from portal.questions.sentences import sentences
from portal.questions.showing import shown

__all__ = [
    "BadLibrary",
    "check_library",
    "faults",
    "library",
    "licences",
    "move",
    "parse",
    "read",
    "sentences",
    "setup",
    "shown",
    "state",
    "visible",
    "visible_pages",
]
_library = Library()


class Reader(NamedTuple):
    """What a room reads of the library for itself: naming every fault of that, and taking it into use."""

    problems: Callable[[Library, Path, Path | None], list[str]]
    setup: Callable[[Path, Path | None], object]


READERS: dict[str, Reader] = {}


def look_everywhere(folder: Path, overlay: Path | None = None) -> tuple[Library, list[str]]:
    """The library as far as it can be read, and every fault that we or another room's reader find."""
    found, problems = look(folder, overlay)
    return found, problems + [each for room in READERS.values() for each in room.problems(found, folder, overlay)]


def start(folder: Path, overlay: Path | None = None) -> None:
    """Take the whole library into use, for us and every other reader; raises BadLibrary with all faults of all."""
    found, problems = look_everywhere(folder, overlay)
    if problems:
        raise BadLibrary(problems)
    setup(found)
    for room in READERS.values():
        room.setup(folder, overlay)


def setup(library: Library) -> None:
    """Make this the library in use; once at start."""
    global _library
    _library = library
    words.setup(library.words)
    i18n.bring_english(library.english)


def library() -> Library:
    """The library in use."""
    return _library
