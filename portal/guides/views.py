"""The guides as pages, asking for papers, and fetching what was printed."""

import json
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from portal import access, db, files, i18n, pages
from portal.access import Actor, anyone, seller
from portal.accounts import forms as accounts
from portal.alike import alike
from portal.guides import orders, reading, service
from portal.guides.guide import Guide
from portal.guides.models import Print
from portal.guides.shapes import SHAPES
from portal.office import service as offices
from portal.registration import forms as checks
from portal.registration import readiness
from portal.registration import service as registration

MIME = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}
guides = Blueprint("guides", __name__, url_prefix="/guides")


@guides.get("/")
@anyone
def every(actor: Actor) -> ResponseReturnValue:
    """Every guide there is."""
    return pages.show("guides/list.html", shelves=reading.shelves())


@guides.get("/q/")
@anyone
def type_code(actor: Actor) -> ResponseReturnValue:
    """A short code typed by hand goes where the scanned one goes; nothing typed shows the field."""
    typed = request.args.get("code", "")[:60]
    return pages.go(f"/guides/q/{quote(typed, safe='')}") if typed.strip("./ ") else _no_code("")


@guides.get("/q/<code>")
@anyone
def scanned(actor: Actor, code: str) -> ResponseReturnValue:
    """The guide that a short code means; a mistyped one is told as such."""
    try:
        found = reading.by_code(code)
    except orders.NoSuchPaper:
        return _no_code(code, i18n.gettext("No guide here has this code. It may be a newer one: look in the list."))
    if found is None:
        return _no_code(code, i18n.gettext("One character is wrong. A code has 6 letters or digits: look again."))
    guide, kind = found
    return pages.go(f"/guides/{guide.key}/{kind}")


@guides.get("/refusals")
@alike
@anyone
def refusals(actor: Actor) -> ResponseReturnValue:
    """Every reason for sending something back, with its pictures."""
    return pages.show("guides/refusals.html", reasons=orders.reasons().values())


