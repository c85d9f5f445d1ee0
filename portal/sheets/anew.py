"""Beginning once more: what the seller answered in an application that ended without a shop comes over."""

from sqlmodel import Session, col, select

from portal import db
from portal.questions import service as questions
from portal.questions.models import Answers, QuestionSet
from portal.sheets import pictures, service
from portal.sheets.models import Sheet


def bring(session: Session, sheet: Sheet) -> Sheet:
    """Fill a draft that is still empty with what was answered last, in the same set or a sister of it.

    What is ticked to be agreed to or to be true is ticked anew; photos come over as copies.
    """
    if sheet.state != "draft" or sheet.answers or sheet.sealed:
        return sheet
    sheet, before = db.lock(session, sheet), _ended(session, sheet)
    if before is None:
        return sheet
    into, old = service.set_of(sheet), service.set_of(before)
    known = questions.move(service.answers(before), old if old.version == before.version else None, into)
    known = _copied(session, sheet, into, {key: known[key] for key in known if not into.questions[key].ticked})
    sheet.typed_by = {key: by for key, by in before.typed_by.items() if key in known}
    sheet.helpers = {by: name for by, name in before.helpers.items() if by in sheet.typed_by.values()}
    service.store(session, sheet, known, into=into)
    return sheet


def _ended(session: Session, sheet: Sheet) -> Sheet | None:
    """The seller's last application of the group that is over, changes of a shop aside."""
    here = service.set_of(sheet)
    sets = questions.library().sets
    group = [key for key, each in sets.items() if here.group and each.group == here.group] or [here.key]
    over = col(Sheet.state) == "closed", col(Sheet.once_key).is_(None), col(Sheet.amends_id).is_(None)
    mine = select(Sheet).where(Sheet.seller_id == sheet.seller_id, col(Sheet.set_key).in_(group), *over)
    return session.exec(mine.order_by(col(Sheet.made_at).desc())).first()


def _copied(session: Session, sheet: Sheet, into: QuestionSet, known: Answers) -> Answers:
    """The answers with copies of the photos that are still there; those that are gone are asked for anew."""
    photos = {key for key in known if into.questions[key].kind == "photo"}
    copies = {key: pictures.copy(session, sheet, str(known[key])) for key in photos}
    return {key: copies.get(key, value) for key, value in known.items() if key not in photos or copies[key]}
