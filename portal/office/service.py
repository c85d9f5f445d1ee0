"""The verbs of the office's page, and what others ask of the office."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from babel.dates import format_skeleton
from sqlalchemy import delete
from sqlmodel import Session, col, select

from portal import db, files, i18n
from portal.accounts import areas
from portal.audit import service as audit
from portal.config import command
from portal.i18n import N_, Refusal
from portal.office import facts, holidays, known, sections
from portal.office.known import NEEDED, InForce, Office
from portal.office.models import ONLY, Change, Day, Page, Spot
from portal.office.sections import DEFAULT_DAYS, Promised, Section, Typed
from portal.questions.models import Library
from portal.questions.reading import BadLibrary

if TYPE_CHECKING:
    from portal.access import Actor
    from portal.config import Settings

NEW = "new"
# What a line of changes says of a spot instead of its fields.
ADDED, TAKEN_OFF = "added", "taken_off"
LOGO = "logo"
LOGO_BYTES = 20_000
MOST_SPOTS = 200
LAST_CHANGES = 20
_promised: list[Callable[[], Iterable[Promised]]] = []


class Overtaken(Refusal):
    """Somebody else changed the same section after the page was opened."""

    msgid = N_(
        "%(who)s changed this on %(when)s, after you had opened the page. What you typed is still here: compare it "
        "with what is in force now, and save once more."
    )


class TooManySpots(Refusal):
    """The list of stations and points is read on a phone."""

    field = "name"
    msgid = N_("There are %(most)s stations and points already. Take one off first.")


class NotFilled(Refusal):
    """Production does not start without the office's page."""

    msgid = N_(
        "The office's page is not filled in: %(lacking)s. Sellers would not know whom to ring, so production does not "
        "start. Fill it in with: %(command)s (later changes: the desk page /desk/office/)."
    )


def problems(_: Library, folder: Path, overlay: Path | None = None) -> list[str]:
    """The faults of the sample office's file, one sentence each."""
    return known.read(folder, overlay)[1]


def setup(folder: Path, overlay: Path | None = None) -> Office:
    """Read the sample office from the library, or from the overlay that a county brings. Raises BadLibrary."""
    sample, faults = known.read(folder, overlay)
    if sample is None:
        raise BadLibrary(faults)
    known.begin(sample)
    facts.setup(folder, overlay)
    return sample


def setup_without_sample(folder: Path, overlay: Path | None = None) -> None:
    """Production has no sample: until its page is filled in, the office is nobody."""
    known.begin(known.NOBODY)
    facts.setup(folder, overlay)


def office() -> Office:
    """The office as pages and papers name it; a trial whose page is empty shows the library's sample."""
    return known.in_force().office


def in_force() -> InForce:
    """All that is known of the office, read a few seconds ago at most."""
    return known.in_force()


def promise(kind: str, default: int = DEFAULT_DAYS) -> int:
    """In how many working days we promise an answer to a kind of case."""
    return known.in_force().promises.get(kind, default)


def promised_by(kinds: Callable[[], Iterable[Promised]]) -> None:
    """Ask `kinds` for the kinds of case that one can promise an answer to."""
    _promised[:] = [kinds]


def promised() -> list[Promised]:
    """The kinds of case that the rooms above know."""
    return [each for kinds in _promised for each in kinds()]


def works_on(day: date) -> bool:
    """Whether the office works on a day: its weekday says so, or the list of holidays and moved days otherwise."""
    return known.in_force().marked.get(day, day.weekday() < known.SATURDAY)


def section_of(key: str) -> Section:
    """The section of a key."""
    every = (sections.WHO, sections.FOOT, sections.DAYS, sections.SPOT)
    return next((each for each in every if each.key == key), None) or sections.promises(promised())


def page(session: Session) -> Page:
    """The office's page, an empty one while nobody has begun it."""
    found = session.get(Page, ONLY) or Page()
    known.heed(found.version)
    return found


def spots(session: Session) -> Sequence[Spot]:
    """The stations and points, in the order in which they came."""
    return session.exec(select(Spot).order_by(col(Spot.made_at), col(Spot.id))).all()


def marked(session: Session) -> Sequence[Day]:
    """The holidays and moved working days, in order."""
    return session.exec(select(Day).order_by(col(Day.day))).all()


def changes(session: Session) -> Sequence[Change]:
    """The last changes, newest first."""
    return session.exec(select(Change).order_by(col(Change.version).desc()).limit(LAST_CHANGES)).all()


def values(session: Session, section: Section, spot_id: str = "") -> dict[str, str]:
    """A section as it is in force, in the words in which it is typed."""
    if section is sections.DAYS:
        return {"lines": holidays.text(marked(session))}
    if section is sections.SPOT:
        spot = session.get(Spot, spot_id)
        found = {field.key: str(getattr(spot, field.key, "")) for field in section.fields}
        return found | {"place": areas.place_words([spot.place])} if spot else found
    row = page(session)
    if section.key == "promises":
        return {field.key: str(row.promises.get(field.key, "")) for field in section.fields}
    return {field.key: getattr(row, field.key) for field in section.fields}


