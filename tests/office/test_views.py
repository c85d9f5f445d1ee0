"""Who helps near me: the office, its stations and points, for everybody."""

import pytest
from flask import Flask

from portal.office import sections, service
from tests.office.conftest import SPOT, WHO, fill, put
from tests.reader import Reader
from tests.review.life import Life
from tests.sheets import shops
from tests.statements import statements


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_everybody_finds_who_helps_and_can_ring_them(app: Flask, language: str) -> None:
    fill()
    put(sections.SPOT, SPOT, spot_id=service.NEW)
    put(sections.SPOT, {**SPOT, "kind": "station", "name": "古州镇服务站", "phone": ""}, spot_id=service.NEW)
    visitor = Reader(app)
    assert "/office/" in visitor.get(f"/?lang={language}").links()
    with statements() as seen:
        page = visitor.get("/office/")
    assert [link.removeprefix("tel:") for link in page.links() if link.startswith("tel:")] == [
        WHO["phone"],
        WHO["appeals_phone"],
        SPOT["phone"],
        WHO["phone"],
    ]
    headings = {
        "zh_Hans": ["服务站：帮您一起填", "快递点"],
        "en": ["Service stations: they fill it in with you", "Parcel points"],
    }
    assert [heading.text for heading in page.all("h2")] == headings[language]
    assert [page.words().count(word) for word in ("寨蒿镇 · 车站路 8 号", "1 公斤 4 元", "古州镇服务站")] == [2, 2, 1]
    assert seen == []


def test_an_office_without_points_has_a_page_too(client: Reader) -> None:
    page = client.get("/office/")
    assert (page.status, page.all("h2"), page.words().count("0000-0000000")) == (200, [], 2)


def test_a_seller_finds_the_way_there_from_the_own_shop(app: Flask) -> None:
    life = Life(app)
    seller = life.seller()
    shops.send(shops.filled(seller.id))
    assert life.reader(seller).get("/registration/mine").links().count("/office/") == 2
