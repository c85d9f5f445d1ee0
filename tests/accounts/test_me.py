"""The seller's account: where they are signed in, what they agreed to, their language."""

import gzip
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlmodel import Session, select

from portal import db
from portal.accounts import service
from portal.accounts.models import Consent, Seller, SignIn, Staff
from tests.accounts.test_kept import sign_in
from tests.accounts.test_staff import signed_in
from tests.reader import Reader

WORDS = "我同意把店铺放到活动页面上"


def _seller() -> str:
    with db.reading() as session:
        return session.exec(select(Seller.id)).one()


def _twice(app: Flask) -> tuple[Reader, Reader]:
    """One seller on two phones."""
    db.set_now(None)
    phone, tablet = Reader(app), Reader(app)
    sign_in(phone)
    with db.writing() as session:
        token = service.open_sign_in(session, "seller", _seller_in(session), device="iPad")
    with tablet.http.session_transaction() as cookie:
        cookie["token"] = token
    tablet.get("/accounts/me")
    assert tablet.page.url == "/accounts/me"
    return phone, tablet


def _seller_in(session: Session) -> str:
    return session.exec(select(Seller.id)).one()


def buttons(visitor: Reader, action: str) -> list[tuple[str, str]]:
    """The named buttons of the one form that goes there."""
    [form] = [form for form in visitor.page.all("form") if form.get("action") == action]
    return [(button.get("name"), button.get("value")) for button in form.iter("button")]


def press(visitor: Reader, action: str, at: int = 0) -> None:
    """Press one of the buttons that stand in the rows of a list."""
    name, value = buttons(visitor, action)[at]
    visitor.post(action, {name: value})


def test_one_sign_in_can_be_ended_from_another(app: Flask) -> None:
    phone, tablet = _twice(app)
    phone.get("/accounts/me")
    assert "iPad" in phone.page.words()
    press(phone, "/accounts/me/end")
    assert "iPad" not in phone.page.words()
    assert tablet.get("/accounts/me").url.startswith("/accounts/sign-in")
    assert phone.get("/accounts/me").url == "/accounts/me"


def test_signing_out_everywhere_ends_all(app: Flask) -> None:
    phone, tablet = _twice(app)
    tablet.submit(-1)
    assert [each.get("/accounts/me").url[:17] for each in (phone, tablet)] == ["/accounts/sign-in"] * 2


def test_nobody_ends_somebody_elses_sign_in(app: Flask) -> None:
    mine, theirs = Reader(app), Reader(app)
    sign_in(mine)
    sign_in(theirs, "13900005678")
    with db.reading() as session:
        other = session.exec(select(SignIn.id).where(SignIn.person_id != service.who(_token(mine)).id)).one()
    mine.post("/accounts/me/end", {"end": other})
    assert mine.page.status == 404
    assert theirs.get("/accounts/me").url == "/accounts/me"


def _token(visitor: Reader) -> str:
    with visitor.http.session_transaction() as cookie:
        return str(cookie["token"])


def test_a_token_of_a_sign_in_is_new_each_time_and_the_old_one_ends(app: Flask, client: Reader) -> None:
    sign_in(client)
    old = _token(client)
    with app.test_request_context("/"), db.writing() as session:
        service.drop(session, old)
    assert service.who(old).kind == "anyone"
    assert service.who("made up").kind == "anyone"


def test_a_consent_is_held_with_its_words_until_it_is_taken_back(client: Reader) -> None:
    sign_in(client)
    with db.writing() as session:
        service.give(session, _seller_in(session), "publish", version=1, wording=WORDS)
        service.give(session, _seller_in(session), "publish", version=1, wording=WORDS)
    client.get("/accounts/me")
    assert WORDS in client.page.words()
    press(client, "/accounts/me/withdraw")
    assert (WORDS in client.page.words(), "收回了" in client.page.words()) == (True, True)
    with db.reading() as session:
        row = session.exec(select(Consent)).one()
        assert service.held(session, _seller()) == []
    assert (row.version, row.withdrawn_at is not None) == (1, True)


