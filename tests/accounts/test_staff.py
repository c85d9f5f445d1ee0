"""Staff: invited by a link, signing in by password and second factor, and looked after by an admin."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from sqlmodel import select

from portal import db
from portal.accounts import invitations, passwords, service, staff
from portal.accounts.models import SignIn, Staff
from tests.reader import Reader

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
PASSWORD = "brown duck reads a map"
LIPING = "522631"


def invited(login: str = "wang.li", roles: tuple[str, ...] = ("reviewer",), places: tuple[str, ...] = (LIPING,)) -> str:
    """Add somebody; returns the path of their link."""
    with db.writing() as session:
        row = staff.add(session, name="王丽", login=login, roles=roles, places=places)
        return f"/desk/accounts/first/{invitations.invite(session, row)}"


def choose_password(visitor: Reader, link: str) -> None:
    """Follow the link and choose a password."""
    visitor.get(link)
    visitor.submit(password=PASSWORD, again=PASSWORD)


def set_up_app(visitor: Reader) -> pyotp.TOTP:
    """Set up the authenticator app; signs in."""
    totp = pyotp.TOTP(visitor.page.all("code")[0].text.replace(" ", ""))
    visitor.submit(0, code=totp.at(db.now()))
    return totp


def enter(visitor: Reader, login: str = "wang.li", password: str = PASSWORD, next: str = "/desk/accounts/me") -> None:
    """Fill in name and password."""
    visitor.get(f"/desk/accounts/sign-in?next={next}")
    visitor.submit(login=login, password=password)


def signed_in(
    app: Flask, login: str = "wang.li", roles: tuple[str, ...] = ("reviewer",), places: tuple[str, ...] = (LIPING,)
) -> tuple[Reader, pyotp.TOTP]:
    """Somebody who has come in by the link, on their own account's page."""
    visitor = Reader(app)
    choose_password(visitor, invited(login, roles, places))
    totp = set_up_app(visitor)
    visitor.get("/desk/accounts/me")
    return visitor, totp


def test_a_link_leads_to_a_password_and_a_second_factor_and_in(app: Flask, client: Reader) -> None:
    choose_password(client, invited())
    assert client.page.url == "/desk/accounts/second/setup"
    assert "<title>给验证器扫的二维码</title>" in client.page.text.partition("<svg")[2]
    set_up_app(client)
    client.get("/desk/accounts/me")
    assert "王丽" in client.page.words()
    assert "贵州省黔东南苗族侗族自治州黎平县" in client.page.words()


def test_a_link_works_once_and_for_a_day(app: Flask, client: Reader) -> None:
    db.set_now(NOON)
    link = invited()
    other = Reader(app)
    other.get(link)
    choose_password(client, link)
    other.submit(password=PASSWORD, again=PASSWORD)
    assert other.page.status == 404
    late = invited("late")
    db.set_now(NOON + timedelta(hours=24))
    assert other.get(late).status == 404


def test_a_password_alone_opens_nothing(app: Flask, client: Reader) -> None:
    choose_password(client, invited())
    client.get("/desk/accounts/me")
    assert client.page.url.startswith("/desk/accounts/sign-in")
    with client.http.session_transaction() as cookie:
        assert service.who(cookie["token"]).kind == "anyone"


def test_with_a_second_factor_set_up_a_password_does_not_lead_to_set_up(app: Flask) -> None:
    db.set_now(NOON)
    signed_in(app)
    thief = Reader(app)
    enter(thief)
    thief.get("/desk/accounts/second/setup")
    assert thief.page.url == "/desk/accounts/second"
    thief.post("/desk/accounts/second/list")
    assert thief.page.url == "/desk/accounts/second"


def test_name_password_and_app_sign_in(app: Flask, client: Reader) -> None:
    db.set_now(NOON)
    _, totp = signed_in(app)
    db.set_now(NOON + timedelta(seconds=60))
    enter(client, login="Wang.Li")
    assert client.page.url == "/desk/accounts/second?next=/desk/accounts/me"
    client.submit(code=totp.at(db.now()))
    assert client.page.url == "/desk/accounts/me"


def test_a_code_of_the_app_works_once_and_an_older_one_not_after_it(app: Flask, client: Reader) -> None:
    db.set_now(NOON)
    _, totp = signed_in(app)
    db.set_now(NOON + timedelta(seconds=60))
    now, before = totp.at(db.now()), totp.at(db.now() - timedelta(seconds=30))
    enter(client)
    client.submit(code=now)
    other = Reader(app)
    enter(other)
    for code in (now, before):
        other.submit(code=code)
        assert "这个码不对，或者已经用过" in other.page.words()


