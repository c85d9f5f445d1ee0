"""Who are you: one choice."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import AnyOf

from portal.i18n import N_
from portal.registration.service import KINDS


class Who(FlaskForm):
    """The kind of seller."""

    kind = StringField(validators=[AnyOf(KINDS, message=N_("Choose what fits you best. Not sure? Ring the office."))])
