"""A page of questions for somebody of whom nothing but the values differs: put into the page as it is kept."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import g, render_template, request
from markupsafe import Markup

from portal import access, csrf, i18n
from portal.office.service import office
from portal.questions.models import Page
from portal.sheets import drawing
from portal.sheets.forms import Drawn

if TYPE_CHECKING:
    from portal.sheets.views import Open

# How many looks of one page are kept: languages, sizes of letters, which questions are asked.
MOST = 32


def page(it: "Open", shown: Page, drawn: Sequence[Drawn], facts: dict[str, Any]) -> str | None:
    """The page, or None where more than the values is this person's own: then it is drawn anew."""
    if request.query_string or facts["seen"] or it.actor.helper or not all(map(drawing.plain, drawn)):
        return None
    wechat = "MicroMessenger" in request.headers.get("User-Agent", "")
    asked = tuple((item.key, item.autocomplete) for item in drawn)
    look = (i18n.language(), g.large, access.practising(), wechat, office(), facts["at"], len(it.pages), asked)
    kept = shown.drawn.get(look)
    if kept is None:
        if len(shown.drawn) >= MOST:
            shown.drawn.clear()
        kept = shown.drawn[look] = drawing.whole(drawn, lambda blanks: _drawn(it, blanks, facts))
    named = {"session": it.actor.session_id, "path": request.path, "token": csrf.token()}
    return kept.filled(drawn, named)


def _drawn(it: "Open", blanks: list[Drawn], facts: dict[str, Any]) -> str:
    """The page with holes: neither a value nor anything else of the person is in what it is drawn from."""
    nobody = replace(it.actor, id="", name="", session_id=drawing.hole("session"))
    return render_template(
        "sheets/page.html",
        **{**facts, "it": it._replace(actor=nobody, known={}), "drawn": blanks, "actor": nobody},
        here=lambda **changes: f"{drawing.hole('path')}?{urlencode(changes)}",
        csrf_field=lambda: csrf.hidden(Markup(drawing.hole("token"))),  # the hole is ours
    )
