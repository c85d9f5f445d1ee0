"""The staff's side: who looked at what, printed, exported, decided, and changed whose roles."""

from flask.typing import ResponseReturnValue

from portal import pages
from portal.access import Actor, listed, staff
from portal.audit import forms, service
from portal.audit.forms import blueprint
from portal.i18n import N_


@blueprint.get("/desk/audit/")
@listed(N_("Who did what"), 15)
@staff(*service.READERS)
def doings(actor: Actor) -> ResponseReturnValue:
    """What people did where this person works, newest first."""
    session, part = pages.session(), forms.wanted()
    rows, more = service.page(session, actor, part)
    counts = service.counts(session, actor, part) if part.who else {}
    return pages.show(
        "audit/list.html",
        rows=rows,
        part=part,
        filters=forms.filters(part, rows, counts),
        further=forms.further(part, rows) if more else "",
    )
