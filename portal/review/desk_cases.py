"""The staff's side of one case: what is known of it, its photos, notes; taken, put back, handed over."""

from collections.abc import Callable
from functools import partial

from flask import abort, request
from flask.typing import ResponseReturnValue

from portal import pages
from portal.access import Actor, staff
from portal.i18n import Refusal
from portal.review import decisions, forms, notebook, service, sides
from portal.review.dossier import Dossier
from portal.review.forms import blueprint as review
from portal.review.models import Case

reads = staff("reviewer", "manager", "auditor")
decides = staff("reviewer", "manager")


@review.get("/desk/review/<case_id>")
@reads
def case(actor: Actor, case_id: str) -> ResponseReturnValue:
    """One case with all that is known of it."""
    return forms.case_page(actor, case_id)


@review.get("/desk/review/<case_id>/photos")
@reads
def photos(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Two photos beside each other, large, turned as one likes."""
    it = forms.found(actor, case_id)
    beside = sides.sides(f"/desk/review/{case_id}/photos", it.pictures(), request.args)
    return pages.show("review/photos.html", it=it, sides=beside)


@review.post("/desk/review/<case_id>/<any(take, release, approve, confirm, undo):verb>")
@decides
def move(actor: Actor, case_id: str, verb: str) -> ResponseReturnValue:
    """What needs no more than a button: take it, put it back, approve, agree to a proposal, undo."""
    verb_of: dict[str, Callable[..., Case]] = {"take": service.take, "undo": decisions.undo}
    verb_of |= {"confirm": decisions.confirm, "release": partial(service.release, boxes=forms.boxes())}
    verb_of |= {"approve": partial(decisions.approve, boxes=forms.boxes())}
    session, version = pages.session(), forms.version()

    def made(found: Case) -> None:
        notebook.begun(session, found, by=actor, version=version, words=forms.note())
        verb_of[verb](session, found, by=actor, version=version)

    return forms.do(actor, case_id, made)


@review.post("/desk/review/<case_id>/note")
@decides
def note(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Note something for colleagues, and keep the ticks."""

    def made(found: Case) -> None:
        if not any(forms.boxes()) and not forms.note():
            raise notebook.EmptyNote
        forms.keep(found, actor)

    return forms.do(actor, case_id, made, to="#notes")


@review.get("/desk/review/<case_id>/hand_over")
@decides
def hand_over_page(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Asks which colleague goes on with it."""
    return forms.asking(actor, case_id, "hand_over", lambda it: _hand_over_page(actor, it))


def _hand_over_page(actor: Actor, it: Dossier, fault: Refusal | None = None) -> ResponseReturnValue:
    without = it.case.holder_id or actor.id  # a manager may take over what another one looks at
    found = decisions.colleagues(pages.session(), it.case)
    people = [(each.id, each.name, "") for each in found if each.id != without]
    return pages.show("review/hand_over.html", 422 if fault else 200, it=it, people=people, fault=fault)


@review.post("/desk/review/<case_id>/hand_over")
@decides
def hand_over(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Give it to a colleague."""
    to, version = request.form.get("to", "")[:20], forms.version()

    def made(found: Case) -> None:
        decisions.hand_over(pages.session(), found, by=actor, version=version, to=to)

    try:
        return forms.do(actor, case_id, made)
    except decisions.NoColleague as fault:
        return _hand_over_page(actor, forms.found(actor, case_id), fault)


@review.post("/desk/review/<case_id>/phone")
@decides
def phone(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Show the seller's number once, and note who looked at it; what was typed and ticked is kept."""
    found = service.case_for(pages.session(), actor, case_id) or abort(404)
    forms.keep(found, actor)
    number = service.see_phone(pages.session(), found, by=actor)
    return forms.case_page(actor, case_id, phone=number)
