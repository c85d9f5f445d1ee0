"""What the browser sends in assisted filling."""

from flask import Blueprint, abort, make_response, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from wtforms import StringField, ValidationError

from portal import access, pages, photos
from portal.access import HELPS, Actor
from portal.accounts.forms import PhoneForm
from portal.accounts.models import CONTACTS
from portal.assist import consent, service
from portal.assist.models import Assist, Blank
from portal.i18n import gettext as _
from portal.questions.cleaning import clean
from portal.registration import sellers
from portal.sheets import pictures
from portal.sheets.forms import stored

# Both files of the staff's side hang their pages on it.
blueprint = Blueprint("assist", __name__)


class BeginForm(PhoneForm):
    """Whose number, who gets the messages, as what, and that the consent was read out."""

    contact = StringField(default="own")
    relative = StringField()
    kind = StringField()
    read = StringField()

    @property
    def faults(self) -> list[tuple[str, str]]:
        """In the order of the page: what is read out comes first."""
        return sorted(super().faults, key=lambda fault: fault[0] != "read")

    @property
    def name(self) -> str:
        """The relative's name, where it is one's phone."""
        return clean(self.relative.data or "", 20) if self.contact.data == "relative" else ""

    def wish(self, blank: Blank | None) -> consent.Wish:
        """What was asked for, once it is without fault."""
        return consent.Wish(
            phone=self.number,
            contact=str(self.contact.data),
            name=self.name,
            set_key=str(self.kind.data),
            blank_id=blank.id if blank else None,
            practice=access.practising(),
        )

    def validate_contact(self, field: StringField) -> None:
        """One of those that there are."""
        if field.data not in CONTACTS:
            raise ValidationError(_("Choose who gets the messages."))

    def validate_relative(self, field: StringField) -> None:
        """A relative has a name."""
        if self.contact.data == "relative" and not self.name:
            raise ValidationError(_("Write whose phone it is, for example: daughter 王丽."))

    def validate_kind(self, field: StringField) -> None:
        """One of the kinds of seller."""
        if field.data not in sellers.sets():
            raise ValidationError(_("Choose as what the person sells."))

    def validate_read(self, field: StringField) -> None:
        """The box is ticked."""
        if not field.data:
            raise ValidationError(_("Read the sentences out first. When the person agrees, tick the box."))


def photo() -> pictures.Stored | None:
    """The photo that was sent, decoded and put on disk. Raises what photos refuses."""
    file = request.files.get("photo")
    try:
        return stored(file) if file is not None and file.filename else None
    except photos.Busy:
        if request.headers.get("X-Script"):
            abort(503)  # our script still holds the photo: it waits and sends it again
        raise


def opened(actor: Actor, sheet_id: str) -> Assist:
    """What this member of staff fills in now, in this browser; everything else is a 404 that says how to go on."""
    row = service.standing(pages.session(), actor, sheet_id) if cookie.get(HELPS) == sheet_id else None
    if row is None or row.practice != access.practising():
        abort(make_response(closed(actor)))
    return row


def closed(actor: Actor) -> ResponseReturnValue:
    """The page of a sheet that is not open here, whether there is one or not; a 404 for those who never fill in."""
    if not actor.roles & set(service.ROLES):
        abort(404)
    return pages.show("assist/closed.html", 404)


def holds(sheet_id: str | None) -> None:
    """This browser fills this sheet in, and no other one."""
    cookie[HELPS] = sheet_id


def lets_go() -> None:
    """Nothing is filled in here any more."""
    cookie.pop(HELPS, None)


def number_of_forms() -> tuple[str, int]:
    """How many forms are to be printed, as it was typed and as a number; 0 where it is none."""
    typed = clean(request.form.get("count", ""), 5)
    return typed, int(typed) if typed.isascii() and typed.isdigit() else 0
