"""What a guide shows beside its own sentences: the office's own rows, the word list, and other guides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.guides.codes import code_of
from portal.guides.guide import EVERYONE, Guide, Part
from portal.i18n import N_
from portal.office import service as offices
from portal.office.models import ISSUER, KINDS, Spot
from portal.places import service as places
from portal.questions import service as questions
from portal.questions.rows import WordGroup

# The kinds of spot that a guide's `rows` are.
ROWS = {
    "stations": ("station",),
    "points": ("courier", "cold", "packing"),
    "courier": ("courier",),
    "cold": ("cold",),
    "packing": ("packing",),
    "issuers": (ISSUER,),
}
# Lines to write on by hand while the office has none.
BLANK = {ISSUER: 5}
FEW = 2
WHERE = 1  # the cell of a place, which the phone stands in
POINT = (N_("What it is called"), N_("Where, and phone"), N_("Opening hours"), N_("What it costs"))
COLUMNS = {
    "station": POINT[:3],
    ISSUER: (N_("Which paper"), N_("Where, and phone"), N_("Opening hours"), N_("How long, what it costs")),
}
# What each degree of the word list means: its title and a sentence.
TIERS = {
    "block": (N_("Never use these"), N_("With one of these the goods are taken down, or there is a fine.")),
    "warn": (N_("Better not use these"), N_("They draw trouble. Say what can be measured or shown instead.")),
    "prove": (N_("Only with the paper for it"), N_("Use these only when you hold the paper, and write its number.")),
}


@dataclass(frozen=True)
class Line:
    """One row of the office: the cells of a table, and its phone."""

    cells: tuple[tuple[str, ...], ...]
    phone: str

    @property
    def printed(self) -> tuple[tuple[str, ...], ...]:
        """The cells with the phone in the one that says where."""
        return tuple((*cell, self.phone) if at == WHERE and self.phone else cell for at, cell in enumerate(self.cells))

    @property
    def name(self) -> str:
        """What stands first."""
        return ", ".join(self.cells[0])

    @property
    def rest(self) -> tuple[str, ...]:
        """All lines but the first cell, without the phone."""
        return tuple(line for cell in self.cells[WHERE:] for line in cell)


@dataclass(frozen=True)
class Listing:
    """The office's rows of one kind: title and columns (msgids), and lines; `blank` lines to write on where none is."""

    title: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    blank: int


@dataclass(frozen=True)
class Tier:
    """One degree of the word list: title and meaning (msgids), and its groups."""

    title: str
    meaning: str
    groups: tuple[WordGroup, ...]


@dataclass(frozen=True)
class Other:
    """Another guide that a part points to: its title, its page and its short code, if it has one for this reader."""

    title: str
    path: str
    short: str


@dataclass(frozen=True)
class Quoted:
    """All that the parts of a guide show of others: listings by the word in `rows`, tiers, other guides by key."""

    rows: Mapping[str, tuple[Listing, ...]]
    tiers: tuple[Tier, ...]
    others: Mapping[str, Other]

    def of(self, part: Part) -> tuple[Other, ...]:
        """The guides that a part points to."""
        return tuple(self.others[key] for key in part.see)


def quoted(parts: Sequence[Part], kind: str, guides: Mapping[str, Guide]) -> Quoted:
    """What these parts show, as it stands now, for a kind of seller."""
    return Quoted(
        {part.rows: listings(part.rows) for part in parts if part.rows},
        tiers() if any(part.words for part in parts) else (),
        {key: other(guides[key], kind) for part in parts for key in part.see},
    )


def listings(rows: str) -> tuple[Listing, ...]:
    """The office's rows that one word of a guide names; of several kinds those that it has."""
    spots = offices.in_force().spots
    found = tuple(_listing(kind, [spot for spot in spots if spot.kind == kind]) for kind in ROWS[rows])
    return tuple(listing for listing in found if listing.lines) or found


def _listing(kind: str, spots: list[Spot]) -> Listing:
    lines = tuple(_line(spot) for spot in spots)
    return Listing(KINDS[kind].several, COLUMNS.get(kind, POINT), lines, 0 if lines else BLANK.get(kind, FEW))


def _line(spot: Spot) -> Line:
    where = (places.name(spot.place), spot.address)
    if spot.kind == ISSUER:
        cells: list[tuple[str, ...]] = [(spot.papers,), (spot.name, *where), (spot.hours,), (spot.takes, spot.price)]
    else:
        cells = [(spot.name,), where, (spot.hours,), (spot.price,)]
    kept = cells[: len(COLUMNS.get(spot.kind, POINT))]
    return Line(tuple(tuple(line for line in cell if line) for cell in kept), spot.phone)


def tiers() -> tuple[Tier, ...]:
    """The word list by its degrees, the strictest first."""
    groups = questions.library().words.group
    found = [Tier(*said, tuple(group for group in groups if group.tier == tier)) for tier, said in TIERS.items()]
    return tuple(tier for tier in found if tier.groups)


def other(guide: Guide, kind: str) -> Other:
    """A guide that another points to: as it speaks to the same kind or to everyone, else the list has it."""
    key = next((each for each in (kind, EVERYONE) if each in guide.kinds()), "")
    if not key:
        return Other(guide.title, f"/guides/#{guide.key}", "")
    return Other(guide.title, f"/guides/{guide.key}/{key}", code_of(guide.key, key))


def facts(parts: Sequence[Part], kind: str, guides: Mapping[str, Guide]) -> dict[str, Any]:
    """The same as facts of a template."""
    return {"quoted": quoted(parts, kind, guides)}
