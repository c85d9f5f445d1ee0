"""Who helps near me: the office, its stations and points, for everybody; and the picture on top of each page."""

from flask import Response, abort
from flask.typing import ResponseReturnValue

from portal import pages
from portal.access import Actor, anyone
from portal.office import service
from portal.office.forms import blueprint as office
from portal.office.models import KINDS
from portal.places import service as places


@office.get("/office/")
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
