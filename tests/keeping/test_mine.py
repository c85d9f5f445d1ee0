"""My data: seen word for word, taken away as paper and file by its owner alone, consents taken back."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import select

from portal import db, press
from portal.accounts import service as accounts
from portal.config import ROOT, Settings
from portal.exports import cases
from portal.guides import recipients
from portal.guides import service as guides
from portal.guides.models import Print
from portal.i18n import speaking
from portal.jobs import worker
from portal.keeping import terms
from portal.questions.models import Library
from portal.registration import service as registration
from portal.review import counts, moves, numbers, queue
from portal.review.models import Case
from portal.review.queue import Wanted
from tests.keeping.lives import PHONE, Shop
from tests.press import reading
from tests.reader import Page, Reader
from tests.registration.changes import begun
from tests.sheets import shops

LIBRARY = ROOT / "portal" / "library"


def asked(reader: Reader, settings: Settings, paper: str) -> Page:
    """Ask for a paper of one's own and look until it is ready."""
    page = reader.get("/keeping/")
    at = next(at for at, form in enumerate(page.all("form")) if form.get("action", "").endswith(paper))
    url = reader.submit(at).url
    worker.drain(settings)
    press.close()
    return reader.get(url)


def test_once_it_is_taken_back_no_list_names_the_seller(app: Flask) -> None:
    shop = Shop(app)

    def named() -> list[int]:
        with db.reading() as session:
            guide = recipients.Wanted("open_shop", "place", shop.case.place)
            try:
                listed = recipients.found(session, shop.officer, guide)
            except recipients.NoSellers:
                listed = []
            decided, found = Wanted(desk="done"), Wanted(words=numbers.shown(shop.case.number))
            rows = [len(queue.page(session, shop.officer, each)[0]) for each in (decided, found)]
            counted = counts.counts(session, shop.officer, decided).desks.get("done", 0)
            assert counted == rows[0]
            return [cases.count(session, shop.officer, decided), len(listed), *rows]

    assert named() == [1, 1, 1, 1]
    with db.writing() as session:
        accounts.withdraw(session, shop.seller.id, "processing")
    assert named() == [0, 0, 0, 0]
    with db.writing() as session:
        accounts.give(session, shop.seller.id, "processing", version=1, wording="同意")
    assert named() == [1, 1, 1, 1]


def test_once_it_is_taken_back_the_office_is_asked_to_look_at_no_change_either(app: Flask) -> None:
    shop = Shop(app)
    sheet_id = begun(shop.case, "name")
    shops.answer(sheet_id, "shop", shop_name="换了个名字")
    with db.writing() as session:
        accounts.withdraw(session, shop.seller.id, "processing")
    with pytest.raises(moves.MayNotLook):
        shops.send(sheet_id)
    with db.writing() as session, pytest.raises(moves.MayNotLook):
        registration.change(session, seller_id=shop.seller.id, key="goods")


def test_every_room_shows_what_it_holds_and_why(app: Flask) -> None:
    shop = Shop(app)
    reader = shop.life.reader(shop.seller)
    words = {room: reader.get(f"/keeping/{room}").words() for room in ("accounts", "notices", "sheets", "review")}
    assert (PHONE in words["accounts"], "我同意县里用我填的内容" in words["accounts"]) == (True, True)
    assert "通过了" in words["notices"]
    assert ("杨大姐" in words["sheets"], "那天交的" in words["sheets"], "九潮高山好椪柑" in words["sheets"]) == (
        True,
        True,
        True,
    )
    assert "王丽" in words["review"]
    assert all("为什么：" in text and "凭什么：" in text and "留到：" in text for text in words.values())
    assert reader.get("/keeping/nothing").status == 404


def test_a_seller_sees_who_looked_at_the_number(app: Flask) -> None:
    shop = Shop(app)
    shop.life.reader(shop.officer).get(f"/desk/review/{shop.case.id}")
    words = shop.life.reader(shop.seller).get("/keeping/review").words()
    seen = words[words.index("谁看过您的电话和照片", words.index("留到")) :]
    assert "王丽" in seen


def test_a_seller_reads_which_photo_was_looked_at(app: Flask) -> None:
    shop = Shop(app)
    officer = shop.life.reader(shop.officer)
    page = officer.get(f"/desk/review/{shop.case.id}")
    photo = next(img.get("src") or "" for img in page.all("img") if (img.get("src") or "").startswith("/photos/"))
    assert officer.get(photo).status == 200
    words = shop.life.reader(shop.seller).get("/keeping/review").words()
    assert "王丽 · 店的图片" in words[words.index("谁看过您的电话和照片", words.index("留到")) :]


