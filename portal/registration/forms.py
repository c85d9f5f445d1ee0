"""Who are you: one choice; and what was answered in the readiness check, which the browser keeps in its cookie."""

from flask import session as cookie
from flask_wtf import FlaskForm
from wtforms import Field, StringField, ValidationError

from portal.i18n import gettext
from portal.questions import service as questions
from portal.questions.models import Answers
from portal.registration import readiness
from portal.registration.service import sets

CHECK = "check"


class Who(FlaskForm):
    """The kind of seller."""

    kind = StringField()

    def validate_kind(self, field: Field) -> None:
        """One of those that there are."""
        if field.data not in sets():
            raise ValidationError(gettext("Choose what fits you best. Not sure? The six questions above tell you."))


def checked() -> Answers:
    """What this browser's visitor has answered, as far as the check still asks it."""
    wanted = readiness.questions_asked()
    return questions.move(cookie.get(CHECK) or {}, wanted, wanted)


def keep_checked(given: Answers) -> Answers:
    """Keep what was answered on one page; returns all that is answered now."""
    known = {**checked(), **given}
    cookie[CHECK] = {key: value for key, value in known.items() if value is not None}
    return checked()


def forget_checked() -> None:
    """Begin anew: the next visitor of a shared phone finds nothing."""
    cookie.pop(CHECK, None)
