"""The first page: what is promised, and whether anybody looks at what comes from here."""

import pytest
from flask import Flask

from portal.office import known, service
from portal.registration import sellers
from tests.office.conftest import put
from tests.reader import Reader
from tests.review.life import Life
from tests.statements import statements

PROMISES = {
    "zh_Hans": ("3 个工作日内回话", "1 个工作日内回话", "10 个工作日内回话"),
    "en": ("An answer within 3 working days", "An answer within one working day", "An answer within 10 working days"),
}


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_the_first_page_promises_what_holds_for_every_kind_of_seller(app: Flask, language: str) -> None:
    Life(app).staff("reviewer")
    visitor, found = Reader(app), []
    soon = dict.fromkeys(sellers.sets(), "1")
    for promises in ({}, soon, soon | {"household": "10"}):
        put(service.section_of("promises"), promises)
        words = visitor.get(f"/?lang={language}").words()
        found.append([words.count(promise) for promise in PROMISES[language]])
    assert found == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (None, ["贵州省黔东南苗族侗族自治州黎平县现在还没有人审核。您可以先填好交上来，等有人了就看。"]),
        ("52", ["贵州省黔东南苗族侗族自治州黎平县现在还没有人审核，这里交上去的，由贵州省来看。"]),
        (
            "5226",
            ["贵州省黔东南苗族侗族自治州黎平县现在还没有人审核，这里交上去的，由贵州省黔东南苗族侗族自治州来看。"],
        ),
        ("522631", []),
        ("", []),
    ],
)
def test_the_first_page_says_when_nobody_of_the_county_looks(app: Flask, place: str | None, said: list[str]) -> None:
    if place is not None:
        Life(app).staff("reviewer", place=place)
    known.forget()
    visitor = Reader(app)
    with statements() as seen:
        page = visitor.get("/")
    assert "工作日内回话" in page.words() or place is None
    assert [note.text for note in page.all("p") if note.get("class") == "note"] == said
    assert len(seen) <= 4
