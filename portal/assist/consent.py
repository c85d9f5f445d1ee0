"""The farmer's consent: their code is asked for and proves it, sent to their phone or handed out by somebody else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from portal import db, i18n, vault
from portal.accounts import codes, handed
from portal.assist.models import Assist
from portal.i18n import N_, Refusal
from portal.notices import service as notices

if TYPE_CHECKING:
    from portal.access import Actor


class OwnCode(Refusal):
    """The helper made the code that is to prove the farmer's consent."""

    msgid = N_(
        "You made this code yourself, so it proves nothing. A colleague who has spoken with the person makes one "
        "under “Codes”, or use the card that the office handed out."
    )
    field = "code"


def message(actor: "Actor") -> Callable[[str], notices.Text]:
    """How the code is told to the farmer that lets this helper fill in."""

    def say(digits: str) -> notices.Text:
        text = i18n.gettext(
            "%(code)s lets %(name)s fill in your Haohuo application beside you. Tell it to nobody else. "
            "Nobody sits beside you? Do not tell it, ring the office.",
            code=digits,
            name=actor.name,
        )
        return notices.Text(text, code=digits)

    return say


def asker(assist_id: str) -> str:
    """Whose the code is: it opens this one filling and no account."""
    return f"assist {assist_id}"


@dataclass(frozen=True)
class Wish:
    """Whom somebody wants to fill in for: the number, who gets the messages, as what, from which form."""

    phone: str
    contact: str
    # The relative whose phone it is.
    name: str
    set_key: str
    blank_id: str | None
    practice: bool


@dataclass(frozen=True)
class Proof:
    """What a code proved: how the farmer agreed, and before whom; or why it proved nothing."""

    refusal: Refusal | None = None
    way: str = ""
    witness: str = ""


def ask(session: Session, actor: "Actor", wish: Wish, *, id: str) -> Assist:
    """Await the code of the farmer."""
    row = Assist(
        id=id,
        helper_id=actor.id,
        helper_name=actor.name,
        phone=vault.seal(wish.phone.encode(), f"assist:{id}:phone"),
        tail=wish.phone[-4:],
        contact=wish.contact,
        contact_name=vault.seal(wish.name.encode(), f"assist:{id}:contact_name") if wish.name else None,
        set_key=wish.set_key,
        blank_id=wish.blank_id,
        practice=wish.practice,
    )
    session.add(row)
    session.flush()
    return row


def awaited(session: Session, actor: "Actor", assist_id: str) -> Assist | None:
    """A filling of this helper whose code is awaited."""
    row = session.get(Assist, assist_id)
    return row if row and row.helper_id == actor.id and row.state == "asked" else None


def awaited_for(session: Session, actor: "Actor", wish: Wish) -> Assist | None:
    """What this helper asked for a moment ago in the same words: its code is on its way."""
    query = select(Assist).where(Assist.helper_id == actor.id, Assist.state == "asked", Assist.tail == wish.phone[-4:])
    rows = session.exec(query.where(Assist.made_at > db.now() - codes.LIVES).order_by(col(Assist.made_at).desc()))
    return next((row for row in rows if _wish(row) == wish), None)


def _wish(row: Assist) -> Wish:
    return Wish(phone_of(row), row.contact, contact_name(row), row.set_key, row.blank_id, row.practice)


def contact_name(row: Assist) -> str:
    """The relative whose phone it is, while the code is awaited."""
    return vault.unseal(row.contact_name, f"assist:{row.id}:contact_name").decode() if row.contact_name else ""


def phone_of(row: Assist) -> str:
    """The number that a filling was asked for."""
    return vault.unseal(row.phone, f"assist:{row.id}:phone").decode() if row.phone else ""


def prove(session: Session, actor: "Actor", row: Assist, digits: str) -> Proof:
    """Try the farmer's code once (db.aside: the try must stand)."""
    code = codes.asked(session, asker(row.id))
    if code is None:
        return Proof(codes.Over())
    by = None if code.sent and len(digits) == codes.LENGTH else handed.waiting(session, codes.phone_of(code))
    if by is not None and by.roll_id is None and by.by_id == actor.id:
        return Proof(OwnCode())
    refusal = codes.tried(session, code, digits)
    if refusal or by is None:
        return Proof(refusal, "sent")
    return Proof(None, "card") if by.roll_id else Proof(None, "witness", by.by_name)
