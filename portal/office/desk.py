"""The staff's side: what is in force of the office, changing it section by section, the dated facts, and practice."""

from flask import abort, request
from flask.typing import ResponseReturnValue

from portal import access, files, jobs, pages
from portal.access import Actor, listed, staff
from portal.accounts import practice
from portal.accounts.models import ROLES
from portal.i18n import N_, Refusal
from portal.office import facts, forms, holidays, sections, service
from portal.office.forms import blueprint as office
from portal.office.models import KINDS, Spot
from portal.office.sections import Section
from portal.places import service as places

LEADERS = {"admin", "manager"}
reads = staff("admin", "manager", "auditor", "reviewer")
edits = staff("admin", home=True)
leads = staff(*LEADERS, home=True)
LOGO_HEIGHT, LOGO_WIDEST = 44, 132
# How many facts a page lists.
FACTS = 50


@office.get("/desk/office/")
@listed(N_("Office"), 5)
@reads
def whole(actor: Actor) -> ResponseReturnValue:
    """Everything that is in force, and who changed what."""
    session = pages.session()
    spots = [(spot, KINDS[spot.kind].label, places.name(spot.place)) for spot in service.spots(session)]
    return pages.show(
        "office/desk.html",
        may_change="admin" in actor.roles and access.at_home(actor),
        may_promise=bool(actor.roles & LEADERS) and access.at_home(actor),
        page=service.page(session),
        missing=service.lacking(session),
        sections=(sections.WHO, sections.FOOT),
        promised=[(each, service.promise(each.key, each.days)) for each in service.promised()],
        stretches=holidays.stretches(service.marked(session)),
        spots=spots,
        changes=[(change, *forms.told(change)) for change in service.changes(session)],
    )


@office.route("/desk/office/<any(who, foot, days):section>", methods=["GET", "POST"])
@edits
def change(actor: Actor, section: str) -> ResponseReturnValue:
    """Change one section."""
    return _edit(actor, service.section_of(section))


@office.route("/desk/office/promises", methods=["GET", "POST"])
@leads
def change_promises(actor: Actor) -> ResponseReturnValue:
    """Change in how many working days an answer is promised: whoever answers for the work here says it."""
    return _edit(actor, service.section_of("promises"))


@office.route("/desk/office/spots/<spot_id>", methods=["GET", "POST"])
@edits
def spot(actor: Actor, spot_id: str) -> ResponseReturnValue:
    """Change a station or point, or add one."""
    if spot_id != service.NEW and pages.session().get(Spot, spot_id) is None:
        # Somebody took it off while it was open here: what was typed is not lost.
        (service.gone(pages.session(), spot_id) and request.method == "POST") or abort(404)
    return _edit(actor, sections.SPOT, spot_id)


def _edit(actor: Actor, section: Section, spot_id: str = "") -> ResponseReturnValue:
    session = pages.session()
    if request.method == "GET":
        return _form(section, service.values(session, section, spot_id), spot_id)
    given = forms.typed(section)
    faults = sections.faults(section, given)
    if section is sections.WHO and not faults and not actor.works_for(given["county"]):
        faults = [("county", sections.not_yours())]
    if faults:
        return _form(section, given, spot_id, faults=faults, status=422)
    try:
        service.change(session, section, given, by=actor, seen=forms.seen(), spot_id=spot_id)
    except service.Overtaken as refusal:
        return _form(section, given, spot_id, refusal=refusal, status=409)
    except service.TooManySpots as refusal:
        return _form(section, given, spot_id, faults=[("name", refusal.text)], status=422)
    return pages.go("/desk/office/")


