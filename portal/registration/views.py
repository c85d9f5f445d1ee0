"""The way in: first page, who are you, what to have ready, and the seller's own page."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from portal import pages
from portal.access import Actor, anyone, seller
from portal.i18n import gettext, library_text
from portal.office import service as offices
from portal.registration import forms, service
from portal.review import numbers, remarks
from portal.review.models import STATES
from portal.sheets import service as sheets

registration = Blueprint("registration", __name__)


@registration.get("/")
@anyone
def start(actor: Actor) -> ResponseReturnValue:
    """The first page."""
    served, county = offices.in_force().served, offices.office().county
    return pages.show(
        "registration/start.html",
        days=service.promised_days(),
        served=served,
        county=service.called(county),
        higher=service.called(served) if served and served != county else "",
    )


@registration.get("/healthz")
@anyone
def health(actor: Actor) -> ResponseReturnValue:
    """Whether the instance answers, with its version."""
    return pages.health()


@registration.route("/registration/", methods=["GET", "POST"])
@anyone
def who(actor: Actor) -> ResponseReturnValue:
    """Who are you, in plain words."""
    form = forms.Who()
    if form.validate_on_submit():
        return pages.go(f"/registration/{form.kind.data}")
    fault = gettext(str(form.kind.errors[0])) if form.kind.errors else ""
    rows = [(key, library_text(kind.title), library_text(kind.hint)) for key, kind in service.sets().items()]
    return pages.show(
        "registration/who.html",
        kinds=rows,
        chosen=[form.kind.data],
        fault=fault,
        faults=[("kind", fault)] if fault else [],
    )


@registration.get("/registration/<any(household, sole_trader):kind>")
@anyone
def ready(actor: Actor, kind: str) -> ResponseReturnValue:
    """What to have ready."""
    return pages.show(
        "registration/ready.html", kind=service.sets()[kind], ready=service.ready(kind), facts=service.facts(kind)
    )


@registration.post("/registration/<any(household, sole_trader):kind>")
@seller
def begin(actor: Actor, kind: str) -> ResponseReturnValue:
    """Begin, or go on with what was begun."""
    sheet = service.begin(pages.session(), seller_id=actor.id, kind=kind)
    if sheet.state != "draft":
        return pages.go("/registration/mine")
    done = sheet.answers
    return pages.go(f"/sheets/{sheet.id}" + ("" if done else f"/{sheets.set_of(sheet).page[0].key}"))


@registration.get("/registration/mine")
@seller
def mine(actor: Actor) -> ResponseReturnValue:
    """My shop: how far it is, what to do next, what to print."""
    found = service.mine(pages.session(), actor.id)
    if found is None:
        return pages.go("/registration/")
    sheet, case = found
    if case is None:
        return pages.go(f"/sheets/{sheet.id}")
    to_mend = len(remarks.of_round(pages.session(), case)) if case.state == "changes_requested" else 0
    return pages.show(
        "registration/mine.html",
        sheet=sheet,
        case=case,
        state=STATES[case.state],
        number=numbers.shown(case.number),
        just_sent="sent" in request.args,
        to_mend=to_mend,
        papers=service.PAPERS[case.kind],
    )
