"""The token that proves a form is ours: Flask-WTF's, masked anew in each response."""

import base64
import binascii
import secrets
from functools import lru_cache

from flask import current_app, session
from flask_wtf.csrf import CSRFProtect, generate_csrf
from itsdangerous import URLSafeTimedSerializer
from markupsafe import Markup


class MaskedCSRF(CSRFProtect):
    """Flask-WTF's protection with a token that differs in each response, so that gzip leaks nothing (BREACH)."""

    def _get_csrf_token(self) -> str | None:
        return unmask(super()._get_csrf_token() or "")


def mask(token: str) -> str:
    """The token under a fresh one-time pad."""
    raw = token.encode()
    pad = secrets.token_bytes(len(raw))
    hidden = int.from_bytes(pad) ^ int.from_bytes(raw)
    return base64.urlsafe_b64encode(pad + hidden.to_bytes(len(raw))).decode()


def unmask(masked: str) -> str:
    """What mask() hid; an empty string when it is no masked token."""
    try:
        raw = base64.urlsafe_b64decode(masked)
        half = len(raw) // 2
        return bytes(a ^ b for a, b in zip(raw[:half], raw[half:], strict=True)).decode()
    except (ValueError, binascii.Error):
        return ""


def token() -> str:
    """This browser's token, under a pad of its own each time."""
    if "csrf_token" not in session:
        return mask(generate_csrf())
    return mask(_signed(current_app.secret_key, session["csrf_token"]))


@lru_cache(1024)
def _signed(key: str | bytes, raw: str) -> str:
    """As Flask-WTF signs it; it does not expire with the hour, so that it can be kept."""
    return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(raw))


def hidden(value: str) -> Markup:
    """The hidden field that carries a token."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(value)


def field() -> Markup:
    """The hidden field that proves a form is ours."""
    return hidden(token())
