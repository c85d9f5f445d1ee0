"""What else is known of the people of a case: other cases of the seller, or with the same answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.i18n import gettext as _
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
    """Another case; `same` are the keys of the answers that it has too, `why` says in words what they share."""

    id: str
    number: str
    title: str
    state: State
    at: datetime
    same: tuple[str, ...]
    why: str


def others(session: Session, actor: "Actor", case: Case) -> list[Earlier]:
    """Other cases of the seller or with the same answers that the asking person may read, newest first.

    What it changes, and its own changes, are told elsewhere.
    """
    kind = kind_of(case.kind)
    words = dict(kind.same) if kind else {}
    alike = [col(Case.sheet_id).in_(_alike(case, key)) for key in words]
    columns = (Case.id, Case.number, Case.title, Case.state, Case.moved_at, Case.seller_id)
    query = (
        select(*(col(each) for each in columns), *alike)
        .where(or_(col(Case.seller_id) == case.seller_id, *alike))
        .where(col(Case.id) != case.id, col(Case.desk).not_in(HIDDEN), or_(*scopes(actor.places)))
        .where(col(Case.id) != (case.amends_id or ""), func.coalesce(col(Case.amends_id), "") != case.id)
        .where((col(Case.desk) == "practice") if case.practice else (col(Case.desk) != "practice"))
        .order_by(col(Case.seq).desc())
        .limit(MOST)
    )
    found = []
    for id, number, title, state, at, seller_id, *has in session.execute(query):
        same = tuple(key for key, holds in zip(words, has, strict=True) if holds)
        why = [_("the same seller")] * (seller_id == case.seller_id) or [_(words[key]) for key in same]
        found.append(Earlier(id, numbers.shown(number), title, STATES[state], at, same, _(", ").join(why)))
    return found


def _alike(case: Case, key: str) -> Select[Any]:
    """The sheets with the same answer under a key."""
    mine, theirs = aliased(Finding), aliased(Finding)
    both = (col(mine.key) == key) & (col(theirs.key) == key) & (col(mine.value) == col(theirs.value))
    return select(col(theirs.sheet_id)).join(mine, both).where(col(mine.sheet_id) == case.sheet_id)
