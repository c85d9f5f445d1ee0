"""The queue of the staff of some places: what its filters choose, oldest first, in pages by key.

Only columns are read, and each place of a person is a range of one index: the page costs the same at a thousand cases
and at a million. What the filters choose is said once, in chosen(): the list, the export and runs over many use it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Integer, and_, exists, false, func, literal, or_, select, true, union_all
from sqlalchemy import tuple_ as together
from sqlmodel import Session, col

from portal import db
from portal.i18n import gettext as _
from portal.i18n import library_text, ngettext
from portal.places import service as places
from portal.review import clock, days, numbers, search
from portal.review.kinds import kind_of
from portal.review.models import Case, Cell, Remark
from portal.review.states import DESKS, STATES, State

if TYPE_CHECKING:
    from portal.access import Actor

PAGE = 50
HOLDERS = ("", "mine", "free")
AGES = ("", "on_time", "today", "late")
COUNTY, TOWNSHIP = 6, 9
COLUMNS = tuple(
    col(column)
    for column in (
        Case.seq,
        Case.id,
        Case.number,
        Case.title,
        Case.kind,
        Case.place,
        Case.state,
        Case.desk,
        Case.round,
        Case.sent_at,
        Case.moved_at,
        Case.due,
        Case.used,
        Case.holder_id,
        Case.holder_name,
        Case.amends_id,
        Case.version,
    )
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What part of the queue is asked for: each filter narrows it, an empty one does not.

    `words` searches instead, on all desks. `after` is the last sequence number of the page before; where the list goes
    by the day an answer is due, `after_due` is that case's.
    """

    desk: str = "waiting"
    kind: str = ""
    holder: str = ""
    after: int | None = None
    after_due: date | None = None
    place: str = ""
    state: str = ""
    age: str = ""
    reason: str = ""
    words: str = ""


class Waiting(NamedTuple):
    """One row of the queue, with what people read of it."""

    seq: int
    id: str
    number: str
    title: str
    kind: str
    place: str
    state: str
    desk: str
    round: int
    sent_at: datetime
    moved_at: datetime
    due: date
    used: int
    holder_id: str | None
    holder_name: str
    # The case that this one changes.
    amends_id: str | None
    version: int
    matched: str = ""

    @property
    def shown_number(self) -> str:
        """The number as people read it."""
        return numbers.shown(self.number)

    @property
    def status(self) -> State:
        """The state with its label."""
        return STATES[self.state]

    @property
    def kind_label(self) -> str:
        """What the kind is called."""
        kind = kind_of(self.kind)
        return library_text(kind.label) if kind else self.kind

    @property
    def place_name(self) -> str:
        """The township, or whatever the place is."""
        return _place_name(self.place)

    @property
    def facts(self) -> str:
        """What it is, from where, and its number, in one line."""
        return f"{self.kind_label} · {self.place_name} · {self.shown_number}"

    @property
    def found_by(self) -> str:
        """By what a search found it; empty in the queue."""
        return _(search.MATCHES[self.matched]) if self.matched else ""

    @property
    def age(self) -> str:
        """The working days that it has lain with us; empty while nobody waits for us."""
        if self.desk != "waiting":
            return ""
        waited = clock.so_far(self.used, self.sent_at)
        return ngettext("%(num)s working day", "%(num)s working days", waited) if waited else _("today")

    @property
    def late(self) -> str:
        """Working days beyond the promise; empty within it."""
        over = days.between(self.due, db.today()) if self.desk == "waiting" else 0
        return ngettext("%(num)s day late", "%(num)s days late", over) if over else ""


@lru_cache(4096)
def _place_name(code: str) -> str:
    return places.name(code) if places.exists(code) else ""


def page(session: Session, actor: "Actor", wanted: Wanted) -> tuple[list[Waiting], bool]:
    """One page of the queue and whether there is more.

    Oldest first; by the day an answer is due where an age is asked for; what is decided stands newest first.
    """
    if wanted.words:
        return found(session, actor, wanted)
    codes = within(actor.places, wanted.place)
    if not codes:
        return [], False
    query = _page(codes, actor.id if wanted.holder == "mine" else "", wanted, moment() if wanted.age else None)
    rows = session.connection().execute(query).all()
    return [Waiting(*row) for row in rows[:PAGE]], len(rows) > PAGE


def moment() -> tuple[date, date]:
    """By what the age of a case goes: today, and the last working day."""
    return db.today(), clock.last_working(db.today())


@lru_cache(64)
def _page(codes: tuple[str, ...], actor_id: str, wanted: Wanted, _moment: tuple[date, date] | None) -> Any:
    """The statement, made once as long as it asks for the same: making it took longer than the answer."""
    order = [col(Case.due), col(Case.seq)] if wanted.age else [col(Case.seq)]
    newest_first = wanted.desk == "done"
    conditions = _asked(actor_id, wanted)
    if wanted.after is not None:
        conditions.append(_beyond(wanted, order, newest_first))
    parts = [
        select(*COLUMNS).where(scope, *conditions).order_by(*_ordered(order, newest_first)).limit(PAGE + 1)
        for scope in scopes(codes)
    ]
    return _joined(parts, order, newest_first)


