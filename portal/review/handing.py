"""Handing a case to a colleague, who looks at it from then on."""

from typing import TYPE_CHECKING

from sqlmodel import Session

from portal import db
from portal.i18n import N_, Refusal
from portal.review import moves
from portal.review.models import Case

if TYPE_CHECKING:
    from portal.access import Actor


class NotForThem(Refusal):
    """The colleague may not decide on the case."""

    field = "to"
    msgid = N_("%(who)s may not decide on this one: it lies in another place, or needs another role.")


def hand_over(session: Session, case: Case, *, by: "Actor", to: "Actor", version: int) -> Case:
    """Give a case, free or one's own, to somebody who may decide on it; remarks made so far stay. Raises NotForThem."""
    case = db.lock(session, case)
    if moves.fresh(session, case, "hand_over", by=by, version=version):
        if not moves.may_decide(to, case):
            raise NotForThem(who=to.name)
        case.holder_id, case.holder_name = to.id, to.name
        moves.make(session, case, "hand_over", by=by, details={"to": to.name})
    return case