def gone(session: Session, spot_id: str) -> bool:
    """Whether there was a spot of this id, which somebody took off."""
    return session.exec(select(Change.version).where(Change.section == f"spot/{spot_id}")).first() is not None


def change(session: Session, section: Section, given: Typed, *, by: "Actor", seen: int, spot_id: str = "") -> Page:
    """Put a section into force; `given` has no faults, `seen` is the version that the page on screen showed.

    What is in force already changes nothing: the second of a double tap. Raises Overtaken.
    """
    row, given = _held(session), sections.settled(section, given)
    if spot_id == NEW:
        spot_id = _same_spot(session, given) or db.new_id()
    before = values(session, section, spot_id)
    differing = [field.key for field in section.fields if given[field.key] != before[field.key]]
    if not differing:
        return row
    new = bool(spot_id) and not any(before.values())
    name = f"spot/{spot_id}" if spot_id else section.key
    _refuse_overtaken(session, name, seen)
    if section is sections.DAYS:
        session.execute(delete(Day))
        session.add_all(holidays.parse(given["lines"])[0])
    elif section is sections.SPOT:
        _set_spot(session, spot_id, given)
    elif section.key == "promises":
        row.promises = {key: int(typed) for key, typed in given.items() if typed}
    else:
        for key in differing:
            setattr(row, key, given[key])
    return _noted(session, row, name, [ADDED] if new else differing, by=by, about=given["name"] if spot_id else "")


def take_off(session: Session, spot: Spot, *, by: "Actor", seen: int) -> Page:
    """Take a station or point off the list. Raises Overtaken."""
    row = _held(session)
    _refuse_overtaken(session, f"spot/{spot.id}", seen)
    session.delete(spot)
    return _noted(session, row, f"spot/{spot.id}", [TAKEN_OFF], by=by, about=spot.name)


def set_logo(session: Session, stored: tuple[str, int, int], *, by: "Actor") -> Page:
    """Put a picture (its file, width and height; "" for none) on top of each page."""
    row = _held(session)
    if row.logo == stored[0]:
        return row
    row.logo, row.logo_width, row.logo_height = stored
    return _noted(session, row, LOGO, [LOGO], by=by)


def _held(session: Session) -> Page:
    """The page, held until the transaction ends; changes wait for each other."""
    db.insert_once(session, Page())
    return db.lock(session, session.get_one(Page, ONLY))


def _same_spot(session: Session, given: Typed) -> str:
    """The spot that says all this already: the form came twice."""
    same = (each.id for each in spots(session) if values(session, sections.SPOT, each.id) == given)
    return next(same, "")


def _set_spot(session: Session, spot_id: str, given: Typed) -> None:
    spot = session.get(Spot, spot_id)
    if spot is None:
        if len(spots(session)) >= MOST_SPOTS:
            raise TooManySpots(most=MOST_SPOTS)
        spot = Spot(id=spot_id, kind="", name="", place="")
        session.add(spot)
    for key, typed in given.items():
        setattr(spot, key, typed)
    spot.place = areas.places_meant(given["place"])[0]


def _refuse_overtaken(session: Session, name: str, seen: int) -> None:
    newer = select(Change).where(Change.section == name, Change.version > seen).order_by(col(Change.version).desc())
    last = session.exec(newer).first()
    if last is not None:
        at = last.at.astimezone(db.CHINA)
        when = f"{format_skeleton('MMMd', at, locale=i18n.language())} {at:%H:%M}"
        raise Overtaken(who=last.who, when=when)


def _noted(session: Session, row: Page, name: str, fields: list[str], *, by: "Actor", about: str = "") -> Page:
    """A new version, who made it, and every process looking anew: this one as soon as it stands."""
    row.version += 1
    session.add(Change(version=row.version, section=name, fields=fields, about=about, who_id=by.id, who=by.name))
    audit.note(session, "office_changed", by=by, subject=name, details={"about": about} if about else None)
    db.afterwards(session, known.forget)
    return row


def named(session: Session) -> set[str]:
    """The file that the page names, for the sweep."""
    logo = page(session).logo
    return {logo} if logo else set()


def picture() -> bytes:
    """The picture on top of each page. Raises files.Missing where there is none."""
    return files.read(office().logo)


def lacking(session: Session) -> list[str]:
    """What must be filled in and is not, by label."""
    row = page(session)
    fields = (field for section in (sections.WHO, sections.FOOT) for field in section.fields)
    return [field.named for field in fields if field.key in NEEDED and not getattr(row, field.key)]


def refuse_unfilled(settings: "Settings") -> None:
    """Let production start only with an office that sellers can reach. Raises NotFilled."""
    if not settings.trial:
        check()


def check() -> None:
    """Raise NotFilled while something is missing that sellers need."""
    with db.reading() as session:
        missing = lacking(session)
    if missing:
        raise NotFilled(lacking=i18n.gettext(", ").join(missing), command=command("office fill FILE.toml"))
