"""A front of somebody's own, bound with pages that are the same for everybody."""

import os
import re
import signal
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from portal import press
from portal.press import FrontTooLong
from tests.press import reading
from tests.press.book import Book, orphans

OURS = {("Haohuo-Noto-Sans-SC", "yes", "yes"), ("Haohuo-Noto-Sans-SC-Bold", "yes", "yes")}
RARE = "㐂烎龘"


def text(pdf: bytes) -> list[str]:
    """The words of each page."""
    return ["".join(page.split()) for page in reading.text(pdf).split("\f")[:-1]]


@pytest.mark.parametrize("edition", ["a4", "large"])
def test_bound_pages_say_what_one_paper_says_in_the_same_places(book: Book, edition: str) -> None:
    book = Book({**book.facts, "parts": book.facts["parts"][:2]})  # of which no page is set closer
    bound = press.bind(book.front("九潮椪柑"), book.rest, "zh_Hans", edition=edition)
    whole = book.whole("九潮椪柑")
    at_once = press.print_paper(whole.template, whole.facts, "zh_Hans", edition=edition)
    assert (bound.pages, text(bound.pdf)) == (at_once.pages, text(at_once.pdf))
    tags = [[str(element["/S"]) for element in reading.tags(paper.pdf)] for paper in (bound, at_once)]
    assert tags[0] == tags[1]


def test_a_bound_paper_is_one_tagged_document_in_its_language_with_its_title(book: Book, tmp_path: Path) -> None:
    for locale, tag in (("zh_Hans", "zh-Hans"), ("en", "en")):
        paper = press.bind(book.front("九潮椪柑"), book.rest, locale)
        document = reading.opened(paper.pdf)
        root = document.trailer["/Root"]
        assert (root["/Lang"], bool(root["/MarkInfo"]["/Marked"])) == (tag, True)  # type: ignore[index]
        assert b"pdfuaid" in root["/Metadata"].get_data()  # type: ignore[index]
        assert document.metadata is not None
        assert document.metadata.title
        assert (reading.fonts(paper.pdf, tmp_path), paper.missing, orphans(document)) == (OURS, frozenset(), set())


def test_every_piece_of_content_has_its_element_and_every_heading_of_a_table_its_name(book: Book) -> None:
    document = reading.opened(press.bind(book.front("九潮椪柑"), book.rest, "zh_Hans").pdf)
    tree = document.trailer["/Root"]["/StructTreeRoot"]  # type: ignore[index]
    nums = [item for leaf in tree["/ParentTree"]["/Kids"] for item in leaf.get_object()["/Nums"]]
    parents = dict(zip(nums[::2], nums[1::2], strict=True))
    for page in document.pages:
        marked = page.get_contents().get_data().count(b"/MCID")  # type: ignore[union-attr]
        assert len(parents[page["/StructParents"]]) == marked
        links = [link.get_object() for link in page.get("/Annots", [])]
        assert [parents[link["/StructParent"]].get_object()["/S"] for link in links] == ["/Link"] * len(links)
    elements: list[Any] = list(reading.tags(press.bind(book.front("九潮椪柑"), book.rest, "zh_Hans").pdf))
    names = [element["/ID"] for element in elements if element["/S"] == "/TH"]
    told = {name for element in elements if element["/S"] == "/TD" for name in element["/A"].get("/Headers", [])}
    assert (len(set(names)), told - set(names)) == (len(names), set())
    assert [element for element in elements if element["/S"] == "/Figure" and "/Alt" not in element] == []


def test_bookmarks_and_links_lead_to_pages_of_the_whole(book: Book) -> None:
    document = reading.opened(press.bind(book.front("九潮椪柑"), book.rest, "zh_Hans").pdf)

    def marks(level: Any) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        for mark in level:
            here = document.get_destination_page_number
            found += marks(mark) if isinstance(mark, list) else [(mark.title, here(mark) or 0)]
        return found

    told = marks(document.outline)
    assert [part.title for part in book.facts["parts"] if part.title and part.title not in dict(told)] == []
    pages = [page for _, page in told]
    assert (pages == sorted(pages), pages[0], pages[-1] > 0) == (True, 0, True)
    links = [link.get_object()["/A"]["/URI"] for page in document.pages for link in page.get("/Annots", [])]
    assert links == ["https://haohuo.example/review/status?number=K7QM-3XRD"]


