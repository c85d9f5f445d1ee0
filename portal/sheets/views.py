"""The pages that fill a sheet: task list, one page at a time, check your answers, send."""

from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, flash, request
from flask.typing import ResponseReturnValue

from portal import files, pages
from portal.access import Actor, anyone, hang_up, helped, line, seller
from portal.i18n import Refusal
from portal.questions import service as questions
from portal.questions.models import Answers, Page, QuestionSet
from portal.sheets import amending, forms, forms_kept, forms_whole, held, lookover, pictures, service
from portal.sheets.models import Sheet

sheets = Blueprint("sheets", __name__)


class Open(NamedTuple):
    """A sheet with what every page of it needs."""

    sheet: Sheet
    set: QuestionSet
    known: Answers
    pages: list[Page]
    # The seller; in assisted filling with the helper's name.
    actor: Actor

    @property
    def home(self) -> str:
        """Where whoever fills it in goes when nothing is to be filled in."""
        return "/desk/assist/" if self.actor.helper else "/registration/mine"

    @property
    def url(self) -> str:
        """The address of the task list."""
        return f"/sheets/{self.sheet.id}"

    def page(self, key: str) -> Page | None:
        """The page of that key, where it is asked."""
        return next((page for page in self.pages if page.key == key), None)

    def after(self, key: str, step: int = 1) -> str:
        """The address of the next page with something to change (or the one before), at last check-your-answers."""
        open_ = amending.opened(self.sheet, self.known)
        keys = [page.key for page in self.pages if page.key == key or page.key in open_]
        at = (keys.index(key) if key in keys else -1 - step) + step
        if at < 0:
            return self.url
        return f"{self.url}/{keys[at] if at < len(keys) else 'check'}"


def opened(actor: Actor, sheet_id: str) -> Open:
    """The asking seller's own sheet; another's is a 404."""
    sheet = pages.session().get(Sheet, sheet_id)
    if sheet is None or sheet.seller_id != actor.id:
        abort(404)
    return _open(sheet, actor)


def held_open(actor: Actor, sheet_id: str) -> Open:
    """The same by columns alone, for the page that is asked for or written most."""
    sheet = held.of(pages.session(), sheet_id, actor.id, to_write=request.method == "POST")
    return _open(sheet or abort(404), actor)


def _open(sheet: Sheet, actor: Actor) -> Open:
    wanted, known = service.set_of(sheet), service.answers(sheet)
    return Open(sheet, wanted, known, questions.visible_pages(wanted, known), actor)


@sheets.get("/sheets/<sheet_id>")
@seller
@helped
def tasks(actor: Actor, sheet_id: str) -> ResponseReturnValue:
    """The task list: each page with its state."""
    it = opened(actor, sheet_id)
    if it.sheet.state != "draft":
        return pages.go(it.home)
    remarks = service.remarks(pages.session(), it.sheet)
    away = {fault.page for fault in lookover.away(it.set, it.known, it.actor)}
    return pages.show(
        "sheets/tasks.html",
        it=it,
        tasks=forms_whole.tasks(it.set, it.pages, it.known, remarks, opened=_opened(it), away=away),
        change=amending.of_key(it.sheet) if it.sheet.amends_id else None,
        sisters=service.sisters(it.sheet),
        to_mend=sum(len(rows) for rows in remarks.values()),
        dropped="dropped" in request.args,
    )


def _opened(it: Open) -> list[str]:
    """The pages that a change opens; of another sheet none is marked."""
    return amending.opened(it.sheet, it.known) if it.sheet.amends_id else []


@sheets.get("/sheets/<sheet_id>/<page_key>")
@seller
@helped
def page(actor: Actor, sheet_id: str, page_key: str) -> ResponseReturnValue:
    """One page of questions, with its faults where the address says so."""
    if page_key == "check":
        return _check(opened(actor, sheet_id))
    it = held_open(actor, sheet_id)
    shown = it.page(page_key)
    if shown is None:
        return _needless(actor, sheet_id, page_key)
    faults = lookover.over(pages.session(), it.sheet, it.actor, page_key) if "faults" in request.args else []
    known = forms.with_places(shown, it.known, request.args)
    free = service.changeable(it.sheet, it.known)
    drawn = forms.draw(shown, known, faults=faults, free=free, more=_more(it, shown, known))
    seen = [fault.key for fault in faults if fault.level == "advise"]
    facts: dict[str, Any] = {
        "page": shown,
        "at": it.pages.index(shown) + 1,
        "faults": forms.summary(drawn),
        "seen": seen,
    }
    return forms_kept.page(it, shown, drawn, facts) or pages.show("sheets/page.html", it=it, drawn=drawn, **facts)


def _more(it: Open, shown: Page, known: Answers) -> dict[str, object]:
    """What a page shows beside its answers: how many rows, what others say of them, where the sheet could move."""
    here = {question.key: known[question.key] for question in shown.question if question.key in known}
    return {
        "rows": request.args.get("rows", 0, int),
        "remarks": service.remarks(pages.session(), it.sheet),
        "notes": service.notes(pages.session(), it.sheet, here),
        "sisters": service.sisters(it.sheet),
        "assisted": bool(it.actor.helper),
        "places": it.actor.places,
    }


