"""What every page needs: the request's transaction, errors, filters, gzip, CSP, and the visitor's language."""

import base64
import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, current_app, g, redirect, render_template, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from jinja2 import StrictUndefined
from markupsafe import Markup
from sqlmodel import Session
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.urls import iri_to_uri

from portal import access, alike, csrf, dates, db, files, i18n, sent
from portal.config import VERSION, Settings
from portal.packing import Packer

HERE = Path(__file__).resolve().parent
SMALL_BODY, LARGE_BODY = 256 * 1024, 64 * 1024 * 1024
# A redirect's few words go out as they are.
WORTH_PACKING = 500
PACKED = ("text/html", "text/javascript", "application/json")


class _Undo(Exception):
    """Rolls the request's transaction back."""


def session() -> Session:
    """The request's transaction, begun at the first call: reading for GET, writing for everything else."""
    if "unit" not in g:
        if request.method in ("GET", "HEAD"):
            g.unit = db.reading(on=g.get("line"))
        else:
            access.hang_up()
            g.unit = db.writing()
        g.session = g.unit.__enter__()
    return g.session  # type: ignore[no-any-return]


def _end(good: bool) -> None:
    if (unit := g.pop("unit", None)) is not None and good:
        unit.__exit__(None, None, None)
    elif unit is not None:
        with suppress(_Undo):
            unit.__exit__(_Undo, _Undo(), None)
    access.hang_up()


def show(template: str, status: int = 200, **facts: object) -> ResponseReturnValue:
    """A page from a template and its facts."""
    return render_template(template, **facts), status


def go(url: str) -> ResponseReturnValue:
    """On to another page, by GET; our script is told the address and goes there itself."""
    return told(url) if request.headers.get("X-Script") else redirect(url, 303)


def told(url: str) -> Response:
    """To our script: done, go there. Not 204, after which waitress hangs up; not a bare 200, which any network says."""
    return Response(headers={"X-Go": iri_to_uri(url)})


def health() -> ResponseReturnValue:
    """That the instance answers, with its version and whether its database does."""
    alive = db.ready()
    return {"portal": VERSION, "database": alive}, 200 if alive else 503


def settings() -> Settings:
    """The settings of this instance."""
    return current_app.extensions["settings"]  # type: ignore[no-any-return]


def outside(path: str) -> str:
    """The full address of a path, as papers, notices and QR codes carry it."""
    return settings().url + path


def inside(url: str, fallback: str = "/") -> str:
    """A path of ours that a form may send people to; anything else becomes the fallback."""
    ours = url.startswith("/") and not url.startswith("//") and "\\" not in url and url.isprintable()
    return url if ours else fallback


def here(**changes: str) -> str:
    """This page's address with some of its query changed; of a page that answers a post, the nearest above it."""
    path, known = request.path, current_app.url_map.bind("")
    while request.method != "GET" and not known.test(path or "/", "GET"):
        path = path.rpartition("/")[0]
    return f"{path or '/'}?{urlencode({**request.args.to_dict(), **changes})}"


def _stylesheet(*names: str) -> tuple[Markup, str]:
    """Stylesheets as one, without comments and needless space, and its hash for the CSP."""
    text = "".join((HERE / "static" / name).read_text("utf-8") for name in names)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"\s*([{};,>])\s*", r"\1", re.sub(r"\s+", " ", text)).replace(";}", "}").strip()
    return Markup(text), base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


LOOKS = {"lang": tuple(i18n.LANGUAGES), "size": ("normal", "large")}


def _choose_language() -> ResponseReturnValue | None:
    """The language and the size of letters are kept in the cookie; a link with ?lang= or ?size= changes them."""
    asked = {key: request.args[key] for key in LOOKS if key in request.args}
    if asked and request.method == "GET":
        cookie.update({key: value for key, value in asked.items() if value in LOOKS[key]})
        cookie.permanent = True
        rest = {key: value for key, value in request.args.items() if key not in asked}
        return redirect(request.path + (f"?{urlencode(rest)}" if rest else ""), 303)
    i18n.use(cookie.get("lang") or i18n.best(list(request.accept_languages.values())))
    g.large = cookie.get("size") == "large"
    return None


def _cap() -> None:
    """Only a view marked `takes_files` reads a large body; an address with NUL is none of ours."""
    if "\0" in request.path:
        abort(404)
    view = current_app.view_functions.get(request.endpoint or "")
    request.max_content_length = LARGE_BODY if getattr(view, "takes_files", False) else SMALL_BODY


def _finish(response: Response) -> Response:
    _end(response.status_code < 400)
    return response


def _dress(response: Response) -> Response:
    """Safety headers and gzip, on every response."""
    app, headers, kind = current_app, response.headers, response.mimetype
    headers.setdefault("Content-Security-Policy", app.extensions["policy"])
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    if settings().secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if kind == "text/html":
        headers["Vary"] = "Accept-Encoding, Accept-Language, Cookie, User-Agent"
    if kind == "text/html" or "Cache-Control" not in headers:
        personal = cookie.get("token") or cookie.get("asker") or request.method == "POST"
        headers.setdefault("Cache-Control", "no-store" if personal else "no-cache")
    return _zip(response, kind)


