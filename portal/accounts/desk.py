"""The staff's side: signing in by name, password and second factor, and their own account."""

from flask import abort, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from portal import db, notes, pages
from portal.access import Actor, anyone, listed
from portal.access import staff as only
from portal.accounts import activity, areas, forms, invitations, passwords, second, service, staff
from portal.accounts.forms import KeyForm, LoginForm, PasswordForm, SecondForm, blueprint
from portal.accounts.models import ROLES, Staff
from portal.i18n import N_, Refusal
from portal.i18n import gettext as _


@blueprint.route("/desk/accounts/sign-in", methods=["GET", "POST"])
@anyone
def staff_sign_in(actor: Actor) -> ResponseReturnValue:
    """Ask for name and password; they only lead to the second factor."""
    form = LoginForm()
    if form.validate_on_submit():
        found = _by_password(form, form.login.data or "", staff.WrongLogin)
        if found is not None:
            forms.sign_in("staff", found.id, stage="password")
            page = "accounts.second_factor" if found.has_second else "accounts.second_setup"
            return pages.go(url_for(page, **forms.carried()))
    return pages.show("accounts/staff_sign_in.html", 422 if form.errors else 200, form=form, waits=forms.waits())


@blueprint.route("/desk/accounts/second", methods=["GET", "POST"])
@anyone
def second_factor(actor: Actor) -> ResponseReturnValue:
    """Ask for the second factor; a right one signs in."""
    person = _half()
    if person is None:
        return pages.go(url_for("accounts.staff_sign_in", **forms.carried()))
    form = SecondForm()
    if form.validate_on_submit():
        with db.aside() as session:
            refusal = second.try_(session, person.id, form.code.data or "")
        if refusal is None:
            forms.sign_in("staff", _still(person).id)
            return forms.onward(_home(person))
        form.refuse(refusal)
    return pages.show("accounts/second.html", 422 if form.errors else 200, form=form, app=person.totp is not None)


@blueprint.route("/desk/accounts/first/<token>", methods=["GET", "POST"])
@anyone
def first(actor: Actor, token: str) -> ResponseReturnValue:
    """The page that an invitation leads to: choose a password."""
    with db.reading() as session:
        person = invitations.invited(session, token)
    if person is None:
        return pages.show("accounts/gone.html", 404)
    form = PasswordForm()
    form.names = (person.login, person.name)
    if form.validate_on_submit():
        hashed = passwords.hash_password(form.password.data or "")
        if invitations.accept(pages.session(), token, hashed) is None:
            abort(404)
        forms.sign_in("staff", person.id, stage="password")
        return pages.go(url_for("accounts.second_setup"))
    return pages.show("accounts/first.html", 422 if form.errors else 200, form=form, person=person)


@blueprint.route("/desk/accounts/second/setup", methods=["GET", "POST"])
@anyone
def second_setup(actor: Actor) -> ResponseReturnValue:
    """Set up an authenticator app; the printed list is the other way."""
    person = _setting_up(actor)
    if person is None:
        return pages.go(url_for("accounts.second_factor", **forms.carried()))
    form, secret = _key_form(person), second.pending_secret(cookie["token"])
    if form.validate_on_submit() and _proven(form, person):
        try:
            second.set_app(pages.session(), _still(person), secret, form.code.data or "")
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            forms.sign_in("staff", person.id)
            return forms.onward(_home(person))
    return _setup_page(form, person)


@blueprint.post("/desk/accounts/second/list")
@anyone
def second_list(actor: Actor) -> ResponseReturnValue:
    """A new list of one-time codes, shown this once to be printed."""
    person = _setting_up(actor)
    if person is None:
        return pages.go(url_for("accounts.second_factor", **forms.carried()))
    form = _key_form(person)
    del form.code
    if not (form.validate_on_submit() and _proven(form, person)):
        return _setup_page(form, person)
    listed = second.set_list(pages.session(), _still(person))
    return pages.show("accounts/second_list.html", codes=listed, person=person, carried=forms.carried())


