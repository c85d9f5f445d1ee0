"""Forgetting a seller: one verb, all rooms, at once, with bytes that really vanish and a chain that still verifies."""

import time
from dataclasses import replace

import pytest
from flask import Flask
from sqlmodel import select

from portal import db, files
from portal.accounts import service as accounts
from portal.accounts.models import Code, Consent, Seller, SignIn
from portal.guides.models import Print
from portal.keeping import service
from portal.notices.models import Notice
from portal.review import events, numbers, status
from portal.review.models import Case, Event, Remark
from portal.sheets.models import Finding, Photo, Sheet, Submission
from tests.keeping.lives import PHONE, Shop, rows
from tests.reader import Reader
from tests.test_access import tables

PERSONAL = (Seller, SignIn, Consent, Code, Notice, Photo, Finding, Print, Remark)


def erase(seller_id: str) -> None:
    """Forget somebody."""
    with db.writing() as session:
        service.erase(session, seller_id)


def bytes_of(sheet_id: str) -> list[str]:
    """The names of the files of a sheet's photos."""
    with db.reading() as session:
        found = session.exec(select(Photo).where(Photo.sheet_id == sheet_id)).all()
        return [name for photo in found for name in (photo.digest, photo.small_digest)]


def swept() -> None:
    """What the nightly sweep does, as if a day had passed."""
    time.sleep(0.01)
    with db.reading() as session:
        wanted = files.named(session)
    files.sweep(wanted, older_than_hours=0)


def test_of_a_forgotten_seller_only_an_empty_shell_stays(app: Flask) -> None:
    shop = Shop(app)
    before = shop.case
    names = bytes_of(shop.sheet_id)
    assert all(rows(model) > 0 for model in PERSONAL)
    erase(shop.seller.id)
    assert {model.__name__: rows(model) for model in PERSONAL} == dict.fromkeys((m.__name__ for m in PERSONAL), 0)
    shell = shop.case
    kept = (shell.number, shell.kind, shell.county, shell.state, shell.sent_at, shell.decided_at)
    assert kept == (before.number, "household", "522631", "approved", before.sent_at, before.decided_at)
    assert (shell.title, shell.tail, shell.seller_id, shell.place) == ("", "", "", "522631")
    with db.reading() as session:
        sheet = session.exec(select(Sheet)).one()
        sent = session.exec(select(Submission)).all()
        assert (sheet.answers, sheet.sealed, sheet.seller_id, sheet.typed_by) == ({}, None, "", {})
        assert {(str(row.answers), str(row.shown), row.sealed, row.digest) for row in sent} == {("{}", "[]", None, "")}
        happened = session.exec(select(Event)).all()
        assert {(row.details, row.salt) for row in happened} == {(None, None)}
        assert events.verify(session, shell) is None
    swept()
    for name in names:
        with pytest.raises(files.Missing):
            files.read(name)


def test_nothing_that_was_typed_stays_in_any_table(app: Flask) -> None:
    shop = Shop(app, shop_sentence="记号甲乙丙丁")
    assert "记号甲乙丙丁" in str(tables())
    erase(shop.seller.id)
    text = str(tables())
    assert [word for word in ("记号甲乙丙丁", "九潮高山", PHONE, "名字太长") if word in text] == []


def test_nobody_finds_the_shell(app: Flask) -> None:
    shop = Shop(app)
    number = numbers.shown(shop.case.number)
    desk = shop.life.reader(shop.life.staff("reviewer", "manager", "auditor"))
    assert "九潮高山好椪柑" in desk.get("/desk/review/?desk=done").words()
    erase(shop.seller.id)
    assert desk.get(f"/desk/review/{shop.case.id}").status == 404
    assert number not in desk.get("/desk/review/?desk=done").words()
    with pytest.raises(status.NoMatch):
        status.ask(number, PHONE[-4:])


def test_an_open_application_is_withdrawn_first(app: Flask) -> None:
    shop = Shop(app, decided=False)
    erase(shop.seller.id)
    with db.reading() as session:
        assert (shop.case.state, events.verify(session, shop.case)) == ("withdrawn", None)
        assert session.exec(select(Event.action)).all()[-1] == "withdraw"


