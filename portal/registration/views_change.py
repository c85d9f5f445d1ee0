"""Something has changed after approval: which change, its sheet, and taking it back before it is sent."""

from flask import request
from flask.typing import ResponseReturnValue

from portal import pages
from portal.access import Actor, seller
from portal.i18n import Refusal
from portal.registration import service
from portal.registration.forms import blueprint as registration
from portal.sheets import amending

MINE = "/registration/mine"


@registration.get("/registration/change")
@seller
def change(actor: Actor) -> ResponseReturnValue:
    """What has changed: the choices, or the change that is still open."""
    return _choose(actor)


def _choose(actor: Actor, fault: Refusal | None = None) -> ResponseReturnValue:
    found = service.mine(pages.session(), actor.id)
    if found is None or found.case is None or found.case.told != "approved":
        return pages.go(MINE)
    barred = service.barred(found.case)
    told = fault or barred
    return pages.show(
        "registration/change.html",
        409 if fault else 200,
        case=found.case,
        choices=[] if barred else amending.offered(found.sheet),
        running=found.change if found.change and found.change.open else None,
        refusal=told.text if told else "",
    )


@registration.post("/registration/change")
@seller
def begin_change(actor: Actor) -> ResponseReturnValue:
    """Begin the change that was chosen, or go on with it, at the first page that it opens."""
    try:
        sheet = service.change(pages.session(), seller_id=actor.id, key=request.form.get("change", ""))
    except Refusal as fault:
        return _choose(actor, fault)
    first = amending.first_page(sheet)
    return pages.go(f"/sheets/{sheet.id}/{first}" if first else f"/sheets/{sheet.id}")


@registration.post("/registration/change/drop")
@seller
def drop_change(actor: Actor) -> ResponseReturnValue:
    """Take back the change that was not sent yet; nothing of it stays, the shop is as it was, and twice is once."""
    found = service.mine(pages.session(), actor.id)
    if found and found.change and found.change.open and found.change.case is None:
        amending.drop(pages.session(), found.change.sheet)
    return pages.go(MINE)
