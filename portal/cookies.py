"""The signed cookie: its signature is computed once for all requests that bring the same; its age is looked at anew."""

import time
from functools import lru_cache

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin, session_json_serializer
from itsdangerous import BadSignature

Signed = tuple[str, float]


class Cookies(SecureCookieSessionInterface):
    """Flask's own way with cookies, without doing again what was done for the same cookie before."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """What the cookie says; empty where there is none, or it is not ours, or too old."""
        value = request.cookies.get(self.get_cookie_name(app))
        try:
            said, signed_at = _read(self, app, value) if value else ("", 0.0)
        except BadSignature:
            said, signed_at = "", 0.0
        young = 0 <= int(time.time()) - signed_at <= app.permanent_session_lifetime.total_seconds()
        return self.session_class(session_json_serializer.loads(said) if said and young else None)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie where something in it changed: with SESSION_REFRESH_EACH_REQUEST off, only then."""
        if session.modified:
            super().save_session(app, session, response)
        elif session.accessed and "Cookie" not in response.headers.get("Vary", ""):
            response.vary.add("Cookie")


@lru_cache(512)
def _read(cookies: Cookies, app: Flask, value: str) -> Signed:
    """What a cookie says, as JSON, and when it was signed. Raises BadSignature, which is not kept."""
    serializer = cookies.get_signing_serializer(app)
    assert serializer is not None  # config has a key
    said, signed_at = serializer.loads(value, return_timestamp=True)
    return session_json_serializer.dumps(said), signed_at.timestamp()
