"""The staff's side: how the shops of their places stand on the platform, and telling it in a seller's name."""

from flask import abort
from flask.typing import ResponseReturnValue

from portal import pages
from portal.access import Actor, listed, staff
from portal.i18n import N_
from portal.registration import forms, platform, sellers, standings
from portal.registration.forms import blueprint as registration
from portal.registration.models import STANDINGS
from portal.review import expiry, moves
from portal.sheets.submissions import submitted

reads = staff(*sorted(platform.READERS))
tells = staff(*sorted(platform.TELLERS))


@registration.get("/desk/registration/platform")
@listed(N_("Shops"), 2)
@reads
def shops(actor: Actor) -> ResponseReturnValue:
    """How many shops stand where, why the platform refused, and the shops themselves."""
    wanted, session = forms.wanted(), pages.session()
    rows, more = standings.page(session, actor, wanted)
    return pages.show(
        "registration/shops.html",
        wanted=wanted,
        rows=rows,
        further=rows[-1].seq if more else 0,
        months=standings.months(),
        standings=STANDINGS,
        expiries=standings.EXPIRIES,
        counts=standings.overview(session, actor, wanted),
    )


@registration.get("/desk/registration/platform/<case_id>")
@reads
def shop(actor: Actor, case_id: str) -> ResponseReturnValue:
    """One shop: how it stands, and what its seller types where."""
    return _page(actor, _record(actor, case_id))


def _record(actor: Actor, case_id: str) -> platform.Record:
    return platform.record_for(pages.session(), actor, case_id) or abort(404)


def _page(actor: Actor, record: platform.Record, refusal: str = "") -> ResponseReturnValue:
    facts = forms.page(actor, record, refusal) | {
        "tells": platform.may_tell(actor, record.case),
        "reads": moves.may_see(actor, record.case),
        "papers": expiry.papers(sellers.sets()[record.case.kind], submitted(record.submission)),
    }
    return pages.show("registration/shop.html", 409 if refusal else 200, **facts)


def _address(case_id: str) -> str:
    return f"/desk/registration/platform/{case_id}"


@registration.get("/desk/registration/platform/<case_id>/<any(refused, open):to>")
@tells
def tell_for_page(actor: Actor, case_id: str, to: str) -> ResponseReturnValue:
    """Asks for what belongs to the telling."""
    return forms.ask(_record(actor, case_id), to, _address(case_id))


@registration.post("/desk/registration/platform/<case_id>/<any(not_yet, sent, refused, open):to>")
@tells
def tell_for(actor: Actor, case_id: str, to: str) -> ResponseReturnValue:
    """Tell how the shop stands, in the seller's name."""
    record = _record(actor, case_id)
    return forms.tell(actor, record, to, _address(case_id), lambda refusal: _page(actor, record, refusal))
