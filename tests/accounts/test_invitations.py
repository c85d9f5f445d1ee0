"""New links: what somebody lost lets nobody in any more, and nobody lets themselves in."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlmodel import select
from werkzeug.exceptions import HTTPException

from portal import db
from portal.accounts import desk, invitations, service
from portal.accounts.models import Staff
from portal.audit.models import Entry
from tests.accounts.test_endings import run
from tests.accounts.test_staff import LIPING, choose_password, enter, set_up_app, signed_in
from tests.reader import Reader

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
OWN = "没有人能改自己的角色和地区"


def of(login: str) -> Staff:
    """Somebody as they stand now."""
    with db.reading() as session:
        return session.exec(select(Staff).where(Staff.login == login)).one()


def from_the_desk(app: Flask) -> str:
    """An admin makes a new link for the reviewer; the page says before the button what ends."""
    admin, _ = signed_in(app, "admin", ("admin",), ("5226",))
    admin.get(f"/desk/accounts/staff/{of('wang.li').id}")
    assert "他的密码、第二把钥匙和所有登录马上作废，只有新链接进得来" in admin.page.words()
    admin.post(f"/desk/accounts/staff/{of('wang.li').id}/link")
    return str(admin.page.all("code")[0].text)


def from_the_server(app: Flask) -> str:
    """The same by the command."""
    return run(app, "staff", "link", "wang.li")[1].strip()


@pytest.mark.parametrize("make", [from_the_desk, from_the_server])
def test_a_new_link_ends_at_once_whatever_let_them_in_before(app: Flask, make: Callable[[Flask], str]) -> None:
    db.set_now(NOON)
    found, totp = signed_in(app)
    half, thief = Reader(app), Reader(app)
    enter(half)
    link = make(app)
    assert found.get("/desk/accounts/me").url.startswith("/desk/accounts/sign-in")
    db.set_now(NOON + timedelta(minutes=2))
    half.post("/desk/accounts/second", {"code": totp.at(db.now())})
    assert half.page.url.startswith("/desk/accounts/sign-in")
    enter(thief)
    assert (thief.page.status, "登录名或密码不对" in thief.page.words()) == (422, True)
    owner = Reader(app)
    choose_password(owner, link.removeprefix("http://localhost"))
    set_up_app(owner)
    assert owner.get("/desk/accounts/me").url == "/desk/accounts/me"
    with db.reading() as session:
        assert "staff_anew" in session.exec(select(Entry.action)).all()


def test_a_new_link_mends_a_link_made_by_mistake_or_lost(app: Flask) -> None:
    signed_in(app, "only", ("admin",), ("",))
    lost, link = (run(app, "staff", "link", "only")[1].strip().removeprefix("http://localhost") for _ in range(2))
    visitor = Reader(app)
    assert visitor.get(lost).status == 404
    choose_password(visitor, link)
    set_up_app(visitor)
    assert visitor.get("/desk/accounts/staff").status == 200


def test_a_password_shown_a_moment_before_the_new_link_leads_nowhere(app: Flask) -> None:
    signed_in(app)
    with db.writing() as session:
        invitations.invite_anew(session, session.exec(select(Staff)).one())
    late = Reader(app)
    late.get("/desk/accounts/sign-in")
    with db.writing() as session:
        token = service.open_sign_in(session, "staff", of("wang.li").id, stage="password")
    with late.http.session_transaction() as cookie:
        cookie["token"] = token
    assert late.get("/desk/accounts/second/setup").url.startswith("/desk/accounts/sign-in")


def test_nobody_gives_themselves_a_link_a_role_or_a_place(app: Flask) -> None:
    admin, _ = signed_in(app, "admin", ("admin",), ("5226",))
    own = f"/desk/accounts/staff/{of('admin').id}"
    before = of("admin")
    assert "改您的姓名、角色和地区" in admin.get(own).words()
    buttons = [button.text for button in admin.page.all("button")]
    assert not {"保存", "生成新链接", "停用"} & set(buttons)
    for verb in ("", "/link", "/switch"):
        admin.get("/desk/accounts/me")
        admin.post(own + verb, {"name": "王丽", "roles": "reviewer", "places": "5226", "active": "no"})
        assert (admin.page.status, OWN in admin.page.words()) == (409, True)
    after = of("admin")
    assert (after.roles, after.places, after.password) == (before.roles, before.places, before.password)
    assert admin.get("/desk/accounts/me").url == "/desk/accounts/me"


def test_the_server_changes_roles_and_places_of_an_admin_who_is_alone(app: Flask) -> None:
    signed_in(app, "only", ("admin",), (LIPING,))
    assert run(app, "staff", "change", "only", "--role", "admin", "--role", "reviewer")[0] == 0
    assert (of("only").roles, of("only").places) == (["reviewer", "admin"], [LIPING])
    assert run(app, "staff", "change", "only", "--place", "全国")[0] == 0
    assert (of("only").roles, of("only").places) == (["reviewer", "admin"], [""])
    code, said = run(app, "staff", "change", "only", "--role", "reviewer")
    assert (code, "这是最后一个在用的管理员" in said) == (1, True)
    assert run(app, "staff", "change", "nobody")[0] == 1


def test_ending_somebodys_sign_ins_says_that_it_is_done(app: Flask) -> None:
    signed_in(app)
    admin, _ = signed_in(app, "admin", ("admin",), ("5226",))
    person = f"/desk/accounts/staff/{of('wang.li').id}"
    assert "的登录已经全部结束" not in admin.get(person).words()
    admin.post(f"{person}/everywhere")
    assert "王丽的登录已经全部结束" in admin.page.words()


def test_all_faults_of_an_empty_form_are_named_at_once(app: Flask) -> None:
    admin, _ = signed_in(app, "admin", ("admin",), ("5226",))
    admin.get("/desk/accounts/staff/new")
    admin.submit(name="", login="", places="")
    links = [link.get("href") for link in admin.page.all("a") if (link.get("href") or "").startswith("#")]
    assert [link for link in links if link != "#main"] == ["#name", "#login", "#roles", "#places"]


def test_what_was_proven_before_the_new_link_does_not_bring_the_old_password_back(app: Flask) -> None:
    signed_in(app)
    proven = of("wang.li")
    with db.writing() as session:
        invitations.invite_anew(session, session.exec(select(Staff)).one())
    with app.test_request_context("/desk/accounts/second/setup", method="POST"):
        with pytest.raises(HTTPException) as ended:
            desk._still(proven)
        assert ended.value.response is not None
        assert ended.value.response.headers["Location"] == "/desk/accounts/sign-in"
    assert of("wang.li").password is None


def test_no_link_is_made_for_whoever_is_switched_off(app: Flask) -> None:
    signed_in(app)
    admin, _ = signed_in(app, "admin", ("admin",), ("5226",))
    with db.writing() as session:
        session.exec(select(Staff).where(Staff.login == "wang.li")).one().active = False
    address = f"/desk/accounts/staff/{of('wang.li').id}"
    page = admin.get(address)
    assert [form.get("action") for form in page.all("form") if f"{address}/link" == form.get("action")] == []
    assert (admin.post(f"{address}/link").status, of("wang.li").password is None) == (409, False)
