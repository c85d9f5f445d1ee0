"""The staff's side: the queue, and new numbers of sellers."""

from flask import abort, request
from flask.typing import ResponseReturnValue

from portal import notes, pages
from portal.access import Actor, anyone, listed, menu, staff
from portal.accounts import codes, number
from portal.i18n import N_, Refusal
from portal.review import forms, numbers, phones, queue
from portal.review.forms import blueprint as review

reads = staff("reviewer", "manager", "auditor")
knows = staff("reviewer", "manager", "admin", "helper")


@review.get("/desk")
@review.get("/desk/")
@anyone
def desk(actor: Actor) -> ResponseReturnValue:
    """What people type: the desk begins with the first page that this person may open."""
    mine = menu(actor)
    return pages.go(mine[0][2] if mine else forms.QUEUE)


@review.get("/desk/review/keys")
@reads
def keys(actor: Actor) -> ResponseReturnValue:
    """Which keys of the keyboard do what."""
    return pages.show("review/keys.html", keys=forms.keys())


@review.get("/desk/review/")
@listed(N_("Applications"), 1)
@reads
def waiting(actor: Actor) -> ResponseReturnValue:
    """The queue."""
    session, part = pages.session(), forms.wanted()
    rows, more = queue.page(session, actor, part)
    counts = queue.counts(session, actor, part)
    further = forms.address(part, after=str(rows[-1].seq)) if more else ""
    filters, told = forms.filters(part, counts), notes.for_desk(session, actor)
    return pages.show("review/queue.html", rows=rows, part=part, filters=filters, further=further, notes=told)


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
