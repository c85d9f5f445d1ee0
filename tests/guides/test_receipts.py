"""The receipt of each kind of seller on paper, and the ring for the seal on what the office signs."""

from collections.abc import Iterator
from dataclasses import replace
from math import hypot
from typing import Any

import pytest
from flask import Flask

from portal import db, i18n
from portal.guides import orders
from portal.press import manuscript
from portal.press.child import ASSETS, STYLES
from portal.press.setting import Setter
from portal.registration import papers
from tests.review.life import Life
from tests.sheets import shops

SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
# Of 9, 28, 60 and 60 characters: as long as the office's page lets a seal be.
SEALS = (
    "黎平县电商服务中心",
    "贵州省黔东南苗族侗族自治州黎平县农村电子商务公共服务中心",
    "黎平县农村电子商务公共服务中心" * 4,
    "Office of Rural Electronic Commerce of the County of Liping,",
)


@SQLITE
@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
@pytest.mark.parametrize("kind", ["household", "sole_trader", "cooperative", "company", "collective"])
def test_a_receipt_is_two_pages_for_every_kind(app: Flask, kind: str, locale: str) -> None:
    life = Life(app)
    case = life.send(shops.filled(life.seller().id, kind), {})
    with i18n.speaking(locale), db.reading() as session:
        assert orders.ORDERS["receipt"](session, case.id).made(locale).pages == 2


@SQLITE
@pytest.mark.parametrize("seal", SEALS)
def test_the_words_of_the_seal_stay_inside_their_ring(app: Flask, seal: str) -> None:
    blank = papers.blank_consents("https://haohuo.example")
    it = replace(blank, office=blank.office.model_copy(update={"seal": seal}))
    html = manuscript.write("registration/paper_consents.html", {"it": it}, "zh_Hans").html
    page = Setter(ASSETS, STYLES).lay_out(html, "a4").pages[-1]._page_box
    ring = next(box for box in page.descendants() if "ring" in _class(box))
    radius, lines = ring.border_width() / 2, list(_lines(ring))
    corners = [(x - ring.position_x - radius, y - ring.position_y - radius) for line in lines for x, y in line]
    assert len(lines) > 0
    assert max(hypot(*corner) for corner in corners) < radius - 2


def _class(box: Any) -> list[str]:
    return (box.element.get("class") or "").split() if getattr(box, "element", None) is not None else []


def _lines(ring: Any) -> Iterator[list[tuple[float, float]]]:
    """The corners of what is written on each line."""
    for box in ring.descendants():
        if type(box).__name__ == "TextBox":
            left, top, right, bottom = box.position_x, box.position_y, box.position_x + box.width, box.position_y
            yield [(left, top), (right, top), (left, bottom + box.height), (right, bottom + box.height)]
