"""The applications that the queue's filters choose, as a table."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from portal import db
from portal.access import Actor
from portal.accounts import service as accounts
from portal.accounts import serving
from portal.accounts.models import Seller
from portal.exports.models import Column, Table
from portal.i18n import N_, library_text
from portal.i18n import gettext as _
from portal.places import service as places
from portal.review import clock, numbers, queue
from portal.review.kinds import kind_of
from portal.review.models import Case
from portal.review.moves import READERS
from portal.review.states import STATES

BATCH = 500
COLUMNS = (
    Column("number", N_("Number")),
    Column("title", N_("Shop")),
    Column("kind", N_("Kind")),
    Column("place_code", N_("Code of the place"), usual=False),
    Column("place", N_("Place")),
    Column("state", N_("State")),
    Column("round", N_("Round"), usual=False),
    Column("first_sent", N_("First sent on"), usual=False),
    Column("sent", N_("Sent on")),
    Column("due", N_("Answer promised by")),
    Column("holder", N_("Looked at by"), usual=False),
    Column("decided", N_("Decided on")),
    Column("decided_by", N_("Decided by"), usual=False),
    Column("phone", N_("Phone number"), usual=False, roles=frozenset({"reviewer", "manager"})),
)


def count(session: Session, actor: Actor, part: queue.Wanted) -> int:
    """How many they are."""
    return int(session.scalar(select(func.count()).select_from(Case).where(*queue.chosen(actor, part))) or 0)


def rows(session: Session, actor: Actor, part: queue.Wanted, keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """Their cells, oldest first; few are held at a time."""
    after, scopes = 0, serving.scopes(session)
    while True:
        query = (
            select(Case).where(*queue.chosen(actor, part), col(Case.seq) > after).order_by(col(Case.seq)).limit(BATCH)
        )
        found = session.scalars(query).all()
        phones = _phones(session, found) if "phone" in keys else {}
        for case in found:
            after = case.seq or 0
            cells = {**_cells(case), "due": _day(clock.promised(case, scopes)), "phone": phones.get(case.seller_id, "")}
            yield [cells[key] for key in keys]
        if len(found) < BATCH:
            return


def _cells(case: Case) -> dict[str, str]:
    kind = kind_of(case.kind)
    return {
        "number": numbers.shown(case.number),
        "title": case.title,
        "kind": library_text(kind.label) if kind else case.kind,
        "place_code": case.place,
        "place": "".join(places.path(case.place)) if places.exists(case.place) else "",
        "state": _(STATES[case.state].label),
        "round": str(case.round),
        "first_sent": _at(case.first_sent_at),
        "sent": _at(case.sent_at),
        "holder": case.holder_name,
        "decided": _at(case.decided_at),
        "decided_by": case.decided_by,
    }


def _at(moment: datetime | None) -> str:
    return f"{moment.astimezone(db.CHINA):%Y-%m-%d %H:%M}" if moment else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _phones(session: Session, found: Sequence[Case]) -> dict[str, str]:
    sellers = session.scalars(select(Seller).where(col(Seller.id).in_({case.seller_id for case in found})))
    return {seller.id: accounts.number(seller) for seller in sellers}


TABLE = Table("cases", N_("List of applications"), frozenset(READERS), queue.Wanted, COLUMNS, count, rows)
