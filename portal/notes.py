"""Notes on the staff's desk: a line that some room wants read there, without the desk knowing the room."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import Session

if TYPE_CHECKING:
    from portal.access import Actor


@dataclass(frozen=True)
class Note:
    """One line for whoever sits at the desk; with `alarm` it stands out, `url` and `link` lead to more."""

    words: str
    alarm: bool = False
    url: str = ""
    link: str = ""


Writer = Callable[[Session, "Actor"], Note | None]
_writers: list[Writer] = []


def on_desk(writer: Writer) -> None:
    """Ask `writer` for a note whenever somebody opens the desk; None is no note. One statement at the most."""
    if writer not in _writers:
        _writers.append(writer)


def for_desk(session: Session, actor: "Actor") -> list[Note]:
    """What is to be read now, what stands out first."""
    written = [note for writer in _writers if (note := writer(session, actor))]
    return sorted(written, key=lambda note: not note.alarm)
