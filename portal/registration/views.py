"""The way in: first page, who are you, the readiness check, what to have ready, and the seller's own page."""

from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue

from portal import pages
from portal.access import Actor, anyone, seller
from portal.alike import alike
from portal.i18n import gettext as _
from portal.i18n import library_text
from portal.office import service as offices
from portal.questions.models import Answers, Page, QuestionSet
from portal.registration import desks, forms, papers, platform, privacy, readiness, sellers, service
from portal.registration.forms import blueprint as registration
from portal.review import clock, expiry, numbers, remarks
from portal.review.amendments import Change
from portal.review.models import Case
from portal.review.states import STATES, State
from portal.sheets import forms as drawing
from portal.sheets import service as sheets
from portal.sheets.models import Sheet

PLATFORM = "/registration/platform"
CHECK = "/registration/check"


@registration.get("/")
@alike
@anyone
def start(actor: Actor) -> ResponseReturnValue:
    """The first page."""
    served, county = offices.in_force().served, offices.office().county
    return pages.show(
        "registration/start.html",
        days=service.promised_days(),
        served=served,
        county=desks.called(county),
        higher=desks.called(served) if served and served != county else "",
    )


@registration.get("/healthz")
@anyone
def health(actor: Actor) -> ResponseReturnValue:
    """Whether the instance answers, with its version."""
    return pages.health()


@registration.route("/registration/", methods=["GET", "POST"])
@anyone
def who(actor: Actor) -> ResponseReturnValue:
    """Who are you, in plain words; a seller who has begun sees as what, and can choose otherwise."""
    form = forms.Who()
    if form.validate_on_submit():
        return pages.go(f"/registration/{form.kind.data}")
    fault = str(form.kind.errors[0]) if form.kind.errors else ""
    begun = service.mine(pages.session(), actor.id) if actor.kind == "seller" else None
    return pages.show(
        "registration/who.html",
        kinds=[(key, library_text(kind.title), library_text(kind.hint)) for key, kind in sellers.sets().items()],
        chosen=[form.kind.data or (begun[0].set_key if begun else "")],
        begun=begun[0] if begun else None,
        movable=begun is not None and bool(sheets.sisters(begun[0])),
        fault=fault,
        faults=[("kind", fault)] if fault else [],
    )


@registration.get(CHECK)
@anyone
def check(actor: Actor) -> ResponseReturnValue:
    """The readiness check begins with its first page."""
    return pages.go(f"{CHECK}/{readiness.questions_asked().page[0].key}")


@registration.get(f"{CHECK}/<page_key>")
@anyone
def check_page(actor: Actor, page_key: str) -> ResponseReturnValue:
    """One page of the readiness check."""
    known, wanted = forms.checked(), readiness.questions_asked().pages.get(page_key) or abort(404)
    asked = readiness.pages(known)
    shown = next((page for page in asked if page is wanted), None)
    if shown is None:
        return pages.go(f"{CHECK}/result")  # another answer made the page needless
    faults = readiness.stopping(known, shown) if "faults" in request.args else []
    more = {"rows": 0, "remarks": {}, "sisters": {}, "notes": _notes(known | dict(request.args.items()))}
    drawn = drawing.draw(
        shown,
        drawing.with_places(shown, known, request.args),
        faults=faults,
        free={*readiness.questions_asked().questions},
        more=more,
    )
    at = asked.index(shown)
    return pages.show("registration/check.html", page=shown, drawn=drawn, at=at + 1, faults=drawing.summary(drawn))


@registration.post(f"{CHECK}/<page_key>")
@anyone
def check_save(actor: Actor, page_key: str) -> ResponseReturnValue:
    """Keep one page of the check in the browser's own cookie, then go on."""
    shown = readiness.questions_asked().pages.get(page_key) or abort(404)
    before = forms.checked()
    posted = drawing.read(shown, request.form, request.files)
    known = forms.keep_checked(posted.given)
    return pages.go(_onward(shown, before, known, posted.turn))


