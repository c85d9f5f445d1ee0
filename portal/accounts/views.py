"""The seller's side: signing in by phone and code, signing out, and the account."""

from flask import request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from portal import access, db, i18n, pages
from portal.access import Actor, anyone, seller
from portal.accounts import codes, contacts, forms, practice, service
from portal.accounts import number as numbers
from portal.accounts.forms import CodeForm, PhoneForm, blueprint
from portal.accounts.models import Code, Seller
from portal.i18n import Refusal
from portal.notices import budget, gateways
from portal.notices import service as notices

HOME = "/registration/mine"


@blueprint.route("/accounts/sign-in", methods=["GET", "POST"])
@anyone
def sign_in(actor: Actor) -> ResponseReturnValue:
    """Ask for the number and send a code to it; known and unknown numbers get the same answer."""
    if actor.kind == "seller" and request.method == "GET":
        return forms.onward(HOME)
    form = PhoneForm()
    if form.validate_on_submit():
        refusal = _send(form.number, by_office="by_office" in request.form)
        if refusal is None:
            return pages.go(url_for("accounts.code", **forms.carried()))
        form.refuse(refusal)
    facts = {"form": form, "way": forms.way(), "waits": forms.waits()}
    return pages.show("accounts/sign_in.html", 422 if form.errors else 200, **facts)


@blueprint.route("/accounts/code", methods=["GET", "POST"])
@anyone
def code(actor: Actor) -> ResponseReturnValue:
    """Ask for the code; a right one signs in."""
    form = CodeForm()
    phone = _proven(form)
    if not phone:
        return _code_page(form)
    person = service.seller_of(pages.session(), phone, i18n.language(), practice=access.practising())
    forms.sign_in("seller", person.id)
    return forms.onward(HOME)


@blueprint.post("/accounts/code/again")
@anyone
def code_again(actor: Actor) -> ResponseReturnValue:
    """Send a new code to the same number."""
    with db.reading() as session:
        asked = codes.asked(session, forms.asker())
    if asked is None:
        return pages.go(url_for("accounts.sign_in", **forms.carried()))
    form = CodeForm(formdata=None)
    refusal = _send(codes.phone_of(asked), twice=False)
    if refusal is None:
        return pages.go(url_for("accounts.code", **forms.carried()))
    form.code.errors = [refusal.text]
    return _code_page(form)


@blueprint.post("/accounts/sign-out")
@anyone
def sign_out(actor: Actor) -> ResponseReturnValue:
    """End the sign-in of this browser, of a seller or of staff."""
    forms.sign_out()
    return pages.go("/")


@blueprint.get("/accounts/me")
@seller
def me(actor: Actor) -> ResponseReturnValue:
    """What the portal knows of this person, and where they are signed in."""
    session = pages.session()
    return pages.show(
        "accounts/me.html",
        person=(person := service.seller(session, actor.id)),
        told_to=contacts.told_to(person, own=True) if person else "",
        consents=service.last(session, actor.id),
        sign_ins=service.sign_ins(session, actor.id, here=actor.session_id),
        count=service.sign_in_count(session, actor.id),
    )


@blueprint.post("/accounts/me/end")
@seller
def end(actor: Actor) -> ResponseReturnValue:
    """End one of this person's sign-ins."""
    if not service.sign_out(pages.session(), actor.id, request.form.get("end", "")):
        return pages.show("accounts/gone.html", 404)
    return pages.go(url_for("accounts.me"))


@blueprint.post("/accounts/me/everywhere")
@seller
def end_everywhere(actor: Actor) -> ResponseReturnValue:
    """End all of this person's sign-ins, this one too."""
    service.sign_out_everywhere(pages.session(), actor.id)
    forms.sign_out()
    return pages.go("/")


@blueprint.post("/accounts/me/withdraw")
@seller
def withdraw(actor: Actor) -> ResponseReturnValue:
    """Take a consent back; the one that an application hangs on is asked for twice."""
    name = request.form.get("name", "")
    if name == "processing" and "sure" not in request.form:
        return pages.go(url_for("accounts.withdraw_page"))
    service.withdraw(pages.session(), actor.id, name)
    return pages.go(url_for("accounts.me") + "#consents")