@guides.get("/drawings/<file>.svg")
@anyone
def drawing(actor: Actor, file: str) -> ResponseReturnValue:
    """A drawing that a reason shows, as a picture of its own: no page grows by it."""
    if not any(file in (reason.good, reason.bad) for reason in orders.reasons().values()):
        abort(404)
    drawn = render_template(f"drawings/{file}.svg").replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return Response(drawn, mimetype="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})


@guides.get("/<name>/<kind>")
@anyone
def read(actor: Actor, name: str, kind: str) -> ResponseReturnValue:
    """A guide's chapters, and its print button."""
    guide = _guide(name, kind)
    return pages.show(
        "guides/read.html",
        guide=guide,
        kind=guide.kinds()[kind],
        chapters=guide.chapters(kind),
        locales=sorted(guide.languages, key=lambda code: code != i18n.language()),
        begins=reading.begins(guide, kind),
        shapes=[(key, i18n.gettext(label), i18n.gettext(more)) for key, (label, more) in SHAPES.items()],
    )


@guides.get("/<name>/<kind>/text")
@anyone
def text(actor: Actor, name: str, kind: str) -> ResponseReturnValue:
    """A guide as plain text to take away and have read aloud; in Chinese where it has no other language."""
    guide = _guide(name, kind)
    with i18n.speaking(reading.spoken(guide)):
        said, title = reading.text(name, kind, practice=access.practising()), i18n.library_text(guide.title)
    disposition = f"attachment; filename=\"guide.txt\"; filename*=UTF-8''{quote(f'{title}.txt')}"
    headers = {"Content-Disposition": disposition, "Content-Language": i18n.tag(reading.spoken(guide))}
    return Response(said, mimetype="text/plain", headers=headers)


@guides.get("/<name>/<kind>/<chapter>")
@anyone
def chapter(actor: Actor, name: str, kind: str, chapter: str) -> ResponseReturnValue:
    """One chapter of a guide."""
    guide = _guide(name, kind)
    chapters = guide.chapters(kind)
    at = next((at for at, it in enumerate(chapters) if it.key == chapter), None)
    if at is None:
        abort(404)
    return pages.show(
        "guides/chapter.html",
        guide=guide,
        kind=guide.kinds()[kind],
        it=chapters[at],
        after=chapters[at + 1] if at + 1 < len(chapters) else None,
        quoted=reading.quoted_by(guide, kind, chapters[at].parts),
        reasons=orders.reasons(),
        office=offices.office(),
    )


@guides.post("/<name>/<kind>/print")
@anyone
def print_guide(actor: Actor, name: str, kind: str) -> ResponseReturnValue:
    """Print a guide: with the seller's own cover when the asking seller has a case of this kind."""
    _guide(name, kind)
    shape = request.form.get("shape", "a4")
    if shape not in SHAPES:
        abort(404)
    mine = registration.mine(pages.session(), actor.id) if actor.kind == "seller" else None
    case = mine[1] if mine else None
    if case is not None and case.kind == kind:
        return _asked(actor, "my_guide", f"{name}/{case.id}/{shape}")
    return _asked(actor, "guide", "/".join(filter(None, (name, kind, shape, _practice()))))


@guides.post("/papers/<any(receipt, statement, consents, platform, mending, outcome):paper>/<case_id>")
@anyone
def print_paper(actor: Actor, paper: str, case_id: str) -> ResponseReturnValue:
    """Print a paper of a case, for its seller and for the staff of its place."""
    return _asked(actor, paper, case_id)


@guides.post("/papers/<any(my_data, my_copy):own>")
@seller
def print_own(actor: Actor, own: str) -> ResponseReturnValue:
    """What we hold of the asking seller, as a paper or as a file."""
    return _asked(actor, own, actor.id)


@guides.post("/papers/my_guide/<case_id>")
@anyone
def print_cover(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Print the guide with the cover of a case, for its seller and for the staff of its place."""
    return _asked(actor, "my_guide", f"open_shop/{case_id}")


@guides.post("/papers/<any(statement, consents, privacy):blank>")
@anyone
def print_blank(actor: Actor, blank: str) -> ResponseReturnValue:
    """Print what is everybody's: the privacy notice, the statement of exemption and the consents to fill in by hand."""
    return _asked(actor, blank, _practice())


@guides.post("/papers/form/<batch>")
@anyone
def print_form(actor: Actor, batch: str) -> ResponseReturnValue:
    """Print forms to fill in by hand, for the member of staff who has just made them."""
    return _asked(actor, "form", batch)


@guides.post("/papers/readiness")
@anyone
def print_readiness(actor: Actor) -> ResponseReturnValue:
    """Print what the readiness check found, for anybody: its answers name nobody."""
    answers = checks.checked()
    if readiness.judge(answers).kind is None:
        return pages.go("/registration/check")
    with db.aside() as session:
        service.count(session, accounts.address())
    told = {**answers, orders.PRACTICE: True} if access.practising() else answers
    return _asked(actor, "readiness", json.dumps(told, sort_keys=True))


@guides.get("/prints/<print_id>")
@anyone
def fetch(actor: Actor, print_id: str) -> ResponseReturnValue:
    """How far a print is; asks again by itself until it is ready."""
    if owner := _signs_in_first(actor, print_id):
        return access.door(owner)
    asked = _print(actor, print_id)
    of_practice = service.is_practice(pages.session(), asked)
    return pages.show("guides/fetch.html", asked=asked, why=i18n.gettext(asked.why), practice=of_practice)


@guides.get("/prints/<print_id>.<any(pdf, zip, xlsx, csv):ending>")
@anyone
def file(actor: Actor, print_id: str, ending: str) -> ResponseReturnValue:
    """The finished file."""
    if owner := _signs_in_first(actor, print_id):
        return access.door(owner)
    asked = _print(actor, print_id)
    if asked.state != "ready" or asked.ending != ending:
        abort(404)
    service.opened(pages.session(), actor, asked)
    name, how = quote(f"{asked.title}.{ending}"), "inline" if ending == "pdf" else "attachment"
    return Response(
        files.read(asked.file),
        mimetype=MIME.get(ending, f"application/{ending}"),
        headers={
            "Content-Disposition": f"{how}; filename=\"paper.{ending}\"; filename*=UTF-8''{name}",
            "Cache-Control": "public, max-age=3600" if service.is_for_all(asked) else "private, no-store",
        },
    )


def _no_code(typed: str, fault: str = "") -> ResponseReturnValue:
    return pages.show("guides/short.html", 404 if fault else 200, typed=typed[:60], fault=fault)


def _guide(name: str, kind: str) -> Guide:
    try:
        return orders.guide_for(name, kind)
    except orders.NoSuchPaper:
        abort(404)


def _asked(actor: Actor, paper: str, about: str) -> ResponseReturnValue:
    if actor.kind == "anyone" and service.case_of(paper, about):
        return access.door(_side())
    if not service.may_have(pages.session(), actor, paper, about):
        abort(404)
    locale = request.form.get("locale") or i18n.language()
    return pages.go(f"/guides/prints/{service.ask(pages.session(), paper=paper, about=about, locale=locale).id}")


def _practice() -> str:
    """What a common paper is about: nothing, or practice where the asking browser practises."""
    return orders.PRACTICE if access.practising() else ""


def _side() -> str:
    """Whose sign-in page: the button stood on a page of the desk, or on a seller's."""
    return "staff" if urlsplit(request.referrer or "").path.startswith("/desk/") else "seller"


def _print(actor: Actor, print_id: str) -> Print:
    return service.find(pages.session(), actor, print_id) or abort(404)


def _signs_in_first(actor: Actor, print_id: str) -> str:
    """Who signs in where somebody's own paper is opened by nobody: the link that WeChat hands to the browser."""
    return service.whose(pages.session(), print_id) if actor.kind == "anyone" else ""
