"""What the portal holds of a person, room by room: shown to them, and erased by one and the same verb for everybody.

A seller who deletes, a rule whose time has come and a wiped practice all go through `erase`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from portal import db, jobs
from portal.accounts import practice
from portal.accounts.models import Seller

BATCH = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that we hold: what it is, in words; `file` names a photo's bytes, `at` when it was."""

    label: str
    words: str
    at: datetime | None = None
    file: str = ""

    @property
    def day(self) -> date | None:
        """The day in China, for papers."""
        return self.at.astimezone(db.CHINA).date() if self.at else None


@dataclass(frozen=True, slots=True)
class Part:
    """What belongs together under a title; `url` is where its owner looks at it, and mends it where that goes."""

    title: str
    rows: tuple[Row, ...]
    url: str = ""


Show = Callable[[Session, str], list[Part]]
Erase = Callable[[Session, str, bool], None]


@dataclass(frozen=True, slots=True)
class Keeper:
    """A room that holds something of sellers: `title` is a msgid, `show` tells it, `erase` forgets it.

    `erase` is given whether all rows go, or empty shells stay for the office's figures.
    """

    name: str
    title: str
    show: Show
    erase: Erase


_keepers: dict[str, Keeper] = {}


def keeps(name: str, title: str, *, show: Show, erase: Erase) -> None:
    """Make a room that holds something of sellers known; later rooms hang on earlier ones."""
    _keepers[name] = Keeper(name, title, show, erase)


def keepers() -> list[Keeper]:
    """The rooms that hold something of sellers, in the order in which people read of them."""
    return list(_keepers.values())


def keeper(name: str) -> Keeper | None:
    """The room of that name, if it holds something."""
    return _keepers.get(name)


def erase(session: Session, seller_id: str) -> None:
    """Forget a seller, in one transaction: what hangs on others first, the seller at last. Done twice it is done once.

    An open application is withdrawn first. Cases stay as shells without a person, with a chain of events that
    verifies; of a practice seller nothing stays.
    """
    seller = session.get(Seller, seller_id)
    if seller is None:
        return
    db.lock(session, seller)
    for each in reversed(_keepers.values()):
        each.erase(session, seller_id, seller.practice)
    session.flush()


@jobs.work("keeping.wipe", line="long")
def wipe(_: str) -> float | None:
    """Wipe practice wholly, one seller a transaction; what was wiped stays so when the process dies."""
    with db.reading() as session:
        wiped_at = practice.state(session).wiped_at
        query = select(Seller.id).where(col(Seller.practice), col(Seller.made_at) <= (wiped_at or db.now()))
        left = session.exec(query.limit(BATCH)).all()
    for seller_id in left:
        with db.writing() as session:
            erase(session, seller_id)
    return 0.0 if left else None
