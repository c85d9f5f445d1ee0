"""Papers that are printed in practice: each page says so."""

from pathlib import Path

from flask import Flask

from portal import press
from portal.config import Settings
from portal.jobs import worker
from tests.keeping.lives import Shop
from tests.office.test_practice import opened, practising, sent
from tests.press import reading
from tests.reader import Page, Reader


def test_every_page_of_a_practice_paper_says_so(app: Flask, settings: Settings, tmp_path: Path) -> None:
    opened(app)
    reader, case = sent(app)
    page = reader.get("/registration/mine")
    for paper in ("receipt", "my_guide"):
        reader.page = page
        url = reader.post(f"/guides/papers/{paper}/{case.id}").url
        worker.drain(settings)
        answer = reader.http.get(f"{url}.pdf")
        pages = reading.opened(answer.data).pages
        answer.close()
        assert [at for at, each in enumerate(pages) if "练习" not in each.extract_text()] == []
    press.close()
    shop = Shop(app)
    reader = shop.life.reader(shop.seller)
    reader.get("/registration/mine")
    url = reader.post(f"/guides/papers/receipt/{shop.case.id}").url
    worker.drain(settings)
    answer = reader.http.get(f"{url}.pdf")
    assert "练习" not in reading.text(answer.data)
    answer.close()
    press.close()


def test_papers_for_everybody_say_so_when_they_are_printed_in_practice(app: Flask, settings: Settings) -> None:
    opened(app)
    said = []
    for reader in (practising(app), Reader(app)):
        page = reader.get("/guides/")
        with reader.http.session_transaction() as cookie:
            cookie["check"] = {"kind": "household", "ground": "own_produce", "goods_kind": ["fresh"]}
        paths = [f"papers/{paper}" for paper in ("statement", "consents", "privacy", "readiness")]
        urls = [asked(reader, page, f"/guides/{path}") for path in [*paths, "no_paid_traffic/everyone/print"]]
        worker.drain(settings, within=60)
        said.append([set(marked(reader, url)) for url in urls])
    press.close()
    assert said == [[{True}] * 5, [{False}] * 5]


def test_a_guide_as_plain_text_taken_away_in_practice_says_so(app: Flask) -> None:
    opened(app)
    taken = [reader.http.get("/guides/open_shop/household/text").text for reader in (practising(app), Reader(app))]
    assert [text.partition("\n")[0].startswith("练习，") for text in taken] == [True, False]
    assert taken[0].removeprefix("练习，") == taken[1]


def asked(reader: Reader, page: Page, path: str) -> str:
    """Ask for a paper from a page; returns where it can be fetched."""
    reader.page = page
    return reader.post(path).url


def marked(reader: Reader, url: str) -> list[bool]:
    """Of each page of a finished print whether it says that it is practice."""
    answer = reader.http.get(f"{url}.pdf")
    pages = reading.opened(answer.data).pages
    answer.close()
    return ["练习" in each.extract_text() for each in pages]
