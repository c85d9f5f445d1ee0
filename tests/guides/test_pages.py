"""The guides as pages, and asking for papers."""

import re

import pytest
from flask import Flask

from portal.config import Settings
from portal.guides import orders
from portal.jobs import worker
from tests.press import reading
from tests.reader import Reader

CHAPTERS = {"household": 8, "sole_trader": 8, "cooperative": 9, "company": 9, "collective": 8}


@pytest.mark.parametrize("kind", CHAPTERS)
@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_every_chapter_of_a_guide_is_a_page(client: Reader, kind: str, language: str) -> None:
    client.get(f"/guides/?lang={language}")
    page = client.get(f"/guides/open_shop/{kind}")
    chapters = [link for link in page.links() if re.match(rf"/guides/open_shop/{kind}/(?!text\Z)", link)]
    assert [client.get(link).status for link in chapters] == [200] * len(chapters)
    assert len(chapters) == CHAPTERS[kind]


@pytest.mark.parametrize(
    "path",
    [
        "/guides/nothing/household",
        "/guides/open_shop/readiness",
        "/guides/open_shop/household/nothing",
        "/guides/prints/nothing",
        "/guides/prints/nothing.pdf",
    ],
)
def test_what_there_is_not_is_a_404(client: Reader, path: str) -> None:
    assert client.get(path).status == 404


@pytest.mark.parametrize("name", ["platform", "photographs", "packing_fresh", "packing_goods"])
def test_every_chapter_of_a_guide_for_everyone_is_a_page(client: Reader, name: str) -> None:
    chapters = orders.guide_for(name, "everyone").chapters("everyone")
    found = [client.get(f"/guides/{name}/everyone/{chapter.key}").words() for chapter in chapters]
    assert [chapter.title for chapter, words in zip(chapters, found, strict=True) if chapter.title not in words] == []
    assert "要人帮忙" in found[-1]


def test_a_guide_is_asked_for_by_post_and_fetched_when_ready(client: Reader, app: Flask, settings: Settings) -> None:
    client.get("/guides/open_shop/household")
    waiting = client.submit()
    assert ("正在准备" in waiting.words(), 'http-equiv="refresh"' in waiting.text) == (True, True)
    assert client.get(f"{waiting.url}.pdf").status == 404
    worker.drain(settings)
    ready = client.get(waiting.url)
    assert ("好了" in ready.words(), 'http-equiv="refresh"' in ready.text) == (True, False)
    pdf = client.get(f"{waiting.url}.pdf").response
    assert pdf is not None
    assert (pdf.mimetype, pdf.data[:5]) == ("application/pdf", b"%PDF-")
    assert "开店指南" in reading.text(pdf.data)


def test_the_same_guide_asked_for_again_is_served_at_once(client: Reader, settings: Settings) -> None:
    client.get("/guides/open_shop/household")
    first = client.submit().url
    worker.drain(settings)
    client.get("/guides/open_shop/household")
    again = client.submit()
    assert (again.url, "好了" in again.words()) == (first, True)
