"""The way in: first page, who are you, what to have ready, and the seller's own page."""

from flask import request
from flask.typing import ResponseReturnValue

from portal import pages
from portal.access import Actor, anyone, seller
from portal.i18n import gettext, library_text
from portal.office import service as offices
from portal.registration import forms, papers, platform, privacy, service
from portal.registration.forms import blueprint as registration
from portal.review import numbers, remarks
from portal.review.models import STATES
from portal.sheets import service as sheets

PLATFORM = "/registration/platform"


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
        papers=papers.offered(case),
        standing=platform.standing_of(pages.session(), case) if case.state == "approved" else None,
    )


@registration.get("/registration/privacy")
@anyone
def privacy_notice(actor: Actor) -> ResponseReturnValue:
    """What we collect, why, for how long, who sees it, and whom to ask."""
    return pages.show("registration/privacy.html", notice=privacy.notice())


@registration.get("/registration/platform")
@seller
def platform_page(actor: Actor) -> ResponseReturnValue:
    """My shop on the platform: how it stands, what to type where, what to do next."""
    record = platform.of_seller(pages.session(), actor.id)
    return _platform(record) if record else pages.go("/registration/mine")


def _platform(record: platform.Record, refusal: str = "") -> ResponseReturnValue:
    return pages.show("registration/platform.html", 409 if refusal else 200, **forms.page(record, refusal))


@registration.get("/registration/platform/<any(refused, open):to>")
@seller
def tell_page(actor: Actor, to: str) -> ResponseReturnValue:
    """Asks for what belongs to the telling."""
    record = platform.of_seller(pages.session(), actor.id)
    return forms.ask(record, to, PLATFORM) if record else pages.go(PLATFORM)


@registration.post("/registration/platform/<any(not_yet, sent, refused, open):to>")
@seller
def tell(actor: Actor, to: str) -> ResponseReturnValue:
    """Tell how the shop stands."""
    record = platform.of_seller(pages.session(), actor.id)
    if record is None:
        return pages.go(PLATFORM)
    return forms.tell(actor, record, to, PLATFORM, lambda refusal: _platform(record, refusal))
