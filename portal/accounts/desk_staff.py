"""The admin's pages: who works here, what they may do and where, what they did, and helping them in."""

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from portal import pages
from portal.access import Actor, listed
from portal.access import staff as only
from portal.accounts import activity, areas, invitations, staff
from portal.accounts.forms import blueprint
from portal.accounts.forms_staff import NewForm, StaffForm
from portal.accounts.models import ROLES, Staff
from portal.i18n import N_, Refusal
from portal.i18n import gettext as _


@blueprint.get("/desk/accounts/staff")
@listed(N_("Staff"), 4)
@only("admin")
def staff_list(actor: Actor) -> ResponseReturnValue:
    """The staff that this admin looks after."""
    rows = [(row, areas.place_names(row.places)) for row in staff.within(pages.session(), actor)]
    return pages.show("accounts/staff_list.html", rows=rows, roles=ROLES)


@blueprint.route("/desk/accounts/staff/new", methods=["GET", "POST"])
@only("admin")
def staff_new(actor: Actor) -> ResponseReturnValue:
    """Add somebody; the link for their first sign-in is shown once."""
    form = NewForm()
    if not form.looks_up and form.validate_on_submit():
        try:
            staff.refuse_places(actor, form.codes)
            row = staff.add(
                pages.session(),
                name=form.named,
                login=form.login.data or "",
                roles=form.roles.data or [],
                places=form.codes,
                by=actor,
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _link_page(row, invitations.invite(pages.session(), row, by=actor))
    return pages.show("accounts/staff_new.html", 422 if form.errors else 200, form=form, roles=_roles())


@blueprint.route("/desk/accounts/staff/<staff_id>", methods=["GET", "POST"])
@only("admin")
def staff_one(actor: Actor, staff_id: str) -> ResponseReturnValue:
    """What somebody did lately, and changing their name, roles and places."""
    row = _one(actor, staff_id)
    form = StaffForm(name=row.name, roles=row.roles, at=[areas.ticked(place) for place in row.places])
    if not form.looks_up and form.validate_on_submit() and _changed(form, actor, row):
        return pages.go(url_for("accounts.staff_list"))
    return pages.show(
        "accounts/staff_one.html",
        422 if form.errors else 200,
        form=form,
        person=row,
        roles=_roles(),
        own=row.id == actor.id,
        ended="ended" in request.args,
        activity=activity.of(pages.session(), actor, row.id),
    )


def _changed(form: StaffForm, actor: Actor, row: Staff) -> bool:
    """Whether what was typed now holds; else the form says why not."""
    roles, places = form.roles.data or [], form.codes
    try:
        staff.refuse_places(actor, places)
        staff.change(pages.session(), row, name=form.named, roles=roles, places=places, by=actor)
    except (staff.OutOfPlace, staff.LastAdmin) as refusal:
        form.refuse(refusal)
    return not form.errors


@blueprint.post("/desk/accounts/staff/<staff_id>/link")
@only("admin")
def staff_link(actor: Actor, staff_id: str) -> ResponseReturnValue:
    """A new link for somebody who lost the password or the second factor, which ends both at once."""
    row = _one(actor, staff_id)
    return _link_page(row, invitations.invite_anew(pages.session(), row, by=actor))


@blueprint.post("/desk/accounts/staff/<staff_id>/switch")
@only("admin")
def staff_switch(actor: Actor, staff_id: str) -> ResponseReturnValue:
    """Switch somebody off, or on again."""
    row = _one(actor, staff_id)
    if request.form.get("active") in ("yes", "no"):
        staff.switch(pages.session(), actor, row, active=request.form["active"] == "yes")
    return pages.go(url_for("accounts.staff_list"))


@blueprint.post("/desk/accounts/staff/<staff_id>/second")
@only("admin")
def staff_second(actor: Actor, staff_id: str) -> ResponseReturnValue:
    """Take somebody's second factor away; the next sign-in sets up a new one."""
    staff.reset_second(pages.session(), _one(actor, staff_id), by=actor)
    return pages.go(url_for("accounts.staff_one", staff_id=staff_id))


@blueprint.post("/desk/accounts/staff/<staff_id>/everywhere")
@only("admin")
def staff_everywhere(actor: Actor, staff_id: str) -> ResponseReturnValue:
    """Sign somebody out everywhere."""
    staff.sign_out(pages.session(), _one(actor, staff_id), by=actor)
    return pages.go(url_for("accounts.staff_one", staff_id=staff_id, ended=""))


def _one(actor: Actor, staff_id: str) -> Staff:
    return staff.one(pages.session(), actor, staff_id) or abort(404)


def _link_page(row: Staff, token: str) -> ResponseReturnValue:
    link = pages.outside(url_for("accounts.first", token=token))
    return pages.show("accounts/staff_link.html", person=row, link=link)


def _roles() -> list[tuple[str, str, str]]:
    """The roles as choices: value, name, what they do."""
    return [(role, _(name), _(does)) for role, (name, does) in ROLES.items()]
