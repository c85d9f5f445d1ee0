"""A member of staff's own wish: the line of the morning by SMS."""

from flask import request
from flask.typing import ResponseReturnValue

from portal import pages
from portal.access import Actor, listed, staff
from portal.accounts import mornings
from portal.accounts.models import Staff
from portal.i18n import N_, Refusal
from portal.notices import service as notices
from portal.review.forms import blueprint as review

HERE = "/desk/review/morning"
reads = staff("reviewer", "manager", "auditor")


@review.get(HERE)
@listed(N_("The morning's line by SMS"), 16)
@reads
def morning(actor: Actor) -> ResponseReturnValue:
    """Whether the line comes by SMS, and to which phone."""
    return _page(actor)


@review.post(HERE)
@reads
def wish(actor: Actor) -> ResponseReturnValue:
    """Let it come, or come no more."""
    session, typed = pages.session(), request.form.get("phone", "")[:40]
    if "off" in request.form:
        mornings.stop(session, actor.id)
        return pages.go(HERE)
    try:
        mornings.wish(session, actor.id, typed)
    except Refusal as refusal:
        return _page(actor, typed, refusal)
    return pages.go(HERE)


def _page(actor: Actor, typed: str = "", fault: Refusal | None = None) -> ResponseReturnValue:
    session = pages.session()
    tail = mornings.phone(session.get_one(Staff, actor.id))[-4:]
    facts = {"tail": tail, "typed": typed, "fault": fault, "sends": notices.sends()}
    return pages.show("review/morning.html", 422 if fault else 200, **facts)
