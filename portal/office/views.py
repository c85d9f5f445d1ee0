"""Who helps near me: the office, its stations and points, for everybody; the picture on each page; practice."""

from flask import Response, abort, request
from flask import session as cookie
from flask.typing import ResponseReturnValue

from portal import pages
from portal.access import Actor, anyone
from portal.accounts import forms as accounts
from portal.accounts import practice
from portal.alike import alike
from portal.office import service
from portal.office.forms import blueprint as office
from portal.office.models import KINDS
from portal.places import service as places
from portal.press.code import code


@office.get("/office/")
@alike
@anyone
def helps(actor: Actor) -> ResponseReturnValue:
    """The office, its stations and points, to read, to ring and to print."""
    rows = [(spot, places.name(spot.place)) for spot in service.in_force().spots]
    groups = [(kind, [row for row in rows if row[0].kind == key]) for key, kind in KINDS.items()]
    return pages.show("office/helps.html", groups=[(kind.several, group) for kind, group in groups if group])


@office.get("/office/logo/<file>")
@anyone
def logo(actor: Actor, file: str) -> ResponseReturnValue:
    """The picture that is on top of each page now, and no other file; its name changes with it."""
    if not file or file != service.office().logo:
        abort(404)
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(service.picture(), mimetype="image/jpeg", headers=kept)


@office.get("/office/practice")
@anyone
def practise(actor: Actor) -> ResponseReturnValue:
    """What practice is, with a QR code for a hall; asks whether to begin or to leave."""
    state = practice.state(pages.session())
    return pages.show("office/practice.html", open=state.open, code=code(pages.outside("/office/practice")))


@office.post("/office/practice")
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
