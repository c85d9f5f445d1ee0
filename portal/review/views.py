"""The seller's side: the open status page, and one's own case."""

from flask import abort, request
from flask.typing import ResponseReturnValue

from portal import pages
from portal.access import Actor, anyone, seller
from portal.accounts.forms import address
from portal.i18n import Refusal
from portal.review import dossier, service, status
from portal.review.forms import blueprint as review


@review.get("/review/status")
@anyone
def ask(actor: Actor) -> ResponseReturnValue:
    """How far is my application: asks for number and last four digits; a QR code brings the number."""
    return pages.show("review/ask.html", number=request.args.get("number", "")[:20], tail="", fault=None)


@review.post("/review/status")
@anyone
def look(actor: Actor) -> ResponseReturnValue:
    """How far it is."""
    form = request.form
    number, tail = form.get("number", ""), form.get("tail", "")
    try:
        found = status.ask(number, tail, address())
    except Refusal as refusal:
        return pages.show("review/ask.html", 422, number=number[:20], tail=tail[:10], fault=refusal)
    return pages.show("review/progress.html", it=found)


@review.get("/review/cases/<case_id>")
@seller
def own(actor: Actor, case_id: str) -> ResponseReturnValue:
    """One's own case: where it is, what to mend, what was told."""
    found = dossier.for_seller(pages.session(), actor, case_id)
    if found is None:
        abort(404)
    return pages.show("review/own.html", it=found)


@review.get("/review/cases/<case_id>/withdraw")
@seller
def leave(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Asks whether to withdraw; where that is over, the case itself says how far it is."""
    found = dossier.for_seller(pages.session(), actor, case_id)
    if found is None:
        abort(404)
    if "withdraw" not in found.may:
        return pages.go(f"/review/cases/{case_id}")
    return pages.show("review/withdraw.html", case=found.case)


@review.post("/review/cases/<case_id>/withdraw")
@seller
def withdraw(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Withdraw; twice is once."""
    case = service.case_for(pages.session(), actor, case_id)
    if case is None:
        abort(404)
    service.withdraw(pages.session(), case, by=actor)
    return pages.go(f"/review/cases/{case_id}")
