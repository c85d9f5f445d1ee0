"""What review holds of a seller: told to them, forgotten for them, and photos that have done their work.

Of a case stays an empty shell: number, kind, county, dates, state; and the chain of events without its details.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from portal import db
from portal.access import Actor
from portal.accounts import service as accounts
from portal.i18n import gettext as _
from portal.keeping.retention import Due
from portal.keeping.service import Part, Row
from portal.review import events, happenings, numbers, service
from portal.review.models import Case, Event, Remark, Reminder, RunItem
from portal.review.states import ERASED, SHUT, STATES, UNDECIDED
from portal.sheets import erasing as sheets

Opened = Callable[[Session, Sequence[str]], dict[str, date]]
_opened: list[Opened] = []


def opened_from(callback: Opened) -> Opened:
    """Ask `callback` which of these cases have a shop that is open on the platform, by id with the day it opened."""
    _opened[:] = [callback]
    return callback


def held(session: Session, seller_id: str) -> list[Part]:
    """Each case with all that happened to it, remarks included, and who of the office looked at number and photos."""
    rows = session.exec(select(Case).where(Case.seller_id == seller_id).order_by(col(Case.seq)))
    return [part for case in rows for part in _parts(session, case)]


def _parts(session: Session, case: Case) -> list[Part]:
    happened, seen = happenings.story(session, case)
    title = _("%(number)s: %(title)s", number=numbers.shown(case.number), title=case.title)
    return [
        Part(title, tuple(Row(step.label, _said(step), step.at) for step in happened), f"/review/cases/{case.id}"),
        Part(
            _("%(number)s: who looked at your phone number and photos", number=numbers.shown(case.number)),
            tuple(Row(step.label, _said(step), step.at) for step in seen),
        ),
    ]


def _said(step: happenings.Step) -> str:
    return " · ".join([step.who, *step.more])


def erase(session: Session, seller_id: str, wholly: bool) -> None:
    """Forget a seller's cases, changes before what they change; an undecided one is withdrawn first."""
    for case in session.exec(select(Case).where(Case.seller_id == seller_id).order_by(col(Case.seq).desc())).all():
        if wholly:
            for table in (Remark, Event, Reminder, RunItem):
                session.execute(delete(table).where(col(table.case_id) == case.id))
            session.delete(case)  # by the model: the queue's counts go with it
            session.flush()
        else:
            _empty(session, case)


def _empty(session: Session, case: Case) -> None:
    case = _ended(session, case)
    case.settles_at = None  # nobody is left to be told
    events.erase(session, case.id)
    for table in (Remark, Reminder):
        session.execute(delete(table).where(col(table.case_id) == case.id))
    case.desk, case.seller_id, case.tail, case.title, case.place = ERASED, "", "", "", case.county
    case.photos_gone_at, case.ticks = case.photos_gone_at or db.now(), {}
    session.add(case)


def _ended(session: Session, case: Case) -> Case:
    if case.state in UNDECIDED:
        return service.withdraw(session, case, by=Actor("seller", case.seller_id))
    return db.lock(session, case)


def consent_gone(session: Session, person_id: str, name: str) -> None:
    """Whoever takes back that we may work on an application ends it, and the office looks at none of theirs."""
    if name == "processing":
        for case in session.exec(select(Case).where(Case.seller_id == person_id)).all():
            case = _ended(session, case)
            case.desk = SHUT.get(case.desk, case.desk)


def consent_given(session: Session, person_id: str, name: str) -> None:
    """Whoever gives it anew, at My account or with a new application, lets the office look again."""
    if name == "processing":
        shut = col(Case.desk).in_(SHUT.values())
        for case in session.exec(select(Case).where(Case.seller_id == person_id, shut)).all():
            case.desk = "practice" if case.practice else STATES[case.state].group


def photos_due(session: Session, before: datetime, only: str) -> list[Due]:
    """Decided cases whose photos are kept: decided before a moment, or with a shop open on the platform since.

    While a change of a case waits for its decision, the photos that it may replace stay.
    """
    change = aliased(Case)
    waits = or_(col(change.state).in_(UNDECIDED), col(change.settles_at).is_not(None))
    changing = select(change.id).where(change.amends_id == Case.id, waits).exists()
    query = (
        select(Case)
        .where(col(Case.decided_at).is_not(None), col(Case.photos_gone_at).is_(None), col(Case.state).not_in(UNDECIDED))
        .where(~changing)
    )
    if not _opened:
        query = query.where(col(Case.decided_at) < before)
    rows = session.exec(query.where(Case.id == only) if only else query.order_by(col(Case.decided_at))).all()
    opened = _opened[0](session, [case.amends_id or case.id for case in rows]) if _opened else {}
    return [
        Due(case.id, case.seller_id, case.decided_at, numbers.shown(case.number))
        for case in rows
        if case.decided_at and (case.decided_at < before or _opened_since(case, opened))
    ]


def _opened_since(case: Case, opened: Mapping[str, date]) -> bool:
    """Whether the shop is open; a change's photos of an open shop keep their days, they are to be handed in there."""
    day = opened.get(case.amends_id or case.id)
    decided = case.decided_at.astimezone(db.CHINA).date() if case.decided_at else None
    return day is not None and (case.amends_id is None or decided is None or day > decided)


def photos_go(session: Session, case_id: str) -> None:
    """Delete the photos of a case and tell the seller."""
    case = session.exec(select(Case).where(Case.id == case_id)).one()
    count = sheets.erase_photos(session, case.sheet_id)
    case = db.lock(session, case)
    case.photos_gone_at = db.now()
    session.add(case)
    if count:
        accounts.tell(session, case.seller_id, kind="keeping", say=lambda: _sentence(case), case_id=case.id)


def _sentence(case: Case) -> str:
    return _(
        "We have deleted the photos of your application %(number)s. What you wrote stays; you need do nothing.",
        number=numbers.shown(case.number),
    )
