"""A guide: what it says to whom, read from library/guides/ at start and never written by us afterwards."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from portal.config import ROOT
from portal.questions.grammar import filled, valid
from portal.questions.models import Frozen, Key, Words
from portal.questions.problems import Place
from portal.questions.reading import ENGLISH, BadLibrary, parsed

# Fields of a guide that hold no sentence.
NO_SENTENCES = (
    *("key", "kinds", "as_of", "widths", "drawing", "reasons", "fresh_for"),
    *("audience", "languages", "see", "group"),
)
# The one kind of a guide that says the same to all its readers.
EVERYONE = "everyone"
LIBRARY = ROOT / "portal" / "library"
Month = Annotated[str, Field(pattern="^[0-9]{4}-(0[1-9]|1[0-2])$")]


class Kind(Frozen):
    """One kind of seller, as the guide addresses it."""

    key: Key
    title: Words
    who: Words


class ForSome(Frozen):
    """Something said to the named kinds only; to all when none is named."""

    kinds: tuple[str, ...] = ()

    def speaks_to(self, kind: str) -> bool:
        """Whether a kind of seller reads this."""
        return not self.kinds or kind in self.kinds


class Table(Frozen):
    """Rows of words; `tick` puts a box before each, `widths` are classes of the paper's stylesheet.

    `blank` are empty rows to fill in by hand on paper.
    """

    columns: Annotated[tuple[str, ...], Field(min_length=1)]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[Literal["", "w1", "w2", "w3", "w4"], ...] = ()
    tick: bool = False
    blank: Annotated[int, Field(ge=0, le=30)] = 0


class Figure(Frozen):
    """A drawing of templates/drawings/ and what it shows."""

    drawing: str
    caption: Words


class Step(ForSome):
    """One numbered card."""

    title: Words
    text: Words


class Fact(ForSome):
    """A sentence that law or a platform decides, with its ground."""

    text: Words
    source: Words
    as_of: Month


class Note(Frozen):
    """A framed remark."""

    title: Words
    text: Words


class Part(ForSome):
    """One section; `fresh` begins a page of paper, `fresh_for` only for some kinds.

    `joined` stands on the web page of the part before it,
    `reasons` are codes of the library's reasons for sending back, `help` shows the office,
    `closing` says that all this is no legal advice. `tick` puts a box before each of the points.
    `rows` prints the office's own rows, and lines to write on while it has none; `words` the word list by degree;
    `see` names other guides by key.
    """

    key: Key
    title: str = ""
    intro: str = ""
    fresh: bool = False
    fresh_for: tuple[str, ...] = ()
    joined: bool = False
    reasons: tuple[str, ...] = ()
    help: bool = False
    closing: bool = False
    table: Table | None = None
    figure: tuple[Figure, ...] = ()
    points: tuple[str, ...] = ()
    tick: bool = False
    rows: Literal["", "stations", "points", "courier", "cold", "packing", "issuers"] = ""
    words: bool = False
    see: tuple[Key, ...] = ()
    step: tuple[Step, ...] = ()
    fact: tuple[Fact, ...] = ()
    note: Note | None = None

    def told_to(self, kind: str) -> "Part":
        """This part with only the steps and facts that a kind of seller reads."""
        return self.model_copy(
            update={
                "fresh": self.fresh or kind in self.fresh_for,
                "step": tuple(step for step in self.step if step.speaks_to(kind)),
                "fact": tuple(fact for fact in self.fact if fact.speaks_to(kind)),
            }
        )


class Guide(Frozen):
    """A whole guide for several kinds of seller, or for EVERYONE; `as_of` is the month its facts were looked at.

    `languages` are those that it is written in; our own library has the English of each that says "en".
    `group` is where the list of guides has it.
    """

    key: Key
    version: Annotated[int, Field(ge=1)]
    as_of: Month
    audience: Literal["seller", "staff"] = "seller"
    group: Literal["opening", "pictures", "sending", "selling"] = "opening"
    languages: tuple[Literal["zh_Hans", "en"], ...] = ("zh_Hans", "en")
    title: Words
    lead: Words
    kind: tuple[Kind, ...]
    part: tuple[Part, ...]

    def kinds(self) -> Mapping[str, Kind]:
        """The kinds of seller by key."""
        return {kind.key: kind for kind in self.kind}

    def parts(self, kind: str) -> list[Part]:
        """What a kind of seller reads, in order."""
        return [part.told_to(kind) for part in self.part if part.speaks_to(kind)]

    def chapters(self, kind: str) -> list["Chapter"]:
        """The same as web pages: each begins at a part with a title that is not joined to the one before."""
        pages: list[Chapter] = []
        for part in self.parts(kind):
            if part.title and not part.joined:
                pages.append(Chapter(part.key, part.title, (part,)))
            else:
                pages[-1] = replace(pages[-1], parts=(*pages[-1].parts, part))
        return pages


@dataclass(frozen=True)
class Chapter:
    """One web page of a guide."""

    key: Key
    title: Words
    parts: tuple[Part, ...]


def look(folder: Path, overlay: Path | None = None) -> tuple[dict[str, Guide], list[str]]:
    """The guides of a library by file, as far as they can be read, and what is wrong with the others."""
    places = [folder, *([overlay] if overlay else [])]
    files = {path.name: path for place in places for path in sorted((place / "guides").glob("*.toml"))}
    found: dict[str, Guide] = {}
    faults: list[str] = []
    for name, path in files.items():
        place = Place(f"guides/{name}", found=faults)
        raw = None if name.endswith(ENGLISH) else parsed(path, place)
        guide = None if raw is None else valid(Guide, filled(raw, {}, place), place)
        found |= {name: guide} if guide else {}
    return found, faults


def read(folder: Path = LIBRARY, overlay: Path | None = None) -> dict[str, Guide]:
    """All guides by key; a file of the same name in the overlay replaces ours. Raises BadLibrary."""
    found, faults = look(folder, overlay)
    if faults:
        raise BadLibrary(faults)
    return {guide.key: guide for guide in found.values()}


def sentences(value: object, skip: tuple[str, ...] = NO_SENTENCES) -> Iterator[str]:
    """Every sentence of a guide, or of another file read into models, for translation; some fields hold none."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            if name not in skip and not (name == "rows" and isinstance(value, Part)):
                yield from sentences(getattr(value, name), skip)
    elif isinstance(value, tuple):
        for item in value:
            yield from sentences(item, skip)
    elif isinstance(value, str) and value:
        yield value
