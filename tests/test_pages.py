import base64
import hashlib
import logging
import re

import pytest
from flask import Flask
from flask.typing import ResponseReturnValue

from portal import db, pages
from portal.access import Actor, anyone
from portal.csrf import mask, unmask
from portal.i18n import Refusal
from portal.registration import service as registration
from portal.sheets import service as sheets
from tests.reader import Page, Reader
from tests.review.life import Life
from tests.sheets import shops

one_database = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def headers(page: Page) -> dict[str, str]:
    """The headers that a page came with."""
    assert page.response is not None
    return dict(page.response.headers)


def token(page: Page) -> str:
    """The token in a page's first form."""
    return next(str(box.get("value")) for box in page.all("input") if box.get("name") == "csrf_token")


@pytest.fixture
def failing(app: Flask) -> Flask:
    """The application with a view that raises, one that refuses, and one that writes and then refuses."""

    @anyone
    def broken(actor: Actor) -> ResponseReturnValue:
        raise ZeroDivisionError

    @anyone
    def refusing(actor: Actor) -> ResponseReturnValue:
        raise Refusal

    @anyone
    def half(actor: Actor) -> ResponseReturnValue:
        registration.begin(pages.session(), seller_id="somebody", kind="household")
        return "", 422

    app.add_url_rule("/broken", "broken", broken, methods=["GET", "POST"])
    app.add_url_rule("/refusing", "refusing", refusing, methods=["GET", "POST"])
    app.add_url_rule("/half", "half", half, methods=["POST"])
    logging.getLogger(app.name).setLevel(logging.CRITICAL)
    return app


@pytest.mark.parametrize(
    "sent", [{"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": "你好"}, {"csrf_token": "AAAA"}]
)
@one_database
def test_a_form_without_its_token_changes_nothing_and_says_what_to_do(app: Flask, sent: dict[str, str]) -> None:
    life = Life(app)
    seller = life.seller()
    reader, sheet_id = life.reader(seller), shops.filled(seller.id)
    reader.get(f"/sheets/{sheet_id}/called")
    page = reader.submit(0, turn="next", called="老杨", **sent)
    assert (page.status, shops.known(sheet_id)["called"]) == (400, "杨大姐")
    assert page.words().count("存过的都还在") == 1


@one_database
def test_a_token_of_another_browser_is_refused(app: Flask) -> None:
    strange = token(Reader(app).get("/registration/"))
    reader = Reader(app)
    reader.get("/registration/")
    assert reader.submit(0, csrf_token=strange, kind="household").status == 400


@one_database
def test_over_https_a_form_from_elsewhere_is_refused(app: Flask) -> None:
    reader = Reader(app, secure=True)
    reader.get("/registration/")
    assert reader.post("/registration/", {"kind": "household"}, Referer="https://evil.example/").status == 400
    reader.get("/registration/")
    assert reader.post("/registration/", {"kind": "household"}).status == 200


@one_database
def test_the_token_looks_different_in_each_answer_and_means_the_same(client: Reader) -> None:
    first, second = (token(client.get("/registration/")) for _ in range(2))
    meant = [unmask(each).partition(".")[0] for each in (first, second)]  # what follows is when it was made
    assert (first == second, meant[0] == meant[1], len(unmask(first)) > 40) == (False, True, True)
    assert unmask(mask("abc")) == "abc"


