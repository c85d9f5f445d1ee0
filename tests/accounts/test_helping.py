"""Helping colleagues: a second key reset, signed out everywhere, what they did lately, and the last admin."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlmodel import col, select

from portal import db
from portal.access import Actor
from portal.accounts import service, staff
from portal.accounts.models import Staff
from portal.audit import service as audit
from portal.audit.models import Entry
from portal.i18n import Refusal
from portal.review import service as review
from portal.review.models import Case
from tests.accounts.test_staff import PASSWORD, enter, set_up_app, signed_in
from tests.reader import Reader
from tests.review.life import CONGJIANG, LIPING, Life
from tests.sheets import shops


def row_of(login: str) -> Staff:
    """The member of staff of a sign-in name."""
    with db.reading() as session:
        return session.exec(select(Staff).where(Staff.login == login)).one()


def noted() -> list[tuple[str, str]]:
    """What the office's chain says: who did what."""
    with db.reading() as session:
        return [(row.who_name, row.action) for row in session.exec(select(Entry).order_by(col(Entry.seq)))]


@pytest.mark.parametrize("way", ["admin", "server"])
def test_a_reset_second_key_signs_out_and_is_told_at_the_next_sign_in(app: Flask, way: str) -> None:
    admin, _ = signed_in(app, "admin", ("admin",), (LIPING,))
    visitor, totp = signed_in(app)
    before = len(noted())
    if way == "admin":
        admin.get(f"/desk/accounts/staff/{row_of('wang.li').id}")
        admin.post(f"/desk/accounts/staff/{row_of('wang.li').id}/second")
        assert "下次登录时重新设" in admin.page.words()
    else:
        said = app.test_cli_runner().invoke(args=["staff", "reset", "wang.li"])
        assert (said.exit_code, "王丽 的登录已全部结束" in said.output) == (0, True)
    assert visitor.get("/desk/accounts/me").url.startswith("/desk/accounts/sign-in")
    enter(visitor, password=PASSWORD)
    assert visitor.page.url.startswith("/desk/accounts/second/setup")
    assert ("是王丽在" if way == "admin" else "是在服务器上办的") in visitor.page.words()
    assert set_up_app(visitor).secret != totp.secret
    assert visitor.get("/desk/accounts/me").status == 200
    assert "被重置" not in visitor.get("/desk/accounts/second/setup").words()
    assert noted()[before:] == [("王丽" if way == "admin" else "", "second_reset")]


def test_nobody_resets_their_own_second_key(app: Flask) -> None:
    admin, _ = signed_in(app, "admin", ("admin",), (LIPING,))
    own = row_of("admin").id
    assert "只是第二把钥匙丢了" not in admin.get(f"/desk/accounts/staff/{own}").words()
    admin.get("/desk/accounts/me")
    assert admin.post(f"/desk/accounts/staff/{own}/second").status == 409
    assert "不能重置自己的第二把钥匙" in admin.page.words()


def test_the_server_resets_only_whom_it_knows(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["staff", "reset", "nobody"])
    assert (said.exit_code, "nobody" in said.output) == (1, True)


def test_an_admin_signs_somebody_out_everywhere_and_everybody_themselves(app: Flask) -> None:
    admin, _ = signed_in(app, "admin", ("admin",), (LIPING,))
    visitor, _ = signed_in(app)
    admin.get(f"/desk/accounts/staff/{row_of('wang.li').id}")
    admin.submit(1)
    assert visitor.get("/desk/accounts/me").url.startswith("/desk/accounts/sign-in")
    admin.get("/desk/accounts/me")
    admin.post("/desk/accounts/me/everywhere")
    assert admin.page.url.startswith("/desk/accounts/sign-in")
    assert noted()[-2:] == [("王丽", "signed_out")] * 2


def test_two_admins_who_switch_each_other_off_at_once_leave_one(app: Flask) -> None:
    for _ in range(3):
        with db.writing() as session:
            for row in session.exec(select(Staff)):
                row.active = False
        pair = [Life(app).staff("admin") for _ in range(2)]

        def off(at: int, pair: list[Actor] = pair) -> str:
            try:
                with db.writing() as session:
                    staff.switch(session, pair[at], session.get_one(Staff, pair[1 - at].id), active=False)
            except Refusal as refusal:
                return type(refusal).__name__
            return "off"

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(off, range(2))) == ["LastAdmin", "off"]


