"""How the shops of some places stand on the platform: counts for the office, and the shops behind a count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlmodel import Session, col

from portal import db
from portal.places import service as places
from portal.questions import service as questions
from portal.questions.models import Reason
from portal.registration import sellers
from portal.registration.models import FIRST, STANDINGS, SentBack, Shop, Standing
from portal.review import expiry, numbers
from portal.review.models import Case, told
from portal.review.queue import PAGE, scopes

if TYPE_CHECKING:
    from portal.access import Actor

MONTHS = 6
# Within how many days a paper runs out; -1 is over.
EXPIRIES = ("90", "30", "7", "-1")
_STATE = func.coalesce(col(Shop.state), FIRST)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which shops are asked for: at one state (all when empty), approved in one month (2026-11; ever when empty), with
    a paper that runs out within so many days (of EXPIRIES).
    """

    state: str = ""
    month: str = ""
    expiry: str = ""
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """How many shops stand where, and how often the platform gave which reason, the most frequent first."""

    states: dict[str, int]
    reasons: list[tuple[Reason, int]]

    @property
    def approved(self) -> int:
        """All of them."""
        return sum(self.states.values())


@dataclass(frozen=True, slots=True)
class Listed:
    """One shop in the list, with what people read of it."""

    seq: int
    case_id: str
    number: str
    title: str
    place: str
    decided_at: datetime
    state: str
    told_at: datetime | None

    @property
    def standing(self) -> Standing:
        """How it stands."""
        return STANDINGS[self.state]

    @property
    def shown_number(self) -> str:
        """The number as people read it."""
        return numbers.shown(self.number)

    @property
    def place_name(self) -> str:
        """The township, or whatever the place is."""
        return places.name(self.place) if places.exists(self.place) else ""


def months() -> list[str]:
    """The last months, this one first."""
    day = db.today()
    counted = (day.year * 12 + day.month - 1 - back for back in range(MONTHS))
    return [f"{month // 12}-{month % 12 + 1:02}" for month in counted]


def overview(session: Session, actor: "Actor", wanted: Wanted) -> Overview:
    """The counts over the shops of the person's places that are asked for, at any state."""
    conditions = _of(actor, wanted)
    counted = select(_STATE, func.count()).select_from(Case).outerjoin(Shop, col(Shop.case_id) == col(Case.id))
    states = dict.fromkeys(STANDINGS, 0) | dict(session.execute(counted.where(*conditions).group_by(_STATE)).all())
    given = select(col(SentBack.reason), func.count()).join(Case, col(Case.id) == col(SentBack.case_id))
    rows = session.execute(given.where(*conditions).group_by(col(SentBack.reason))).all()
    known = questions.library().reasons
    reasons = [(known[code], number) for code, number in rows if code in known]
    return Overview(states, sorted(reasons, key=lambda each: (-each[1], each[0].code)))


def page(session: Session, actor: "Actor", wanted: Wanted) -> tuple[list[Listed], bool]:
    """One page of the shops asked for, those approved last first, and whether there is more."""
    columns = (Case.seq, Case.id, Case.number, Case.title, Case.place, Case.decided_at)
    query = select(*(col(each) for each in columns), _STATE, col(Shop.told_at))
    query = query.outerjoin(Shop, col(Shop.case_id) == col(Case.id)).where(*_of(actor, wanted))
    if wanted.state:
        query = query.where(_STATE.in_([wanted.state]))
    if wanted.after is not None:
        query = query.where(col(Case.seq) < wanted.after)
    rows = session.execute(query.order_by(col(Case.seq).desc()).limit(PAGE + 1)).all()
    return [Listed(*row) for row in rows[:PAGE]], len(rows) > PAGE


def _of(actor: "Actor", wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    """Approved shops within the person's places, the month and the days."""
    month = wanted.month
    conditions = [col(Case.desk) == "done", told("approved"), col(Case.kind).in_(sellers.sets())]
    conditions.append(col(Case.amends_id).is_(None))
    conditions.append(or_(*scopes(actor.places)) if actor.places else false())
    if month:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=db.CHINA)
        later = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
        conditions += [col(Case.decided_at) >= first, col(Case.decided_at) < later]
    if wanted.expiry:
        conditions.append(expiry.within(int(wanted.expiry)))
    return conditions
