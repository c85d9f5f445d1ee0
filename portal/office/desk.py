"""The staff's side: practice on, off, and wiped."""

from flask import request
from flask.typing import ResponseReturnValue

from portal import jobs, pages
from portal.access import Actor, staff
from portal.accounts import practice
from portal.office import views

blueprint = views.blueprint

leads = staff("admin", "manager")


@blueprint.get("/desk/office/practice")
@leads
def practising(actor: Actor) -> ResponseReturnValue:
    """Whether people practise, how many, and who decided it."""
    session = pages.session()
    return pages.show("office/practising.html", state=practice.state(session), count=practice.count(session))


@blueprint.post("/desk/office/practice")
@leads
def switch(actor: Actor) -> ResponseReturnValue:
    """Let people practise, or no longer."""
    if request.form.get("open") in ("yes", "no"):
        practice.switch(pages.session(), open=request.form["open"] == "yes", by=actor)
    return pages.go("/desk/office/practice")


@blueprint.get("/desk/office/practice/wipe")
@leads
def wipe_page(actor: Actor) -> ResponseReturnValue:
    """Asks whether to wipe all of practice."""
    return pages.show("office/wipe.html", count=practice.count(pages.session()))


@blueprint.post("/desk/office/practice/wipe")
@leads
def wipe(actor: Actor) -> ResponseReturnValue:
    """Wipe all of practice; pressed twice it is wiped twice, which is once."""
    session = pages.session()
    state = practice.wiped(session, by=actor)
    jobs.ask(session, "keeping.wipe", f"{state.wiped_at:%Y%m%dT%H%M%S%f}")
    return pages.go("/desk/office/practice?wiped")
