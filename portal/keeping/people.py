"""What accounts and notices hold of a seller: these rooms lie below and so cannot say it themselves."""

from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from portal import dates, i18n, vault
from portal.accounts import codes, contacts
from portal.accounts import service as accounts
from portal.accounts.models import Code, Consent, HandedCode, NumberChange, Seller, SignIn
from portal.i18n import gettext as _
from portal.i18n import library_text
from portal.keeping.models import Warned
from portal.keeping.retention import Due
from portal.keeping.service import Part, Row
from portal.notices import service as notices


def account(session: Session, seller_id: str) -> list[Part]:
    """The number, where its owner is signed in, and every consent ever given."""
    seller = session.get_one(Seller, seller_id)
    agreed = session.exec(select(Consent).where(Consent.person_id == seller_id).order_by(col(Consent.given_at)))
    number = [
        Row(_("Mobile number"), accounts.phone(session, seller_id)),
        Row(_("Language of messages"), i18n.LANGUAGES[seller.language]),
        Row(_("Messages"), contacts.told_to(seller, own=True)),
        Row(_("Here since"), "", seller.made_at),
    ]
    sign_ins = accounts.sign_ins(session, seller_id)
    return [
        Part(_("Your number"), tuple(number), "/accounts/me"),
        Part(
            _("What you agreed to"),
            tuple(
                Row(_("Taken back") if each.withdrawn_at else _("Agreed"), _sentences(each.wording), each.given_at)
                for each in agreed
            ),
            "/accounts/me#consents",
        ),
        Part(
            _("Where you are signed in"),
            tuple(Row(each.device or _("A browser"), "", each.made_at) for each in sign_ins),
            "/accounts/me",
        ),
    ]


def _sentences(wording: str) -> str:
    return " ".join(library_text(line) for line in wording.splitlines())


def erase_account(session: Session, seller_id: str, wholly: bool) -> None:
    """Delete the seller and what hangs on the number; codes of the last two days go with their texts."""
    seller = session.get_one(Seller, seller_id)
    number = accounts.phone(session, seller_id)
    sent = [code for code in session.exec(select(Code).where(Code.tail == seller.tail)) if _sent_to(code, number)]
    notices.forget(session, [code.id for code in sent])
    for code in sent:
        session.delete(code)
    session.execute(delete(HandedCode).where(col(HandedCode.phone_key).in_(vault.look_ups("phone", number))))
    session.execute(delete(Consent).where(col(Consent.person_id) == seller_id))
    session.execute(delete(SignIn).where(col(SignIn.person_id) == seller_id))
    session.execute(delete(NumberChange).where(col(NumberChange.seller_id) == seller_id))
    session.execute(delete(Warned).where(col(Warned.subject) == seller_id))
    session.delete(seller)


def _sent_to(code: Code, number: str) -> bool:
    try:
        return codes.phone_of(code) == number
    except vault.Unsealable:
        return False


def told(session: Session, seller_id: str) -> list[Part]:
    """Every message."""
    rows = notices.for_person(session, seller_id)
    return [Part(_("Messages to you"), tuple(Row("", row.text or _("(text deleted)"), row.made_at) for row in rows))]


def erase_told(session: Session, seller_id: str, wholly: bool) -> None:
    """Delete every message."""
    notices.forget(session, [seller_id])


def silent(session: Session, before: datetime, only: str) -> list[Due]:
    """Sellers who have done nothing since a moment, and were told nothing about an application."""
    query = select(Seller.id, Seller.active_at, Seller.tail).where(col(Seller.active_at) < before)
    rows = session.exec(query.where(Seller.id == only) if only else query.order_by(col(Seller.active_at)))
    return [Due(id, id, at, accounts.masked(tail)) for id, at, tail in rows]


def say_silent(day: date) -> str:
    """What a seller is told before everything goes."""
    return _(
        "You have not been at Haohuo for a long time. On %(day)s we delete everything we keep of you. "
        "To keep it, sign in once before then.",
        day=dates.day(day),
    )


def taken_back(session: Session, before: datetime, only: str) -> list[Due]:
    """Sellers who took back before a moment that we may work on what they sent, and have not agreed anew since.

    What was kept by consent goes when it is taken back: 《个人信息保护法》第四十七条.
    """
    anew = aliased(Consent)
    since = (col(anew.given_at) > col(Consent.given_at)) & (col(anew.name) == col(Consent.name))
    query = (
        select(Seller.id, Consent.withdrawn_at, Seller.tail)
        .join(Consent, col(Consent.person_id) == col(Seller.id))
        .where(col(Consent.name) == "processing", col(Consent.withdrawn_at) < before)
        .where(~select(anew.id).where(col(anew.person_id) == col(Seller.id), since).exists())
        .order_by(col(Consent.withdrawn_at))
    )
    rows = session.exec(query.where(col(Seller.id) == only) if only else query)
    return [Due(id, id, at, accounts.masked(tail)) for id, at, tail in rows if at is not None]


def say_taken_back(day: date) -> str:
    """What a seller is told before what was kept by their consent goes."""
    return _(
        "You took your consent back. On %(day)s we delete everything we keep of you. "
        "To keep it, sign in and agree once more before then.",
        day=dates.day(day),
    )


def old_texts(session: Session, before: datetime, only: str) -> list[Due]:
    """Messages whose text is old."""
    return [Due(id, "", at) for id, at in notices.texts_before(session, before, only)]
