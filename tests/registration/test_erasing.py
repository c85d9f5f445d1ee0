"""What was told of a shop on the platform is shown to its seller, and goes with the seller."""

from flask import Flask

from portal import db
from portal.keeping import service as keeping
from portal.registration import erasing, platform
from portal.registration.models import SentBack
from portal.registration.models import Shop as Stand
from tests.keeping.lives import NOON, Shop, after, rows


def told(shop: Shop, told: platform.Told, version: int) -> None:
    """The seller tells how the shop stands."""
    with db.writing() as session:
        platform.tell(session, shop.case_in(session), by=shop.seller, version=version, told=told)


def refused_then_open(app: Flask) -> Shop:
    """An approved application whose shop was refused once and is open now."""
    after(0)
    shop = Shop(app)
    told(shop, platform.Told("refused", NOON.date(), reason="BLUR", words="执照看不清"), 0)
    told(shop, platform.Told("open", NOON.date(), name="九潮高山椪柑", link="https://example.com/shop"), 1)
    return shop


def test_the_seller_reads_how_the_shop_stands_and_every_refusal(app: Flask) -> None:
    shop = refused_then_open(app)
    with db.reading() as session:
        [part] = erasing.held(session, shop.seller.id)
    said = [row.words for row in part.rows]
    assert said == ["开好了 · 九潮高山椪柑 · https://example.com/shop", "11 月 20 日 照片看不清 · 执照看不清"]


def test_what_was_told_goes_with_the_seller_and_the_case_stays_as_a_shell(app: Flask) -> None:
    shop = refused_then_open(app)
    with db.writing() as session:
        keeping.erase(session, shop.seller.id)
    assert (rows(Stand), rows(SentBack), shop.case.desk) == (0, 0, "erased")


def test_nobody_opens_the_shop_of_whoever_was_erased(app: Flask) -> None:
    shop = refused_then_open(app)
    desk, address = shop.life.reader(shop.officer), f"/desk/registration/platform/{shop.case.id}"
    assert desk.get(address).status == 200
    with db.writing() as session:
        keeping.erase(session, shop.seller.id)
    assert desk.get(address).status == 404
