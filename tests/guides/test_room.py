"""The print room's pages, walked without script: choose, count, begin, fetch; and who may not."""

import io

import pytest
import xlsxwriter
from flask import Flask
from PIL import Image
from sqlmodel import select

from portal import db
from portal.access import Actor
from portal.config import Settings
from portal.guides.models import PrintBatch
from portal.jobs import worker
from portal.review import numbers
from portal.review.models import Case, Event
from tests.guides.conftest import Send
from tests.guides.villagers import begun, listed, worked
from tests.reader import Reader
from tests.review.life import CONGJIANG, LIPING, Life

JIUCHAO, ZHAOXING = "522631105", "522631111"
PRINT = "/desk/guides/print/open_shop"
on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def life(app: Flask) -> Life:
    return Life(app)


@pytest.fixture
def reader(life: Life) -> Reader:
    """The browser of whoever prints for the county."""
    return life.reader(life.staff("helper"))


def batches() -> list[PrintBatch]:
    with db.reading() as session:
        return list(session.exec(select(PrintBatch)))


@on_sqlite
def test_the_guides_stand_in_the_order_of_the_sellers_own_list(reader: Reader) -> None:
    own = [link.split("/")[2] for link in reader.get("/guides/").links() if link.count("/") == 3]
    room = [link.rpartition("/")[2] for link in reader.get("/desk/guides/").links() if "/print/" in link]
    assert room == list(dict.fromkeys(key for key in own if key in room))
    assert (room[0], len(room)) == ("open_shop", 11)


def test_a_guide_is_chosen_counted_printed_and_fetched_without_script(
    reader: Reader, send: Send, settings: Settings
) -> None:
    case = send(place=JIUCHAO)
    assert PRINT in reader.get("/desk/guides/").links()
    reader.get(PRINT)
    page = reader.submit(place="九潮镇", zipped="yes")
    assert (page.status, "正在数" in page.words(), "开始打印" in page.words()) == (200, True, False)
    worker.drain(settings)
    page = reader.get(page.url)
    assert [words in page.words() for words in ("5 张", "1 家", "九潮高山椪柑", numbers.shown(case.number))] == [
        True
    ] * 4
    pictures = [image.get("src") for image in page.all("img") if "/looks/" in image.get("src")]
    drawn = reader.http.get(pictures[2])
    assert (len(pictures), drawn.mimetype, len(drawn.data) <= 60_000) == (9, "image/png", True)
    assert Image.open(io.BytesIO(drawn.data)).size == (623, 880)
    page = reader.submit()
    assert [(batch.state, batch.go) for batch in batches()] == [("running", 1)]
    worker.drain(settings)
    page = reader.get(page.url)
    assert "打开要打印的文件" in page.words()
    for ending, begins in (("pdf", b"%PDF-"), ("zip", b"PK")):
        answer = reader.http.get(f"{page.url}.{ending}")
        assert (answer.status_code, answer.data[: len(begins)]) == (200, begins)
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert "开店指南" in reader.get("/desk/guides/history").words()
    with db.reading() as session:
        assert session.exec(select(Event.action).where(Event.case_id == case.id)).all() == ["receive", "print"]


@on_sqlite
def test_what_cannot_be_is_said_on_the_form_and_what_was_typed_stays(reader: Reader, send: Send) -> None:
    send(place=JIUCHAO)
    for form, said in (
        ({"whom": "place", "place": "肇兴镇"}, "还没有卖家"),
        ({"whom": "place", "place": "从江县"}, "不归您管"),
        ({"whom": "list", "text": "K7QM-3XRD\n龙阿公"}, "K7QM-3XRD"),
        ({"whom": "one", "number": "9999"}, "9999"),
        ({"whom": "week"}, "最近 7 天没有人通过"),
        ({"whom": "place", "place": JIUCHAO, "locale": "xx"}, "没有"),
    ):
        reader.get(PRINT)
        page = reader.submit(**form)
        assert (page.status, said in page.words()) == (422, True), form
        kept = [box.get("value") or box.text for box in (*page.all("input"), *page.all("textarea"))]
        assert [value for value in form.values() if value not in kept and value != "xx"] == []
    assert batches() == []


@on_sqlite
def test_a_list_may_be_a_file(reader: Reader, send: Send) -> None:
    case, whole = send(), io.BytesIO()
    with xlsxwriter.Workbook(whole) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate((("姓名", "编号"), ("杨大姐", numbers.shown(case.number)))):
            sheet.write_row(at, 0, row)
    reader.get(PRINT)
    page = reader.submit(whom="list", list=(io.BytesIO(whole.getvalue()), "名单.xlsx"))
    assert (page.status, numbers.shown(case.number) in page.words()) == (200, True)
    reader.get(PRINT)
    page = reader.submit(whom="list", list=(io.BytesIO(b"no workbook"), "a.xlsx"))
    assert (page.status, "xlsx" in page.words()) == (422, True)


def test_a_form_posted_twice_and_two_tabs_are_one_batch(life: Life, send: Send) -> None:
    send(place=JIUCHAO)
    officer = life.staff("manager")
    one = life.reader(officer)
    one.get(PRINT)
    form = one.page
    first = one.submit(place="九潮镇").url
    one.page = form
    assert (one.submit(place="九潮镇").url, len(batches())) == (first, 1)


@on_sqlite
def test_who_prints_elsewhere_sees_nothing_and_a_town_sees_its_own(
    app: Flask, life: Life, send: Send, settings: Settings
) -> None:
    case: Case = send(place=JIUCHAO)
    batch = worked(begun(life.staff("reviewer"), listed(case)))
    url = f"/desk/guides/batches/{batch.id}"
    people = {
        "town": life.reader(life.staff("helper", place=JIUCHAO)),
        "other town": life.reader(life.staff("helper", place=ZHAOXING)),
        "other county": life.reader(life.staff("reviewer", "manager", "admin", place=CONGJIANG)),
        "auditor": life.reader(life.staff("auditor", place=LIPING)),
        "seller": life.reader(Actor("seller", case.seller_id)),
    }
    seen = {name: [who.get(path).status for path in (url, f"{url}.pdf")] for name, who in people.items()}
    assert {name: seen[name] for name in ("town", "other town", "other county", "auditor")} == {
        "town": [200, 200],
        "other town": [404, 404],
        "other county": [404, 404],
        "auditor": [403, 403],
    }
    assert people["seller"].get(url).url.startswith("/desk/accounts/sign-in")
    for name in ("other town", "other county"):
        assert batch.id not in people[name].get("/desk/guides/history").text, name


@on_sqlite
def test_the_pages_of_a_guide_are_looked_at_before_printing(reader: Reader, settings: Settings) -> None:
    form = {"csrf_token": "", "edition": "booklet", "locale": "zh_Hans"}
    reader.get(PRINT)
    page = reader.post("/desk/guides/looks/open_shop", {key: value for key, value in form.items() if value})
    assert "正在准备" in page.words()
    worker.drain(settings)
    page = reader.get(page.url)
    first = next(image for image in page.all("img") if "/looks/" in image.get("src"))
    drawn = Image.open(io.BytesIO(reader.http.get(first.get("src")).data))
    assert (drawn.size, first.get("loading")) == ((880, 623), "lazy")
    assert [reader.get(f"{page.url}/{at}.png").status for at in (0, 99)] == [404, 404]
