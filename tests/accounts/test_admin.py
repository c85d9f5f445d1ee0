"""Looking after staff: an admin's pages, and the command line."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlmodel import select

from portal import db
from portal.access import Actor
from portal.accounts.models import Staff
from tests.accounts.test_staff import LIPING, choose_password, enter, invited, set_up_app, signed_in
from tests.reader import Reader
from tests.review.life import Life

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def test_an_admin_adds_changes_and_switches_off(app: Flask) -> None:
    admin, _ = signed_in(app, "admin", ("admin",), ("5226",))
    admin.get("/desk/accounts/staff/new")
    admin.submit(name="李强", login="li.qiang", roles="reviewer", places="黎平县")
    assert "链接只能用一次" in admin.page.words()
    link = admin.page.all("code")[0].text.removeprefix("http://localhost")
    new = Reader(app)
    choose_password(new, link)
    set_up_app(new)
    assert new.get("/desk/accounts/staff").status == 403
    with db.reading() as session:
        row = session.exec(select(Staff).where(Staff.login == "li.qiang")).one()
    assert (row.roles, row.places) == (["reviewer"], [LIPING])
    admin.get(f"/desk/accounts/staff/{row.id}")
    assert [box.get("value") for box in admin.page.all("input") if box.get("name") == "at"] == [LIPING]
    admin.submit(0, roles=["reviewer", "manager"], places="522631 榕江县")
    with db.reading() as session:
        row = session.get_one(Staff, row.id)
    assert (row.roles, row.places) == (["reviewer", "manager"], [LIPING, "522632"])
    admin.get(f"/desk/accounts/staff/{row.id}")
    admin.submit(-1, active="no")
    assert "已停用" in admin.page.words()
    assert new.get("/desk/accounts/me").url.startswith("/desk/accounts/sign-in")
    enter(new, "li.qiang")
    assert "登录名或密码不对" in new.page.words()


@pytest.mark.parametrize(("language", "word"), [("zh_Hans", "全国"), ("en", "everywhere")])
def test_everywhere_is_a_word_of_the_readers_language(app: Flask, language: str, word: str) -> None:
    admin, _ = signed_in(app, "admin", ("admin",), ("",))
    admin.get(f"/?lang={language}")
    places = [each.text for each in admin.get("/desk/accounts/me").all("dd")]
    assert word in places
    assert word in admin.get("/desk/accounts/staff").words()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"places": "贵阳市"}, "您只能给别人您自己负责的地区"),
        ({"places": "全国"}, "您只能给别人您自己负责的地区"),
        ({"places": "没有这个县"}, "没有找到“没有这个县”这个地区"),
        ({"places": ""}, "请至少填一个地区"),
        ({"roles": None}, "请至少选一个角色"),
        ({"name": " "}, "请填姓名"),
        ({"login": "王"}, "登录名是 3 到 40 个小写字母"),
        ({"login": "ADMIN"}, "这个登录名有人用了"),
    ],
)
def test_what_an_admin_may_not_say_is_said_at_its_field(
    app: Flask, changes: dict[str, str | None], sentence: str
) -> None:
    admin, _ = signed_in(app, "admin", ("admin",), ("5226",))
    admin.get("/desk/accounts/staff/new")
    form = {"name": "李强", "login": "li.qiang", "roles": "reviewer", "places": LIPING}
    admin.submit(**{**form, **changes})
    assert admin.page.status == 422
    assert sentence in admin.page.words()


def test_an_admin_does_not_see_the_staff_of_other_places(app: Flask) -> None:
    admin, _ = signed_in(app, "admin", ("admin",), ("5226",))
    invited("far", places=("5201",))
    with db.reading() as session:
        far = session.exec(select(Staff.id).where(Staff.login == "far")).one()
    assert "far" not in admin.get("/desk/accounts/staff").words()
    assert admin.get(f"/desk/accounts/staff/{far}").status == 404
    admin.get("/desk/accounts/staff")
    for verb in ("link", "switch"):
        admin.get("/desk/accounts/me")
        assert admin.post(f"/desk/accounts/staff/{far}/{verb}").status == 404


def test_who_is_switched_off_is_out_at_once_and_stays_out(app: Flask) -> None:
    db.set_now(NOON)
    admin, _ = signed_in(app, "admin", ("admin",), ("5226",))
    visitor, totp = signed_in(app)
    half, other = Reader(app), Life(app)
    enter(half)
    with db.reading() as session:
        row = session.exec(select(Staff).where(Staff.login == "wang.li")).one()
    second = other.reader(Actor("staff", row.id))
    link = f"/desk/accounts/staff/{row.id}"
    admin.get(link)
    admin.submit(-1, active="no")
    everywhere = [reader.get("/desk/accounts/me").url.partition("?")[0] for reader in (visitor, second)]
    assert everywhere == ["/desk/accounts/sign-in"] * 2
    db.set_now(NOON + timedelta(minutes=2))
    half.get("/desk/accounts/second")
    assert half.page.url == "/desk/accounts/sign-in"
    half.post("/desk/accounts/second", {"code": totp.at(db.now())})
    assert half.page.url == "/desk/accounts/sign-in"
    admin.get(link)
    admin.submit(-1, active="yes")
    everywhere = [reader.get("/desk/accounts/me").url.partition("?")[0] for reader in (visitor, second, half)]
    assert everywhere == ["/desk/accounts/sign-in"] * 3


def test_a_half_sign_in_of_somebody_switched_off_is_nobody(app: Flask) -> None:
    signed_in(app)
    half = Reader(app)
    enter(half)
    with db.writing() as session:
        session.exec(select(Staff)).one().active = False
    assert half.get("/desk/accounts/second").url == "/desk/accounts/sign-in"


def test_the_trial_prints_a_link_each_time_for_one_member_of_staff(app: Flask, client: Reader) -> None:
    links = [app.test_cli_runner().invoke(args=["staff", "trial"]).output.strip() for _ in range(2)]
    assert client.get(links[0].removeprefix("http://localhost")).status == 404
    choose_password(client, links[1].removeprefix("http://localhost"))
    set_up_app(client)
    with db.reading() as session:
        row = session.exec(select(Staff)).one()
    assert (row.login, row.roles, row.places) == ("trial", ["reviewer", "manager", "admin"], [""])
    assert Actor("staff", places=tuple(row.places)).works_for(LIPING)


def test_staff_can_be_added_with_the_official_code_of_their_place(app: Flask) -> None:
    arguments = ["staff", "add", "王丽", "wang.li", "--role", "reviewer", "--place", "522600", "--place", "520000"]
    assert app.test_cli_runner().invoke(args=arguments).exit_code == 0
    with db.reading() as session:
        assert session.exec(select(Staff.places)).one() == ["52", "5226"]


def test_staff_can_be_added_from_the_command_line(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    arguments = ["staff", "add", "王丽", "wang.li", "--role", "reviewer", "--place", "黎平县"]
    first, again = run(args=arguments), run(args=arguments)
    assert first.output.startswith("http://localhost/desk/accounts/first/")
    assert (again.exit_code, "这个登录名有人用了" in again.output) == (1, True)
    with db.reading() as session:
        assert session.exec(select(Staff.places)).one() == [LIPING]
