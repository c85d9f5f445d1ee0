"""My data: what we hold of a person, why and until when; and deleting all of it."""

from datetime import datetime

from flask import abort
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from portal import db, pages
from portal.access import Actor, anyone, door, seller
from portal.accounts import forms as accounts
from portal.accounts.models import Seller
from portal.i18n import Refusal
from portal.keeping import forms, service, terms
from portal.keeping.forms import blueprint


@blueprint.get("/keeping/")
@seller
def mine(actor: Actor) -> ResponseReturnValue:
    """What we keep of this person, why and until when, and what they can do about it."""
    return pages.show("keeping/mine.html", held=terms.held(pages.session()), rooms=service.keepers())


@blueprint.get("/keeping/<room>")
@seller
def room(actor: Actor, room: str) -> ResponseReturnValue:
    """What one room holds of this person, word for word."""
    keeper = service.keeper(room) or abort(404)
    session = pages.session()
    parts = keeper.show(session, actor.id)
    return pages.show("keeping/room.html", keeper=keeper, parts=parts, held=terms.held(session, room))


@blueprint.get("/keeping/delete")
@seller
def delete(actor: Actor) -> ResponseReturnValue:
    """What goes, what stays and why; asks for the last four digits."""
    return pages.show("keeping/delete.html", fault=None)


@blueprint.post("/keeping/delete")
@anyone
def deleted(actor: Actor) -> ResponseReturnValue:
    """Delete everything, at once and whole, and sign out of every browser; pressed twice, the receipt comes twice."""
    if actor.kind != "seller":
        return _receipt() if forms.pressed_again() else door("seller")
    session = pages.session()
    try:
        forms.refuse_slip(session.get_one(Seller, actor.id).tail)
    except Refusal as refusal:
        return pages.show("keeping/delete.html", 422, fault=refusal)
    service.erase(session, actor.id)
    accounts.sign_out()
    return _receipt()


@blueprint.app_errorhandler(CSRFError)
def left_open(error: CSRFError) -> ResponseReturnValue:
    """An old page of whom nothing is kept any more says so; everybody else's was open too long."""
    gone = "deleted" in cookie and "token" not in cookie
    return pages.go("/keeping/deleted") if gone else pages.failed(error)


def _receipt() -> ResponseReturnValue:
    cookie["deleted"] = db.now().isoformat()
    return pages.go("/keeping/deleted")


@blueprint.get("/keeping/deleted")
@anyone
def receipt(actor: Actor) -> ResponseReturnValue:
    """The receipt of a deletion, in the browser where it was asked for."""
    if "deleted" not in cookie:
        return pages.go("/")
    return pages.show("keeping/deleted.html", at=datetime.fromisoformat(cookie["deleted"]))
