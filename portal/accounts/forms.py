"""The forms of this room, and the replay of forms that were posted after a sign-in had ended."""

import re
import secrets
from typing import Any

from flask import Blueprint, after_this_request, current_app, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage, ImmutableMultiDict
from werkzeug.exceptions import HTTPException
from wtforms import Field, StringField, ValidationError

from portal import access, db, pages
from portal.accounts import codes, kept, passwords, service
from portal.accounts.models import Kept
from portal.i18n import Refusal
from portal.i18n import gettext as _
from portal.notices import gateways

TOKEN, PRESSED, WAS = "csrf_token", "pressed", "was"
# These carry the id of what is kept along; the posts are their own.
SIGNING_IN = ("sign_in", "code", "code_again", "staff_sign_in", "second_factor", "second_setup")
# Both sides of the room, views and desk, hang their pages on it.
blueprint = Blueprint("accounts", __name__)


class Asked(FlaskForm):
    """A form whose faults are our own sentences."""

    def fault(self, name: str) -> str:
        """What is wrong with a field, or an empty string."""
        return str(next(iter(self[name].errors), "")) if name in self else ""

    @property
    def faults(self) -> list[tuple[str, str]]:
        """The fields that have a fault, and the faults."""
        return [(field.name, str(field.errors[0])) for field in self if field.errors]

    def refuse(self, refusal: Refusal) -> None:
        """Put a refusal at its field."""
        self[refusal.field or next(iter(self)).name].errors = [refusal.text]


class PhoneForm(Asked):
    """Which number signs in."""

    phone = StringField()
    number = ""

    def validate_phone(self, field: Field) -> None:
        """A mobile number, however it was typed."""
        try:
            self.number = codes.phone_number(field.data or "")
        except Refusal as refusal:
            raise ValidationError(refusal.text) from refusal


class CodeForm(Asked):
    """The code that was sent."""

    code = StringField()
    digits = ""

    def validate_code(self, field: Field) -> None:
        """As many digits as a code has."""
        try:
            self.digits = codes.digits_of(field.data or "", way())
        except Refusal as refusal:
            raise ValidationError(refusal.text) from refusal


class LoginForm(Asked):
    """Name and password of staff."""

    login = StringField()
    password = StringField()

    def validate_login(self, field: Field) -> None:
        """Something must be there."""
        if not (field.data or "").strip():
            raise ValidationError(_("Enter your sign-in name, for example wang.li."))

    def validate_password(self, field: Field) -> None:
        """Something must be there, and no book."""
        if not field.data or len(field.data) > 1000:
            raise ValidationError(_("Enter your password."))


class SecondForm(Asked):
    """A code of the second factor."""

    code = StringField()

    def validate_code(self, field: Field) -> None:
        """Something short must be there."""
        if not 0 < len((field.data or "").strip()) <= 40:
            raise ValidationError(_("Enter the 6 digits from your app, or the next 8 characters of your list."))


class KeyForm(SecondForm):
    """The first code of a new second factor, and the password where it takes the place of another."""

    password = StringField()
    validate_password = LoginForm.validate_password


class PasswordForm(Asked):
    """A new password, twice."""

    password = StringField()
    again = StringField()
    names: tuple[str, ...] = ()

    def validate_password(self, field: Field) -> None:
        """Long, and not obvious."""
        try:
            passwords.refuse_weak(field.data or "", *self.names)
        except Refusal as refusal:
            raise ValidationError(refusal.text) from refusal

    def validate_again(self, field: Field) -> None:
        """The same once more."""
        if field.data != self.password.data:
            raise ValidationError(_("The two passwords differ. Type the same one again."))


def way(*, by_office: bool = False) -> codes.Way:
    """How a code comes to who signs in here: it stands on the page, the office gives it, or it is sent."""
    if access.practising():
        return "practice"
    return "sent" if gateways.gateway().sends and not by_office else "office"


def asker() -> str:
    """The random name of this browser; codes and kept forms belong to it, and those of practice to practice alone."""
    name = str(cookie.setdefault("asker", secrets.token_urlsafe(16)))
    return f"practice {name}" if cookie.get("practice") else name


def keeper() -> str:
    """This browser and whoever was signed in there last: what one person posted is never posted as another."""
    return f"{asker()} {cookie.get(WAS, '')}"


def keep_posted() -> str:
    """Keep this post for after the sign-in; returns its id, or "" where there is nothing to keep.

    Only a browser that was signed in before has something to lose; anybody else could fill our disk: of theirs a button
    without fields is kept, in their own cookie. What a script saves by itself is on the page still.
    """
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != TOKEN]
    if request.method != "POST" or "X-Autosave" in request.headers:
        return ""
    if not cookie.get("token"):
        return "" if fields or request.files else _press()
    try:
        with db.aside() as session:
            kept.count(session, keeper())
    except kept.TooManyKept:
        return ""
    sent = [(name, file) for name, file in request.files.items(multi=True) if file.filename]
    held = [kept.held(name, file.filename or "", file.mimetype, file.stream) for name, file in sent[: kept.MOST_FILES]]
    with db.aside() as session:
        return kept.keep(session, asker=keeper(), path=here(), fields=fields, files=[each for each in held if each]).id


