"""Errands: a paper that a seller sends to a service station, where somebody prints it and hands it over."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, delete, false, func, or_, update
from sqlmodel import Session, col, select

from portal import db, i18n, jobs
from portal.accounts.models import Seller
from portal.guides import history, recipients, service
from portal.guides import mine as papers_of
from portal.guides.models import ERRANDS, Errand, Print
from portal.i18n import N_, Refusal
from portal.keeping.service import Part, Row
from portal.office import service as offices
from portal.office.models import Spot
from portal.registration import papers
from portal.review import moves, numbers
from portal.review.models import Case
from portal.review.states import HIDDEN

if TYPE_CHECKING:
    from portal.access import Actor

ROLES = ("reviewer", "manager", "admin", "helper")
OPEN = ("waiting", "printed")
# What one seller may have waiting, and how long a paper waits before the print is gone too.
MOST, KEEP, SHOWN = 10, timedelta(days=7), timedelta(days=30)


class NoStation(Refusal):
    """No station was chosen, or it is none any more."""

    field = "spot"
    msgid = N_("Choose the station that is to print it.")


class NoPaper(Refusal):
    """No paper was chosen, or it does not fit how the application stands now."""

    field = "paper"
    msgid = N_("Choose the paper that is to be printed.")


class TooMany(Refusal):
    """More papers under way than anybody fetches."""

    field = "paper"
    msgid = N_("%(most)s of your papers are under way already. Fetch them first, or take one back.")


class NotNow(Refusal):
    """The errand is over."""

    msgid = N_("This is no longer to be done: %(state)s.")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One paper on the list of a station."""

    id: str
    state: str
    paper: str
    spot: str
    number: str
    name: str
    shop: str
    tail: str
    since: datetime
    practice: bool


def stations(case: Case) -> list[Spot]:
    """The stations of the seller's county, the nearest first: whose place begins like the seller's."""
    spots = [spot for spot in offices.in_force().spots if spot.kind == "station" and spot.place[:6] == case.county]
    return sorted(spots, key=lambda spot: -_alike(spot.place, case.place))


def _alike(one: str, other: str) -> int:
    return next((at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), len(one))


def offered(case: Case) -> list[tuple[str, str]]:
    """The papers that a seller may send: those that fit the case now."""
    return papers.offered(case)


def send(session: Session, case: Case, *, paper: str, spot_id: str) -> Errand:
    """Ask a station to print a paper of a case; what is under way already is not asked for again.

    Raises MayNotLook, NoPaper, NoStation, TooMany.
    """
    moves.let(case)
    if paper not in dict(offered(case)):
        raise NoPaper
    spot = next((spot for spot in stations(case) if spot.id == spot_id), None)
    if spot is None:
        raise NoStation
    key = hashlib.sha256(f"{case.id}:{paper}".encode()).hexdigest()
    known = session.exec(select(Errand).where(Errand.key == key)).first()
    if known is not None:
        return known
    under_way = select(func.count()).where(Errand.seller_id == case.seller_id, col(Errand.state).in_(OPEN))
    if session.exec(under_way).one() >= MOST:
        raise TooMany(most=MOST)
    made = Errand(
        key=key,
        seller_id=case.seller_id,
        case_id=case.id,
        paper=paper,
        locale=i18n.language(),
        spot_id=spot.id,
        spot_name=spot.name,
        place=spot.place,
        practice=case.practice,
    )
    db.insert_once(session, made)
    return session.exec(select(Errand).where(Errand.key == key)).one()


def mine(session: Session, seller_id: str) -> list[Errand]:
    """What a seller has sent lately, newest first."""
    recent = Errand.seller_id == seller_id, col(Errand.asked_at) > db.now() - SHOWN
    return list(session.exec(select(Errand).where(*recent).order_by(col(Errand.asked_at).desc())))


def of_seller(session: Session, seller_id: str, errand_id: str) -> Errand | None:
    """An errand of a seller; another's is None."""
    found = session.get(Errand, errand_id)
    return found if found is not None and found.seller_id == seller_id else None


def for_staff(session: Session, actor: "Actor", errand_id: str) -> Errand | None:
    """An errand at a station where a member of staff works; others are None."""
    found = session.get(Errand, errand_id)
    here = found is not None and actor.roles & {*ROLES} and actor.works_for(found.place)
    return found if here else None


def waiting(session: Session, actor: "Actor") -> int:
    """How many papers wait at the stations of a person's places."""
    return session.exec(select(func.count()).where(Errand.state == "waiting", _within(actor))).one()


