"""The staff's side of the paper: printing forms, what a scanned one leads to, and photographing a filled one."""

from flask import abort, flash, get_flashed_messages, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from portal import access, db, pages
from portal.access import HELPS, Actor, staff
from portal.assist import blanks, forms, service
from portal.assist.forms import blueprint
from portal.assist.models import Blank
from portal.i18n import Refusal, library_text
from portal.i18n import gettext as _
from portal.registration import sellers
from portal.review import numbers
from portal.sheets import pictures
from portal.sheets.models import Sheet

fills_in = staff(*service.ROLES)


@blueprint.get("/desk/assist/papers")
@fills_in
def papers(actor: Actor) -> ResponseReturnValue:
    """Print forms to fill in by hand, or find the one that was filled in by its number."""
    typed = request.args.get("number", "")
    number = numbers.typed(typed)
    if number:
        return pages.go(url_for("assist.paper", number=number))
    fault = _("No form has this number. It stands beside the QR code, 8 characters.") if typed else ""
    return _papers([("number", fault)] if typed else [], typed=typed, kind=request.args.get("kind", ""))


def _papers(faults: list[tuple[str, str]], *, typed: str = "", kind: str = "", count: str = "1") -> ResponseReturnValue:
    return pages.show(
        "assist/papers.html",
        422 if request.method == "POST" else 200,
        typed=typed,
        faults=faults,
        why={"number": "", "kind": "", "count": "", **dict(faults)},
        kinds=[(key, library_text(each.short), "") for key, each in sellers.sets().items()],
        chosen=(kind,),
        count=count,
        batch=db.new_id(),
        most=blanks.MOST,
    )


@blueprint.post("/desk/assist/papers")
@fills_in
def print_papers(actor: Actor) -> ResponseReturnValue:
    """Make empty forms, each with a number of its own, and hand them to the print room."""
    kind, batch = request.form.get("kind", ""), request.form.get("batch", "")
    if len(batch) != len(db.new_id()) or not batch.isalnum():
        return pages.go(url_for("assist.papers"))
    typed, count = forms.number_of_forms()
    if kind not in sellers.sets():
        return _papers([("kind", _("Choose for whom the forms are."))], count=typed)
    try:
        blanks.make(pages.session(), actor, kind, batch=batch, count=count, practice=access.practising())
    except blanks.HowMany as refusal:
        return _papers([("count", refusal.text)], kind=kind, count=typed)
    return redirect(f"/guides/papers/form/{batch}", 307)


@blueprint.post("/desk/assist/sheets/<sheet_id>/form")
@fills_in
def print_form(actor: Actor, sheet_id: str) -> ResponseReturnValue:
    """The form of this farmer, to be filled in at home."""
    row = forms.opened(actor, sheet_id)
    batch = blanks.make_for(pages.session(), actor, row, pages.session().get_one(Sheet, sheet_id))
    return redirect(f"/guides/papers/form/{batch}", 307)


@blueprint.get("/desk/assist/papers/<number>")
@fills_in
def paper(actor: Actor, number: str) -> ResponseReturnValue:
    """What the QR code of a form leads to: its consent, its photos while it is typed in, or that it was sent."""
    session = pages.session()
    blank = blanks.find(session, number)
    if blank is None or blank.practice != access.practising():
        return pages.show("assist/paper.html", 404, number=number[:20], state="unknown", blank=None)
    sheet = session.get(Sheet, blank.sheet_id) if blank.sheet_id else None
    if sheet is not None and cookie.get(HELPS) == sheet.id and service.standing(session, actor, sheet.id):
        return pages.go(f"/desk/assist/sheets/{sheet.id}/paper")
    if blank.sheet_id is None or (sheet is not None and sheet.state == "draft"):
        return _begin(actor, blank, sheet)
    return pages.show("assist/paper.html", number=numbers.shown(blank.number), state="used", blank=blank)


def _begin(actor: Actor, blank: Blank, sheet: Sheet | None) -> ResponseReturnValue:
    place = service.place_of(sheet) if sheet else ""
    if place and not actor.works_for(place):
        abort(404)
    return pages.go(url_for("assist.begin", form=blank.number))


@blueprint.get("/desk/assist/sheets/<sheet_id>/paper")
@fills_in
def photos(actor: Actor, sheet_id: str) -> ResponseReturnValue:
    """The photos of the form, and one more."""
    forms.opened(actor, sheet_id)
    sheet = pages.session().get_one(Sheet, sheet_id)
    fault = "".join(map(str, get_flashed_messages(category_filter=["photo"])))
    return pages.show("assist/photos.html", 422 if fault else 200, sheet=sheet, fault=fault)


@blueprint.post("/desk/assist/sheets/<sheet_id>/paper")
@fills_in
def photograph(actor: Actor, sheet_id: str) -> ResponseReturnValue:
    """Keep one more photo of the form, or take one away."""
    with db.reading() as session:
        if cookie.get(HELPS) != sheet_id or service.standing(session, actor, sheet_id) is None:
            return forms.closed(actor)
    try:
        stored = forms.photo()
        forms.opened(actor, sheet_id)
        sheet = pages.session().get_one(Sheet, sheet_id)
        if stored is not None:
            pictures.add_paper(pages.session(), sheet, stored)
        elif "remove" in request.form:
            pictures.remove_paper(pages.session(), sheet, request.form["remove"])
        else:
            flash(_("Take a photo of the form first, or choose one."), "photo")
    except Refusal as refusal:
        flash(refusal.text, "photo")  # read on the page that our script, too, is sent to
    return pages.go(url_for("assist.photos", sheet_id=sheet_id))


photograph.takes_files = True  # type: ignore[attr-defined]
