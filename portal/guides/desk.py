"""The staff's side of the print room: a guide for whom, how much paper it is, printing it, and who printed what."""

from typing import Any

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from portal import files, i18n, pages
from portal.access import Actor, listed, staff
from portal.guides import batches, errands, forms, history, looks, orders, reading, recipients
from portal.guides.forms import Typed, blueprint
from portal.guides.guide import Guide
from portal.guides.models import BATCHES, ITEMS, PrintBatch
from portal.guides.shapes import SHAPES
from portal.i18n import N_, Refusal
from portal.i18n import gettext as _

ROOM = "/desk/guides/"
prints = staff(*history.ROLES)
PARTS = {**ITEMS, "odd": N_("To write in by hand")}


@blueprint.get("/desk/guides/")
@listed(N_("Print room"), 4)
@prints
def room(actor: Actor) -> ResponseReturnValue:
    """Every guide, what waits at the stations, and what was printed last."""
    session = pages.session()
    return pages.show(
        "guides/desk_list.html",
        shelves=reading.shelves(),
        for_staff=orders.guides_for("staff"),
        waiting=errands.waiting(session, actor),
        rows=history.history(session, actor, limit=5),
        names=_names(),
        states=BATCHES,
    )


@blueprint.route("/desk/guides/print/<name>", methods=["GET", "POST"])
@prints
def choose(actor: Actor, name: str) -> ResponseReturnValue:
    """Asks for whom, in which shape and language; what cannot be is said here, before anything begins."""
    guide, it, fault = _guide(name), forms.typed(), None
    if request.method == "POST":
        try:
            batch = batches.choose(pages.session(), forms.wanted(name, it), forms.how(it), by=actor, key=it.once)
            return pages.go(f"{ROOM}batches/{batch.id}")
        except Refusal as refusal:
            fault = refusal
    return _choose_page(guide, it, fault)


choose.takes_files = True  # type: ignore[attr-defined]


def _choose_page(guide: Guide, it: Typed, fault: Refusal | None) -> ResponseReturnValue:
    field = (fault.field or "whom").replace("places", "place") if fault else ""
    return pages.show(
        "guides/desk_print.html",
        422 if fault else 200,
        guide=guide,
        it=it,
        fault=(field, fault.text) if fault else ("", ""),
        whom=[(key, _(label), "") for key, label in recipients.WHOM.items()],
        editions=[(key, _(label), _(more)) for key, (label, more) in SHAPES.items()],
        locales=[(key, i18n.LANGUAGES[key], "") for key in guide.languages],
    )


@blueprint.post("/desk/guides/looks/<name>")
@prints
def look(actor: Actor, name: str) -> ResponseReturnValue:
    """Have the pages of a guide drawn as pictures."""
    guide, it = _guide(name), forms.typed()
    locale = it.locale if it.locale in guide.languages else guide.languages[0]
    asked = looks.ask(pages.session(), name, guide.kind[0].key, edition=it.edition, locale=locale)
    return pages.go(f"{ROOM}looks/{asked.id}")


@blueprint.get("/desk/guides/looks/<print_id>")
@prints
def pictures(actor: Actor, print_id: str) -> ResponseReturnValue:
    """The pages of a guide as pictures; asks again by itself until they are drawn."""
    it = looks.find(pages.session(), print_id) or abort(404)
    return pages.show("guides/desk_pictures.html", it=it, why=_(it.why))


@blueprint.get("/desk/guides/looks/<print_id>/<int:page>.png")
@prints
def picture(actor: Actor, print_id: str, page: int) -> ResponseReturnValue:
    """One page."""
    drawn = looks.picture(looks.find(pages.session(), print_id) or abort(404), page) or abort(404)
    return Response(drawn, mimetype="image/png", headers={"Cache-Control": "private, max-age=86400"})


@blueprint.get("/desk/guides/batches/<batch_id>")
@prints
def batch(actor: Actor, batch_id: str) -> ResponseReturnValue:
    """A batch: how much paper it will be, or how far it is and what came of each guide."""
    return _batch(_found(actor, batch_id))


def _batch(row: PrintBatch, fault: Refusal | None = None) -> ResponseReturnValue:
    session, status = pages.session(), 409 if fault else 200
    done = history.progress(session, row)
    facts: dict[str, Any] = {"batch": row, "done": done, "title": history.title(row), "fault": fault}
    facts |= {"whom": history.whom(row), "shape": SHAPES[row.edition][0], "states": BATCHES, "parts": PARTS}
    if row.state == "chosen":
        few, more = history.lines(session, row, "waiting")
        facts |= {"count": batches.counted(session, row), "few": few, "more": more, "most": batches.MOST_PAGES}
        return pages.show("guides/desk_confirm.html", status, **facts)
    part, after = forms.part("failed" if done.failed else "done")
    lines, more = history.lines(session, row, part, after)
    return pages.show("guides/desk_batch.html", status, part=part, lines=lines, more=more, **facts)


@blueprint.post("/desk/guides/batches/<batch_id>/<any(start, stop, go_on):turn>")
@prints
def turn(actor: Actor, batch_id: str, turn: str) -> ResponseReturnValue:
    """Begin it, stop it, or continue it."""
    row, session = _found(actor, batch_id), pages.session()
    try:
        if turn == "start":
            batches.start(session, row, by=actor)
        else:
            {"stop": batches.stop, "go_on": batches.go_on}[turn](session, row)
    except Refusal as fault:
        return _batch(row, fault)
    return pages.go(f"{ROOM}batches/{batch_id}")


@blueprint.get("/desk/guides/batches/<batch_id>.<any(pdf, zip):ending>")
@prints
def file(actor: Actor, batch_id: str, ending: str) -> ResponseReturnValue:
    """The file for the printer, or the single files."""
    row = _found(actor, batch_id)
    name = {"pdf": row.file, "zip": row.singles}[ending]
    if not name:
        abort(404)
    content = files.read(name)
    history.opened(actor, row, history.progress(pages.session(), row).total)
    how = "inline" if ending == "pdf" else "attachment"
    headers = {"Content-Disposition": f'{how}; filename="guides.{ending}"', "Cache-Control": "private, no-store"}
    return Response(content, mimetype=f"application/{ending}", headers=headers)


@blueprint.get("/desk/guides/history")
@prints
def printed(actor: Actor) -> ResponseReturnValue:
    """Who printed what, when and for whom."""
    rows = history.history(pages.session(), actor)
    return pages.show("guides/desk_history.html", rows=rows, names=_names(), states=BATCHES)


def _names() -> dict[str, str]:
    return {guide.key: i18n.library_text(guide.title) for guide in orders.all_guides()}


def _guide(name: str) -> Guide:
    try:
        return recipients.guide_named(name)
    except orders.NoSuchPaper:
        abort(404)


def _found(actor: Actor, batch_id: str) -> PrintBatch:
    return history.find(pages.session(), actor, batch_id) or abort(404)