@sheets.post("/sheets/<sheet_id>/<page_key>")
@seller
@helped
def save(actor: Actor, sheet_id: str, page_key: str) -> ResponseReturnValue:
    """Keep one page as typed, then go on, or show what is at fault."""
    asked = service.asked(line(), sheet_id, actor.id)
    hang_up()  # photos are slow to read
    shown = asked.get(page_key) if asked is not None else abort(404)
    if shown is None:
        return _needless(actor, sheet_id, page_key)
    posted = forms.read(shown, request.form, request.files)
    it = held_open(actor, sheet_id)
    if it.sheet.state == "draft" and shown not in it.pages:
        return _needless(actor, sheet_id, page_key)
    _keep(it, shown, posted, by=actor.typist)
    if "X-Autosave" in request.headers:
        return pages.told(request.path)
    now = it.sheet
    if posted.move:
        now = service.move(pages.session(), opened(actor, sheet_id).sheet, posted.move)
    return pages.go(_onward(_open(now, actor), shown, posted, it.known))


def _needless(actor: Actor, sheet_id: str, page_key: str) -> ResponseReturnValue:
    """On to the task list: another tab made the page needless, or moved the sheet to a kind that has no such page."""
    it = opened(actor, sheet_id)
    if not any(page_key in each.pages for each in (it.set, *service.sisters(it.sheet).values())):
        abort(404)
    return pages.go(f"{it.url}?dropped")


save.takes_files = True  # type: ignore[attr-defined]


def _keep(it: Open, shown: Page, posted: forms.Posted, *, by: str) -> None:
    session, given = pages.session(), dict(posted.given)
    for key in posted.photos.keys() & service.changeable(it.sheet, it.known):
        try:
            given[key] = pictures.add(session, it.sheet, key, posted.photos[key])
        except Refusal as refusal:
            posted.refused[key] = refusal.text
    service.answer(session, it.sheet, page=shown, given=given, by=by)
    for key, words in posted.refused.items():
        flash(words, f"photo:{key}")


def _onward(now: Open, shown: Page, posted: forms.Posted, before: Answers) -> str:
    """Where a saved page leads: on, back, to the task list, or to itself when something is missing."""
    here = f"{now.url}/{shown.key}"
    if posted.move:
        return here if shown.key in {page.key for page in now.pages} else now.url
    if posted.refused:
        return f"{here}?faults"
    if posted.turn in ("later", "back"):
        return now.url if posted.turn == "later" else now.after(shown.key, -1)
    if posted.turn == "row":
        return f"{here}?rows={forms.rows_asked(shown, now.known)}#more"
    if posted.turn == "stay" or forms.goes_on_here(shown, before, now.known):
        return here
    faults = lookover.typed(now.set, now.known, now.actor, shown)
    if any(fault.level == "refuse" or fault.key not in posted.seen for fault in faults):
        return f"{here}?faults"
    return f"{now.url}/check" if "check" in request.args else now.after(shown.key)


def _check(it: Open) -> ResponseReturnValue:
    seen, none = lookover.over(pages.session(), it.sheet, it.actor), service.NothingChanged()
    unchanged = amending.unchanged(pages.session(), it.sheet)
    free = service.changeable(it.sheet, it.known)
    open_still = [each for each in seen if each.key.split(".")[0] in free]
    return pages.show(
        "sheets/check.html",
        it=it,
        parts=forms_whole.parts(it.pages, it.known, service.typists(it.sheet)),
        free=free,
        notes=service.notes(pages.session(), it.sheet, it.known).values(),
        faults=lookover.pointed(it.sheet, it.url, seen, "refuse")
        + [lookover.Pointed(it.url, none.text, None)] * unchanged,
        advice=lookover.pointed(it.sheet, it.url, open_still, "advise"),
        left=lookover.untouched(pages.session(), it.sheet, it.url),
        standing=service.Untouched().text if "untouched" in request.args else "",
        aloud=service.aloud(),
        unread="unread" in request.args,
        ticked={name: ["yes"] * (name in request.args) for name in ("read", "as_it_is")},
    )


@sheets.post("/sheets/<sheet_id>/send")
@seller
def send(actor: Actor, sheet_id: str) -> ResponseReturnValue:
    """Send the sheet; sent twice is sent once, and what is missing is shown."""
    it = opened(actor, sheet_id)
    try:
        service.send(pages.session(), it.sheet, by=actor.id, as_it_is="as_it_is" in request.form)
    except service.Untouched:
        return pages.go(f"{it.url}/check?untouched#as_it_is")
    except (service.Unfinished, service.NothingChanged):
        return pages.go(f"{it.url}/check")
    return pages.go("/registration/mine?sent")


@sheets.get("/photos/<photo_id>")
@anyone
def photo(actor: Actor, photo_id: str) -> ResponseReturnValue:
    """A photo, to its seller and to the staff of its case; everybody else gets 404."""
    found = pictures.visible_to(pages.session(), actor, photo_id)
    if found is None:
        abort(404)
    content = files.read(found.small_digest if request.args.get("size") == "small" else found.digest)
    return Response(content, mimetype="image/jpeg", headers={"Cache-Control": "no-store"})
