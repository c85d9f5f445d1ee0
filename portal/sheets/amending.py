"""Changes after approval: a sheet of its own with the answers that were approved, of which some may be changed.

Its round 0 is what was approved, so what was sent later is compared with that. The first sheet stays as it is until
the change is approved; then the answers go over.
"""

from sqlmodel import Session, select

from portal import db
from portal.i18n import N_, Refusal
from portal.questions import service as questions
from portal.questions.models import GONE, Amend, Answers
from portal.sheets import pictures, service
from portal.sheets.erasing import discard
from portal.sheets.models import Sheet, Submission
from portal.sheets.submissions import make, newest, submitted
from portal.sheets.submissions import unchanged as is_unchanged


class NoSuchChange(Refusal):
    """The set has no such change, or asks nothing of it."""

    msgid = N_("Choose what has changed.")


class NotClosed(Refusal):
    """Only what was approved can be changed in this way."""

    msgid = N_("Only an approved shop can be changed here.")


class Running(Refusal):
    """One change of a shop at a time."""

    msgid = N_("Another change is still open. Finish it first, or take it back; then begin this one.")


def offered(sheet: Sheet) -> list[Amend]:
    """The changes that fit a sheet: those that open at least one question that is asked of it."""
    wanted, known = service.set_of(sheet), service.answers(sheet)
    pages = questions.visible_pages(wanted, known)
    asked = {question.key for page in pages for question in questions.visible(page, known)}
    return [each for each in wanted.amend if asked & {*each.questions}]


def of_key(sheet: Sheet) -> Amend | None:
    """What the set says of the change that a sheet is; None where it is none, or the library has it no more."""
    return next((each for each in service.set_of(sheet).amend if each.key == sheet.amend), None)


def begin(session: Session, sheet: Sheet, *, key: str) -> Sheet:
    """Begin a change of a closed sheet, or go on with the one that was begun.

    Raises NotClosed, NoSuchChange and Running.
    """
    sheet = db.lock(session, sheet)
    if sheet.state != "closed" or sheet.amends_id:
        raise NotClosed
    wanted = next((each for each in offered(sheet) if each.key == key), None)
    if wanted is None:
        raise NoSuchChange
    found = session.exec(select(Sheet).where(Sheet.once_key == _once(sheet))).first()
    if found is not None:
        if found.amend != key or found.state != "draft":
            raise Running
        return found
    return _begun(session, sheet, wanted)


def _begun(session: Session, sheet: Sheet, wanted: Amend) -> Sheet:
    known = _approved(session, sheet)
    made = Sheet(
        seller_id=sheet.seller_id,
        set_key=sheet.set_key,
        version=sheet.version,
        typed_by=sheet.typed_by,
        once_key=_once(sheet),
        amends_id=sheet.id,
        amend=wanted.key,
    )
    session.add(made)
    session.flush()
    into = service.set_of(sheet)
    service.store(session, made, known, into=into)
    session.add(make(made.id, into, service.sent_answers(made), round_=0))
    service.store(session, made, {key: known[key] for key in known.keys() - {*wanted.anew}}, into=into)
    service.reopen(session, made, wanted.questions)
    session.flush()
    return made


def _approved(session: Session, sheet: Sheet) -> Answers:
    """The answers that were approved, as the set asks them today; photos whose time had come are gone."""
    latest, wanted = newest(session, sheet.id), service.set_of(sheet)
    assert latest is not None
    known = submitted(latest)
    known = known if latest.version == wanted.version else questions.move(known, None, wanted)
    photos = {key for key, question in wanted.questions.items() if question.kind == "photo"}
    kept = pictures.kept(session, sheet.seller_id)
    return {key: GONE if key in photos and value not in kept else value for key, value in known.items()}


def _once(sheet: Sheet) -> str:
    return f"{sheet.id}:change"


def opened(sheet: Sheet, known: Answers) -> list[str]:
    """The pages on which a change lets something be changed, in order."""
    free = service.changeable(sheet, known)
    pages = questions.visible_pages(service.set_of(sheet), known)
    return [page.key for page in pages if any(each.key in free for each in questions.visible(page, known))]


def first_page(sheet: Sheet) -> str:
    """The first page that a change opens."""
    return next(iter(opened(sheet, service.answers(sheet))), "")


def ended(session: Session, sheet: Sheet) -> Sheet:
    """Nothing more will change in a change: another may begin."""
    sheet = db.lock(session, sheet)
    sheet.state, sheet.open_keys, sheet.once_key = "closed", None, None
    session.add(sheet)
    return sheet


def take_over(session: Session, amended: Sheet) -> Submission | None:
    """Let the answers of a change go over to the sheet that it amends, as one more round of that; returns the round.

    None where the sheet was forgotten meanwhile.
    """
    sent = newest(session, amended.id)
    sheet = session.get(Sheet, amended.amends_id)
    sheet = db.lock(session, sheet) if sheet else None
    before = newest(session, sheet.id) if sheet else None
    if sent is None or sheet is None or before is None or not sheet.seller_id:
        return None
    known, wanted = submitted(sent), service.set_of(amended)
    made = make(sheet.id, wanted, known, round_=before.round + 1)
    made.language, made.sent_at = sent.language, sent.sent_at
    sheet.typed_by, sheet.helpers = amended.typed_by, {**sheet.helpers, **amended.helpers}
    service.store(session, sheet, known, into=wanted)
    session.add(made)
    session.flush()
    return made


def unchanged(session: Session, sheet: Sheet) -> bool:
    """Whether nothing is changed yet in a change that was never sent."""
    return bool(sheet.amends_id) and is_unchanged(newest(session, sheet.id), service.sent_answers(sheet))


def drop(session: Session, sheet: Sheet) -> None:
    """Take back a change that was never sent; twice is once. Raises Locked when it was sent."""
    sheet = db.lock(session, sheet)
    latest = newest(session, sheet.id)
    if sheet.state == "closed":
        return
    if not sheet.amends_id or sheet.state != "draft" or (latest and latest.round):
        raise service.Locked
    discard(session, sheet.id)
