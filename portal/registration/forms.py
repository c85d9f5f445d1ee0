"""Who are you: one choice; what was answered in the readiness check, which the browser keeps in its cookie; and what is
told of a shop on the platform, by the seller or in the seller's name.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import Field, StringField, ValidationError

from portal import db, pages
from portal.access import Actor
from portal.accounts.forms import Asked
from portal.i18n import Refusal, gettext
from portal.questions import service as questions
from portal.questions.cleaning import clean
from portal.questions.models import Answers
from portal.registration import copying, platform, readiness, sellers, standings
from portal.registration.models import STANDINGS
from portal.registration.platform import Record, Told
from portal.review import happenings, numbers
from portal.review.forms import reasons, version
from portal.review.remarks import MOST_WORDS, NoReason

# Both sides of the room, views and desk, hang their pages on it.
blueprint = Blueprint("registration", __name__)
CHECK = "check"


class Who(FlaskForm):
    """The kind of seller."""

    kind = StringField()

    def validate_kind(self, field: Field) -> None:
        """One of those that there are."""
        if field.data not in sellers.sets():
            raise ValidationError(gettext("Choose what fits you best. Not sure? The six questions above tell you."))


def checked() -> Answers:
    """What this browser's visitor has answered, as far as the check still asks it."""
    wanted = readiness.questions_asked()
    return readiness.told(questions.move(cookie.get(CHECK) or {}, wanted, wanted))


def keep_checked(given: Answers) -> Answers:
    """Keep what was answered on one page; returns all that is answered now."""
    known = readiness.added(checked(), given)
    cookie[CHECK] = {key: value for key, value in known.items() if value is not None}
    return checked()


def forget_checked() -> None:
    """Begin anew: the next visitor of a shared phone finds nothing."""
    cookie.pop(CHECK, None)


@contextmanager
def _at_field() -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        raise ValidationError(refusal.text) from refusal


class Telling(Asked):
    """How a shop stands, when nothing more belongs to it; `version` is that of the page on screen."""

    record: Record
    version: int

    @property
    def example(self) -> str:
        """A day as it is typed: a day to come is refused."""
        return f"{db.today():%Y%m%d}"

    def told(self, to: str) -> Told:
        """What is told."""
        return Told(to)


class RefusedTelling(Telling):
    """The platform refused: why, in its words, and when."""

    reason = StringField()
    words = StringField()
    day = StringField()

    def validate_reason(self, field: Field) -> None:
        """A reason of the list."""
        with _at_field():
            if field.data not in questions.library().reasons_at("platform"):
                raise NoReason

    def validate_day(self, field: Field) -> None:
        """A day that has been."""
        with _at_field():
            platform.day_typed(field.data or "", self.record.case)

    def validate_words(self, field: Field) -> None:
        """No number that nobody needs here; what was typed stays, to be mended."""
        with _at_field():
            if platform.LONG_NUMBER.search(clean(field.data or "", MOST_WORDS)):
                raise platform.LongNumber

    def told(self, to: str) -> Told:
        """What is told."""
        words, day = clean(self.words.data or "", MOST_WORDS), platform.day_typed(self.day.data or "", self.record.case)
        return Told(to, day, reason=self.reason.data or "", words=words)


class OpenTelling(Telling):
    """The shop is open: its name there, since when, and its address."""

    name = StringField()
    day = StringField()
    link = StringField()
    validate_day = RefusedTelling.validate_day

    def validate_name(self, field: Field) -> None:
        """Something must be there."""
        with _at_field():
            if not clean(field.data or "", platform.MOST_NAME):
                raise platform.NoName

    def validate_link(self, field: Field) -> None:
        """An address that opens, or nothing."""
        with _at_field():
            platform.link_typed(field.data or "")

    def told(self, to: str) -> Told:
        """What is told."""
        name = clean(self.name.data or "", platform.MOST_NAME)
        day = platform.day_typed(self.day.data or "", self.record.case)
        return Told(to, day, name=name, link=platform.link_typed(self.link.data or ""))


TELLINGS = {"refused": RefusedTelling, "open": OpenTelling}


def telling(to: str, record: Record) -> Telling:
    """The form for one state, filled with what is known or was typed."""
    known = {
        "day": (record.shop.opened_on or db.today()).isoformat(),
        "name": record.shop.name or record.case.title,
        "link": record.shop.link,
    }
    form = TELLINGS.get(to, Telling)(data=known)
    form.record, form.version = record, version() if request.method == "POST" else record.shop.version
    return form


def ask(record: Record, to: str, back: str) -> ResponseReturnValue:
    """The page that asks for what belongs to a telling; `back` is the address of the shop's page."""
    return pages.go(back) if to not in record.standing.leads else _ask(telling(to, record), to, back)


def _ask(form: Telling, to: str, back: str, refusal: str = "") -> ResponseReturnValue:
    status = 409 if refusal else 422 if form.errors else 200
    facts = {"form": form, "reasons": reasons("platform"), "back": back, "refusal": refusal}
    return pages.show(f"registration/tell_{to}.html", status, **facts)


def tell(
    actor: Actor, record: Record, to: str, back: str, again: Callable[[str], ResponseReturnValue]
) -> ResponseReturnValue:
    """Tell what the form says, and back to the shop's page; `again` shows that page with a refusal.

    Where the shop still leads there, the form stays with what was typed, to be saved once more.
    """
    form = telling(to, record)
    if not form.validate_on_submit():
        return _ask(form, to, back)
    try:
        platform.tell(pages.session(), record.case, by=actor, version=form.version, told=form.told(to))
    except Refusal as refusal:
        if to not in TELLINGS or to not in record.standing.leads:
            return again(refusal.text)
        form.version = record.shop.version
        return _ask(form, to, back, refusal.text)
    return pages.go(back)


def page(actor: Actor, record: Record, refusal: str = "") -> dict[str, Any]:
    """What the page of one shop shows somebody; one that is open asks for nothing to be typed."""
    session = pages.session()
    return {
        "record": record,
        "number": numbers.shown(record.case.number),
        "steps": [] if record.shop.state == "open" else copying.steps(record, copying.album(session, actor, record)),
        "history": happenings.afterwards(session, record.case.id),
        "refusal": refusal,
    }


def wanted() -> standings.Wanted:
    """Which shops the address asks for; what makes no sense is left out."""
    state, month, days, after = (request.args.get(name, "") for name in ("state", "month", "expiry", "after"))
    return standings.Wanted(
        state=state if state in STANDINGS else "",
        month=month if month in standings.months() else "",
        expiry=days if days in standings.EXPIRIES else "",
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 16 else None,
    )
