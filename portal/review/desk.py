"""The staff's side: the queue, a case, remarks and decisions."""

from collections.abc import Callable
from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue

from portal import notes, pages
from portal.access import Actor, anyone, listed, menu, staff
from portal.accounts import codes, number
from portal.i18n import N_, Refusal
from portal.review import dossier, forms, numbers, phones, queue, remarks, service
from portal.review.forms import blueprint as review
from portal.review.models import Case

reads = staff("reviewer", "manager", "auditor")
decides = staff("reviewer", "manager")
knows = staff("reviewer", "manager", "admin", "helper")


@review.get("/desk")
@review.get("/desk/")
@anyone
def desk(actor: Actor) -> ResponseReturnValue:
    """What people type: the desk begins with the first page that this person may open."""
    mine = menu(actor)
    return pages.go(mine[0][2] if mine else forms.QUEUE)


@review.get("/desk/review/")
@listed(N_("Applications"), 1)
@reads
def waiting(actor: Actor) -> ResponseReturnValue:
    """The queue."""
    session, part = pages.session(), forms.wanted()
    rows, more = queue.page(session, actor, part)
    counts = queue.counts(session, actor, part)
    further = forms.address(part, after=str(rows[-1].seq)) if more else ""
    facts: dict[str, Any] = {"filters": forms.filters(part, counts), "choosing": forms.choosing(actor, part, counts)}
    told = notes.for_desk(session, actor)
    return pages.show("review/queue.html", rows=rows, part=part, further=further, notes=told, **facts)


@review.get("/desk/review/<case_id>")
@reads
def case(actor: Actor, case_id: str) -> ResponseReturnValue:
    """One case with all that is known of it."""
    return _case(actor, case_id)


def _case(actor: Actor, case_id: str, status: int = 200, **facts: Any) -> ResponseReturnValue:
    found = _found(actor, case_id)
    return pages.show("review/case.html", status, **{"it": found, "refusal": "", "phone": "", **facts})


def _found(actor: Actor, case_id: str) -> dossier.Dossier:
    return dossier.for_staff(pages.session(), actor, case_id) or abort(404)


def _do(actor: Actor, case_id: str, act: Callable[[Case], object]) -> ResponseReturnValue:
    """Do something to a case and show it; a refusal stands above the case as it is now."""
    found = service.case_for(pages.session(), actor, case_id)
    if found is None:
        abort(404)
    try:
        act(found)
    except (remarks.NoReason, service.NoWords):
        raise
    except Refusal as refusal:
        return _case(actor, case_id, 409, refusal=refusal.text)
    return pages.go(f"/desk/review/{case_id}")


@review.post("/desk/review/<case_id>/<any(take, release, approve):verb>")
@decides
def move(actor: Actor, case_id: str, verb: str) -> ResponseReturnValue:
    """Take it, put it back, or approve it."""
    verbs = {"take": service.take, "release": service.release, "approve": service.approve}
    version = forms.version()
    return _do(actor, case_id, lambda found: verbs[verb](pages.session(), found, by=actor, version=version))


@review.get("/desk/review/<case_id>/remark/<key>")
@decides
def remark_page(actor: Actor, case_id: str, key: str) -> ResponseReturnValue:
    """Asks what is to be mended at one field."""
    it = _found(actor, case_id)
    made = remarks.on_field(pages.session(), it.case, key)
    said = forms.Said(made.reason, remarks.words_of(made)) if made else forms.Said("", "")
    return _remark_page(it, key, said, made=made is not None)


def _remark_page(it: dossier.Dossier, key: str, said: forms.Said, **facts: Any) -> ResponseReturnValue:
    row = it.row(key)
    if row is None or row.gone:
        abort(404)
    facts = {"fault": None, "made": False, **facts}
    return pages.show(
        "review/remark.html",
        422 if facts["fault"] else 200,
        it=it,
        row=row,
        said=said,
        reasons=forms.reasons(),
        **facts,
    )


@review.post("/desk/review/<case_id>/remark/<key>")
@decides
def remark(actor: Actor, case_id: str, key: str) -> ResponseReturnValue:
    """Remark on a field, or take the remark off."""
    said, session = forms.said(), pages.session()
    if "off" in request.form:
        return _do(actor, case_id, lambda found: remarks.unremark(session, found, by=actor, key=key))
    try:
        return _do(
            actor,
            case_id,
            lambda found: remarks.remark(session, found, by=actor, key=key, reason=said.reason, words=said.words),
        )
    except remarks.NoReason as fault:
        return _remark_page(_found(actor, case_id), key, said, fault=fault)