@one_database
def test_pages_are_zipped_for_those_who_take_it(app: Flask) -> None:
    reader = Reader(app)
    assert headers(reader.get("/"))["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in headers(reader.get("/", Accept_Encoding="identity"))
    assert headers(reader.get("/static/portal.js"))["Content-Encoding"] == "gzip"


@one_database
@pytest.mark.parametrize("staff", [False, True])
def test_the_policy_names_the_style_that_is_in_the_page(app: Flask, staff: bool) -> None:
    life = Life(app)
    page = life.reader(life.staff("reviewer") if staff else life.seller()).get("/")
    (style,) = (each.text for each in page.all("style"))
    policy = headers(page)["Content-Security-Policy"]
    named = re.findall(r"'sha256-([^']+)'", policy)
    assert (named[staff], len(named)) == (base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(), 2)
    assert re.sub(r" 'sha256-[^']+'", "", policy) == (
        "default-src 'none'; style-src; script-src 'self'; connect-src 'self'; "
        "img-src 'self' data: blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


@pytest.mark.parametrize("path", ["/", "/healthz", "/no-such-page", "/static/portal.js", "/places/find?q=liping"])
@one_database
def test_every_answer_carries_the_safety_headers(client: Reader, path: str) -> None:
    found = headers(client.get(path))
    assert (found["X-Content-Type-Options"], found["Referrer-Policy"], "Content-Security-Policy" in found) == (
        "nosniff",
        "same-origin",
        True,
    )
    assert "Strict-Transport-Security" not in found


@one_database
def test_pages_of_somebody_signed_in_are_stored_nowhere(app: Flask) -> None:
    life = Life(app)
    assert headers(Reader(app).get("/"))["Cache-Control"] == "no-cache"
    for actor, path in ((life.seller(), "/accounts/me"), (life.staff("reviewer"), "/desk/review/")):
        reader = life.reader(actor)
        assert [headers(reader.get(each))["Cache-Control"] for each in (path, "/", "/no-such-page")] == ["no-store"] * 3


@pytest.mark.parametrize(
    ("accepted", "tag"),
    [
        ("zh-Hans-CN,zh;q=0.9", "zh-Hans"),
        ("zh-TW", "zh-Hans"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("fr-FR,en;q=0.5", "en"),
        ("fr", "zh-Hans"),
        ("*", "zh-Hans"),
        (";;;,,=", "zh-Hans"),
        ("", "zh-Hans"),
    ],
)
@one_database
def test_the_language_is_what_the_browser_asks_for(client: Reader, accepted: str, tag: str) -> None:
    assert client.get("/", Accept_Language=accepted).tree.get("lang") == tag


@one_database
def test_language_and_size_are_kept_and_leave_the_address(client: Reader) -> None:
    page = client.get("/review/status?lang=en&number=ABC&size=large")
    assert (page.url, page.tree.get("lang"), page.tree.get("class")) == ("/review/status?number=ABC", "en", "large")
    page = client.get("/", Accept_Language="zh-CN")
    assert (page.tree.get("lang"), page.tree.get("class")) == ("en", "large")
    page = client.get("/?size=normal&lang=zh_Hans")
    assert (page.url, page.tree.get("lang"), page.tree.get("class")) == ("/", "zh-Hans", None)


@pytest.mark.parametrize("value", ["xx", "", "en\r\nX: 1", "e" * 5000, "中文"])
@one_database
def test_a_language_that_we_do_not_speak_changes_nothing(client: Reader, value: str) -> None:
    client.get("/?lang=en&size=large")
    client.http.get("/", base_url=client.base, query_string={"lang": value, "size": value})
    page = client.get("/")
    assert (page.tree.get("lang"), page.tree.get("class")) == ("en", "large")


@pytest.mark.parametrize(
    "path", ["//evil.example/?lang=en", "/\\evil.example/?lang=en", "///evil.example?lang=en", "/%0d%0aX:%201?lang=en"]
)
@one_database
def test_changing_the_language_leads_nowhere_else(app: Flask, path: str) -> None:
    answer = app.test_client().open(
        environ_overrides={"PATH_INFO": path.partition("?")[0].replace("%0d%0a", "\r\n").replace("%20", " ")},
        query_string="lang=en",
        base_url="http://localhost",
    )
    where = answer.headers.get("Location", "/")
    assert re.match(r"/(?![/\\])", where.removeprefix("http://localhost")), where


@pytest.mark.parametrize(
    "where",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "//[",
        "http://[x",
        "evil",
        "",
        "/\r\nX: 1",
    ],
)
@one_database
def test_a_sign_in_leads_only_to_our_own_pages(app: Flask, where: str) -> None:
    assert pages.inside(where) == "/"
    reader = Reader(app)
    reader.page.url = "/accounts/sign-in"
    reader.http.get("/accounts/sign-in", base_url=reader.base)
    page = reader._seen(reader.http.get("/accounts/sign-in", base_url=reader.base, query_string={"next": where}))
    assert page.status == 200
    assert shops.sign_in(reader).url == "/registration/"


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
@one_database
def test_every_failure_has_a_page_in_both_languages(failing: Flask, language: str) -> None:
    reader = Reader(failing)
    reader.get(f"/?lang={language}")
    found = [(page.status, page.tree.get("lang")) for page in failures(reader)]
    tag = language.replace("_", "-")
    assert found == [(404, tag), (404, tag), (405, tag), (500, tag), (409, tag), (400, tag), (413, tag)]


def failures(reader: Reader) -> list[Page]:
    """What goes wrong, one after the other."""
    form = reader.get("/registration/")
    paths = ("/no-such-page", "/photos/nobodys", "/accounts/sign-out", "/broken", "/refusing")
    found = [reader.get(path) for path in paths]
    for sent in ({"csrf_token": "gone"}, {"kind": "x" * 300_000}):
        reader.page = form
        found.append(reader.post("/registration/", sent))
    return found


@pytest.mark.parametrize(("path", "status"), [("/broken", 500), ("/refusing", 409), ("/half", 422)])
def test_what_fails_leaves_nothing_behind(failing: Flask, path: str, status: int) -> None:
    reader = Reader(failing)
    reader.get("/registration/")
    token_there = token(reader.page)
    answer = reader.http.post(path, base_url=reader.base, data={"csrf_token": token_there})
    with db.reading() as session:
        kept = sheets.of_seller(session, "somebody")
    assert (answer.status_code, kept) == (status, [])


@one_database
def test_a_strange_host_is_refused(app: Flask) -> None:
    answer = app.test_client().get("/", base_url="http://evil.example")
    assert (answer.status_code, "evil" in answer.text) == (400, False)


def test_a_page_that_answers_a_post_changes_its_language_on_the_page_above_it(app: Flask) -> None:
    life = Life(app)
    reviewer, case = life.staff("reviewer"), life.send(shops.filled(life.seller().id), {})
    reader = life.reader(reviewer)
    reader.get(f"/desk/review/{case.id}")
    page = reader.post(f"/desk/review/{case.id}/phone", {"version": str(case.version)})
    assert [link for link in page.links() if "lang=" in link] == [f"/desk/review/{case.id}?lang=en"]


@one_database
def test_a_broken_database_is_told_in_words(app: Flask) -> None:
    life = Life(app)
    reader = life.reader(life.seller())
    reader.get("/")
    db.engine().dispose()
    home = app.extensions["settings"].home
    for path in home.glob("haohuo.db*"):
        path.write_bytes(b"this is no database" * 1000)
    logging.getLogger(app.name).setLevel(logging.CRITICAL)
    assert (reader.get("/accounts/me").status, Reader(app).get("/").status) == (500, 200)
    answer = app.test_client().get("/healthz", base_url="http://localhost")
    assert (answer.status_code, answer.json and answer.json["database"]) == (503, False)
