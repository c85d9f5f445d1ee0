"""Ends for everybody at once: all sign-ins, as after a leak; and what a new secret ends."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CursorResult, delete, update
from sqlmodel import Session, col, select

from portal import db, rotation, vault
from portal.accounts.models import KINDS, Code, HandedCode, Invitation, Kept, ListedCode, Seller, SignIn, Staff
from portal.accounts.service import phone_kind
from portal.i18n import gettext


def sign_out_everybody(session: Session, kinds: Sequence[str] = KINDS) -> int:
    """End all sign-ins of sellers, of staff or of both; returns how many."""
    ended = session.execute(
        update(SignIn)
        .values(revoked_at=db.now())
        .where(col(SignIn.kind).in_(kinds), col(SignIn.revoked_at).is_(None), col(SignIn.ends_at) > db.now())
    )
    assert isinstance(ended, CursorResult)
    return int(ended.rowcount)


def end_with_the_secret(session: Session) -> list[str]:
    """End what is known by its keyed hash alone: sign-ins, codes (handed out ones too), kept forms, open links, lists.

    Whoever has only a printed list keeps it as a second factor that no code fits, so that a password alone opens
    nothing: they need a new link.
    """
    sign_out_everybody(session)
    session.execute(delete(Code))
    session.execute(delete(HandedCode))
    session.execute(delete(Kept))
    session.execute(update(Invitation).values(used_at=db.now()).where(col(Invitation.used_at).is_(None)))
    session.execute(delete(ListedCode))
    session.execute(update(Staff).values(listed_at=None).where(col(Staff.totp).is_not(None)))
    stranded = session.exec(
        select(Staff.login).where(col(Staff.active), col(Staff.totp).is_(None)).order_by(col(Staff.login))
    )
    return [gettext("%(login)s needs a new link: flask staff link %(login)s", login=login) for login in stranded]


def register() -> None:
    """Tell the rotation what becomes of this room's hashes."""
    rotation.made_again(Seller, "phone_key", _phone_key)
    rotation.ends(end_with_the_secret)


def _phone_key(_: Session, row: Any) -> str:
    return vault.look_up(phone_kind(row.practice), vault.unseal(row.phone, f"seller:{row.id}:phone"))