def _onward(shown: Page, before: Answers, known: Answers, turn: str) -> str:
    """Where a page of the check leads: to itself while it asks for more, else to the next, the last to the result."""
    here, keys = f"{CHECK}/{shown.key}", [page.key for page in readiness.pages(known)]
    at = keys.index(shown.key) if shown.key in keys else -1
    if turn == "back":
        return f"{CHECK}/{keys[max(0, at - 1)]}"
    if turn == "stay" or drawing.goes_on_here(shown, before, known):
        return here
    if readiness.stopping(known, shown):
        return f"{here}?faults"
    return f"{CHECK}/{keys[at + 1]}" if at + 1 < len(keys) else f"{CHECK}/result"


def _notes(known: Answers) -> dict[str, str]:
    said = desks.served(pages.session(), str(known.get("place", "")))
    return {"place": said} if said else {}


@registration.get(f"{CHECK}/result")
@anyone
def result(actor: Actor) -> ResponseReturnValue:
    """What the check found; an answer that is missing is asked first."""
    known = forms.checked()
    if not known:
        return pages.go(CHECK)
    for fault in readiness.stopping(known):
        return pages.go(f"{CHECK}/{fault.page}?faults")
    it, served = readiness.judge(known), _notes(known).get("place", "")
    return pages.show("registration/result.html", it=it, served=served, leaves=_leaves(actor, it.kind))


@registration.post(f"{CHECK}/begin")
@seller
def begin_checked(actor: Actor) -> ResponseReturnValue:
    """Begin with what was answered in the check: nothing is typed twice."""
    known, leaves = forms.checked(), request.form.get("leaves", "")
    sheet = service.begin_checked(pages.session(), seller_id=actor.id, answers=known, leaves=leaves)
    if sheet and service.leaves(sheet, str(known["kind"])):
        return pages.go(f"{CHECK}/result#leaves")
    forms.forget_checked()
    return _to(sheet, str(known["kind"])) if sheet else pages.go("/registration/")


@registration.post(f"{CHECK}/again")
@anyone
def check_again(actor: Actor) -> ResponseReturnValue:
    """Forget the answers and begin the check anew."""
    forms.forget_checked()
    return pages.go(CHECK)


@registration.get("/registration/<kind>")
@anyone
def ready(actor: Actor, kind: str) -> ResponseReturnValue:
    """What to have ready."""
    wanted = _set(kind)
    return pages.show(
        "registration/ready.html",
        kind=wanted,
        ready=sellers.ready(kind),
        facts=sellers.facts(kind),
        leaves=_leaves(actor, wanted),
    )


@registration.post("/registration/<kind>")
@seller
def begin(actor: Actor, kind: str) -> ResponseReturnValue:
    """Begin, or go on with what was begun; what was never sent becomes this kind, once it was said what is lost."""
    leaves = request.form.get("leaves", "")
    sheet = service.begin(pages.session(), seller_id=actor.id, kind=_set(kind).key, leaves=leaves)
    return pages.go(f"/registration/{kind}#leaves") if service.leaves(sheet, kind) else _to(sheet, kind)


def _leaves(actor: Actor, kind: QuestionSet | None) -> service.Leaves | None:
    """What the asking seller's draft would leave behind to become this kind; None where nothing moves."""
    begun = service.mine(pages.session(), actor.id) if actor.kind == "seller" and kind else None
    return service.leaves(begun.sheet, kind.key) if begun and kind else None


def _set(kind: str) -> QuestionSet:
    return sellers.sets().get(kind) or abort(404)


def _to(sheet: Sheet, kind: str) -> ResponseReturnValue:
    """To the first page of a new application, the task list of one begun, or the seller's own page once it was sent."""
    if sheet.set_key != kind:
        return pages.go("/registration/mine?other")
    if sheet.state != "draft":
        return pages.go("/registration/mine")
    return pages.go(f"/sheets/{sheet.id}" + ("" if sheet.answers else f"/{sheets.set_of(sheet).page[0].key}"))