def test_the_file_holds_everything_and_the_photos(app: Flask, settings: Settings) -> None:
    shop, other = Shop(app), Shop(app, "13977770002", called="别家的人")
    reader = shop.life.reader(shop.seller)
    page = asked(reader, settings, "my_copy")
    answer = reader.get(page.url + ".zip").response
    assert answer is not None
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/zip", "private, no-store")
    again = reader.http.get(page.url + ".zip", base_url=reader.base)
    packed = zipfile.ZipFile(io.BytesIO(again.data))
    again.close()
    text = packed.read("data.json").decode()
    rooms = {room["room"]: room for room in json.loads(text)["rooms"]}
    assert list(rooms) == ["accounts", "notices", "sheets", "review", "registration", "assist"]
    assert [word for word in (PHONE, "杨大姐", "九潮高山好椪柑", "审核") if word not in text] == []
    assert ("别家的人" in text, "13977770002" in text, other.case.id in text) == (False, False, False)
    assert [packed.read(name)[:2] for name in packed.namelist() if name.endswith(".jpg")] == [b"\xff\xd8"]
    assert reader.get(page.url + ".pdf").status == 404


def test_the_paper_holds_everything(app: Flask, settings: Settings) -> None:
    shop = Shop(app)
    reader = shop.life.reader(shop.seller)
    page = asked(reader, settings, "my_data")
    answer = reader.http.get(page.url + ".pdf", base_url=reader.base)
    text = "".join(reading.text(answer.data).split())
    answer.close()
    assert [word for word in (PHONE, "杨大姐", "九潮高山好椪柑", "为什么", "留到什么时候") if word not in text] == []


def test_it_is_for_its_owner_alone_and_for_a_day(app: Flask, settings: Settings) -> None:
    shop, other = Shop(app), Shop(app, "13977770002")
    reader = shop.life.reader(shop.seller)
    url = asked(reader, settings, "my_copy").url
    staff = shop.life.staff("reviewer", "manager", "admin", "auditor")
    for somebody in (other.seller, staff):
        visitor = shop.life.reader(somebody)
        assert [visitor.get(url).status, visitor.get(url + ".zip").status] == [404, 404]
    db.set_now(db.now() + timedelta(hours=24, minutes=1))
    assert [reader.get(url).status, reader.get(url + ".zip").status] == [404, 404]
    worker.drain(settings)
    guides.sweep("")
    with db.reading() as session:
        assert [row.paper for row in session.exec(select(Print))] == ["receipt", "receipt"]


def test_taking_back_that_the_office_may_look_ends_an_open_application_after_a_question(app: Flask) -> None:
    shop = Shop(app, decided=False)
    reader = shop.life.reader(shop.seller)
    reader.get("/accounts/me")
    page = reader.post("/accounts/me/withdraw", {"name": "processing"})
    assert (page.url, shop.case.state, "还没审完的登记会停下来" in page.words()) == (
        "/accounts/me/withdraw",
        "resubmitted",
        True,
    )
    reader.submit(sure="yes")
    assert shop.case.state == "withdrawn"
    reader.submit(0)
    assert shop.case.state == "withdrawn"


def test_taking_it_back_changes_no_decision(app: Flask) -> None:
    shop = Shop(app)
    reader = shop.life.reader(shop.seller)
    reader.get("/accounts/me/withdraw")
    reader.submit(sure="yes")
    with db.reading() as session:
        assert session.exec(select(Case.state)).one() == "approved"


def test_once_it_is_taken_back_the_office_no_longer_sees_what_was_sent_until_it_is_given_anew(app: Flask) -> None:
    shop = Shop(app)
    seller, desk = shop.life.reader(shop.seller), shop.life.reader(shop.officer)
    case, platform = f"/desk/review/{shop.case.id}", f"/desk/registration/platform/{shop.case.id}"
    photo = next(each.get("src") for each in desk.get(case).all("img") if each.get("src").startswith("/photos/"))
    paths = [case, f"{case}/photos", platform, photo]
    assert [desk.get(path).status for path in paths] == [200] * 4
    seller.get("/accounts/me/withdraw")
    seller.submit(sure="yes")
    assert [desk.get(path).status for path in paths] == [409, 409, 409, 404]
    assert "杨大姐" not in desk.get(case).words()
    assert seller.get(f"/review/cases/{shop.case.id}").status == 200
    seller.get("/accounts/me")
    seller.post("/accounts/me/agree", {"name": "processing"})
    assert [desk.get(path).status for path in paths] == [200] * 4


def test_the_pages_are_right_in_english_too(app: Flask) -> None:
    shop = Shop(app)
    reader = shop.life.reader(shop.seller)
    reader.get("/keeping/?lang=en")
    for path in ("/keeping/", "/keeping/sheets", "/keeping/review", "/keeping/delete", "/accounts/me/number"):
        assert reader.get(path).tree.get("lang") == "en"


def test_every_fault_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "keeping").mkdir()
    text = (LIBRARY / "keeping" / "keeping.toml").read_text("utf-8")
    (tmp_path / "keeping" / "keeping.toml").write_text(text.replace('rule = "drafts"', 'rule = "wrong"'), "utf-8")
    with speaking("en"):
        assert terms.problems(Library(), LIBRARY, tmp_path) == [
            "keeping/keeping.toml, key drafts: there is no rule “wrong”"
        ]
    assert terms.problems(Library(), LIBRARY) == []
