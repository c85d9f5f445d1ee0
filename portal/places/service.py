"""What others ask about places: does it exist, what is it called, what lies in it, which one is meant."""

from typing import NamedTuple

from portal.i18n import N_, Refusal
from portal.places.gazetteer import LENGTHS, gazetteer
from portal.places.search import best_rows

LEVELS = ("province", "city", "county", "township")
MOST = 50
# How long offices write codes: filled up with noughts.
OFFICIAL = (6, 9, 12)


class Place(NamedTuple):
    """A place: its statistical code (2, 4, 6 or 9 digits), its name and its level (a word of LEVELS)."""

    code: str
    name: str
    level: str


class UnknownPlace(Refusal):
    """No such code in the table."""

    msgid = N_("This place is not in our list. Please choose it again, starting with the province.")


def exists(code: str) -> bool:
    """Is this the code of a place?"""
    return gazetteer().row(code) is not None


def coded(text: str) -> str:
    """The code of a place that is written as we keep it or as offices write it, 522600 for 5226; "" for other text."""
    if len(text) in OFFICIAL:
        cut = (text[:length] for length in reversed(LENGTHS) if not text[length:].strip("0"))
        return next(filter(exists, cut), "")
    return text if exists(text) else ""


def name(code: str) -> str:
    """The name of a place; raises UnknownPlace."""
    return gazetteer().names[_row(code)]


def steps(code: str) -> list[Place]:
    """The place and all it lies in, from the province down, without fillers; [] for "" and unknown codes."""
    table = gazetteer()
    row = table.row(code)
    return [] if row is None else [_place(upper) for upper in table.upwards(row) if not table.is_filler(upper)]


def path(code: str) -> tuple[str, ...]:
    """The names from the province down, without fillers; raises UnknownPlace."""
    _row(code)
    return tuple(place.name for place in steps(code))


def children(code: str = "") -> list[Place]:
    """What can be chosen next in a place (in no place: the provinces); a filler gives way to what lies in it.

    [] for a township, for a county without townships and for unknown codes.
    """
    row = gazetteer().row(code)
    if row is None and code:
        return []
    return [_place(child) for child in _next(row)]


def is_whole(code: str) -> bool:
    """Is this a place with nothing left to choose: a township, or a county without townships?"""
    return exists(code) and not children(code)


def picked(values: list[str]) -> str:
    """The code that a form meant: its last one that exists (a choice comes after what it stands in), else ""."""
    return next((value for value in reversed(values) if exists(value)), "")


def find(text: str, limit: int = 20, near: str = "") -> list[Place]:
    """Places by a part of the name, by words of the path, by pinyin or its initials; the likeliest first.

    黎平, 黎平 九潮, liping, li ping, lp. Among equals: what lies nearest to the place `near`, then counties first.
    Text with anything but letters and Chinese characters finds nothing.
    """
    rows = best_rows(text, near if exists(near) else "")
    return [_place(row) for row in rows[: max(0, min(limit, MOST))]]


def _row(code: str) -> int:
    row = gazetteer().row(code)
    if row is None:
        raise UnknownPlace
    return row


def _place(row: int) -> Place:
    table = gazetteer()
    return Place(table.code(row), table.names[row], LEVELS[table.level(row)])


def _next(row: int | None) -> list[int]:
    table = gazetteer()
    at, end = (0, len(table)) if row is None else (row + 1, table.end(row))
    found = []
    while at < end:
        found += _next(at) if table.is_filler(at) else [at]
        at = table.end(at)
    return found
