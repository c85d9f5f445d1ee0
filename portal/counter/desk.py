"""The staff's side: hand out a code, bring a list and print its cards, and see how messages go."""

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from portal import db, files, i18n, pages
from portal.access import Actor, listed, staff
from portal.accounts import codes, handed, limits
from portal.accounts.forms import PhoneForm
from portal.audit import service as audit
from portal.counter import cards, forms, service
from portal.counter.forms import ListForm, blueprint
from portal.counter.models import Roll
from portal.counter.people import FAULTS_SHOWN, Fault
from portal.i18n import N_, Refusal
from portal.notices import budget, gateways
from portal.notices import service as notices

hands_out = staff(*service.ROLES)
TESTS: list[limits.Rule] = [(5, codes.NUMBER[0][1])]


@blueprint.route("/desk/counter/", methods=["GET", "POST"])
@listed(N_("Codes"), 3)
@hands_out
def give(actor: Actor) -> ResponseReturnValue:
    """Hand out a code for a number; its digits stand on the answer alone."""
    form, once = PhoneForm(), request.form.get("once", "")[:40] or db.new_id()
    if form.validate_on_submit():
        try:
            with db.aside() as session:
                if not handed.made(session, form.number, by=actor, once=once):
                    handed.count(session, form.number, actor)
            card = service.give(pages.session(), actor, form.number, once=once)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return pages.show("counter/given.html", row=card.row, digits=cards.spaced(card.digits))
    given = handed.given_by(pages.session(), actor.id)
    facts = {"form": form, "given": given, "now": db.now(), "once": db.new_id()}
    return pages.show("counter/give.html", 422 if form.errors else 200, **facts)


@blueprint.route("/desk/counter/lists", methods=["GET", "POST"])
@hands_out
def lists(actor: Actor) -> ResponseReturnValue:
    """Bring a list: it is read and shown before anything is made of it."""
    form = ListForm()
    if not form.validate_on_submit():
        return _lists_page(actor, form)
    try:
        people, faults = form.read()
        faults = faults or service.strangers(pages.session(), actor, people)
        if faults:
            return _lists_page(actor, form, faults)
        roll = service.keep(pages.session(), actor, people)
    except Refusal as refusal:
        form["list"].errors = [refusal.text]
        return _lists_page(actor, form)
    return pages.go(url_for("counter.one", roll_id=roll.id))


lists.takes_files = True  # type: ignore[attr-defined]


def _lists_page(actor: Actor, form: ListForm, faults: list[Fault] | None = None) -> ResponseReturnValue:
    wrong = faults or []
    return pages.show(
        "counter/lists.html",
        422 if form.errors or wrong else 200,
        form=form,
        faults=wrong[:FAULTS_SHOWN],
        more=max(0, len(wrong) - FAULTS_SHOWN),
        rolls=service.brought(pages.session(), actor),
    )


@blueprint.get("/desk/counter/lists/<roll_id>")
@hands_out
def one(actor: Actor, roll_id: str) -> ResponseReturnValue:
    """A list as it was read, and its cards when they are ready."""
    roll = _roll(actor, roll_id)
    return pages.show(
        "counter/list.html", roll=roll, people=service.people_of(roll), why=i18n.gettext(roll.why), days=service.DAYS
    )


@blueprint.post("/desk/counter/lists/<roll_id>/print")
@hands_out
def print_cards(actor: Actor, roll_id: str) -> ResponseReturnValue:
    """Make the codes and print the cards; once more makes new codes."""
    roll, locale = _roll(actor, roll_id), request.form.get("locale", i18n.DEFAULT)
    service.print_cards(
        pages.session(), actor, roll, days=forms.days(), locale=locale if locale in i18n.LANGUAGES else i18n.DEFAULT
    )
    return pages.go(url_for("counter.one", roll_id=roll_id))


@blueprint.get("/desk/counter/lists/<roll_id>.pdf")
@hands_out
def pdf(actor: Actor, roll_id: str) -> ResponseReturnValue:
    """The finished cards."""
    roll = _roll(actor, roll_id)
    if roll.state != "ready":
        abort(404)
    audit.saw(actor, "cards_opened", subject=roll.id, places=roll.places)
    headers = {"Content-Disposition": 'inline; filename="cards.pdf"', "Cache-Control": "private, no-store"}
    return Response(files.read(roll.file), mimetype="application/pdf", headers=headers)


@blueprint.get("/desk/counter/messages")
@listed(N_("How do codes and messages reach people?"), 13)
@staff("admin", "manager")
def messages(actor: Actor) -> ResponseReturnValue:
    """Which way messages go, how many left today, and what went wrong."""
    return _messages_page(actor, PhoneForm(formdata=None))


@blueprint.post("/desk/counter/messages")
@staff("admin")
def try_message(actor: Actor) -> ResponseReturnValue:
    """Send a test message to a number, which should be the admin's own."""
    form = PhoneForm()
    if form.validate_on_submit():
        try:
            with db.aside() as session:
                limits.take(session, f"test:{actor.id}", TESTS)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            text = codes.message("0" * codes.LENGTH)
            notices.tell(pages.session(), kind="code", person=actor.id, number=form.number, text=text)
            return pages.go(url_for("counter.messages"))
    return _messages_page(actor, form)


def _messages_page(actor: Actor, form: PhoneForm) -> ResponseReturnValue:
    session, gateway = pages.session(), gateways.gateway()
    return pages.show(
        "counter/messages.html",
        422 if form.errors else 200,
        form=form,
        gateway=gateway.name,
        may_try="admin" in actor.roles and gateway.sends and not gateway.shows_codes,
        day=budget.today(session),
        failures=budget.failures(session),
        tried=notices.last_to(session, actor.id),
    )


def _roll(actor: Actor, roll_id: str) -> Roll:
    return service.find(pages.session(), actor, roll_id) or abort(404)
