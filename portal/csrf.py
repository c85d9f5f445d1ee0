"""The token that proves a form is ours: Flask-WTF's, masked anew in each response."""

import base64
import binascii
import secrets

from flask_wtf.csrf import CSRFProtect, generate_csrf
from markupsafe import Markup


class MaskedCSRF(CSRFProtect):
    """Flask-WTF's protection with a token that differs in each response, so that gzip leaks nothing (BREACH)."""

    def _get_csrf_token(self) -> str | None:
        return unmask(super()._get_csrf_token() or "")


def mask(token: str) -> str:
    """The token under a fresh one-time pad."""
    raw = token.encode()
    pad = secrets.token_bytes(len(raw))
    return base64.urlsafe_b64encode(pad + bytes(a ^ b for a, b in zip(pad, raw, strict=True))).decode()


def unmask(masked: str) -> str:
    """What mask() hid; an empty string when it is no masked token."""
    try:
        raw = base64.urlsafe_b64decode(masked)
        half = len(raw) // 2
        return bytes(a ^ b for a, b in zip(raw[:half], raw[half:], strict=True)).decode()
    except (ValueError, binascii.Error):
        return ""


def field() -> Markup:
    """The hidden field that proves a form is ours."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(mask(generate_csrf()))