@review.get("/desk/review/<case_id>/send_back")
@decides
def send_back_page(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Shows what the seller will read, and asks whether to send it back."""
    return pages.show("review/send_back.html", it=_found(actor, case_id))


@review.post("/desk/review/<case_id>/send_back")
@decides
def send_back(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Send it back to be mended."""
    version = forms.version()
    return _do(actor, case_id, lambda found: service.send_back(pages.session(), found, by=actor, version=version))


@review.get("/desk/review/<case_id>/reject")
@decides
def reject_page(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Asks why it is turned down."""
    return _reject_page(actor, case_id, forms.Said("", ""))


def _reject_page(actor: Actor, case_id: str, said: forms.Said, fault: Refusal | None = None) -> ResponseReturnValue:
    return pages.show(
        "review/reject.html",
        422 if fault else 200,
        it=_found(actor, case_id),
        said=said,
        fault=fault,
        reasons=forms.reasons(),
    )


@review.post("/desk/review/<case_id>/reject")
@decides
def reject(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Turn it down."""
    said, version = forms.said(), forms.version()
    try:
        return _do(
            actor,
            case_id,
            lambda found: service.reject(
                pages.session(), found, by=actor, version=version, reason=said.reason, words=said.words
            ),
        )
    except (remarks.NoReason, service.NoWords) as fault:
        return _reject_page(actor, case_id, said, fault)


@review.post("/desk/review/<case_id>/phone")
@decides
def phone(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Show the seller's number once, and note who looked at it."""
    found = service.case_for(pages.session(), actor, case_id)
    if found is None:
        abort(404)
    number = service.see_phone(pages.session(), found, by=actor)
    return _case(actor, case_id, phone=number)


@review.get("/desk/review/numbers")
@listed(N_("New phone numbers"), 14)
@knows
def waiting_numbers(actor: Actor) -> ResponseReturnValue:
    """The new phone numbers that wait for a second person of the office, and the way to ask for one."""
    rows = [(row, numbers.shown(row.case_number)) for row in number.waiting(pages.session(), actor)]
    return pages.show("review/numbers.html", rows=rows, typed="", fault=None)


@review.post("/desk/review/numbers")
@knows
def find_number(actor: Actor) -> ResponseReturnValue:
    """Look the case up whose seller has a new number."""
    typed = forms.typed_number()
    found = phones.by_number(pages.session(), actor, typed)
    if found is not None:
        return pages.go(f"/desk/review/{found.id}/number")
    rows = [(row, numbers.shown(row.case_number)) for row in number.waiting(pages.session(), actor)]
    return pages.show("review/numbers.html", 422, rows=rows, typed=typed, fault=phones.NoSuchNumber())


@review.post("/desk/review/numbers/<change_id>")
@knows
def witness(actor: Actor, change_id: str) -> ResponseReturnValue:
    """Confirm a new number as the second person, or say no."""
    session = pages.session()
    row = number.one(session, actor, change_id) or abort(404)
    verb = number.refuse_change if "no" in request.form else number.confirm
    verb(session, row, by=actor)
    return pages.go("/desk/review/numbers")


@review.get("/desk/review/<case_id>/number")
@knows
def number_page(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Asks for the new number of a seller who came in person."""
    return _number_page(actor, case_id, forms.Said("", ""))


def _number_page(actor: Actor, case_id: str, said: forms.Said, fault: Refusal | None = None) -> ResponseReturnValue:
    found = phones.known_to(pages.session(), actor, case_id) or abort(404)
    number_ = numbers.shown(found.number)
    return pages.show("review/number.html", 422 if fault else 200, case=found, number=number_, said=said, fault=fault)


@review.post("/desk/review/<case_id>/number")
@knows
def new_number(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Ask for the new number; it counts when a colleague has confirmed it."""
    found = phones.known_to(pages.session(), actor, case_id) or abort(404)
    said = forms.new_number()
    try:
        phone = codes.phone_number(said.reason)
        phones.ask_number(pages.session(), found, by=actor, phone=phone, reason=said.words)
    except Refusal as fault:
        return _number_page(actor, case_id, said, fault)
    return pages.go("/desk/review/numbers")
