"""The staff's side: keeping what was ticked, and a note that was begun."""

from flask.typing import ResponseReturnValue

from portal.access import Actor, staff
from portal.review import forms
from portal.review.forms import blueprint as review


@review.post("/desk/review/<case_id>/ticks")
@staff("reviewer", "manager")
def tick(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Keep the ticks of the page, and the note that was begun there."""
    return forms.do(actor, case_id, lambda found: forms.keep(found, actor), to="#checks")


@review.post("/desk/review/<case_id>/keep/<any(send_back, reject, hand_over):onward>")
@staff("reviewer", "manager")
def keep(actor: Actor, case_id: str, onward: str) -> ResponseReturnValue:
    """Keep what was ticked and the note that was begun, and go on to a page of the case."""
    return forms.do(actor, case_id, lambda found: forms.keep(found, actor), to=f"/{onward}")