def test_page_feet_count_the_whole(book: Book) -> None:
    for edition in ("a4", "large"):
        paper = press.bind(book.front("九潮椪柑"), book.rest, "zh_Hans", edition=edition)
        assert [page.endswith(f"{at}/{paper.pages}") for at, page in enumerate(text(paper.pdf), 1)] == [
            True
        ] * paper.pages


def test_the_second_guide_takes_a_small_part_of_the_time_of_the_first(book: Book) -> None:
    press.close()
    press.check()
    times = []
    for shop in ("甲", "乙"):
        begun = time.perf_counter()
        press.bind(book.front(shop), book.rest, "zh_Hans")
        times.append(time.perf_counter() - begun)
    assert times[1] < times[0]


def test_a_front_with_much_on_it_is_set_tighter_and_one_with_too_much_is_refused(book: Book) -> None:
    for edition in press.EDITIONS:
        some = book.front("九潮椪柑", left=("把一张照片换掉",) * 7)
        paper = press.bind(some, book.rest, "zh_Hans", edition=edition)
        assert reading.text(paper.pdf).count("把一张照片换掉") == 7
    with pytest.raises(FrontTooLong) as refused:
        press.bind(book.front("很长" * 2000), book.rest, "zh_Hans")
    assert (refused.value.at, refused.value.text) == (0, "这份纸的第一页放不下这么多字。请改短一些。")


def test_characters_that_no_font_has_are_owned_up_to_where_they_stand(no_system_fonts: None, book: Book) -> None:
    paper = press.bind(book.front(f"{RARE}果园"), book.rest, "zh_Hans")
    pages = text(paper.pdf)
    assert (paper.missing, "〓〓〓果园" in pages[0], "U+3402" in pages[0]) == (frozenset(RARE), True, True)
    assert [page for page in pages[1:] if "〓" in page] == []
    fronts = press.print_fronts([book.front("无缺"), book.front(f"{RARE}果园")], "zh_Hans")
    assert (fronts.missing, ["〓" in page for page in text(fronts.pdf)]) == (frozenset(RARE), [False, True])


def test_a_character_of_the_system_fonts_is_drawn_by_them(book: Book, tmp_path: Path) -> None:
    if RARE[0] not in reading.run("fc-list", "-f", RARE[0], ":charset=3402", "family"):
        pytest.skip("no font here has it")
    paper = press.bind(book.front(f"{RARE}果园"), book.rest, "zh_Hans")
    assert (paper.missing, f"{RARE}果园" in text(paper.pdf)[0]) == (frozenset(), True)
    assert {row[1:] for row in reading.fonts(paper.pdf, tmp_path)} == {("yes", "yes")}


def test_a_killed_child_is_survived_with_its_common_pages(book: Book) -> None:
    first = press.bind(book.front("九潮椪柑"), book.rest, "zh_Hans")
    pid = press._state.printer.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert text(press.bind(book.front("九潮椪柑"), book.rest, "zh_Hans").pdf) == text(first.pdf)


def counted(sizes: Counter[float], said: str, seen: Any, text: Any, _: Any, size: float) -> None:
    """Count letters by their size on paper; where pypdf puts a space of its own, its matrix is not turned."""
    if said.strip() and text[3] < 0:
        sizes[round(abs(seen[3] * text[3]) * size, 1)] += len(said)


@pytest.mark.parametrize(("edition", "most", "least", "margin"), [("large", 16, 13, 42.5), ("booklet", 11.3, 9.4, 30)])
def test_letters_are_as_large_as_the_edition_says_and_stay_within_its_margins(
    book: Book, edition: str, most: float, least: float, margin: float
) -> None:
    rest = press.print_rest(book.rest, "zh_Hans", edition=edition)
    sizes: Counter[float] = Counter()
    for page in reading.opened(rest.pdf).pages:
        page.extract_text(visitor_text=partial(counted, sizes))
    assert (sizes.most_common(1)[0][0] >= most, min(sizes) >= least) == (True, True)
    boxes = reading.run("pdftotext", "-bbox", "-", "-", stdin=rest.pdf)
    width = float(re.findall(r'<page width="([0-9.]+)"', boxes)[0])
    words = re.findall(r'<word xMin="([0-9.]+)" yMin="[0-9.]+" xMax="([0-9.]+)"', boxes)
    assert [word for word in words if float(word[0]) < margin or float(word[1]) > width - margin] == []
