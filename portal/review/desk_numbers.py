"""The staff's side of new phone numbers: one person of the office asks, another one who knows the seller confirms."""

from flask import abort, request
from flask.typing import ResponseReturnValue

from portal import db, pages
from portal.access import Actor, listed, staff
from portal.accounts import codes, number
from portal.i18n import N_, Refusal
from portal.notices import service as notices
from portal.review import forms, numbers, phones
from portal.review.forms import blueprint as review

knows = staff(*sorted(phones.WITNESSES))
NUMBERS = "/desk/review/numbers"


@review.get(NUMBERS)
@listed(N_("New phone numbers"), 14)
@knows
def waiting_numbers(actor: Actor) -> ResponseReturnValue:
    """The new phone numbers that wait for a second person of the office, and the way to ask for one."""
    return _numbers(actor, "")


def _numbers(actor: Actor, typed: str, fault: Refusal | None = None) -> ResponseReturnValue:
    session = pages.session()
    waiting = number.waiting(session, actor)
    rows = [(row, row.case_number and numbers.shown(row.case_number), *number.pair(session, row)) for row in waiting]
    return pages.show("review/numbers.html", 422 if fault else 200, rows=rows, typed=typed, fault=fault)


@review.post(NUMBERS)
@knows
def find_number(actor: Actor) -> ResponseReturnValue:
    """Look up who has a new number: by the number of the application, or by the old phone number."""
    typed = forms.typed_number()
    try:
        with db.aside() as session:
            phones.count_try(session, actor)
        person = phones.find(pages.session(), actor, typed)
    except Refusal as fault:
        return _numbers(actor, typed, fault)
    return pages.go(person.url)


@review.post(f"{NUMBERS}/<change_id>")
@knows
def witness(actor: Actor, change_id: str) -> ResponseReturnValue:
    """Confirm a new number as the second person, or say no."""
    session = pages.session()
    verb = phones.refuse_number if "no" in request.form else number.confirm
    verb(session, number.one(session, actor, change_id), by=actor)
    return pages.go(NUMBERS)


@review.get("/desk/review/<case_id>/number")
@knows
def number_page(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Asks for the new number of a seller who came in person."""
    return _number_page(phones.of_case(pages.session(), actor, case_id), forms.Said("", ""))


@review.get(f"{NUMBERS}/seller/<seller_id>")
@knows
def seller_number_page(actor: Actor, seller_id: str) -> ResponseReturnValue:
    """The same for a seller who has sent nothing yet."""
    return _number_page(phones.of_seller(pages.session(), actor, seller_id), forms.Said("", ""))


def _number_page(person: phones.Person | None, said: forms.Said, fault: Refusal | None = None) -> ResponseReturnValue:
    facts = {"person": person or abort(404), "said": said, "fault": fault, "sends": notices.sends()}
    return pages.show("review/number.html", 422 if fault else 200, **facts)


@review.post("/desk/review/<case_id>/number")
@knows
def new_number(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Ask for the new number; it counts when a colleague has confirmed it."""
    return _ask(actor, phones.of_case(pages.session(), actor, case_id))


@review.post(f"{NUMBERS}/seller/<seller_id>")
@knows
def new_number_of_seller(actor: Actor, seller_id: str) -> ResponseReturnValue:
    """The same for a seller who has sent nothing yet."""
    return _ask(actor, phones.of_seller(pages.session(), actor, seller_id))


def _ask(actor: Actor, person: phones.Person | None) -> ResponseReturnValue:
    said = forms.new_number()
    try:
        phone = codes.phone_number(said.reason)
        phones.ask_number(pages.session(), person or abort(404), by=actor, phone=phone, reason=said.words)
    except Refusal as fault:
        return _number_page(person, said, fault)
    return pages.go(NUMBERS)