def test_the_last_admin_keeps_the_role(app: Flask) -> None:
    life = Life(app)
    gone, last = life.staff("admin"), life.staff("admin", "reviewer")
    with db.writing() as session:
        session.get_one(Staff, gone.id).active = False
    with db.writing() as session:
        row = session.get_one(Staff, last.id)
        with pytest.raises(staff.LastAdmin):
            staff.switch(session, gone, row, active=False)
        with pytest.raises(staff.LastAdmin):
            staff.change(session, row, name="王丽", roles=["reviewer"], places=[LIPING], by=gone)


def test_a_place_is_looked_up_and_ticked_before_anything_is_saved(app: Flask) -> None:
    admin, _ = signed_in(app, "admin", ("admin",), ("5226",))
    admin.get("/desk/accounts/staff/new")
    admin.submit(name="李强", login="li.qiang", roles="reviewer", places="liping", find="yes")

    def boxes() -> list[tuple[str, bool]]:
        found = [box for box in admin.page.all("input") if box.get("name") == "at"]
        return [(box.get("value"), box.get("checked") is not None) for box in found]

    assert (admin.page.status, boxes()[0][0], admin.page.one("name").get("value")) == (200, LIPING, "李强")
    admin.submit(places="黎平县", find="yes")
    assert (boxes(), admin.page.one("places").get("value")) == ([(LIPING, True)], "")
    admin.submit(places="没有这个县", find="yes")
    assert "没有找到这个地区" in admin.page.words()
    admin.submit(places="")
    assert "链接只能用一次" in admin.page.words()
    assert row_of("li.qiang").places == [LIPING]


def test_the_last_thirty_days_of_somebody_are_told(app: Flask) -> None:
    life = Life(app)
    shops.send(shops.filled(life.seller().id))
    officer, admin = life.staff("reviewer"), life.reader(life.staff("admin", "auditor", name="石磊"))
    with db.reading() as session:
        case = session.exec(select(Case)).one()
    case = life.do(review.approve, life.do(review.take, case, officer), officer)
    with db.writing() as session:
        service.open_sign_in(session, "staff", officer.id, device="Android · WeChat")
        review.see_phone(session, case, by=officer)
    words = admin.get(f"/desk/accounts/staff/{officer.id}").words().replace(" ", "")
    told = ("登录1次", "Android·WeChat", "看号码、照片1次", "作决定1次")
    assert [said for said in told if said not in words] == []
    own = life.reader(officer).get("/desk/accounts/me")
    assert [said for said in ("登录2次", *told[1:]) if said not in own.words().replace(" ", "")] == []
    assert [link for link in own.links() if "/desk/audit" in link] == []
    page = admin.get(f"/desk/audit/?who={officer.id}&what=seen")
    assert "看过手机号" in page.words()
    assert "九潮高山椪柑" in page.words()
    assert f"/desk/review/{case.id}" in page.links()


def test_what_an_admin_changes_is_written_down_with_before_and_after(app: Flask) -> None:
    life = Life(app)
    admin, other = life.staff("admin", name="石磊", place="5226"), life.staff("reviewer")
    with db.writing() as session:
        row = session.get_one(Staff, other.id)
        staff.change(session, row, name="王丽", roles=["manager"], places=[CONGJIANG], by=admin)
        staff.change(session, row, name="王丽", roles=["manager"], places=[CONGJIANG], by=admin)
        said = audit.details(session.exec(select(Entry)).one()) or {}
    assert str(said["places"]).endswith("从江县")
    auditor = life.reader(life.staff("auditor", place="5226"))
    assert "审核员 → 主管" in auditor.get("/desk/audit/").words()
    assert "Reviewer → Manager" in auditor.get("/desk/audit/?lang=en").words()


@pytest.mark.parametrize(
    ("address", "roles"),
    [
        ("/desk/review/", {"reviewer", "manager", "auditor"}),
        ("/desk/audit/", {"admin", "manager", "auditor"}),
        ("/desk/exports/cases", {"reviewer", "manager", "auditor"}),
        ("/desk/exports/audit", {"admin", "manager", "auditor"}),
        ("/desk/accounts/staff", {"admin"}),
        ("/desk/accounts/staff/new", {"admin"}),
        ("/desk/counter/", {"reviewer", "manager", "admin", "helper"}),
        ("/desk/office/", {"reviewer", "manager", "admin", "auditor"}),
        ("/desk/office/who", {"admin"}),
        ("/desk/office/promises", {"manager", "admin"}),
        ("/desk/keeping/", {"admin", "auditor"}),
    ],
)
def test_the_matrix_of_roles(app: Flask, address: str, roles: set[str]) -> None:
    life, every = Life(app), ("reviewer", "manager", "admin", "auditor", "helper")
    opened = {role for role in every if life.reader(life.staff(role)).get(address).status == 200}
    assert opened == roles
    assert Reader(app).get(address).url.startswith("/desk/accounts/sign-in")
