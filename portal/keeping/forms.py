"""What the browser sends about what we keep."""

from flask import Blueprint, request

from portal import db
from portal.accounts.models import Seller
from portal.i18n import N_, Refusal
from portal.questions.cleaning import clean

# Both sides of the room, views and desk, hang their pages on it.
blueprint = Blueprint("keeping", __name__)


class WrongTail(Refusal):
    """Whoever deletes does not know whose data it is, or was about to delete by a slip."""

    msgid = N_("Enter the last 4 digits of your own number, so that nothing goes by a slip.")
    field = "tail"


def refuse_slip(tail: str) -> None:
    """Raise WrongTail unless the last four digits were typed."""
    if clean(request.form.get("tail", ""), 10).replace(" ", "") != tail:
        raise WrongTail


def pressed_again() -> bool:
    """Whether the form of somebody who deleted everything is sent once more: the person it names is not here."""
    person = request.form.get("person", "")
    with db.reading() as session:
        return bool(person) and session.get(Seller, person) is None


def typed() -> dict[str, str]:
    """The days of each rule as typed."""
    return {name.removeprefix("days."): value[:10] for name, value in request.form.items() if name.startswith("days.")}
