"""The helper's list: papers that sellers sent to the stations where one works, to print and to hand over."""

from flask import abort
from flask.typing import ResponseReturnValue

from portal import pages
from portal.access import Actor, listed, staff
from portal.guides import errands
from portal.guides.forms import blueprint
from portal.i18n import N_, Refusal

STATION = "/desk/guides/station"
prints = staff(*errands.ROLES)


@blueprint.get("/desk/guides/station")
@listed(N_("Papers to print for sellers"), 17)
@prints
def station(actor: Actor) -> ResponseReturnValue:
    """What waits to be printed and to be handed over."""
    return _station(actor)


def _station(actor: Actor, fault: Refusal | None = None) -> ResponseReturnValue:
    rows = errands.at_stations(pages.session(), actor)
    return pages.show("guides/desk_station.html", 409 if fault else 200, rows=rows, fault=fault)


@blueprint.post("/desk/guides/station/<errand_id>/<any(print, handed):done>")
@prints
def do(actor: Actor, errand_id: str, done: str) -> ResponseReturnValue:
    """Print a paper, or tick that its seller has it."""
    session = pages.session()
    errand = errands.for_staff(session, actor, errand_id) or abort(404)
    try:
        if done == "handed":
            errands.hand_over(session, errand, by=actor)
            return pages.go(STATION)
        return pages.go(f"/guides/prints/{errands.print_it(session, errand, by=actor).id}")
    except Refusal as fault:
        return _station(actor, fault)
