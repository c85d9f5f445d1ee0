"""The cards of a list on paper: for each village a list to sign, then a card for each; printed as durable work."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from types import SimpleNamespace

from sqlmodel import Session, col, delete, select

from portal import db, files, jobs, press, vault
from portal.accounts import handed
from portal.counter.models import Roll
from portal.i18n import Refusal
from portal.office import service as offices
from portal.press.code import Code, code

# Seconds after which a busy press is asked again.
LATER = 20.0
# Digits are kept for the press no longer than this, lists and papers no longer than that.
PRINTING, KEEP = timedelta(hours=1), timedelta(hours=24)
_state = SimpleNamespace(url="")


@dataclass(frozen=True)
class Card:
    """One person's card: `digits` as people read them."""

    name: str
    tail: str
    digits: str
    code: Code


@dataclass(frozen=True)
class Village:
    """The people of one village; the name is empty where the list names none."""

    name: str
    cards: tuple[Card, ...]


def setup(url: str) -> None:
    """Take the address that QR codes carry."""
    _state.url = url


def spaced(digits: str) -> str:
    """A code as people read it out: 1234 5678."""
    return f"{digits[:4]} {digits[4:]}"


def facts(roll: Roll) -> dict[str, object]:
    """What templates/counter/print.html shows."""
    assert roll.cards is not None
    rows = json.loads(vault.unseal(roll.cards, f"roll:{roll.id}:cards"))
    return {
        "villages": [Village(name, tuple(_cards(some))) for name, some in groupby(rows, key=lambda row: row[2])],
        "until": _until(roll),
        "helper": roll.by_name,
        "office": offices.office(),
        "sign_in": f"{_state.url.partition('://')[2]}/accounts/sign-in",
    }


def _cards(rows: Iterable[list[str]]) -> Iterable[Card]:
    for name, tail, _, digits, token in rows:
        yield Card(name, tail, spaced(digits), code(f"{_state.url}/counter/{token}"))


def _until(roll: Roll) -> date:
    """The last whole day on which the codes are good."""
    return (roll.moved_at + timedelta(days=roll.days)).astimezone(db.CHINA).date() - timedelta(days=1)


@jobs.work("counter.print")
def print_asked(printing: str) -> float | None:
    """Print the cards of a list; once they are on paper, or cannot be, their digits are nowhere."""
    roll_id = printing.partition(".")[0]
    with db.reading() as session:
        roll = session.get(Roll, roll_id)
    if roll is None or roll.state != "printing" or roll.cards is None:
        return None
    try:
        paper = press.print_paper("counter/print.html", facts(roll), roll.locale)
        missing = "".join(sorted(paper.missing))
        _note(roll, state="ready", file=files.keep(paper.pdf), pages=paper.pages, missing=missing)
    except press.PressBusy:
        return LATER
    except Refusal as refusal:
        _note(roll, state="failed", why=refusal.msgid)
    except Exception:
        _note(roll, state="failed", why=press.PressFailed.msgid)
        raise  # for the log
    return None


def _note(printed: Roll, state: str, **became: str | int) -> None:
    """Note what became of a printing, unless the list was printed anew since; codes without a paper end."""
    with db.writing() as session:
        roll = db.lock(session, printed)
        if roll.state != "printing" or roll.cards != printed.cards:
            return
        for name, value in became.items():
            setattr(roll, name, value)
        roll.state, roll.cards = state, None
        if state == "failed":
            handed.end_roll(session, roll.id)
        session.add(roll)


@jobs.work("counter.sweep", schedule="*/5 * * * *")
def sweep(_: str) -> None:
    """Wipe digits that waited an hour for the press, and lists with their papers after a day."""
    with db.writing() as session:
        stuck = select(Roll).where(Roll.state == "printing", col(Roll.moved_at) < db.now() - PRINTING)
        for roll in session.exec(stuck):
            roll.state, roll.cards, roll.why = "failed", None, press.PressFailed.msgid
            handed.end_roll(session, roll.id)
        old = col(Roll.moved_at) < db.now() - KEEP
        session.execute(delete(Roll).where(col(Roll.state) == "read", old))
        for roll in session.exec(select(Roll).where(col(Roll.state).in_(("ready", "failed")), old)):
            roll.state, roll.people, roll.file = "over", None, ""


def kept(session: Session) -> set[str]:
    """The files that lists still name, for the sweep of files.py."""
    return set(session.exec(select(Roll.file).where(col(Roll.file) != "")))
