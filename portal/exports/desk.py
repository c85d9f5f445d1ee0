"""The staff's side: choose the columns of a list, and have it made."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal import db, pages
from portal.access import Actor, staff
from portal.audit import forms as doings_forms
from portal.audit.service import READERS
from portal.exports import forms, service
from portal.exports.forms import blueprint
from portal.exports.models import Table
from portal.exports.tables import ENDINGS
from portal.i18n import Refusal
from portal.i18n import gettext as _
from portal.review import filters as cases_filters
from portal.review import forms as cases_forms


@blueprint.route("/desk/exports/cases", methods=["GET", "POST"])
@staff("reviewer", "manager", "auditor")
def cases(actor: Actor) -> ResponseReturnValue:
    """The applications that the queue's filters choose."""
    part = cases_forms.wanted()
    return _table(actor, service.TABLES["cases"], part, cases_filters.address(part))


@blueprint.route("/desk/exports/audit", methods=["GET", "POST"])
@staff(*READERS)
def doings(actor: Actor) -> ResponseReturnValue:
    """Who did what, as its filters choose."""
    part = doings_forms.wanted()
    return _table(actor, service.TABLES["audit"], part, doings_forms.address(part))


def _table(actor: Actor, table: Table, part: Any, back: str) -> ResponseReturnValue:
    session, chosen, (ending, once), fault = pages.session(), forms.columns(actor, table), forms.how(), ""
    if request.method == "POST":
        try:
            asked = service.ask(session, actor, table, part=part, columns=chosen, how=(ending, once))
            return pages.go(f"/guides/prints/{asked.id}")
        except Refusal as refusal:
            fault = refusal.text
    return pages.show(
        "exports/ask.html",
        422 if fault else 200,
        columns=[(each.key, _(each.label), "") for each in table.columns_for(actor)],
        chosen=chosen,
        personal=any(each.roles for each in table.columns_for(actor)),
        endings=[(each, each.upper(), "") for each in ENDINGS],
        ending=ending or ENDINGS[0],
        count=table.count(session, actor, part),
        once=once or db.new_id(),
        back=back,
        fault=fault,
    )
