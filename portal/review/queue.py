"""The queue of the staff of some places: oldest first, in pages by key, with counts that are true.

Only columns are read, and each place of a person is a range of one index: the page costs the same at a thousand cases
and at a million. What is decided is not counted, it only grows.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true, union_all
from sqlmodel import Session, col

from portal import db
from portal.i18n import gettext as _
from portal.i18n import library_text, ngettext
from portal.places import service as places
from portal.review import days, numbers
from portal.review.kinds import kind_of
from portal.review.models import STATES, Case, State

if TYPE_CHECKING:
    from portal.access import Actor

PAGE = 50
HOLDERS = ("", "mine", "free")
COUNTY = 6
_COLUMNS = tuple(
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
        Case.holder_id,
        Case.holder_name,
        Case.amends_id,
    )
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What part of the queue is asked for; `after` is the last sequence number of the page before."""

    desk: str = "waiting"
    kind: str = ""
    holder: str = ""
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
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
    holder_id: str | None
    holder_name: str
    # The case that this one changes.
    amends_id: str | None

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
        return places.name(self.place) if places.exists(self.place) else ""

    @property
    def age(self) -> str:
        """Working days since it was sent, the day of sending not counted; empty while nobody waits for us."""
        if self.desk != "waiting":
            return ""
        waited = days.between(self.sent_at.astimezone(db.CHINA).date(), db.today())
        return ngettext("%(num)s working day", "%(num)s working days", waited) if waited else _("today")

    @property
    def late(self) -> str:
        """Working days beyond the promise; empty within it."""
        over = days.between(self.due, db.today()) if self.desk == "waiting" else 0
        return ngettext("%(num)s day late", "%(num)s days late", over) if over else ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases each choice of the filters would show, the other filters staying as they are."""

    desks: dict[str, int]
    kinds: dict[str, int]
    holders: dict[str, int]


def page(session: Session, actor: "Actor", wanted: Wanted) -> tuple[list[Waiting], bool]:
    """One page of the queue and whether there is more; what is decided stands newest first."""
    newest_first = wanted.desk == "done"
    order = col(Case.seq).desc() if newest_first else col(Case.seq)
    conditions: list[ColumnElement[bool]] = [col(Case.desk) == wanted.desk]
    if wanted.kind:
        conditions.append(col(Case.kind) == wanted.kind)
    if wanted.holder:
        conditions.append(_held(actor, wanted.holder))
    if wanted.after is not None:
        conditions.append(col(Case.seq) < wanted.after if newest_first else col(Case.seq) > wanted.after)
    parts = [
        select(*_COLUMNS).where(scope, *conditions).order_by(order).limit(PAGE + 1) for scope in scopes(actor.places)
    ]
    rows = session.execute(_joined(parts, newest_first)).all() if parts else []
    return [Waiting(*row) for row in rows[:PAGE]], len(rows) > PAGE


def _joined(parts: list[Any], newest_first: bool) -> Any:
    """The first rows of several places: each place gives its own first rows, of which the first are taken."""
    if len(parts) == 1:
        return parts[0]
    every = union_all(*(select(part.subquery()) for part in parts)).subquery()
    return select(every).order_by(every.c.seq.desc() if newest_first else every.c.seq).limit(PAGE + 1)


def counts(session: Session, actor: "Actor", wanted: Wanted) -> Counts:
    """The counts beside the filters; over undecided cases only."""
    if not actor.places:
        return Counts({"waiting": 0, "seller": 0}, {"": 0}, dict.fromkeys(HOLDERS, 0))
    columns = col(Case.desk), col(Case.kind), col(Case.holder_id)
    query = select(*columns, func.count()).where(col(Case.desk).in_(("waiting", "seller")), or_(*scopes(actor.places)))
    rows = session.execute(query.group_by(*columns)).all()
    found = Counts({"waiting": 0, "seller": 0}, {"": 0}, dict.fromkeys(HOLDERS, 0))
    for desk, kind, holder_id, number in rows:
        holders = {"", "mine" if holder_id == actor.id else "", "free" if holder_id is None else ""}
        if wanted.kind in ("", kind) and wanted.holder in holders:
            found.desks[desk] += number
        if desk == wanted.desk and wanted.holder in holders:
            found.kinds[""] += number
            found.kinds[kind] = found.kinds.get(kind, 0) + number
        if desk == wanted.desk and wanted.kind in ("", kind):
            for holder in holders:
                found.holders[holder] += number
    return found


def _held(actor: "Actor", holder: str) -> ColumnElement[bool]:
    return col(Case.holder_id) == actor.id if holder == "mine" else col(Case.holder_id).is_(None)


def scopes(places: tuple[str, ...]) -> list[ColumnElement[bool]]:
    """A condition for each place of a person, none inside another."""
    whole = [place for place in set(places) if not any(place != other and place.startswith(other) for other in places)]
    return [_within(place) for place in sorted(whole)]


def _within(place: str) -> ColumnElement[bool]:
    if not place:
        return true()
    if len(place) == COUNTY:
        return col(Case.county) == place
    if len(place) < COUNTY:
        # No range of the county index: its rows would have to be sorted. In a wide place the plain order finds them.
        return func.substr(col(Case.county), 1, len(place)) == place
    return and_(col(Case.county) == place[:COUNTY], func.substr(col(Case.place), 1, len(place)) == place)