@blueprint.get("/desk/accounts/me")
@listed(N_("My account"), 6)
@only(*ROLES)
def staff_me(actor: Actor) -> ResponseReturnValue:
    """A member of staff's own account."""
    session = pages.session()
    return pages.show(
        "accounts/staff_me.html",
        notes=notes.for_desk(session, actor),
        person=session.get_one(Staff, actor.id),
        roles=ROLES,
        places=areas.place_names(actor.places),
        left=second.left(session, actor.id),
        sign_ins=service.sign_ins(session, actor.id, here=actor.session_id),
        count=service.sign_in_count(session, actor.id),
        activity=activity.of(session, actor, actor.id),
    )


@blueprint.post("/desk/accounts/me/end")
@only(*ROLES)
def staff_end(actor: Actor) -> ResponseReturnValue:
    """End one of one's own sign-ins."""
    if not service.sign_out(pages.session(), actor.id, request.form.get("end", "")):
        return pages.show("accounts/gone.html", 404)
    return pages.go(url_for("accounts.staff_me"))


@blueprint.post("/desk/accounts/me/everywhere")
@only(*ROLES)
def staff_end_everywhere(actor: Actor) -> ResponseReturnValue:
    """End all of one's own sign-ins, this one too."""
    session = pages.session()
    staff.sign_out(session, session.get_one(Staff, actor.id), by=actor)
    forms.sign_out()
    return pages.go(url_for("accounts.staff_sign_in"))


def _by_password(form: LoginForm | KeyForm, login: str, wrong: type[Refusal]) -> Staff | None:
    """Who name and password belong to; counted before it is looked at, so that tries side by side count too."""
    try:
        with db.aside() as session:
            staff.count_try(session, login, forms.address())
        with db.reading() as session:
            found = staff.by_password(session, login, form.password.data or "", wrong)
    except Refusal as refusal:
        form.refuse(refusal)
        return None
    staff.forget_tries(pages.session(), login, forms.address())
    return found


def _still(person: Staff) -> Staff:
    """The row of somebody, held as it is now; whose password has ended since it was proven signs in anew."""
    row = db.lock(pages.session(), person)
    if row.password != person.password or not row.active:
        abort(redirect(url_for("accounts.staff_sign_in"), 303))
    return row


def _key_form(person: Staff) -> KeyForm:
    """The form of a new second factor: only who has one already shows the password, for the browser may stand open."""
    form = KeyForm()
    if not person.has_second:
        del form.password
    return form


def _proven(form: KeyForm, person: Staff) -> bool:
    """Whether the password is right, where it is asked for; tries count as at the sign-in."""
    return "password" not in form or _by_password(form, person.login, staff.WrongPassword) is not None


def _setup_page(form: KeyForm, person: Staff) -> ResponseReturnValue:
    secret = second.pending_secret(cookie["token"])
    return pages.show(
        "accounts/second_setup.html",
        422 if form.errors else 200,
        form=form,
        person=person,
        picture=Markup(second.picture(secret, person.login, _("Haohuo"), _("QR code for the authenticator app"))),
        secret=second.spaced(secret),
        carried=forms.carried(),
    )


def _half() -> Staff | None:
    """The member of staff who has shown the password in this browser, and not yet the second factor."""
    with db.reading() as session:
        id = service.half_signed_in(session, cookie.get("token", ""))
        person = session.get(Staff, id) if id else None
        return person if person and person.active and person.password else None


def _setting_up(actor: Actor) -> Staff | None:
    """Who may set up a second factor here: somebody signed in, or invited and still without one.

    A list made a moment ago and not used yet may be made anew: after a double tap nobody has seen the first one.
    """
    if actor.kind == "staff":
        with db.reading() as session:
            return session.get(Staff, actor.id)
    person = _half()
    return None if person is None or (person.has_second and not second.just_listed(person)) else person


def _home(person: Staff) -> str:
    return staff.begins(person.roles) or url_for("accounts.staff_me")
