"""Telling people: the row is written in the request's commit, a job sends it, tries again, and never sends it twice."""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, delete, update
from sqlmodel import Session, col, or_, select

from portal import db, jobs, vault
from portal.notices import budget, gateways
from portal.notices.models import BUDGET, NO_GATEWAY, OPEN, STATION, TOO_LATE, Notice
from portal.notices.reasons import Why, why

# Seconds between tries; after the last one it is given up, and the case says so.
WAITS = (30, 120, 600, 3600, 14400)
CODE_LIVES = timedelta(minutes=5)
# A gateway has 20 seconds; a claim older than this belongs to a process that died.
CLAIM_LIVES = timedelta(minutes=2)
log = logging.getLogger(__name__)


class Text(str):
    """A sentence that remembers the values in it, in order: SMS vendors send templates, and ask for just these."""

    values: Mapping[str, str]

    def __new__(cls, sentence: str, **values: str) -> "Text":
        """The sentence with its values."""
        text = super().__new__(cls, sentence)
        text.values = values
        return text


@dataclass(frozen=True)
class Told:
    """A notice as a case shows it; `lost` when a gateway did not take it and it is not tried again."""

    kind: str
    state: str
    text: str
    tries: int
    error: str
    why: Why
    lost: bool
    made_at: datetime
    sent_at: datetime | None


def tell(
    session: Session, *, kind: str, person: str, number: str | None, text: str, case_id: str | None = None
) -> Notice:
    """Tell a person something by SMS, in the language of `text`; it leaves when the session's transaction stands.

    A text that may go by a vendor is a Text. Where no message reaches anybody, where a station tells the person (the
    number is empty) and in practice (it is None), it is only kept, to be read here.
    """
    notice = Notice(kind=kind, person_id=person, case_id=case_id)
    notice.text = vault.seal(text.encode(), _place(notice.id, "text"))
    if number is None:
        notice.state = "practice"
    elif not number or not gateways.gateway().sends:
        notice.state, notice.error = "given_up", NO_GATEWAY if number else STATION
    if not number or notice.error:
        session.add(notice)
        return notice
    notice.number = vault.seal(number.encode(), _place(notice.id, "number"))
    if isinstance(text, Text):
        notice.values = vault.seal(json.dumps(text.values).encode(), _place(notice.id, "values"))
    session.add(notice)
    session.flush()
    if number is not None:
        jobs.ask(session, "notices.send", notice.id)
    return notice


def sends() -> bool:
    """Whether messages leave from here at all."""
    return gateways.gateway().sends


def leaves(session: Session) -> bool:
    """Whether a sign-in code that is asked for now would leave today."""
    return gateways.gateway().sends and budget.today(session).step < 100


def last_to(session: Session, person: str) -> Told | None:
    """The last thing that a person was told; of a code the person is the code itself."""
    newest = select(Notice).where(Notice.person_id == person).order_by(col(Notice.made_at).desc()).limit(1)
    row = session.exec(newest).first()
    return _told(row) if row else None


def for_case(session: Session, case_id: str) -> list[Told]:
    """What was told about a case, oldest first; codes belong to no case."""
    return _of(session, col(Notice.case_id) == case_id)


def for_person(session: Session, person_id: str) -> list[Told]:
    """What a person was told, oldest first."""
    return _of(session, col(Notice.person_id) == person_id)


def _of(session: Session, which: ColumnElement[bool]) -> list[Told]:
    rows = session.exec(select(Notice).where(which).order_by(col(Notice.made_at), col(Notice.id)))
    return [_told(row) for row in rows]


def forget(session: Session, person_ids: Iterable[str]) -> None:
    """Delete everything that was told to these persons, sent or not."""
    session.execute(delete(Notice).where(col(Notice.person_id).in_(list(person_ids))))


def texts_before(session: Session, before: datetime, only: str = "") -> list[tuple[str, datetime]]:
    """The notices of before a moment whose text is still kept: id and when."""
    query = select(Notice.id, Notice.made_at).where(col(Notice.text).is_not(None), col(Notice.made_at) < before)
    query = query.where(col(Notice.state).not_in((*OPEN, "sending")))
    return list(session.exec(query.where(Notice.id == only) if only else query.order_by(col(Notice.made_at))))


def forget_text(session: Session, id: str) -> None:
    """Wipe the text of a notice; that it was sent, and when, stays."""
    session.execute(update(Notice).where(col(Notice.id) == id).values(text=None))


@jobs.work("notices.send", line="messages")
def send(id: str) -> float | None:
    """Try to send a notice once; returns the seconds until the next try, None when there is none."""
    notice = _claim(id)
    if notice is None:
        return _resolve(id)
    if _late(notice):
        return _closed(notice, "given_up", error=TOO_LATE)
    if notice.state == "waiting":
        return (notice.due_at - db.now()).total_seconds()
    try:
        gateways.gateway().send(_message(notice))
    except gateways.Failed as failure:
        _note(failure)
        return _failed(notice, failure.code, final=failure.final)
    _note()
    return _closed(notice, "sent")


