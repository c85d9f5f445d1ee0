"""Codes that the office hands out: eight digits for one number, good for days, one use, five tries.

10^8 codes and five tries each: even of 500 cards that wait at once nobody finds one by guessing. Whether a number has
a code waiting is told to nobody: a wrong code and no code at all get the same answer.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, case, delete, literal, update
from sqlmodel import Session, col, select

from portal import db, vault
from portal.access import Actor
from portal.accounts import limits
from portal.accounts.models import HandedCode
from portal.i18n import N_, Refusal

LENGTH = 8
TRIES = 5
DESK_LIVES = timedelta(hours=24)
NUMBER: list[limits.Rule] = [(10, timedelta(days=1))]
GIVER: list[limits.Rule] = [(200, timedelta(hours=1))]
# How long it stays written down who gave a code to which tail.
WRITTEN_DOWN = timedelta(days=365)
SHOWN = 20


class TooManyHanded(Refusal):
    """This number, or this member of staff, has had its codes for now."""

    msgid = N_("Too many codes were handed out. Please try again in %(minutes)s minutes.")
    field = "phone"


class MadeBefore(Refusal):
    """The code that a form made is over, and the form is sent again: it makes no other one."""

    msgid = N_("The code of this page no longer works: it was used, or a newer one replaced it. Press for a new one.")
    field = "phone"


@dataclass(frozen=True)
class Card:
    """A code as it leaves the house: its row, the digits, and the token that a printed card's QR code carries."""

    row: HandedCode
    digits: str
    token: str


def count(session: Session, phone: str, by: Actor) -> None:
    """Count one more code of the desk for a number (db.aside). Raises TooManyHanded."""
    limits.take(session, f"handed:{by.id}", GIVER, TooManyHanded)
    limits.take(session, f"handed:{vault.look_up('phone', phone)}", NUMBER, TooManyHanded)


def made(session: Session, phone: str, *, by: Actor, once: str) -> Card | None:
    """The code that a form (`once`) made for a number when it was sent before, while it waits. Raises MadeBefore."""
    id, digits = _drawn(phone, by, once)
    row = session.get(HandedCode, id)
    if row is None:
        return None
    if row.used_at or row.tries >= TRIES or row.ends_at <= db.now():
        raise MadeBefore
    return Card(row, digits, "")


def _drawn(phone: str, by: Actor, once: str) -> tuple[str, str]:
    """Id and digits of the code that a form makes: the form sent again comes to the same, and nothing keeps them."""
    drawn = vault.look_up("handed form", f"{once}:{by.id}:{phone}")
    return drawn[:16], f"{int(drawn[16:], 16) % 10**LENGTH:0{LENGTH}}"


def give(
    session: Session,
    phone: str,
    *,
    by: Actor,
    lives: timedelta = DESK_LIVES,
    roll_id: str | None = None,
    once: str = "",
) -> Card:
    """Make a code for a number; earlier ones for it end."""
    id, digits = _drawn(phone, by, once or secrets.token_urlsafe(16))
    now, token = db.now(), secrets.token_urlsafe(16)
    end(session, col(HandedCode.phone_key).in_(vault.look_ups("phone", phone)) & (col(HandedCode.id) != id))
    row = HandedCode(
        id=id,
        phone_key=vault.look_up("phone", phone),
        phone=vault.seal(phone.encode(), f"handed_code:{id}:phone"),
        tail=phone[-4:],
        hash=vault.look_up("handed", f"{id}:{digits}"),
        token_hash=vault.look_up("card", token) if roll_id else None,
        roll_id=roll_id,
        by_id=by.id,
        by_name=by.name,
        made_at=now,
        ends_at=now + lives,
    )
    db.insert_once(session, row)
    return Card(session.get_one(HandedCode, id), digits, token)


def end(session: Session, which: ColumnElement[bool]) -> None:
    """End the codes of a condition that still wait."""
    session.execute(
        update(HandedCode)
        .values(ends_at=db.now(), phone=None)
        .where(which, col(HandedCode.used_at).is_(None), col(HandedCode.ends_at) > db.now())
    )


def end_roll(session: Session, roll_id: str) -> None:
    """End the codes of a list that still wait: its paper was never made, or was lost."""
    end(session, col(HandedCode.roll_id) == roll_id)


def opens(session: Session, phone: str, digits: str) -> bool:
    """Try a code of the office for a number once; True when it was right, and now is used (db.aside)."""
    row = waiting(session, phone)
    return row is not None and _try(session, row.id, digits) == 0


def waiting(session: Session, phone: str) -> HandedCode | None:
    """The code of the office that waits for a number, which is told to nobody but the verb that tries it."""
    mine = col(HandedCode.phone_key).in_(vault.look_ups("phone", phone))
    query = select(HandedCode).where(mine, *_waits()).order_by(col(HandedCode.made_at).desc())
    return session.exec(query.limit(1)).first()


def of_card(session: Session, token: str) -> HandedCode | None:
    """The code whose printed card carries this token, while it is good."""
    found = select(HandedCode).where(col(HandedCode.token_hash).in_(vault.look_ups("card", token)), *_waits())
    return session.exec(found).first()


def phone_of(row: HandedCode) -> str:
    """The number that a code which waits was made for."""
    assert row.phone is not None
    return vault.unseal(row.phone, f"handed_code:{row.id}:phone").decode()


def try_card(session: Session, row: HandedCode, digits: str) -> int:
    """Try the digits of a card once (db.aside): 0 when they were right, else 1 + the tries that are left."""
    return _try(session, row.id, digits)


def _waits() -> tuple[ColumnElement[bool], ...]:
    return col(HandedCode.used_at).is_(None), col(HandedCode.tries) < TRIES, col(HandedCode.ends_at) > db.now()


def _try(session: Session, id: str, digits: str) -> int:
    """Count a try and use the code when it is right, in one statement."""
    right = col(HandedCode.hash).in_(vault.look_ups("handed", f"{id}:{digits}"))
    tried = session.execute(
        update(HandedCode)
        .where(col(HandedCode.id) == id, *_waits())
        .values(
            tries=HandedCode.tries + 1,
            used_at=case((right, literal(db.now(), db.Moment())), else_=None),
            phone=case((right, None), else_=col(HandedCode.phone)),
        )
        .returning(col(HandedCode.tries), col(HandedCode.used_at))
    ).first()
    if tried is None:
        return 1
    return 0 if tried.used_at else 1 + TRIES - tried.tries


def given_by(session: Session, staff_id: str) -> Sequence[HandedCode]:
    """The codes that somebody handed out at the desk, the newest first, SHOWN at most."""
    return session.exec(
        select(HandedCode)
        .where(HandedCode.by_id == staff_id, col(HandedCode.roll_id).is_(None))
        .order_by(col(HandedCode.made_at).desc())
        .limit(SHOWN)
    ).all()


def sweep(session: Session) -> None:
    """Forget the numbers of codes that are over, and after a year that they were given."""
    over = col(HandedCode.phone).is_not(None), col(HandedCode.ends_at) < db.now()
    session.execute(update(HandedCode).values(phone=None).where(*over))
    session.execute(delete(HandedCode).where(col(HandedCode.made_at) < db.now() - WRITTEN_DOWN))
