"""Which path a seller takes: an application begun, what was checked before brought into it, and what review is told."""

from pathlib import Path
from typing import NamedTuple

from sqlmodel import Session, col, select

from portal.i18n import N_, Refusal, gettext
from portal.office import service as offices
from portal.questions import service as questions
from portal.questions.models import Answers, Library, Question, QuestionSet
from portal.registration import findings, papers, readiness, sellers
from portal.review import amendments, moves
from portal.review import kinds as cases
from portal.review.models import Case
from portal.sheets import amending, anew
from portal.sheets import service as sheets
from portal.sheets.models import Sheet

PROMISE_DAYS = 3


class Mine(NamedTuple):
    """What a seller has here: the newest application, its case once it was sent, the newest change of it, the cases of
    earlier applications, newest first.
    """

    sheet: Sheet
    case: Case | None
    change: amendments.Change | None
    earlier: tuple[Case, ...] = ()


def promised_days() -> int:
    """Within how many working days the office answers, whatever the kind of seller."""
    return max(offices.promise(key, PROMISE_DAYS) for key in sellers.sets())


def problems(known: Library, _: Path, __: Path | None = None) -> list[str]:
    """What is wrong with what the library says of the kinds of seller, and with the readiness check."""
    return sellers.problems(known) + readiness.problems(known, {*sellers.sets_in(known)})


def setup(_: Path, __: Path | None = None) -> None:
    """Take the kinds of seller of the library in use, and make each known to those who review."""
    sellers.setup()
    for key, each in sellers.sets().items():
        cases.register_kind(
            cases.Kind(
                key=key,
                label=each.short,
                title=lambda answers: str(answers.get("shop_name", "")),
                place=lambda answers: str(answers.get("place", "")),
                promise_days=PROMISE_DAYS,
                facts=findings.found_out,
                second_check=sellers.kind(key).second_check,
                same={"credit_code": N_("the same licence"), "shop_name": N_("the same name of the shop")},
                checks=questions.library().checks_for(key),
                all_checks=sellers.kind(key).all_checks,
                papers=papers.offered_at_desk,
                own_papers=papers.offered,
                links=_links,
                after=amendments.settled,
            )
        )


def _links(case: Case) -> list[tuple[str, str]]:
    if case.amends_id:
        return [(f"/desk/review/{case.amends_id}", gettext("The shop that it changes"))]
    told = case.told == "approved"
    return [(f"/desk/registration/platform/{case.id}", gettext("How it stands on the platform"))] if told else []


class Leaves(NamedTuple):
    """As what a draft was begun that would become another kind, and which answers would be lost by it."""

    kind: QuestionSet
    lost: list[Question]


def leaves(sheet: Sheet, kind: str) -> Leaves | None:
    """What a draft would leave behind to become this kind; None where nothing moves."""
    into = sheets.sisters(sheet).get(kind)
    return Leaves(sheets.set_of(sheet), sheets.lost(sheet, into)) if into else None


def begin(session: Session, *, seller_id: str, kind: str, leaves: str = "") -> Sheet:
    """The seller's application, begun as this kind when there is none; a draft begun as `leaves` becomes this kind.

    A draft of any other kind stays what it is: whoever moves it has read what is lost by that.
    A new one begins with what was answered in one that was withdrawn or rejected.
    """
    sheet = sheets.start(session, seller_id=seller_id, set_key=kind)
    if sheet.set_key == leaves:
        sheet = sheets.move(session, sheet, kind)
    return anew.bring(session, sheet)


def begin_checked(session: Session, *, seller_id: str, answers: Answers, leaves: str = "") -> Sheet | None:
    """The application that the readiness check leads to, with what was answered there; None when it leads to none.

    Only what the set asks is taken over, and only into a draft of this kind, or begun as `leaves`, that was never sent.
    """
    kind = str(answers.get("kind", ""))
    if kind not in sellers.sets():
        return None
    sheet = begin(session, seller_id=seller_id, kind=kind, leaves=leaves)
    if sheet.set_key != kind or sheet.state != "draft" or sheet.open_keys is not None:
        return sheet
    brought = questions.move(answers, readiness.questions_asked(), sheets.set_of(sheet))
    for page in sheets.set_of(sheet).page:
        given = {question.key: brought[question.key] for question in page.question if question.key in brought}
        if given:
            sheets.answer(session, sheet, page=page, given=given, by=seller_id)
    return sheet


def change(session: Session, *, seller_id: str, key: str) -> Sheet:
    """Begin a change of the seller's approved shop, or go on with it. Raises NotClosed, MayNotLook,
    NoSuchChange and Running.
    """
    found = mine(session, seller_id)
    if found is None or found.case is None or found.case.told != "approved":
        raise amending.NotClosed
    moves.let(found.case)
    return amending.begin(session, found.sheet, key=key)


def barred(case: Case) -> Refusal | None:
    """Why the shop of a case can have no change now; None where it can."""
    try:
        moves.let(case)
    except moves.MayNotLook as reason:
        return reason
    return None


def mine(session: Session, seller_id: str) -> Mine | None:
    """The seller's newest application, its case and its newest change; None when nothing was begun."""
    query = select(Sheet, Case).outerjoin(Case, col(Case.sheet_id) == Sheet.id).where(Sheet.seller_id == seller_id)
    every = session.exec(query.order_by(col(Sheet.made_at).desc())).all()
    rows = [(sheet, case) for sheet, case in every if sheet.set_key in sellers.sets()]
    applied = [(sheet, case) for sheet, case in rows if not sheet.amends_id]
    for sheet, case in applied[:1]:
        changes = (amendments.Change(*row) for row in rows if row[0].amends_id == sheet.id)
        return Mine(sheet, case, next(changes, None), tuple(earlier for _, earlier in applied[1:] if earlier))
    return None
