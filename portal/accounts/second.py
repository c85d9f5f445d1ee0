"""The second factor of staff: an authenticator app, or a printed list of one-time codes."""

import base64
import hmac
import re
import secrets
import unicodedata
from datetime import timedelta
from hashlib import sha256

import pyotp
from sqlalchemy import CursorResult, delete, func, update
from sqlmodel import Session, col, select

from portal import db, vault
from portal.accounts import limits
from portal.accounts.models import ListedCode, Staff
from portal.i18n import N_, Refusal

TRIES: list[limits.Rule] = [(5, timedelta(minutes=5)), (20, timedelta(hours=1))]
STEP = 30
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LISTED, LENGTH = 10, 8


class WrongSecond(Refusal):
    """The code of the second factor is wrong, or was used."""

    msgid = N_("That code is wrong, or was used. Wait for the next one in the app, or take the next line of your list.")
    field = "code"


class TooManySeconds(Refusal):
    """Too many wrong codes of the second factor."""

    msgid = N_("Too many wrong codes. Wait %(minutes)s minutes and try again.")
    field = "code"


def pending_secret(seed: str) -> str:
    """The secret offered on the set-up page; the same for one half sign-in, so that looking at it writes nothing."""
    raw = hmac.digest(vault.key_for("second factor"), seed.encode(), sha256)[:20]
    return base64.b32encode(raw).decode()


def picture(secret: str, login: str, office: str, title: str) -> str:
    """The QR code that an authenticator app reads, as an SVG of our own making."""
    address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=office)
    import segno  # only when somebody sets up an app

    return segno.make(address, error="m").svg_inline(scale=5, border=3, dark="#000", light="#fff", title=title)


def spaced(secret: str) -> str:
    """The secret in groups of four, to be typed."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def set_app(session: Session, staff: Staff, secret: str, typed: str) -> None:
    """Take an authenticator app as second factor, once its first code is right. Raises WrongSecond."""
    step = _step(secret, _cleaned(typed))
    if step is None:
        raise WrongSecond
    staff.totp = vault.seal(secret.encode(), f"staff:{staff.id}:totp")
    staff.totp_step, staff.reset_at = step, None


def set_list(session: Session, staff: Staff) -> list[str]:
    """Make a new list of one-time codes to print; it is shown this once, and the old list ends."""
    session.execute(delete(ListedCode).where(col(ListedCode.staff_id) == staff.id))
    codes = ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(LISTED)]
    session.add_all(ListedCode(staff_id=staff.id, hash=_hash(staff.id, code)) for code in codes)
    staff.listed_at, staff.reset_at = db.now(), None
    session.flush()
    return codes


def left(session: Session, staff_id: str) -> int:
    """How many codes of the printed list are unused."""
    return session.exec(
        select(func.count())
        .select_from(ListedCode)
        .where(ListedCode.staff_id == staff_id, col(ListedCode.used_at).is_(None))
    ).one()


def try_(session: Session, staff_id: str, typed: str) -> Refusal | None:
    """Try a code of either kind once (db.aside): None when it was right, and now is used; else why not."""
    key = f"second:{staff_id}"
    try:
        limits.take(session, key, TRIES, TooManySeconds)
    except TooManySeconds as refusal:
        return refusal
    staff, code = session.get_one(Staff, staff_id), _cleaned(typed)
    if not (_app_used(session, staff, code) or _line_used(session, staff, code)):
        return WrongSecond()
    limits.forget(session, key)
    return None


def _app_used(session: Session, staff: Staff, code: str) -> bool:
    """Whether the app shows this code now and it was not used before: each 30 seconds count once."""
    if staff.totp is None:
        return False
    step = _step(vault.unseal(staff.totp, f"staff:{staff.id}:totp").decode(), code)
    if step is None:
        return False
    used = session.execute(
        update(Staff).values(totp_step=step).where(col(Staff.id) == staff.id, col(Staff.totp_step) < step)
    )
    assert isinstance(used, CursorResult)
    return used.rowcount == 1


def _line_used(session: Session, staff: Staff, code: str) -> bool:
    used = session.execute(
        update(ListedCode)
        .values(used_at=db.now())
        .where(
            col(ListedCode.staff_id) == staff.id,
            col(ListedCode.hash) == _hash(staff.id, code),
            col(ListedCode.used_at).is_(None),
        )
    )
    assert isinstance(used, CursorResult)
    return used.rowcount == 1


def just_listed(staff: Staff) -> bool:
    """Whether somebody's only second factor is a list of the last ten minutes of which no code was used."""
    if staff.totp is not None or staff.listed_at is None or staff.listed_at < db.now() - timedelta(minutes=10):
        return False
    with db.reading() as session:
        return left(session, staff.id) == LISTED


def _step(secret: str, code: str) -> int | None:
    """Which step a code belongs to: this one, or a neighbour, because clocks differ."""
    if not re.match(r"[0-9]{6}\Z", code):
        return None
    totp, now = pyotp.TOTP(secret), int(db.now().timestamp()) // STEP
    steps = (step for step in (now, now - 1, now + 1) if hmac.compare_digest(totp.generate_otp(step), code))
    return next(steps, None)


def _cleaned(typed: str) -> str:
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", typed)).casefold()


def _hash(staff_id: str, code: str) -> str:
    return vault.look_up("listed", f"{staff_id}:{code}")
