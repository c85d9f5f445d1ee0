"""The seller's side of errands: send a paper to a service station, see how it stands, take it back."""

from flask import abort, request
from flask.typing import ResponseReturnValue

from portal import pages
from portal.access import Actor, seller
from portal.guides import errands
from portal.guides.forms import blueprint
from portal.guides.models import ERRANDS
from portal.i18n import Refusal
from portal.places import service as places
from portal.registration import service as registration
from portal.review import numbers
from portal.review.models import Case

MINE = "/guides/station"


@blueprint.get("/guides/station")
@seller
def my_errands(actor: Actor) -> ResponseReturnValue:
    """Which paper, which station; and what was sent before."""
    return _page(actor)


@blueprint.post("/guides/station")
@seller
def send(actor: Actor) -> ResponseReturnValue:
    """Send a paper to a station; the same paper twice is sent once."""
    case = _case(actor)
    if case is None:
        return pages.go(MINE)
    try:
        errands.send(pages.session(), case, paper=request.form.get("paper", ""), spot_id=request.form.get("spot", ""))
    except Refusal as fault:
        return _page(actor, fault)
    return pages.go(MINE)


@blueprint.post("/guides/station/<errand_id>/back")
@seller
def take_back(actor: Actor, errand_id: str) -> ResponseReturnValue:
    """Take a paper back that was not fetched yet."""
    session = pages.session()
    try:
        errands.take_back(session, errands.of_seller(session, actor.id, errand_id) or abort(404))
    except Refusal as fault:
        return _page(actor, fault)
    return pages.go(MINE)


def _case(actor: Actor) -> Case | None:
    """The newest application that was sent, also where another one is begun."""
    mine = registration.mine(pages.session(), actor.id)
    return (mine.case or next(iter(mine.earlier), None)) if mine else None


def _page(actor: Actor, fault: Refusal | None = None) -> ResponseReturnValue:
    case = _case(actor)
    spots = errands.stations(case) if case else []
    first = [spots[0].id] if spots else []
    return pages.show(
        "guides/station.html",
        422 if fault else 200,
        number=numbers.shown(case.number) if case else "",
        papers=[(name, words, "") for name, words in errands.offered(case)] if case else [],
        spots=[(spot.id, spot.name, " · ".join((places.name(spot.place), spot.address, spot.hours))) for spot in spots],
        chosen=([request.form.get("paper", "")], [request.form["spot"]] if "spot" in request.form else first),
        rows=[(row, errands.label(row.paper), ERRANDS[row.state]) for row in errands.mine(pages.session(), actor.id)],
        open=errands.OPEN,
        fault=(fault.field or "main", fault.text) if fault else ("", ""),
    )
