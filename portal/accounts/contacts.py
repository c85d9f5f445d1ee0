"""Who gets a seller's messages: chosen where somebody fills in for them, told to them and to the desk."""

from portal import vault
from portal.accounts.models import Seller
from portal.i18n import N_, gettext
from portal.notices import service as notices

TOLD = {
    "own": N_("To their own phone"),
    "relative": N_("To the phone of a relative: %(name)s"),
    "station": N_("Nothing is sent; the station tells by word"),
}
# As the seller reads it.
YOURS = TOLD | {"own": N_("To your own phone")}
HERE = N_("Nothing is sent; what we tell is read here, after signing in")


def choose(seller: Seller, contact: str, name: str = "") -> None:
    """Messages go to the seller's own phone, to that of a relative of this name, or nowhere: a station tells."""
    seller.contact = contact
    seller.contact_name = vault.seal(name.encode(), f"seller:{seller.id}:contact_name") if name else None


def reaches(contact: str) -> bool:
    """Whether a message leaves for somebody who chose this contact."""
    return contact != "station" and notices.sends()


def told_to(seller: Seller, *, own: bool = False) -> str:
    """Who gets the messages, in words; `own` where the seller reads them."""
    place = f"seller:{seller.id}:contact_name"
    name = vault.unseal(seller.contact_name, place).decode() if seller.contact_name else ""
    words = (YOURS if own else TOLD)[seller.contact]
    if seller.contact != "station" and not notices.sends():
        words = HERE
    return gettext(words, name=name)