def _zip(response: Response, kind: str | None) -> Response:
    worth = kind in PACKED and (response.content_length or 0) >= WORTH_PACKING
    if not worth or "gzip" not in request.headers.get("Accept-Encoding", ""):
        return response
    response.direct_passthrough = False
    response.set_data(current_app.extensions["packer"].packed(response.get_data()))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.setdefault("Vary", "Accept-Encoding, Cookie")
    return response


ERRORS: Mapping[int, tuple[str, str]] = {
    400: (
        i18n.N_("This page was open too long"),
        i18n.N_("Go back, open the page once more and send it again. What you saved before is still there."),
    ),
    403: (
        i18n.N_("This page is for others"),
        i18n.N_("Your account may not open it. Ask the person who manages the accounts of your office."),
    ),
    404: (i18n.N_("There is no such page"), i18n.N_("Check the address, or start from the first page.")),
    405: (i18n.N_("There is no such page"), i18n.N_("Check the address, or start from the first page.")),
    413: (
        i18n.N_("That was too large to send"),
        i18n.N_("Go back and send a smaller photo, or one at a time. What you saved before is still there."),
    ),
    503: (
        i18n.N_("The portal is busy just now"),
        i18n.N_("What you saved before is still there. Wait a minute, then go back and press once more."),
    ),
    507: (
        i18n.N_("Our disk is full"),
        i18n.N_("It is not your fault. Please tell the office, then go back and send the page once more."),
    ),
    500: (
        i18n.N_("Something broke on our side"),
        i18n.N_("It is not your fault, and what you saved is still there. Please try again in a few minutes."),
    ),
}


def failed(error: HTTPException) -> ResponseReturnValue:
    """The page that says what went wrong, and what to do."""
    code = _of_database(getattr(error, "original_exception", None)) or error.code or 500
    if code >= 500:
        g.setdefault("actor", access.ANYONE)  # the look-up itself may be what broke
    known = 404 if code == 400 and not isinstance(error, CSRFError) else code
    title, words = ERRORS.get(known, ERRORS[404] if code < 500 else ERRORS[500])
    return show("error.html", code, heading=i18n.gettext(title), words=i18n.gettext(words))


def _of_database(reason: object) -> int:
    """The status of what ails the database, which passes by itself or is mended beside it; 0 for anything else."""
    return 507 if db.disk_full(reason) else 503 if db.away(reason) else 0


def _gone(_: Exception) -> ResponseReturnValue:
    """A file that was lost or damaged is not there for its reader; the row that names it still is."""
    return failed(NotFound())


def _refused(refusal: i18n.Refusal) -> ResponseReturnValue:
    return show("error.html", refusal.status, heading=i18n.gettext("That did not work"), words=refusal.text)


def _facts() -> dict[str, Any]:
    """What every template may use."""
    return {
        "actor": access.current(),
        "menu": access.menu(access.current()),
        "practising": access.practising(),
        "settings": settings(),
        "language": i18n.language(),
        "tag": i18n.tag(),
        "languages": i18n.LANGUAGES,
        "large": g.get("large", False),
        "here": here,
        "outside": outside,
        "csrf_field": csrf.field,
        "today": db.today(),
        # In WeChat files do not open: pages with something to print show the way out.
        "wechat": "MicroMessenger" in request.headers.get("User-Agent", ""),
    }


def setup(app: Flask, config: Settings) -> None:
    """Dress the application: templates, filters, headers, error pages, CSRF, the request's transaction."""
    app.extensions["settings"] = config
    app.request_class = sent.Request
    (style, digest), (desk, desk_digest) = _stylesheet("haohuo.css"), _stylesheet("haohuo.css", "desk.css")
    script = (HERE / "static" / "portal.js").read_bytes()
    app.extensions["packer"] = Packer(desk.encode(), style.encode(), script)
    app.extensions["policy"] = (
        f"default-src 'none'; style-src 'sha256-{digest}' 'sha256-{desk_digest}'; script-src 'self'; "
        "connect-src 'self'; img-src 'self' data: blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    jinja = app.jinja_env
    jinja.undefined = StrictUndefined
    jinja.trim_blocks = jinja.lstrip_blocks = True
    jinja.add_extension("jinja2.ext.i18n")
    jinja.install_gettext_callables(i18n.gettext, i18n.plural, newstyle=True)  # type: ignore[attr-defined]
    jinja.filters.update(words=i18n.library_text, day=dates.day, moment=dates.moment)
    jinja.globals.update(_=i18n.markup, gettext=i18n.markup, stylesheet=style, desk_stylesheet=desk)
    jinja.globals.update(script=f"/static/portal.js?{hashlib.sha256(script).hexdigest()[:10]}")
    app.before_request(_choose_language)
    app.before_request(_cap)
    csrf.MaskedCSRF(app)
    app.context_processor(_facts)
    app.after_request(_dress)
    app.after_request(_finish)  # runs first: the commit must stand before the answer is dressed
    app.teardown_request(lambda _: _end(False))
    app.register_error_handler(HTTPException, failed)
    app.register_error_handler(i18n.Refusal, _refused)
    app.register_error_handler(files.Missing, _gone)
    app.register_error_handler(files.Damaged, _gone)
    alike.depends(app, db.today)
    app.wsgi_app = alike.Front(app)  # type: ignore[method-assign, assignment]
