"""The page that a printed card's QR code leads to: the digits on the same card open it, the code alone nothing."""

from flask.typing import ResponseReturnValue

from portal import db, i18n, pages
from portal.access import Actor, anyone
from portal.accounts import codes, forms, handed, service
from portal.counter.forms import DigitsForm, blueprint

HOME = "/registration/mine"


@blueprint.route("/counter/<token>", methods=["GET", "POST"])
@anyone
def card(actor: Actor, token: str) -> ResponseReturnValue:
    """Ask for the digits of the card; the right ones sign in."""
    with db.reading() as session:
        row = handed.of_card(session, token)
    if row is None:
        return pages.show("counter/gone.html", 404)
    form, phone = DigitsForm(), handed.phone_of(row)
    if form.validate_on_submit():
        with db.aside() as session:
            left = handed.try_card(session, row, form.digits)
        if left == 0:
            person = service.seller_of(pages.session(), phone, i18n.language())
            forms.sign_in("seller", person.id)
            return pages.go(HOME)
        if left == 1:
            return pages.show("counter/gone.html", 404)
        form.refuse(codes.NotTheirs(left=left - 1))
    return pages.show("counter/card.html", 422 if form.errors else 200, form=form, tail=row.tail)
