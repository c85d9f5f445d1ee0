"""The list of what is sent back, for everybody, and the drawings it shows."""

import pytest

from portal.questions import service as library
from tests.reader import Reader


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_every_reason_stands_once_in_the_list_with_its_pictures(client: Reader, language: str) -> None:
    client.get(f"/guides/?lang={language}")
    assert "/guides/refusals" in client.page.links()
    page, reasons = client.get("/guides/refusals"), library.library().reasons
    ids = [item.get("id") for item in page.all("li")]
    assert [code for code in ids if code] == list(reasons)
    pictures = [name for reason in reasons.values() if reason.good for name in (reason.good, reason.bad)]
    assert [img.get("src") for img in page.all("img")] == [f"/guides/drawings/{name}.svg" for name in pictures]


def test_a_drawing_is_a_picture_that_anybody_may_keep(client: Reader) -> None:
    for reason in library.library().reasons.values():
        for name in filter(None, (reason.good, reason.bad)):
            answer = client.http.get(f"/guides/drawings/{name}.svg")
            assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
            assert answer.headers["Cache-Control"] == "public, max-age=86400"
            assert answer.text.startswith('<svg xmlns="http://www.w3.org/2000/svg"')


@pytest.mark.parametrize("name", ["moon", "..%2Fbase", "licence", "orange"])
def test_only_what_a_reason_shows_is_given_out(client: Reader, name: str) -> None:
    assert client.get(f"/guides/drawings/{name}.svg").status == 404
