"""The photos of a sheet: kept before the transaction, added in it, shown to those who may see them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from sqlmodel import Session, col, select

from portal import db, files, photos
from portal.i18n import N_, Refusal
from portal.sheets.models import Photo, Sheet, Submission

if TYPE_CHECKING:
    from portal.access import Actor

Look = Callable[[Session, "Actor", Photo], bool]
_look: list[Look] = []
MOST = 60
# What stands in the place of a question at the photos of a form that was filled in by hand.
PAPER = "*paper"


class TooManyPhotos(Refusal):
    """A sheet holds a bounded number of photos, those of earlier sendings included."""

    msgid = N_("There are already %(most)s photos in this application. Ring the office, they can help.")


class Stored(NamedTuple):
    """A photo whose bytes stand on disk: the names of the photo and of its small copy, and its size in pixels."""

    digest: str
    small_digest: str
    width: int
    height: int


def store(photo: photos.Photo) -> Stored:
    """Put a photo on disk: slow, so it is done before the transaction that adds it. Raises files.NoRoom."""
    return Stored(files.keep(photo.jpeg), files.keep(photo.small), photo.width, photo.height)


def add(session: Session, sheet: Sheet, key: str, stored: Stored) -> str:
    """Add a stored photo for a question; returns its id. Raises TooManyPhotos.

    Photos of the question that neither an answer nor a submission names any more go.
    """
    rows = session.exec(select(Photo).where(Photo.sheet_id == sheet.id)).all()
    named = _named(session, sheet)
    kept = [row for row in rows if row.id in named]
    for row in rows:
        if row.key == key and row.id not in named:
            session.delete(row)
    if len(kept) >= MOST:
        raise TooManyPhotos(key, most=MOST)
    added = Photo(sheet_id=sheet.id, key=key, **stored._asdict())
    session.add(added)
    session.flush()
    return added.id


def copy(session: Session, sheet: Sheet, photo_id: str) -> str:
    """Add a copy of another sheet's photo, of the same bytes on disk; returns its id, "" where it is gone."""
    found = session.get(Photo, photo_id)
    if found is None:
        return ""
    stored = Stored(found.digest, found.small_digest, found.width, found.height)
    return add(session, sheet, found.key, stored)


def add_paper(session: Session, sheet: Sheet, stored: Stored) -> str:
    """Add a photo of the form that the seller filled in by hand; returns its id. Raises TooManyPhotos."""
    sheet = db.lock(session, sheet)
    id = add(session, sheet, PAPER, stored)
    sheet.paper = [*sheet.paper, id]
    return id


def remove_paper(session: Session, sheet: Sheet, photo_id: str) -> None:
    """Take a photo of the form away, such as a blurred one."""
    sheet = db.lock(session, sheet)
    if photo_id in sheet.paper:
        sheet.paper = [id for id in sheet.paper if id != photo_id]
        session.delete(session.get_one(Photo, photo_id))


def _named(session: Session, sheet: Sheet) -> set[str]:
    """What the sheet's answers and its submissions say in one word, and its paper: the ids of photos are among them."""
    sent = session.exec(select(Submission.answers).where(Submission.sheet_id == sheet.id)).all()
    said = {value for answers in [sheet.answers, *sent] for value in answers.values() if isinstance(value, str)}
    return said | set(sheet.paper)


def kept(session: Session, seller_id: str) -> set[str]:
    """The ids of a seller's photos that are still there."""
    query = select(Photo.id).join(Sheet, col(Sheet.id) == Photo.sheet_id).where(Sheet.seller_id == seller_id)
    return set(session.exec(query))


def named(session: Session) -> set[str]:
    """The files that photos name, for the sweep."""
    return {digest for row in session.exec(select(Photo.digest, Photo.small_digest)) for digest in row}


def staff_may_look(callback: Look) -> Look:
    """Ask `callback`, among others, whether a member of staff may see a photo; it also notes the sighting."""
    if callback not in _look:
        _look.append(callback)
    return callback


def visible_to(session: Session, actor: "Actor", photo_id: str) -> Photo | None:
    """A photo, if it belongs to the asking seller or to a case of the asking staff; else None."""
    photo = session.get(Photo, photo_id)
    sheet = session.get(Sheet, photo.sheet_id) if photo else None
    if photo is None or sheet is None:
        return None
    if actor.kind == "seller":
        return photo if sheet.seller_id == actor.id else None
    return photo if actor.kind == "staff" and any(look(session, actor, photo) for look in _look) else None
