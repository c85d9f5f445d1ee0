"""The staff's side: the next farmer, consent and code, what was sent, and the end."""

from flask import abort, make_response, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from portal import access, db, pages
from portal.access import HELPS, Actor, listed, staff
from portal.accounts import codes, practice
from portal.accounts import forms as accounts
from portal.accounts import service as people
from portal.accounts.forms import CodeForm
from portal.assist import blanks, consent, forms, service
from portal.assist.forms import BeginForm, blueprint
from portal.assist.models import Assist
from portal.assist.wording import wording
from portal.i18n import N_, Refusal, library_text
from portal.notices import gateways
from portal.registration import sellers
from portal.registration import service as registration
from portal.review import clock, numbers
from portal.review.states import STATES
from portal.sheets import service as sheets
from portal.sheets.models import Sheet

fills_in = staff(*service.ROLES)
BEGIN = "/desk/assist/"


@blueprint.route(BEGIN, methods=["GET", "POST"])
@listed(N_("Fill in for somebody"), 4)
@fills_in
def begin(actor: Actor) -> ResponseReturnValue:
    """The next farmer: what is read out, whose number, who gets the messages, as what."""
    with db.reading() as session:
        blank = blanks.find(session, request.args.get("form", ""))
    form = BeginForm(**({"kind": blank.set_key} if blank else {}))
    if blank is not None:
        form.kind.data = blank.set_key
    if form.validate_on_submit():
        try:
            return pages.go(url_for("assist.code", assist_id=_asked(actor, form.wish(blank))))
        except Refusal as refusal:
            form.refuse(refusal)
    held = cookie.get(HELPS, "")
    return pages.show(
        "assist/begin.html",
        422 if form.errors else 200,
        form=form,
        wording=wording(),
        sends=gateways.gateway().sends or access.practising(),
        blank=numbers.shown(blank.number) if blank else "",
        kinds=[(key, library_text(each.short), "") for key, each in sellers.sets().items()],
        open=held if held and service.standing(pages.session(), actor, held) else "",
    )


def _asked(actor: Actor, wish: consent.Wish) -> str:
    """Ask for the farmer's code; a second press finds what the first one asked for."""
    id = db.new_id()
    with db.reading() as session:  # a code is sent aside, before the request's transaction
        service.refuse_elsewhere(session, actor, people.with_phone(session, wish.phone, practice=wish.practice))
        before = consent.awaited_for(session, actor, wish)
        before_id = before.id if before else ""
    if before_id:
        return before_id
    _send(actor, wish.phone, id)
    return consent.ask(pages.session(), actor, wish, id=id).id


def _send(actor: Actor, phone: str, assist_id: str) -> None:
    """Send the farmer a code, or wait for one of the office. Raises what the sending refuses."""
    with db.aside() as session:
        if access.practising():
            practice.refuse_closed(session)
        codes.ask(
            session,
            phone,
            asker=consent.asker(assist_id),
            address=accounts.address(),
            way=accounts.way(by_office="by_office" in request.form),
            say=consent.message(actor),
        )


@blueprint.route("/desk/assist/code/<assist_id>", methods=["GET", "POST"])
@fills_in
def code(actor: Actor, assist_id: str) -> ResponseReturnValue:
    """Ask for the farmer's code; the right one opens their application to this helper."""
    row, form = _awaited(actor, assist_id), CodeForm()
    if form.validate_on_submit():
        try:
            opened = _proven(actor, row, form.digits)
        except Refusal as refusal:
            form["code"].errors = [refusal.text]
        else:
            forms.holds(opened.sheet_id)
            return pages.go(_first(opened))
    return _code_page(row, form)


def _awaited(actor: Actor, assist_id: str) -> Assist:
    """The filling whose code is asked for; after it, on to what it opened, or to the page that says it is over."""
    with db.reading() as session:
        held = cookie.get(HELPS, "")
        row, opened = consent.awaited(session, actor, assist_id), held and service.standing(session, actor, held)
    here = opened and opened.id == assist_id
    return row or abort(make_response(pages.go(_on(opened)) if opened and here else forms.closed(actor)))


def _code_page(row: Assist, form: CodeForm) -> ResponseReturnValue:
    with db.reading() as session:
        asked = codes.asked(session, consent.asker(row.id)) or abort(404)
    return pages.show(
        "assist/code.html",
        422 if form.errors else 200,
        form=form,
        row=row,
        asked=asked,
        shown=codes.shown(asked),
        sends=gateways.gateway().sends,
    )


def _proven(actor: Actor, row: Assist, digits: str) -> Assist:
    """Open with the farmer's code. The try counts, whatever comes of it. Raises why nothing opens."""
    with db.aside() as session:
        proof = consent.prove(session, actor, row, digits)
    if proof.refusal:
        raise proof.refusal
    return service.open(pages.session(), actor, row, proof)


