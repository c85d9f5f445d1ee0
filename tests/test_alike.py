"""Pages that say the same to everybody are given again as they went out, and only to whom they say the same."""

import gzip
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal import alike, db
from tests.office.conftest import fill
from tests.reader import Reader
from tests.review.life import Life
from tests.statements import statements

ALIKE = ["/", "/guides/refusals", "/office/"]
pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def fetch(app: Flask, path: str, host: str = "localhost", **headers: str) -> TestResponse:
    """What a new browser without a cookie is given."""
    named = {"Accept-Encoding": "gzip"} | {key.replace("_", "-"): value for key, value in headers.items()}
    return app.test_client().get(path, base_url=f"http://{host}", headers=named)


def kept(app: Flask) -> int:
    """How many pages are kept now."""
    front = app.wsgi_app
    assert isinstance(front, alike.Front)
    return len(front.kept[1])


def test_these_pages_are_alike(app: Flask) -> None:
    marked = {name for name, view in app.view_functions.items() if getattr(view, "alike", False)}
    assert sorted(rule.rule for rule in app.url_map.iter_rules() if rule.endpoint in marked) == ALIKE


@pytest.mark.parametrize("path", ALIKE)
def test_a_page_that_is_alike_reads_no_row_sets_no_cookie_and_is_given_again_as_it_was(app: Flask, path: str) -> None:
    with statements() as seen:
        first, again = fetch(app, path), fetch(app, path)
    assert (first.status_code, seen, first.headers.get("Set-Cookie"), kept(app)) == (200, [], None, 1)
    assert (again.data, list(again.headers)) == (first.data, list(first.headers))
    assert b"csrf_token" not in gzip.decompress(first.data)


@pytest.mark.parametrize("path", ALIKE)
def test_each_language_and_each_kind_of_browser_gets_its_own(app: Flask, path: str) -> None:
    told: dict[str, set[bytes]] = {}
    for _ in range(2):
        for tag in ("zh-CN,en;q=0.5", "en-GB,zh;q=0.1", "fr"):
            words = gzip.decompress(fetch(app, path, Accept_Language=tag).data)
            told.setdefault(tag, set()).add(words)
        chinese = gzip.decompress(fetch(app, path, User_Agent="MicroMessenger").data)
        told.setdefault("wechat", set()).add(chinese)
    assert [len(each) for each in told.values()] == [1, 1, 1, 1]
    assert b'lang="zh-Hans"' in min(told["zh-CN,en;q=0.5"])
    assert b'lang="en"' in min(told["en-GB,zh;q=0.1"])
    assert told["fr"] == told["zh-CN,en;q=0.5"]
    assert fetch(app, path, Accept_Encoding="").data == min(told["fr"])


def test_a_change_of_the_office_and_a_new_day_are_seen_at_once(app: Flask) -> None:
    first = fetch(app, "/").data
    fill()
    changed = fetch(app, "/").data
    assert [b"0855-6621234" in gzip.decompress(each) for each in (first, changed)] == [False, True]
    fetch(app, "/office/")
    assert kept(app) == 2
    db.set_now(db.now() + timedelta(days=1))
    fetch(app, "/")
    assert kept(app) == 1


def test_who_brings_a_cookie_gets_a_page_of_their_own(app: Flask) -> None:
    life, stranger = Life(app), fetch(app, "/").data
    seller, staff = life.reader(life.seller()), life.reader(life.staff("reviewer"))
    large, practising = Reader(app), Reader(app)
    large.get("/?size=large")
    practising.http.set_cookie("haohuo", "x")
    words = gzip.decompress(stranger).decode()
    assert words.count('href="/registration/mine"') + 1 == seller.get("/").text.count('href="/registration/mine"')
    assert 'href="/desk/accounts/me"' in staff.get("/").text
    assert 'class="large"' in large.get("/").text
    assert practising.get("/").text == words
    assert kept(app) == 1


def test_a_name_that_is_not_ours_is_refused_although_the_page_is_kept(app: Flask) -> None:
    assert [fetch(app, "/", host).status_code for host in ("localhost", "evil.example", "localhost")] == [200, 400, 200]
    assert kept(app) == 1


def test_not_more_is_kept_than_there_is_room_for(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alike, "MOST", 2)
    for path in ALIKE:
        fetch(app, path)
    assert kept(app) == 1
