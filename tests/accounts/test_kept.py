"""A form posted after the sign-in had ended: kept, and posted again after the new one."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, request
from flask.typing import ResponseReturnValue
from sqlmodel import select

from portal import db, files, pages
from portal.access import Actor, seller
from portal.accounts import kept, service
from portal.accounts.models import Kept, Seller, SignIn
from tests.accounts.test_sign_in import PHONE, ask, enter
from tests.reader import Reader
from tests.review.life import Life
from tests.sheets import shops

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
GOT: list[Any] = []


@pytest.fixture(autouse=True)
def probe(app: Flask) -> None:
    """A page that says what it was sent, as a page of a sheet would get it."""
    GOT.clear()

    @seller
    def sheet(actor: Actor) -> ResponseReturnValue:
        fields, sent = request.form, request.files
        GOT.append((actor.name, fields.to_dict(flat=False), {key: file.read() for key, file in sent.items()}))
        return pages.go("/accounts/me")

    sheet.takes_files = True  # type: ignore[attr-defined]
    app.add_url_rule("/accounts/probe", "accounts.probe", sheet, methods=["POST"])


def sign_in(visitor: Reader, phone: str = PHONE) -> None:
    """Sign in and look at the account."""
    enter(visitor, ask(visitor, phone, "/accounts/sign-in?next=/accounts/me"))
    assert visitor.page.url == "/accounts/me"


def end_all() -> None:
    """End all sign-ins, as "sign out everywhere" on another phone does."""
    with db.writing() as session:
        for id in session.exec(select(Seller.id)).all():
            service.sign_out_everywhere(session, id)


def forms_kept() -> list[Kept]:
    """The rows."""
    with db.reading() as session:
        return list(session.exec(select(Kept)).all())


def test_what_was_posted_after_the_end_is_posted_again_after_the_new_sign_in(client: Reader) -> None:
    db.set_now(NOON)
    sign_in(client)
    end_all()
    client.post("/accounts/probe", {"shop": ["一", "二"], "photo": (io.BytesIO(b"picture"), "执照.jpg")})
    assert client.page.url.startswith("/accounts/sign-in?kept=")
    assert ("您填的都留着：再登录一次就接着办。" in client.page.words(), GOT) == (True, [])
    assert "一".encode() not in forms_kept()[0].form
    db.set_now(NOON + timedelta(minutes=2))
    client.submit(phone=PHONE)
    enter(client, client.page.one("trial-code").find("span").text)
    assert client.page.url == "/accounts/me"
    assert GOT == [("••• •••• 1234", {"shop": ["一", "二"]}, {"photo": b"picture"})]


def test_a_kept_form_is_used_once_and_its_content_goes(client: Reader) -> None:
    test_what_was_posted_after_the_end_is_posted_again_after_the_new_sign_in(client)
    row = forms_kept()[0]
    assert (row.form, row.files, row.used_at is not None) == (b"", [], True)
    client.post(f"/accounts/probe?kept={row.id}", {"shop": "an empty form must not be read as an answer"})
    assert len(GOT) == 1
    assert client.page.url == "/"


def test_a_page_to_look_at_comes_back_after_sign_in(client: Reader) -> None:
    client.get("/accounts/me?tab=1")
    assert client.page.url.startswith("/accounts/sign-in?next=")
    client.submit(phone=PHONE)
    enter(client, client.page.one("trial-code").find("span").text)
    assert client.page.url == "/accounts/me?tab=1"


def test_somebody_who_was_never_signed_in_has_nothing_kept(client: Reader) -> None:
    client.get("/accounts/sign-in")
    client.post("/accounts/probe", {"shop": "x", "photo": (io.BytesIO(b"filling your disk"), "x.jpg")})
    assert client.page.url == "/accounts/sign-in"
    assert forms_kept() == []


def test_another_browser_cannot_post_what_was_kept(app: Flask, client: Reader) -> None:
    sign_in(client)
    end_all()
    client.post("/accounts/probe", {"shop": "private"})
    other = Reader(app)
    sign_in(other, "13900005678")
    other.post(f"/accounts/probe?kept={forms_kept()[0].id}", {})
    assert GOT == []
    assert "private" not in other.page.text


def test_what_one_person_posted_is_never_posted_as_another_who_signs_in_there(client: Reader) -> None:
    sign_in(client)
    end_all()
    client.post("/accounts/probe", {"shop": "x"})
    client.submit(phone="15400009999")
    enter(client, client.page.one("trial-code").find("span").text)
    assert (client.page.url, GOT, forms_kept()[0].used_at) == ("/registration/", [], None)


def test_a_page_that_stood_open_for_one_person_is_not_posted_as_another(client: Reader) -> None:
    sign_in(client)
    tab = client.page
    end_all()
    sign_in(client, "15400009999")
    client.page = tab
    client.submit(-1)
    assert client.page.status == 400
    client.get("/accounts/me")
    assert "••• •••• 9999" in client.page.words()


def test_a_kept_form_goes_to_its_own_page_only(client: Reader) -> None:
    db.set_now(NOON)
    sign_in(client)
    end_all()
    client.post("/accounts/me/language", {"language": "en"})
    db.set_now(NOON + timedelta(minutes=2))
    sign_in(client)
    client.post(f"/accounts/probe?kept={forms_kept()[0].id}", {})
    assert GOT == []


def test_a_kept_form_is_good_for_a_day_and_then_swept_with_its_files(client: Reader) -> None:
    db.set_now(NOON)
    sign_in(client)
    end_all()
    client.post("/accounts/probe", {"photo": (io.BytesIO(b"picture"), "x.jpg")})
    with db.reading() as session:
        names = kept.digests(session)
    assert [files.read(name) for name in names] == [b"picture"]
    db.set_now(NOON + timedelta(hours=24, seconds=1))
    with client.http.session_transaction() as cookie, db.reading() as session:
        assert kept.find(session, forms_kept()[0].id, cookie["asker"]) is None
    service.sweep("")
    assert forms_kept() == []
    with db.reading() as session:
        assert kept.digests(session) == set()


def test_a_file_that_is_too_large_is_not_kept_but_the_fields_are(
    client: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "LARGEST", 100)
    sign_in(client)
    end_all()
    client.post("/accounts/probe", {"shop": "x", "photo": (io.BytesIO(bytes(101)), "x.jpg")})
    assert [(kept.fields(row), row.files) for row in forms_kept()] == [([("shop", "x")], [])]


def test_a_form_that_the_view_refuses_stays_kept(app: Flask, client: Reader) -> None:
    @seller
    def broken(actor: Actor) -> ResponseReturnValue:
        return pages.show("accounts/gone.html", 422)

    app.add_url_rule("/accounts/broken", "accounts.broken", broken, methods=["POST"])
    db.set_now(NOON)
    sign_in(client)
    end_all()
    client.post("/accounts/broken", {"shop": "x"})
    db.set_now(NOON + timedelta(minutes=2))
    client.submit(phone=PHONE)
    enter(client, client.page.one("trial-code").find("span").text)
    assert client.page.status == 422
    assert [row.used_at for row in forms_kept()] == [None]


def test_when_the_sign_in_ends_again_on_the_way_the_form_is_kept_again(client: Reader) -> None:
    db.set_now(NOON)
    sign_in(client)
    end_all()
    client.post("/accounts/probe", {"shop": "x"})
    client.get("/accounts/sign-in")
    client.post(f"/accounts/probe?kept={forms_kept()[0].id}", {})
    rows = sorted(forms_kept(), key=lambda row: row.used_at is None)
    assert [(row.used_at is None, kept.fields(row) if row.form else None) for row in rows] == [
        (False, None),
        (True, [("shop", "x")]),
    ]


def test_a_browser_may_have_twenty_forms_kept_an_hour(client: Reader) -> None:
    sign_in(client)
    end_all()
    for number in range(21):
        client.get("/accounts/sign-in")
        client.post("/accounts/probe", {"number": str(number)})
    assert len(forms_kept()) == 20
    assert client.page.url == "/accounts/sign-in"


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("/sheets/nobody-has-this1/shop", "/accounts/sign-in?next=/sheets/nobody-has-this1/shop"),
        ("/sheets/nobody-has-this1/send", "/accounts/sign-in"),
        ("/registration/household?x=1", "/accounts/sign-in?next=/registration/household?x%3D1"),
        ("/accounts/me/end", "/accounts/sign-in"),
        ("/desk/accounts/staff/new", "/desk/accounts/sign-in?next=/desk/accounts/staff/new"),
        ("/desk/accounts/staff/nobody/link", "/desk/accounts/sign-in"),
    ],
)
def test_after_a_sign_in_a_post_that_was_not_kept_leads_to_its_page_or_to_the_first_one(
    client: Reader, path: str, back: str
) -> None:
    client.get("/accounts/sign-in")
    client.post(path, {"shop": "x"})
    assert client.page.url == back


def test_sending_a_sheet_when_nothing_can_be_kept_leads_back_to_the_sheet(app: Flask) -> None:
    life = Life(app)
    actor = life.seller(PHONE)
    sheet_id, visitor = shops.filled(actor.id), life.reader(actor)
    visitor.get(f"/sheets/{sheet_id}/check")
    end_all()
    page = visitor.page
    for _ in range(21):
        visitor.page = page
        visitor.submit()
    assert visitor.page.url == "/accounts/sign-in"
    visitor.submit(phone=PHONE)
    enter(visitor, visitor.page.one("trial-code").find("span").text)
    assert (visitor.page.status, visitor.page.url) == (200, f"/sheets/{sheet_id}")


def test_what_is_no_longer_kept_leads_to_no_page_that_only_looks_like_one(client: Reader) -> None:
    sign_in(client)
    client.post("/sheets/nobody-has-this1/send?kept=gone")
    assert (client.page.status, client.page.url) == (200, "/")


def test_a_sign_in_in_another_tab_loses_nothing_but_the_press(client: Reader) -> None:
    db.set_now(NOON)
    sign_in(client)
    end_all()
    client.post("/accounts/probe", {"shop": "x"})
    tab = client.page.url
    db.set_now(NOON + timedelta(minutes=2))
    sign_in(client)
    client.get(tab)
    assert (client.page.status, client.page.url, GOT) == (200, "/registration/", [])


def test_what_a_script_saves_by_itself_is_not_kept(client: Reader) -> None:
    sign_in(client)
    end_all()
    client.post("/accounts/probe", {"shop": "x"}, X_Autosave="1")
    assert forms_kept() == []


def test_a_form_that_our_script_sends_is_kept_and_posted_again(client: Reader) -> None:
    sign_in(client)
    end_all()
    client.post("/accounts/probe", {"shop": "x"}, X_Script="1", Sec_Fetch_Dest="empty")
    assert len(forms_kept()) == 1
    assert client.page.response is not None
    assert "kept=" in client.page.response.headers["X-Go"]


def test_a_form_without_its_token_is_not_kept(client: Reader) -> None:
    sign_in(client)
    end_all()
    client.post("/accounts/probe", {"shop": "x", "csrf_token": ""})
    assert client.page.status == 400
    assert forms_kept() == []


def test_a_seller_is_signed_in_for_sixty_days(client: Reader) -> None:
    db.set_now(NOON)
    sign_in(client)
    db.set_now(NOON + timedelta(days=60) - timedelta(seconds=1))
    assert client.get("/accounts/me").url == "/accounts/me"
    with db.reading() as session:
        assert session.exec(select(SignIn.seen_at)).one() == db.now()
    db.set_now(NOON + timedelta(days=60))
    assert client.get("/accounts/me").url.startswith("/accounts/sign-in")
