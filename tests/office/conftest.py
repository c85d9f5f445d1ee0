"""An office of the tests' own, and people who may and may not change it."""

import pytest
from flask import Flask

from portal import db
from portal.access import Actor
from portal.office import sections, service
from tests.review.life import Life

WHO = {
    "name": "榕江县电商服务中心",
    "short": "榕江县",
    "county": "522632",
    "phone": "0855-6621234",
    "appeals_phone": "0855-6625678",
    "hours": "周一到周五 9:00-17:00",
    "address": "政务大厅 5 号窗口",
    "station": "",
    "seal": "榕江县电子商务服务中心",
}
FOOT = {"responsible": "陆主任", "responsible_contact": "0855-6621234", "icp": "", "police": ""}
SPOT = {
    "kind": "courier",
    "name": "寨蒿镇快递点",
    "place": "522632102",
    "address": "车站路 8 号",
    "phone": "0855-6620001",
    "hours": "每天 8:00-19:00",
    "price": "1 公斤 4 元",
}
ADMIN = Actor("staff", "admin", "吴管理", frozenset({"admin"}), ("522632",))


@pytest.fixture
def life(app: Flask) -> Life:
    return Life(app)


def put(section: sections.Section, typed: dict[str, str], *, seen: int | None = None, spot_id: str = "") -> int:
    """Put a section into force in a transaction of its own; returns the page's version."""
    with db.writing() as session:
        given = sections.cleaned(section, typed)
        assert sections.faults(section, given) == []
        known = service.page(session).version if seen is None else seen
        return service.change(session, section, given, by=ADMIN, seen=known, spot_id=spot_id).version


def fill() -> None:
    """Fill the office's page in."""
    put(sections.WHO, WHO)
    put(sections.FOOT, FOOT)
