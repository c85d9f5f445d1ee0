"""What sheets hold of a seller: told to them, forgotten for them, and drafts that rest too long."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, or_, update
from sqlmodel import Session, col, select

from portal import dates, db
from portal.i18n import gettext as _
from portal.i18n import library_text
from portal.keeping.retention import Due
from portal.keeping.service import Part, Row
from portal.questions import service as questions
from portal.questions.models import GONE
from portal.sheets import pictures, service, submissions
from portal.sheets.models import Finding, Photo, Sheet, Submission


def held(session: Session, seller_id: str) -> list[Part]:
    """The answers of each sheet as they stand, every sending, and the photos."""
    kept = pictures.kept(session, seller_id)
    return [part for sheet in service.of_seller(session, seller_id) for part in _parts(session, sheet, kept)]


def _parts(session: Session, sheet: Sheet, kept: set[str]) -> list[Part]:
    wanted, known = service.set_of(sheet), service.answers(sheet)
    title, url = library_text(wanted.title), f"/sheets/{sheet.id}" if sheet.state == "draft" else ""
    photos = session.exec(select(Photo).where(Photo.sheet_id == sheet.id).order_by(col(Photo.made_at))).all()
    query = select(Submission).where(Submission.sheet_id == sheet.id, Submission.round > 0)
    sent = session.exec(query.order_by(col(Submission.round)))
    labels = {pictures.PAPER: _("Form filled in by hand")}
    labels |= {key: library_text(question.label) for key, question in wanted.questions.items()}
    now = [
        Row(labels[key], questions.shown(question, known[key]))
        for key, question in wanted.questions.items()
        if key in known
    ]
    return [
        Part(title, tuple(now), url),
        *(
            Part(
                _("%(what)s, as sent on %(day)s", what=title, day=dates.day(each.sent_at)),
                tuple(Row(library_text(line.label), _said(line, kept)) for line in service.lines(each)),
            )
            for each in sent
        ),
        Part(
            _("%(what)s: photos", what=title),
            tuple(Row(labels.get(each.key, each.key), "", each.made_at, each.digest) for each in photos),
        ),
    ]


def _said(line: service.Line, kept: set[str]) -> str:
    return _("(photo deleted)") if line.kind == "photo" and line.value not in kept else line.words


def erase(session: Session, seller_id: str, wholly: bool) -> None:
    """Forget a seller's sheets; of those that were sent empty rows stay, for the cases that name them."""
    for sheet in session.exec(select(Sheet).where(Sheet.seller_id == seller_id)):
        sheet = db.lock(session, sheet)
        latest = submissions.newest(session, sheet.id)
        if wholly or latest is None or latest.round == 0:
            discard(session, sheet.id)
        else:
            _empty(session, sheet)


def _empty(session: Session, sheet: Sheet) -> None:
    for table in (Photo, Finding):
        session.execute(delete(table).where(col(table.sheet_id) == sheet.id))
    nothing: dict[str, Any] = {"answers": {}, "shown": [], "sealed": None, "digest": ""}
    session.execute(update(Submission).where(col(Submission.sheet_id) == sheet.id).values(**nothing))
    sheet.seller_id, sheet.answers, sheet.sealed, sheet.typed_by = "", {}, None, {}
    sheet.state, sheet.once_key, sheet.open_keys = "closed", None, None
    sheet.helpers, sheet.paper = {}, []
    session.add(sheet)
    session.flush()


def discard(session: Session, sheet_id: str) -> None:
    """Delete a sheet with all that hangs on it."""
    for table in (Photo, Finding, Submission):
        session.execute(delete(table).where(col(table.sheet_id) == sheet_id))
    session.execute(delete(Sheet).where(col(Sheet.id) == sheet_id))


def erase_photos(session: Session, sheet_id: str) -> int:
    """Delete the photos of a sheet; their bytes go with the next sweep of files.

    In its answers, and in those of a change that hangs on it or went over into another, it is said that they are gone.
    """
    ids = set(session.exec(select(Photo.id).where(Photo.sheet_id == sheet_id)))
    here = session.get_one(Sheet, sheet_id)
    hangs = or_(col(Sheet.id).in_((sheet_id, here.amends_id)), col(Sheet.amends_id) == sheet_id)
    for sheet in session.exec(select(Sheet).where(hangs).order_by(col(Sheet.id))).all():
        sheet = db.lock(session, sheet)
        sheet.answers = {key: GONE if str(value) in ids else value for key, value in sheet.answers.items()}
        sheet.paper = [photo for photo in sheet.paper if photo not in ids]
        session.add(sheet)
    session.execute(delete(Photo).where(col(Photo.sheet_id) == sheet_id))
    return len(ids)


def resting(session: Session, before: datetime, only: str) -> list[Due]:
    """Drafts that were never sent and not touched since a moment."""
    query = select(Sheet.id, Sheet.seller_id, Sheet.changed_at).where(
        Sheet.state == "draft",
        col(Sheet.changed_at) < before,
        ~select(Submission.id).where(Submission.sheet_id == Sheet.id, Submission.round > 0).exists(),
    )
    return [Due(*row) for row in session.exec(query.where(Sheet.id == only) if only else query)]


def say_resting(day: date) -> str:
    """What a seller is told before a draft goes."""
    return _(
        "What you began to fill in at Haohuo has not been touched for a long time. On %(day)s it is deleted. "
        "To keep it, sign in, change or add something, and save.",
        day=dates.day(day),
    )