@jobs.work("notices.sweep", schedule="* * * * *")
def sweep(_: str) -> None:
    """Wipe the texts of codes after five minutes, and send what a vanished process left over."""
    with db.writing() as session:
        session.execute(
            update(Notice)
            .values(text=None, number=None, values=None, state="given_up", error=TOO_LATE)
            .where(
                col(Notice.kind) == "code",
                col(Notice.state) != "sent",
                col(Notice.state) != "given_up",
                col(Notice.made_at) < db.now() - CODE_LIVES,
            )
        )
        budget.forget(session, db.today() - timedelta(days=90))
    long_ago = db.now() - 5 * CLAIM_LIVES
    with db.reading() as session:
        left = session.exec(
            select(Notice.id)
            .limit(100)
            .where(or_(col(Notice.state).in_(OPEN), col(Notice.state) == "sending"), col(Notice.due_at) < long_ago)
        ).all()
    for id in left:
        log.warning("notice %s was left over", id)
        send(id)


def _place(id: str, field: str) -> str:
    return f"notice:{id}:{field}"


def _text(notice: Notice) -> str:
    return vault.unseal(notice.text, _place(notice.id, "text")).decode() if notice.text else ""


def _told(row: Notice) -> Told:
    reason = why(row.error)
    lost = row.state == "given_up" and not reason.ours
    return Told(row.kind, row.state, _text(row), row.tries, row.error, reason, lost, row.made_at, row.sent_at)


def _message(notice: Notice) -> gateways.Message:
    assert notice.number is not None
    number = vault.unseal(notice.number, _place(notice.id, "number")).decode()
    values = json.loads(vault.unseal(notice.values, _place(notice.id, "values"))) if notice.values else {}
    return gateways.Message(number, notice.kind, _text(notice), values, notice.id)


def _note(failure: gateways.Failed | None = None) -> None:
    with db.writing() as session:
        budget.outcome(session, failure)


def _late(notice: Notice) -> bool:
    """Whether a code would come when it is no longer good."""
    return notice.kind == "code" and notice.made_at + CODE_LIVES < db.now()


def _claim(id: str) -> Notice | None:
    """Take a notice that waits, so that nobody else sends it; None when it does not wait.

    Beyond the budget of the day it goes on waiting, until the next morning.
    """
    with db.writing() as session:
        claim = db.new_id()
        taken = session.execute(
            update(Notice)
            .where(col(Notice.id) == id, col(Notice.state).in_(OPEN))
            .values(state="sending", claim=claim, tries=Notice.tries + 1, due_at=db.now())
        )
        assert isinstance(taken, CursorResult)
        if not taken.rowcount:
            return None
        notice = session.get_one(Notice, id, populate_existing=True)
        if not _late(notice) and not budget.take(session, notice.kind):
            notice.state, notice.claim, notice.tries, notice.error = "waiting", "", notice.tries - 1, BUDGET
            notice.due_at = budget.tomorrow()
        return notice


def _resolve(id: str) -> float | None:
    """What became of a notice that another try holds: over, still running, or left by a process that died."""
    with db.reading() as session:
        notice = session.get(Notice, id)
    if notice is None or notice.state != "sending":
        return None
    left = (notice.due_at + CLAIM_LIVES - db.now()).total_seconds()
    if left > 0:
        return left
    went = gateways.gateway().went(id)
    if went is None:
        return _closed(notice, "given_up", error="interrupted")
    return _closed(notice, "sent") if went else _failed(notice, "interrupted", final=False)


def _failed(notice: Notice, code: str, *, final: bool) -> float | None:
    """Note a failure; returns the wait before the next try, or gives up."""
    log.warning("notice %s failed at try %s: %s", notice.id, notice.tries, code)
    if final or notice.tries > len(WAITS):
        return _closed(notice, "given_up", error=code)
    wait = WAITS[notice.tries - 1]
    _change(notice, state="failed", error=code, due_at=db.now() + timedelta(seconds=wait))
    return float(wait)


def _closed(notice: Notice, state: str, error: str = "") -> float | None:
    """Close a notice; a code's text and every number go with it. There is no next try."""
    gone = {"number": None, "values": None} | ({"text": None} if notice.kind == "code" else {})
    _change(notice, state=state, error=error, sent_at=db.now() if state == "sent" else None, **gone)
    return None


def _change(notice: Notice, **values: object) -> None:
    """Change a notice if this try still holds it."""
    with db.writing() as session:
        session.execute(
            update(Notice)
            .values(claim="", **values)
            .where(col(Notice.id) == notice.id, col(Notice.claim) == notice.claim, col(Notice.state) == "sending")
        )