def test_the_printed_list_signs_in_each_line_once(app: Flask, client: Reader) -> None:
    choose_password(client, invited())
    client.post("/desk/accounts/second/list")
    lines = [line.text for line in client.page.all("span") if line.get("class") == "code"]
    assert [bool(re.match(r"[a-z2-9]{4} [a-z2-9]{4}\Z", line)) for line in lines] == [True] * 10
    client.get("/desk/accounts/second")
    client.submit(code=lines[0].upper())
    client.get("/desk/accounts/me")
    assert "还剩 9 组" in client.page.words()
    again = Reader(app)
    enter(again)
    again.submit(code=lines[0])
    assert "已经用过" in again.page.words()
    again.submit(code=lines[1].replace(" ", ""))
    assert again.page.url == "/desk/accounts/me"


def test_wrong_codes_of_the_second_factor_are_limited(app: Flask, client: Reader) -> None:
    db.set_now(NOON)
    _, totp = signed_in(app)
    db.set_now(NOON + timedelta(seconds=60))
    enter(client)
    for _ in range(5):
        client.submit(code="zzzzzzzz")
    client.submit(code=totp.at(db.now()))
    assert "请过 5 分钟再试" in client.page.words()


def test_wrong_passwords_are_limited_and_unknown_names_are_told_the_same(app: Flask, client: Reader) -> None:
    signed_in(app)
    enter(client, password="wrong")
    known = client.page.words()
    enter(client, login="nobody", password="wrong")
    assert (client.page.words(), client.page.status) == (known, 422)
    for _ in range(9):
        enter(client, password="wrong")
    enter(client)
    assert "填错的次数太多了" in client.page.words()


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("short", passwords.TooShort),
        ("aaaaaaaaaaaaaaaaaaaa", passwords.TooObvious),
        ("abcabcabcabcabcabc", passwords.TooObvious),
        ("password123456789", passwords.TooObvious),
        ("wang.li wang.li 2026", passwords.TooObvious),
        ("haohuohaohuo2026!", passwords.TooObvious),
    ],
)
def test_obvious_passwords_are_refused(password: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        passwords.refuse_weak(password, "wang.li", "王丽")


@pytest.mark.parametrize("password", [PASSWORD, "椪柑九月熟了就摘下来卖给远方的人", "correct horse battery"])
def test_a_few_words_make_a_password(password: str) -> None:
    passwords.refuse_weak(password, "wang.li", "王丽")
    assert passwords.matches(password, passwords.hash_password(password))
    assert not passwords.matches(password + "x", passwords.hash_password(password))


def test_a_weak_password_is_refused_at_its_field(client: Reader) -> None:
    client.get(invited())
    client.submit(password="short", again="other")
    assert client.page.status == 422
    assert "至少要 15 个字符；您填了 5 个" in client.page.words()
    assert "两次填的密码不一样" in client.page.words()


def test_staff_who_do_nothing_for_half_an_hour_are_signed_out(app: Flask) -> None:
    db.set_now(NOON)
    visitor, _ = signed_in(app)
    db.set_now(NOON + timedelta(minutes=29))
    assert visitor.get("/desk/accounts/me").url == "/desk/accounts/me"
    db.set_now(NOON + timedelta(minutes=58))
    assert visitor.get("/desk/accounts/me").url == "/desk/accounts/me"
    db.set_now(NOON + timedelta(minutes=89))
    assert visitor.get("/desk/accounts/me").url.startswith("/desk/accounts/sign-in")


def test_staff_are_signed_in_for_twelve_hours_at_most(app: Flask) -> None:
    db.set_now(NOON)
    visitor, _ = signed_in(app)
    for minutes in range(0, 720, 20):
        db.set_now(NOON + timedelta(minutes=minutes))
        assert visitor.get("/desk/accounts/me").url == "/desk/accounts/me"
    db.set_now(NOON + timedelta(hours=12))
    assert visitor.get("/desk/accounts/me").url.startswith("/desk/accounts/sign-in")


def test_being_seen_is_written_once_a_minute(app: Flask) -> None:
    db.set_now(NOON)
    visitor, _ = signed_in(app)

    def seen(seconds: int) -> datetime:
        db.set_now(NOON + timedelta(seconds=seconds))
        visitor.get("/desk/accounts/me")
        with db.reading() as session:
            return session.exec(select(SignIn.seen_at).where(SignIn.stage == "full")).one()

    assert [(seen(at) - NOON).seconds for at in (30, 60, 61, 90)] == [0, 0, 61, 61]


def test_passwords_and_keys_stand_nowhere_in_clear(app: Flask) -> None:
    _, totp = signed_in(app)
    with db.reading() as session:
        stored = repr(session.exec(select(Staff)).one())
    assert (PASSWORD in stored, totp.secret in stored) == (False, False)