def _first(row: Assist) -> str:
    """Where a filling begins: with the question which kind it is, where the farmer had begun as another."""
    begun = pages.session().get_one(Sheet, row.sheet_id)
    return _on(row) if begun.set_key == row.set_key else url_for("assist.kind", sheet_id=row.sheet_id)


def _on(row: Assist) -> str:
    """Where it goes on: with the photos of the paper, else with the pages."""
    return f"/desk/assist/sheets/{row.sheet_id}/paper" if row.blank_id else f"/sheets/{row.sheet_id}"


@blueprint.route("/desk/assist/sheets/<sheet_id>/kind", methods=["GET", "POST"])
@fills_in
def kind(actor: Actor, sheet_id: str) -> ResponseReturnValue:
    """The farmer has begun as another kind than was chosen: go on as that, or change it and lose what is named."""
    row = forms.opened(actor, sheet_id)
    sheet = pages.session().get_one(Sheet, sheet_id)
    if "leaves" in request.form:
        seller = row.seller_id or ""
        registration.begin(pages.session(), seller_id=seller, kind=row.set_key, leaves=request.form["leaves"])
    if sheet.set_key == row.set_key:
        return pages.go(_on(row))
    return pages.show(
        "assist/kind.html",
        begun=sheets.set_of(sheet),
        chosen=sellers.sets()[row.set_key],
        leaves=registration.leaves(sheet, row.set_key),
        blank=bool(row.blank_id),
        on=_on(row),
    )


@blueprint.post("/desk/assist/code/<assist_id>/again")
@fills_in
def again(actor: Actor, assist_id: str) -> ResponseReturnValue:
    """Send a new code to the same farmer, or wait for one of the office."""
    row, form = _awaited(actor, assist_id), CodeForm(formdata=None)
    try:
        _send(actor, consent.phone_of(row), row.id)
    except Refusal as refusal:
        form["code"].errors = [refusal.text]
        return _code_page(row, form)
    return pages.go(url_for("assist.code", assist_id=assist_id))


@blueprint.post("/desk/assist/sheets/<sheet_id>/send")
@fills_in
def send(actor: Actor, sheet_id: str) -> ResponseReturnValue:
    """Send what was read out; without the tick it is asked for once more."""
    done = service.sent_of(pages.session(), actor, sheet_id)
    if done and cookie.get(HELPS) != sheet_id:
        return pages.go(url_for("assist.sent", assist_id=done))
    row = forms.opened(actor, sheet_id)
    ticked = "".join(f"&{name}" for name in ("read", "as_it_is") if name in request.form)
    if "read" not in request.form:
        return pages.go(f"/sheets/{sheet_id}/check?unread{ticked}#read")
    try:
        service.send(pages.session(), actor, row, as_it_is="as_it_is" in request.form)
    except sheets.Untouched:
        return pages.go(f"/sheets/{sheet_id}/check?untouched{ticked}#as_it_is")
    except (sheets.Unfinished, service.PlaceOutside):
        return pages.go(f"/sheets/{sheet_id}/check")
    forms.lets_go()
    return pages.go(url_for("assist.sent", assist_id=row.id))


@blueprint.get("/desk/assist/sent/<assist_id>")
@fills_in
def sent(actor: Actor, assist_id: str) -> ResponseReturnValue:
    """The number, to be written down for the farmer; gone with the next one."""
    row, case = service.sent(pages.session(), actor, assist_id) or abort(make_response(forms.closed(actor)))
    due = clock.answers_by(pages.session(), case)
    sends = gateways.gateway().sends or access.practising()
    return pages.show("assist/sent.html", row=row, due=due, number=numbers.shown(case.number), sends=sends)


@blueprint.post("/desk/assist/end")
@fills_in
def end(actor: Actor) -> ResponseReturnValue:
    """Done with this farmer: what was saved stays theirs, nothing of it opens here any more."""
    service.end_all(pages.session(), actor)
    forms.lets_go()
    return pages.go(BEGIN)


@blueprint.get("/desk/assist/mine")
@fills_in
def mine(actor: Actor) -> ResponseReturnValue:
    """What this helper filled in lately: how far it is, and whom the station has to tell."""
    rows = [
        (row, numbers.shown(case.number), STATES[case.told], tells, tells and case.told in service.ANSWERED)
        if case
        else (row, "", None, tells, False)
        for row, case, tells in service.filled(pages.session(), actor)
        if row.practice == access.practising()
    ]
    return pages.show("assist/mine.html", rows=rows)


@blueprint.get("/desk/assist/tell/<assist_id>")
@fills_in
def tell(actor: Actor, assist_id: str) -> ResponseReturnValue:
    """What the helper tells the person of a decision: the words that the seller reads."""
    it = service.to_tell(pages.session(), actor, assist_id)
    return pages.show("assist/tell.html", it=it or abort(404))