def _form(
    section: Section,
    given: sections.Typed,
    spot_id: str,
    faults: sections.Faults | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """A section with its fields. A form with faults keeps the version it was made of: what is newer is told later."""
    session = pages.session()
    version = service.page(session).version
    return pages.show(
        "office/edit.html",
        status,
        section=section,
        drawn=forms.draw(section, given, faults or [], service.values(session, section, spot_id) if refusal else None),
        faults=faults or [],
        refusal=refusal.text if refusal else "",
        version=forms.seen() if faults else version,
        spot_id="" if spot_id == service.NEW else spot_id,
        to=f"/desk/office/spots/{spot_id}" if spot_id else request.path,
    )


@office.post("/desk/office/spots/<spot_id>/off")
@edits
def take_off(actor: Actor, spot_id: str) -> ResponseReturnValue:
    """Take a station or point off the list."""
    session = pages.session()
    found = session.get(Spot, spot_id)
    if found is None:
        return pages.go("/desk/office/") if service.gone(session, spot_id) else abort(404)
    try:
        service.take_off(session, found, by=actor, seen=forms.seen())
    except service.Overtaken as refusal:
        return _form(
            sections.SPOT, service.values(session, sections.SPOT, spot_id), spot_id, refusal=refusal, status=409
        )
    return pages.go("/desk/office/")


@office.route("/desk/office/logo", methods=["GET", "POST"])
@edits
def change_logo(actor: Actor) -> ResponseReturnValue:
    """The picture on top of each page."""
    if request.method == "GET":
        return pages.show("office/logo.html", fault="")
    if "off" in request.form:
        service.set_logo(pages.session(), ("", 0, 0), by=actor)
        return pages.go("/desk/office/")
    sent = forms.picture()
    if sent.photo is None:
        return pages.show("office/logo.html", 422, fault=sent.fault)
    width = min(LOGO_WIDEST, round(LOGO_HEIGHT * sent.photo.width / sent.photo.height) or 1)
    stored = (files.keep(sent.photo.small), width, LOGO_HEIGHT)
    service.set_logo(pages.session(), stored, by=actor)
    return pages.go("/desk/office/")


change_logo.takes_files = True  # type: ignore[attr-defined]


@office.get("/desk/facts")
@listed(N_("Facts with their dates"), 12)
@staff(*ROLES)
def dated(actor: Actor) -> ResponseReturnValue:
    """The dated facts of law and of platforms, fifty at a time, and which of them nobody has looked at for a year."""
    every, only_old, after = facts.every(), "old" in request.args, max(request.args.get("after", 0, int), 0)
    old = [fact for fact in every if fact.old]
    chosen = old if only_old else every
    after = after if after < len(chosen) else 0
    end = after + FACTS
    return pages.show(
        "office/facts.html",
        rows=chosen[after:end],
        every=len(every),
        old=len(old),
        only_old=only_old,
        further=end if end < len(chosen) else 0,
    )


@office.get("/desk/office/practice")
@listed(N_("Practice"), 10)
@staff(*LEADERS)
def practising(actor: Actor) -> ResponseReturnValue:
    """Whether people practise, how many, and who decided it."""
    session = pages.session()
    return pages.show(
        "office/practising.html",
        may_change=access.at_home(actor),
        state=practice.state(session),
        count=practice.count(session),
    )


@office.post("/desk/office/practice")
@leads
def switch(actor: Actor) -> ResponseReturnValue:
    """Let people practise, or no longer."""
    if request.form.get("open") in ("yes", "no"):
        practice.switch(pages.session(), open=request.form["open"] == "yes", by=actor)
    return pages.go("/desk/office/practice")


@office.get("/desk/office/practice/wipe")
@leads
def wipe_page(actor: Actor) -> ResponseReturnValue:
    """Asks whether to wipe all of practice."""
    return pages.show("office/wipe.html", count=practice.count(pages.session()))


@office.post("/desk/office/practice/wipe")
@leads
def wipe(actor: Actor) -> ResponseReturnValue:
    """Wipe all of practice; pressed twice it is wiped twice, which is once."""
    session = pages.session()
    state = practice.wiped(session, by=actor)
    jobs.ask(session, "keeping.wipe", f"{state.wiped_at:%Y%m%dT%H%M%S%f}")
    return pages.go("/desk/office/practice?wiped")
