"""What one member of staff did in the last 30 days: sign-ins, decisions, what they looked at and took away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import Session, col

from portal.accounts.models import SignIn
from portal.audit import service as audit
from portal.audit.models import GROUPS

if TYPE_CHECKING:
    from portal.access import Actor

SHOWN = 10


@dataclass(frozen=True)
class Activity:
    """Sign-ins (when, on what kind of device), the newest first, of `count`; and how much was done, by group.

    `reads` says whether the asking person may read what exactly.
    """

    sign_ins: Sequence[tuple[datetime, str]]
    count: int
    done: list[tuple[str, str, int]]
    reads: bool


def of(session: Session, actor: "Actor", staff_id: str) -> Activity:
    """What somebody did where the asking person works."""
    wanted = audit.Wanted(who=staff_id)
    query = select(col(SignIn.made_at), col(SignIn.device)).where(
        col(SignIn.person_id) == staff_id, col(SignIn.stage) == "full", col(SignIn.made_at) >= wanted.since
    )
    signed = [(row.made_at, row.device) for row in session.execute(query.order_by(col(SignIn.made_at).desc()))]
    known, counts = audit.actions(), audit.counts(session, actor, wanted)
    done = [(key, label, sum(n for action, n in counts.items() if known.get(action, ("",))[0] == key))
            for key, label in GROUPS.items()]  # fmt: skip
    return Activity(signed[:SHOWN], len(signed), [row for row in done if row[2]], bool(actor.roles & {*audit.READERS}))
