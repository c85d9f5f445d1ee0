"""Practice: the whole way, on its own, by a hall at once; nothing of it is real, and one button wipes it."""

import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import col, select

from portal import db
from portal.access import Actor
from portal.accounts import practice
from portal.accounts import service as accounts
from portal.accounts.models import Code, Practice, Seller
from portal.config import ROOT, Settings
from portal.jobs import worker
from portal.keeping import service as keeping
from portal.notices import gateways
from portal.notices.models import Notice
from portal.review import counts, queue, status
from portal.review.models import Case, Event
from portal.sheets import service as sheets
from portal.sheets import twins
from portal.sheets.models import Sheet, Submission
from tests.accounts.test_staff import choose_password, invited, set_up_app
from tests.conftest import SECRET
from tests.keeping.lives import Shop, rows
from tests.notices.test_service import Wire
from tests.reader import Reader
from tests.review.life import Life
from tests.sheets import shops

PHONE = "13800000001"


def opened(app: Flask) -> Life:
    """An instance on which people may practise."""
    life = Life(app)
    boss = life.staff("manager", name="吴经理")
    with db.writing() as session:
        practice.switch(session, open=True, by=boss)
    return life


def practising(app: Flask, phone: str = "") -> Reader:
    """A browser in practice, signed in when a number is given."""
    reader = Reader(app)
    reader.get("/office/practice")
    reader.submit()
    if phone:
        shops.sign_in(reader, phone)
    return reader


def sent(app: Flask, phone: str = PHONE) -> tuple[Reader, Case]:
    """A trainee's application, filled in page by page and sent."""
    reader = practising(app, phone)
    shops.begin(reader, "household")
    shops.fill(reader, shops.grower())
    reader.submit()
    with db.reading() as session:
        seller = accounts.with_phone(session, phone, practice=True)
        assert seller is not None
        return reader, session.exec(select(Case).where(Case.seller_id == seller.id)).one()


def test_a_consent_taken_back_in_practice_shuts_the_case_there_and_it_stays_practice(app: Flask) -> None:
    life = opened(app)
    _, case = sent(app)
    officer = life.staff("reviewer")

    def stands() -> tuple[str, bool, int, int]:
        with db.reading() as session:
            rows = queue.page(session, officer, queue.Wanted(desk="practice"))[0]
            now = session.get_one(Case, case.seq)
            counted = counts.counts(session, officer, queue.Wanted(desk="practice")).desks.get("practice", 0)
            return now.desk, now.practice, len(rows), counted

    before = stands()
    with db.writing() as session:
        accounts.withdraw(session, case.seller_id, "processing")
    shut = stands()
    with db.writing() as session:
        accounts.give(session, case.seller_id, "processing", version=1, wording="同意")
    assert (before, shut) == (("practice", True, 1, 1), ("shut_practice", True, 0, 0))
    assert stands() == ("practice", True, 1, 1)


def test_every_page_of_a_practising_browser_says_so_until_it_leaves(app: Flask) -> None:
    opened(app)
    reader, case = sent(app)
    paths = ("/", "/registration/", "/registration/mine", f"/review/cases/{case.id}", "/keeping/", "/guides/", "/odd")
    assert [path for path in paths if "练习 这里都不是真的" not in reader.get(path).words()] == []
    reader.get("/accounts/me")
    at = next(at for at, form in enumerate(reader.page.all("form")) if form.get("action") == "/accounts/sign-out")
    assert "练习 这里都不是真的" in reader.submit(at).words()
    reader.get("/office/practice")
    reader.submit(leave="yes")
    assert ["练习" in reader.get(path).words() for path in ("/", "/registration/")] == [False, False]
    assert reader.get("/accounts/me").url.startswith("/accounts/sign-in")


def test_a_practice_code_is_shown_and_never_sent_and_signs_in_to_practice_alone(app: Flask, settings: Settings) -> None:
    life = opened(app)
    real = life.seller(PHONE)
    wire = Wire()
    gateways.setup(settings, wire)
    reader = practising(app, PHONE)
    worker.drain(settings)
    gateways.setup(settings)
    with db.reading() as session:
        sellers = {row.practice: row.id for row in session.exec(select(Seller))}
        assert session.exec(select(Notice)).all() == []
    assert (wire.sent, sellers[False], len(sellers)) == ([], real.id, 2)
    assert reader.get("/accounts/me").status == 200


