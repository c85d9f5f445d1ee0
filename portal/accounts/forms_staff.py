"""The form of a member of staff: name, roles, and places, ticked or looked up by name."""

from flask import request
from wtforms import Field, SelectMultipleField, StringField, ValidationError
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from portal.accounts import areas, staff
from portal.accounts.forms import Asked
from portal.accounts.models import ROLES
from portal.i18n import Refusal
from portal.i18n import gettext as _
from portal.questions.cleaning import clean


class StaffForm(Asked):
    """Who somebody is, what they may do, and where: `at` are the places that are ticked, `places` words to add."""

    name = StringField()
    login = StringField()
    roles = SelectMultipleField(choices=[SelectChoice(role, role) for role in ROLES], validate_choice=False)
    at = SelectMultipleField(choices=[], validate_choice=False)
    places = StringField()
    codes: list[str]

    @property
    def named(self) -> str:
        """The name, without space around it."""
        return clean(self.name.data or "", 100)

    @property
    def looks_up(self) -> bool:
        """Whether places are only looked up by now."""
        return "find" in request.form

    @property
    def ticked(self) -> list[str]:
        """The places that are ticked, as values of boxes; a word that means one place ticks it."""
        typed = areas.offered(self.places.data or "")
        return [*self._known, *([areas.ticked(typed[0])] if len(typed) == 1 else [])]

    @property
    def boxes(self) -> list[tuple[str, str, str]]:
        """The places to tick: those chosen so far, then what the typed words may mean."""
        values = [*self._known, *map(areas.ticked, areas.offered(self.places.data or ""))]
        return [(value, areas.place_names(areas.places_meant(value)), "") for value in dict.fromkeys(values)]

    @property
    def left(self) -> str:
        """The words that stay in the field: those that ticked a box are done with."""
        typed = self.places.data or ""
        return "" if len(areas.offered(typed)) == 1 else typed

    @property
    def nothing_found(self) -> bool:
        """Whether words were looked up that mean no place."""
        return self.looks_up and not areas.offered(self.places.data or "")

    @property
    def _known(self) -> list[str]:
        return [value for value in self.at.data or [] if areas.offered(value) and " " not in value]

    def validate_name(self, field: Field) -> None:
        """A name that people call them."""
        if not 0 < len((field.data or "").strip()) <= 40:
            raise ValidationError(_("Enter the name, for example 王丽; at most 40 characters."))

    def validate_roles(self, field: Field) -> None:
        """At least one, and none that we do not know."""
        if not field.data:
            raise ValidationError(_("Choose at least one role."))
        if not set(field.data) <= set(ROLES):
            raise ValidationError(_("Choose only roles from this list."))

    def validate_places(self, field: Field) -> None:
        """Places that are ticked, and names or codes of others."""
        try:
            self.codes = areas.places_meant(" ".join([*self._known, field.data or ""]))
        except Refusal as refusal:
            raise ValidationError(refusal.text) from refusal


class NewForm(StaffForm):
    """Somebody new: with the name that they sign in by."""

    def validate_login(self, field: Field) -> None:
        """A name of the right characters; whether it is free, adding says."""
        try:
            staff.good_login(field.data or "")
        except Refusal as refusal:
            raise ValidationError(refusal.text) from refusal