def test_forgetting_twice_is_forgetting_once_and_leaves_others_alone(app: Flask) -> None:
    shop, other = Shop(app), Shop(app, "13977770002")
    names = bytes_of(other.sheet_id)
    erase(shop.seller.id)
    before = tables()
    erase(shop.seller.id)
    assert tables() == before
    swept()
    assert [len(files.read(name)) > 0 for name in names] == [True, True]
    reader = other.life.reader(other.seller)
    assert "九潮高山好椪柑" in reader.get("/registration/mine").words()


def test_of_a_practice_seller_nothing_stays(app: Flask) -> None:
    shop = Shop(app, decided=False)
    with db.writing() as session:
        session.get_one(Seller, shop.seller.id).practice = True
    erase(shop.seller.id)
    gone = (*PERSONAL, Case, Event, Sheet, Submission)
    assert [model.__name__ for model in gone if rows(model)] == []


def test_a_failure_half_way_leaves_everything(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(app)
    before = tables()

    def broken(*_: object) -> None:
        raise RuntimeError

    first = service.keepers()[0]
    monkeypatch.setitem(service._keepers, first.name, replace(first, erase=broken))
    with pytest.raises(RuntimeError):
        erase(shop.seller.id)
    assert tables() == before


def test_a_seller_deletes_everything_and_gets_a_receipt(app: Flask) -> None:
    shop = Shop(app, decided=False)
    phone, tablet = shop.life.reader(shop.seller), shop.life.reader(shop.seller)
    page = phone.get("/keeping/delete")
    assert "先撤回" in page.words()
    page = phone.submit(tail="9999")
    assert (page.status, "请填您自己手机号的后 4 位" in page.words(), rows(Seller)) == (422, True, 1)
    page = phone.submit(tail=PHONE[-4:])
    assert (page.status, page.url, "全部删掉了" in page.words(), rows(Seller)) == (200, "/keeping/deleted", True, 0)
    assert [each.get("/keeping/").url.partition("?")[0] for each in (phone, tablet)] == ["/accounts/sign-in"] * 2
    assert shop.case.state == "withdrawn"


def test_who_goes_on_in_a_second_tab_reads_that_everything_is_deleted(app: Flask) -> None:
    shop = Shop(app, decided=False)
    phone = shop.life.reader(shop.seller)
    tab = Reader(app)
    tab.http = phone.http
    tab.get("/keeping/delete")
    phone.get("/keeping/delete")
    phone.submit(tail=PHONE[-4:])
    page = tab.submit(tail=PHONE[-4:])
    assert (page.url, "全部删掉了" in page.words()) == ("/keeping/deleted", True)


def test_who_presses_twice_reads_that_everything_is_deleted(app: Flask) -> None:
    shop = Shop(app, decided=False)
    phone = shop.life.reader(shop.seller)
    form = phone.get("/keeping/delete")
    before = phone.http.get_cookie("haohuo")
    assert before is not None
    phone.submit(tail=PHONE[-4:])
    phone.http.set_cookie("haohuo", before.value)  # the second tap left before the first was answered
    phone.page = form
    page = phone.submit(tail=PHONE[-4:])
    assert (page.url, "全部删掉了" in page.words()) == ("/keeping/deleted", True)


def test_the_form_of_somebody_who_is_here_deletes_nothing_after_they_signed_out(app: Flask) -> None:
    shop = Shop(app)
    phone = shop.life.reader(shop.seller)
    phone.get("/keeping/delete")
    with db.writing() as session:
        accounts.sign_out_everywhere(session, shop.seller.id)
    page = phone.submit(tail=PHONE[-4:])
    assert (page.url.partition("?")[0], rows(Seller)) == ("/accounts/sign-in", 1)
    assert phone.post("/keeping/delete", {"tail": PHONE[-4:]}).url.partition("?")[0] == "/accounts/sign-in"


def test_the_receipt_stands_only_in_the_browser_that_asked(client: Reader) -> None:
    assert client.get("/keeping/deleted").url == "/"