def test_a_code_of_practice_opens_nothing_after_leaving(app: Flask) -> None:
    life = opened(app)
    life.seller(PHONE)
    reader = practising(app)
    reader.get("/accounts/sign-in")
    page = reader.submit(phone=PHONE)
    code = re.search(r"[0-9]{6}", "".join(page.one("trial-code").itertext()))
    assert code
    with reader.http.session_transaction() as cookie:
        cookie.pop("practice")  # as if its name could be carried over
    assert reader.get("/accounts/code").url == "/accounts/sign-in"
    assert reader.post("/accounts/code", {"code": code[0]}).url == "/accounts/sign-in"


def test_practice_stands_on_a_desk_of_its_own_and_can_be_decided_there(app: Flask) -> None:
    life = opened(app)
    _, case = sent(app)
    officer = life.staff("reviewer", "manager")
    with db.reading() as session:
        assert queue.page(session, officer, queue.Wanted())[0] == []
        assert counts.counts(session, officer, queue.Wanted()).desks == {"practice": 1}
        assert [row.id for row in queue.page(session, officer, queue.Wanted(desk="practice"))[0]] == [case.id]
    desk = life.reader(officer)
    queued = desk.get("/desk/review/?desk=practice").words()
    assert (f"{case.title}练习 · " in queued, "练习 这不是真的" in queued) == (True, True)
    assert "练习 这不是真的" not in desk.get("/desk/review/").words()
    page = desk.get(f"/desk/review/{case.id}")
    for verb in ("take", "approve"):
        ticks = next(at for at, form in enumerate(page.all("form")) if form.get("id") == "ticks")
        page = desk.submit(ticks, f"/desk/review/{case.id}/{verb}")
    assert ("练习 这不是真的" in page.words(), "练习，没有发出去" in page.words()) == (True, True)
    with db.reading() as session:
        assert session.exec(select(Case.state, Case.desk)).one() == ("approved", "practice")
        assert {row.state for row in session.exec(select(Notice))} == {"practice"}
        assert {row.number for row in session.exec(select(Notice))} == {None}


def test_practice_makes_nobody_look_like_a_duplicate(app: Flask) -> None:
    opened(app)
    sent(app)
    shop = Shop(app)
    with db.reading() as session:
        real = session.exec(select(Sheet).where(Sheet.seller_id == shop.seller.id)).one()
        name = str(sheets.answers(real)["shop_name"])
        wanted = sheets.set_of(real)
        assert twins.of(session, real.id, wanted, {"shop_name": "九潮高山椪柑"})[0]["shop_name"].all == 0
        assert twins.of(session, "other", wanted, {"shop_name": name})[0]["shop_name"].others == 1


def test_the_open_status_page_says_practice(app: Flask) -> None:
    opened(app)
    _, case = sent(app)
    assert status.ask(case.number, PHONE[-4:]).practice is True
    visitor = Reader(app)
    visitor.get("/review/status")
    assert "练习" in visitor.submit(number=case.number, tail=PHONE[-4:]).words()


def test_the_desk_opens_closes_and_wipes(app: Flask, settings: Settings) -> None:
    life = Life(app)
    visitor = Reader(app)
    assert "现在没有开练习" in visitor.get("/office/practice").words()
    visitor.post("/office/practice")
    assert "什么也不会发出去" not in visitor.get("/").words()
    desk = life.reader(life.staff("manager", name="吴经理"))
    desk.get("/desk/office/practice")
    assert "开着 吴经理" in desk.submit(open="yes").words()
    shop = Shop(app)
    reader, _ = sent(app)
    desk.get("/desk/office/practice/wipe")
    page = desk.submit()
    assert (page.url, "上次清空吴经理" in page.words()) == ("/desk/office/practice?wiped", True)
    desk.get("/desk/office/practice/wipe")
    desk.submit()
    worker.drain(settings)
    with db.reading() as session:
        assert session.exec(select(Seller.id)).all() == [shop.seller.id]
        assert session.exec(select(Case.id)).all() == [shop.case.id]
        assert set(session.exec(select(Event.case_id))) == {shop.case.id}
        assert set(session.exec(select(Submission.sheet_id))) == {shop.sheet_id}
    assert reader.get("/accounts/me").url.startswith("/accounts/sign-in")
    desk.get("/desk/office/practice")
    assert "关着 吴经理" in desk.submit(open="no").words()


