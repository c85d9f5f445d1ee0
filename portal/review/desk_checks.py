"""The staff's side: ticking what was looked at."""

from flask import abort
from flask.typing import ResponseReturnValue

from portal import pages
from portal.access import Actor, staff
from portal.review import checks, forms, service
from portal.review.forms import blueprint as review


@review.post("/desk/review/<case_id>/ticks")
@staff("reviewer", "manager")
def tick(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Keep the ticks of the page."""
    case = service.case_for(pages.session(), actor, case_id) or abort(404)
    checks.mark(pages.session(), case, forms.boxes(), by=actor)
    return pages.go(f"/desk/review/{case_id}#checks")
