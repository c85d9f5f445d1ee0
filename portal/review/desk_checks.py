"""The staff's side: ticking what was looked at."""

from flask.typing import ResponseReturnValue

from portal.access import Actor, staff
from portal.review import forms
from portal.review.forms import blueprint as review


@review.post("/desk/review/<case_id>/ticks")
@staff("reviewer", "manager")
def tick(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Keep the ticks of the page, and the note that was begun there."""
    return forms.do(actor, case_id, lambda found: forms.keep(found, actor), to="#checks")