@blueprint.post("/accounts/me/agree")
@seller
def agree(actor: Actor) -> ResponseReturnValue:
    """Agree again to what was taken back, in the same words."""
    service.agree_again(pages.session(), actor.id, request.form.get("name", ""))
    return pages.go(url_for("accounts.me") + "#consents")


@blueprint.post("/accounts/me/contact")
@seller
def contact(actor: Actor) -> ResponseReturnValue:
    """From now on messages go to this person's own number."""
    contacts.choose(pages.session().get_one(Seller, actor.id), "own")
    return pages.go(url_for("accounts.me"))


@blueprint.post("/accounts/me/language")
@seller
def language(actor: Actor) -> ResponseReturnValue:
    """The language of this person's messages and pages."""
    chosen = i18n.use(request.form.get("language", ""))
    service.speak(pages.session(), actor.id, chosen)
    cookie["lang"] = chosen
    return pages.go(url_for("accounts.me"))


@blueprint.route("/accounts/me/number", methods=["GET", "POST"])
@seller
def number(actor: Actor) -> ResponseReturnValue:
    """Ask for the new number and send a code to it: the old phone is in hand, since somebody is signed in."""
    form = PhoneForm()
    if form.validate_on_submit():
        with db.reading() as session:
            same = numbers.same(session, actor.id, form.number)
        refusal = same or _send(form.number)
        if refusal is None:
            return pages.go(url_for("accounts.number_code"))
        form.refuse(refusal)
    return _number_page(form)


def _number_page(form: PhoneForm) -> ResponseReturnValue:
    return pages.show("accounts/number.html", 422 if form.errors else 200, form=form, way=forms.way())


@blueprint.route("/accounts/me/number/code", methods=["GET", "POST"])
@seller
def number_code(actor: Actor) -> ResponseReturnValue:
    """Ask for the code that went to the new number; a right one changes it and ends every other sign-in."""
    form = CodeForm()
    phone = _proven(form)
    if not phone:
        return _code_page(form, "number_code", "number")
    try:
        numbers.change(pages.session(), actor.id, phone, by=actor)
    except Refusal as refusal:
        again = PhoneForm(formdata=None)
        again.refuse(refusal)
        return _number_page(again)
    forms.sign_in("seller", actor.id)
    return pages.go(url_for("accounts.me"))


@blueprint.get("/accounts/me/withdraw")
@seller
def withdraw_page(actor: Actor) -> ResponseReturnValue:
    """What it means to take this consent back, where it means more than that."""
    return pages.show("accounts/withdraw.html")


def _send(phone: str, *, twice: bool = True, by_office: bool = False) -> Refusal | None:
    """Send a code; returns why not. With `twice`, a second press of the button is no fault: its code is on its way."""
    try:
        with db.aside() as session:
            if access.practising():
                practice.refuse_closed(session)
            way = forms.way(by_office=by_office)
            codes.ask(session, phone, asker=forms.asker(), address=forms.address(), way=way)
    except codes.TooSoon as refusal:
        with db.reading() as session:
            last = codes.asked(session, forms.asker())
        on_its_way = last and codes.phone_of(last) == phone and codes.still_good(last)
        return None if twice and on_its_way else refusal
    except Refusal as refusal:
        return refusal
    return None


def _proven(form: CodeForm) -> str:
    """The number whose code was typed right, which uses the code up; else an empty string, and the form says why."""
    if not form.validate_on_submit():
        return ""
    with db.aside() as session:
        asked = codes.asked(session, forms.asker())
        refusal = codes.tried(session, asked, form.digits) if asked else None
    if asked is None or refusal:
        form.refuse(refusal or codes.Over())
        return ""
    return codes.phone_of(asked)


def _code_page(form: CodeForm, page: str = "code", before: str = "sign_in") -> ResponseReturnValue:
    with db.reading() as session:
        asked: Code | None = codes.asked(session, forms.asker())
        told = notices.last_to(session, asked.id) if asked and asked.sent else None
        today = budget.today(session)
    if asked is None or asked.used_at:
        return pages.go(url_for(f"accounts.{before}", **forms.carried()))
    return pages.show(
        f"accounts/{page}.html",
        422 if form.errors else 200,
        form=form,
        asked=asked,
        failed=told is not None and told.state in ("failed", "given_up"),
        today=today,
        sends=gateways.gateway().sends,
        shown=codes.shown(asked),
        carried=forms.carried(),
    )