def _press() -> str:
    """Note in the cookie that this button was pressed, the last one only; returns the id that leads back to it."""
    cookie[PRESSED] = (id := db.new_id(), here(), int(db.now().timestamp()))
    return id


def _kept(id: str) -> Kept | None:
    """What this browser has kept under an id, while it is good: a pressed button or a form."""
    pressed, path, at = cookie.get(PRESSED, ("", "", 0))
    if not id:
        return None
    if id == pressed:
        return Kept(id=id, asker="", path=path, form=b"") if at > (db.now() - kept.LIVES).timestamp() else None
    with db.reading() as session:
        return kept.find(session, id, keeper())


def here() -> str:
    """This address without the id of what was kept."""
    query = re.sub(r"(^|&)kept=[^&]*", "", request.query_string.decode("latin-1")).lstrip("&")
    return pages.inside(request.path + (f"?{query}" if query else ""))


def readable() -> str:
    """This address if the page that it posts to can be looked at, else an empty string.

    Some addresses only take posts; /sheets/<id>/send is one of them although it looks like /sheets/<id>/<page_key>.
    """
    adapter = current_app.create_url_adapter(request)
    try:
        rule = adapter.match(method="GET", return_rule=True)[0] if adapter else None
    except HTTPException:
        return ""
    return here() if rule and request.url_rule and rule.rule == request.url_rule.rule else ""


def replay() -> ResponseReturnValue | None:
    """Put what was kept in the place of what is posted (before each request); the view then does its own checks.

    A form counts as used when the view took it, in the view's own transaction; a button is pressed again once. What
    is no longer there leads to the page itself: an empty form must never be read as an answer.
    """
    id = request.args.get("kept", "")
    if request.method != "POST" or not id or (request.endpoint or "").removeprefix("accounts.") in SIGNING_IN:
        return None
    row = _kept(id)
    if row is None or row.path != here():
        return pages.go(readable() or "/")
    cookie.pop(PRESSED, None)
    request.__dict__["form"] = ImmutableMultiDict(kept.fields(row))
    request.__dict__["files"] = ImmutableMultiDict(
        (file["field"], FileStorage(kept.opened(file), file["name"], file["field"], file["type"])) for file in row.files
    )

    @after_this_request
    def used(response: Response) -> Response:
        if response.status_code < 400:
            kept.use(pages.session(), id)
        return response

    return None


def door(kind: str) -> ResponseReturnValue:
    """To the sign-in page of a kind of person, and back afterwards; what was posted is kept and posted again then."""
    page = "accounts.sign_in" if kind == "seller" else "accounts.staff_sign_in"
    return pages.go(url_for(page, next=readable() or None, kept=keep_posted() or None))


def onward(fallback: str) -> ResponseReturnValue:
    """Where a sign-in leads: what was kept is posted again, or to the page that was asked for, or to the fallback.

    Only a post goes on as a post: a link presses nothing. A button that was pressed on another way in is forgotten.
    """
    row = _kept(request.args.get("kept", ""))
    if row is not None and request.method == "POST":
        return redirect(f"{row.path}{'&' if '?' in row.path else '?'}kept={row.id}", 307)
    cookie.pop(PRESSED, None)
    return pages.go(pages.inside(request.args.get("next", ""), fallback))


def waits() -> bool:
    """Whether something that was typed waits for this sign-in."""
    row = _kept(request.args.get("kept", ""))
    return row is not None and bool(row.form)


def carried() -> dict[str, Any]:
    """What a sign-in carries from page to page: where to go afterwards, and the id of what was kept."""
    return {key: request.args[key] for key in ("next", "kept") if request.args.get(key)}


def sign_in(kind: str, person_id: str, stage: str = "full") -> None:
    """Sign a person in to this browser: a new token in the cookie; the sign-in that was here before ends.

    After somebody else no page counts that is still open in another tab, nor what was kept. Who is signed in decides
    whether this browser practises: anybody real ends practice here.
    """
    if cookie.get(WAS, person_id) != person_id:
        cookie.pop(TOKEN, None)
    cookie[WAS] = person_id
    service.drop(pages.session(), cookie.get("token", ""))
    device = service.device(request.headers.get("User-Agent", ""))
    cookie["token"] = service.open_sign_in(pages.session(), kind, person_id, device=device, stage=stage)
    cookie.permanent = True
    if kind == "staff" or not service.is_practice(pages.session(), person_id):
        cookie.pop("practice", None)


def sign_out() -> None:
    """Sign out of this browser; only the language, the size of letters and practice stay."""
    service.drop(pages.session(), cookie.get("token", ""))
    stays = {key: cookie[key] for key in ("lang", "size", "practice") if key in cookie}
    cookie.clear()
    cookie.update(stays)


def address() -> str:
    """Where the request comes from; of an IPv6 address the half that names the line."""
    there = request.remote_addr or ""
    return ":".join(there.split(":")[:4]) if ":" in there else there
