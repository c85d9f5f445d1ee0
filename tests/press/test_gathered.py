"""Many people's guides in one file: nobody's data on another's paper, and one bad front harms no other."""

import os
import signal
import threading
import time

import pytest

from portal import press
from portal.press import FrontTooLong
from portal.press.gathering import folded
from tests.press import reading
from tests.press.book import Book, everything, orphans
from tests.press.test_bound import text

SHOPS = ["MARKERONE果园", "MARKERTWO茶厂", "MARKERTHREE竹编"]
HOSTILE = [
    "W" * 60,
    "椪" + "\u0301" * 200,
    '<b>粗</b><img src="file:///etc/passwd">',
    "http://127.0.0.1:9/x.png {{ 7 * 7 }}",
]


@pytest.mark.parametrize(("edition", "sides"), [("a4", 1), ("large", 1), ("booklet", 2)])
def test_each_guide_begins_on_a_front_side_in_the_order_asked_for(book: Book, edition: str, sides: int) -> None:
    fronts, rest, whole = book.batch(SHOPS, edition)
    each = whole.pages // 3
    pages = text(whole.pdf)
    assert (each % 2, len(pages)) == (0, whole.pages)
    assert [pages[at * each].count(shop) for at, shop in enumerate(SHOPS)] == [1, 1, 1]
    assert (rest.pages + 1) / sides <= each <= (rest.pages + 1 + 3 * sides) / sides
    feet = [f"{at}/{rest.pages + 1}" for at in range(1, rest.pages + 2)]
    assert [foot for foot in feet if sum(foot in page for page in pages) < 3] == []
    assert fronts.pages == 3


@pytest.mark.parametrize("edition", press.EDITIONS)
def test_a_file_holds_its_own_pages_and_nothing_that_leads_nowhere(book: Book, edition: str) -> None:
    fronts, rest, whole = book.batch(SHOPS, edition)
    document = reading.opened(whole.pdf)
    assert (orphans(document), len(document.pages)) == (set(), whole.pages)
    alone = press.gather([fronts.pdf, rest.pdf], [[(0, 1), (1, 0)]], edition=edition)
    words = reading.text(alone.pdf)
    assert [shop in words for shop in SHOPS] == [False, True, False]
    assert orphans(reading.opened(alone.pdf)) == set()


def test_what_several_guides_share_is_in_the_file_once(book: Book) -> None:
    fronts, rest, whole = book.batch([f"第{at}号店" for at in range(12)])
    one = press.gather([fronts.pdf, rest.pdf], [[(0, 0), *((1, page) for page in range(rest.pages))]])
    assert (len(whole.pdf) - len(one.pdf)) / 11 < 25_000


def test_nobodys_data_is_on_anothers_paper(book: Book) -> None:
    found = []
    for at, shop in enumerate(SHOPS):
        paper = press.bind(book.front(shop, f"NUMBER{at}"), book.rest, "zh_Hans")
        bytes_, words = everything(paper.pdf), reading.text(paper.pdf)
        mine = f"NUMBER{at}"
        numbers = [f"NUMBER{n}" for n in range(3) if f"NUMBER{n}" in words or f"NUMBER{n}".encode() in bytes_]
        found.append((numbers == [mine], [each in words for each in SHOPS].count(True)))
        assert mine.encode() in bytes_  # the link says it, so the search can find
    assert found == [(True, 1)] * 3


def test_hostile_words_print_as_text_and_harm_no_other(book: Book) -> None:
    fronts = press.print_fronts([book.front(words) for words in HOSTILE], "zh_Hans")
    pages = text(fronts.pdf)
    assert len(pages) == 4
    assert ["".join(words.split()) in page for words, page in zip(HOSTILE, pages, strict=True)][0::2] == [True, True]
    assert "{{7*7}}" in pages[3]
    assert "root:" not in "".join(pages)


def test_fronts_that_do_not_fit_are_all_named_at_once(book: Book) -> None:
    shops = ["一", "W" * 5000, "二", "长" * 5000]
    with pytest.raises(FrontTooLong) as refused:
        press.print_fronts([book.front(shop) for shop in shops], "zh_Hans")
    assert (refused.value.at, refused.value.every) == (1, (1, 3))
    good = press.print_fronts([book.front(shop) for shop in shops[::2]], "zh_Hans")
    assert good.pages == 2


def test_a_child_killed_in_the_middle_of_a_batch_is_survived(book: Book) -> None:
    press.check()
    pid, printed = press._state.printer.pid, []
    assert pid is not None
    fronts = [book.front(f"第{at}号店") for at in range(12)]
    work = threading.Thread(target=lambda: printed.append(press.print_fronts(fronts, "zh_Hans")))
    work.start()
    while not press._state.printer.busy:
        time.sleep(0.01)
    time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    work.join()
    assert [page.count(f"第{at}号店") for at, page in enumerate(text(printed[0].pdf))] == [1] * 12


def test_a_booklet_folds_into_its_pages() -> None:
    assert folded(8) == [(7, 0), (1, 6), (5, 2), (3, 4)]
    assert folded(5) == [(None, 0), (1, None), (None, 2), (3, 4)]
    for pages in range(1, 30):
        sheets = folded(pages)
        read = [side[at % 2 == 0] for at, side in enumerate(sheets)]
        read += [side[at % 2 == 1] for at, side in reversed(list(enumerate(sheets)))]
        assert [page for page in read if page is not None] == list(range(pages))


def test_a_booklet_is_imposed_on_a4_with_readable_words(book: Book) -> None:
    paper = press.bind(book.front("九潮椪柑"), book.rest, "zh_Hans", edition="booklet")
    document = reading.opened(paper.pdf)
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in document.pages} == {(842, 595)}
    assert "双面打印，短边翻转" in text(paper.pdf)[0]
    assert orphans(document) == set()


def test_more_than_a_file_holds_is_said_beforehand() -> None:
    press.weigh(500, 6000)
    with pytest.raises(press.TooManyPages) as refused:
        press.weigh(press.MOST_DOCUMENTS + 1, 10)
    assert f"{press.MOST_DOCUMENTS} 份" in refused.value.text