def test_a_consent_that_was_taken_back_is_given_again_in_the_same_words(client: Reader) -> None:
    sign_in(client)
    with db.writing() as session:
        service.give(session, _seller_in(session), "publish", version=1, wording=WORDS)
        service.withdraw(session, _seller_in(session), "publish")
        service.agree_again(session, _seller_in(session), "never asked")
    page = client.get("/accounts/me")
    buttons = [each for each in page.all("button") if each.get("formaction") == "/accounts/me/agree"]
    assert [(each.text, each.get("value")) for each in buttons] == [("再次同意", "publish")]
    client.post("/accounts/me/agree", {"name": "publish"})
    client.post("/accounts/me/agree", {"name": "publish"})
    with db.reading() as session:
        rows = session.exec(select(Consent).order_by(Consent.given_at)).all()  # type: ignore[arg-type]
        given = service.held(session, _seller())
    assert ([row.withdrawn_at is None for row in rows], [row.wording for row in given]) == ([False, True], [WORDS])


def test_new_words_are_a_new_consent_and_the_old_row_stays(client: Reader) -> None:
    sign_in(client)
    with db.writing() as session:
        service.give(session, _seller_in(session), "publish", version=1, wording=WORDS)
        service.give(session, _seller_in(session), "publish", version=2, wording=WORDS + "。")
    with db.reading() as session:
        rows = session.exec(select(Consent).order_by(Consent.version)).all()  # type: ignore[arg-type]
        assert [row.version for row in service.held(session, _seller())] == [2]
    assert [(row.version, row.withdrawn_at is None) for row in rows] == [(1, False), (2, True)]


def test_the_language_of_messages_can_be_chosen(client: Reader) -> None:
    sign_in(client)
    at = next(at for at, form in enumerate(client.page.all("form")) if form.get("action") == "/accounts/me/language")
    client.submit(at, language="en")
    assert client.page.tree.get("lang") == "en"
    with db.reading() as session:
        assert session.exec(select(Seller.language)).one() == "en"


def many(kind: str, person_id: str, count: int) -> None:
    """Sign somebody in from many browsers, one a minute, all later than now."""
    for number in range(count):
        db.set_now(datetime.now(UTC) + timedelta(minutes=number))
        with db.writing() as session:
            service.open_sign_in(session, kind, person_id, device=f"Android {number}")
    db.set_now(None)


def test_with_many_sign_ins_the_account_stays_a_small_page(client: Reader) -> None:
    sign_in(client)
    many("seller", _seller(), 30)
    with db.writing() as session:
        for number in range(4):
            service.give(session, _seller_in(session), f"consent_{number}", version=1, wording=f"{WORDS}（{number}）")
    client.get("/accounts/me")  # the reader looks at the size
    rows = [row.text for row in client.page.all("b") if "Android" in (row.text or "")]
    assert len(buttons(client, "/accounts/me/end")) == 19
    assert ("Android 29" in rows, "Android 11" in rows, "Android 10" in rows) == (True, True, False)
    assert "另外还有 11 处" in client.page.words()
    assert "· 就是这里" in client.page.words()
    press(client, "/accounts/me/withdraw", 2)
    again = [each.get("value") for each in client.page.all("button") if each.get("formaction")]
    assert (again, len(buttons(client, "/accounts/me/withdraw"))) == (["consent_2"], 4)


def test_with_many_sign_ins_the_account_of_staff_stays_a_small_page(app: Flask) -> None:
    visitor, _ = signed_in(app)
    with db.reading() as session:
        own = session.exec(select(Staff.id)).one()
    many("staff", own, 30)
    visitor.get("/desk/accounts/me")
    assert len(gzip.compress(visitor.page.text.encode(), 6)) <= 8 * 1024
    press(visitor, "/desk/accounts/me/end")
    with db.reading() as session:
        assert len(service.sign_ins(session, own)) == 20
        assert service.sign_in_count(session, own) == 30
    visitor.post("/desk/accounts/me/everywhere")
    with db.reading() as session:
        assert service.sign_in_count(session, own) == 0


def test_the_page_speaks_to_its_reader_of_their_own_phone(app: Flask) -> None:
    phone, _ = _twice(app)
    assert "MessagesTo your own phone" in phone.get("/accounts/me?lang=en").words()
    assert "To your own phone" in phone.get("/keeping/accounts?lang=en").words()
