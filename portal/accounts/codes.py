"""Sign-in codes: six digits, five minutes, five tries, one use, and only in the browser that asked.

Where nothing can be sent, or the person has a code from the office (handed.py), the row only holds the number.

Every verb here wants a transaction of its own (db.aside), because what it counts must stand.
"""

import re
import secrets
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from typing import Literal

from sqlalchemy import case, literal, update
from sqlmodel import Session, col, select

from portal import db, vault
from portal.accounts import handed, limits
from portal.accounts.models import Code
from portal.i18n import N_, Refusal, gettext
from portal.notices import gateways
from portal.notices import service as notices

LIVES = timedelta(minutes=5)
LENGTH = 6
TRIES = 5
PAUSE: limits.Rule = (1, timedelta(seconds=60))
NUMBER: list[limits.Rule] = [(5, timedelta(hours=1)), (10, timedelta(days=1))]
# A training hall of fifty phones sits behind one address, and each may need three codes.
ADDRESS: list[limits.Rule] = [(300, timedelta(hours=1)), (1000, timedelta(days=1))]
PRACTICE: list[limits.Rule] = [(30, timedelta(hours=1))]
Way = Literal["sent", "office", "practice"]
MOBILE = re.compile(r"1[3-9][0-9]{9}\Z")


class NotAPhone(Refusal):
    """The number is no mobile number of mainland China."""

    msgid = N_("Enter a mobile number of 11 digits, for example 138 0000 1234.")
    field = "phone"


class WrongLength(Refusal):
    """The number has too few or too many digits."""

    msgid = N_("A mobile number has 11 digits, for example 138 0000 1234; you entered %(num)s.")
    field = "phone"


class TooSoon(Refusal):
    """A code was sent to this number less than a minute ago."""

    msgid = N_("A code was sent a moment ago. You can get a new one in %(seconds)s seconds.")
    field = "phone"


class TooMany(Refusal):
    """This number, or this address, has had its codes for now."""

    msgid = N_("Too many codes were asked for. Please try again in %(minutes)s minutes.")
    field = "phone"


class Wrong(Refusal):
    """The code is not the one that was sent; `left` tries remain."""

    msgid = N_("That is not the code. Enter the 6 digits of the newest one; tries left: %(left)s.")
    field = "code"


class NoTriesLeft(Refusal):
    """The code was tried five times."""

    msgid = N_("This code was entered wrongly 5 times, so it no longer works. Ask for a new code below.")
    field = "code"


class Over(Refusal):
    """The code is older than five minutes, or was used."""

    msgid = N_("This code no longer works: a code is good for 5 minutes and for one sign-in. Ask for a new code below.")
    field = "code"


class NotACode(Refusal):
    """What was entered has neither the length of a code that is sent nor of one from the office."""

    msgid = N_("Enter all digits of the code: 6 if it came as a message, 8 if the office gave it to you.")
    field = "code"


class NotFromTheOffice(Refusal):
    """Nothing was sent, so only a code from the office can be right."""

    msgid = N_("Enter the 8 digits that the office gave you, for example 1234 5678.")
    field = "code"


class NotOnThePage(Refusal):
    """In practice a code of the office opens nothing, and is not tried."""

    msgid = N_("Enter the 6 digits that stand on this page. A code from the office is for the real thing alone.")
    field = "code"


# How many digits a code has that is typed in, by the way on which it came, and what is said of any other length.
LENGTHS: dict[Way, tuple[tuple[int, ...], type[Refusal]]] = {
    "sent": ((LENGTH, handed.LENGTH), NotACode),
    "office": ((handed.LENGTH,), NotFromTheOffice),
    "practice": ((LENGTH,), NotOnThePage),
}


class NotTheirs(Refusal):
    """No code of these digits waits for the number; `left` tries remain in this browser."""

    msgid = N_(
        "These digits do not open this number. A code from the office works once, for the number that it was given "
        "for, until the day beside it, and a newer one ends it: enter the newest; tries left: %(left)s."
    )
    field = "code"


class AskTheOffice(Refusal):
    """Codes from the office were tried five times."""

    msgid = N_("That was wrong 5 times. Ask the office for a new code, then enter your number again.")
    field = "code"


def phone_number(typed: str) -> str:
    """The 11 digits of a mobile number, however it was typed: full width, +86, spaces, dashes.

    Raises NotAPhone or WrongLength.
    """
    text = re.sub(r"[\s()\-.\u2010-\u2015\u2212]", "", unicodedata.normalize("NFKC", typed))
    text = re.sub(r"\A(\+86|0086|86(?=1[3-9][0-9]{9}\Z))", "", text)
    if MOBILE.match(text):
        return text
    if re.match(r"1[0-9]{0,30}\Z", text) and len(text) != 11:
        raise WrongLength(num=len(text))
    raise NotAPhone


def digits_of(typed: str, way: Way = "sent") -> str:
    """The digits of a code that can have come this way, however they were typed. Raises the refusal of LENGTHS."""
    text = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", typed))
    lengths, refusal = LENGTHS[way]
    if not re.match(r"[0-9]+\Z", text) or len(text) not in lengths:
        raise refusal
    return text


