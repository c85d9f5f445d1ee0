"""What assisted filling holds of a seller: who filled in for them and when, told to them and forgotten for them."""

from sqlalchemy import delete
from sqlmodel import Session, col, select

from portal.assist.models import Assist
from portal.i18n import N_
from portal.i18n import gettext as _
from portal.keeping.service import Part, Row

WAYS = {
    "sent": N_("agreed with the code on the phone"),
    "card": N_("agreed with the card of the office"),
    "witness": N_("agreed before a witness: %(name)s"),
}


def held(session: Session, seller_id: str) -> list[Part]:
    """Each time that somebody filled in for this seller."""
    query = select(Assist).where(Assist.seller_id == seller_id).order_by(col(Assist.opened_at))
    rows = [Row(row.helper_name, _(WAYS[row.way], name=row.witness), row.opened_at) for row in session.exec(query)]
    return [Part(_("Who filled in for you"), tuple(rows))] if rows else []


def erase(session: Session, seller_id: str, wholly: bool) -> None:
    """Forget who filled in for a seller; a form that was typed in stays used."""
    session.execute(delete(Assist).where(col(Assist.seller_id) == seller_id))
