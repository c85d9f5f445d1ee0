"""The line drawings: one hand, black and white safe, told in words to whoever cannot see them, on pages and paper."""

import re
from xml.etree import ElementTree

import pytest
from flask import Flask, render_template

from portal import i18n, press
from portal.config import ROOT
from portal.guides import orders
from portal.guides.guide import Figure, Part
from tests.press import reading

FOLDER = ROOT / "templates" / "drawings"
NAMES = sorted(path.stem for path in FOLDER.glob("*.svg"))
HAND = {
    "class": "drawing",
    "viewBox": "0 0 120 80",
    "role": "img",
    "fill": "none",
    "stroke": "currentColor",
    "stroke-width": "2",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
}
DASHES = {"stroke-dasharray", "stroke-linecap"}
SHAPES = {"path", "circle", "rect", "ellipse", "g"}
GEOMETRY = {"d", "cx", "cy", "r", "rx", "ry", "x", "y", "width", "height", "transform"}
# Detail, secondary, normal, outline of a badge, tick, heading line, arrow, row of words, bar.
WIDTHS = {"1", "1.5", "2", "2.5", "3", "3.5", "4", "5", "6"}
HALOS = {"5", "7", "9"}  # white, to part a line from what lies under it
WHITE, GREY, BLACK = "#fff", "#e8e8e8", "currentColor"
FILLS = {WHITE, GREY}
SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def source(name: str) -> str:
    """A drawing's file."""
    return (FOLDER / f"{name}.svg").read_text("utf-8")


def words(name: str) -> list[str]:
    """The msgids of a drawing: its title, then its description."""
    return re.findall(r'\{\{ _\("([^"]+)"\) \}\}', source(name))


def drawn(name: str) -> ElementTree.Element:
    """The drawing as XML."""
    return ElementTree.fromstring(source(name))


def shapes(name: str) -> list[ElementTree.Element]:
    """All that is drawn, without title and description."""
    return [each for each in drawn(name).iter() if each.tag not in ("svg", "title", "desc")]


def faults(shape: ElementTree.Element) -> list[str]:
    """What in a shape is of another hand."""
    given = shape.attrib
    white = given.get("stroke") == WHITE
    wrong = [] if shape.tag in SHAPES else [shape.tag]
    wrong += [name for name in given if name not in GEOMETRY | {"fill", "stroke", "stroke-width"} | DASHES]
    wrong += [] if given.get("stroke", WHITE) == WHITE else [f"stroke {given['stroke']}"]
    wrong += (
        [] if given.get("stroke-width", "2") in (HALOS if white else WIDTHS) else [f"width {given['stroke-width']}"]
    )
    wrong += [] if given.get("stroke-linecap", "butt") == "butt" else ["cap"]
    return wrong + ([] if given.get("fill", WHITE) in FILLS | {BLACK} else [f"fill {given['fill']}"])


def reach(shape: ElementTree.Element) -> float:
    """How wide a filled shape is at most: the span of its numbers, taken along the path where it is one."""
    if shape.tag == "circle":
        return 2 * float(shape.attrib["r"])
    if shape.tag == "rect":
        return max(float(shape.attrib["width"]), float(shape.attrib["height"]))
    numbers = [abs(float(number)) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", shape.attrib["d"])]
    return max(numbers[2:])  # the first two say where it begins


def test_all_that_guides_and_questions_show_is_there_and_more_than_thirty() -> None:
    assert len(NAMES) > 30
    assert sorted(path.name for path in FOLDER.iterdir()) == [f"{name}.svg" for name in NAMES]


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_is_of_the_one_hand(name: str) -> None:
    assert drawn(name).attrib == HAND
    assert {each.tag: faults(each) for each in shapes(name) if faults(each)} == {}


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_weighs_little(name: str) -> None:
    assert len(source(name).encode()) <= 2048


@pytest.mark.parametrize("name", NAMES)
def test_solid_black_is_small(name: str) -> None:
    assert [reach(each) for each in shapes(name) if each.get("fill") == BLACK and reach(each) > 14] == []


def test_a_grey_is_a_tenth_of_black_at_most() -> None:
    assert 255 - int(GREY[1:3], 16) <= 25.5


def test_every_drawing_says_in_both_languages_what_it_shows_and_each_says_its_own() -> None:
    said = {locale: [_told(name, locale) for name in NAMES] for locale in ("zh_Hans", "en")}
    for locale, told in said.items():
        titles, descriptions = [title for title, _ in told], [description for _, description in told]
        assert (len(set(titles)), len(set(descriptions))) == (len(NAMES), len(NAMES)), locale
        assert [pair for pair in told if pair[0] == pair[1] or not all(pair)] == []
    assert [pair for pair, other in zip(said["zh_Hans"], said["en"], strict=True) if set(pair) & set(other)] == []


def _told(name: str, locale: str) -> tuple[str, str]:
    title, description = words(name)
    with i18n.speaking(locale):
        return i18n.gettext(title), i18n.gettext(description)


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(("_good", "_bad"))])
def test_good_and_bad_bear_the_sign_that_says_so(name: str) -> None:
    badge = shapes(name)[-2:]
    sign = {"good": "m101 66 4 4 7-8", "bad": "m102 62 8 8m0-8-8 8"}[name.rpartition("_")[2]]
    assert (badge[0].attrib["cx"], badge[0].attrib["cy"], badge[1].attrib["d"]) == ("106", "66", sign)
    assert words(name)[0].startswith({"good": "Good: ", "bad": "Not good: "}[name.rpartition("_")[2]])


@SQLITE
def test_on_a_page_a_drawing_is_a_picture_with_its_words(app: Flask) -> None:
    with app.test_request_context("/?lang=zh_Hans"):
        pictures = [ElementTree.fromstring(render_template(f"drawings/{name}.svg")) for name in NAMES]
    assert [(it.get("role"), it[0].text, it[1].text) for it in pictures] == [
        ("img", *_told(name, "zh_Hans")) for name in NAMES
    ]


@SQLITE
def test_on_paper_every_drawing_is_a_figure_with_its_words(app: Flask) -> None:
    order = orders.guide_order("open_shop", "household")
    rows = tuple(Figure(drawing=name, caption=name) for name in NAMES)
    paper = press.print_paper(order.template, {**order.facts, "parts": [Part(key="all", figure=rows)]}, "zh_Hans")
    alts = [str(each["/Alt"]) for each in reading.tags(paper.pdf) if str(each["/S"]) == "/Figure"]
    assert alts[-len(NAMES) :] == [_told(name, "zh_Hans")[0] for name in NAMES]
    assert paper.missing == frozenset()