def found(session: Session, actor: "Actor", wanted: Wanted) -> tuple[list[Waiting], bool]:
    """One page of what the words find in the person's places, newest first, each with what it was found by."""
    parts = []
    for at, (name, way) in enumerate(search.ways(wanted.words).items()):
        conditions = [_anywhere(within(actor.places, wanted.place)), on_desks(), way]
        if wanted.after is not None:
            conditions.append(col(Case.seq) < wanted.after)
        query = select(*COLUMNS, literal(name).label("matched"), literal(at).label("way")).where(*conditions)
        parts.append(select(query.order_by(col(Case.seq).desc()).limit(PAGE + 1).subquery()))
    every = union_all(*parts).subquery()
    rows: dict[int, Waiting] = {}
    for *row, _way in session.execute(select(every).order_by(every.c.seq.desc(), every.c.way)).all():
        rows.setdefault(row[0], Waiting(*row))
    return list(rows.values())[:PAGE], len(rows) > PAGE


def after(wanted: Wanted, row: Waiting) -> Wanted:
    """The page behind this row."""
    return replace(wanted, after=row.seq, after_due=row.due if wanted.age else None)


def _ordered(order: list[Any], newest_first: bool) -> list[Any]:
    return [column.desc() for column in order] if newest_first else order


def _beyond(wanted: Wanted, order: list[Any], newest_first: bool) -> ColumnElement[bool]:
    if newest_first:
        return col(Case.seq) < wanted.after
    if len(order) == 1 or wanted.after_due is None:
        return col(Case.seq) > wanted.after
    return together(*order) > together(literal(wanted.after_due, Date), literal(wanted.after, Integer))


def _joined(parts: list[Any], order: list[Any], newest_first: bool) -> Any:
    """The first rows of several places: each place gives its own first rows, of which the first are taken."""
    if len(parts) == 1:
        return parts[0]
    every = union_all(*(select(part.subquery()) for part in parts)).subquery()
    by = [every.c[column.key] for column in order]
    return select(every).order_by(*_ordered(by, newest_first)).limit(PAGE + 1)


def chosen(actor: "Actor", wanted: Wanted) -> list[ColumnElement[bool]]:
    """All cases that the filters choose for a person, as conditions on Case; of which page plays no part."""
    return [_anywhere(within(actor.places, wanted.place)), *_asked(actor.id, wanted)]


def _anywhere(codes: tuple[str, ...]) -> ColumnElement[bool]:
    return or_(*scopes(codes)) if codes else false()


def _asked(actor_id: str, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What the filters ask of a case, but for its place."""
    if wanted.words:
        return [on_desks(), search.any_of(wanted.words)]
    conditions: list[ColumnElement[bool]] = [col(Case.desk) == wanted.desk]
    if wanted.kind:
        conditions.append(col(Case.kind) == wanted.kind)
    if wanted.state:
        conditions.append(col(Case.state) == wanted.state)
    if wanted.holder:
        mine = col(Case.holder_id) == actor_id
        conditions.append(mine if wanted.holder == "mine" else col(Case.holder_id).is_(None))
    if wanted.age:
        conditions.append(of_age(col(Case.due), wanted.age))
    if wanted.reason:
        made = col(Remark.case_id) == col(Case.id), col(Remark.round) == col(Case.round)
        conditions.append(exists().where(*made, col(Remark.reason) == wanted.reason))
    return conditions


def on_desks() -> ColumnElement[bool]:
    """That a case is a real one, and the office may look at it."""
    return col(Case.desk).in_(DESKS)


def of_age(due: Any, age: str) -> ColumnElement[bool]:
    """Whether what is due on a day is late, due now, or has time; on a day of rest nothing becomes late."""
    today = db.today()
    last = clock.last_working(today)
    conditions: dict[str, ColumnElement[bool]] = {
        "late": due < last,
        "today": and_(due >= last, due <= today),
        "on_time": due > today,
    }
    return conditions[age]


def within(codes: tuple[str, ...], place: str) -> tuple[str, ...]:
    """What a person's places and a place have in common."""
    inner = {
        place if place.startswith(code) else code for code in codes if place.startswith(code) or code.startswith(place)
    }
    return tuple(sorted(inner))


def scopes(codes: tuple[str, ...], of: type[Case] | type[Cell] = Case) -> list[ColumnElement[bool]]:
    """A condition for each place of a person, none inside another."""
    return [_within(place, of) for place in outermost(codes)]


def outermost(codes: tuple[str, ...]) -> list[str]:
    """The places that lie in no other of them."""
    return sorted(code for code in set(codes) if not any(code != other and code.startswith(other) for other in codes))


def _within(place: str, of: type[Case] | type[Cell]) -> ColumnElement[bool]:
    if not place:
        return true()
    if len(place) == COUNTY:
        return col(of.county) == place
    if len(place) < COUNTY:
        # No range of the county index: its rows would have to be sorted. In a wide place the plain order finds them.
        return func.substr(col(of.county), 1, len(place)) == place
    return and_(col(of.county) == place[:COUNTY], col(of.place) == place)
