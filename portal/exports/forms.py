"""What the browser sends: which columns, which kind of file, and the key that makes a double tap one asking."""

import re

from flask import Blueprint, request

from portal import db
from portal.access import Actor
from portal.exports.models import Table

blueprint = Blueprint("exports", __name__)


def columns(actor: Actor, table: Table) -> list[str]:
    """The ticked columns; before anything was sent the usual ones, which name nobody."""
    if request.method == "POST":
        return request.form.getlist("columns")[:50]
    return [each.key for each in table.columns_for(actor) if each.usual]


def how() -> tuple[str, str]:
    """The kind of file, and the form's own key."""
    once = request.form.get("once", "")
    return request.form.get("ending", ""), once if re.fullmatch(r"[a-z0-9]{16}", once) else db.new_id()
