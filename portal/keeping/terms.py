"""How long we keep what, why and on which ground: the library's words, and the days that the office has set itself."""

from pathlib import Path
from types import SimpleNamespace
from typing import Annotated

from pydantic import Field
from sqlmodel import Session, select

from portal.access import Actor
from portal.audit import service as audit
from portal.i18n import N_, Refusal, library_text, ngettext
from portal.keeping.models import Term
from portal.questions.cleaning import clean
from portal.questions.grammar import tables, valid
from portal.questions.models import Frozen, Library, Sourced, Words
from portal.questions.problems import Place
from portal.questions.reading import BadLibrary, parsed

FILE = "keeping/keeping.toml"
LONGEST = 3650


class Held(Sourced):
    """One thing that we hold of people: `room` holds it, `rule` is what ends it; {days} in `until` are its days."""

    key: Annotated[str, Field(pattern=r"^[a-z_]{2,30}$")]
    room: Words
    what: Words
    why: Words
    ground: Words
    until: Words
    rule: str = ""


class Length(Frozen):
    """A rule: after how many days something goes, and how many days before its owner is told."""

    key: Annotated[str, Field(pattern=r"^[a-z_]{2,30}$")]
    what: Words
    days: Annotated[int, Field(ge=1, le=LONGEST)]
    told: Annotated[int, Field(ge=0, le=90)] = 0


class BadDays(Refusal):
    """The days are no number that can be."""

    msgid = N_("Enter a number of days from %(least)s to %(most)s, for example %(days)s.")


_state = SimpleNamespace(held=(), lengths={})
Read = tuple[list[Held], list[Length]]


def _read(folder: Path, overlay: Path | None) -> tuple[Read, list[str]]:
    own, place = overlay / FILE if overlay else None, Place(FILE)
    raw = parsed(own if own and own.exists() else folder / FILE, place) or {}
    for name in raw.keys() - {"held", "rule"}:
        place.tell(N_("there is no field “%(field)s”"), field=name)
    rows = [valid(Held, one, place.at("", str(one.get("key")))) for one in tables(raw, "held", place)]
    lengths = [valid(Length, one, place.at("", str(one.get("key")))) for one in tables(raw, "rule", place)]
    known = {length.key for length in lengths if length}
    for row in rows:
        if row and row.rule and row.rule not in known:
            place.at("", row.key).tell(N_("there is no rule “%(key)s”"), key=row.rule)
    return ([row for row in rows if row], [length for length in lengths if length]), place.found


def problems(_: Library, folder: Path, overlay: Path | None = None) -> list[str]:
    """The faults of the file, one sentence each; every rule that the code brings must have its days."""
    from portal.keeping import retention

    (_rows, lengths), found = _read(folder, overlay)
    place = Place(FILE, found=found)
    for key in retention.rules().keys() - {length.key for length in lengths}:
        place.tell(N_("there is no rule “%(key)s”"), key=key)
    return found


def setup(folder: Path, overlay: Path | None = None) -> Read:
    """Read the file from the library, or from the overlay that a county brings. Raises BadLibrary."""
    read, faults = _read(folder, overlay)
    if faults:
        raise BadLibrary(faults)
    _state.held, _state.lengths = read[0], {length.key: length for length in read[1]}
    return read


def lengths() -> list[Length]:
    """The rules of the library, in its order."""
    return list(_state.lengths.values())


def own(session: Session) -> dict[str, Term]:
    """The days that the office has set itself, by rule."""
    return {row.rule: row for row in session.exec(select(Term))}


def of(session: Session, key: str) -> Length:
    """A rule with the days that hold now: the office's own, or else the library's."""
    length: Length = _state.lengths[key]
    row = session.get(Term, key)
    return length.model_copy(update={"days": row.days}) if row else length


def days(session: Session) -> dict[str, int]:
    """How many days each rule has now."""
    return {length.key: length.days for length in lengths()} | {key: term.days for key, term in own(session).items()}


def keys(folder: Path, overlay: Path | None = None) -> set[str]:
    """The rules of a library that may not be in use."""
    return {length.key for length in _read(folder, overlay)[0][1]}


def change(session: Session, key: str, typed: str, *, by: Actor) -> Term | None:
    """Set the days of a rule; None when the library's days are typed. Raises BadDays."""
    length: Length = _state.lengths[key]
    text, least = clean(typed, 20), length.told + 1
    if not (text.isascii() and text.isdigit() and len(text) < 6 and least <= int(text) <= LONGEST):
        raise BadDays(f"days.{key}", least=least, most=LONGEST, days=length.days)
    before = session.get(Term, key)
    if int(text) == length.days:
        if before:
            session.delete(before)
            _note(session, length, text, by)
        return None
    if before and before.days == int(text):
        return before
    row = session.merge(Term(rule=key, days=int(text), changed_by=by.name))
    _note(session, length, text, by)
    return row


def _note(session: Session, length: Length, days: str, by: Actor) -> None:
    said = {"about": length.what, "days": ngettext("%(num)s day", "%(num)s days", int(days))}
    audit.note(session, "days_changed", by=by, subject=length.key, details=said)


def held(session: Session, room: str = "") -> list[tuple[Held, str]]:
    """What we hold, of one room or all, each with until when, in the current language."""
    rows = [row for row in _state.held if not room or row.room == room]
    known = days(session)
    return [(row, library_text(row.until).replace("{days}", str(known.get(row.rule, "")))) for row in rows]
