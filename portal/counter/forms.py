"""What the browser sends to the counter."""

from flask import Blueprint, request
from wtforms import StringField, ValidationError

from portal.accounts import codes
from portal.accounts.forms import Asked
from portal.counter import people, reading
from portal.counter.people import Fault, Person
from portal.i18n import Refusal

# Both sides of the room, views and desk, hang their pages on it.
blueprint = Blueprint("counter", __name__)
Read = tuple[list[Person], list[Fault]]


class DigitsForm(Asked):
    """The digits of a card."""

    code = StringField()
    digits = ""

    def validate_code(self, field: StringField) -> None:
        """As many digits as a code of the office has."""
        try:
            self.digits = codes.digits_of(field.data or "", "office")
        except Refusal as refusal:
            raise ValidationError(refusal.text) from refusal


class ListForm(Asked):
    """A list of people: a file, or pasted lines."""

    list = StringField()
    text = StringField()

    def read(self) -> Read:
        """The people and the faults of their rows. Raises Refusal for what is no list at all."""
        sent = request.files.get("list")
        if sent is not None and sent.filename:
            return people.read(reading.workbook(sent.stream.read(reading.MOST_BYTES + 1)))
        text = self.text.data or ""
        if not text.strip():
            raise people.NothingSent
        return people.read(reading.lines(text))


def days() -> int:
    """For how many days the cards are to be good; 0 when it makes no sense."""
    text = request.form.get("days", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0
