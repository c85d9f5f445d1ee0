"""The page that asks for the farmer's code: too early, twice, and looked at again when it is over."""

import pytest

from tests.assist.conftest import FARMER, Station, shown

CLOSED = "这份登记不在这里开着了"


def test_a_new_code_asked_for_too_early_is_refused_in_words_and_the_first_still_opens(station: Station) -> None:
    first = shown(station.asks())
    page = station.desk.submit(1)
    assert (page.status, "请过 60 秒再要新的" in page.words()) == (422, True)
    assert station.desk.submit(0, code=first).url.startswith("/sheets/")


def test_a_second_tap_and_the_way_back_lead_to_what_was_opened(station: Station) -> None:
    asked = station.asks()
    first = station.desk.submit(0, code=shown(asked)).url
    assert first.startswith("/sheets/")
    station.desk.page = asked
    assert station.desk.submit(0, code=shown(asked)).url == first
    assert station.desk.get(asked.url).url == first


@pytest.mark.parametrize("sent", [False, True])
def test_when_it_is_over_the_way_back_says_so(station: Station, sent: bool) -> None:
    asked = station.asks()
    sheet_id = station.desk.submit(0, code=shown(asked)).url.split("/")[2]
    seen = [asked.url]
    if sent:
        station.fills(sheet_id)
        seen.append(station.sends().url)
    station.desk.get("/desk/assist/")
    station.desk.post("/desk/assist/end")
    told = [station.desk.get(url) for url in seen]
    assert [(page.status, page.all("h1")[0].text) for page in told] == [(404, CLOSED)] * len(seen)
    assert not any(FARMER[-4:] in page.words() for page in told)
