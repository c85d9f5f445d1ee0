"""Noting what belongs to no case in the office's chain, and reading what people did in all chains at once."""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, false, func, or_, update
from sqlmodel import Session, col, select

from portal import db, jobs
from portal.audit import chain
from portal.audit.chain import Break, Details, Who
from portal.audit.models import ACTIONS, Entry, Head
from portal.i18n import N_, gettext

if TYPE_CHECKING:
    from portal.access import Actor

PAGE, BATCH = 50, 500
READERS = ("auditor", "admin", "manager")
PERIODS, DAYS = (1, 7, 30, 365), 30
# How long it stays readable what exactly was done; that it was done, when and by whom, stays.
DETAILS_KEPT = timedelta(days=3 * 365)


@dataclass(frozen=True, slots=True)
class Machine:
    """Whoever works at the server itself."""

    kind: str = "machine"
    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: whose doings, of which group, of how many days; `after` is the last one of the page before.

    `after` is a time, a chain and a number in it.
    """

    who: str = ""
    what: str = ""
    days: int = DAYS
    after: tuple[datetime, str, int] | None = None

    @property
    def since(self) -> datetime:
        """The first moment that counts: today is the day in China since midnight."""
        midnight = db.now().astimezone(db.CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight - timedelta(days=self.days - 1)


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that somebody did; `chain` is the id of a case or empty, `about` and `url` what it was about."""

    at: datetime
    chain: str
    seq: int
    action: str
    label: str
    who_id: str
    who: str
    about: str = ""
    url: str = ""
    more: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[datetime, str, int]:
        """Its place in the list."""
        return self.at, self.chain, self.seq


@dataclass(frozen=True)
class Chains:
    """One sort of chains: its actions (group and words), what was done, how often, and what does not hold."""

    actions: dict[str, tuple[str, str]]
    rows: Callable[[Session, "Actor", Wanted, int], Sequence[Done]]
    counts: Callable[[Session, "Actor", Wanted], dict[str, int]]
    breaks: Callable[[Session], Iterator[str]]


_chains: dict[str, Chains] = {}


def chains(name: str, found: Chains) -> None:
    """Make a sort of chains known; a room's own beside the office's."""
    _chains[name] = found


def note(
    session: Session,
    action: str,
    *,
    by: Who,
    subject: str = "",
    places: Sequence[str] | None = None,
    details: Details | None = None,
) -> Entry:
    """Write down what somebody did; the chain is held until the transaction ends, so that it neither forks nor skips.

    `places` are those of what it is about, else those where the person works.
    """
    db.insert_once(session, Head())
    head = db.lock(session, Head())
    head.count += 1
    entry = Entry(
        seq=head.count,
        at=db.now(),
        action=action,
        subject=subject,
        place=around(getattr(by, "places", ("",)) if places is None else places),
        who_kind=by.kind,
        who_id=by.id,
        who_name=by.name,
        previous=head.head,
        hash="",
        **chain.say(details, _sealed(head.count)),
    )
    entry.hash = head.head = _hash(entry)
    session.add_all((head, entry))
    session.flush()
    return entry


def saw(
    actor: "Actor",
    action: str,
    *,
    subject: str,
    places: Sequence[str] | None = None,
    details: Details | None = None,
) -> None:
    """Write down that somebody is about to see something: once a day, in a transaction of its own, before they do."""
    midnight = Wanted(days=1).since
    known = select(Entry.seq).where(
        Entry.who_id == actor.id, Entry.at >= midnight, Entry.action == action, Entry.subject == subject
    )
    with db.reading() as session:
        seen = session.exec(known).first()
    if seen is None:
        with db.aside() as session:
            note(session, action, by=actor, subject=subject, places=places, details=details)


def noted(session: Session, action: str, *, subject: str) -> bool:
    """Whether this was written down of this already."""
    known = select(Entry.seq).where(Entry.action == action, Entry.subject == subject)
    return session.exec(known).first() is not None


def around(places: Sequence[str]) -> str:
    """The smallest place that holds all of these; empty is everywhere."""
    shortest = min(places, key=len, default="")
    same = (at for at in range(len(shortest), 0, -1) if all(place.startswith(shortest[:at]) for place in places))
    return shortest[: next(same, 0)]


def page(session: Session, actor: "Actor", wanted: Wanted, size: int = PAGE) -> tuple[list[Done], bool]:
    """What people did where this person works, newest first, and whether there is more."""
    parts = [each.rows(session, actor, wanted, size + 1) for each in _chains.values()]
    rows = list(heapq.merge(*parts, key=lambda row: row.key, reverse=True))
    return rows[:size], len(rows) > size