def at_stations(session: Session, actor: "Actor") -> list[Waiting]:
    """The papers to print and to hand over, those that wait longest first; names as the sellers gave them."""
    query = select(Errand, Case, Seller.tail).join(Case, col(Case.id) == col(Errand.case_id))
    query = query.join(Seller, col(Seller.id) == col(Errand.seller_id))
    query = query.where(col(Errand.state).in_(OPEN), col(Case.desk).not_in(HIDDEN), _within(actor))
    rows = session.exec(query.order_by(col(Errand.asked_at)).limit(200)).all()
    names = recipients.names_of(session, [case for _, case, _ in rows])
    return [_line(errand, case, names[case.id], tail) for errand, case, tail in rows]


def _line(errand: Errand, case: Case, name: str, tail: str) -> Waiting:
    return Waiting(
        id=errand.id,
        state=errand.state,
        paper=label(errand.paper),
        spot=errand.spot_name,
        number=numbers.shown(case.number),
        name=name,
        shop=case.title,
        tail=tail,
        since=errand.asked_at,
        practice=errand.practice,
    )


def label(paper: str) -> str:
    """What a paper is called."""
    found = next((offer for offer in papers.OFFERS if offer.name == paper), None)
    return i18n.gettext(found.desk or found.label) if found else paper


def _within(actor: "Actor") -> ColumnElement[bool]:
    return or_(*(func.substr(col(Errand.place), 1, len(place)) == place for place in actor.places), false())


def print_it(session: Session, errand: Errand, *, by: "Actor") -> Print:
    """Have the paper printed for whoever stands at the station's printer. Raises NotNow, NotForNow."""
    errand = _open(session, errand)
    about = f"open_shop/{errand.case_id}" if errand.paper == "my_guide" else errand.case_id
    asked = service.ask(session, paper=errand.paper, about=about, locale=errand.locale)
    _moved(session, errand, "printed", by)
    return asked


def hand_over(session: Session, errand: Errand, *, by: "Actor") -> Errand:
    """Tick that the seller has it; a second tap finds it ticked. Raises NotNow."""
    if errand.state == "handed":
        return errand
    return _moved(session, _open(session, errand), "handed", by)


def take_back(session: Session, errand: Errand) -> Errand:
    """The seller needs it no longer. Raises NotNow once it is handed over."""
    return errand if errand.state == "withdrawn" else _moved(session, _open(session, errand), "withdrawn", None)


def consent_gone(session: Session, person_id: str, name: str) -> None:
    """Whoever takes back that the office may look takes back what lies at a station: nobody there sees it any more."""
    if name == "processing":
        for errand in session.exec(select(Errand).where(Errand.seller_id == person_id, col(Errand.state).in_(OPEN))):
            take_back(session, errand)


def _open(session: Session, errand: Errand) -> Errand:
    errand = db.lock(session, errand)
    if errand.state not in OPEN:
        raise NotNow(state=i18n.gettext(ERRANDS[errand.state]))
    return errand


def _moved(session: Session, errand: Errand, state: str, by: "Actor | None") -> Errand:
    errand.state, errand.moved_at, errand.by_name = state, db.now(), by.name if by else errand.by_name
    if state not in OPEN:
        errand.key = errand.id
    session.add(errand)
    return errand


@jobs.work("guides.errands", schedule="25 * * * *")
def expire(_: str) -> None:
    """What nobody fetched in a week is over, as its print is; what is long over is forgotten."""
    with db.writing() as session:
        old = col(Errand.state).in_(OPEN), col(Errand.asked_at) < db.now() - KEEP
        ended = {"state": "over", "key": col(Errand.id), "moved_at": db.now()}
        session.execute(update(Errand).where(*old).values(**ended))
        session.execute(delete(Errand).where(col(Errand.moved_at) < db.now() - SHOWN))


def held(session: Session, seller_id: str) -> list[Part]:
    """The papers of a seller: asked for, and sent to a station."""
    rows = tuple(Row(label(row.paper), row.spot_name, row.asked_at) for row in mine(session, seller_id))
    return [*papers_of.held(session, seller_id), *([Part(i18n.gettext("Sent to a station"), rows)] if rows else [])]


def erase(session: Session, seller_id: str, wholly: bool) -> None:
    """Forget the papers of a seller, what was sent to a station, and batches' files that name the seller."""
    papers_of.erase(session, seller_id, wholly)
    session.execute(delete(Errand).where(col(Errand.seller_id) == seller_id))
    history.erase(session, list(session.exec(select(Case.id).where(Case.seller_id == seller_id))))
