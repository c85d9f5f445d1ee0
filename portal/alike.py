"""Pages that say the same to everybody, kept as they went out: who comes without a cookie is given them again."""

from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache
from typing import Any

from flask import Flask
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from portal import i18n

MOST = 64
View = Callable[..., ResponseReturnValue]
Key = tuple[str, ...]
Kept = tuple[str, list[tuple[str, str]], bytes]


def alike(view: View) -> View:
    """Mark a page as the same for everybody without a cookie, in one language and while what it depends on stands.

    It goes above @anyone. Such a page reads no row, has no form, and its address no part that changes.
    """
    view.alike = True  # type: ignore[attr-defined]
    return view


def depends(app: Flask, on: Callable[[], Hashable | object]) -> None:
    """Forget the pages whenever `on` gives something else than before."""
    app.extensions["alike"] = (*app.extensions.get("alike", ()), on)


class Front:
    """Stands before the application and answers for it where it has the answer.

    A cookie, a query, anything but GET, a browser that unpacks nothing: all that goes on to the application.
    """

    def __init__(self, app: Flask) -> None:
        """Nothing is kept yet."""
        self.app, self.inner = app, app.wsgi_app
        self.paths: frozenset[str] | None = None
        self.kept: tuple[list[object], dict[Key, Kept]] = ([], {})

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """One request."""
        key = self._key(environ)
        if key is None:
            return self.inner(environ, start)
        pages = self._valid()
        answer = pages.get(key)
        if answer is None:
            answer = self._asked(environ)
            self._keep(pages, key, answer)
        status, headers, body = answer
        start(status, list(headers))
        return [body]

    def _key(self, environ: dict[str, Any]) -> Key | None:
        if self.paths is None:
            self.paths = _paths(self.app)
        path, get = environ["PATH_INFO"], environ.get
        if path not in self.paths or get("HTTP_COOKIE") or get("QUERY_STRING") or environ["REQUEST_METHOD"] != "GET":
            return None
        if "gzip" not in get("HTTP_ACCEPT_ENCODING", ""):
            return None
        # The name is checked by the application, at its first use.
        where = environ["wsgi.url_scheme"], get("HTTP_HOST", ""), get("SCRIPT_NAME", "")
        wechat = "WeChat" if "MicroMessenger" in get("HTTP_USER_AGENT", "") else ""
        return (path, *where, _language(get("HTTP_ACCEPT_LANGUAGE", "")), wechat)

    def _valid(self) -> dict[Key, Kept]:
        now = [on() for on in self.app.extensions.get("alike", ())]
        if now != self.kept[0]:
            self.kept = (now, {})
        return self.kept[1]

    def _asked(self, environ: dict[str, Any]) -> Kept:
        """The application's own answer, whole."""
        told: list[Any] = []

        def begun(status: str, headers: list[tuple[str, str]], _: object = None) -> Callable[[bytes], None]:
            told[:] = [status, headers]
            return lambda _: None

        parts = self.inner(environ, begun)
        try:
            body = b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()
        return (told[0], told[1], body)

    @staticmethod
    def _keep(pages: dict[Key, Kept], key: Key, answer: Kept) -> None:
        status, headers, _ = answer
        if not status.startswith("200") or any(name == "Set-Cookie" for name, _ in headers):
            return
        if len(pages) >= MOST:
            pages.clear()
        pages[key] = answer


def _paths(app: Flask) -> frozenset[str]:
    """The addresses of the pages that are alike."""
    marked = {name for name, view in app.view_functions.items() if getattr(view, "alike", False)}
    return frozenset(rule.rule for rule in app.url_map.iter_rules() if rule.endpoint in marked)


@lru_cache(256)
def _language(accepted: str) -> str:
    return i18n.best(list(parse_accept_header(accepted, LanguageAccept).values()))
