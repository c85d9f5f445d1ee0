"""What else is known of the people of a case: earlier cases of the seller, or of the same licence."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.review import numbers
from portal.review.kinds import kind_of
from portal.review.models import Case
from portal.review.queue import scopes
from portal.review.states import HIDDEN, STATES, State
from portal.sheets.models import Finding

if TYPE_CHECKING:
    from portal.access import Actor

MOST = 10


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another case, and whether it is of the same seller (or else of the same licence)."""

    id: str
    number: str
    title: str
    state: State
    at: datetime
    own: bool


def others(session: Session, actor: "Actor", case: Case) -> list[Earlier]:
    """Other cases of the seller or of the same licence that the asking person may read, newest first.

    What it changes, and its own changes, are told elsewhere.
    """
    kind, mine, theirs = kind_of(case.kind), aliased(Finding), aliased(Finding)
    alike = (
        select(col(theirs.sheet_id))
        .join(mine, (col(mine.key) == col(theirs.key)) & (col(mine.value) == col(theirs.value)))
        .where(col(mine.sheet_id) == case.sheet_id, col(mine.key).in_(kind.same if kind else ()))
    )
    columns = (Case.id, Case.number, Case.title, Case.state, Case.moved_at, Case.seller_id)
    query = (
        select(*(col(each) for each in columns))
        .where(or_(col(Case.seller_id) == case.seller_id, col(Case.sheet_id).in_(alike)))
        .where(col(Case.id) != case.id, col(Case.desk).not_in(HIDDEN), or_(*scopes(actor.places)))
        .where(col(Case.id) != (case.amends_id or ""), func.coalesce(col(Case.amends_id), "") != case.id)
        .where((col(Case.desk) == "practice") if case.practice else (col(Case.desk) != "practice"))
        .order_by(col(Case.seq).desc())
        .limit(MOST)
    )
    return [
        Earlier(id, numbers.shown(number), title, STATES[state], at, seller_id == case.seller_id)
        for id, number, title, state, at, seller_id in session.execute(query)
    ]