@registration.get("/registration/mine")
@seller
def mine(actor: Actor) -> ResponseReturnValue:
    """My shop: how far it is, what to do next, what to print."""
    found = service.mine(pages.session(), actor.id)
    if found is None or found.case is None:
        return _begun(found) if found else pages.go("/registration/")
    sheet, case, sent = found.sheet, found.case, "sent" in request.args
    to_mend = len(remarks.of_round(pages.session(), case)) if case.told == "changes_requested" else 0
    return pages.show(
        "registration/mine.html",
        sheet=sheet,
        case=case,
        **_on_top(case, found.change if sent else None),
        just_sent=sent,
        other="other" in request.args,
        to_mend=to_mend,
        **_promised(case),
        papers=papers.offered(case),
        standing=platform.standing_of(pages.session(), case) if case.told == "approved" else None,
        papers_left=[paper for paper in expiry.papers(sheets.set_of(sheet), sheet.answers) if paper.soon],
        change=found.change,
        earlier=_ended(found),
        **_promised(found.change.case if found.change else None, "change_"),
    )


def _begun(found: service.Mine) -> ResponseReturnValue:
    """An application that is not sent yet: to what is filled in; where others came before, they stand beside it."""
    if not found.earlier:
        return pages.go(f"/sheets/{found.sheet.id}")
    return pages.show("registration/begun.html", sheet=found.sheet, earlier=_ended(found))


def _ended(found: service.Mine) -> list[tuple[Case, str, State]]:
    return [(case, numbers.shown(case.number), STATES[case.told]) for case in found.earlier]


def _promised(case: Case | None, of: str = "") -> dict[str, Any]:
    """By when the office answers, and whether that day is over."""
    due = clock.answers_by(pages.session(), case) if case else None
    return {f"{of}due": due, f"{of}late": clock.late(due)}


def _on_top(case: Case, change: Change | None) -> dict[str, Any]:
    """What stands large: the application with its number, or the change that was just sent with its own."""
    if change is None or change.told is None or not change.open:
        return {"name": case.title, "state": STATES[case.told], "number": numbers.shown(case.number)}
    return {"name": _("Change: %(what)s", what=change.label), "state": change.told, "number": change.number}


@registration.get("/registration/privacy")
@anyone
def privacy_notice(actor: Actor) -> ResponseReturnValue:
    """What we collect, why, for how long, who sees it, and whom to ask."""
    return pages.show("registration/privacy.html", notice=privacy.read_out(pages.session()))


@registration.get("/registration/platform")
@seller
def platform_page(actor: Actor) -> ResponseReturnValue:
    """My shop on the platform: how it stands, what to type where, what to do next."""
    record = platform.of_seller(pages.session(), actor.id)
    return _platform(actor, record) if record else pages.go("/registration/mine")


def _platform(actor: Actor, record: platform.Record, refusal: str = "") -> ResponseReturnValue:
    return pages.show("registration/platform.html", 409 if refusal else 200, **forms.page(actor, record, refusal))


@registration.get("/registration/platform/<any(refused, open):to>")
@seller
def tell_page(actor: Actor, to: str) -> ResponseReturnValue:
    """Asks for what belongs to the telling."""
    record = platform.of_seller(pages.session(), actor.id)
    return forms.ask(record, to, PLATFORM) if record else pages.go(PLATFORM)


@registration.post("/registration/platform/<any(not_yet, sent, refused, open):to>")
@seller
def tell(actor: Actor, to: str) -> ResponseReturnValue:
    """Tell how the shop stands."""
    record = platform.of_seller(pages.session(), actor.id)
    if record is None:
        return pages.go(PLATFORM)
    return forms.tell(actor, record, to, PLATFORM, lambda refusal: _platform(actor, record, refusal))
