"""The signed cookie: what was read once is read again only while it would be read anyway."""

from datetime import timedelta

import pytest
from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface

from portal.cookies import Cookies


@pytest.fixture
def plain() -> Flask:
    app = Flask(__name__)
    app.secret_key, app.session_interface = "only-for-tests", Cookies()
    return app


def signed(app: Flask, said: dict[str, object]) -> str:
    """A cookie as Flask itself signs it."""
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    return str(serializer.dumps(said))


def read(app: Flask, value: str) -> dict[str, object]:
    """What a request with this cookie finds in it; the request then changes it for itself."""
    with app.test_request_context(environ_base={"HTTP_COOKIE": f"session={value}"}):
        said: dict[str, object] = {key: list(value) for key, value in session.items()}
        session.setdefault("names", []).append("of this request alone")
        return said


def test_each_request_has_the_cookie_for_itself(plain: Flask) -> None:
    value = signed(plain, {"names": ["a", "b"]})
    assert [read(plain, value) for _ in range(3)] == [{"names": ["a", "b"]}] * 3


def test_a_cookie_that_grew_too_old_is_not_read_although_it_was_before(plain: Flask) -> None:
    value = signed(plain, {"names": ["a"]})
    before = read(plain, value)
    plain.permanent_session_lifetime = timedelta(seconds=-1)
    assert (before, read(plain, value)) == ({"names": ["a"]}, {})


def test_a_changed_cookie_is_none_of_ours(plain: Flask) -> None:
    value = signed(plain, {"names": ["a"]})
    read(plain, value)
    other = Flask("other")
    other.secret_key = "another"
    assert [read(plain, each) for each in (f"x{value}", value[:-2], signed(other, {"names": ["a"]}))] == [{}] * 3