def ask(
    session: Session,
    phone: str,
    *,
    asker: str,
    address: str,
    way: Way = "sent",
    say: Callable[[str], notices.Text] | None = None,
) -> Code:
    """Send a code to a number for one browser, in the words of `say`. Raises TooSoon, TooMany.

    Nothing is sent to who has a code from the office, nor when nothing can be: the row then waits for such a code.
    In practice nothing is sent either, so it is the browser that is limited: a hall may practise with one number.
    """
    if way == "practice":
        limits.take(session, f"practice:{_asker(asker)}", PRACTICE, TooMany)
        limits.take(session, "practice address:" + vault.look_up("address", address), ADDRESS, TooMany)
        return _made(session, phone, f"{secrets.randbelow(10**6):06}", asker, None)
    if way == "office" or not notices.leaves(session):
        limits.take(session, "address:" + vault.look_up("address", address), ADDRESS, TooMany)
        return _made(session, phone, "", asker, None)
    number = vault.look_up("phone", phone)
    limits.take(session, f"pause:{number}", [PAUSE], TooSoon)
    limits.take(session, f"number:{number}", NUMBER, TooMany)
    limits.take(session, "address:" + vault.look_up("address", address), ADDRESS, TooMany)
    return _made(session, phone, f"{secrets.randbelow(10**LENGTH):0{LENGTH}}", asker, say or message)


def _made(session: Session, phone: str, digits: str, asker: str, say: Callable[[str], notices.Text] | None) -> Code:
    """A code for one browser; it is sent in the words of `say`, or shown only."""
    id = db.new_id()
    code = Code(
        id=id,
        asker=_asker(asker),
        phone=vault.seal(phone.encode(), f"code:{id}:phone"),
        tail=phone[-4:],
        hash=vault.look_up("code", f"{id}:{digits}"),
        sent=bool(digits),
        ends_at=db.now() + LIVES,
    )
    if digits and (say is None or gateways.gateway().shows_codes):
        code.sealed = vault.seal(digits.encode(), f"code:{id}:code")
    session.add(code)
    # A newer code ends the older ones of the same browser: the newest message is the one that counts.
    session.flush()
    older = col(Code.asker) == code.asker, col(Code.id) != id, col(Code.used_at).is_(None), col(Code.ends_at) > db.now()
    session.execute(update(Code).values(ends_at=db.now(), sealed=None).where(*older))
    if digits and say:
        notices.tell(session, kind="code", person=id, number=phone, text=say(digits))
    return code


def message(digits: str) -> notices.Text:
    """The message that carries a code."""
    text = gettext(
        "%(code)s is your Haohuo sign-in code, good for 5 minutes. Tell it to nobody; we never ask for it.", code=digits
    )
    return notices.Text(text, code=digits)


def asked(session: Session, asker: str) -> Code | None:
    """The newest code that a browser asked for within the day, used or not."""
    if not asker:
        return None
    query = select(Code).where(Code.asker == _asker(asker), col(Code.made_at) > db.now() - timedelta(days=1))
    return session.exec(query.order_by(col(Code.made_at).desc()).limit(1)).first()


def phone_of(code: Code) -> str:
    """The number that a code was sent to."""
    return vault.unseal(code.phone, f"code:{code.id}:phone").decode()


def still_good(code: Code) -> bool:
    """Whether a code that was sent can still be used."""
    return code.sent and code.used_at is None and code.ends_at > db.now() and code.tries < TRIES


def shown(code: Code) -> str:
    """The digits that a trial shows to the asking browser; empty when there is nothing to show any more."""
    if code.sealed is None or not still_good(code):
        return ""
    return vault.unseal(code.sealed, f"code:{code.id}:code").decode()


def try_(session: Session, id: str, digits: str) -> Refusal | None:
    """Try a code once: None when it was right, and now is used; else why not. One statement counts and uses it."""
    right = col(Code.hash) == vault.look_up("code", f"{id}:{digits}")
    row = session.execute(
        update(Code)
        .where(col(Code.id) == id, col(Code.used_at).is_(None), col(Code.tries) < TRIES, col(Code.ends_at) > db.now())
        .values(
            tries=Code.tries + 1,
            used_at=case((right, literal(db.now(), db.Moment())), else_=None),
            sealed=case((right, None), else_=col(Code.sealed)),
        )
        .returning(col(Code.tries), col(Code.used_at))
    ).first()
    if row is None:
        code = session.get(Code, id)
        return NoTriesLeft() if code and code.tries >= TRIES and not code.used_at else Over()
    if row.used_at:
        return None
    return Wrong(left=TRIES - row.tries) if row.tries < TRIES else NoTriesLeft()


def tried(session: Session, code: Code, digits: str) -> Refusal | None:
    """Try what was entered: the code that was sent, or one from the office, which is longer."""
    if code.sent and len(digits) == LENGTH:
        return try_(session, code.id, digits)
    return try_handed(session, code, digits)


def try_handed(session: Session, code: Code, digits: str) -> Refusal | None:
    """Try a code from the office for the number of a browser's row, as try_ does; the row counts the tries here.

    The answer to a wrong code, to one that is over, and to a number without any is the same.
    """
    if len(digits) != handed.LENGTH:
        return NotFromTheOffice()
    row = db.lock(session, code)
    if row.used_at or row.tries >= TRIES:
        return AskTheOffice()
    row.tries += 1
    if handed.opens(session, phone_of(row), digits):
        row.used_at, row.sealed = db.now(), None
        return None
    return NotTheirs(left=TRIES - row.tries) if row.tries < TRIES else AskTheOffice()


def _asker(asker: str) -> str:
    return vault.look_up("asker", asker)


def sweep(session: Session) -> None:
    """Wipe what a trial shows when it is over, and forget codes after two days."""
    session.execute(update(Code).values(sealed=None).where(col(Code.sealed).is_not(None), col(Code.ends_at) < db.now()))
    for old in session.exec(select(Code).where(col(Code.made_at) < db.now() - timedelta(days=2)).limit(1000)):
        session.delete(old)
