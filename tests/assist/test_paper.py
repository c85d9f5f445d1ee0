"""The paper round trip: a form with a QR code of its own, printed, scanned, photographed and typed in."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import col, select

from portal import db, files, i18n
from portal.assist import blanks
from portal.assist.models import Blank
from portal.config import Settings
from portal.guides.models import Print
from portal.guides.orders import ORDERS
from portal.jobs import worker
from portal.questions import service as questions
from portal.registration import sellers
from portal.review.models import Case
from portal.sheets.models import Photo, Sheet
from tests.assist.conftest import FARMER, Station, farmer
from tests.press import reading
from tests.review.life import CONGJIANG
from tests.sheets import shops

SECOND = "15400000002"
SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def made(station: Station, count: int = 1, kind: str = "household") -> list[Blank]:
    """Empty forms, asked for at the desk."""
    station.desk.get("/desk/assist/papers")
    page = station.desk.submit(-1, kind=kind, count=str(count))
    assert page.url.startswith("/guides/prints/"), page.words()
    with db.reading() as session:
        return list(session.exec(select(Blank).order_by(col(Blank.at))))


def photographed(station: Station, sheet_id: str) -> str:
    """A page of the form, photographed; returns the photo's id."""
    station.desk.get(f"/desk/assist/sheets/{sheet_id}/paper")
    station.desk.submit(0, photo=shops.upload())
    with db.reading() as session:
        return session.get_one(Sheet, sheet_id).paper[-1]