def counts(session: Session, actor: "Actor", wanted: Wanted) -> dict[str, int]:
    """How often each action was done."""
    found: dict[str, int] = {}
    for each in _chains.values():
        for action, number in each.counts(session, actor, wanted).items():
            found[action] = found.get(action, 0) + number
    return found


def actions() -> dict[str, tuple[str, str]]:
    """Everything that can be done: group and words."""
    return {action: words for each in _chains.values() for action, words in each.actions.items()}


def breaks(session: Session) -> Iterator[str]:
    """A sentence for each chain that does not hold: which, at which number, and what does not fit."""
    for each in _chains.values():
        yield from each.breaks(session)


def conditions(model: Any, wanted: Wanted, known: dict[str, tuple[str, str]]) -> list[ColumnElement[bool]]:
    """What links of a table fulfil that are looked for; it has the columns at, who_kind, who_id and action."""
    found = [col(model.at) >= wanted.since, col(model.who_kind) != "seller"]
    if wanted.who:
        found.append(col(model.who_id) == wanted.who)
    if wanted.what:
        found.append(col(model.action).in_([key for key, (group, _) in known.items() if group == wanted.what]))
    return found


def details(entry: Entry) -> dict[str, object] | None:
    """What was said with an entry; None once it was erased."""
    return chain.said(entry, _place(entry))


def verify(session: Session) -> Break | None:
    """The first entry of the office's chain that is missing or was changed; None when it holds."""
    head = session.get(Head, "office") or Head()
    return chain.first_break(_all(session), count=head.count, head=head.head, hash_of=_hash, place_of=_place)


def _all(session: Session) -> Iterator[Entry]:
    """Every entry in order; few are held at a time."""
    after = 0
    while True:
        query = select(Entry).where(col(Entry.seq) > after).order_by(col(Entry.seq)).limit(BATCH)
        found = session.exec(query).all()
        yield from found
        if len(found) < BATCH:
            return
        after = found[-1].seq


def end(session: Session) -> Head:
    """Where the office's chain ends."""
    return session.get(Head, "office") or Head()


@jobs.work("audit.forget", schedule="20 4 * * *")
def forget(_: str) -> None:
    """Erase what was said with entries of long ago; the chain still verifies."""
    old = col(Entry.at) < db.now() - DETAILS_KEPT, col(Entry.salt).is_not(None)
    with db.writing() as session:
        session.execute(update(Entry).where(*old).values(details=None, salt=None))


def _rows(session: Session, actor: "Actor", wanted: Wanted, limit: int) -> list[Done]:
    query = select(Entry).where(_within(actor), *conditions(Entry, wanted, ACTIONS))
    if wanted.after:
        at, name, seq = wanted.after
        # Entries of one moment stand behind the cases of that moment: their chain has no name.
        then = col(Entry.at) == at if name else and_(col(Entry.at) == at, col(Entry.seq) < seq)
        query = query.where(or_(col(Entry.at) < at, then))
    newest = query.order_by(col(Entry.at).desc(), col(Entry.seq).desc()).limit(limit)
    return [_done(entry) for entry in session.exec(newest)]


def _done(entry: Entry) -> Done:
    told = details(entry)
    more = [gettext("no longer kept")] if told is None else [chain.shown(words) for words in told.values() if words]
    label = ACTIONS.get(entry.action, ("", entry.action))[1]
    who = entry.who_name or gettext("at the server")
    about = more.pop(0) if told and "about" in told else ""
    return Done(entry.at, "", entry.seq, entry.action, label, entry.who_id, who, about, "", tuple(more))


def _counts(session: Session, actor: "Actor", wanted: Wanted) -> dict[str, int]:
    query = select(Entry.action, func.count()).where(_within(actor), *conditions(Entry, wanted, ACTIONS))
    return dict(session.execute(query.group_by(col(Entry.action))).all())


def _within(actor: "Actor") -> ColumnElement[bool]:
    return or_(*(func.substr(col(Entry.place), 1, len(place)) == place for place in actor.places), false())


def _breaks(session: Session) -> Iterator[str]:
    broken = verify(session)
    if broken:
        yield gettext(N_("The office's own chain: %(why)s"), why=broken.text)


def _place(entry: Entry) -> str:
    return _sealed(entry.seq)


def _sealed(seq: int) -> str:
    return f"audit_entry:{seq}:details"


def _hash(entry: Entry) -> str:
    return chain.hashed(
        entry.previous,
        entry.seq,
        entry.at,
        entry.action,
        entry.subject,
        entry.place,
        entry.who_kind,
        entry.who_id,
        entry.who_name,
        entry.digest,
    )


chains("office", Chains(ACTIONS, _rows, _counts, _breaks))
