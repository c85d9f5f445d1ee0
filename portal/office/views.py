"""Practice, for everybody: what it is, into it, and out of it again."""

from flask import Blueprint, request
from flask import session as cookie
from flask.typing import ResponseReturnValue

from portal import pages
from portal.access import Actor, anyone
from portal.accounts import forms as accounts
from portal.accounts import practice
from portal.press.code import code

# Both sides of the room, views and desk, hang their pages on it.
blueprint = Blueprint("office", __name__)


@blueprint.get("/office/practice")
@anyone
def practise(actor: Actor) -> ResponseReturnValue:
    """What practice is, with a QR code for a hall; asks whether to begin or to leave."""
    state = practice.state(pages.session())
    return pages.show("office/practice.html", open=state.open, code=code(pages.outside("/office/practice")))


@blueprint.post("/office/practice")
@anyone
def enter(actor: Actor) -> ResponseReturnValue:
    """Let this browser practise, or no longer; who was signed in here is signed out first.

    Nothing of one world reaches the other: the browser's name, to which codes and kept forms belong, is a new one too.
    """
    leave = "leave" in request.form
    if not leave and not practice.state(pages.session()).open:
        return pages.go("/office/practice")
    accounts.sign_out()
    cookie.pop("practice", None)
    if not leave:
        cookie["practice"] = True
        cookie.permanent = True
    return pages.go("/")
