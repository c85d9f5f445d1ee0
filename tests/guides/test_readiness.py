"""The list of the readiness check on paper, for somebody who is not signed in."""

from pathlib import Path

from flask import Flask
from sqlmodel import col, select

from portal import db
from portal.accounts.models import Tally
from portal.config import Settings
from portal.guides import service
from portal.jobs import worker
from tests.guides.test_asking import prints
from tests.press import reading
from tests.reader import Reader
from tests.registration.test_readiness import CHECK, COMPANY, GROWER, PLACE, answer


def press(reader: Reader) -> str:
    """Press the print button of the result; returns the address of the print."""
    forms = reader.page.all("form")
    return reader.submit(
        next(at for at, form in enumerate(forms) if form.get("action") == "/guides/papers/readiness")
    ).url


def printed(reader: Reader, settings: Settings, url: str) -> bytes:
    """The finished file."""
    worker.drain(settings)
    assert "好了" in reader.get(url).words()
    answer = reader.get(f"{url}.pdf").response
    assert answer is not None
    assert answer.headers["Cache-Control"] == "private, no-store"
    return bytes(answer.data)


def test_the_list_prints_without_signing_in(client: Reader, settings: Settings, tmp_path: Path) -> None:
    answer(client, [*COMPANY, *PLACE])
    pdf = printed(client, settings, press(client))
    words = "".join(reading.text(pdf).split())
    said = (
        "我的备证单",
        "企业开店登记",
        "1.一部能收短信的手机",
        "12.一张东西的照片",
        "□",
        "这几处以后会被退回来",
        "九潮镇",
    )
    assert [each for each in said if each not in words] == []
    assert reading.fonts(pdf, tmp_path) == reading.OURS
    assert reading.codes(pdf, tmp_path) == [f"{settings.url}/registration/company"]
    tags = [str(element["/S"]) for element in reading.tags(pdf)]
    assert (tags.count("/H1"), tags.count("/H2"), "/Table" in tags, "/TH" in tags) == (1, 3, True, True)


def test_a_list_in_english(client: Reader, settings: Settings) -> None:
    client.get(f"{CHECK}?lang=en")
    answer(client, [*GROWER, *PLACE])
    url = press(client)
    worker.drain(settings)
    pdf = client.get(f"{url}.pdf").response
    assert pdf is not None
    assert "My list of papers" in reading.text(pdf.data)


def test_the_same_answers_are_the_same_print_and_others_are_another(client: Reader, app: Flask) -> None:
    answer(client, [*GROWER, *PLACE])
    page = client.page
    first = press(client)
    client.page = page
    assert press(client) == first
    other = Reader(app)
    answer(other, [*COMPANY, *PLACE])
    assert (press(other) == first, len(prints())) == (False, 2)


def test_without_answers_there_is_nothing_to_print(client: Reader) -> None:
    client.get("/guides/")
    assert client.post("/guides/papers/readiness").url == f"{CHECK}/kind"
    answer(client, [("kind", {"kind": "other"})])
    assert client.post("/guides/papers/readiness").url == f"{CHECK}/kind"
    assert prints() == {}


def test_nobody_fills_the_disk_with_lists(client: Reader) -> None:
    answer(client, [*GROWER, *PLACE])
    page = client.page
    press(client)
    with db.writing() as session:
        tally = session.exec(select(Tally).where(col(Tally.key).startswith("papers from"))).one()
        tally.moments = tally.moments * service.ADDRESS[0][0]
    client.page = page
    assert (press(client), client.page.status, len(prints())) == ("/guides/papers/readiness", 409, 1)