@SQLITE
@pytest.mark.parametrize("kind", ["household", "company"])
def test_the_form_asks_everything_in_the_order_of_the_set(app: Flask, tmp_path: Path, kind: str) -> None:
    station = Station(app)
    with db.writing() as session:
        batch = blanks.make(session, station.helper, kind, batch=db.new_id(), count=2)
        numbers = [blank.number for blank in blanks.of_batch(session, batch)]
        order = ORDERS["form"](session, batch)
    paper = order.made("zh_Hans")
    text = "".join(reading.text(paper.pdf).split())
    wanted = sellers.sets()[kind]
    places = []
    for at, question in enumerate(wanted.questions.values(), 1):
        label = "".join(f"{at}.{i18n.library_text(question.label)}".split())
        assert label[:12] in text, label
        places.append(text.index(label[:12]))
    assert (places, paper.missing) == (sorted(places), frozenset())
    assert ("□用黑笔写" in text, "用黑笔写" in text) == (False, True)  # a box is something to tick
    pages = paper.pages // 2
    assert f"1/{pages}" in text
    assert f"{pages}/{pages}" in text
    for page in range(1, paper.pages + 1):
        number = numbers[(page - 1) // pages]
        assert reading.codes(paper.pdf, tmp_path, page) == [f"http://localhost/desk/assist/papers/{number}"]
    for number in numbers:
        assert f"{number[:4]}-{number[4:]}" in text


@SQLITE
def test_conditions_stand_in_words(app: Flask) -> None:
    def asked(kind: str) -> dict[str, blanks.Asked]:
        parts = blanks.parts(questions.library().sets[kind])
        return {row.question.key: row for part in parts for row in part.asked}

    assert asked("household")["small_sum"].when.startswith("第 1 题勾了“")
    assert asked("household")["place"].when == ""
    assert asked("company")["credit_code"].boxes == 18
    for kind in sellers.sets():
        for row in asked(kind).values():
            order = [int(at) for at in re.findall(r"第 ([0-9]+) 题", row.when)]
            assert order == sorted(order), row.when


@SQLITE
def test_forms_are_printed_from_the_desk_and_read_by_who_made_them(
    app: Flask, station: Station, settings: Settings
) -> None:
    assert len(made(station, 3)) == 3
    there = station.desk.page.url
    worker.drain(settings)
    with db.reading() as session:
        done = session.exec(select(Print)).one()
    assert (done.state, files.read(done.file)[:5]) == ("ready", b"%PDF-")
    assert station.desk.get(f"{there}.pdf").status == 200
    assert farmer(app).get(there).status == 404
    assert station.life.reader(station.life.staff("helper")).get(there).status == 404


def test_asking_twice_makes_no_second_lot(station: Station) -> None:
    station.desk.get("/desk/assist/papers")
    page = station.desk.page
    for _ in range(2):
        station.desk.page = page
        station.desk.submit(-1, kind="household", count="2")
    with db.reading() as session:
        assert len(session.exec(select(Blank)).all()) == 2


def test_a_scanned_form_is_photographed_and_typed_in_beside_the_photo(app: Flask, station: Station) -> None:
    number = made(station)[0].number
    page = station.desk.get(f"/desk/assist/papers/{number}")
    assert page.url == f"/desk/assist/?form={number}"
    sheet_id = station.begins(at=f"/desk/assist/papers/{number}", kind="company")
    assert station.desk.page.url == f"/desk/assist/sheets/{sheet_id}/paper"
    photo = photographed(station, sheet_id)
    with db.reading() as session:
        sheet = session.get_one(Sheet, sheet_id)
        assert session.exec(select(Blank.sheet_id)).one() == sheet_id
    assert (sheet.set_key, sheet.paper) == ("household", [photo])
    page = station.desk.get(f"/sheets/{sheet_id}/called")
    assert f'src="/photos/{photo}"' in page.text
    assert station.desk.get(f"/photos/{photo}").status == 200
    station.fills(sheet_id)
    station.sends()
    with db.reading() as session:
        case = session.exec(select(Case)).one()
    officer = station.life.reader(station.life.staff("reviewer"))
    assert f"/photos/{photo}" in officer.get(f"/desk/review/{case.id}").text
    assert officer.get(f"/photos/{photo}").status == 200
    assert station.life.reader(station.life.staff("reviewer", place=CONGJIANG)).get(f"/photos/{photo}").status == 404
    assert farmer(app).get(f"/photos/{photo}").status == 200
    assert station.desk.get(f"/photos/{photo}").status == 404


def test_the_same_form_leads_to_the_same_sheet_and_once_sent_it_says_so(station: Station) -> None:
    number = made(station)[0].number
    there = f"/desk/assist/papers/{number}"
    sheet_id = station.begins(at=there)
    assert station.desk.get(there).url == f"/desk/assist/sheets/{sheet_id}/paper"
    station.desk.get(f"/sheets/{sheet_id}")
    station.desk.post("/desk/assist/end")
    assert station.desk.get(there).url.startswith("/desk/assist/?form=")
    station.asks(SECOND, at=there)
    page = station.desk.submit(0, code=re.findall(r">([0-9]{6})<", station.desk.page.text)[0])
    assert (page.status, f"尾号 {FARMER[-4:]}" in page.words()) == (422, True)
    with db.writing() as session:
        session.get_one(Sheet, sheet_id).state = "sent"
    page = station.desk.get(there)
    assert (page.status, "已经录入并交上去了" in page.words()) == (200, True)


@pytest.mark.parametrize("typed", ["0", "abc", "21", "500", "-1", ""])
def test_a_number_of_forms_that_cannot_be_is_told_at_the_field_and_kept(station: Station, typed: str) -> None:
    station.desk.get("/desk/assist/papers")
    page = station.desk.submit(-1, kind="cooperative", count=typed)
    assert (page.status, shops.fault(page, "count")) == (422, "请写几份：1 到 20 的数字。")
    chosen = [box.get("value") for box in page.all("input") if box.get("name") == "kind" and "checked" in box.attrib]
    assert (shops.value(page, "count"), chosen) == (typed, ["cooperative"])
    with db.reading() as session:
        assert session.exec(select(Blank)).all() == []


def test_without_a_kind_no_form_is_made_and_the_field_says_so(station: Station) -> None:
    station.desk.get("/desk/assist/papers")
    page = station.desk.submit(-1, count="3")
    assert (page.status, shops.fault(page, "kind"), shops.value(page, "count")) == (422, "请选给哪一种卖家。", "3")
    with db.reading() as session:
        assert session.exec(select(Blank)).all() == []


def test_a_number_that_no_form_has_is_said(station: Station) -> None:
    assert station.desk.get("/desk/assist/papers/AAAAAAAA").status == 404
    page = station.desk.get("/desk/assist/papers?number=K7QM3XR")
    assert (page.status, "没有这个号的表" in page.words()) == (200, True)


def test_a_blurred_photo_is_taken_away_and_no_photo_is_refused_in_words(station: Station) -> None:
    sheet_id = station.begins(at=f"/desk/assist/papers/{made(station)[0].number}")
    first, second = photographed(station, sheet_id), photographed(station, sheet_id)
    station.desk.get(f"/desk/assist/sheets/{sheet_id}/paper")
    station.desk.post(f"/desk/assist/sheets/{sheet_id}/paper", {"remove": first})
    with db.reading() as session:
        assert session.get_one(Sheet, sheet_id).paper == [second]
        assert session.exec(select(Photo.id)).all() == [second]
    station.desk.get(f"/desk/assist/sheets/{sheet_id}/paper")
    page = station.desk.submit(0, photo=shops.upload(b"no picture"))
    assert (page.status, "这个文件不是我们能收的照片" in page.words()) == (422, True)
    form = {"photo": shops.upload(b"no picture")}
    answer = station.desk.post(f"/desk/assist/sheets/{sheet_id}/paper", form, X_Script="1")
    assert answer.response is not None
    page = station.desk.get(answer.response.headers["X-Go"])
    assert (page.status, "这个文件不是我们能收的照片" in page.words()) == (422, True)
    station.desk.get(f"/desk/assist/sheets/{sheet_id}/paper")
    assert station.desk.submit(0).status == 422


def test_a_form_for_one_farmer_carries_the_tail_and_leads_back(station: Station) -> None:
    sheet_id = station.begins()
    station.desk.get(f"/sheets/{sheet_id}")
    station.desk.post(f"/desk/assist/sheets/{sheet_id}/form")
    with db.reading() as session:
        blank = session.exec(select(Blank)).one()
        assert blanks.form(session, blank.batch).ones[0].tail == FARMER[-4:]
    assert station.desk.get(f"/desk/assist/papers/{blank.number}").url == f"/desk/assist/sheets/{sheet_id}/paper"