def test_who_leads_in_another_county_neither_opens_nor_wipes_practice(app: Flask) -> None:
    life = opened(app)
    there = life.reader(life.staff("manager", "admin", place="4401"))
    words = there.get("/desk/office/practice").words()
    assert [word for word in ("开着", "关掉练习", "清空练习") if word in words] == ["开着"]
    assert there.get("/desk/office/practice/wipe").status == 404
    for path, given in (("/desk/office/practice", {"open": "no"}), ("/desk/office/practice/wipe", {})):
        there.get("/desk/accounts/me")
        assert there.post(path, given).status == 404


def test_after_closing_nobody_signs_in_to_practice_or_by_mistake_for_real(app: Flask) -> None:
    life = opened(app)
    reader, boss = practising(app, PHONE), life.staff("manager")
    with db.writing() as session:
        practice.switch(session, open=False, by=boss)
    assert reader.get("/accounts/me").url.startswith("/accounts/sign-in")
    page = reader.submit(phone=PHONE)
    assert (page.status, "练习结束了" in shops.fault(page, "phone")) == (422, True)
    assert rows(Seller) == 1
    hall = reader.get("/office/practice")
    assert ["现在没有开练习" in hall.words(), "/registration/" in hall.links()] == [True, False]


def test_wiping_is_begun_anew_after_a_kill_and_spares_who_came_later(app: Flask) -> None:
    life = opened(app)
    for at in range(3):
        practising(app, f"1380000000{at}")
    admin = life.staff("admin")
    with db.writing() as session:
        practice.wiped(session, by=admin)
        first = session.exec(select(Seller.id)).first()
    with db.writing() as session:
        assert first
        keeping.erase(session, first)  # then the process is killed
    db.set_now(db.now() + timedelta(seconds=5))
    practising(app, "13800000009")
    assert (keeping.wipe("again"), keeping.wipe("again"), keeping.wipe("again")) == (0.0, None, None)
    with db.reading() as session:
        assert session.exec(select(Seller.tail)).all() == ["0009"]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_wiping_survives_kill_9(app: Flask, settings: Settings) -> None:
    admin = opened(app).staff("admin")
    with db.writing() as session:
        for at in range(30):
            accounts.seller_of(session, f"138000000{at:02}", "zh_Hans", practice=True)
        practice.wiped(session, by=admin)
    script = """
import os, sys
from portal import create_app
from portal.keeping import service
create_app()
erase, done = service.erase, []
def counted(session, id):
    erase(session, id)
    done.append(1)
    if len(done) == 7:
        os.kill(os.getpid(), 9)
service.erase = counted
service.wipe("x")
"""
    environ = os.environ | {"PORTAL_HOME": str(settings.home), "PORTAL_SECRET": SECRET}
    died = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environ, check=False, timeout=120)
    assert (died.returncode, rows(Seller)) == (-9, 24)
    while keeping.wipe("x") is not None:
        pass
    assert rows(Seller) == 0


def test_staff_who_sign_in_do_not_practise(app: Flask) -> None:
    opened(app)
    reader = practising(app)
    choose_password(reader, invited())
    set_up_app(reader)
    assert "什么也不会发出去" not in reader.get("/desk/accounts/me").words()
    with db.reading() as session:
        assert session.exec(select(Practice.open)).one()
        assert session.exec(select(Code).where(col(Code.used_at).is_not(None))).all() == []


def test_a_seller_who_begins_to_practise_is_signed_out_first(app: Flask) -> None:
    life = opened(app)
    seller = life.seller(PHONE)
    reader = life.reader(Actor("seller", seller.id))
    assert "会先退出登录" in reader.get("/office/practice").words()
    reader.submit()
    assert reader.get("/accounts/me").url.startswith("/accounts/sign-in")
