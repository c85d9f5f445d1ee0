"""What stands beside the filters, and above them: how many cases each choice would show, and how fast we are."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import String, cast, func, or_, select
from sqlalchemy import case as when
from sqlmodel import Session, col

from portal import db
from portal.accounts.number import awaited
from portal.i18n import gettext as _
from portal.i18n import ngettext
from portal.review import cells, queue
from portal.review.models import Case, Cell, Remark
from portal.review.queue import AGES, TOWNSHIP, Wanted

if TYPE_CHECKING:
    from portal.access import Actor

# What a reason chooses stands in no cell: it is counted case by case, up to here.
MOST = 1000
DEEPER = {0: 2, 2: 4, 4: 6, 6: 9}
# These stay when one goes to another desk, the others do not.
KEPT = ("kind", "place")
FACETS = ("kind", "state", "place", "holder", "age")
EVERY = range(len(FACETS))
Row = tuple[Any, ...]
T = TypeVar("T")
# How many counts are kept as long as they are the same.
KEPT_COUNTS = 256
_kept: dict[tuple[Any, ...], tuple[str, Any]] = {}


@dataclass(slots=True)
class Counts:
    """How many cases each choice of a filter would show, the other filters staying as they are; `total`: as they are.

    `capped` when the counts stop at MOST, so that there may be more. `shown` is for what is made of them, by language.
    """

    total: int = 0
    desks: dict[str, int] = field(default_factory=dict)
    facets: dict[str, dict[str, int]] = field(default_factory=lambda: {name: {} for name in (*FACETS, "reason")})
    capped: bool = False
    shown: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pace:
    """The working days from sending to decision, the clock stopped while sellers mend: the middle, and nine of ten."""

    decided: int
    median: int
    ninth: int


def standing(session: Session, places: tuple[str, ...], wanted: Wanted) -> str:
    """By which cells these places are counted now: as long as it says the same, so do all counts made of them.

    Empty where the page counts in another way: by reasons, which stand in no cell, or not at all.

    A cell never changes, and no other is given its number (cells.py), so the same numbers are the same cells. Read it
    before the counts: what another commits in between is then counted under the older numbers, which do not come back.
    """
    if not places or wanted.words or wanted.desk == "seller":
        return ""
    return session.connection().execute(_standing(places)).scalar() or ""


@lru_cache(64)
def _standing(places: tuple[str, ...]) -> Any:
    return select(func.aggregate_strings(cast(col(Cell.seq), String), ",")).where(or_(*queue.scopes(places, Cell)))


def _while(stands: str, key: Row, make: Callable[[], T]) -> T:
    """What was made under a key, as long as the same cells stand; without `stands` it is made anew."""
    if not stands:
        return make()
    found = _kept.get((db.engine(), *key))
    if found is None or found[0] != stands:
        if len(_kept) >= KEPT_COUNTS:
            _kept.clear()
        found = _kept[db.engine(), *key] = stands, make()
    return found[1]


def counts(session: Session, actor: "Actor", wanted: Wanted, stands: str = "") -> Counts:
    """The counts beside the filters; as they were, if that is said of these cells (standing())."""
    part = replace(wanted, after=None, after_due=None)
    key = ("counts", actor.id, actor.places, part, queue.moment())
    return _while(stands, key, lambda: _counts(session, actor, part))


def _counts(session: Session, actor: "Actor", wanted: Wanted) -> Counts:
    found = Counts()
    if not actor.places:
        return found
    rows = _of_reason(session, actor, wanted) if wanted.reason else _of_cells(session, actor, wanted)
    asked = [(at, name) for at, name in enumerate(FACETS) if getattr(wanted, name)]
    facets: list[dict[str, int]] = [defaultdict(int) for _ in FACETS]
    desks: dict[str, int] = defaultdict(int)
    for desk, *values, number in rows:
        wrong = [at for at, name in asked if not _fits(wanted, name, values[at])]
        if not any(FACETS[at] in KEPT for at in wrong):
            desks[desk] += number
        if desk != wanted.desk or len(wrong) > 1:
            continue
        found.total += 0 if wrong else number
        for at in wrong or EVERY:
            facets[at][values[at]] += number
    parent = wanted.place[:-3] if len(wanted.place) == TOWNSHIP else wanted.place
    found.desks = dict(desks)
    found.facets.update({name: dict(counted) for name, counted in zip(FACETS, facets, strict=True)})
    found.facets["place"] = {key: n for key, n in found.facets["place"].items() if key.startswith(parent)}
    if wanted.desk == "seller":
        found.facets["reason"] = _reasons(session, actor, wanted)
    found.capped = bool(wanted.reason) and found.total >= MOST
    return found


def _fits(wanted: Wanted, name: str, value: str) -> bool:
    asked: str = getattr(wanted, name)
    return value.startswith(asked) if name == "place" else asked in ("", value)


def depth(places: tuple[str, ...], wanted: Wanted) -> int:
    """How many digits of a place code the filter of places goes by: the next level below where one stands."""
    if wanted.place or len(queue.outermost(places)) == 1:
        return DEEPER.get(len(wanted.place or queue.outermost(places)[0]), TOWNSHIP)
    return max(len(place) for place in queue.outermost(places))


def _values(actor_id: str, digits: int, of: Any, due: Any) -> list[Any]:
    """Desk and facets of a row of cases or of cells; of a place so many digits."""
    mine = when((of.holder_id == actor_id, "mine"), (of.holder_id.is_(None), "free"), else_="")
    age = when(*((queue.of_age(due, name), name) for name in AGES if name), else_="")
    place = func.substr(of.place, 1, digits)
    return [of.desk, of.kind, of.state, place, mine, age]


def _of_cells(session: Session, actor: "Actor", wanted: Wanted) -> list[Row]:
    query = _cells(actor.places, actor.id, depth(actor.places, wanted), queue.moment())
    return [tuple(row) for row in session.connection().execute(query).all() if row[-1]]


# Statements are made once as long as they ask for the same: making them took longer than the answers.
@lru_cache(64)
def _cells(places: tuple[str, ...], actor_id: str, digits: int, _moment: tuple[date, date]) -> Any:
    values = [value.label(f"v{at}") for at, value in enumerate(_values(actor_id, digits, Cell, col(Cell.day)))]
    read = select(*values, col(Cell.n)).where(col(Cell.desk) != cells.PACE, or_(*queue.scopes(places, Cell)))
    inner = read.subquery()
    grouped = [inner.c[f"v{at}"] for at in range(len(values))]
    return select(*grouped, func.sum(inner.c.n)).group_by(*grouped)


def _of_reason(session: Session, actor: "Actor", wanted: Wanted) -> list[Row]:
    """Case by case, and so of this desk only."""
    wide = replace(wanted, kind="", state="", holder="", age="", place="")
    values = [
        value.label(f"v{at}")
        for at, value in enumerate(_values(actor.id, depth(actor.places, wanted), Case, col(Case.due)))
    ]
    inner = select(*values).where(*queue.chosen(actor, wide)).limit(MOST).subquery()
    grouped = [inner.c[f"v{at}"] for at in range(len(values))]
    return [tuple(row) for row in session.execute(select(*grouped, func.count()).group_by(*grouped)).all()]


def _reasons(session: Session, actor: "Actor", wanted: Wanted) -> dict[str, int]:
    """How many cases with the seller have a reason among their remarks, over the first MOST of these."""
    asked = queue.chosen(actor, replace(wanted, reason=""))
    made = select(col(Remark.reason), col(Remark.case_id)).distinct().select_from(Case)
    made = made.join(Remark, (col(Remark.case_id) == Case.id) & (col(Remark.round) == Case.round)).where(*asked)
    inner = made.limit(MOST).subquery()
    rows = session.execute(select(inner.c.reason, func.count()).group_by(inner.c.reason)).all()
    return {str(reason): int(number) for reason, number in rows}


def pace(session: Session, places: tuple[str, ...]) -> Pace | None:
    """How fast these places decided in the last 30 days; None where nothing was decided."""
    if not places:
        return None
    query = _pace(places, db.today() - timedelta(cells.PACE_DAYS))
    taken = sorted((took, number) for took, number in session.connection().execute(query).all() if number)
    total = sum(number for _, number in taken)
    return Pace(total, _rank(taken, -(-total // 2)), _rank(taken, -(-total * 9 // 10))) if total else None


@lru_cache(64)
def _pace(places: tuple[str, ...], since: date) -> Any:
    decided = col(Cell.desk) == cells.PACE, col(Cell.day) > since, or_(*queue.scopes(places, Cell))
    return select(col(Cell.took), func.sum(col(Cell.n))).where(*decided).group_by(col(Cell.took))


def pace_words(session: Session, places: tuple[str, ...], stands: str = "") -> str:
    """The same in words."""
    it = _while(stands, ("pace", places, db.today()), lambda: pace(session, places))
    if it is None:
        return ""
    return ngettext(
        "One decided in the last 30 days: within %(ninth)s.",
        "%(num)s decided in the last 30 days: half within %(median)s, nine of ten within %(ninth)s.",
        it.decided,
        median=_within(it.median),
        ninth=_within(it.ninth),
    )


def _within(taken: int) -> str:
    return ngettext("%(num)s working day", "%(num)s working days", taken) if taken else _("the same day")


def _rank(taken: list[tuple[int, int]], rank: int) -> int:
    """The value at a rank, counted from 1, among values and how often each is there."""
    for took, number in taken:
        rank -= number
        if rank <= 0:
            return took
    raise IndexError(rank)


def morning(session: Session, places: tuple[str, ...], me: str = "") -> tuple[int, int, int]:
    """How many cases nobody has begun to look at, how many are late, and how many new phone numbers wait for `me`."""
    if not places:
        return 0, 0, 0
    query = _morning(places, queue.moment()[1])
    new, late, numbers = session.connection().execute(query, {"now": db.now(), "me": me}).one()
    return new or 0, late or 0, numbers or 0


@lru_cache(64)
def _morning(places: tuple[str, ...], last: date) -> Any:
    fresh = func.sum(when((col(Cell.state).in_(("submitted", "resubmitted")), col(Cell.n)), else_=0))
    late = func.sum(when((col(Cell.day) < last, col(Cell.n)), else_=0))
    here = col(Cell.desk) == "waiting", or_(*queue.scopes(places, Cell))
    return select(fresh, late, awaited(places)).where(*here)
